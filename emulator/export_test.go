package emulator

import "github.com/localsepay/localsepay/emulator/store"

// WithStore puts a store in front of the one in memory, to let it fail.
func WithStore(wrap func(store.Store) store.Store) Option {
	return func(o *Options) { o.wrapStore = wrap }
}
