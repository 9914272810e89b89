package memory

import (
	"fmt"
	"sync/atomic"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// reader reads one root.
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

// Rank implements [store.Reader].
func (r *reader) Rank(o *store.Ordering, key store.Key) (int, error) {
	if r.finished.Load() {
		return 0, errFinished
	}
	at, err := r.layout.order(o)
	if err != nil {
		return 0, err
	}
	return r.root.entries[at.order].rank(key), nil
}

// Seek implements [store.Reader].
func (r *reader) Seek(o *store.Ordering, key store.Key) (found store.Key, record any, err error) {
	if r.finished.Load() {
		return found, nil, errFinished
	}
	at, err := r.layout.order(o)
	if err != nil {
		return found, nil, err
	}
	found, ok := r.root.entries[at.order].seek(key)
	if !ok {
		return found, nil, store.ErrNotFound
	}
	if record = r.root.tables[at.table].get(found.ID); record == nil {
		err = withoutRecord(o, found.ID)
	}
	return found, record, err
}

func withoutRecord(o *store.Ordering, id int64) error {
	return fmt.Errorf("%s: entry without a record %d", o.Name, id)
}

// Walk implements [store.Reader].
func (r *reader) Walk(o *store.Ordering, from, to int, desc bool, visit func(any) bool) error {
	if r.finished.Load() {
		return errFinished
	}
	at, err := r.layout.order(o)
	if err != nil {
		return err
	}
	root, rows := r.root.entries[at.order].root, cursor{table: r.root.tables[at.table]}
	if root == nil {
		return nil
	}
	if from, to = max(from, 0), min(to, root.count); from >= to {
		return nil
	}
	each := func(id int64) bool {
		record := rows.get(id)
		if record == nil {
			err = withoutRecord(o, id)
			return false
		}
		return visit(record)
	}
	if desc {
		root.descend(from, to, each)
	} else {
		root.ascend(from, to, each)
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
