package emulator

import (
	"context"
	"errors"
	"net"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	ctl "github.com/localsepay/localsepay/emulator/internal/control"

	"github.com/localsepay/localsepay/emulator/internal/engine"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// WithResolver looks merchants' hosts up by another name server.
func WithResolver(r *net.Resolver) Option { return with(func(c *engine.Config) { c.Resolver = r }) }

// RunUpdatesTwice lets every emulator run each update a first time in vain, so
// that one which keeps something of a run that is not committed shows.
func RunUpdatesTwice() {
	usualStore = func(s store.Store) store.Store { return twice{s} }
}

var errOnce = errors.New("run once more")

type twice struct{ store.Store }

// Update implements [store.Store].
func (s twice) Update(ctx context.Context, fn func(store.Writer) error) error {
	err := s.Store.Update(ctx, func(w store.Writer) error {
		_ = fn(w) // what it comes to now may be otherwise in a moment
		return errOnce
	})
	if !errors.Is(err, errOnce) {
		return err
	}
	return s.Store.Update(ctx, fn)
}

// WithStore puts a store in front of the one in memory, to let it fail.
func WithStore(wrap func(store.Store) store.Store) Option {
	return with(func(c *engine.Config) {
		inner := c.WrapStore
		c.WrapStore = func(s store.Store) store.Store {
			if inner != nil {
				s = inner(s)
			}
			return wrap(s)
		}
	})
}

// WithSurface serves a surface besides those of the table.
func WithSurface(s *surface.Surface) Option {
	return with(func(c *engine.Config) { c.Surfaces = append(c.Surfaces, s) })
}

// WithOwnClock takes a clock that the test moves itself.
func WithOwnClock(c *clock.Clock) Option { return WithClock(Clock{c}) }

// Control is the Go face of the control API, as the surfaces of it use it.
func (e *Emulator) Control() *ctl.Control { return e.engine.Control() }

// Served lists the surfaces that an emulator has.
func (e *Emulator) Served() []*surface.Surface { return e.engine.Surfaces() }

// Report tells of something that goes wrong in the background.
func (e *Emulator) Report(text string) { e.report("%s", text) }
