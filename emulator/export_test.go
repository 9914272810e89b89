package emulator

import (
	"net"

	"github.com/localsepay/localsepay/emulator/store"
)

// WithResolver looks merchants' hosts up by another name server.
func WithResolver(r *net.Resolver) Option { return func(o *Options) { o.resolver = r } }

// WithStore puts a store in front of the one in memory, to let it fail.
func WithStore(wrap func(store.Store) store.Store) Option {
	return func(o *Options) { o.wrapStore = wrap }
}
