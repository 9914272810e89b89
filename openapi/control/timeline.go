package control

import (
	"encoding/json"
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
