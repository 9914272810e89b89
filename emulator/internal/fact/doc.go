// Package fact is what the emulator remembers of what happened: a bounded log
// of facts in the order in which they were committed. Whoever wants to know
// what happened reads it by a cursor: the log on the terminal, the stream of
// events, the timeline, the open payment page.
//
// A fact is written where the decision is made, by Emit of a store's
// transaction, so that it is committed with the records that it tells of, or
// not at all. What happens outside of a transaction, such as a request that was
// answered, is added by [Log.Note]. Both count up the same numbers.
//
// A reset or restore takes no fact out of the log. It marks those that it takes
// back as undone and is a fact itself.
//
// The package must not know what the facts tell of: their data is typed by the
// packages that emit them.
package fact
