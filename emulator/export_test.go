package emulator

import (
	"net"

	"github.com/localsepay/localsepay/emulator/store"
	"github.com/localsepay/localsepay/emulator/surface"
)

// WithResolver looks merchants' hosts up by another name server.
func WithResolver(r *net.Resolver) Option { return func(o *Options) { o.resolver = r } }

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
