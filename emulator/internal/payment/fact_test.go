package payment_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// step is what a fact about an order tells of it.
type step struct {
	At       time.Duration
	Status   store.OrderStatus
	Payments []store.PaymentStatus
	Received int
}

func (h *house) steps(o store.Order) (out []step) {
	h.t.Helper()
	for _, x := range h.Store.Facts().After(fact.Filter{Subject: "order " + o.OrderID}, 0, 1000) {
		s, ok := x.Data.(payment.Standing)
		if !ok || x.Company != "shop" || x.Type != fact.Order {
			h.t.Fatalf("%+v", x)
		}
		now := step{At: x.At.Sub(epoch), Status: s.Order.Status, Received: len(s.Order.Received)}
		for _, p := range s.Payments {
			now.Payments = append(now.Payments, p.Status)
		}
		out = append(out, now)
	}
	return out
}

func TestEachChangeOfAnOrderIsAFactWithHowItStoodThen(t *testing.T) {
	h := build(t, nil)
	o := h.open("DH-1", 50_000)
	h.advance(time.Minute)
	h.pay(o, "declined")
	h.advance(time.Minute)
	h.transfer(10, o.Memo)
	p := h.pay(o, "challenge").Payment
	h.advance(time.Minute)
	if _, err := h.Answer(context.Background(), p.ID, true, payment.OTP); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Void(context.Background(), "shop", "DH-1"); err != nil {
		t.Fatal(err)
	}
	const no, pending, yes = store.PaymentDeclined, store.PaymentPending, store.PaymentApproved
	type list = []store.PaymentStatus
	same(t, "steps", []step{
		{0, store.OrderWaiting, nil, 0},
		{time.Minute, store.OrderWaiting, list{no}, 0},
		{2 * time.Minute, store.OrderWaiting, list{no}, 1},
		{2 * time.Minute, store.OrderWaiting, list{no, pending}, 1},
		{3 * time.Minute, store.OrderCaptured, list{no, yes}, 1},
		{3 * time.Minute, store.OrderCancelled, list{no, yes, yes}, 1},
	}, h.steps(o))
}

func TestAStandingCountsItsSize(t *testing.T) {
	small, large := payment.Standing{}, payment.Standing{Payments: make([]store.Payment, 3)}
	large.Order.CustomData, large.Order.Received = string(make([]byte, 5000)), make([]store.Received, 50)
	if s, l := small.Size(), large.Size(); s <= 0 || l < s+5000+50 {
		t.Errorf("%d and %d bytes", s, l)
	}
}

func TestAFindingAboutATransferIsThatOfItsCompany(t *testing.T) {
	h := build(t, nil)
	o := h.open("DH-1", 50_000)
	h.advance(time.Hour)
	h.transfer(10, o.Memo)
	told := h.facts(fact.Finding)
	if len(told) != 1 {
		t.Fatalf("%+v", told)
	}
	f, _ := finding.Of(told[0])
	if f.Company != "shop" || !f.At.Equal(epoch.Add(time.Hour)) || f.Title == "" || f.Detail == "" || f.Hint == "" || f.Source == "" {
		t.Errorf("%+v", f)
	}
}

// state is everything that a transfer may change.
type state struct {
	Order    payment.Standing
	Balance  int64
	Notices  int
	Facts    int64
	Outgoing int
}

func (h *house) state(o store.Order) (s state) {
	s = state{Order: h.order(o.ID), Balance: h.balance(), Notices: len(h.notices()), Facts: h.Store.Facts().Last()}
	h.view(func(r store.Reader) error {
		page, err := store.ListTransactions(r, store.TransactionFilter{Company: "shop"}, store.Window{})
		s.Outgoing = page.Total
		return err
	})
	return s
}

var errBroken = errors.New("broken")

// broken is a store that refuses to write one table.
type broken struct {
	store.Store
	table *store.Table
}

func (b broken) Update(ctx context.Context, fn func(store.Writer) error) error {
	return b.Store.Update(ctx, func(w store.Writer) error { return fn(refusing{w, b.table}) })
}

type refusing struct {
	store.Writer
	table *store.Table
}

func (r refusing) Put(t *store.Table, record any) error {
	if t == r.table {
		return errBroken
	}
	return r.Writer.Put(t, record)
}

func TestATransferIsCommittedAsAWholeOrNotAtAll(t *testing.T) {
	for name, table := range map[string]*store.Table{
		"the order": &store.Orders.Table, "the payment": &store.Payments.Table, "the notice": &store.Deliveries.Table,
		"the transaction": &store.Transactions.Table, "the balance": &store.BankAccounts.Table,
	} {
		h := build(t, nil)
		o := h.open("DH-1", 50_000)
		before := h.state(o)
		whole := h.Store
		h.Gateway.Store = broken{whole, table}
		memo := o.Memo
		done, err := h.Transfer(context.Background(), bank.Transfer{Company: "shop", Direction: store.In, Amount: 50_000, Content: &memo})
		h.Gateway.Store = whole
		if !errors.Is(err, errBroken) || done.Recorded || done.Matched != nil {
			t.Errorf("%s: %+v, %v", name, done, err)
		}
		same(t, "without "+name, before, h.state(o))
		h.transfer(50_000, o.Memo)
		if s := h.state(o); s.Order.Order.Status != store.OrderCaptured || s.Notices != 1 || s.Balance != 50_000 {
			t.Errorf("%s, again: %+v", name, s)
		}
	}
}

func TestAVoidIsCommittedAsAWholeOrNotAtAll(t *testing.T) {
	for name, table := range map[string]*store.Table{"the order": &store.Orders.Table, "the void": &store.Payments.Table, "the notice": &store.Deliveries.Table} {
		h := build(t, nil)
		o := h.open("DH-1", 50_000)
		h.pay(o, "visa")
		before := h.state(o)
		whole := h.Store
		h.Gateway.Store = broken{whole, table}
		_, err := h.Void(context.Background(), "shop", "DH-1")
		h.Gateway.Store = whole
		if !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", name, err)
		}
		same(t, "without "+name, before, h.state(o))
	}
}

func TestTheFactOfATransferNamesItsOrder(t *testing.T) {
	h := build(t, nil)
	o := h.open("DH-1", 50_000)
	h.transfer(50_000, o.Memo)
	var types []fact.Type
	for _, x := range h.Store.Facts().After(fact.Filter{}, 0, 100) {
		types = append(types, x.Type)
	}
	same(t, "facts", []fact.Type{fact.Order, fact.Transaction, fact.Order}, types)
	got, ok := h.facts(fact.Transaction)[0].Data.(bank.Receipt)
	if !ok || got.Matched == nil || got.Matched.OrderID != o.OrderID || got.Matched.Verdict != store.VerdictPaid {
		t.Errorf("%+v", got.Matched)
	}
}
