package payment_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// model is what has to be true of an order, whatever is done with it and in
// which order.
type model struct {
	h *house
	o store.Order
	// sent is the money that was transferred to the bank in VND.
	sent int64
	// ended are the states from which nothing comes back to waiting.
	last store.OrderStatus
}

func (m *model) check(t *rapid.T) {
	s := m.h.order(m.o.ID)
	var approved, voided, pending int
	for _, p := range s.Payments {
		switch {
		case p.Type == store.TypeVoid:
			voided++
		case p.Status == store.PaymentApproved:
			approved++
		case p.Status == store.PaymentPending:
			pending++
		}
		if p.Amount != m.o.Amount {
			t.Fatalf("a payment of %d VND for an order over %d", p.Amount, m.o.Amount)
		}
		if (p.Status == store.PaymentPending) != !p.DueAt.IsZero() {
			t.Fatalf("payment %d is %s, and due at %v", p.ID, p.Status, p.DueAt)
		}
	}
	captured, cancelled := s.Order.Status == store.OrderCaptured, s.Order.Status == store.OrderCancelled
	switch {
	case approved > 1:
		t.Fatalf("captured %d times", approved)
	case voided > approved:
		t.Fatalf("voided %d times, captured %d times", voided, approved)
	case captured != (approved == 1 && voided == 0):
		t.Fatalf("%s with %d payments and %d voids", s.Order.Status, approved, voided)
	case voided == 1 && !cancelled:
		t.Fatalf("voided, and %s", s.Order.Status)
	case s.Order.Expired && (approved > 0 || pending > 0 || !cancelled):
		t.Fatalf("expired, and %s with %d payments, %d of them pending", s.Order.Status, approved, pending)
	case approved > 0 && s.Order.CapturedAt.IsZero(), approved == 0 && !s.Order.CapturedAt.IsZero():
		t.Fatalf("captured at %v with %d payments", s.Order.CapturedAt, approved)
	case m.h.balance() != m.sent:
		t.Fatalf("%d VND at the bank, %d were sent", m.h.balance(), m.sent)
	}
	if m.last == store.OrderCancelled && !cancelled || m.last == store.OrderCaptured && s.Order.Status == store.OrderWaiting {
		t.Fatalf("from %s to %s", m.last, s.Order.Status)
	}
	m.last = s.Order.Status
	paid := 0
	for _, got := range s.Order.Received {
		if got.Verdict == store.VerdictPaid {
			paid++
		}
	}
	if paid > approved {
		t.Fatalf("%d transfers paid, %d payments", paid, approved)
	}
	if kinds := strings.Join(m.h.kinds(), " "); kinds != strings.TrimSpace(strings.Repeat("ORDER_PAID ", approved)+strings.Repeat("TRANSACTION_VOID", voided)) {
		t.Fatalf("notices %q with %d payments and %d voids", kinds, approved, voided)
	}
	steps := m.h.steps(m.o)
	if n := steps[len(steps)-1]; n.Status != s.Order.Status || len(n.Payments) != len(s.Payments) {
		t.Fatalf("the last fact says %+v, the order is %s with %d payments", n, s.Order.Status, len(s.Payments))
	}
}

// refusable fails on what is neither done nor refused.
func refusable(t *rapid.T, err error) bool {
	if err != nil && !errors.Is(err, payment.ErrRefused) && !errors.Is(err, payment.ErrNotFound) && !errors.Is(err, payment.ErrWrongOTP) {
		t.Fatal(err)
	}
	return err == nil
}

