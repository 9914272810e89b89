// Package store owns the records of the emulator and the interface through
// which everything else reads and writes them.
//
// The interface has three layers:
//
//   - [Store], [Reader] and [Writer] are what a backend implements. They know
//     ids, indexes and nothing else, so that a backend stays small.
//   - [Kind] and [Index] are the schema: which records exist and by which
//     orders and unique values they can be found. It is fixed at compile time.
//   - The typed functions ([Kind.Get], [Index.Find], [ListTransactions] …) are
//     what the domain packages call.
//
// A record is plain data. It is handed out and taken in by value; the slices
// and maps inside it are shared, so whoever changes one builds a new one first.
//
// Filters and paging are decided here, not by callers: a list picks the
// narrowest index, counts its entries by rank and reads only the page, unless
// a filter is left over that no index answers.
//
// The package must not know HTTP, a SePay surface, or the clock: instants are
// given to it.
package store
