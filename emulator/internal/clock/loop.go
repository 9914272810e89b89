package clock

import (
	"context"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/crash"
)

// never is the wait when only another event can end it.
const never = 24 * time.Hour

// Loop does work when it becomes due on a running clock.
type Loop struct {
	Clock *Clock
	// Do does what is due now. It is called at the start, at each Wake, when the
	// clock is moved, and at the instant of Next.
	Do func(context.Context) error
	// Next returns the earliest instant at which work becomes due; ok is false
	// when there is none.
	Next func() (at time.Time, ok bool, err error)
	Wake <-chan struct{}
	// OnFrozen, which may be nil, is called with the instant of Next when the
	// clock is frozen and will not reach it.
	OnFrozen func(next time.Time)
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

// untilNext returns the real time until the next work is due.
func (l Loop) untilNext() (time.Duration, error) {
	next, ok, err := l.Next()
	if err != nil || !ok {
		return never, err
	}
	if wait, reached := l.Clock.Until(next); reached {
		return wait, nil
	}
	if l.OnFrozen != nil && !l.Clock.Held() {
		l.OnFrozen(next)
	}
	return never, nil
}
