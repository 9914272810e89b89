package clock_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/clock"
)

var nine = time.Date(2026, 1, 5, 9, 0, 0, 0, clock.Vietnam)

func TestARealClockGoesOnFromWhereItWasAdvancedTo(t *testing.T) {
	c := clock.NewReal()
	before := c.Now()
	if err := c.Advance(context.Background(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if moved := c.Now().Sub(before); moved < time.Hour {
		t.Errorf("moved %v, want at least an hour", moved)
	}
	if _, ok := c.Until(c.Now().Add(time.Hour)); !ok {
		t.Error("a real clock gets everywhere by itself")
	}
}

func TestAFrozenClockDoesNotGetAnywhereByItself(t *testing.T) {
	c := clock.NewFrozen(nine)
	if _, ok := c.Until(nine.Add(time.Second)); ok {
		t.Error("a frozen clock promised to reach a later instant")
	}
	if wait, ok := c.Until(nine); !ok || wait != 0 {
		t.Errorf("what is due now waits %v, %v", wait, ok)
	}
}

func TestAScaledClockWaitsProportionally(t *testing.T) {
	c := clock.NewFrozen(nine)
	if err := c.Set(clock.State{Mode: clock.Scaled, Scale: 60}); err != nil {
		t.Fatal(err)
	}
	wait, ok := c.Until(c.Now().Add(time.Hour))
	if !ok || wait > time.Minute || wait < 50*time.Second {
		t.Errorf("an hour at x60 waits %v, %v", wait, ok)
	}
}

func TestWhatAClockRefuses(t *testing.T) {
	c := clock.NewFrozen(nine)
	if err := c.Advance(context.Background(), -time.Second); !errors.Is(err, clock.ErrBackwards) {
		t.Errorf("backwards: %v", err)
	}
	if err := c.Set(clock.State{Mode: "sundial"}); !errors.Is(err, clock.ErrMode) {
		t.Errorf("mode: %v", err)
	}
	if err := c.Set(clock.State{Scale: -1}); !errors.Is(err, clock.ErrRange) {
		t.Errorf("scale: %v", err)
	}
	if diff := cmp.Diff(clock.State{Mode: clock.Frozen, Now: nine, Scale: 1}, c.State()); diff != "" {
		t.Errorf("a refused change changed something (-want +got):\n%s", diff)
	}
}

func TestAHeldClockIsMovedByNobodyElse(t *testing.T) {
	c := clock.NewFrozen(nine)
	held, err := c.Hold(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Advance(t.Context(), time.Minute); !errors.Is(err, clock.ErrAdvancing) {
		t.Errorf("inner advance: %v", err)
	}
	held.MoveTo(nine.Add(time.Minute))
	held.MoveTo(nine) // it never goes back
	if !c.Now().Equal(nine.Add(time.Minute)) || !held.Target().Equal(nine.Add(time.Hour)) {
		t.Errorf("it is %v, on the way to %v", c.Now(), held.Target())
	}
	held.Release()
	if err := c.Advance(t.Context(), time.Minute); err != nil || !c.Now().Equal(nine.Add(2*time.Minute)) {
		t.Errorf("after the release: %v at %v", err, c.Now())
	}
}

func TestACancelledAdvanceStopsWhereItGotTo(t *testing.T) {
	c := clock.NewFrozen(nine)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := c.Advance(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("error: %v", err)
	}
	if !c.Now().Equal(nine) {
		t.Errorf("it is %v", c.Now())
	}
}
