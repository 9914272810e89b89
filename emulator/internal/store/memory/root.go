package memory

import (
	"fmt"
	"slices"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// layout maps tables and orders to positions in a root. It is built once and
// never changes.
type layout struct {
	tables map[*store.Table]int
	orders map[*store.Ordering]place
	// list has the tables by position.
	list []*store.Table
	// firstOrder is the position of a table's first order; the others follow.
	firstOrder []int
	orderCount int
}

// place has the positions of an order's entries and of their records.
type place struct{ order, table int }

func newLayout(tables []*store.Table) *layout {
	l := &layout{
		tables: make(map[*store.Table]int, len(tables)),
		orders: make(map[*store.Ordering]place),
		list:   tables,
	}
	for pos, t := range tables {
		l.tables[t] = pos
		l.firstOrder = append(l.firstOrder, l.orderCount)
		for _, o := range t.Orderings {
			l.orders[o] = place{order: l.orderCount, table: pos}
			l.orderCount++
		}
	}
	return l
}

func (l *layout) table(t *store.Table) (int, error) {
	pos, ok := l.tables[t]
	if !ok {
		return 0, fmt.Errorf("table %q is not in the schema", t.Name)
	}
	return pos, nil
}

func (l *layout) order(o *store.Ordering) (place, error) {
	at, ok := l.orders[o]
	if !ok {
		return at, fmt.Errorf("order %q is not in the schema", o.Name)
	}
	return at, nil
}

// root is one state of the store. Once published, nothing in it is written
// any more, save for the mark that Copy leaves in a tree's header (see
// [writer]): readers share it without a lock.
type root struct {
	// owner is the store that can restore this state.
	owner *Store
	// tables are the records and last the greatest id given out or put, by
	// position of the table.
	tables []*table
	last   []int64
	// entries are the indexes, by position of the order. An entry knows its
	// record by id only, so a record whose keys stay is replaced in its table alone.
	entries []tree
	// facts is the state's position in the log of facts.
	facts fact.Mark
	// version counts the states of the store.
	version uint64
}

func newRoot(owner *Store) *root {
	r := &root{owner: owner}
	for _, t := range owner.layout.list {
		r.tables = append(r.tables, newTable(t.Columns))
		r.last = append(r.last, t.FirstID-1)
	}
	r.entries = make([]tree, owner.layout.orderCount)
	return r
}

// fork returns a state with the same tables and trees, to be replaced one by one.
func (r *root) fork() *root {
	return &root{
		owner:   r.owner,
		tables:  slices.Clone(r.tables),
		last:    slices.Clone(r.last),
		entries: slices.Clone(r.entries),
		facts:   r.facts,
		version: r.version,
	}
}
