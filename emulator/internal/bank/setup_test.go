package bank_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
)

// at is when the clock of a test stands.
var at = time.Date(2026, 6, 8, 10, 20, 29, 0, clock.Vietnam)

// failer is a test, or one run of a property.
type failer interface {
	Helper()
	Errorf(string, ...any)
	Fatal(...any)
	Cleanup(func())
}

// setup is a bank over two companies without accounts, shop and other, and a
// clock that stands still.
type setup struct {
	failer
	bank  *bank.Bank
	clock *clock.Clock
	store *memory.Store
}

func build(t failer, settings map[string]string) *setup {
	t.Helper()
	values, err := setting.Values{}.With(settings)
	if err != nil {
		t.Fatal(err)
	}
	s := &setup{failer: t, clock: clock.NewFrozen(at), store: memory.New()}
	t.Cleanup(func() { _ = s.store.Close() })
	outbox := notify.New(notify.Config{Store: s.store, Clock: s.clock, Seed: 1, Settings: values, Egress: notify.EgressTest})
	s.bank = &bank.Bank{Store: s.store, Seed: 1, Now: s.clock.Now, Settings: values, Outbox: outbox}
	s.update(func(w store.Writer) error {
		formats := store.Configurations{PayCode: true, PaymentCodeFormats: []store.PaymentCodeFormat{digits("DH", 3, 10)}}
		return errors.Join(
			store.Companies.Put(w, store.Company{Number: 1, ID: "shop", Environment: store.Sandbox, Configurations: formats, Merchant: store.Merchant{MerchantID: "m1"}}),
			store.Companies.Put(w, store.Company{Number: 2, ID: "other", Environment: store.Sandbox, Configurations: formats, Merchant: store.Merchant{MerchantID: "m2"}}),
		)
	})
	return s
}

func (s *setup) update(fn func(store.Writer) error) {
	s.Helper()
	if err := s.store.Update(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

func company(t failer, r store.Reader, id string) store.Company {
	t.Helper()
	c, err := store.CompanyByID.Find(r, id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tryOpen opens an account of a company.
func (s *setup) tryOpen(id string, n bank.NewAccount) (a store.BankAccount, err error) {
	err = s.store.Update(context.Background(), func(w store.Writer) (err error) {
		a, err = s.bank.OpenAccount(w, company(s, w, id), n)
		return err
	})
	return a, err
}

func (s *setup) open(n bank.NewAccount) store.BankAccount {
	s.Helper()
	a, err := s.tryOpen("shop", n)
	if err != nil {
		s.Fatal(err)
	}
	return a
}

// tryVA opens a virtual account.
func (s *setup) tryVA(a store.BankAccount, n bank.NewVA) (v store.VirtualAccount, err error) {
	err = s.store.Update(context.Background(), func(w store.Writer) (err error) {
		v, err = s.bank.OpenVA(w, company(s, w, a.Company), a, n)
		return err
	})
	return v, err
}

func (s *setup) openVA(a store.BankAccount, n bank.NewVA) store.VirtualAccount {
	s.Helper()
	v, err := s.tryVA(a, n)
	if err != nil {
		s.Fatal(err)
	}
	return v
}

// try records a transfer and tells of it.
func (s *setup) try(t bank.Transfer) (r bank.Receipt, err error) {
	err = s.store.Update(context.Background(), func(w store.Writer) (err error) {
		if r, err = s.bank.Record(w, t); err == nil {
			s.bank.Emit(w, r)
		}
		return err
	})
	return r, err
}

func (s *setup) move(t bank.Transfer) bank.Receipt {
	s.Helper()
	r, err := s.try(t)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// account returns an account as it is now.
func (s *setup) account(id int64) (a store.BankAccount) {
	s.Helper()
	err := s.store.View(context.Background(), func(r store.Reader) (err error) {
		a, err = store.BankAccounts.Get(r, id)
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return a
}

func (s *setup) same(what string, want, got any) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// refused holds an error against the kind that it has to be; nil is none.
func refused(t *testing.T, what string, err, want error) {
	t.Helper()
	if want == nil && err != nil || !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func text(s string) *string { return &s }
