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

// ladder is work that reschedules itself, like a retry.
type ladder struct {
	clock *clock.Clock
	due   []time.Duration
	at    time.Time
	ran   []string
}

func (l *ladder) NextDue() (time.Time, bool, error) { return l.at, !l.at.IsZero(), nil }

func (l *ladder) RunDue(context.Context) error {
	for !l.at.IsZero() && !l.at.After(l.clock.Now()) {
		l.ran = append(l.ran, l.clock.Now().Format("15:04"))
		l.at = time.Time{}
		if len(l.due) > 0 {
			l.at, l.due = l.clock.Now().Add(l.due[0]), l.due[1:]
		}
	}
	return nil
}

func TestAdvanceRunsEachStepAtItsOwnInstant(t *testing.T) {
	c := clock.NewFrozen(nine)
	l := &ladder{clock: c, at: nine, due: []time.Duration{time.Minute, time.Minute, 2 * time.Minute, 30 * time.Minute}}
	c.AddSource(l)
	if err := c.Advance(context.Background(), 10*time.Minute); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"09:00", "09:01", "09:02", "09:04"}, l.ran); diff != "" {
		t.Errorf("instants (-want +got):\n%s", diff)
	}
	if got := c.Now().Format(clock.Layout); got != "2026-01-05 09:10:00" {
		t.Errorf("after the advance it is %s", got)
	}
}

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

// nested advances the clock from inside its own work.
type nested struct {
	ladder
	err error
}

func (n *nested) RunDue(ctx context.Context) error {
	n.err = n.clock.Advance(ctx, time.Minute)
	return n.ladder.RunDue(ctx)
}

func TestAnAdvanceInsideAnAdvanceIsRefused(t *testing.T) {
	c := clock.NewFrozen(nine)
	n := &nested{ladder: ladder{clock: c, at: nine}}
	c.AddSource(n)
	if err := c.Advance(context.Background(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(n.err, clock.ErrAdvancing) {
		t.Errorf("inner advance: %v", n.err)
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
