package clock

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Vietnam is the zone of every date that SePay prints: UTC+7, without
// daylight saving.
var Vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Layout is how SePay prints an instant, in Vietnam's zone without an offset.
const Layout = "2006-01-02 15:04:05"

// Mode says how the clock runs.
type Mode string

// The modes of a clock.
const (
	// Real runs with the system's clock, at an offset after it was moved.
	Real Mode = "real"
	// Frozen stands still until it is moved. Work that is due now is done now.
	Frozen Mode = "frozen"
	// Scaled runs faster or slower than the system's clock.
	Scaled Mode = "scaled"
)

// The errors of a clock.
var (
	ErrBackwards = errors.New("the clock cannot be advanced backwards")
	ErrAdvancing = errors.New("the clock is being advanced by another call")
	ErrMode      = errors.New("unknown clock mode")
)

// Source has work that falls due at instants of the clock.
type Source interface {
	// NextDue returns the earliest instant at which work falls due; ok is
	// false when none waits.
	NextDue() (at time.Time, ok bool)
	// RunDue does everything that is due by now, waits for what is under way,
	// and returns when the answers are in.
	RunDue(ctx context.Context) error
}

// State is how a clock runs at a moment.
type State struct {
	Mode Mode
	Now  time.Time
	// Scale is how many seconds pass in a real one; 1 unless Scaled.
	Scale float64
}

// Clock is the emulator's time. Its methods may be called from many goroutines.
type Clock struct {
	system func() time.Time

	mu      sync.Mutex
	mode    Mode
	scale   float64
	base    time.Time // the emulator's instant at anchor
	anchor  time.Time // the system's instant, with its monotonic reading
	held    bool      // an advance is under way: time stands at base
	changed chan struct{}

	sources   []Source
	advancing sync.Mutex
}

// NewReal makes a clock that runs with the system's.
func NewReal() *Clock {
	c := &Clock{system: time.Now, mode: Real, scale: 1, changed: make(chan struct{})}
	c.anchor = c.system()
	c.base = c.anchor
	return c
}

// NewFrozen makes a clock that stands at an instant.
func NewFrozen(at time.Time) *Clock {
	c := NewReal()
	c.mode, c.base = Frozen, at
	return c
}

// NewScaled makes a clock that starts now and runs scale times as fast.
func NewScaled(scale float64) *Clock {
	c := NewReal()
	c.mode, c.scale = Scaled, scale
	return c
}

// AddSource registers work that [Clock.Advance] has to run. It is called while
// the emulator is put together, before the clock is used.
func (c *Clock) AddSource(s Source) { c.sources = append(c.sources, s) }

// Now returns the present instant in Vietnam's zone.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	at := c.base
	if !c.held && c.mode != Frozen {
		passed := c.system().Sub(c.anchor)
		if c.mode == Scaled {
			passed = time.Duration(float64(passed) * c.scale)
		}
		at = at.Add(passed)
	}
	return at.Round(0).In(Vietnam)
}

// State returns how the clock runs.
func (c *Clock) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return State{Mode: c.mode, Now: c.now(), Scale: c.scale}
}

// Set changes how the clock runs from now on. A zero Now keeps the instant, an
// empty Mode the mode, a zero Scale the scale. Moving the instant runs nothing:
// what became due on the way is late.
func (c *Clock) Set(s State) error {
	switch s.Mode {
	case "", Real, Frozen, Scaled:
	default:
		return fmt.Errorf("%w %q", ErrMode, s.Mode)
	}
	if s.Scale < 0 {
		return fmt.Errorf("%w: scale %v is negative", ErrMode, s.Scale)
	}
	if !c.advancing.TryLock() {
		return ErrAdvancing
	}
	defer c.advancing.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.now()
	if !s.Now.IsZero() {
		at = s.Now
	}
	if s.Mode != "" {
		c.mode = s.Mode
	}
	if s.Scale > 0 {
		c.scale = s.Scale
	}
	if c.mode != Scaled {
		c.scale = 1
	}
	c.base, c.anchor = at, c.system()
	c.wake()
	return nil
}

// Advance moves the clock by d and, on the way, runs everything that falls
// due: each at its own instant, in order, and also what falls due because of
// it. It returns when the answers are in. When ctx ends first, the clock stays
// where it got to.
func (c *Clock) Advance(ctx context.Context, d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("%w: %v", ErrBackwards, d)
	}
	if !c.advancing.TryLock() {
		return ErrAdvancing
	}
	defer c.advancing.Unlock()

	target := c.hold().Add(d)
	defer c.release()
	for {
		for _, s := range c.sources {
			if err := s.RunDue(ctx); err != nil {
				return fmt.Errorf("advance at %s: %w", c.Now().Format(Layout), err)
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		next, ok := c.nextDue()
		if !ok || next.After(target) {
			c.moveTo(target)
			return nil
		}
		c.moveTo(next)
	}
}

// nextDue returns the earliest instant at which any source has work.
func (c *Clock) nextDue() (at time.Time, ok bool) {
	for _, s := range c.sources {
		if t, due := s.NextDue(); due && (!ok || t.Before(at)) {
			at, ok = t, true
		}
	}
	return at, ok
}

func (c *Clock) hold() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.held = c.now(), true
	return c.base
}

// moveTo sets a held clock forward; it never goes back.
func (c *Clock) moveTo(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.base) {
		c.base = at
	}
}

func (c *Clock) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.anchor, c.held = c.system(), false
	c.wake()
}

func (c *Clock) wake() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// Changed returns a channel that is closed when the clock is next moved or
// changes its mode, so that who waits for an instant can look again.
func (c *Clock) Changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changed
}

// Until returns how long a real wait for an instant takes; ok is false when
// the clock does not get there by itself.
func (c *Clock) Until(at time.Time) (wait time.Duration, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := at.Sub(c.now())
	if left <= 0 {
		return 0, true
	}
	if c.held || c.mode == Frozen {
		return 0, false
	}
	return time.Duration(float64(left) / c.scale), true
}

// Held says that an advance is under way.
func (c *Clock) Held() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held
}

// Stopwatch starts a measurement of real time; calling the result reads it.
func Stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}
