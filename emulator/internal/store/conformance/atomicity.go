package conformance

import (
	"errors"
	"runtime"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

var errStop = errors.New("stop")

var atomicity = []check{
	{"an update that returns an error changes nothing", func(t *testing.T, s store.Store) {
		before := seeded(t, s)
		if err := s.Update(t.Context(), func(w store.Writer) error {
			scribble(t, w)
			return errStop
		}); !errors.Is(err, errStop) {
			t.Errorf("Update returned %v", err)
		}
		same(t, "state", before, stateOf(t, s))
	}},
	{"an update that panics changes nothing and passes the panic on", func(t *testing.T, s store.Store) {
		before := seeded(t, s)
		func() {
			defer func() { same[any](t, "panic", "boom", recover()) }()
			_ = s.Update(t.Context(), func(w store.Writer) error {
				scribble(t, w)
				panic("boom")
			})
		}()
		same(t, "state", before, stateOf(t, s))
		same(t, "the next update", before.NextID, nextID(t, s, store.BankAccounts))
	}},
	{"an update whose goroutine ends changes nothing", func(t *testing.T, s store.Store) {
		before := seeded(t, s)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = s.Update(t.Context(), func(w store.Writer) error {
				scribble(t, w)
				runtime.Goexit() // what t.FailNow does
				return nil
			})
		}()
		<-ended
		same(t, "state", before, stateOf(t, s))
		same(t, "the next update", before.NextID, nextID(t, s, store.BankAccounts))
	}},
	{"the error of a function is returned as it is", func(t *testing.T, s store.Store) {
		if err := s.Update(t.Context(), func(store.Writer) error { return errStop }); err != errStop {
			t.Errorf("Update returned %v", err)
		}
		if err := s.View(t.Context(), func(store.Reader) error { return errStop }); err != errStop {
			t.Errorf("View returned %v", err)
		}
	}},
	{"a panic of a view is passed on", func(t *testing.T, s store.Store) {
		func() {
			defer func() { same[any](t, "panic", "boom", recover()) }()
			_ = s.View(t.Context(), func(store.Reader) error { panic("boom") })
		}()
		put(t, s, store.BankAccounts, account(1, "acme"))
	}},
	{"a put that is refused changes nothing and the update goes on", func(t *testing.T, s store.Store) {
		put(t, s, store.Companies,
			store.Company{Number: 1, ID: "acme", FullName: "Acme"}, store.Company{Number: 2, ID: "beta", FullName: "Beta"})
		update(t, s, func(w store.Writer) error {
			if err := store.Companies.Put(w, store.Company{Number: 2, ID: "acme"}); !errors.Is(err, store.ErrConflict) {
				t.Errorf("replacing: %v", err)
			}
			if err := store.Companies.Put(w, store.Company{Number: 7, ID: "acme"}); !errors.Is(err, store.ErrConflict) {
				t.Errorf("inserting: %v", err)
			}
			return store.Companies.Put(w, store.Company{Number: 3, ID: "gamma", FullName: "Gamma"})
		})
		view(t, s, func(r store.Reader) error {
			all, err := store.CompaniesList.All(r, store.AllCompanies)
			names := make([]string, 0, len(all))
			for _, c := range all {
				names = append(names, c.FullName)
			}
			same(t, "companies", []string{"Acme", "Beta", "Gamma"}, names)
			return err
		})
		same(t, "next id", int64(4), nextID(t, s, store.Companies))
	}},
}

// state is the state that [scribble] would change.
type state struct {
	Rows   []store.BankAccount
	Number []int64
	Hooks  int
	NextID int64
}

// seeded fills the store with records for [scribble].
func seeded(t *testing.T, s store.Store) state {
	t.Helper()
	a, b := account(1, "acme"), account(2, "acme")
	a.AccountNumber, b.AccountNumber = "0100", "0200"
	put(t, s, store.BankAccounts, a, b)
	return stateOf(t, s)
}

// scribble inserts, replaces, deletes and counts.
func scribble(t *testing.T, w store.Writer) {
	t.Helper()
	id, err := store.BankAccounts.NextID(w)
	moved := account(1, "acme")
	moved.AccountNumber = "0900"
	for _, err := range []error{
		err,
		store.BankAccounts.Put(w, account(id, "acme")),
		store.BankAccounts.Put(w, moved),
		store.BankAccounts.Delete(w, 2),
		store.Webhooks.Put(w, store.Webhook{ID: 5, Company: "acme"}),
	} {
		if err != nil {
			t.Errorf("scribble: %v", err)
		}
	}
}

// stateOf reads the state. It reads the next id in an update that is rolled
// back, which is a check too.
func stateOf(t *testing.T, s store.Store) state {
	t.Helper()
	var now state
	err := s.Update(t.Context(), func(w store.Writer) (err error) {
		if now.Rows, err = store.BankAccountByCompany.All(w, "acme"); err != nil {
			return err
		}
		for _, number := range []string{"0100", "0200", "0900"} {
			n, err := store.BankAccountByNumber.Count(w, store.Scope("acme", number))
			if err != nil {
				return err
			}
			now.Number = append(now.Number, int64(n))
		}
		if now.Hooks, err = store.WebhookByCompany.Count(w, "acme"); err != nil {
			return err
		}
		if now.NextID, err = store.BankAccounts.NextID(w); err != nil {
			return err
		}
		return errStop
	})
	if !errors.Is(err, errStop) {
		t.Fatalf("reading the state: %v", err)
	}
	return now
}
