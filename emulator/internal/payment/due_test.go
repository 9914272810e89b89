package payment_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// next is when the gateway has something to do, by the time since the epoch;
// -1 is never.
func (h *house) next() time.Duration {
	h.t.Helper()
	at, ok, err := h.NextDue()
	if err != nil {
		h.t.Fatal(err)
	}
	if !ok {
		return -1
	}
	return at.Sub(epoch)
}

func TestAnOrderExpiresWhenItsTimeIsUp(t *testing.T) {
	h := build(t, map[string]string{"checkout.ttl": "15m"})
	o := h.open("DH-1", 50_000)
	same(t, "next", 15*time.Minute, h.next())
	h.advance(15*time.Minute - time.Second)
	if o := h.order(o.ID).Order; o.Status != store.OrderWaiting {
		t.Fatalf("a second before: %s", o.Status)
	}
	h.advance(time.Second)
	got := h.order(o.ID).Order
	if got.Status != store.OrderCancelled || !got.Expired || !got.UpdatedAt.Equal(epoch.Add(15*time.Minute)) {
		t.Errorf("%+v", got)
	}
	same(t, "next", time.Duration(-1), h.next())
	if len(h.notices()) > 0 {
		t.Error("an IPN tells of an expiry")
	}
}

func TestEachOrderExpiresAtItsOwnInstant(t *testing.T) {
	h := build(t, map[string]string{"checkout.ttl": "15m"})
	first := h.open("DH-1", 50_000)
	h.advance(5 * time.Minute)
	second := h.open("DH-2", 50_000)
	h.advance(time.Hour)
	for _, c := range []struct {
		id int64
		at time.Duration
	}{{first.ID, 15 * time.Minute}, {second.ID, 20 * time.Minute}} {
		if o := h.order(c.id).Order; !o.Expired || !o.UpdatedAt.Equal(epoch.Add(c.at)) {
			t.Errorf("order %d: %+v", c.id, o)
		}
	}
}

func TestNothingExpiresThatDoesNotWait(t *testing.T) {
	for name, c := range map[string]struct {
		ttl  string
		form []string
		then func(*house, store.Order)
	}{
		"by default":           {"off", nil, func(*house, store.Order) {}},
		"a verification":       {"15m", []string{"operation", "VERIFY", "order_amount", "0"}, func(*house, store.Order) {}},
		"what a card paid":     {"15m", nil, func(h *house, o store.Order) { h.pay(o, "visa") }},
		"what a transfer paid": {"15m", nil, func(h *house, o store.Order) { h.transfer(50_000, o.Memo) }},
	} {
		h := build(t, map[string]string{"checkout.ttl": c.ttl})
		o := h.open("DH-1", 50_000, c.form...)
		c.then(h, o)
		if next := h.next(); next != -1 {
			t.Errorf("%s: due after %v", name, next)
		}
		h.advance(24 * time.Hour)
		if h.order(o.ID).Order.Expired {
			t.Errorf("%s: expired", name)
		}
	}
}

func TestAPaymentThatNobodyAnswersIsDeclinedInItsTime(t *testing.T) {
	for name, c := range map[string]struct {
		after  time.Duration
		reason string
	}{
		"challenge": {10 * time.Minute, payment.DeclineAuthentication}, "challenge_fails": {10 * time.Minute, payment.DeclineAuthentication},
		"timeout": {30 * time.Second, payment.DeclineTimeout},
	} {
		h := build(t, map[string]string{"checkout.ttl": "15m"})
		o := h.open("DH-1", 50_000)
		h.pay(o, name)
		same(t, name, c.after, h.next())
		h.advance(c.after - time.Second)
		if p := h.order(o.ID).Payments[0]; p.Status != store.PaymentPending {
			t.Errorf("%s, a second before: %s", name, p.Status)
		}
		h.advance(time.Second)
		s := h.order(o.ID)
		if p := s.Payments[0]; p.Status != store.PaymentDeclined || p.Reason != c.reason || p.Challenge || !p.DueAt.IsZero() || s.Order.Status != store.OrderWaiting {
			t.Errorf("%s: %+v of an order that is %s", name, p, s.Order.Status)
		}
		same(t, name+", then", 15*time.Minute, h.next())
		if h.pay(o, "visa"); h.order(o.ID).Order.Status != store.OrderCaptured {
			t.Errorf("%s: the order takes no other card", name)
		}
	}
}

func TestWhatFallsDueFirstIsNext(t *testing.T) {
	h := build(t, map[string]string{"checkout.ttl": "5m"})
	h.pay(h.open("DH-1", 50_000), "challenge")
	same(t, "next", 5*time.Minute, h.next())
}

func TestWithItsOrderAPendingPaymentEnds(t *testing.T) {
	h := build(t, nil)
	o := h.open("DH-1", 50_000)
	p := h.pay(o, "challenge").Payment
	if _, err := h.Expire(context.Background(), o.ID); err != nil {
		t.Fatal(err)
	}
	if got := h.order(o.ID).Payments[0]; got.Status != store.PaymentDeclined || got.Reason != payment.DeclineTimeout || got.Challenge {
		t.Errorf("%+v", got)
	}
	if _, err := h.Answer(context.Background(), p.ID, true, payment.OTP); !errors.Is(err, payment.ErrRefused) {
		t.Errorf("an answer afterwards: %v", err)
	}
	if _, err := h.Expire(context.Background(), o.ID); !errors.Is(err, payment.ErrRefused) {
		t.Errorf("a second expiry: %v", err)
	}
	same(t, "next", time.Duration(-1), h.next())
}

func TestMoreOrdersThanOneBatchFallDueAtOnce(t *testing.T) {
	h := build(t, map[string]string{"checkout.ttl": "1m"})
	last := store.Order{}
	for i := range 401 {
		last = h.open("DH-"+string(rune('A'+i%26))+string(rune('a'+i/26)), 50_000)
	}
	h.advance(time.Minute)
	if o := h.order(last.ID).Order; !o.Expired {
		t.Errorf("order %d is %s", o.ID, o.Status)
	}
	if next := h.next(); next != -1 {
		t.Errorf("something is left, due after %v", next)
	}
}

func TestAnIdleLookChangesNothing(t *testing.T) {
	h := build(t, map[string]string{"checkout.ttl": "15m"})
	h.open("DH-1", 50_000)
	before := h.Store.Facts().Last()
	if err := h.RunDue(context.Background()); err != nil {
		t.Fatal(err)
	}
	if after := h.Store.Facts().Last(); after != before {
		t.Errorf("%d facts", after-before)
	}
}

func TestOnARunningClockOrdersExpireByThemselves(t *testing.T) {
	h := build(t, map[string]string{"checkout.ttl": "1h"})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	o := h.open("DH-1", 50_000)
	cursor := h.Store.Facts().From(h.Store.Facts().Last(), fact.Filter{Type: fact.Order})
	// The clock jumps to behind the hour and runs: what is due is done without anybody asking.
	if err := h.Clock.Set(clock.State{Mode: clock.Scaled, Scale: 1, Now: epoch.Add(2 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if _, err := cursor.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := h.order(o.ID).Order; !got.Expired {
		t.Errorf("%+v", got)
	}
	stop()
	if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
