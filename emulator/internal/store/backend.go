package store

import "github.com/localsepay/localsepay/emulator/internal/fact"

// Batch is what one transaction changed, for a [Backend].
type Batch struct {
	// Version counts the states of the store: each commit and restore makes one.
	Version uint64
	// Restored is the version of the state that was restored; nil for a commit. A
	// restore adds only facts.
	Restored *uint64
	// Changes are the changed records, each once, as they are at the end of the
	// transaction.
	Changes []Change
	// Last are the greatest ids of the tables whose counters changed, by name.
	Last map[string]int64
	// Facts are the emitted facts, not yet numbered.
	Facts []fact.Fact
}

// Change is a stored record or, with a nil Record, a deleted one.
type Change struct {
	Table *Table
	ID    int64
	// Record is a pointer that must not be written through.
	Record any
}

// Backend persists what is committed. The store calls it for one batch after
// another, before the state is published: when it fails, the transaction is
// rolled back and its caller gets the error.
type Backend interface {
	Append(Batch) error
}
