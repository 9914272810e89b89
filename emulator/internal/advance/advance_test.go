package advance_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/advance"
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
	if err := advance.Run(context.Background(), c, 10*time.Minute, l); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"09:00", "09:01", "09:02", "09:04"}, l.ran); diff != "" {
		t.Errorf("instants (-want +got):\n%s", diff)
	}
	if got := c.Now().Format(clock.Layout); got != "2026-01-05 09:10:00" {
		t.Errorf("after the advance it is %s", got)
	}
}

// nested advances the clock from inside its own work.
type nested struct {
	ladder
	err error
}

func (n *nested) RunDue(ctx context.Context) error {
	n.err = advance.Run(ctx, n.clock, time.Minute)
	return n.ladder.RunDue(ctx)
}

func TestAnAdvanceInsideAnAdvanceIsRefused(t *testing.T) {
	c := clock.NewFrozen(nine)
	n := &nested{ladder: ladder{clock: c, at: nine}}
	if err := advance.Run(context.Background(), c, time.Minute, n); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(n.err, clock.ErrAdvancing) {
		t.Errorf("inner advance: %v", n.err)
	}
}

func TestOfWhatIsDueAtOneInstantTheFirstSourceComesFirst(t *testing.T) {
	c := clock.NewFrozen(nine)
	var order []string
	first, second := &step{at: nine.Add(time.Minute), do: func() { order = append(order, "first") }}, &step{at: nine.Add(time.Minute), do: func() { order = append(order, "second") }}
	early := &step{at: nine.Add(time.Second), do: func() { order = append(order, "early") }}
	for _, s := range []*step{first, second, early} {
		s.clock = c
	}
	if err := advance.Run(t.Context(), c, time.Hour, first, second, early); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"early", "first", "second"}, order); diff != "" {
		t.Error(diff)
	}
}

// step is one piece of work.
type step struct {
	clock *clock.Clock
	at    time.Time
	do    func()
}

func (s *step) NextDue() (time.Time, bool, error) { return s.at, !s.at.IsZero(), nil }

func (s *step) RunDue(context.Context) error {
	if !s.at.IsZero() && !s.at.After(s.clock.Now()) {
		s.at = time.Time{}
		s.do()
	}
	return nil
}

func TestAnAdvanceTellsWhatFailedAndStopsThere(t *testing.T) {
	c := clock.NewFrozen(nine)
	for name, s := range map[string]advance.Source{"a read": broken{read: errBroken}, "the work": broken{work: errBroken}} {
		if err := advance.Run(t.Context(), c, time.Minute, s); !errors.Is(err, errBroken) || !c.Now().Equal(nine) {
			t.Errorf("%s: %v at %v", name, err, c.Now())
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := advance.Run(ctx, c, time.Hour); !errors.Is(err, context.Canceled) || !c.Now().Equal(nine) {
		t.Errorf("cancelled: %v at %v", err, c.Now())
	}
	if err := advance.Run(t.Context(), c, -1); !errors.Is(err, clock.ErrBackwards) {
		t.Errorf("backwards: %v", err)
	}
}

var errBroken = errors.New("broken")

type broken struct{ read, work error }

func (b broken) NextDue() (time.Time, bool, error) { return time.Time{}, false, b.read }

func (b broken) RunDue(context.Context) error { return b.work }
