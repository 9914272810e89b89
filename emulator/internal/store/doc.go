// Package store owns the records of the emulator and the interface through
// which everything else reads and writes them.
//
// The interface has three layers:
//
//   - [Store], [Reader] and [Writer] are what a backend implements. They know
//     ids, indexes and nothing else, so that a backend stays small.
//   - [Kind] and [Index] are the schema: the record types and their indexes. It
//     is fixed at compile time.
//   - The typed functions ([Kind.Get], [Index.Find], [ListTransactions] …) are
//     what the domain packages call.
//
// A record is plain data, passed by value; the slices and maps inside it are
// shared, so make a copy before changing one.
//
// Filters and paging are implemented here, not by callers: a list picks the
// narrowest index, counts its entries by rank and reads only the page, unless a
// filter remains that no index covers.
//
// The package must not know HTTP, a SePay surface, or the clock: callers pass
// instants.
package store
