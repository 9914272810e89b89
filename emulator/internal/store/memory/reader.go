package memory

import (
	"fmt"
	"sort"
	"sync/atomic"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// reader reads one root. It calls only those methods of a tree that never
// write to it: Get, GetAt, Len, Ascend and Descend.
type reader struct {
	layout *layout
	root   *root
	// finished is atomic to detect readers that leaked into another goroutine.
	finished atomic.Bool
}

func (r *reader) finish() { r.finished.Store(true) }

// Get implements [store.Reader].
func (r *reader) Get(t *store.Table, id int64) (any, error) {
	if r.finished.Load() {
		return nil, errFinished
	}
	pos, err := r.layout.table(t)
	if err != nil {
		return nil, err
	}
	found, ok := r.root.rows[pos].Get(row{id: id})
	if !ok {
		return nil, store.ErrNotFound
	}
	return found.record, nil
}

// Rank implements [store.Reader] by a binary search over the ranks.
func (r *reader) Rank(o *store.Ordering, key store.Key) (int, error) {
	if r.finished.Load() {
		return 0, errFinished
	}
	at, err := r.layout.order(o)
	if err != nil {
		return 0, err
	}
	entries := r.root.entries[at.order]
	n := entries.Len()
	// Most lists begin or end where the index does: a store often has one company.
	if first, ok := entries.GetAt(0); !ok || first.Compare(key) >= 0 {
		return 0, nil
	}
	if last, _ := entries.GetAt(n - 1); last.Compare(key) < 0 {
		return n, nil
	}
	return sort.Search(n, func(rank int) bool {
		entry, _ := entries.GetAt(rank)
		return entry.Compare(key) >= 0
	}), nil
}

// Walk implements [store.Reader]: it finds one end by rank and continues in the
// tree's order.
func (r *reader) Walk(o *store.Ordering, from, to int, desc bool, visit func(any) bool) error {
	if r.finished.Load() {
		return errFinished
	}
	at, err := r.layout.order(o)
	if err != nil {
		return err
	}
	entries, rows := r.root.entries[at.order], r.root.rows[at.table]
	from, to = max(from, 0), min(to, entries.Len())
	left := to - from
	if left <= 0 {
		return nil
	}
	each := func(entry store.Key) bool {
		found, ok := rows.Get(row{id: entry.ID})
		if !ok {
			err = fmt.Errorf("%s: entry without a record %d", o.Name, entry.ID)
			return false
		}
		left--
		return visit(found.record) && left > 0
	}
	if desc {
		pivot, _ := entries.GetAt(to - 1)
		entries.Descend(pivot, each)
	} else {
		pivot, _ := entries.GetAt(from)
		entries.Ascend(pivot, each)
	}
	return err
}
