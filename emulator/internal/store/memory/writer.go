package memory

import (
	"context"
	"fmt"
	"math"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// writer writes a fork of the committed root. It runs under the store's mutex,
// which is what makes Copy safe: Copy marks the header of the tree that it
// copies, and nothing else ever reads or writes that mark.
type writer struct {
	reader
	// base is the committed root: a tree that is still the same there is
	// shared, and must be copied before the first write.
	base *root
	// walks counts the walks under way, during which nothing may be written.
	walks int
	ctx   context.Context
	// emitted are the facts to be committed with the root.
	emitted []fact.Fact
	// record says that changes are collected for a backend, with their places.
	record  bool
	changes []store.Change
	places  map[changed]int
}

// changed is a record that a transaction changed.
type changed struct {
	table *store.Table
	id    int64
}

func newWriter(ctx context.Context, l *layout, base *root) *writer {
	return &writer{reader: reader{layout: l, root: base.fork()}, base: base, ctx: ctx}
}

// Emit implements [store.Writer].
func (w *writer) Emit(f fact.Fact) {
	if !fact.IsSilent(w.ctx) {
		w.emitted = append(w.emitted, f)
	}
}

// Context implements [store.Writer].
func (w *writer) Context() context.Context { return w.ctx }

// Walk implements [store.Reader].
func (w *writer) Walk(o *store.Ordering, from, to int, desc bool, visit func(any) bool) error {
	w.walks++
	defer func() { w.walks-- }()
	return w.reader.Walk(o, from, to, desc, visit)
}

// Scan implements [store.Reader].
func (w *writer) Scan(t *store.Table) (store.Scan, error) {
	s, err := w.reader.Scan(t)
	if err != nil {
		return nil, err
	}
	return guarded{s, w}, nil
}

// guarded is a scan during which nothing may be written.
type guarded struct {
	store.Scan
	w *writer
}

// Groups implements [store.Scan].
func (g guarded) Groups(from any, visit func(store.Group) bool) {
	g.w.walks++
	defer func() { g.w.walks-- }()
	g.Scan.Groups(from, visit)
}

// Blocks implements [store.Scan].
func (g guarded) Blocks(from int64, desc bool, visit func(*store.Block) bool) {
	g.w.walks++
	defer func() { g.w.walks-- }()
	g.Scan.Blocks(from, desc, visit)
}

// Put implements [store.Writer].
func (w *writer) Put(t *store.Table, record any) error {
	pos, err := w.writable(t)
	if err != nil {
		return err
	}
	id := t.ID(record)
	old := w.root.tables[pos].get(id)
	// A replaced record mostly has the texts of the stored one.
	if old == nil && t.Compact != nil {
		t.Compact(record)
	}
	// All checks come before the first write, so that a refused record changes
	// nothing in a transaction that goes on.
	for i, o := range t.Orderings {
		if o.Unique {
			if err := w.checkUnique(o, w.layout.firstOrder[pos]+i, record); err != nil {
				return err
			}
		}
	}
	for i, o := range t.Orderings {
		w.reindex(o, w.layout.firstOrder[pos]+i, old, record)
	}
	w.ownTable(pos).put(w.stamp(), id, old, record)
	w.note(t, id, record)
	w.root.last[pos] = max(w.root.last[pos], id)
	return nil
}

// Delete implements [store.Writer].
func (w *writer) Delete(t *store.Table, id int64) error {
	pos, err := w.writable(t)
	if err != nil {
		return err
	}
	old := w.root.tables[pos].get(id)
	if old == nil {
		return store.ErrNotFound
	}
	for i, o := range t.Orderings {
		w.reindex(o, w.layout.firstOrder[pos]+i, old, nil)
	}
	w.ownTable(pos).delete(w.stamp(), id, old)
	w.note(t, id, nil)
	return nil
}

// note records a changed record for the backend.
func (w *writer) note(t *store.Table, id int64, record any) {
	if !w.record {
		return
	}
	if w.places == nil {
		w.places = map[changed]int{}
	}
	place, known := w.places[changed{t, id}]
	if !known {
		place = len(w.changes)
		w.places[changed{t, id}] = place
		w.changes = append(w.changes, store.Change{Table: t, ID: id})
	}
	w.changes[place].Record = record
}

// batch returns the transaction's changes.
func (w *writer) batch() store.Batch {
	b := store.Batch{Version: w.root.version, Changes: w.changes, Facts: w.emitted}
	for pos, last := range w.root.last {
		if last != w.base.last[pos] {
			if b.Last == nil {
				b.Last = map[string]int64{}
			}
			b.Last[w.layout.list[pos].Name] = last
		}
	}
	return b
}

// NextID implements [store.Writer].
func (w *writer) NextID(t *store.Table) (int64, error) {
	pos, err := w.writable(t)
	if err != nil {
		return 0, err
	}
	if w.root.last[pos] == math.MaxInt64 {
		return 0, fmt.Errorf("%s: no id is left", t.Name)
	}
	w.root.last[pos]++
	return w.root.last[pos], nil
}

// writable returns the position of t, or an error when writing is not allowed.
func (w *writer) writable(t *store.Table) (int, error) {
	if w.finished.Load() {
		return 0, errFinished
	}
	if w.walks > 0 {
		return 0, errWalking
	}
	return w.layout.table(t)
}

// checkUnique returns [store.ErrConflict] when another record holds the scope
// that record asks for.
func (w *writer) checkUnique(o *store.Ordering, pos int, record any) error {
	key, ok := o.Key(record)
	if !ok {
		return nil
	}
	holder, ok := w.root.entries[pos].seek(store.Key{Scope: key.Scope, Major: math.MinInt64, ID: math.MinInt64})
	if ok && holder.Scope == key.Scope && holder.ID != key.ID {
		return fmt.Errorf("%s: %w", o.Name, store.ErrConflict)
	}
	return nil
}

// reindex moves a record's entry in an order; old is nil for a new record,
// record for a deleted one.
func (w *writer) reindex(o *store.Ordering, pos int, old, record any) {
	var was, is store.Key
	var had, has bool
	if old != nil {
		was, had = o.Key(old)
	}
	if record != nil {
		is, has = o.Key(record)
	}
	if had == has && was == is {
		return
	}
	entries := &w.root.entries[pos]
	if had {
		*entries = entries.delete(w.stamp(), was)
	}
	if has {
		*entries = entries.insert(w.stamp(), is)
	}
}

// ownTable returns a table as one that only this transaction sees.
func (w *writer) ownTable(pos int) *table {
	if w.root.tables[pos] == w.base.tables[pos] {
		w.root.tables[pos] = w.base.tables[pos].fork()
	}
	return w.root.tables[pos]
}

// stamp is the transaction's mark on its blocks. It is the version that it
// commits, so no block of another state has it.
func (w *writer) stamp() uint64 { return w.base.version + 1 }
