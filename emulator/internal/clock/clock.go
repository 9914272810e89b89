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
	// Real follows the system's clock, with an offset after it was moved.
	Real Mode = "real"
	// Frozen does not move by itself. Work that is due now is done now.
	Frozen Mode = "frozen"
	// Scaled runs faster or slower than the system's clock.
	Scaled Mode = "scaled"
)

// The errors of a clock.
var (
	ErrBackwards = errors.New("the clock cannot be advanced backwards")
	ErrAdvancing = errors.New("the clock is being advanced by another call")
	ErrMode      = errors.New("unknown clock mode")
	// ErrScale: a scale for a clock that would not be [Scaled].
	ErrScale = errors.New("a scale belongs to mode scaled")
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
// [input.LastInstant], where it stops. Its methods may be called from many
// goroutines.
type Clock struct {
	system func() time.Time

	mu      sync.Mutex
	mode    Mode
	scale   float64
	base    time.Time // the emulator's instant at anchor
	anchor  time.Time // the system's instant, with its monotonic reading
	held    bool      // an advance is under way: time is stopped at base
	turn    uint64    // how often the time was set back
	changed chan struct{}

	advancing sync.Mutex
}

// NewReal makes a clock that follows the system's.
func NewReal() *Clock {
	c := &Clock{system: time.Now, mode: Real, scale: 1, changed: make(chan struct{})}
	c.anchor = c.system()
	c.base = c.anchor
	return c
}

// NewFrozen makes a frozen clock at an instant, or at the nearest one in range.
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

// Read returns the present instant and the clock's turn, a number that changes
// when the time is set back. A timestamp from another turn may lie in the
// future and must be ignored.
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
// work that became due is done late. On [ErrMode], [ErrScale], [ErrRange] or
// [ErrAdvancing] nothing has changed.
func (c *Clock) Set(s State) error {
	_, err := c.Change(s)
	return err
}

// Change does the same as [Clock.Set], and returns whether the clock runs
// otherwise than before.
func (c *Clock) Change(s State) (changed bool, err error) {
	if err := s.check(); err != nil {
		return false, err
	}
	if !c.advancing.TryLock() {
		return false, ErrAdvancing
	}
	defer c.advancing.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if s.Now.IsZero() {
		s.Now = now
	}
	if s.Mode == "" {
		s.Mode = c.mode
	}
	if s.Scale != 0 && s.Mode != Scaled {
		return false, fmt.Errorf("%w, and the clock would be %s", ErrScale, s.Mode)
	}
	if s.Scale == 0 {
		s.Scale = c.scale
	}
	if s.Mode == c.mode && s.Scale == c.scale && s.Now.Equal(now) {
		return false, nil
	}
	c.run(s)
	return true, nil
}

// check returns an error when a clock cannot have the state.
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

// run starts the clock in a complete state. Callers hold the mutex.
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

// Kept is the saved state of a clock.
type Kept struct {
	State
	// ahead is how far the clock was from the system's.
	ahead time.Duration
}

// Keep saves how the clock runs, for [Clock.GoBack].
func (c *Clock) Keep() Kept {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	return Kept{State: State{Mode: c.mode, Now: now, Scale: c.scale}, ahead: now.Sub(c.system())}
}

// GoBack runs replace, which restores records, and, unless k is nil, restores
// the clock: to its instant when it was frozen, otherwise to its offset from the
// system's clock. The clock cannot be moved meanwhile, and a new turn begins. On
// [ErrAdvancing] nothing was done; on an error of replace the clock is
// unchanged.
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

// Held is a clock stopped for an advance; see [Clock.Hold].
type Held struct {
	clock  *Clock
	target time.Time
}

// Hold stops the clock for an advance by d. Nothing else can move it until
// Release.
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

// MoveTo moves the clock forward; an earlier instant is ignored.
func (h *Held) MoveTo(at time.Time) { h.clock.moveTo(at) }

// Release lets the clock run again from where it was moved to.
func (h *Held) Release() {
	h.clock.release()
	h.clock.advancing.Unlock()
}

// Advance moves the clock by d without running work that becomes due; package
// advance does that.
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

// moveTo moves a held clock forward; an earlier instant is ignored.
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

// Changed returns a channel that is closed at the next change of the clock's
// instant or mode, so that a waiter can check again.
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

// Held returns whether an advance is under way.
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
