// Package conformance owns the suite that every backend of package store must
// pass. A backend's test calls [Run] with a function that opens an empty store:
//
//	func TestStore(t *testing.T) {
//		conformance.Run(t, func(t *testing.T) store.Store { return memory.New() })
//	}
//
// What the suite demands is the contract of [store.Store] and the meaning of
// the lists. The lists are compared with models that are written here once
// more, as plainly as possible: filter by a loop, sort, cut.
//
// The package must not know any backend. It demands no speed; each backend has
// benchmarks of its own.
package conformance
