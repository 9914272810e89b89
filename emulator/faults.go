package emulator

import (
	"github.com/localsepay/localsepay/emulator/internal/engine"
	"github.com/localsepay/localsepay/openapi/control"
)

// WithFault sets a fault at the start. A reset removes it.
func WithFault(f control.Fault) Option {
	return with(func(o *engine.Config) { o.Faults = append(o.Faults, f) })
}

// Fault lets requests or deliveries go wrong, and returns the rule with its id:
//
//	sepay.Fault(control.Fault{
//		When: control.FaultWhen{Surface: control.SurfaceUserAPIV2, First: 2},
//		Do:   control.FaultDo{Status: 503},
//	})
//
// Rules are tried in the order in which they were set, and the first that fires wins.
// The control API and the console are never touched.
func (e *Emulator) Fault(f control.Fault) control.Fault {
	set, err := e.engine.Control().SetFault(f)
	if err != nil {
		e.fail("fault: %v", err)
	}
	return set
}

// Faults lists the rules that are set, with how often each matched and fired.
func (e *Emulator) Faults() []control.Fault { return e.engine.Control().FaultList().Data }

// ClearFaults removes all rules. A delivery that a rule delayed is still sent.
func (e *Emulator) ClearFaults() { e.engine.Control().ClearFaults() }
