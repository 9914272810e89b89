package conformance

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// How much the concurrent checks do. Run them with the race detector.
const (
	accountsInPlay = 10
	openingBalance = 1000
	moves          = 300
	readers        = 4
)

var concurrency = []check{
	{"readers always see money that adds up while a writer moves it", moneyAddsUp},
	{"updates of many goroutines follow one another", func(t *testing.T, s store.Store) {
		const writers, each = 8, 25
		put(t, s, store.BankAccounts, account(1, "acme"))
		var given [writers][]int64
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				for range each {
					err := s.Update(t.Context(), func(w store.Writer) error {
						row, err := store.BankAccounts.Get(w, 1)
						if err != nil {
							return err
						}
						for range 10 { // lets updates in that do not wait for this one
							runtime.Gosched()
						}
						row.Balance++
						id, err := store.Transactions.NextID(w)
						given[i] = append(given[i], id)
						return errors.Join(err, store.BankAccounts.Put(w, row),
							store.Transactions.Put(w, store.Transaction{ID: id, Company: "acme"}))
					})
					if err != nil {
						t.Errorf("Update: %v", err)
					}
				}
			})
		}
		wg.Wait()
		all := slices.Concat(given[:]...)
		slices.Sort(all)
		want := make([]int64, 0, len(all))
		for n := range int64(writers * each) {
			want = append(want, store.Transactions.FirstID+n)
		}
		same(t, "ids given out", want, all)
		row, err := get(t, s, store.BankAccounts, 1)
		noError(t, err)
		same(t, "balance", int64(writers*each), row.Balance)
	}},
}

// moneyAddsUp moves money between accounts, one transaction row for each
// move, now and then dropping an update or restoring an older state.
func moneyAddsUp(t *testing.T, s store.Store) {
	update(t, s, func(w store.Writer) error {
		for id := range int64(accountsInPlay) {
			row := account(id+1, "acme")
			row.Balance = openingBalance
			if err := store.BankAccounts.Put(w, row); err != nil {
				return err
			}
		}
		return nil
	})
	var done atomic.Bool
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for finished := false; !finished; { // once more after the writer is done
				finished = done.Load()
				if err := s.View(t.Context(), audit); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	roll := fixed(8)
	kept := snapshot(t, s)
	for n := range moves {
		err := s.Update(t.Context(), func(w store.Writer) error { return move(w, n, roll) })
		if err != nil && !errors.Is(err, errStop) {
			t.Errorf("move %d: %v", n, err)
		}
		switch n % 50 {
		case 20:
			kept = snapshot(t, s)
		case 45:
			restore(t, s, kept)
		}
	}
	done.Store(true)
	wg.Wait()
}

// move books money from one account to another; one in seven is rolled back
// half way.
func move(w store.Writer, n int, roll roll) error {
	from, err := store.BankAccounts.Get(w, int64(roll(accountsInPlay)+1))
	if err != nil {
		return err
	}
	amount := int64(roll(50) + 1)
	from.Balance -= amount
	if err := store.BankAccounts.Put(w, from); err != nil {
		return err
	}
	if n%7 == 6 {
		return errStop
	}
	to, err := store.BankAccounts.Get(w, int64(roll(accountsInPlay)+1))
	if err != nil {
		return err
	}
	to.Balance += amount
	id, err := store.Transactions.NextID(w)
	return errors.Join(err, store.BankAccounts.Put(w, to), store.Transactions.Put(w, store.Transaction{
		ID: id, XID: fmt.Sprint(n), Company: "acme", Amount: amount, TransferType: store.In, Date: minute(n),
	}))
}

// audit adds up one state and compares its lists.
func audit(r store.Reader) error {
	rows, err := store.BankAccountByCompany.All(r, "acme")
	if err != nil {
		return err
	}
	var sum int64
	for _, row := range rows {
		sum += row.Balance
	}
	if len(rows) != accountsInPlay || sum != accountsInPlay*openingBalance {
		return fmt.Errorf("%d accounts with %d VND", len(rows), sum)
	}
	byDate, err := store.ListTransactions(r, store.TransactionFilter{Company: "acme"}, store.Window{Limit: moves})
	if err != nil {
		return err
	}
	byID, err := store.ListTransactions(r, store.TransactionFilter{
		Company: "acme", Sort: []store.TransactionSort{{By: store.ByID, Desc: true}},
	}, store.Window{Limit: moves})
	if err != nil {
		return err
	}
	if a, b := ids(store.Transactions, byDate.Rows), ids(store.Transactions, byID.Rows); !slices.Equal(a, b) || len(a) != byDate.Total {
		return fmt.Errorf("by date %v, by id %v, in all %d", a, b, byDate.Total)
	}
	return nil
}
