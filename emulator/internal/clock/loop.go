package clock

import (
	"context"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/crash"
)

// never is a wait that something else always ends.
const never = 24 * time.Hour

// Loop does work that falls due, by itself, on a clock that runs.
type Loop struct {
	Clock *Clock
	// Do does what is due now. It is called at the start, at each Wake, when the
	// clock is moved, and at the instant of Next.
	Do func(context.Context) error
	// Next returns the earliest instant at which work falls due, as
	// [Source.NextDue] does.
	Next func() (at time.Time, ok bool, err error)
	Wake <-chan struct{}
	// Stands, which may be nil, is told of the instant of Next that a clock which
	// stands still does not reach.
	Stands func(next time.Time)
}

// Run loops until ctx ends, or until Do or Next fails or panics.
func (l Loop) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		changed := l.Clock.Changed()
		wait := never
		err := crash.Try(func() (err error) {
			if err = l.Do(ctx); err == nil {
				wait, err = l.untilNext()
			}
			return err
		})
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		timer := time.NewTimer(wait)
		select {
		case <-l.Wake:
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return nil
}

// untilNext is how long, in real time, the clock takes to the next work.
func (l Loop) untilNext() (time.Duration, error) {
	next, ok, err := l.Next()
	if err != nil || !ok {
		return never, err
	}
	if wait, reached := l.Clock.Until(next); reached {
		return wait, nil
	}
	if l.Stands != nil && !l.Clock.Held() {
		l.Stands(next)
	}
	return never, nil
}
