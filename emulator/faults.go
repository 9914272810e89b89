package emulator

import (
	"github.com/localsepay/localsepay/emulator/internal/engine"
	"github.com/localsepay/localsepay/openapi/control"
)

// WithFault arms a fault at the start; see [Emulator.Fault]. A reset disarms it.
func WithFault(f control.Fault) Option {
	return with(func(o *engine.Config) { o.Faults = append(o.Faults, f) })
}

// Fault lets requests or deliveries go wrong, and returns the rule with its id:
//
//	sepay.Fault(control.Fault{When: control.FaultWhen{Surface: "userapi v2", First: 2}, Do: control.FaultDo{Status: 503}})
//
// Rules are tried in the order in which they were set; the first that fires
// wins. The control API and the console never go wrong.
func (e *Emulator) Fault(f control.Fault) control.Fault {
	set, err := e.engine.Control().SetFault(f)
	if err != nil {
		e.fail("fault: %v", err)
	}
	return set
}

// Faults lists the faults that are set, with their counts.
func (e *Emulator) Faults() []control.Fault { return e.engine.Control().FaultList().Data }

// ClearFaults disarms all faults. What they put off is still sent in its time.
func (e *Emulator) ClearFaults() { e.engine.Control().ClearFaults() }
