package store

// indexSpan is a range of an index.
type indexSpan[R any] struct {
	ix   *Index[R]
	span span
}

// list is a list with a filter, and the ways to answer it.
type list[R any] struct {
	window Window
	// keys are the sort keys. They decide between any two records.
	keys  []sortKey
	value func(*R, sortKey) int64
	// ordered is an index whose order begins with the first key, over all that is
	// selected; nil when there is none. exact says that it has the list's order and
	// nothing but what is selected.
	ordered indexSpan[R]
	exact   bool
	// narrow is the index with the fewest rows that has all that is selected.
	// indexed says that columns do not answer the filter.
	narrow  indexSpan[R]
	indexed bool
	// match is the filter of a record in these indexes.
	match func(*R) bool
	// from and group choose the groups, as of [newScanner]. countable says that
	// they are all of the filter.
	from      any
	group     func(example any) (uint8, bool)
	countable bool
	// counted says that narrow has nothing but what is selected.
	counted bool
}

// The cost of reading a row by an index, in rows of a scan; how many rows are
// always read by an index; and how many are tried before a scan, besides those of
// the window.
const (
	costOfRow = 24
	fewRows   = 32
	tries     = 256
)

// page answers the list. bound sets the rest of the filter in a scan.
func (l *list[R]) page(r Reader, bound func(*scanner)) (Page[R], error) {
	if l.exact {
		return pageOf(r, l.ordered.ix, l.ordered.span, l.keys[0].desc, l.window, nil)
	}
	scan, err := r.Scan(l.narrow.ix.Table)
	if err != nil {
		return Page[R]{}, err
	}
	n := l.narrow.span.len()
	if l.indexed || n <= fewRows || n <= scan.Len()/costOfRow {
		return l.gather(r)
	}
	q := newScanner(scan, l.from, l.group)
	bound(q)
	q.keys = l.keys
	if (l.countable || l.counted || l.window.NoTotal) && l.ordered.ix != nil && straight(l.keys) {
		page, done, err := l.try(r, scan.Len()/costOfRow)
		if done || err != nil {
			if l.counted {
				q.total = n
			}
			page.Total = l.window.total(q.total)
			return page, err
		}
	}
	top := newTop(l.window)
	total := q.run(scan, top, !l.window.NoTotal)
	return pageOfTop[R](top, total, l.window), nil
}

// gather reads the rows of the narrowest index.
func (l *list[R]) gather(r Reader) (Page[R], error) {
	top, total := newTop(l.window), 0
	err := r.Walk(&l.narrow.ix.Ordering, l.narrow.span.from, l.narrow.span.to, l.keys[0].desc, func(rec any) bool {
		row := rec.(*R)
		if !l.match(row) {
			return true
		}
		total++
		if top.want > 0 {
			e := entry{record: rec}
			for i, key := range l.keys {
				e.keys[i] = l.value(row, key)
				if !key.desc {
					e.keys[i] = ^e.keys[i]
				}
			}
			top.offer(e)
		}
		return true
	})
	return pageOfTop[R](top, total, l.window), err
}

// straight reports whether the order of an index by the first key is that of the
// list.
func straight(keys []sortKey) bool {
	return len(keys) == 1 || (len(keys) == 2 && keys[1].column == byID && keys[1].desc == keys[0].desc)
}

// try reads rows in the order of the list, at most so many, in the hope that the
// window is full soon; done is false when it is not. It does not count.
func (l *list[R]) try(r Reader, most int) (page Page[R], done bool, err error) {
	s, skip := l.ordered.span, l.window.Offset
	if l.window.Limit == 0 {
		return page, true, nil
	}
	left := min(most, 2*(min(l.window.Limit, s.len())+min(skip, s.len()))+tries)
	from, to := s.from, s.to
	if l.keys[0].desc {
		from = max(from, to-left)
	} else {
		to = min(to, from+left)
	}
	err = r.Walk(&l.ordered.ix.Ordering, from, to, l.keys[0].desc, func(rec any) bool {
		row := rec.(*R)
		switch {
		case !l.match(row):
		case skip > 0:
			skip--
		default:
			page.Rows = append(page.Rows, *row)
		}
		return len(page.Rows) < l.window.Limit
	})
	done = err == nil && (len(page.Rows) == l.window.Limit || to-from == s.len())
	if !done {
		page.Rows = nil
	}
	return page, done, err
}
