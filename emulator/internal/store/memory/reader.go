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
	record := r.root.tables[pos].get(id)
	if record == nil {
		return nil, store.ErrNotFound
	}
	return record, nil
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
	entries, rows := r.root.entries[at.order], cursor{table: r.root.tables[at.table]}
	from, to = max(from, 0), min(to, entries.Len())
	left := to - from
	if left <= 0 {
		return nil
	}
	each := func(entry store.Key) bool {
		record := rows.get(entry.ID)
		if record == nil {
			err = fmt.Errorf("%s: entry without a record %d", o.Name, entry.ID)
			return false
		}
		left--
		return visit(record) && left > 0
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

// Scan implements [store.Reader].
func (r *reader) Scan(t *store.Table) (store.Scan, error) {
	if r.finished.Load() {
		return nil, errFinished
	}
	pos, err := r.layout.table(t)
	if err != nil {
		return nil, err
	}
	if t.Columns == nil {
		return nil, fmt.Errorf("table %q has no columns", t.Name)
	}
	return scan{r.root.tables[pos]}, nil
}

// scan implements [store.Scan].
type scan struct{ table *table }

// Len implements [store.Scan].
func (s scan) Len() int { return s.table.count }

// Groups implements [store.Scan].
func (s scan) Groups(from any, visit func(store.Group) bool) {
	s.table.groups.Ascend(store.Group{Example: from}, visit)
}

// Blocks implements [store.Scan].
func (s scan) Blocks(from int64, desc bool, visit func(*store.Block) bool) {
	number, _ := numberOf(from)
	each := func(n numbered) bool { return visit(&n.block.Block) }
	if desc {
		s.table.blocks.Descend(numbered{number: number}, each)
	} else {
		s.table.blocks.Ascend(numbered{number: number}, each)
	}
}

// cursor finds records by ids, fast when they are near each other.
type cursor struct {
	table *table
	last  *block
}

// get returns the record with that id, or nil.
func (c *cursor) get(id int64) any {
	number, place := numberOf(id)
	if c.last == nil || c.last.First != number<<blockBits {
		found, ok := c.table.blocks.Get(numbered{number: number})
		if !ok {
			return nil
		}
		c.last = found.block
	}
	if place >= len(c.last.Records) {
		return nil
	}
	return c.last.Records[place]
}
