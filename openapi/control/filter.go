package control

import (
	"net/url"
	"strconv"
	"time"
)

// OrderFilter selects orders of the payment gateway. A zero member selects all.
type OrderFilter struct {
	Company string
	// Status is one of the values that begin with [OrderAuthenticationNotNeeded].
	Status string
	// Query is part of the invoice number, order id or description, in any case of letters.
	Query string
	// After is the id of the last order of the page before.
	After int64
}

// DeliveryFilter selects deliveries. A zero member selects all.
type DeliveryFilter struct {
	Company string
	// Kind is [KindWebhook] or [KindIPN].
	Kind string
	// Status is one of the values that begin with [DeliveryQueued].
	Status string
	// WebhookID is the id of a webhook.
	WebhookID int64
	// Subject is the id of a transaction or order.
	Subject string
	// After is the id of the last delivery of the page before.
	After int64
}

// RequestFilter selects requests of the traffic log. A zero member selects all.
type RequestFilter struct {
	Company string
	// Surface is a name such as [SurfaceUserAPIV2].
	Surface string
	// After is the id of the last request of the page before.
	After int64
}

// FindingFilter selects findings. A zero member selects all.
type FindingFilter struct {
	// Request and Delivery are ids of what the finding is about.
	Request, Delivery int64
	Company           string
	// Code is a finding's code, such as "webhook.wrong_body".
	Code string
	// After is the id of the last finding of the page before.
	After int64
}

// TimelineFilter selects moments. A zero member selects all.
type TimelineFilter struct {
	Company string
	// Subject is a subject as in [Moment], such as "transaction 12".
	Subject string
	// Type is one of the values that begin with [MomentRequest].
	Type string
	// From and To bound the time on the emulator's clock.
	From, To time.Time
	// After is the Seq of the last moment seen.
	After int64
}

// query is what follows the ? of an address; what is empty or 0 is left out.
type query struct{ url.Values }

func newQuery() query { return query{url.Values{}} }

func (q query) text(name, value string) query {
	if value != "" {
		q.Set(name, value)
	}
	return q
}

func (q query) number(name string, value int64) query {
	if value != 0 {
		q.Set(name, strconv.FormatInt(value, 10))
	}
	return q
}

// instant writes a time as it is, to the nanosecond.
func (q query) instant(name string, at time.Time) query {
	if !at.IsZero() {
		q.Set(name, at.Format(time.RFC3339Nano))
	}
	return q
}

// onto puts the query behind a path.
func (q query) onto(path string) string {
	if len(q.Values) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
