package control

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/emulator/fact"
	"github.com/localsepay/localsepay/openapi/input"
)

// Moment is one thing that happened, as the timeline tells it.
type Moment struct {
	// Seq counts from 1.
	Seq int64 `json:"seq"`
	// Type is that of the fact, such as request, transaction or delivery.
	Type string `json:"type"`
	At   string `json:"at"`
	// Text is the moment in one line.
	Text string `json:"text"`
	// Subject is what the moment is about, such as "transaction 12".
	Subject string `json:"subject"`
	// Undone says that a reset or restore took back what is told.
	Undone bool `json:"undone,omitempty"`
	// Data is the record as it was then, as the stream of events has it.
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

// TimelineFilter selects moments; zero members select all. Of a company, it
// selects also what concerns all, such as moves of the clock.
type TimelineFilter struct {
	Company string
	// Subject is one as the moments name it.
	Subject  string
	Type     string
	From, To time.Time
	// After is the Seq of the last moment that is known.
	After int64
}

// Timeline returns up to limit moments that f selects.
func (c *Control) Timeline(f TimelineFilter, limit int) Timeline {
	facts := c.Store.Facts()
	found := facts.After(fact.Filter{Company: f.Company, Subject: f.Subject, Type: fact.Type(f.Type), From: f.From, To: f.To}, f.After, limit+1)
	out := Timeline{Data: []Moment{}, Dropped: facts.Dropped()}
	for i, x := range found {
		if i == limit {
			out.Next = orNull(fmt.Sprint(found[limit-1].Number))
			break
		}
		data, err := c.EventOf(x).Payload()
		if err != nil { // what cannot be shown has no moment
			continue
		}
		out.Data = append(out.Data, Moment{Seq: x.Number, Type: string(x.Type), At: stamp(x.At), Text: c.line(x), Subject: x.Subject, Undone: x.Undone, Data: data})
	}
	return out
}

func (c *Control) getTimeline(r request) (int, any, error) {
	limit, after, err := r.page()
	if err != nil {
		return 0, nil, err
	}
	q := r.URL.Query()
	if err := oneOf("type", q.Get("type"), factTypes()); err != nil {
		return 0, nil, err
	}
	f := TimelineFilter{Company: q.Get("company"), Subject: q.Get("subject"), Type: q.Get("type"), After: after}
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

func factTypes() []string {
	var out []string
	for _, t := range fact.Types() {
		out = append(out, string(t))
	}
	return out
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
