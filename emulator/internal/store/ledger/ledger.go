package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// ErrMoney: balances or captured amounts are inconsistent.
var ErrMoney = errors.New("money does not add up")

// Watch returns the store with every update checked. broken, which may be nil,
// is called with the first rule that an update breaks.
func Watch(s store.Store, broken func(error)) store.Store { return &watched{s, broken} }

type watched struct {
	store.Store
	broken func(error)
}

// Update implements [store.Store].
func (s *watched) Update(ctx context.Context, fn func(store.Writer) error) error {
	err := s.Store.Update(ctx, func(w store.Writer) error {
		b := &checkedUpdate{Writer: w, accounts: map[int64]*account{}, orders: map[int64]bool{}}
		if err := fn(b); err != nil {
			return err
		}
		return b.check()
	})
	if errors.Is(err, ErrMoney) && s.broken != nil {
		s.broken(err)
	}
	return err
}

// checkedUpdate collects the changes of one update to money.
type checkedUpdate struct {
	store.Writer
	accounts map[int64]*account
	orders   map[int64]bool
}

// account is an account that the update changed.
type account struct {
	known bool
	// before is the balance at the start, moved the sum of the transactions
	// that the update wrote, both in VND.
	before, moved int64
	// unreported says that no transaction was written, as the bank does not report
	// all transfers to SePay.
	unreported bool
}

// Put implements [store.Writer].
func (b *checkedUpdate) Put(t *store.Table, record any) error {
	switch r := record.(type) {
	case *store.BankAccount:
		if err := b.touch(r.ID); err != nil {
			return err
		}
	case *store.Transaction:
		if err := b.book(t, r); err != nil {
			return err
		}
	case *store.Order:
		b.orders[r.ID] = true
	case *store.Payment:
		b.orders[r.Order] = true
	}
	return b.Writer.Put(t, record)
}

// touch stores the balance of an account before the update.
func (b *checkedUpdate) touch(id int64) error {
	if b.accounts[id] != nil {
		return nil
	}
	a := &account{unreported: true}
	b.accounts[id] = a
	was, err := store.BankAccounts.Get(b.Writer, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	a.known, a.before = true, was.Balance
	return err
}

// book adds a new transaction.
func (b *checkedUpdate) book(t *store.Table, r *store.Transaction) error {
	if _, err := b.Get(t, r.ID); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := b.touch(r.BankAccountID); err != nil {
		return err
	}
	a := b.accounts[r.BankAccountID]
	a.moved += r.AmountIn() - r.AmountOut()
	a.unreported = false
	return nil
}

func (b *checkedUpdate) check() error {
	for id, a := range b.accounts {
		now, err := store.BankAccounts.Get(b.Writer, id)
		if errors.Is(err, store.ErrNotFound) {
			continue // a transaction of an account that is gone, or was never here
		}
		if err != nil {
			return err
		}
		if a.known && !a.unreported && now.Balance-a.before != a.moved {
			return fmt.Errorf("%w: the balance of account %s moved by %d VND, its transactions by %d", ErrMoney, now.AccountNumber, now.Balance-a.before, a.moved)
		}
	}
	for id := range b.orders {
		if err := b.checkOrder(id); err != nil {
			return err
		}
	}
	return nil
}

func (b *checkedUpdate) checkOrder(id int64) error {
	o, err := store.Orders.Get(b.Writer, id)
	if err != nil {
		return err
	}
	payments, err := store.PaymentsOf(b.Writer, id)
	if err != nil {
		return err
	}
	var count int
	var paid, captured int64
	for _, p := range payments {
		if p.Status != store.PaymentApproved {
			continue
		}
		if p.Type == store.TypeVoid {
			paid -= p.Amount
			continue
		}
		paid += p.Amount
		count++
	}
	if o.Status == store.OrderCaptured {
		captured = o.Amount
	}
	switch {
	case count > 1:
		return fmt.Errorf("%w: order %s has %d approved payments", ErrMoney, o.OrderID, count)
	case captured != paid:
		return fmt.Errorf("%w: order %s is %s over %d VND, but its payments less its voids are %d", ErrMoney, o.OrderID, o.Status, o.Amount, paid)
	}
	return nil
}
