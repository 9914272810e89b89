package control

import "time"

// DeliveryFilter selects deliveries. The zero value of a field does not filter.
type DeliveryFilter struct {
	Company   string
	Kind      string
	Status    string
	WebhookID int64
	// Subject is a transaction's or order's id.
	Subject string
	// After is the id of the last delivery of the page before.
	After int64
}

// TimelineFilter selects moments; zero members select all.
type TimelineFilter struct {
	Company  string
	Type     string
	From, To time.Time
	// After is the Seq of the last moment that is known.
	After int64
}
