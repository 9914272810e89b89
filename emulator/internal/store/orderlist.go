package store

import "slices"

// OrderFilter selects orders. The zero value of a field does not filter.
type OrderFilter struct {
	Company string
	// Listed leaves out orders that the REST API does not list; it needs Company
	// and sorts by creation instead of by id.
	Listed     bool
	Status     OrderStatus
	CustomerID string
	Created    TimeRange
	// Query is a part of invoice number, order id or description,
	// case-insensitive.
	Query string
	// Before selects ids smaller than it; 0 selects all. Not with Listed.
	Before    int64
	Ascending bool
}

// ListOrders returns a window of orders, newest first unless f says otherwise.
func ListOrders(r Reader, f OrderFilter, win Window) (Page[Order], error) {
	l := list[Order]{
		window: win, keys: []sortKey{{column: byID, desc: !f.Ascending}}, value: orderValue, match: f.match(),
		from: &Order{Company: f.Company}, group: f.group,
	}
	ix, scope, low, high := ordersAll, "all", int64(minMajor), int64(maxMajor)
	switch {
	case f.Listed:
		ix, scope = ordersListed, f.Company
		low, high = f.Created.majors()
		l.keys = append([]sortKey{{column: columnCreated, desc: !f.Ascending}}, l.keys...)
	case f.Company != "":
		ix, scope = ordersOf, f.Company
	}
	s, err := ix.span(r, scope, low, high)
	if err == nil && f.Before > 0 && !f.Listed {
		s.to, err = r.Rank(&ix.Ordering, Key{Scope: scope, ID: f.Before})
	}
	if err != nil {
		return Page[Order]{}, err
	}
	l.ordered = indexSpan[Order]{ix, s}
	l.narrow = l.ordered
	l.exact = f.Status == "" && f.CustomerID == "" && f.Query == ""
	l.countable = f.CustomerID == "" && f.Query == "" && low == minMajor && high == maxMajor && (f.Listed || f.Before <= 0)
	return l.page(r, func(q *scanner) {
		if f.Before > 0 && !f.Listed {
			q.ids.high = f.Before - 1
		}
		q.ranges[1][columnCreated] = numbers{low, high}
		if f.CustomerID != "" {
			q.marked, q.mark = true, markOf(f.CustomerID)
			q.verify = func(rec any) bool { return rec.(*Order).CustomerID == f.CustomerID }
		}
		if query := foldQuery(f.Query); query != "" {
			q.needles = append(q.needles, needle{text: []byte(query)})
		}
	})
}

// orderValue is what an order has in the column of a key.
func orderValue(o *Order, key sortKey) int64 {
	if key.column == byID {
		return o.ID
	}
	return o.CreatedAt.UnixMicro()
}

// group returns the class of a group; a group of another company is the last.
func (f *OrderFilter) group(rec any) (uint8, bool) {
	o := rec.(*Order)
	if o.Company != f.Company && (f.Company != "" || f.Listed) {
		return 0, false
	}
	if (f.Status != "" && o.Status != f.Status) || (f.Listed && !o.Listed) {
		return 0, true
	}
	return 1, true
}

// match returns the filter of single orders of an index.
func (f *OrderFilter) match() func(*Order) bool {
	q := foldQuery(f.Query)
	return func(o *Order) bool {
		return (f.Status == "" || o.Status == f.Status) &&
			(f.CustomerID == "" || o.CustomerID == f.CustomerID) &&
			(q == "" || slices.ContainsFunc([]string{o.InvoiceNumber, o.OrderID, o.Description}, func(s string) bool { return containsFold(s, q) }))
	}
}
