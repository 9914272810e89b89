package control

import (
	"errors"

	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// SetFault arms a fault and returns it with its id.
func (c *Control) SetFault(f wire.Fault) (wire.Fault, error) {
	f, err := c.config.Faults.Add(f)
	return c.showFault(f), err
}

// FaultList lists the faults in the order in which they are tried, with their
// counts.
func (c *Control) FaultList() wire.List[wire.Fault] {
	out := wire.List[wire.Fault]{Data: c.config.Faults.List()}
	for i, f := range out.Data {
		out.Data[i] = c.showFault(f)
	}
	return out
}

// showFault masks the credentials in a rule's conditions and answers.
func (c *Control) showFault(f wire.Fault) wire.Fault {
	if h := f.When.Header; h != nil {
		f.When.Header = &wire.FaultHeader{Name: h.Name, Value: c.config.Secrets.Header(h.Name, h.Value)}
	}
	if f.Do.Headers != nil {
		f.Do.Headers = c.config.Secrets.HeaderMap(f.Do.Headers)
	}
	f.Do.Body = c.config.Secrets.Body("", f.Do.Body)
	return f
}

// RemoveFault disarms a fault. Deliveries that it delayed are still sent.
func (c *Control) RemoveFault(id int64) error {
	if !c.config.Faults.Remove(id) {
		return input.Refuse(store.ErrNotFound, "there is no fault %d", id)
	}
	return nil
}

// ClearFaults disarms all faults.
func (c *Control) ClearFaults() { c.config.Faults.Clear() }

func (c *Control) postFault(r request) (int, any, error) {
	body, err := read[wire.Fault](r)
	switch {
	case errors.Is(err, input.ErrBounds):
		return 0, nil, &fault.Error{Detail: err.Error()}
	case err != nil:
		return 0, nil, err
	case body.ID != 0 || body.Matched != 0 || body.Fired != 0:
		return 0, nil, &fault.Error{Detail: "id, matched and fired are the emulator's own", Hint: "leave them out"}
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
