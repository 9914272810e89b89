package payment_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestWhatCanBeCancelled(t *testing.T) {
	for name, c := range map[string]struct {
		method string
		before func(*house, store.Order)
		err    error
	}{
		"an order that waits for a transfer":  {"BANK_TRANSFER", nil, nil},
		"one by NAPAS":                        {"NAPAS_BANK_TRANSFER", nil, nil},
		"one whose customer still chooses":    {"", nil, nil},
		"not a card order that is not listed": {"CARD", nil, payment.ErrNotFound},
		"not a card order":                    {"CARD", func(h *house, o store.Order) { h.pay(o, "declined") }, payment.ErrRefused},
		"not one whose customer chose a card": {"", func(h *house, o store.Order) {
			s := h.order(o.ID)
			if _, err := h.Choose(context.Background(), s.Order, s.Company, store.MethodCard); err != nil {
				h.t.Fatal(err)
			}
		}, payment.ErrRefused},
		"not a paid order":   {"", func(h *house, o store.Order) { h.transfer(50_000, o.Memo) }, payment.ErrRefused},
		"not one that ended": {"", func(h *house, o store.Order) { _, _ = h.Expire(context.Background(), o.ID) }, payment.ErrRefused},
		"not twice":          {"", func(h *house, _ store.Order) { _, _ = h.Cancel(context.Background(), "shop", "DH-1") }, payment.ErrRefused},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			o := h.open("DH-1", 50_000, "payment_method", c.method)
			if c.before != nil {
				c.before(h, o)
			}
			was, told := h.order(o.ID).Order, len(h.notices())
			got, err := h.Cancel(context.Background(), "shop", "DH-1")
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v", err)
			}
			now := h.order(o.ID).Order
			if c.err != nil {
				same(t, "a refused order", was, now)
				return
			}
			if now.Status != store.OrderCancelled || now.Expired || got.Status != now.Status || len(h.notices()) != told {
				t.Errorf("%+v, %d notices", now, len(h.notices()))
			}
		})
	}
}

func TestNobodyEndsTheOrderOfAnotherCompany(t *testing.T) {
	h := build(t, nil)
	o := h.open("DH-1", 50_000)
	for name, err := range map[string]error{
		"cancel":           second(h.Cancel(context.Background(), "other", "DH-1")),
		"void":             second(h.Void(context.Background(), "other", "DH-1")),
		"cancel, by code":  second(h.Cancel(context.Background(), "shop", o.OrderID)),
		"an unknown order": second(h.Cancel(context.Background(), "shop", "DH-2")),
	} {
		if !errors.Is(err, payment.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s := h.order(o.ID).Order.Status; s != store.OrderWaiting {
		t.Error(s)
	}
}

func second[T any](_ T, err error) error { return err }

func TestACardPaymentIsVoidedUntilItIsSettled(t *testing.T) {
	day := func(text string) time.Time {
		at, err := time.ParseInLocation(clock.Layout, text, clock.Vietnam)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for name, c := range map[string]struct {
		paid, void string
		at         string
		ok         bool
	}{
		"at once":                                   {"2026-03-03 09:30:00", "2026-03-03 09:30:00", "00:00", true},
		"in the last second of the day":             {"2026-03-03 09:30:00", "2026-03-03 23:59:59", "00:00", true},
		"not at midnight":                           {"2026-03-03 09:30:00", "2026-03-04 00:00:00", "00:00", false},
		"until 16:00 of the next day":               {"2026-03-03 09:30:00", "2026-03-04 15:59:59", "16:00", true},
		"not at 16:00":                              {"2026-03-03 09:30:00", "2026-03-04 16:00:00", "16:00", false},
		"paid at 16:00, a day longer":               {"2026-03-03 16:00:00", "2026-03-04 23:59:59", "00:00", true},
		"paid at 16:00, not longer than that":       {"2026-03-03 16:00:00", "2026-03-05 00:00:00", "00:00", false},
		"paid on Friday, over the weekend":          {"2026-03-06 10:00:00", "2026-03-08 23:59:59", "00:00", true},
		"paid on Friday, not on Monday":             {"2026-03-06 10:00:00", "2026-03-09 00:00:00", "00:00", false},
		"paid on Sunday after 16:00, until Tuesday": {"2026-03-08 17:00:00", "2026-03-09 23:59:59", "00:00", true},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, map[string]string{"pgapi.settlement_at": c.at})
			h.advance(day(c.paid).Sub(epoch))
			o := h.open("DH-1", 50_000)
			h.pay(o, "visa")
			h.advance(day(c.void).Sub(day(c.paid)))
			_, err := h.Void(context.Background(), "shop", "DH-1")
			if (err == nil) != c.ok || err != nil && !errors.Is(err, payment.ErrRefused) {
				t.Fatalf("error %v", err)
			}
			s := h.order(o.ID)
			if !c.ok {
				if s.Order.Status != store.OrderCaptured || len(s.Payments) != 1 {
					t.Errorf("%s, %d payments", s.Order.Status, len(s.Payments))
				}
				return
			}
			void := s.Payments[1]
			if s.Order.Status != store.OrderCancelled || s.Order.Expired || void.Type != store.TypeVoid || void.Status != store.PaymentApproved || void.Amount != 50_000 || void.TransactionID == s.Payments[0].TransactionID {
				t.Errorf("%s, %+v", s.Order.Status, void)
			}
			same(t, "card", s.Payments[0].Card, void.Card)
			same(t, "notices", []string{"ORDER_PAID", "TRANSACTION_VOID"}, h.kinds())
			if _, err := h.Void(context.Background(), "shop", "DH-1"); !errors.Is(err, payment.ErrRefused) {
				t.Errorf("a second void: %v", err)
			}
		})
	}
}

func TestWhatCannotBeVoided(t *testing.T) {
	h := build(t, nil)
	h.open("WAITS", 50_000)
	h.transfer(50_001, h.open("TRANSFER", 50_001).Memo)
	h.pay(h.open("DECLINED", 50_002), "declined")
	h.open("HIDDEN", 50_003, "payment_method", "CARD")
	for invoice, want := range map[string]error{"WAITS": payment.ErrRefused, "TRANSFER": payment.ErrRefused, "DECLINED": payment.ErrRefused, "HIDDEN": payment.ErrNotFound} {
		if _, err := h.Void(context.Background(), "shop", invoice); !errors.Is(err, want) {
			t.Errorf("%s: %v", invoice, err)
		}
	}
	same(t, "notices", []string{"ORDER_PAID"}, h.kinds())
}
