package control

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/emulator/journal"
	"github.com/localsepay/localsepay/openapi/input"
)

// Moment is one thing that happened, as the timeline tells it.
type Moment struct {
	// Seq counts from 1.
	Seq int64 `json:"seq"`
	// Type is request, transaction, order, delivery, finding, fault or clock.
	Type string `json:"type"`
	At   string `json:"at"`
	// Text is the moment in one line.
	Text string `json:"text"`
	// Data is the record, as the stream of events has it.
	Data json.RawMessage `json:"data"`
}

// Timeline is the ordered record of what happened, oldest first.
type Timeline struct {
	Data []Moment `json:"data"`
	// Next is the Seq to go on after; null at the end.
	Next *string `json:"next"`
	// Dropped counts the oldest moments, which the bounded journal forgot.
	Dropped int64 `json:"dropped"`
}

// TimelineFilter selects moments; zero members select all.
type TimelineFilter struct {
	Company  string
	Type     string
	From, To time.Time
	// After is the Seq of the last moment that is known.
	After int64
}

// Timeline returns up to limit moments that f selects. Of a company, it has also
// what concerns all, such as moves of the clock.
func (c *Control) Timeline(f TimelineFilter, limit int) Timeline {
	kept, _, cancel := c.Journal.Subscribe(f.After, 1)
	cancel()
	out := Timeline{Data: []Moment{}, Dropped: c.Journal.Dropped()}
	for _, e := range kept {
		data, err := e.Payload()
		if err != nil || !f.selects(e, data) {
			continue
		}
		if len(out.Data) == limit {
			out.Next = orNull(fmt.Sprint(out.Data[limit-1].Seq))
			break
		}
		out.Data = append(out.Data, Moment{Seq: e.Seq, Type: string(e.Type), At: stamp(e.At), Text: c.Line(e), Data: data})
	}
	return out
}

func (f TimelineFilter) selects(e journal.Event, data []byte) bool {
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
	f := TimelineFilter{Company: q.Get("company"), Type: q.Get("type"), After: after}
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

// ClientUse is how a client kept to the rate limits.
type ClientUse struct {
	Address   string `json:"address"`
	Surface   string `json:"surface"`
	Company   string `json:"company"`
	UserAgent string `json:"user_agent"`
	// Calls counts requests, Refused those answered with 429; after a refusal the
	// client Waited as it was told, or came back too Early.
	Calls   int64 `json:"calls"`
	Refused int64 `json:"refused"`
	Waited  int64 `json:"waited"`
	Early   int64 `json:"early"`
	// Limit is SePay's documented one in requests per second, null for none;
	// WouldBeRefused are the calls that it would have refused.
	Limit          *int  `json:"limit"`
	WouldBeRefused int64 `json:"would_be_refused"`
	PeakPerSecond  int   `json:"peak_per_second"`
}

// ClientList is the clients, those with the most refusals first.
type ClientList struct {
	Data []ClientUse `json:"data"`
	// Dropped counts calls of clients that were too many to be kept.
	Dropped int64 `json:"dropped"`
}

// ClientUses tells how each client kept to the rate limits.
func (c *Control) ClientUses() ClientList {
	out := ClientList{Data: []ClientUse{}}
	uses, dropped := c.Clients.List()
	out.Dropped = dropped
	for _, u := range uses {
		shown := ClientUse{
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
