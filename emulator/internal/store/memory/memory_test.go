package memory_test

import (
	"context"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/conformance"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
)

func TestMemoryIsAStore(t *testing.T) {
	conformance.Run(t, func(*testing.T) store.Store { return memory.New() })
}

func TestAWriteDuringAWalkIsRefused(t *testing.T) {
	s := filled(5)
	err := s.Update(t.Context(), func(w store.Writer) error {
		order := store.Transactions.Orderings[0]
		visited := 0
		err := w.Walk(order, 0, 5, false, func(any) bool {
			visited++
			_, idErr := store.Transactions.NextID(w)
			for call, err := range map[string]error{
				"Put":    store.Transactions.Put(w, transfer(7)),
				"Delete": store.Transactions.Delete(w, store.Transactions.FirstID),
				"NextID": idErr,
			} {
				if err == nil {
					t.Errorf("%s returned nil", call)
				}
			}
			return true
		})
		if visited != 5 {
			t.Errorf("visited %d of 5", visited)
		}
		if err := store.Transactions.Put(w, transfer(7)); err != nil {
			t.Errorf("Put after the walk: %v", err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestATableOutsideTheSchemaIsRefused(t *testing.T) {
	alien := &store.Table{Name: "aliens", ID: func(any) int64 { return 1 }}
	order := &store.Ordering{Name: "aliens.all", Table: alien}
	err := memory.New().Update(t.Context(), func(w store.Writer) error {
		_, getErr := w.Get(alien, 1)
		_, rankErr := w.Rank(order, store.Key{})
		_, _, seekErr := w.Seek(order, store.Key{})
		_, idErr := w.NextID(alien)
		for call, err := range map[string]error{
			"Get":    getErr,
			"Rank":   rankErr,
			"Seek":   seekErr,
			"Walk":   w.Walk(order, 0, 1, false, func(any) bool { return true }),
			"Put":    w.Put(alien, 1),
			"Delete": w.Delete(alien, 1),
			"NextID": idErr,
		} {
			if err == nil {
				t.Errorf("%s returned nil", call)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A view that is open when the store is closed has its own state to the end.
func TestAnOpenViewSurvivesClose(t *testing.T) {
	s := filled(5)
	err := s.View(t.Context(), func(r store.Reader) error {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		_, err := store.Transactions.Get(r, store.Transactions.FirstID)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// An update that waits for another one gives up when its context ends, though
// only once it has its turn.
func TestAnUpdateCancelledWhileItWaitsDoesNotRun(t *testing.T) {
	s := memory.New()
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	err := s.Update(t.Context(), func(store.Writer) error {
		go func() {
			result <- s.Update(ctx, func(store.Writer) error {
				t.Error("the second update ran")
				return nil
			})
		}()
		cancel()
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := <-result; err != context.Canceled {
		t.Errorf("the second update returned %v", err)
	}
}

func TestReadingDoesNotAllocate(t *testing.T) {
	s := filled(10_000)
	order, table := store.Transactions.Orderings[2], &store.Transactions.Table
	visit := func(any) bool { return true }
	err := s.View(t.Context(), func(r store.Reader) error {
		for call, read := range map[string]func() error{
			"Get": func() error {
				_, err := r.Get(table, table.FirstID+77)
				return err
			},
			"Rank": func() error {
				_, err := r.Rank(order, store.Key{Scope: company, Major: epoch.UnixMicro() + 1})
				return err
			},
			"Walk":           func() error { return r.Walk(order, 4000, 4100, false, visit) },
			"Walk downwards": func() error { return r.Walk(order, 4000, 4100, true, visit) },
		} {
			if n := testing.AllocsPerRun(100, func() {
				if err := read(); err != nil {
					t.Error(err)
				}
			}); n > 0 {
				t.Errorf("%s allocates %v times", call, n)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
