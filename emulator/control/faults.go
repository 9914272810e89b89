package control

import (
	"github.com/localsepay/localsepay/emulator/fault"
	"github.com/localsepay/localsepay/emulator/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// Fault is a rule by which requests or deliveries go wrong. In the body of
// POST /faults the id and the counts are not read.
type Fault = fault.Rule

// FaultMark is how a request names a fault that touched it.
type FaultMark = fault.Mark

// SetFault arms a fault and returns it with its id.
func (c *Control) SetFault(f Fault) (Fault, error) { return c.Faults.Add(f) }

// FaultList lists the faults in the order in which they are tried, with their
// counts.
func (c *Control) FaultList() List[Fault] { return List[Fault]{Data: c.Faults.List()} }

// RemoveFault disarms a fault. What it put off is still sent in its time.
func (c *Control) RemoveFault(id int64) error {
	if !c.Faults.Remove(id) {
		return input.Refuse(store.ErrNotFound, "there is no fault %d", id)
	}
	return nil
}

// ClearFaults disarms all faults.
func (c *Control) ClearFaults() { c.Faults.Clear() }

func (c *Control) postFault(r request) (int, any, error) {
	body, err := read[Fault](r)
	if err != nil {
		return 0, nil, err
	}
	return created(c.SetFault(body))
}

func (c *Control) deleteFaults(request) (int, any, error) {
	c.ClearFaults()
	return none(nil)
}

func (c *Control) deleteFault(r request) (int, any, error) {
	id, err := r.id()
	if err != nil {
		return 0, nil, err
	}
	return none(c.RemoveFault(id))
}
