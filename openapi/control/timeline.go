package control

import (
	"encoding/json"
)

// Moment is something that happened.
type Moment struct {
	// Seq counts from 1.
	Seq int64 `json:"seq"`
	// Type is one of the values that begin with [MomentRequest].
	Type string `json:"type"`
	At   string `json:"at"`
	// Text is the moment in one line.
	Text string `json:"text"`
	// Subject is what the moment is about, such as "transaction 12".
	Subject string `json:"subject"`
	// Undone says that a reset or restore took the moment back.
	Undone bool `json:"undone,omitempty"`
	// Data is the record at that time, as in [Event].
	Data json.RawMessage `json:"data"`
}

// MomentTypes lists the types of moments.
func MomentTypes() []string {
	return []string{"request", "transaction", "order", "delivery", "finding", "fault", "clock", "reset", "restore", "company", "webhook", "ipn", "user", "oauth"}
}

// Timeline is a page of what happened, oldest first.
type Timeline struct {
	Data []Moment `json:"data"`
	// Next is the Seq to go on after; null at the end.
	Next *string `json:"next"`
	// Dropped counts the oldest moments, which the bounded log forgot.
	Dropped int64 `json:"dropped"`
}

// Configured is the data of an event about the configuration.
type Configured struct {
	Company string `json:"company"`
	ID      string `json:"id"`
	// What is created, changed or deleted.
	What string `json:"what"`
	URL  string `json:"url,omitempty"`
}

// AccessChange is the data of an event about an application's access.
type AccessChange struct {
	Company  string `json:"company"`
	ClientID string `json:"client_id"`
	User     int64  `json:"user"`
	// What the application did, such as "refreshed its tokens".
	What string `json:"what"`
}

// PutBack is the data of an event about a reset or restore.
type PutBack struct {
	// Snapshot is the id of the snapshot; empty for a reset.
	Snapshot string `json:"snapshot"`
}

// ClientUse is how a client of SePay's APIs kept to the rate limits.
type ClientUse struct {
	Address   string `json:"address"`
	Surface   string `json:"surface"`
	Company   string `json:"company"`
	UserAgent string `json:"user_agent"`
	// Calls counts requests, Refused those answered 429. After a refusal the client either
	// Waited as long as it was told, or came back too Early.
	Calls   int64 `json:"calls"`
	Refused int64 `json:"refused"`
	Waited  int64 `json:"waited"`
	Early   int64 `json:"early"`
	// Limit is the documented limit in requests per second, null for none. WouldBeRefused
	// counts the calls that it would have refused.
	Limit          *int  `json:"limit"`
	WouldBeRefused int64 `json:"would_be_refused"`
	PeakPerSecond  int   `json:"peak_per_second"`
}

// ClientList lists the clients, those with the most refusals first. Dropped counts calls
// of clients that were too many to keep.
type ClientList struct {
	Data []ClientUse `json:"data"`
	// Dropped counts calls of clients that were too many to be kept.
	Dropped int64 `json:"dropped"`
}
