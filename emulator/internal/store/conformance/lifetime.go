package conformance

import (
	"context"
	"errors"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

var lifetime = []check{
	{"a cancelled context stops every call before it starts", func(t *testing.T, s store.Store) {
		before := seeded(t, s)
		kept := snapshot(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for name, err := range calls(ctx, t, s, kept) {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		}
		same(t, "state", before, stateOf(t, s))
	}},
	{"a closed store refuses every call", func(t *testing.T, s store.Store) {
		kept := snapshot(t, s)
		if err := s.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
		for name, err := range calls(t.Context(), t, s, kept) {
			if !errors.Is(err, store.ErrClosed) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.Close(); !errors.Is(err, store.ErrClosed) {
			t.Errorf("Close: %v", err)
		}
	}},
	{"a reader does not outlive its function", func(t *testing.T, s store.Store) {
		seeded(t, s)
		var leaked store.Reader
		view(t, s, func(r store.Reader) error {
			leaked = r
			return nil
		})
		refusedReads(t, leaked)
	}},
	{"a writer does not outlive its function, however that ended", func(t *testing.T, s store.Store) {
		seeded(t, s)
		for name, end := range map[string]func() error{
			"committed": func() error { return nil },
			"dropped":   func() error { return errStop },
			"panicked":  func() error { panic("boom") },
		} {
			before := stateOf(t, s)
			var leaked store.Writer
			func() {
				defer func() { _ = recover() }()
				_ = s.Update(t.Context(), func(w store.Writer) error {
					leaked = w
					return end()
				})
			}()
			refusedReads(t, leaked)
			_, idErr := store.BankAccounts.NextID(leaked)
			for call, err := range map[string]error{
				"Put":    store.BankAccounts.Put(leaked, account(1, "beta")),
				"Delete": store.BankAccounts.Delete(leaked, 1),
				"NextID": idErr,
			} {
				if err == nil {
					t.Errorf("%s on a writer that %s returned nil", call, name)
				}
			}
			same(t, "state", before, stateOf(t, s))
		}
	}},
	{"the reader of a view cannot write", func(t *testing.T, s store.Store) {
		view(t, s, func(r store.Reader) error {
			if _, ok := r.(store.Writer); ok {
				t.Error("the reader is a writer")
			}
			return nil
		})
	}},
}

// calls makes every call that should be refused, and fails the test when one
// runs its function.
func calls(ctx context.Context, t *testing.T, s store.Store, kept store.Snapshot) map[string]error {
	t.Helper()
	_, snapshotErr := s.Snapshot(ctx)
	return map[string]error{
		"View": s.View(ctx, func(store.Reader) error {
			t.Error("View ran its function")
			return nil
		}),
		"Update": s.Update(ctx, func(store.Writer) error {
			t.Error("Update ran its function")
			return nil
		}),
		"Snapshot": snapshotErr,
		"Restore":  s.Restore(ctx, kept),
	}
}

func refusedReads(t *testing.T, r store.Reader) {
	t.Helper()
	order := &store.BankAccountByCompany.Ordering
	_, getErr := r.Get(order.Table, 1)
	_, rankErr := r.Rank(order, store.Key{Scope: "acme"})
	_, _, seekErr := r.Seek(order, store.Key{Scope: "acme"})
	visited := false
	walkErr := r.Walk(order, 0, 10, false, func(any) bool {
		visited = true
		return true
	})
	for call, err := range map[string]error{"Get": getErr, "Rank": rankErr, "Seek": seekErr, "Walk": walkErr} {
		if err == nil || errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s after the end returned %v", call, err)
		}
	}
	if visited {
		t.Error("Walk after the end visited a record")
	}
}
