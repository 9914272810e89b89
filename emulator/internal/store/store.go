package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/openapi/input"
)

// The errors of a store. Callers compare with [errors.Is].
var (
	// ErrNotFound: no record has that id or unique value.
	ErrNotFound = errors.New("not found")
	// ErrConflict: another record already has a value that must be unique.
	ErrConflict = errors.New("conflict")
	// ErrClosed: the store was closed.
	ErrClosed = errors.New("store is closed")
)

// Store keeps the records. Its methods may be called from many goroutines.
type Store interface {
	// View runs fn over one consistent state: nothing that is committed while
	// fn runs is seen by it. The error of fn is returned as it is.
	View(ctx context.Context, fn func(Reader) error) error
	// Update runs fn and commits all its writes, or, when fn returns an error or
	// panics, none. Updates run one after another; fn must use the store only
	// through its Writer, and must be repeatable: it may run twice.
	Update(ctx context.Context, fn func(Writer) error) error
	// Snapshot keeps the present state, at almost no cost.
	Snapshot(ctx context.Context) (Snapshot, error)
	// Restore restores a snapshot of the same store, which can be used many
	// times. The given facts are added; those committed since the snapshot stay
	// in the log and are marked as undone.
	Restore(ctx context.Context, s Snapshot, facts ...fact.Fact) error
	// Facts is the log of what was emitted.
	Facts() *fact.Log
	// Wake sends to c, without waiting, after each commit and restore that
	// changed one of the orders.
	Wake(c chan<- struct{}, orders ...*Ordering)
	// Close frees what the store holds; later calls return [ErrClosed].
	Close() error
}

// Snapshot is a saved state; only the store that made it can read it.
type Snapshot any

// Reader reads inside a transaction. It must not be used after the function
// that it was given to has returned.
type Reader interface {
	// Get returns the record of t with that id, as a pointer that must not be
	// written through, or [ErrNotFound].
	Get(t *Table, id int64) (any, error)
	// Rank counts the entries of o that sort before key.
	Rank(o *Ordering, key Key) (int, error)
	// Seek returns the first entry of o that does not sort before key, and its
	// record, or [ErrNotFound].
	Seek(o *Ordering, key Key) (found Key, record any, err error)
	// Walk visits the records at the ranks from ≤ rank < to, ascending or, with
	// desc, descending, until visit returns false. Ranks out of range are skipped.
	// visit may read but must not write.
	Walk(o *Ordering, from, to int, desc bool, visit func(record any) bool) error
	// Scan returns the columns of t, which must have [Table.Columns].
	Scan(t *Table) (Scan, error)
}

// Writer reads and writes inside a transaction, and sees its own writes.
type Writer interface {
	Reader
	// Put inserts the record (a pointer, which the store keeps and may call
	// [Table.Compact] with) or replaces the one with the same id. [ErrConflict]
	// names the violated order; a Put that is refused changes nothing, and the
	// transaction can go on.
	Put(t *Table, record any) error
	// Delete removes a record, or returns [ErrNotFound].
	Delete(t *Table, id int64) error
	// NextID returns the next id of t, above every stored one. The counter is part
	// of the state: it is rolled back and restored with it, and does not go back
	// when a record is deleted.
	NextID(t *Table) (int64, error)
	// Emit adds a fact, committed with the transaction's writes or not at all. It
	// is numbered at the commit. Under a [fact.Silent] context nothing is added.
	Emit(f fact.Fact)
	// Context is that of the update.
	Context() context.Context
}

// Key is the place of an entry in an [Ordering]: by Scope, then Major, then ID.
type Key struct {
	// Scope groups the entries: a company, an account, a unique value.
	Scope string
	// Major is the sorted value: Unix microseconds, VND, or 0.
	Major int64
	// ID is the record's id and makes every key distinct.
	ID int64
}

// Compare orders keys: negative when k sorts before o.
func (k Key) Compare(o Key) int {
	switch {
	case k.Scope < o.Scope:
		return -1
	case k.Scope > o.Scope:
		return 1
	case k.Major < o.Major:
		return -1
	case k.Major > o.Major:
		return 1
	case k.ID < o.ID:
		return -1
	case k.ID > o.ID:
		return 1
	}
	return 0
}

// Table is the untyped part of a [Kind], for backends.
type Table struct {
	// Name is unique among [Tables]; a durable backend may use it as a name.
	Name string
	// FirstID is what NextID returns first.
	FirstID int64
	// ID reads the id out of a record pointer.
	ID func(record any) int64
	// Orderings are the indexes of the table.
	Orderings []*Ordering
	// Compact replaces texts of a new record by equal ones that take less memory;
	// nil when the table has none.
	Compact func(record any)
	// Columns are kept beside the records; nil when no list filters by them.
	Columns *Columns
}

