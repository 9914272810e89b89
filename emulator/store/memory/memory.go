package memory

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/localsepay/localsepay/emulator/store"
)

var (
	errFinished = errors.New("transaction is over: a Reader or Writer must not outlive its function")
	errForeign  = errors.New("not a snapshot of this store")
	errWalking  = errors.New("write during a walk: gather the records first")
)

// Store is a [store.Store] in memory. Make one with [New].
type Store struct {
	layout *layout
	// mu is held by whoever publishes a state: an update, a restore, Close.
	mu sync.Mutex
	// current is the committed state, nil once the store is closed.
	current atomic.Pointer[root]
}

var _ store.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store {
	s := &Store{layout: newLayout(store.Tables())}
	s.current.Store(newRoot(s))
	return s
}

// View runs fn over the committed state. It takes no lock: however long fn
// runs, it holds nobody up.
func (s *Store) View(ctx context.Context, fn func(store.Reader) error) error {
	now, err := s.committed(ctx)
	if err != nil {
		return err
	}
	r := &reader{layout: s.layout, root: now}
	defer r.finish()
	return fn(r)
}

// Update runs fn over a copy of the committed state and publishes the copy
// when fn returns nil. On an error, a panic or a runtime.Goexit the copy is
// dropped, and that is the whole rollback.
func (s *Store) Update(ctx context.Context, fn func(store.Writer) error) error {
	return s.publish(ctx, func(base *root) (*root, error) {
		w := newWriter(s.layout, base)
		defer w.finish()
		err := fn(w)
		return w.root, err
	})
}

// Snapshot keeps the committed state. The cost is that of copying a pointer,
// and that what the state holds is not collected while the snapshot lives.
func (s *Store) Snapshot(ctx context.Context) (store.Snapshot, error) {
	now, err := s.committed(ctx)
	if err != nil {
		return nil, err
	}
	return now, nil
}

// Restore puts a state back that Snapshot of this store kept.
func (s *Store) Restore(ctx context.Context, kept store.Snapshot) error {
	return s.publish(ctx, func(*root) (*root, error) {
		state, ok := kept.(*root)
		if !ok || state == nil || state.owner != s {
			return nil, errForeign
		}
		return state, nil
	})
}

// Close drops the records, once the update that is under way has ended. Views
// that are under way go on over the state that they have.
func (s *Store) Close() error {
	return s.publish(context.Background(), func(*root) (*root, error) { return nil, nil })
}

// committed returns the state that a transaction starts from.
func (s *Store) committed(ctx context.Context) (*root, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	now := s.current.Load()
	if now == nil {
		return nil, store.ErrClosed
	}
	return now, nil
}

// publish replaces the committed state by the one that next makes of it.
func (s *Store) publish(ctx context.Context, next func(*root) (*root, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	// After the lock, because the context may end while this waits for it.
	base, err := s.committed(ctx)
	if err != nil {
		return err
	}
	state, err := next(base)
	if err != nil {
		return err
	}
	s.current.Store(state)
	return nil
}
