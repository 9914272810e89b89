package clock

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/localsepay/localsepay/openapi/input"
)

// Vietnam is the zone of every date that SePay prints: UTC+7, without
// daylight saving.
var Vietnam = input.Vietnam

// Layout is how SePay prints an instant, in Vietnam's zone without an offset.
const Layout = input.Layout

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
	// ErrRange: an instant outside the years 1970 to 2200, or a scale outside
	// its bounds.
	ErrRange = errors.New("the clock cannot go there")
)

// State is how a clock runs at a moment.
type State struct {
	Mode Mode
	Now  time.Time
	// Scale is how many seconds pass in a real one; 1 unless Scaled.
	Scale float64
}

// Clock is the emulator's time, between [input.FirstInstant] and
// [input.LastInstant]: one that gets to the end stands still there. Its methods
// may be called from many goroutines.
type Clock struct {
	system func() time.Time

	mu      sync.Mutex
	mode    Mode
	scale   float64
	base    time.Time // the emulator's instant at anchor
	anchor  time.Time // the system's instant, with its monotonic reading
	held    bool      // an advance is under way: time stands at base
	turn    uint64    // how often the time was put back
	changed chan struct{}

	advancing sync.Mutex
}

// NewReal makes a clock that runs with the system's.
func NewReal() *Clock {
	c := &Clock{system: time.Now, mode: Real, scale: 1, changed: make(chan struct{})}
	c.anchor = c.system()
	c.base = c.anchor
	return c
}

// NewFrozen makes a clock that stands at an instant, or at the nearest one that
// a clock can have.
func NewFrozen(at time.Time) *Clock {
	c := NewReal()
	c.mode, c.base = Frozen, input.BoundInstant(at)
	return c
}

// NewScaled makes a clock that starts now and runs scale times as fast, from
// [input.MinScale] to [input.MaxScale].
func NewScaled(scale float64) *Clock {
	c := NewReal()
	c.mode, c.scale = Scaled, min(max(scale, input.MinScale), input.MaxScale)
	return c
}

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
			passed = input.Stretch(passed, c.scale)
		}
		at = at.Add(passed)
	}
	return input.BoundInstant(at.Round(0)).In(Vietnam)
}

// Read returns the present instant and its turn: a number that changes when the
// time is put back. What was stamped in another turn may lie ahead of now, and
// means nothing any more.
func (c *Clock) Read() (now time.Time, turn uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now(), c.turn
}

// Reading returns how the clock runs and its turn, as [Clock.Read] does.
func (c *Clock) Reading() (s State, turn uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return State{Mode: c.mode, Now: c.now(), Scale: c.scale}, c.turn
}

// State returns how the clock runs.
func (c *Clock) State() State {
	s, _ := c.Reading()
	return s
}

// Set changes how the clock runs from now on. A zero Now keeps the instant, an
// empty Mode the mode, a zero Scale the scale. Moving the instant runs nothing:
// what became due on the way is late. The error is [ErrMode], [ErrRange] or
// [ErrAdvancing]; nothing was changed then.
func (c *Clock) Set(s State) error {
	if err := s.check(); err != nil {
		return err
	}
	if !c.advancing.TryLock() {
		return ErrAdvancing
	}
	defer c.advancing.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.Now.IsZero() {
		s.Now = c.now()
	}
	if s.Mode == "" {
		s.Mode = c.mode
	}
	if s.Scale == 0 {
		s.Scale = c.scale
	}
	c.run(s)
	return nil
}

// check refuses what a clock cannot be.
func (s State) check() error {
	switch s.Mode {
	case "", Real, Frozen, Scaled:
	default:
		return fmt.Errorf("%w %q", ErrMode, s.Mode)
	}
	if s.Scale != 0 {
		if err := input.CheckScale(s.Scale); err != nil {
			return fmt.Errorf("%w: %w", ErrRange, err)
		}
	}
	if !s.Now.IsZero() {
		if err := input.CheckInstant(s.Now); err != nil {
			return fmt.Errorf("%w: %w", ErrRange, err)
		}
	}
	return nil
}

// run lets the clock run as a whole state says. Callers hold the mutex.
func (c *Clock) run(s State) {
	if s.Now.Before(c.now()) {
		c.turn++
	}
	c.mode, c.scale = s.Mode, s.Scale
	if c.mode != Scaled {
		c.scale = 1
	}
	c.base, c.anchor = s.Now, c.system()
	c.wake()
}

// Kept is how a clock ran at a moment, to be taken up again.
type Kept struct {
	State
	// ahead is how far the clock was from the system's.
	ahead time.Duration
}

// Keep returns how the clock runs, for [Clock.GoBack].
func (c *Clock) Keep() Kept {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	return Kept{State: State{Mode: c.mode, Now: now, Scale: c.scale}, ahead: now.Sub(c.system())}
}

// GoBack runs replace, which puts records back, and, unless k is nil, takes up
// how the clock ran then: at its instant when it stood still, else as far from
// the system's clock as it was. Nobody else moves the clock meanwhile. It begins
// a new turn. The error is [ErrAdvancing], and then nothing was done, or that of
// replace, and then the clock stays as it is.
func (c *Clock) GoBack(k *Kept, replace func() error) error {
	if !c.advancing.TryLock() {
		return ErrAdvancing
	}
	defer c.advancing.Unlock()
	if err := replace(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn++
	if k != nil {
		to := k.State
		if to.Mode != Frozen {
			to.Now = input.BoundInstant(c.system().Add(k.ahead))
		}
		c.run(to)
	}
	return nil
}

// Held is a clock that stands still for the one who moves it; see [Clock.Hold].
type Held struct {
	clock  *Clock
	target time.Time
}

// Hold stops the clock for an advance by d. Nobody else moves it until Release.
func (c *Clock) Hold(d time.Duration) (*Held, error) {
	if d < 0 {
		return nil, fmt.Errorf("%w: %v", ErrBackwards, d)
	}
	if !c.advancing.TryLock() {
		return nil, ErrAdvancing
	}
	h := &Held{clock: c}
	h.target = c.hold().Add(d)
	if err := input.CheckInstant(h.target); err != nil {
		h.Release()
		return nil, fmt.Errorf("%w: %w", ErrRange, err)
	}
	return h, nil
}

// Target is where the advance ends.
func (h *Held) Target() time.Time { return h.target }

// MoveTo sets the clock forward; it never goes back.
func (h *Held) MoveTo(at time.Time) { h.clock.moveTo(at) }

// Release lets the clock go on from where it was moved to.
func (h *Held) Release() {
	h.clock.release()
	h.clock.advancing.Unlock()
}

// Advance moves the clock by d. What falls due on the way is not run; see package
// advance.
func (c *Clock) Advance(ctx context.Context, d time.Duration) error {
	h, err := c.Hold(d)
	if err != nil {
		return err
	}
	defer h.Release()
	if err := ctx.Err(); err != nil {
		return err
	}
	h.MoveTo(h.target)
	return nil
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
	if c.held || c.mode == Frozen || at.After(input.LastInstant) {
		return 0, false
	}
	return input.Stretch(left, 1/c.scale), true
}

// Held says that an advance is under way.
func (c *Clock) Held() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held
}

// Deadline is the real instant that lies d ahead, for limits of connections.
func Deadline(d time.Duration) time.Time { return time.Now().Add(d) }

// Stopwatch starts a measurement of real time; calling the result reads it.
func Stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}
