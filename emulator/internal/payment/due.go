package payment

import (
	"context"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// dueBatch is the maximum number of due orders in a transaction.
const dueBatch = 200

// NextDue implements [advance.Source].
func (g *Gateway) NextDue() (at time.Time, ok bool, err error) {
	err = g.Store.View(context.Background(), func(r store.Reader) error {
		orders, err := store.ExpiringOrders(r, time.Time{}, 1)
		if err != nil {
			return err
		}
		payments, err := store.OverduePayments(r, time.Time{}, 1)
		for _, o := range orders {
			at, ok = o.ExpiresAt, true
		}
		for _, p := range payments {
			if !ok || p.DueAt.Before(at) {
				at, ok = p.DueAt, true
			}
		}
		return err
	})
	return at, ok && err == nil, err
}

// RunDue implements [advance.Source]: it expires orders and declines payments
// whose time is up.
func (g *Gateway) RunDue(ctx context.Context) error {
	for {
		next, ok, err := g.NextDue()
		if err != nil || !ok || next.After(g.Clock.Now()) {
			return err // an idle look costs no update
		}
		var did int
		err = g.update(ctx, func(c *tx) (err error) {
			did, err = g.runDue(c)
			return err
		})
		if err != nil || did == 0 {
			return err
		}
	}
}

func (g *Gateway) runDue(c *tx) (int, error) {
	payments, err := store.OverduePayments(c, c.now, dueBatch)
	if err != nil {
		return 0, err
	}
	for _, p := range payments {
		reason := DeclineTimeout
		if p.Challenge {
			reason = DeclineAuthentication
		}
		if err := g.decline(c, p, reason); err != nil {
			return 0, err
		}
	}
	orders, err := store.ExpiringOrders(c, c.now, dueBatch)
	if err != nil {
		return 0, err
	}
	for _, o := range orders {
		if err := g.expire(c, &o); err != nil {
			return 0, err
		}
	}
	return len(payments) + len(orders), nil
}

// Run does what becomes due on a running clock, until ctx ends or an error
// occurs; it may be run again.
func (g *Gateway) Run(ctx context.Context) error {
	return clock.Loop{
		Clock: g.Clock, Next: g.NextDue, Wake: g.wake,
		Do: func(ctx context.Context) error {
			if g.Clock.Held() { // an advance runs what is due itself, in order
				return nil
			}
			return g.RunDue(ctx)
		},
	}.Run(ctx)
}
