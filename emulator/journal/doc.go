// Package journal is the stream of what happens in the emulator: one event for
// each request, transaction, delivery attempt, finding, fault and clock move. The log
// on the terminal and the server-sent events of the control API read it.
//
// It keeps a number of events that is bounded, in bytes too, so that a reader who
// comes late or back can resume, and it never waits for a reader: a slow one is
// dropped and counted. It calls no sink while it holds a lock. What it shows of an
// event has credentials masked.
package journal
