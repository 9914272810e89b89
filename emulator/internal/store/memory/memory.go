package memory

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

var (
	errFinished = errors.New("transaction is over: a Reader or Writer must not outlive its function")
	errForeign  = errors.New("not a snapshot of this store")
	errWalking  = errors.New("write during a walk: gather the records first")
)

// Store is a [store.Store] in memory. Make one with [New].
type Store struct {
	layout *layout
	// mu is held while a state is published: by an update, a restore or Close.
	mu sync.Mutex
	// current is the committed state, nil once the store is closed.
	current atomic.Pointer[root]
	facts   *fact.Log
	// backend, which may be nil, receives every batch before it is published.
	backend store.Backend
	// waiters are woken by the change of an order. The lock is mu.
	waiters []waiter
}

// waiter waits for changes of the orders at these positions.
type waiter struct {
	wake   chan<- struct{}
	orders []int
}

var _ store.Store = (*Store)(nil)

// New returns an empty store with the default bounds for facts.
func New() *Store { return NewWithFacts(fact.NewLog(fact.Keep{})) }

// NewWithFacts returns an empty store that emits to facts.
func NewWithFacts(facts *fact.Log) *Store { return Open(facts, nil) }

// Open is [NewWithFacts] with a backend, which may be nil.
func Open(facts *fact.Log, backend store.Backend) *Store {
	s := &Store{layout: newLayout(store.Tables()), facts: facts, backend: backend}
	s.current.Store(newRoot(s))
	return s
}

// Facts implements [store.Store].
func (s *Store) Facts() *fact.Log { return s.facts }

// Wake implements [store.Store]. An order outside the schema never changes.
func (s *Store) Wake(c chan<- struct{}, orders ...*store.Ordering) {
	sl := waiter{wake: c}
	for _, o := range orders {
		if at, err := s.layout.order(o); err == nil {
			sl.orders = append(sl.orders, at.order)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiters = append(s.waiters, sl)
}

// wake wakes the waiters whose orders differ between two states. The lock is
// held.
func (s *Store) wake(was, is *root) {
	for _, sl := range s.waiters {
		for _, pos := range sl.orders {
			if was.entries[pos] != is.entries[pos] {
				select {
				case sl.wake <- struct{}{}:
				default:
				}
				break
			}
		}
	}
}

// View runs fn over the committed state without a lock, so a long fn blocks
// nobody.
func (s *Store) View(ctx context.Context, fn func(store.Reader) error) error {
	now, err := s.committed(ctx)
	if err != nil {
		return err
	}
	r := &reader{layout: s.layout, root: now}
	defer r.finish()
	return fn(r)
}

// Update runs fn over a copy of the committed state and publishes the copy when
// fn returns nil. On an error, a panic or a runtime.Goexit the copy is dropped.
func (s *Store) Update(ctx context.Context, fn func(store.Writer) error) error {
	return s.publish(ctx, func(base *root) (*root, error) {
		w := newWriter(ctx, s.layout, base)
		defer w.finish()
		w.record = s.backend != nil
		if err := fn(w); err != nil {
			return nil, err
		}
		w.root.version++
		if s.backend != nil {
			if err := s.backend.Append(w.batch()); err != nil {
				return nil, fmt.Errorf("keep a transaction: %w", err)
			}
		}
		if len(w.emitted) == 0 {
			s.current.Store(w.root)
		} else {
			s.facts.Commit(w.emitted, func(m fact.Mark) {
				w.root.facts = m
				s.current.Store(w.root)
			})
		}
		return w.root, nil
	})
}

// Snapshot keeps the committed state. It copies a pointer, which keeps the
// state's records in memory.
func (s *Store) Snapshot(ctx context.Context) (store.Snapshot, error) {
	now, err := s.committed(ctx)
	if err != nil {
		return nil, err
	}
	return now, nil
}

// Restore restores a state from a snapshot of this store.
func (s *Store) Restore(ctx context.Context, kept store.Snapshot, facts ...fact.Fact) error {
	return s.publish(ctx, func(base *root) (*root, error) {
		state, ok := kept.(*root)
		if !ok || state == nil || state.owner != s {
			return nil, errForeign
		}
		same := *state // its trees are shared: a writer forks them
		again := &same
		again.version = base.version + 1
		if s.backend != nil {
			if err := s.backend.Append(store.Batch{Version: again.version, Restored: &state.version, Facts: facts}); err != nil {
				return nil, fmt.Errorf("keep a restore: %w", err)
			}
		}
		s.facts.Restore(state.facts, facts, func(m fact.Mark) {
			again.facts = m
			s.current.Store(again)
		})
		return again, nil
	})
}

// Close drops the records, once the update under way has ended. Views under way
// continue over their state.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.Swap(nil) == nil {
		return store.ErrClosed
	}
	return nil
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

// publish replaces the committed state by next's, and wakes the waiters.
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
	s.wake(base, state)
	return nil
}
