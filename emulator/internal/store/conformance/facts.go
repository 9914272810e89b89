package conformance

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// accountFact is a fact about an account.
func accountFact(id int64) fact.Fact {
	return fact.Fact{At: time.UnixMicro(id).UTC(), Company: "acme", Subject: fmt.Sprint("account ", id), Type: fact.Company}
}

// opened writes an account and emits a fact about it.
func opened(w store.Writer, id int64) error {
	w.Emit(accountFact(id))
	return store.BankAccounts.Put(w, account(id, "acme"))
}

// logged returns the log as "number:subject", with a minus before what is
// undone.
func logged(s store.Store) string {
	var out []string
	for _, f := range s.Facts().After(fact.Filter{}, 0, 100) {
		mark := ""
		if f.Undone {
			mark = "-"
		}
		out = append(out, fmt.Sprintf("%s%d:%s", mark, f.Number, f.Subject))
	}
	return strings.Join(out, " ")
}

var facts = []check{
	{"facts are committed with the records, numbered in order", func(t *testing.T, s store.Store) {
		update(t, s, func(w store.Writer) error {
			err := errors.Join(opened(w, 1), opened(w, 2))
			same(t, "seen before the commit", "", logged(s))
			return err
		})
		update(t, s, func(w store.Writer) error { return opened(w, 3) })
		same(t, "facts", "1:account 1 2:account 2 3:account 3", logged(s))
		want := accountFact(2)
		want.Number = 2
		same(t, "a fact", want, s.Facts().After(fact.Filter{Subject: "account 2"}, 0, 1)[0])
	}},
	{"facts of an update that fails are dropped", func(t *testing.T, s store.Store) {
		update(t, s, func(w store.Writer) error { return opened(w, 1) })
		_ = s.Update(t.Context(), func(w store.Writer) error { return errors.Join(opened(w, 2), errStop) })
		func() {
			defer func() { _ = recover() }()
			_ = s.Update(t.Context(), func(w store.Writer) error {
				_ = opened(w, 3)
				panic("boom")
			})
		}()
		update(t, s, func(w store.Writer) error { return opened(w, 4) })
		same(t, "facts", "1:account 1 2:account 4", logged(s))
	}},
	{"a reader of the facts finds the records that they tell of", func(t *testing.T, s store.Store) {
		const n = 200
		done := make(chan error, 1)
		go func() {
			cursor := s.Facts().From(0, fact.Filter{})
			for seen := 0; seen < n; {
				next, err := cursor.Next(t.Context())
				if err != nil {
					done <- err
					return
				}
				for _, f := range next {
					if _, err := get(t, s, store.BankAccounts, f.At.UnixMicro()); err != nil {
						done <- fmt.Errorf("after %s: %w", f.Subject, err)
						return
					}
					seen++
				}
			}
			done <- nil
		}()
		for i := range int64(n) {
			update(t, s, func(w store.Writer) error { return opened(w, i+1) })
		}
		noError(t, <-done)
	}},
	{"a restore undoes the facts since, and is one", func(t *testing.T, s store.Store) {
		update(t, s, func(w store.Writer) error { return opened(w, 1) })
		first := snapshot(t, s)
		update(t, s, func(w store.Writer) error { return opened(w, 2) })
		second := snapshot(t, s)
		update(t, s, func(w store.Writer) error { return opened(w, 3) })
		back := fact.Fact{Type: fact.Restore, Subject: "back"}
		noError(t, s.Restore(t.Context(), first, back))
		same(t, "after the first restore", "1:account 1 -2:account 2 -3:account 3 4:back", logged(s))
		update(t, s, func(w store.Writer) error { return opened(w, 5) })
		noError(t, s.Restore(t.Context(), second, back))
		same(t, "what was valid then is valid again", "1:account 1 2:account 2 -3:account 3 -4:back -5:account 5 6:back", logged(s))
		same(t, "records", []int64{1, 2}, accountIDs(t, s))
	}},
	{"what was noted outside of a transaction is undone when the log is cleared only", func(t *testing.T, s store.Store) {
		note := func(of fact.Type, id string) { s.Facts().Note(fact.Fact{Type: of, Subject: fact.About(of, id)}) }
		kept := snapshot(t, s)
		note(fact.Request, "1")
		note(fact.Finding, "2")
		update(t, s, func(w store.Writer) error { return opened(w, 1) })
		later := snapshot(t, s)
		restore(t, s, kept)
		same(t, "after a restore", "1:request 1 2:finding 2 -3:account 1", logged(s))
		s.Facts().Clear()
		note(fact.Fault, "4")
		same(t, "after a clear", "-1:request 1 -2:finding 2 -3:account 1 4:fault 4", logged(s))
		restore(t, s, later)
		same(t, "forward again", "-1:request 1 -2:finding 2 3:account 1 4:fault 4", logged(s))
	}},
	{"a silent update emits nothing", func(t *testing.T, s store.Store) {
		noError(t, s.Update(fact.Silent(t.Context()), func(w store.Writer) error { return opened(w, 1) }))
		same(t, "facts", "", logged(s))
		same(t, "records", []int64{1}, accountIDs(t, s))
	}},
	{"an update knows its context", func(t *testing.T, s store.Store) {
		update(t, s, func(w store.Writer) error {
			if w.Context() != t.Context() {
				t.Error("it has another one")
			}
			return nil
		})
	}},
	{"a commit wakes those whose orders it changed", func(t *testing.T, s store.Store) {
		due, other := make(chan struct{}, 1), make(chan struct{}, 1)
		s.Wake(due, store.DueDeliveriesOrder())
		s.Wake(other, store.DueOrders()...)
		woken := func() string { return fmt.Sprint(len(due), len(other)) }
		update(t, s, func(w store.Writer) error { return opened(w, 1) })
		same(t, "by another record", "0 0", woken())
		kept := snapshot(t, s)
		update(t, s, func(w store.Writer) error {
			return store.Deliveries.Put(w, store.Delivery{ID: 1, Status: store.Queued})
		})
		same(t, "by a delivery that is due", "1 0", woken())
		update(t, s, func(w store.Writer) error {
			return store.Deliveries.Put(w, store.Delivery{ID: 2, Status: store.Queued})
		})
		same(t, "once while nobody looks", "1 0", woken())
		<-due
		_ = s.Update(t.Context(), func(w store.Writer) error {
			return errors.Join(store.Deliveries.Put(w, store.Delivery{ID: 3, Status: store.Queued}), errStop)
		})
		same(t, "by what was not committed", "0 0", woken())
		restore(t, s, kept)
		same(t, "by a restore", "1 0", woken())
		update(t, s, func(w store.Writer) error {
			return store.Orders.Put(w, store.Order{ID: 1, Status: store.OrderWaiting, ExpiresAt: time.UnixMicro(5).UTC()})
		})
		same(t, "by an order that expires", "1 1", woken())
	}},
}
