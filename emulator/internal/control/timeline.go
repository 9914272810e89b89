package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// Timeline returns up to limit moments that f selects. A company or type that does
// not exist is an error, as it would select nothing.
func (c *Control) Timeline(ctx context.Context, f wire.TimelineFilter, limit int) (wire.Timeline, error) {
	if err := errors.Join(oneOf("type", f.Type, wire.MomentTypes()), c.hasCompany(ctx, f.Company)); err != nil {
		return wire.Timeline{}, err
	}
	facts := c.config.Store.Facts()
	found := facts.After(fact.Filter{Company: f.Company, Subject: f.Subject, Type: fact.Type(f.Type), From: f.From, To: f.To}, f.After, limit+1)
	out := wire.Timeline{Data: []wire.Moment{}, Dropped: facts.Dropped()}
	for i, x := range found {
		if i == limit {
			out.Next = orNull(fmt.Sprint(found[limit-1].Number))
			break
		}
		data, err := c.EventOf(x).Payload()
		if err != nil { // what cannot be shown has no moment
			continue
		}
		out.Data = append(out.Data, wire.Moment{Seq: x.Number, Type: string(x.Type), At: stamp(x.At), Text: c.line(x), Subject: x.Subject, Undone: x.Undone, Data: data})
	}
	return out, nil
}

func (c *Control) getTimeline(r request) (int, any, error) {
	limit, after, err := r.page()
	if err != nil {
		return 0, nil, err
	}
	q := r.URL.Query()
	f := wire.TimelineFilter{Company: q.Get("company"), Subject: q.Get("subject"), Type: q.Get("type"), After: after}
	for name, at := range map[string]*time.Time{"from": &f.From, "to": &f.To} {
		text := q.Get(name)
		if text == "" {
			continue
		}
		if *at, err = input.Instant(text); err != nil {
			return 0, nil, badRequest(name + ": " + err.Error())
		}
	}
	return ok(c.Timeline(r.Context(), f, limit))
}

// ClientUses returns how each client kept to the rate limits.
func (c *Control) ClientUses() wire.ClientList {
	out := wire.ClientList{Data: []wire.ClientUse{}}
	uses, dropped := c.config.Clients.List()
	out.Dropped = dropped
	for _, u := range uses {
		shown := wire.ClientUse{
			Address: u.Address, Surface: u.Surface, Company: u.Company, UserAgent: c.config.Secrets.Text(u.UserAgent), Calls: u.Calls, Refused: u.Refused,
			Waited: u.Waited, Early: u.Early, WouldBeRefused: u.WouldBeRefused, PeakPerSecond: u.PeakPerSecond,
		}
		if u.Limit > 0 {
			shown.Limit = &u.Limit
		}
		out.Data = append(out.Data, shown)
	}
	return out
}
