package control

import (
	"net/url"
	"strconv"
	"time"
)

// OrderFilter selects orders of the payment gateway. The zero value of a field
// does not filter.
type OrderFilter struct {
	Company string
	// Status is AUTHENTICATION_NOT_NEEDED, CAPTURED or CANCELLED.
	Status string
	// Query is a part of the invoice number, order id or description, in any case
	// of letters.
	Query string
	// After is the id of the last order of the page before.
	After int64
}

// DeliveryFilter selects deliveries. The zero value of a field does not filter.
type DeliveryFilter struct {
	Company string
	// Kind is webhook or ipn.
	Kind   string
	Status string
	// WebhookID is the webhook whose deliveries are meant.
	WebhookID int64
	// Subject is a transaction's or order's id.
	Subject string
	// After is the id of the last delivery of the page before.
	After int64
}

// RequestFilter selects lines of the traffic log. The zero value of a field does
// not filter.
type RequestFilter struct {
	Company string
	// Surface is a name as the traffic log has it, such as "userapi v2".
	Surface string
	// After is the id of the last request of the page before.
	After int64
}

// FindingFilter selects findings. The zero value of a field does not filter.
type FindingFilter struct {
	// Request and Delivery are the ids of what the findings are about.
	Request, Delivery int64
	Company           string
	// Code is a finding's code, such as "webhook.wrong_body".
	Code string
	// After is the id of the last finding of the page before.
	After int64
}

// TimelineFilter selects moments; zero members select all.
type TimelineFilter struct {
	Company string
	// Subject is one as the moments name it.
	Subject  string
	Type     string
	From, To time.Time
	// After is the Seq of the last moment that is known.
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
