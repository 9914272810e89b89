package clock_test

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/openapi/input"
)

// Whatever is asked of a clock, what it prints is an instant of its years, and a
// refusal changes nothing.
func TestAClockStaysWithinItsYears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := clock.NewFrozen(time.Unix(rapid.Int64().Draw(t, "start"), 0))
		check := func() {
			now := c.Now()
			if err := input.CheckInstant(now); err != nil {
				t.Fatalf("it is %v: %v", now, err)
			}
			if at, err := input.Instant(now.Format(clock.Layout)); err != nil || now.Sub(at) >= time.Second {
				t.Fatalf("%s is read as %v, %v", now.Format(clock.Layout), at, err)
			}
			if wait, ok := c.Until(time.Unix(rapid.Int64().Draw(t, "until"), 0)); wait < 0 || !ok && wait != 0 {
				t.Fatalf("the wait is %v, %t", wait, ok)
			}
		}
		for range rapid.IntRange(1, 8).Draw(t, "moves") {
			before := c.State()
			var err error
			if rapid.Bool().Draw(t, "advance") {
				err = c.Advance(context.Background(), time.Duration(rapid.Int64().Draw(t, "by")))
			} else {
				err = c.Set(clock.State{
					Mode: rapid.SampledFrom([]clock.Mode{"", clock.Frozen, clock.Real, clock.Scaled}).Draw(t, "mode"),
					Now:  time.Unix(rapid.Int64().Draw(t, "now"), 0), Scale: rapid.Float64().Draw(t, "scale"),
				})
			}
			if err != nil && before.Mode == clock.Frozen && c.State() != before {
				t.Fatalf("%v, and yet it went from %+v to %+v", err, before, c.State())
			}
			check()
		}
	})
}

func TestWhatIsOutsideOfAClocksBoundsIsRefused(t *testing.T) {
	for name, s := range map[string]clock.State{
		"before 1970":    {Now: input.FirstInstant.Add(-time.Second)},
		"after 2200":     {Now: input.LastInstant.Add(time.Second)},
		"too slow":       {Mode: clock.Scaled, Scale: 1e-4},
		"too fast":       {Mode: clock.Scaled, Scale: 1e7},
		"no scale":       {Mode: clock.Scaled, Scale: math.NaN()},
		"an endless one": {Mode: clock.Scaled, Scale: math.Inf(1)},
	} {
		c := clock.NewFrozen(nine)
		if err := c.Set(s); !errors.Is(err, clock.ErrRange) || c.State() != (clock.State{Mode: clock.Frozen, Now: nine, Scale: 1}) {
			t.Errorf("%s: %v, and the clock is at %+v", name, err, c.State())
		}
	}
	c := clock.NewFrozen(nine)
	if err := c.Advance(context.Background(), math.MaxInt64); !errors.Is(err, clock.ErrRange) || !c.Now().Equal(nine) {
		t.Errorf("292 years: %v, and it is %v", err, c.Now())
	}
}

func TestARunningClockStandsStillAtItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewScaled(input.MaxScale)
		time.Sleep(24 * time.Hour) // 2,700 years of the clock's, none of the test's
		if !c.Now().Equal(input.LastInstant) {
			t.Errorf("it is %v", c.Now())
		}
		if _, ok := c.Until(input.LastInstant.Add(time.Hour)); ok {
			t.Error("the clock promised to go beyond its end")
		}
	})
}

func TestATurnIsCountedWhenTheTimeIsPutBack(t *testing.T) {
	c := clock.NewFrozen(nine)
	_, first := c.Read()
	if err := errors.Join(c.Set(clock.State{Now: nine.Add(time.Hour)}), c.Advance(t.Context(), time.Hour), c.Set(clock.State{Mode: clock.Real})); err != nil {
		t.Fatal(err)
	}
	if _, turn := c.Read(); turn != first {
		t.Errorf("moves forward count as turn %d after %d", turn, first)
	}
	if err := c.Set(clock.State{Now: nine}); err != nil {
		t.Fatal(err)
	}
	if _, turn := c.Read(); turn == first {
		t.Error("a move back counts as no turn")
	}
}

func TestGoingBackIsOneDecision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewReal()
		kept := c.Keep()
		time.Sleep(time.Hour)
		if err := c.Set(clock.State{Mode: clock.Scaled, Scale: 60, Now: nine}); err != nil {
			t.Fatal(err)
		}
		boom := errors.New("boom")
		if err := c.GoBack(&kept, func() error { return boom }); !errors.Is(err, boom) || c.State().Mode != clock.Scaled {
			t.Errorf("after a failure: %v, and the clock runs %+v", err, c.State())
		}
		err := c.GoBack(&kept, func() error {
			if err := errors.Join(c.Set(clock.State{Now: nine})); !errors.Is(err, clock.ErrAdvancing) {
				t.Errorf("the clock was moved in between: %v", err)
			}
			if err := c.Advance(t.Context(), time.Second); !errors.Is(err, clock.ErrAdvancing) {
				t.Errorf("the clock was advanced in between: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if s := c.State(); s.Mode != clock.Real || !s.Now.Equal(time.Now()) {
			t.Errorf("the clock runs %+v, and the system's shows %v", s, time.Now())
		}
	})
}

func TestNothingGoesBackWhileTheClockIsHeld(t *testing.T) {
	c := clock.NewFrozen(nine)
	held, err := c.Hold(time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Release()
	replaced := false
	err = c.GoBack(nil, func() error { replaced = true; return nil })
	if !errors.Is(err, clock.ErrAdvancing) || replaced {
		t.Errorf("error %v, replaced: %t", err, replaced)
	}
}

var errBlind = errors.New("cannot read")

// An error or a panic ends a loop, which goes on when it is run again.
func TestALoopThatFailedGoesOnWhenItIsRunAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var done sync.WaitGroup
		wake := make(chan struct{}, 1)
		runs := 0
		var failures []error
		loop := clock.Loop{
			Clock: clock.NewReal(), Wake: wake,
			Do: func(context.Context) error {
				switch runs++; runs {
				case 1:
					return errBlind
				case 2:
					panic("boom")
				}
				return nil
			},
			Next: func() (time.Time, bool, error) {
				if runs == 3 {
					return time.Time{}, false, errBlind
				}
				return time.Time{}, false, nil
			},
		}
		done.Go(func() {
			for ctx.Err() == nil {
				if err := loop.Run(ctx); err != nil {
					failures = append(failures, err)
				}
			}
		})
		synctest.Wait()
		var crashed *crash.Error
		if runs != 4 || len(failures) != 3 || !errors.As(failures[1], &crashed) {
			t.Errorf("it ran %d times and failed with %v", runs, failures)
		}
		wake <- struct{}{}
		synctest.Wait()
		if runs != 5 {
			t.Errorf("woken, it ran %d times", runs)
		}
		stop()
		done.Wait()
	})
}
