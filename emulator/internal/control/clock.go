package control

import (
	"context"
	"errors"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/advance"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// ClockState returns how the clock runs and the work that waits for it.
func (c *Control) ClockState(ctx context.Context) (s wire.ClockState, err error) {
	err = c.config.Store.View(ctx, func(r store.Reader) error {
		s, err = c.clockState(r)
		return err
	})
	return s, err
}

func (c *Control) clockState(r store.Reader) (wire.ClockState, error) {
	now := c.config.Clock.State()
	out := wire.ClockState{Mode: string(now.Mode), Now: stamp(now.Now)}
	if now.Mode == clock.Scaled {
		out.Scale = now.Scale
	}
	next, ok, err := store.NextDue(r)
	if err != nil {
		return out, err
	}
	if ok {
		out.NextDue = stampOrNull(next)
	}
	out.Due, err = store.CountDue(r)
	return out, err
}

// SetClock changes how the clock runs. Moving it runs nothing on the way.
func (c *Control) SetClock(ctx context.Context, change wire.ClockChange) (wire.ClockState, error) {
	if err := input.CheckNumbers(change); err != nil {
		return wire.ClockState{}, err
	}
	to := clock.State{Mode: clock.Mode(change.Mode), Scale: change.Scale}
	if change.Now != "" {
		at, err := input.Instant(change.Now)
		if err != nil {
			return wire.ClockState{}, badRequest("now: " + err.Error())
		}
		to.Now = at
	}
	if to.Mode == clock.Scaled && to.Scale == 0 {
		return wire.ClockState{}, badRequest("scale: needed for mode scaled, e.g. 60 for a minute a second")
	}
	changed, err := c.config.Clock.Change(to)
	switch {
	case errors.Is(err, clock.ErrScale):
		return wire.ClockState{}, input.At(err, "scale")
	case err != nil:
		return wire.ClockState{}, err
	case !changed:
		return c.ClockState(ctx)
	}
	return c.emitClock(ctx)
}

// Advance moves the clock and runs everything that becomes due on the way, in order
// and each at its own instant. It returns when all work is finished. At one instant
// orders run first, as they may cause notices.
func (c *Control) Advance(ctx context.Context, by time.Duration) (wire.Advanced, error) {
	before := c.config.Notifier.Attempts()
	if err := advance.Run(ctx, c.config.Clock, by, c.config.Gateway, c.config.Notifier); err != nil {
		return wire.Advanced{}, err
	}
	show := c.emitClock
	if by == 0 {
		show = c.ClockState
	}
	s, err := show(ctx)
	return wire.Advanced{Clock: s, Attempts: c.config.Notifier.Attempts() - before}, err
}
