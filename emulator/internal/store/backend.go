package store

import "github.com/localsepay/localsepay/emulator/internal/fact"

// Batch is what one transaction changed, for a [Backend].
type Batch struct {
	// Version counts the states of the store: each commit and restore makes one.
	Version uint64
	// Restored is the version of the state that was put back; nil for a commit.
	// Nothing but facts is then added to it.
	Restored *uint64
	// Changes are the records that were put or deleted, each once, as they are at
	// the end of the transaction.
	Changes []Change
	// Last are the greatest ids of the tables whose counts moved, by name.
	Last map[string]int64
	// Facts are those that the transaction emitted; they are not numbered yet.
	Facts []fact.Fact
}

// Change is a record that was put, or, with a nil Record, deleted.
type Change struct {
	Table *Table
	ID    int64
	// Record is a pointer that nobody may write through.
	Record any
}

// Backend keeps what is committed beyond the life of the process. The store calls
// it for one batch after the other, before the state is published: when it fails,
// the transaction is rolled back and its caller gets the error.
type Backend interface {
	Append(Batch) error
}
