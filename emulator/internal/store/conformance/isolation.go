package conformance

import (
	"context"
	"errors"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

var isolation = []check{
	{"a view sees one state while an update commits", viewWhileUpdating},
	{"what an update has written is not seen before it commits", func(t *testing.T, s store.Store) {
		put(t, s, store.BankAccounts, account(1, "acme"))
		update(t, s, func(w store.Writer) error {
			if err := errors.Join(
				store.BankAccounts.Delete(w, 1),
				store.BankAccounts.Put(w, account(2, "acme")),
				store.BankAccounts.Put(w, account(3, "acme")),
			); err != nil {
				return err
			}
			seen := make(chan []int64)
			go func() { seen <- accountIDs(t, s) }()
			same(t, "accounts seen by a view during the update", []int64{1}, <-seen)
			return nil
		})
		same(t, "accounts after the update", []int64{2, 3}, accountIDs(t, s))
	}},
	{"an update sees its own writes", func(t *testing.T, s store.Store) {
		put(t, s, store.BankAccounts, account(1, "acme"), account(2, "acme"))
		update(t, s, func(w store.Writer) error {
			renamed := account(1, "acme")
			renamed.Label = "till"
			if err := errors.Join(
				store.BankAccounts.Put(w, renamed),
				store.BankAccounts.Put(w, account(9, "acme")),
				store.BankAccounts.Delete(w, 2),
			); err != nil {
				return err
			}
			row, err := store.BankAccounts.Get(w, 1)
			same(t, "Get", renamed, row)
			rows, allErr := store.BankAccountByCompany.All(w, "acme")
			same(t, "Walk", []store.BankAccount{renamed, account(9, "acme")}, rows)
			rank, rankErr := w.Rank(&store.BankAccountByCompany.Ordering, store.Key{Scope: "acmf"})
			same(t, "Rank", 2, rank)
			if _, gone := store.BankAccounts.Get(w, 2); !errors.Is(gone, store.ErrNotFound) {
				t.Errorf("the deleted account: %v", gone)
			}
			id, idErr := store.BankAccounts.NextID(w)
			same(t, "NextID", int64(10), id)
			return errors.Join(err, allErr, rankErr, idErr)
		})
	}},
	{"a record that was read stays as it was", func(t *testing.T, s store.Store) {
		put(t, s, store.BankAccounts, account(1, "acme"))
		read, err := get(t, s, store.BankAccounts, 1)
		if err != nil {
			t.Fatal(err)
		}
		changed := account(1, "acme")
		changed.Label = "till"
		put(t, s, store.BankAccounts, changed)
		same(t, "the record read before", account(1, "acme"), read)
		read.Label = "mine"
		now, _ := get(t, s, store.BankAccounts, 1)
		same(t, "the record read after", changed, now)
	}},
}

// viewWhileUpdating holds a view open over two commits and a restore.
func viewWhileUpdating(t *testing.T, s store.Store) {
	put(t, s, store.BankAccounts, account(1, "acme"), account(2, "acme"))
	kept := snapshot(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	commits := []func() error{
		func() error {
			return s.Update(ctx, func(w store.Writer) error {
				return errors.Join(store.BankAccounts.Delete(w, 1), store.BankAccounts.Put(w, account(3, "acme")))
			})
		},
		func() error {
			return s.Update(ctx, func(w store.Writer) error { return store.BankAccounts.Put(w, account(2, "beta")) })
		},
		func() error { return s.Restore(ctx, kept) },
		func() error {
			return s.Update(ctx, func(w store.Writer) error { return store.BankAccounts.Delete(w, 2) })
		},
	}
	view(t, s, func(r store.Reader) error {
		for i, commit := range commits {
			done := make(chan error)
			go func() { done <- commit() }()
			if err := <-done; err != nil {
				t.Fatalf("commit %d during a view: %v", i, err)
			}
			rows, err := store.BankAccountByCompany.All(r, "acme")
			if err != nil {
				return err
			}
			same(t, "accounts in the view", []store.BankAccount{account(1, "acme"), account(2, "acme")}, rows)
			if _, err := store.BankAccounts.Get(r, 3); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("the view found what was committed after it began: %v", err)
			}
		}
		return nil
	})
	same(t, "accounts after all", []int64{1}, accountIDs(t, s))
}

// accountIDs lists the accounts of acme. It may run in any goroutine.
func accountIDs(t *testing.T, s store.Store) []int64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	var rows []store.BankAccount
	err := s.View(ctx, func(r store.Reader) (err error) {
		rows, err = store.BankAccountByCompany.All(r, "acme")
		return err
	})
	if err != nil {
		t.Errorf("View: %v", err)
	}
	return ids(store.BankAccounts, rows)
}
