package advance

import (
	"context"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
)

// Source has work that falls due at instants of the clock.
type Source interface {
	// NextDue returns the earliest instant at which work falls due; ok is
	// false when none waits.
	NextDue() (at time.Time, ok bool, err error)
	// RunDue does everything that is due by now, waits for what is under way,
	// and returns when the answers are in.
	RunDue(ctx context.Context) error
}

// Run moves the clock by d and runs what falls due in the sources, at one instant
// in their order. It returns when the answers are in. When ctx ends first, the
// clock stays where it got to.
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
