package control

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// Event is a fact as the control API shows it, with credentials masked. It is
// rendered on demand.
type Event struct {
	// Seq counts from 1.
	Seq  int64
	Type string
	At   time.Time

	fact    fact.Fact
	control *Control
}

// EventOf returns the event of a fact.
func (c *Control) EventOf(x fact.Fact) Event {
	return Event{Seq: x.Number, Type: string(x.Type), At: x.At, fact: x, control: c}
}

// Line returns the event in one line for a person, with its time in Vietnam.
func (e Event) Line() string { return e.control.line(e.fact) }

// Payload is what happened, in JSON.
func (e Event) Payload() ([]byte, error) {
	text, err := json.Marshal(e.control.showFact(e.fact))
	if err != nil {
		return nil, err
	}
	return e.control.config.Secrets.Values(text), nil
}

// MarshalJSON implements [json.Marshaler].
func (e Event) MarshalJSON() ([]byte, error) {
	data, err := e.Payload()
	if err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		Seq  int64           `json:"seq"`
		Type string          `json:"type"`
		At   time.Time       `json:"at"`
		Data json.RawMessage `json:"data"`
	}{e.Seq, e.Type, e.At, data})
}

// ClockMoved is the data of a fact about the clock.
type ClockMoved struct{ wire.ClockState }

// Size implements [fact.Data].
func (ClockMoved) Size() int { return 128 }

// PutBack is the data of a fact about a reset or restore.
type PutBack struct{ wire.PutBack }

// Size implements [fact.Data].
func (p PutBack) Size() int { return 16 + len(p.Snapshot) }

// IPNChanged is the data of a fact about a changed IPN.
type IPNChanged struct {
	// URL may hold credentials; it is empty when the IPN was switched off.
	URL string
}

// Size implements [fact.Data].
func (i IPNChanged) Size() int { return 16 + len(i.URL) }

// showFact renders the data of a fact.
func (c *Control) showFact(x fact.Fact) any {
	switch d := x.Data.(type) {
	case *frontdoor.Answered:
		return c.ShowEntry(&d.Entry, d.Findings)
	case bank.Receipt:
		return ShowTransfer(d)
	case payment.Standing:
		return c.showOrder(d)
	case notify.Delivered:
		return c.showDelivery(*d.Delivery, c.config.Findings.List(finding.Filter{Delivery: d.ID, Before: x.Number, Undone: x.Undone}, 0))
	case finding.Finding:
		f, _ := finding.Of(x)
		return f.Masked(c.config.Secrets)
	case fault.Struck:
		return d.Fired
	case ClockMoved:
		return d.ClockState
	case PutBack:
		return d.PutBack
	case notify.Configured:
		return wire.Configured{Company: x.Company, ID: strconv.FormatInt(d.ID, 10), What: d.What, URL: c.config.Secrets.URL(d.URL)}
	case IPNChanged:
		return wire.Configured{Company: x.Company, ID: x.Company, What: "changed", URL: c.config.Secrets.URL(d.URL)}
	case identity.Configured:
		return wire.Configured{Company: x.Company, ID: d.ID, What: d.What}
	case oauth2.Accessed:
		return wire.AccessChange{Company: x.Company, ClientID: d.ClientID, User: d.User, What: d.What}
	}
	return nil
}

// emitClock emits a fact with the state of the clock.
func (c *Control) emitClock(ctx context.Context) (s wire.ClockState, err error) {
	err = c.config.Store.Update(ctx, func(w store.Writer) error {
		if s, err = c.clockState(w); err == nil {
			w.Emit(fact.Fact{At: c.config.Clock.Now(), Type: fact.Clock, Data: ClockMoved{s}})
		}
		return err
	})
	return s, err
}
