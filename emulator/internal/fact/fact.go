package fact

import (
	"context"
	"time"
)

// Type names what a fact tells of.
type Type string

// The types of facts.
const (
	// Request: a request of a surface was answered.
	Request Type = "request"
	// Transaction: money moved at the bank.
	Transaction Type = "transaction"
	// Order: an order of the gateway was opened or changed.
	Order Type = "order"
	// Delivery: an attempt to deliver a notice was made.
	Delivery Type = "delivery"
	// Finding: something was noticed about the integration.
	Finding Type = "finding"
	// Fault: a fault struck a request or delivery.
	Fault Type = "fault"
	// Clock: the clock was moved, or runs in another way.
	Clock Type = "clock"
	// Reset and Restore: an earlier state was put back.
	Reset   Type = "reset"
	Restore Type = "restore"
	// Company, Webhook, IPN and User: the configuration was changed.
	Company Type = "company"
	Webhook Type = "webhook"
	IPN     Type = "ipn"
	User    Type = "user"
	// OAuth: an application got or lost access.
	OAuth Type = "oauth"
)

// Types lists the types of facts.
func Types() []Type {
	return []Type{Request, Transaction, Order, Delivery, Finding, Fault, Clock, Reset, Restore, Company, Webhook, IPN, User, OAuth}
}

// Data is what a fact tells, as it was then. It is never changed once it is
// emitted.
type Data interface {
	// Size estimates how much memory the data holds, in bytes.
	Size() int
}

// Fact is one thing that happened.
type Fact struct {
	// Number counts from 1 in the order of the log. It is given when the fact is
	// committed and does not go back, also when an earlier state is put back.
	Number int64
	// At is the emulator's time.
	At time.Time
	// Company is empty when the fact concerns all of them.
	Company string
	// Subject is what the fact is about, such as "order SEPAY-1A2B" or
	// "transaction 12"; see [About].
	Subject string
	Type    Type
	Data    Data
	// Undone says that a reset or restore took back what the fact tells of.
	Undone bool
}

type silentKey struct{}

// Silent marks the work under ctx as no news: what its transactions emit is
// dropped. Seed data is written so.
func Silent(ctx context.Context) context.Context { return context.WithValue(ctx, silentKey{}, true) }

// IsSilent says that the work under ctx is no news.
func IsSilent(ctx context.Context) bool { return ctx.Value(silentKey{}) != nil }

// About names a subject: the thing that a fact of a type is about, by its id.
func About(t Type, id string) string { return string(t) + " " + id }

// fixedSize is what a fact holds besides its texts and its data, in bytes.
const fixedSize = 160

func (f *Fact) size() int {
	n := fixedSize + len(f.Company) + len(f.Subject)
	if f.Data != nil {
		n += f.Data.Size()
	}
	return n
}

// Filter selects facts. The zero value of a field does not filter.
type Filter struct {
	// Company selects its own facts and those that concern all companies.
	Company string
	Subject string
	Type    Type
	// From and To are instants of the emulator's time, both included.
	From, To time.Time
}

// selects decides what no index answers.
func (f *Filter) selects(x *Fact) bool {
	return (f.Type == "" || f.Type == x.Type) &&
		(f.Company == "" || x.Company == "" || f.Company == x.Company) &&
		(f.Subject == "" || f.Subject == x.Subject) &&
		(f.From.IsZero() || !x.At.Before(f.From)) &&
		(f.To.IsZero() || !x.At.After(f.To))
}
