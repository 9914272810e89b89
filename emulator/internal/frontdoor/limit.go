package frontdoor

import (
	"sync"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// maxBuckets bounds the limiter's memory. Full buckets are dropped first;
// without any, many are dropped at once so that this stays rare.
const (
	maxBuckets  = 10_000
	keptBuckets = maxBuckets / 2
)

// Limiter is a token bucket for each key, refilled by the emulator's clock: it
// holds the requests of one second and refills evenly.
type Limiter struct {
	clock *clock.Clock

	mu      sync.Mutex
	buckets map[string]*bucket
	// turn is the clock's turn of the buckets.
	turn uint64
}

// bucket is one caller's state on one surface.
type bucket struct {
	// tat is when the bucket is full again (the theoretical arrival time of
	// the generic cell rate algorithm).
	tat time.Time
	// until is when a refused caller may come back.
	until time.Time
}

// NewLimiter makes a limiter on a clock.
func NewLimiter(c *clock.Clock) *Limiter {
	return &Limiter{clock: c, buckets: map[string]*bucket{}}
}

// Take takes one request at perSecond, which is 1 to [input.RateRange]. When the
// clock was set back, every bucket is full. early says that a refused caller came
// back before its wait was over.
func (l *Limiter) Take(key string, perSecond int) (limit surface.Limit, early bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, turn := l.clock.Read()
	if turn != l.turn {
		clear(l.buckets)
		l.turn = turn
	}
	b := l.bucket(key, now)
	if !b.until.IsZero() {
		early = now.Before(b.until)
		b.until = time.Time{}
	}
	interval := max(1, time.Second/time.Duration(perSecond))
	if b.tat.Before(now) {
		b.tat = now
	}
	next := b.tat.Add(interval)
	limit = surface.Limit{PerSecond: perSecond}
	if wait := next.Sub(now) - time.Second; wait > 0 {
		limit.RetryAfter = wait
		// What the answer says is whole seconds, so that is what counts.
		b.until = now.Add(time.Duration(limit.Seconds()) * time.Second)
		return limit, early
	}
	b.tat = next
	limit.Allowed = true
	limit.Remaining = int((time.Second - next.Sub(now)) / interval)
	return limit, early
}

// bucket returns the caller's bucket, dropping others when there are too many.
func (l *Limiter) bucket(key string, now time.Time) *bucket {
	b := l.buckets[key]
	if b != nil {
		return b
	}
	if len(l.buckets) >= maxBuckets {
		for k, old := range l.buckets {
			if !old.tat.After(now) && !old.until.After(now) {
				delete(l.buckets, k)
			}
		}
		for k := range l.buckets {
			if len(l.buckets) <= keptBuckets {
				break
			}
			delete(l.buckets, k)
		}
	}
	b = &bucket{}
	l.buckets[key] = b
	return b
}
