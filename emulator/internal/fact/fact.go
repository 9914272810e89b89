package fact

import (
	"context"
	"time"
)

// Type is the kind of a fact.
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
	// Reset and Restore: an earlier state was restored.
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

// Data describes what happened, as it was then. It is never changed once it is
// emitted.
type Data interface {
	// Size estimates how much memory the data holds, in bytes.
	Size() int
}

// Fact is one thing that happened.
type Fact struct {
	// Number counts from 1 in the order of the log. It is set at the commit and
	// never goes back, even when an earlier state is restored.
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
	// Undone says that a reset or restore undid what happened.
	Undone bool
	// Noted says that the fact belongs to no transaction; see [Log.Note].
	Noted bool
}

type silentKey struct{}

// Silent returns a context whose transactions emit no facts, for seed data.
func Silent(ctx context.Context) context.Context { return context.WithValue(ctx, silentKey{}, true) }

// IsSilent returns whether transactions under ctx emit no facts.
func IsSilent(ctx context.Context) bool { return ctx.Value(silentKey{}) != nil }

// About names a subject: the thing that a fact of a type is about, by its id.
func About(t Type, id string) string { return string(t) + " " + id }

// fixedSize is the memory of a fact besides its texts and its data, in bytes.
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

// selects applies the parts of the filter that have no index.
func (f *Filter) selects(x *Fact) bool {
	return (f.Type == "" || f.Type == x.Type) &&
		(f.Company == "" || x.Company == "" || f.Company == x.Company) &&
		(f.Subject == "" || f.Subject == x.Subject) &&
		(f.From.IsZero() || !x.At.Before(f.From)) &&
		(f.To.IsZero() || !x.At.After(f.To))
}