// Ordering is the untyped part of an [Index], for backends.
type Ordering struct {
	// Name is unique among all orders.
	Name string
	// Table is the table of the records.
	Table *Table
	// Unique says that a scope holds one entry at most.
	Unique bool
	// Key reads the entry out of a record pointer; ok is false when the
	// record has no entry in this order.
	Key func(record any) (key Key, ok bool)
}

// Kind is one type of record.
type Kind[R any] struct {
	Table
}

// Index is one order of the records of a kind.
type Index[R any] struct {
	Ordering
}

func newKind[R any](name string, firstID int64, id func(*R) int64) *Kind[R] {
	return &Kind[R]{Table{Name: name, FirstID: firstID, ID: func(rec any) int64 { return id(rec.(*R)) }}}
}

// order adds a sorted index to k. The function returns scope and major value;
// an empty scope means that the record has no entry.
func order[R any](k *Kind[R], name string, key func(*R) (scope string, major int64)) *Index[R] {
	return addIndex(k, name, false, key)
}

// unique adds an index in which a value belongs to one record at most.
func unique[R any](k *Kind[R], name string, value func(*R) string) *Index[R] {
	return addIndex(k, name, true, func(r *R) (string, int64) { return value(r), 0 })
}

func addIndex[R any](k *Kind[R], name string, uniq bool, key func(*R) (string, int64)) *Index[R] {
	ix := &Index[R]{Ordering{Name: k.Name + "." + name, Table: &k.Table, Unique: uniq}}
	ix.Key = func(rec any) (Key, bool) {
		scope, major := key(rec.(*R))
		return Key{Scope: scope, Major: major, ID: k.ID(rec)}, scope != ""
	}
	k.Orderings = append(k.Orderings, &ix.Ordering)
	return ix
}

// Get returns the record with that id, or [ErrNotFound].
func (k *Kind[R]) Get(r Reader, id int64) (R, error) {
	rec, err := r.Get(&k.Table, id)
	if err != nil {
		var none R
		return none, k.missing(err, id)
	}
	return *rec.(*R), nil
}

// missing names the missing record in the error; other errors are unchanged.
func (k *Kind[R]) missing(err error, id int64) error {
	if errors.Is(err, ErrNotFound) {
		return input.Refuse(ErrNotFound, "there is no %s %d", k.Noun(), id)
	}
	return err
}

// Noun returns the word for one record of the table.
func (t *Table) Noun() string {
	words := strings.ReplaceAll(t.Name, "_", " ")
	if one, ok := strings.CutSuffix(words, "ies"); ok {
		return one + "y"
	}
	return strings.TrimSuffix(words, "s")
}

// Put inserts or replaces a record by its id.
func (k *Kind[R]) Put(w Writer, rec R) error {
	if err := w.Put(&k.Table, &rec); err != nil {
		return fmt.Errorf("put %s %d: %w", k.Name, k.ID(&rec), err)
	}
	return nil
}

// Delete removes the record with that id, or returns [ErrNotFound].
func (k *Kind[R]) Delete(w Writer, id int64) error {
	return k.missing(w.Delete(&k.Table, id), id)
}

// NextID counts up the ids of the kind.
func (k *Kind[R]) NextID(w Writer) (int64, error) { return w.NextID(&k.Table) }

// Find returns the first record of a scope: for a unique index the one with
// that value. [ErrNotFound] when there is none.
func (ix *Index[R]) Find(r Reader, scope string) (R, error) {
	rec, err := ix.Look(r, scope)
	if err != nil {
		var none R
		return none, err
	}
	return *rec, nil
}

// Look is [Index.Find] without a copy: nobody may write through the pointer.
func (ix *Index[R]) Look(r Reader, scope string) (*R, error) {
	key, rec, err := r.Seek(&ix.Ordering, Key{Scope: scope, Major: minMajor, ID: minMajor})
	switch {
	case errors.Is(err, ErrNotFound), err == nil && key.Scope != scope:
		return nil, input.Refuse(ErrNotFound, "there is no such %s", ix.Table.Noun())
	case err != nil:
		return nil, err
	}
	return rec.(*R), nil
}

// All returns every record of a scope, lowest first. Use it for small sets:
// accounts, webhooks, tokens.
func (ix *Index[R]) All(r Reader, scope string) ([]R, error) {
	span, err := ix.span(r, scope, minMajor, maxMajor)
	if err != nil {
		return nil, err
	}
	rows := make([]R, 0, span.len())
	err = r.Walk(&ix.Ordering, span.from, span.to, false, func(rec any) bool {
		rows = append(rows, *rec.(*R))
		return true
	})
	return rows, err
}

// Count returns how many records a scope has.
func (ix *Index[R]) Count(r Reader, scope string) (int, error) {
	span, err := ix.span(r, scope, minMajor, maxMajor)
	return span.len(), err
}
