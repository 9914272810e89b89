package payment

import (
	"context"
	"errors"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// Cancel cancels an order that waits for a transfer, by its invoice number
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/huy-don-hang).
// No IPN is sent.
func (g *Gateway) Cancel(ctx context.Context, company, invoice string) (o store.Order, err error) {
	err = g.update(ctx, func(c *tx) error {
		if o, err = listed(c, company, invoice); err != nil {
			return err
		}
		switch {
		case o.Method == store.MethodCard:
			return refused("order %s is paid by card: only orders by transfer can be cancelled", o.OrderID)
		case o.Status != store.OrderWaiting:
			return refused("order %s is %s: only a waiting order can be cancelled", o.OrderID, o.Status)
		}
		o.Status = store.OrderCancelled
		return c.put(&o)
	})
	return o, err
}

// listed finds an order of the REST API by its invoice number.
func listed(r store.Reader, company, invoice string) (store.Order, error) {
	o, err := store.OrderByInvoice.Find(r, store.Scope(company, invoice))
	if errors.Is(err, store.ErrNotFound) || (err == nil && !o.Listed) {
		return o, input.Refuse(ErrNotFound, "there is no order with invoice number %q", invoice)
	}
	return o, err
}

// Void reverses a captured card payment before it is settled
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/giao-dich/huy-giao-dich).
// The order is cancelled (assumed), and an IPN is sent.
func (g *Gateway) Void(ctx context.Context, company, invoice string) (o store.Order, err error) {
	err = g.update(ctx, func(c *tx) error {
		if o, err = listed(c, company, invoice); err != nil {
			return err
		}
		owner, rules, err := g.company(c, company)
		if err != nil {
			return err
		}
		paid, err := approved(c, o)
		if err != nil {
			return err
		}
		switch {
		case o.Status != store.OrderCaptured || paid == nil:
			return refused("order %s is %s: only a captured order can be voided", o.OrderID, o.Status)
		case paid.Method != store.MethodCard:
			return refused("order %s was paid by %s: only card payments can be voided", o.OrderID, paid.Method)
		}
		if settled := SettlesAt(o.CapturedAt, rules.Get(setting.PGAPISettlement)); !c.now.Before(settled) {
			return refused("order %s was settled on %s", o.OrderID, settled.Format("2006-01-02"))
		}
		void, err := g.newPayment(c, &o, store.MethodCard)
		if err != nil {
			return err
		}
		void.Type, void.Status, void.Card, void.AuthenticationStatus = store.TypeVoid, store.PaymentApproved, paid.Card, paid.AuthenticationStatus
		o.Status = store.OrderCancelled
		if err := errors.Join(store.Payments.Put(c, void), c.put(&o)); err != nil {
			return err
		}
		notified := void
		if rules.Get(setting.IPNVoidTransaction) == "payment" {
			notified = *paid
		}
		return g.announce(c, owner, rules, NoticeVoid, &o, notified)
	})
	return o, err
}

// approved returns the payment that captured an order, or nil.
func approved(r store.Reader, o store.Order) (*store.Payment, error) {
	all, err := store.PaymentsOf(r, o.ID)
	for i, p := range all {
		if p.Type == store.TypePayment && p.Status == store.PaymentApproved {
			return &all[i], err
		}
	}
	return nil, err
}

// cutOff is the hour, in Vietnam, after which a card payment counts for the
// next day.
const cutOff = 16

// SettlesAt returns when a card payment is settled: on the next working day
// when it was captured before 16:00, else two days later, and never on a
// weekend. at is the time of that day, HH:MM.
func SettlesAt(captured time.Time, at string) time.Time {
	captured = captured.In(clock.Vietnam)
	days := 1
	if captured.Hour() >= cutOff {
		days = 2
	}
	clockTime, _ := time.Parse("15:04", at) // checked when it was set
	day := captured.AddDate(0, 0, days)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, 1)
	}
	return time.Date(day.Year(), day.Month(), day.Day(), clockTime.Hour(), clockTime.Minute(), 0, 0, clock.Vietnam)
}

// Expire ends a waiting order as if its time had passed.
func (g *Gateway) Expire(ctx context.Context, order int64) (o store.Order, err error) {
	err = g.update(ctx, func(c *tx) error {
		if o, err = store.Orders.Get(c, order); err != nil {
			return err
		}
		if err := payable(o); err != nil {
			return err
		}
		return g.expire(c, &o)
	})
	return o, err
}

// expire cancels an order whose time has passed. SePay has no status for it:
// the REST API shows it as cancelled (assumed).
func (g *Gateway) expire(c *tx, o *store.Order) error {
	o.Status, o.Expired = store.OrderCancelled, true
	pending, err := store.PaymentsOf(c, o.ID)
	if err != nil {
		return err
	}
	for _, p := range pending {
		if p.Status != store.PaymentPending {
			continue
		}
		p.Status, p.Reason, p.Challenge, p.DueAt, p.UpdatedAt = store.PaymentDeclined, DeclineTimeout, false, time.Time{}, c.now
		if err := store.Payments.Put(c, p); err != nil {
			return err
		}
	}
	return c.put(o)
}
