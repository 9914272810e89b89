package store

import (
	"cmp"
	"math"
	"slices"
)

// maxKeys is the greatest number of keys of a sort. As many values are sortable.
const maxKeys = 4

// maxHeap is the greatest number of first rows that are kept in a heap.
const maxHeap = 1 << 13

// entry is a record with its sort values; the greater comes first.
type entry struct {
	keys   [maxKeys]int64
	record any
}

func (e *entry) compare(o *entry) int {
	for i := range e.keys {
		if c := cmp.Compare(o.keys[i], e.keys[i]); c != 0 {
			return c
		}
	}
	return 0
}

// top gathers the first rows of a list.
type top struct {
	// want is the number of rows, of which the first offset are skipped.
	want, offset int
	// entries are the first rows so far: all, or, once they are full and want is
	// not above maxHeap, a heap with the last row at its root.
	entries []entry
	heap    bool
}

// newTop gathers the rows of a window.
func newTop(win Window) *top {
	t := &top{offset: win.Offset}
	if win.Limit > 0 {
		t.want = win.Offset + min(win.Limit, math.MaxInt-win.Offset)
	}
	t.heap = t.want <= maxHeap
	return t
}

// full reports whether a row must be before another to be taken.
func (t *top) full() bool { return t.heap && len(t.entries) == t.want }

// worst returns the first value of the last row; when full, no row with a smaller
// one is taken.
func (t *top) worst() (value int64, full bool) {
	if !t.full() {
		return 0, false
	}
	return t.entries[0].keys[0], true
}

// offer takes a row that is among the first.
func (t *top) offer(e entry) {
	if !t.full() {
		t.entries = append(t.entries, e)
		if t.full() {
			for i := len(t.entries)/2 - 1; i >= 0; i-- {
				t.sink(i)
			}
		}
		return
	}
	if e.compare(&t.entries[0]) < 0 {
		t.entries[0] = e
		t.sink(0)
	}
}

// sink restores the heap below a place.
func (t *top) sink(i int) {
	for {
		last := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.entries); child++ {
			if t.entries[child].compare(&t.entries[last]) > 0 {
				last = child
			}
		}
		if last == i {
			return
		}
		t.entries[i], t.entries[last] = t.entries[last], t.entries[i]
		i = last
	}
}

// sorted returns the rows of the window in order.
func (t *top) sorted() []entry {
	to := min(t.want, len(t.entries))
	from := min(t.offset, to)
	if from == to {
		return nil
	}
	slices.SortFunc(t.entries, func(a, b entry) int { return a.compare(&b) })
	return t.entries[from:to]
}

// pageOfTop returns the rows of a window.
func pageOfTop[R any](t *top, total int, win Window) Page[R] {
	page := Page[R]{Total: win.total(total)}
	entries := t.sorted()
	if len(entries) > 0 {
		page.Rows = make([]R, 0, len(entries))
	}
	for i := range entries {
		page.Rows = append(page.Rows, *entries[i].record.(*R))
	}
	return page
}
