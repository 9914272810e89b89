package ledger_test

import (
	"errors"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/ledger"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
)

func TestMoneyThatDoesNotAddUpIsNotCommitted(t *testing.T) {
	account := store.BankAccount{ID: 1, XID: "a", Company: "acme", Balance: 100}
	moved := func(balance int64) store.BankAccount { a := account; a.Balance = balance; return a }
	waiting := store.Order{ID: 1, Company: "acme", OrderID: "SEPAY-1", Amount: 50, Status: store.OrderWaiting}
	order := func(s store.OrderStatus) store.Order { o := waiting; o.Status = s; return o }
	paid := func(id int64) store.Payment {
		return store.Payment{ID: id, Order: 1, Type: store.TypePayment, Status: store.PaymentApproved, Amount: 50}
	}
	void := store.Payment{ID: 9, Order: 1, Type: store.TypeVoid, Status: store.PaymentApproved, Amount: 50}
	in := func(amount int64) store.Transaction {
		return store.Transaction{ID: 1, XID: "t", Company: "acme", BankAccountID: 1, TransferType: store.In, Amount: amount}
	}
	out := in(30)
	out.TransferType = store.Out
	for name, c := range map[string]struct {
		ok     bool
		change func(store.Writer) error
	}{
		"a transfer with its balance": {true, func(w store.Writer) error {
			return errors.Join(store.BankAccounts.Put(w, moved(150)), store.Transactions.Put(w, in(50)))
		}},
		"money out": {true, func(w store.Writer) error {
			return errors.Join(store.Transactions.Put(w, out), store.BankAccounts.Put(w, moved(70)))
		}},
		"a transfer the bank is silent about": {true, func(w store.Writer) error { return store.BankAccounts.Put(w, moved(150)) }},
		"a transfer without its balance":      {false, func(w store.Writer) error { return store.Transactions.Put(w, in(50)) }},
		"another balance": {false, func(w store.Writer) error {
			return errors.Join(store.BankAccounts.Put(w, moved(149)), store.Transactions.Put(w, in(50)))
		}},
		"a paid order": {true, func(w store.Writer) error {
			return errors.Join(store.Orders.Put(w, order(store.OrderCaptured)), store.Payments.Put(w, paid(1)))
		}},
		"a voided order": {true, func(w store.Writer) error {
			return errors.Join(store.Payments.Put(w, paid(1)), store.Payments.Put(w, void), store.Orders.Put(w, order(store.OrderCancelled)))
		}},
		"captured without a payment": {false, func(w store.Writer) error { return store.Orders.Put(w, order(store.OrderCaptured)) }},
		"paid and still waiting":     {false, func(w store.Writer) error { return store.Payments.Put(w, paid(1)) }},
		"paid twice": {false, func(w store.Writer) error {
			return errors.Join(store.Orders.Put(w, order(store.OrderCaptured)), store.Payments.Put(w, paid(1)), store.Payments.Put(w, paid(2)))
		}},
		"voided and still captured": {false, func(w store.Writer) error {
			return errors.Join(store.Payments.Put(w, paid(1)), store.Payments.Put(w, void), store.Orders.Put(w, order(store.OrderCaptured)))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var told error
			s := ledger.Watch(memory.New(), func(err error) { told = err })
			if err := s.Update(t.Context(), func(w store.Writer) error {
				return errors.Join(store.BankAccounts.Put(w, account), store.Orders.Put(w, waiting))
			}); err != nil {
				t.Fatal(err)
			}
			err := s.Update(t.Context(), c.change)
			if (err == nil) != c.ok || (told == nil) != c.ok || (!c.ok && !errors.Is(err, ledger.ErrMoney)) {
				t.Errorf("%v, told %v", err, told)
			}
			if c.ok {
				return
			}
			err = s.View(t.Context(), func(r store.Reader) error {
				o, err := store.Orders.Get(r, 1)
				a, accountErr := store.BankAccounts.Get(r, 1)
				if o.Status != store.OrderWaiting || a.Balance != 100 {
					t.Errorf("committed: %+v %+v", o, a)
				}
				return errors.Join(err, accountErr)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}
