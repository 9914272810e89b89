package advance

import (
	"context"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
)

// Source is a part with work that becomes due at instants of the clock.
type Source interface {
	// NextDue returns the earliest instant at which work is due; ok is
	// false when none waits.
	NextDue() (at time.Time, ok bool, err error)
	// RunDue does everything that is due now and returns when it is finished,
	// answers included.
	RunDue(ctx context.Context) error
}

// Run moves the clock by d and runs what becomes due in the sources; at one
// instant the sources run in the given order. It returns when all work is
// finished. When ctx ends first, the clock stays at the instant it reached.
func Run(ctx context.Context, c *clock.Clock, d time.Duration, sources ...Source) error {
	held, err := c.Hold(d)
	if err != nil {
		return err
	}
	defer held.Release()
	for {
		for _, s := range sources {
			if err := s.RunDue(ctx); err != nil {
				return fmt.Errorf("advance at %s: %w", c.Now().Format(clock.Layout), err)
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		next, ok, err := nextDue(sources)
		if err != nil {
			return fmt.Errorf("advance at %s: %w", c.Now().Format(clock.Layout), err)
		}
		if !ok || next.After(held.Target()) {
			held.MoveTo(held.Target())
			return nil
		}
		held.MoveTo(next)
	}
}

// nextDue returns the earliest instant at which any source has work.
func nextDue(sources []Source) (at time.Time, ok bool, err error) {
	for _, s := range sources {
		t, due, err := s.NextDue()
		if err != nil {
			return at, false, err
		}
		if due && (!ok || t.Before(at)) {
			at, ok = t, true
		}
	}
	return at, ok, nil
}
