// Package journal is the stream of what happens in the emulator: one event for
// each request, transaction, delivery attempt, finding, fault and clock move. The log
// on the terminal and the server-sent events of the control API read it.
//
// It keeps a bounded number of events so that a reader who comes late or back
// can resume, and it never waits for a reader: a slow one is dropped.
package journal
