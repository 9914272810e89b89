package payment

import (
	"context"
	"errors"
	"time"

	"github.com/localsepay/localsepay/emulator/store"
)

// dueBatch is how many due orders one transaction takes.
const dueBatch = 200

// NextDue implements [clock.Source].
func (g *Gateway) NextDue() (at time.Time, ok bool) {
	err := g.Store.View(context.Background(), func(r store.Reader) error {
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
	return at, ok && err == nil
}

// RunDue implements [clock.Source]: it expires orders and declines payments
// whose time is up.
func (g *Gateway) RunDue(ctx context.Context) error {
	for {
		if next, ok := g.NextDue(); !ok || next.After(g.Clock.Now()) {
			return nil // an idle look costs no update
		}
		var did int
		err := g.update(ctx, func(c *change) (err error) {
			did, err = g.runDue(c)
			return err
		})
		if err != nil || did == 0 {
			return err
		}
	}
}

func (g *Gateway) runDue(c *change) (int, error) {
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

// Run does what falls due by itself until ctx ends, on a clock that runs.
func (g *Gateway) Run(ctx context.Context) error {
	for {
		changed := g.Clock.Changed()
		if !g.Clock.Held() { // an advance runs what is due itself, in order
			if err := g.RunDue(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrClosed) {
				return err
			}
		}
		timer := time.NewTimer(g.untilDue())
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-changed:
		case <-timer.C:
		case <-g.alarm:
		}
		timer.Stop()
	}
}

// never is a wait that something else always ends.
const never = 24 * time.Hour

// untilDue is how long the clock takes to the next thing that falls due.
func (g *Gateway) untilDue() time.Duration {
	if next, ok := g.NextDue(); ok {
		if wait, reached := g.Clock.Until(next); reached {
			return wait
		}
	}
	return never
}

// Wake says that something may fall due earlier than before.
func (g *Gateway) Wake() {
	select {
	case g.alarm <- struct{}{}:
	default:
	}
}
