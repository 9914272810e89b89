// Package conformance owns the suite that every backend of package store must
// pass. A backend's test calls [Run] with a function that opens an empty store:
//
//	func TestStore(t *testing.T) {
//		conformance.Run(t, func(t *testing.T) store.Store { return memory.New() })
//	}
//
// The suite defines the contract of [store.Store] and the meaning of the lists.
// The lists are compared with simple models: filter by a loop, sort, cut.
//
// The package must not know any backend. It has no speed requirements; each
// backend has its own benchmarks.
package conformance
