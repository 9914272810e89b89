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
func (c *Control) SetFault(f Fault) (Fault, error) {
	f, err := c.Faults.Add(f)
	return c.showFault(f), err
}

// FaultList lists the faults in the order in which they are tried, with their
// counts.
func (c *Control) FaultList() List[Fault] {
	out := List[Fault]{Data: c.Faults.List()}
	for i, f := range out.Data {
		out.Data[i] = c.showFault(f)
	}
	return out
}

// showFault masks the credentials that a rule selects by, or answers with.
func (c *Control) showFault(f Fault) Fault {
	if h := f.When.Header; h != nil {
		f.When.Header = &fault.Header{Name: h.Name, Value: c.Secrets.Header(h.Name, h.Value)}
	}
	if f.Do.Headers != nil {
		f.Do.Headers = c.Secrets.HeaderMap(f.Do.Headers)
	}
	f.Do.Body = c.Secrets.Body("", f.Do.Body)
	return f
}

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
