package payment_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestATransferPaysAnOrderOrSaysWhyNot(t *testing.T) {
	for name, c := range map[string]struct {
		before  func(*house, store.Order)
		amount  int64
		verdict store.Verdict
		status  store.OrderStatus
		notices int
	}{
		"the exact amount": {nil, 50_000, store.VerdictPaid, store.OrderCaptured, 1},
		"one dong less":    {nil, 49_999, store.VerdictLess, store.OrderWaiting, 0},
		"one dong more":    {nil, 50_001, store.VerdictMore, store.OrderWaiting, 0},
		"a second time":    {func(h *house, o store.Order) { h.transfer(50_000, o.Memo) }, 50_000, store.VerdictTwice, store.OrderCaptured, 1},
		"too much, a second time": {func(h *house, o store.Order) { h.transfer(50_000, o.Memo) },
			90_000, store.VerdictTwice, store.OrderCaptured, 1},
		"after it expired": {func(h *house, o store.Order) {
			if _, err := h.Expire(context.Background(), o.ID); err != nil {
				h.t.Fatal(err)
			}
		}, 50_000, store.VerdictLate, store.OrderCancelled, 0},
		"after it was cancelled": {func(h *house, o store.Order) {
			if _, err := h.Cancel(context.Background(), "shop", "DH-1"); err != nil {
				h.t.Fatal(err)
			}
		}, 50_000, store.VerdictCancelled, store.OrderCancelled, 0},
		"the right amount after a wrong one": {func(h *house, o store.Order) { h.transfer(10, o.Memo) }, 50_000, store.VerdictPaid, store.OrderCaptured, 1},
		"two halves":                         {func(h *house, o store.Order) { h.transfer(25_000, o.Memo) }, 25_000, store.VerdictLess, store.OrderWaiting, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			o := h.open("DH-1", 50_000)
			if c.before != nil {
				c.before(h, o)
			}
			seen, had := len(h.findings()), h.balance()
			done := h.transfer(c.amount, o.Memo)
			same(t, "match", &bank.Matched{OrderID: o.OrderID, InvoiceNumber: "DH-1", Verdict: c.verdict}, done.Matched)
			s := h.order(o.ID)
			if s.Order.Status != c.status || len(h.notices()) != c.notices {
				t.Errorf("status %s, %d notices", s.Order.Status, len(h.notices()))
			}
			last := s.Order.Received[len(s.Order.Received)-1]
			same(t, "received", store.Received{TransactionID: done.Transaction.ID, Amount: c.amount, Memo: o.Memo, At: epoch, Verdict: c.verdict}, last)
			if h.balance()-had != c.amount {
				t.Errorf("the account got %d VND", h.balance()-had)
			}
			want := []string{}
			if c.verdict != store.VerdictPaid {
				want = []string{"payment.transfer_" + string(c.verdict)}
			} else if p := s.Payments[len(s.Payments)-1]; p.Status != store.PaymentApproved || p.BankTransaction != done.Transaction.ID || p.Amount != c.amount || p.Method != store.MethodTransfer {
				t.Errorf("payment %+v", p)
			}
			same(t, "findings", want, h.findings()[seen:])
		})
	}
}

func TestATransferThatNamesNoOrderIsANearMissOfThoseThatWaitForItsAmount(t *testing.T) {
	for name, c := range map[string]struct {
		orders []string // method and amount of each
		amount int64
		near   int
		kept   bool
	}{
		"one waits for the amount":     {[]string{" 50000", " 60000"}, 50_000, 1, true},
		"several wait":                 {[]string{" 50000", " 50000"}, 50_000, 2, false},
		"more than three wait":         {[]string{" 50000", " 50000", " 50000", " 50000"}, 50_000, 3, false},
		"none waits":                   {[]string{" 60000"}, 50_000, 0, false},
		"one waits for a card, hidden": {[]string{"CARD 50000"}, 50_000, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			var orders []store.Order
			for i, text := range c.orders {
				var amount int64
				method, digits, _ := strings.Cut(text, " ")
				_, _ = fmt.Sscan(digits, &amount)
				orders = append(orders, h.open(fmt.Sprintf("DH-%d", i), amount, "payment_method", method))
			}
			done := h.transfer(c.amount, "chuyen tien")
			if done.Matched != nil || len(h.notices()) > 0 {
				t.Errorf("it counts for an order: %+v", done.Matched)
			}
			first := h.order(orders[0].ID).Order
			if kept := len(first.Received) == 1 && first.Received[0].Verdict == store.VerdictUnmatched; kept != c.kept || first.Status != store.OrderWaiting {
				t.Errorf("kept %v, %s", kept, first.Status)
			}
			want := []string{}
			if c.near > 0 {
				want = []string{"payment.memo_without_code"}
			}
			same(t, "findings", want, h.findings())
			named := 0
			for _, x := range h.facts(fact.Finding) {
				f, _ := finding.Of(x)
				for _, o := range orders {
					named += strings.Count(f.Detail, o.OrderID)
				}
			}
			if named != c.near {
				t.Errorf("%d orders are named, not %d", named, c.near)
			}
		})
	}
}

func TestMoneyOutAndOfOtherCompaniesPaysNoOrder(t *testing.T) {
	h := build(t, nil)
	o := h.open("DH-1", 50_000)
	h.update(func(w store.Writer) error {
		return store.BankAccounts.Put(w, store.BankAccount{ID: 2, XID: "a-2", Company: "other", Bank: "MBBank", AccountNumber: "0900000002", Active: true})
	})
	for _, to := range []bank.Transfer{
		{Company: "shop", Direction: store.Out, Amount: 50_000, Content: &o.Memo},
		{Company: "other", Direction: store.In, Amount: 50_000, Content: &o.Memo},
	} {
		done, err := h.Transfer(context.Background(), to)
		if err != nil || done.Matched != nil {
			t.Errorf("%s %s: %+v, %v", to.Company, to.Direction, done.Matched, err)
		}
	}
	if o := h.order(o.ID).Order; o.Status != store.OrderWaiting || len(o.Received) > 0 {
		t.Errorf("%+v", o)
	}
}

