package control

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/emulator/journal"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// Timeline returns up to limit moments that f selects. Of a company, it has also
// what concerns all, such as moves of the clock.
func (c *Control) Timeline(f wire.TimelineFilter, limit int) wire.Timeline {
	kept, _, cancel := c.Journal.Subscribe(f.After, 1)
	cancel()
	out := wire.Timeline{Data: []wire.Moment{}, Dropped: c.Journal.Dropped()}
	for _, e := range kept {
		data, err := e.Payload()
		if err != nil || !selects(f, e, data) {
			continue
		}
		if len(out.Data) == limit {
			out.Next = orNull(fmt.Sprint(out.Data[limit-1].Seq))
			break
		}
		out.Data = append(out.Data, wire.Moment{Seq: e.Seq, Type: string(e.Type), At: stamp(e.At), Text: c.Line(e), Data: data})
	}
	return out
}

func selects(f wire.TimelineFilter, e journal.Event, data []byte) bool {
	var of struct {
		Company string `json:"company"`
	}
	switch {
	case f.Type != "" && f.Type != string(e.Type),
		!f.From.IsZero() && e.At.Before(f.From),
		!f.To.IsZero() && e.At.After(f.To):
		return false
	case f.Company == "":
		return true
	}
	return json.Unmarshal(data, &of) != nil || of.Company == "" || of.Company == f.Company
}

func (c *Control) getTimeline(r request) (int, any, error) {
	limit, after, err := r.page()
	if err != nil {
		return 0, nil, err
	}
	q := r.URL.Query()
	if err := oneOf("type", q.Get("type"), journal.Types()); err != nil {
		return 0, nil, err
	}
	f := wire.TimelineFilter{Company: q.Get("company"), Type: q.Get("type"), After: after}
	for name, at := range map[string]*time.Time{"from": &f.From, "to": &f.To} {
		text := q.Get(name)
		if text == "" {
			continue
		}
		if *at, err = input.Instant(text); err != nil {
			return 0, nil, badRequest(name + ": " + err.Error())
		}
	}
	return ok(c.Timeline(f, limit), nil)
}

// ClientUses tells how each client kept to the rate limits.
func (c *Control) ClientUses() wire.ClientList {
	out := wire.ClientList{Data: []wire.ClientUse{}}
	uses, dropped := c.Clients.List()
	out.Dropped = dropped
	for _, u := range uses {
		shown := wire.ClientUse{
			Address: u.Address, Surface: u.Surface, Company: u.Company, UserAgent: c.Secrets.Text(u.UserAgent), Calls: u.Calls, Refused: u.Refused,
			Waited: u.Waited, Early: u.Early, WouldBeRefused: u.WouldBeRefused, PeakPerSecond: u.PeakPerSecond,
		}
		if u.Limit > 0 {
			shown.Limit = &u.Limit
		}
		out.Data = append(out.Data, shown)
	}
	return out
}
