package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/localsepay/localsepay/emulator/store"
	"github.com/localsepay/localsepay/emulator/surface"
)

// WithResolver looks merchants' hosts up by another name server.
func WithResolver(r *net.Resolver) Option { return func(o *Options) { o.resolver = r } }

// RunUpdatesTwice lets every emulator run each update a first time in vain, so
// that one which keeps something of a run that is not committed shows.
func RunUpdatesTwice() {
	everyStore = func(s store.Store) store.Store { return twice{s} }
}

var errOnce = errors.New("run once more")

type twice struct{ store.Store }

// Update implements [store.Store].
func (s twice) Update(ctx context.Context, fn func(store.Writer) error) error {
	var first error
	err := s.Store.Update(ctx, func(w store.Writer) error {
		first = fn(w)
		return errOnce
	})
	if !errors.Is(err, errOnce) {
		return err
	}
	again := s.Store.Update(ctx, fn)
	if (first == nil) != (again == nil) && ctx.Err() == nil {
		return fmt.Errorf("an update came to %v, and once more to %w", first, again)
	}
	return again
}

// WithStore puts a store in front of the one in memory, to let it fail.
func WithStore(wrap func(store.Store) store.Store) Option {
	return func(o *Options) { o.wrapStore = wrap }
}

// WithSurface serves a surface besides those of the table.
func WithSurface(s *surface.Surface) Option {
	return func(o *Options) { o.surfaces = append(o.surfaces, s) }
}

// Served lists the surfaces that an emulator has.
func (e *Emulator) Served() []*surface.Surface { return e.surfaces() }