func TestAVirtualAccountPaysItsOrderWhateverTheMemo(t *testing.T) {
	h := build(t, map[string]string{"checkout.order_va": "always"})
	o, other := h.open("DH-1", 50_000), h.open("DH-2", 50_000)
	memo := other.Memo
	done, err := h.Transfer(context.Background(), bank.Transfer{Company: "shop", VA: h.order(o.ID).Place.AccountNumber, Direction: store.In, Amount: 50_000, Content: &memo})
	if err != nil || done.Matched == nil || done.Matched.OrderID != o.OrderID || done.Matched.Verdict != store.VerdictPaid {
		t.Fatalf("%+v, %v", done.Matched, err)
	}
	if s := h.order(other.ID).Order.Status; s != store.OrderWaiting {
		t.Errorf("the order of the memo is %s", s)
	}
}

func TestAnOrderRemembersItsLastFiftyTransfers(t *testing.T) {
	h := build(t, nil)
	o := h.open("DH-1", 50_000)
	for i := range 53 {
		h.transfer(int64(1+i), o.Memo)
	}
	got := h.order(o.ID).Order.Received
	if len(got) != 50 || got[0].Amount != 4 || got[49].Amount != 53 {
		t.Errorf("%d transfers, from %d VND", len(got), got[0].Amount)
	}
}

func TestWhatAPayerDoesWithATransfer(t *testing.T) {
	for _, collects := range []string{"company", "gateway"} {
		for outcome, c := range map[string]struct {
			status   store.OrderStatus
			verdicts []store.Verdict
			money    int64
		}{
			"":                     {store.OrderCaptured, []store.Verdict{store.VerdictPaid}, 50_000},
			payment.PayFull:        {store.OrderCaptured, []store.Verdict{store.VerdictPaid}, 50_000},
			payment.PayLess:        {store.OrderWaiting, []store.Verdict{store.VerdictLess}, 45_000},
			payment.PayMore:        {store.OrderWaiting, []store.Verdict{store.VerdictMore}, 55_000},
			payment.PayWrongMemo:   {store.OrderWaiting, []store.Verdict{store.VerdictUnmatched}, 50_000},
			payment.PayTwice:       {store.OrderCaptured, []store.Verdict{store.VerdictPaid, store.VerdictTwice}, 100_000},
			payment.PayLate:        {store.OrderCancelled, []store.Verdict{store.VerdictLate}, 50_000},
			payment.PayFailed:      {store.OrderWaiting, nil, 0},
			"a word of no meaning": {store.OrderWaiting, nil, 0},
		} {
			t.Run(collects+" "+outcome, func(t *testing.T) {
				h := build(t, map[string]string{"checkout.collects": collects})
				o := h.open("DH-1", 50_000)
				h.open("DH-2", 50_000) // so that a wrong memo is not kept by being the only one
				o, err := h.Simulate(context.Background(), o.ID, payment.PayerChoice{Outcome: outcome})
				if (err != nil) != (outcome == "a word of no meaning") || err != nil && !errors.Is(err, payment.ErrInvalid) {
					t.Fatal(err)
				}
				var verdicts []store.Verdict
				for _, got := range o.Received {
					verdicts = append(verdicts, got.Verdict)
				}
				same(t, "verdicts", c.verdicts, verdicts)
				money := c.money
				if collects == "gateway" {
					money = 0
				}
				if o.Status != c.status || h.balance() != money {
					t.Errorf("%s, %d VND at the bank", o.Status, h.balance())
				}
				if payments := h.order(o.ID).Payments; outcome == payment.PayFailed && (len(payments) != 1 || payments[0].Reason != payment.DeclineTransfer) {
					t.Errorf("payments %+v", payments)
				}
			})
		}
	}
}

func TestWhatAPayerCannotDo(t *testing.T) {
	h := build(t, nil)
	try := func(o store.Order, outcome string) error {
		_, err := h.Simulate(context.Background(), o.ID, payment.PayerChoice{Outcome: outcome})
		return err
	}
	paid := h.open("PAID", 50_000)
	h.transfer(50_000, paid.Memo)
	for name, err := range map[string]error{
		"pay what is paid":              try(paid, payment.PayFull),
		"fail at what is paid":          try(paid, payment.PayFailed),
		"send less than the least":      try(h.open("ONE", 1), payment.PayLess),
		"transfer for an order by card": try(h.open("CARD", 1000, "payment_method", "CARD"), payment.PayFull),
		"transfer for a verification":   try(h.open("V", 0, "operation", "VERIFY"), payment.PayFull),
	} {
		if !errors.Is(err, payment.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := try(store.Order{ID: 999}, payment.PayFull); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an order that is not there: %v", err)
	}
	if h.balance() != 50_000 {
		t.Errorf("money moved: %d VND", h.balance())
	}
}

func TestANapasOrderIsPaidByNapas(t *testing.T) {
	h := build(t, nil)
	for _, outcome := range []string{payment.PayFailed, payment.PayFull} {
		o := h.open("DH-"+outcome, 50_000, "payment_method", "NAPAS_BANK_TRANSFER")
		if _, err := h.Simulate(context.Background(), o.ID, payment.PayerChoice{Outcome: outcome}); err != nil {
			t.Fatal(err)
		}
		if p := h.order(o.ID).Payments; len(p) != 1 || p[0].Method != store.MethodNapas {
			t.Errorf("%s: %+v", outcome, p)
		}
	}
}
