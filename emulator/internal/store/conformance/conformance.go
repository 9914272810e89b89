package conformance

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// timeout bounds a wait for what a correct store does at once, so that a store
// that blocks fails its test instead of hanging.
const timeout = 20 * time.Second

// check is one rule of the contract.
type check struct {
	name string
	run  func(t *testing.T, s store.Store)
}

// Run runs the suite. open returns an empty store and registers its cleanup
// with t; it is called at least once for each test, and Close of a store may
// have been called before its cleanup.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	groups := []struct {
		name   string
		checks []check
	}{
		{"atomicity", atomicity},
		{"isolation", isolation},
		{"records", append(records, roundTrips...)},
		{"unique values", uniqueValues},
		{"gateway", gateway},
		{"credentials", credentials},
		{"orders", orders},
		{"transactions", transactions},
		{"lists", lists},
		{"bank accounts", bankAccounts},
		{"deliveries", deliveries},
		{"snapshots", append(snapshots, foreignSnapshot(open))},
		{"facts", facts},
		{"concurrency", concurrency},
		{"lifetime", lifetime},
	}
	for _, group := range groups {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.checks {
				t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
			}
		})
	}
}

// tester has the common methods of [testing.T] and rapid.T.
type tester interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// update commits what fn writes, or ends the test.
func update(t tester, s store.Store, fn func(store.Writer) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatalf("Update: %v", err)
	}
}

// view reads, or ends the test.
func view(t tester, s store.Store, fn func(store.Reader) error) {
	t.Helper()
	if err := s.View(t.Context(), fn); err != nil {
		t.Fatalf("View: %v", err)
	}
}

// put commits records of one kind.
func put[R any](t tester, s store.Store, kind *store.Kind[R], rows ...R) {
	t.Helper()
	update(t, s, func(w store.Writer) error {
		for _, row := range rows {
			if err := kind.Put(w, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// get returns a committed record.
func get[R any](t tester, s store.Store, kind *store.Kind[R], id int64) (R, error) {
	t.Helper()
	var row R
	err := s.View(t.Context(), func(r store.Reader) (err error) {
		row, err = kind.Get(r, id)
		return err
	})
	return row, err
}

// nextID commits one step of a counter.
func nextID[R any](t tester, s store.Store, kind *store.Kind[R]) int64 {
	t.Helper()
	var id int64
	update(t, s, func(w store.Writer) (err error) {
		id, err = kind.NextID(w)
		return err
	})
	return id
}

func snapshot(t tester, s store.Store) store.Snapshot {
	t.Helper()
	kept, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatalf("Snapshot: %v", err)
	}
	return kept
}

func restore(t tester, s store.Store, kept store.Snapshot) {
	t.Helper()
	if err := s.Restore(t.Context(), kept); err != nil {
		t.Fatalf("Restore: %v", err)
	}
}

// same reports a difference. Empty and nil slices are equal, as a durable store
// cannot distinguish them.
func same[T any](t tester, what string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func noError(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("unexpected error: %v", err)
	}
}

// ids returns the ids of records, which is all that the tests of an order compare.
func ids[R any](kind *store.Kind[R], rows []R) []int64 {
	list := make([]int64, len(rows))
	for i := range rows {
		list[i] = kind.ID(&rows[i])
	}
	return list
}

// account is a bank account with the fields that its orders need.
func account(id int64, company string) store.BankAccount {
	return store.BankAccount{ID: id, Company: company, CreatedAt: time.UnixMicro(id).UTC()}
}
