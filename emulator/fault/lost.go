package fault

import (
	"context"
	"sync/atomic"

	"github.com/localsepay/localsepay/emulator/store"
)

type lostKey struct{}

// LoseNotices marks the work under ctx: the notices that it causes are lost,
// for a reason.
func LoseNotices(ctx context.Context, reason string) context.Context {
	return context.WithValue(ctx, lostKey{}, reason)
}

// Watcher is a store that knows, during an update, whether its notices are
// lost. As updates run one after another, there is one answer at a time.
type Watcher struct {
	store.Store
	reason atomic.Pointer[string]
}

// Watch returns the store with its updates watched.
func Watch(s store.Store) *Watcher { return &Watcher{Store: s} }

// Update implements [store.Store].
func (w *Watcher) Update(ctx context.Context, fn func(store.Writer) error) error {
	reason, lost := ctx.Value(lostKey{}).(string)
	if !lost {
		return w.Store.Update(ctx, fn)
	}
	return w.Store.Update(ctx, func(tx store.Writer) error {
		w.reason.Store(&reason)
		defer w.reason.Store(nil)
		return fn(tx)
	})
}

// Lost says, inside an update, why its notices are lost; empty: they are not.
func (w *Watcher) Lost() string {
	if reason := w.reason.Load(); reason != nil {
		return *reason
	}
	return ""
}
