// Package fact is the log of what happened: a bounded list of facts in the
// order in which they were committed. Readers use a cursor: the log on the
// terminal, the stream of events, the timeline, the open payment page.
//
// A fact is written where the decision is made, by Emit of a store's
// transaction, so that it is committed with the records it describes, or not at
// all. Events outside a transaction, such as an answered request, are added by
// [Log.Note]. Both use the same numbers.
//
// A reset or restore removes no fact. It marks those that it undoes and is a
// fact itself.
//
// The package must not know what the facts are about: their data is typed by
// the packages that emit them.
package fact
