package store

import (
	"math"
	"time"
)

const (
	minMajor = math.MinInt64
	maxMajor = math.MaxInt64
)

// Page is one window of a list.
type Page[R any] struct {
	// Rows are the records of the window, in the order asked for.
	Rows []R
	// Total counts the records of the whole list. It is -1 when the window was
	// asked for without a count.
	Total int
}

// Window selects a part of a list.
type Window struct {
	// Offset is the number of rows to skip.
	Offset int
	// Limit is the maximum number of rows to return; 0 returns none, for a count.
	Limit int
	// NoTotal skips the count, so that a list with a remaining filter can stop at
	// its last row.
	NoTotal bool
}

func (w Window) total(n int) int {
	if w.NoTotal {
		return -1
	}
	return n
}

// span is a range of ranks, from ≤ rank < to.
type span struct{ from, to int }

func (s span) len() int { return max(0, s.to-s.from) }

// span finds the ranks of a scope whose major value lies in [low, high].
func (ix *Index[R]) span(r Reader, scope string, low, high int64) (span, error) {
	from, err := r.Rank(&ix.Ordering, Key{Scope: scope, Major: low, ID: minMajor})
	if err != nil {
		return span{}, err
	}
	end := Key{Scope: scope, Major: high, ID: maxMajor}
	if high == maxMajor {
		end = Key{Scope: scope + "\x00", Major: minMajor, ID: minMajor}
	}
	to, err := r.Rank(&ix.Ordering, end)
	return span{from, to}, err
}

// pageOf reads a window of a span. match is the remaining filter; when it is
// nil, rows outside the window are not read.
func pageOf[R any](r Reader, ix *Index[R], s span, desc bool, win Window, match func(*R) bool) (Page[R], error) {
	if match == nil {
		page := Page[R]{Total: win.total(s.len())}
		n := min(win.Limit, max(0, s.len()-win.Offset))
		if n <= 0 {
			return page, nil
		}
		page.Rows = make([]R, 0, n)
		from, to := s.from+win.Offset, s.from+win.Offset+n
		if desc {
			from, to = s.to-win.Offset-n, s.to-win.Offset
		}
		err := r.Walk(&ix.Ordering, from, to, desc, func(rec any) bool {
			page.Rows = append(page.Rows, *rec.(*R))
			return true
		})
		return page, err
	}
	page := Page[R]{}
	err := r.Walk(&ix.Ordering, s.from, s.to, desc, func(rec any) bool {
		row := rec.(*R)
		if !match(row) {
			return true
		}
		if page.Total >= win.Offset && len(page.Rows) < win.Limit {
			page.Rows = append(page.Rows, *row)
		}
		page.Total++
		return !win.NoTotal || len(page.Rows) < win.Limit
	})
	page.Total = win.total(page.Total)
	return page, err
}

// windowOf returns a window of rows that had to be gathered and sorted.
func windowOf[R any](rows []R, win Window) Page[R] {
	lo := min(win.Offset, len(rows))
	hi := lo + min(win.Limit, len(rows)-lo)
	return Page[R]{Rows: rows[lo:hi], Total: win.total(len(rows))}
}

// TimeRange is an inclusive range of instants; a zero time leaves its end open.
// Instants are compared by whole microseconds, as the indexes keep them.
type TimeRange struct{ From, To time.Time }

func (t TimeRange) contains(at time.Time) bool {
	low, high := t.majors()
	major := at.UnixMicro()
	return low <= major && major <= high
}

// majors returns the range as sorted index values.
func (t TimeRange) majors() (low, high int64) {
	low, high = minMajor, maxMajor
	if !t.From.IsZero() {
		low = t.From.UnixMicro()
	}
	if !t.To.IsZero() {
		high = t.To.UnixMicro()
	}
	return low, high
}

func (t TimeRange) numbers() numbers {
	low, high := t.majors()
	return numbers{low, high}
}

// AmountRange is an inclusive range in VND; a nil end is open.
type AmountRange struct{ Min, Max *int64 }

// IsZero returns whether the range includes every amount.
func (a AmountRange) IsZero() bool { return a.Min == nil && a.Max == nil }

func (a AmountRange) contains(amount int64) bool {
	return (a.Min == nil || amount >= *a.Min) && (a.Max == nil || amount <= *a.Max)
}

func (a AmountRange) numbers() numbers {
	n := anyNumber
	if a.Min != nil {
		n.low = *a.Min
	}
	if a.Max != nil {
		n.high = *a.Max
	}
	return n
}