func TestNoOrderIsPaidTwiceOrGivesBackMoreThanItGot(t *testing.T) {
	ctx := context.Background()
	var names []string
	for _, c := range payment.TestCards() {
		names = append(names, c.Name)
	}
	rapid.Check(t, func(t *rapid.T) {
		m := &model{h: build(t, map[string]string{"checkout.ttl": rapid.SampledFrom([]string{"off", "20m"}).Draw(t, "ttl"), "ipn.renewals": "on"})}
		m.o = m.h.open("DH-1", 50_000)
		t.Repeat(map[string]func(*rapid.T){
			"": m.check,
			"card": func(t *rapid.T) {
				_, err := m.h.PayByCard(ctx, m.o.ID, card(rapid.SampledFrom(names).Draw(t, "card")))
				refusable(t, err)
			},
			"answer": func(t *rapid.T) {
				payments := m.h.order(m.o.ID).Payments
				if len(payments) == 0 {
					t.Skip("nothing was tried")
				}
				p := rapid.SampledFrom(payments).Draw(t, "payment")
				_, err := m.h.Answer(ctx, p.ID, rapid.Bool().Draw(t, "pass"), rapid.SampledFrom([]string{payment.OTP, "1"}).Draw(t, "otp"))
				refusable(t, err)
			},
			"transfer": func(t *rapid.T) {
				amount := rapid.SampledFrom([]int64{1, 49_999, 50_000, 50_000, 50_001}).Draw(t, "amount")
				m.h.transfer(amount, rapid.SampledFrom([]string{m.o.Memo, strings.ToLower(m.o.Memo), "no code"}).Draw(t, "memo"))
				m.sent += amount
			},
			"cancel": func(t *rapid.T) { refusable(t, second(m.h.Cancel(ctx, "shop", "DH-1"))) },
			"void":   func(t *rapid.T) { refusable(t, second(m.h.Void(ctx, "shop", "DH-1"))) },
			"expire": func(t *rapid.T) { refusable(t, second(m.h.Expire(ctx, m.o.ID))) },
			"choose": func(t *rapid.T) {
				s := m.h.order(m.o.ID)
				refusable(t, second(m.h.Choose(ctx, s.Order, s.Company, rapid.SampledFrom(store.PaymentMethods()).Draw(t, "method"))))
			},
			"open again": func(t *rapid.T) {
				_, err := m.h.Open(ctx, payment.Request{Form: form("DH-1", 50_000)})
				var bad *payment.Refusal
				if waiting := m.h.order(m.o.ID).Order.Status == store.OrderWaiting; (err == nil) != waiting || err != nil && !errors.As(err, &bad) {
					t.Fatalf("while it waits, %v: %v", waiting, err)
				}
			},
			"wait": func(t *rapid.T) {
				m.h.advance(rapid.SampledFrom([]time.Duration{time.Second, 30 * time.Second, 11 * time.Minute, 24 * time.Hour}).Draw(t, "time"))
			},
		})
	})
}

// A signature is over what the field list names, in posted order, and over
// nothing else: the same bytes, the same signature.
func TestASignatureCoversTheSignedFieldsInTheirOrder(t *testing.T) {
	listed := []string{"merchant", "operation", "order_amount", "currency", "order_invoice_number", "order_description", "customer_id", "success_url", "order_id"}
	other := []string{"custom_data", "branch_code", "order_tax_amount", "lang"}
	rapid.Check(t, func(t *rapid.T) {
		var f payment.Form
		for _, name := range rapid.Permutation(append(append([]string{}, listed...), other...)).Draw(t, "names") {
			f = append(f, payment.Field{Name: name, Value: rapid.StringMatching(`[a-zđ0-9 =&%+]{0,8}`).Draw(t, name)})
		}
		var parts []string
		for _, field := range f {
			for _, name := range listed {
				if field.Name == name {
					parts = append(parts, fmt.Sprintf("%s=%s", name, field.Value))
				}
			}
		}
		text := strings.Join(parts, ",")
		if got := payment.Signable(f); got != text {
			t.Fatalf("signed %q, want %q", got, text)
		}
		at := rapid.IntRange(0, len(f)-1).Draw(t, "changed")
		changed := with(f, f[at].Name, f[at].Value+"!")
		isListed := strings.Contains(" "+strings.Join(listed, " ")+" ", " "+f[at].Name+" ")
		posted := append(changed, payment.Field{Name: "signature", Value: payment.Sign("k", f)})
		if payment.Verify("k", posted) == isListed {
			t.Fatalf("a change of %s: accepted %v", f[at].Name, !isListed)
		}
		if payment.Verify("K", append(f, payment.Field{Name: "signature", Value: payment.Sign("k", f)})) {
			t.Fatal("another key is accepted")
		}
	})
}
