package conformance

import (
	"errors"
	"fmt"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

var snapshots = []check{
	{"a snapshot keeps the state from later writes", func(t *testing.T, s store.Store) {
		before := seeded(t, s)
		kept := snapshot(t, s)
		update(t, s, func(w store.Writer) error {
			scribble(t, w)
			return nil
		})
		after := stateOf(t, s)
		restore(t, s, kept)
		same(t, "restored state", before, stateOf(t, s))
		if after.Hooks != 1 {
			t.Errorf("the write in between was lost: %+v", after)
		}
	}},
	{"a snapshot can be restored twice", func(t *testing.T, s store.Store) {
		before := seeded(t, s)
		kept := snapshot(t, s)
		for range 2 {
			update(t, s, func(w store.Writer) error {
				scribble(t, w)
				return nil
			})
			restore(t, s, kept)
			same(t, "restored state", before, stateOf(t, s))
		}
		restore(t, s, kept)
		same(t, "restored over itself", before, stateOf(t, s))
	}},
	{"the counters are restored", func(t *testing.T, s store.Store) {
		nextID(t, s, store.Transactions)
		kept := snapshot(t, s)
		first := nextID(t, s, store.Transactions)
		put(t, s, store.Transactions, store.Transaction{ID: first + 100})
		restore(t, s, kept)
		same(t, "next id", first, nextID(t, s, store.Transactions))
	}},
	{"the state before the first write can be restored", func(t *testing.T, s store.Store) {
		kept := snapshot(t, s)
		seeded(t, s)
		restore(t, s, kept)
		same(t, "state", state{Number: []int64{0, 0, 0}, NextID: 1}, stateOf(t, s))
	}},
	{"a later snapshot outlives the restore of an earlier one", func(t *testing.T, s store.Store) {
		early := snapshot(t, s)
		late := seeded(t, s)
		kept := snapshot(t, s)
		restore(t, s, early)
		put(t, s, store.BankAccounts, account(7, "acme"))
		restore(t, s, kept)
		same(t, "state", late, stateOf(t, s))
	}},
	{"branches of one snapshot do not see each other", func(t *testing.T, s store.Store) {
		var rows []store.BankAccount
		for id := range int64(200) { // enough to share inner nodes of any tree
			rows = append(rows, account(id+1, "acme"))
		}
		put(t, s, store.BankAccounts, rows...)
		trunk := snapshot(t, s)
		var branches []store.Snapshot
		for branch := range int64(4) {
			restore(t, s, trunk)
			for id := branch; id < 200; id += 4 {
				update(t, s, func(w store.Writer) error {
					return errors.Join(
						store.BankAccounts.Put(w, account(1000+id, fmt.Sprint("branch ", branch))),
						store.BankAccounts.Delete(w, id+1),
					)
				})
			}
			branches = append(branches, snapshot(t, s))
		}
		for branch, kept := range branches {
			restore(t, s, kept)
			view(t, s, func(r store.Reader) error {
				for other := range branches {
					n, err := store.BankAccountByCompany.Count(r, fmt.Sprint("branch ", other))
					if err != nil {
						return err
					}
					same(t, fmt.Sprintf("accounts of branch %d in branch %d", other, branch), other == branch, n == 50)
				}
				return nil
			})
			for _, id := range accountIDs(t, s) {
				if (id-1)%4 == int64(branch) {
					t.Errorf("branch %d still has account %d", branch, id)
				}
			}
		}
		restore(t, s, trunk)
		same(t, "the trunk", ids(store.BankAccounts, rows), accountIDs(t, s))
	}},
	{"a snapshot has nothing of the update that is under way", func(t *testing.T, s store.Store) {
		before := seeded(t, s)
		var kept store.Snapshot
		update(t, s, func(w store.Writer) error {
			scribble(t, w)
			done := make(chan struct{})
			go func() {
				defer close(done)
				var err error
				if kept, err = s.Snapshot(t.Context()); err != nil {
					t.Errorf("Snapshot: %v", err)
				}
			}()
			<-done
			return nil
		})
		restore(t, s, kept)
		same(t, "state", before, stateOf(t, s))
	}},
	{"what is no snapshot is refused", func(t *testing.T, s store.Store) {
		before := seeded(t, s)
		for _, bad := range []store.Snapshot{nil, "snapshot", 1} {
			if err := s.Restore(t.Context(), bad); err == nil {
				t.Errorf("Restore(%v) returned nil", bad)
			}
		}
		same(t, "state", before, stateOf(t, s))
	}},
}

// foreignSnapshot needs a second store, and with it open.
func foreignSnapshot(open func(*testing.T) store.Store) check {
	return check{"a snapshot of another store is refused", func(t *testing.T, s store.Store) {
		other := open(t)
		put(t, other, store.BankAccounts, account(9, "acme"))
		foreign := snapshot(t, other)
		before := seeded(t, s)
		if err := s.Restore(t.Context(), foreign); err == nil {
			t.Error("Restore returned nil")
		}
		same(t, "state", before, stateOf(t, s))
		same(t, "the other store", []int64{9}, accountIDs(t, other))
	}}
}
