package fault

import (
	"context"
	"sync/atomic"

	"github.com/localsepay/localsepay/emulator/store"
)

type lostKey struct{}

// LoseNotices marks the work under ctx: the notices that it causes are lost.
func LoseNotices(ctx context.Context, hit *Hit) context.Context {
	return context.WithValue(ctx, lostKey{}, hit)
}

// Watcher is a store that knows, during an update, whether its notices are
// lost. As updates run one after another, there is one answer at a time.
type Watcher struct {
	store.Store
	hit atomic.Pointer[Hit]
}

// Watch returns the store with its updates watched.
func Watch(s store.Store) *Watcher { return &Watcher{Store: s} }

// Update implements [store.Store].
func (w *Watcher) Update(ctx context.Context, fn func(store.Writer) error) error {
	hit, lost := ctx.Value(lostKey{}).(*Hit)
	if !lost {
		return w.Store.Update(ctx, fn)
	}
	return w.Store.Update(ctx, func(tx store.Writer) error {
		w.hit.Store(hit)
		defer w.hit.Store(nil)
		return fn(tx)
	})
}

// Lost returns, inside an update, the fault that its notices are lost by; nil:
// they are not lost.
func (w *Watcher) Lost() *Hit { return w.hit.Load() }
