package store

import "slices"

// ListTransactions returns a window of the transactions that f selects.
//
// Company, account, virtual account, date range, FromID and a sort by date or by
// id are answered by an index. With another filter or sort the rows of the
// narrowest index are read if they are few, else the columns of all rows.
func ListTransactions(r Reader, f TransactionFilter, win Window) (Page[Transaction], error) {
	if len(f.Sort) == 0 {
		f.Sort = []TransactionSort{{By: ByDate, Desc: true}}
	}
	l := list[Transaction]{
		window: win, keys: f.keys(), value: transactionValue, match: f.matcher(),
		from: &Transaction{Company: f.Company}, group: f.group, countable: f.countable(),
	}
	if err := f.plan(r, &l); err != nil {
		return Page[Transaction]{}, err
	}
	return l.page(r, func(q *scanner) {
		for class := range q.ranges {
			q.ranges[class][columnDate] = f.Dates.numbers()
		}
		q.ranges[classIn][columnAmount] = f.AmountIn.numbers()
		q.ranges[classOut][columnAmount] = f.AmountOut.numbers()
		if f.FromID != 0 {
			q.ids.low = f.FromID
		}
		if f.Reference != "" {
			q.marked, q.mark = true, markOf(f.Reference)
			q.verify = func(rec any) bool { return rec.(*Transaction).Reference == f.Reference }
		}
		if content := foldQuery(f.Content); content != "" {
			q.needles = append(q.needles, needle{text: []byte(content), first: true})
		}
		if query := foldQuery(f.Query); query != "" {
			q.needles = append(q.needles, needle{text: []byte(query)})
		}
	})
}

// The classes of transactions in a scan.
const (
	classIn = 1 + iota
	classOut
	classOther
)

// keys are the sort keys without those that decide nothing. The id comes last, in
// the direction of the first key.
func (f *TransactionFilter) keys() []sortKey {
	var keys []sortKey
	for _, s := range append(slices.Clip(f.Sort), TransactionSort{By: ByID, Desc: f.Sort[0].Desc}) {
		key := sortKey{desc: s.Desc}
		switch s.By {
		case ByAmountIn:
			key.column, key.class = columnAmount, classIn
		case ByAmountOut:
			key.column, key.class = columnAmount, classOut
		case ByID:
			key.column = byID
		default:
			key.column = columnDate
		}
		same := func(k sortKey) bool { return k.column == key.column && k.class == key.class }
		if !slices.ContainsFunc(keys, same) {
			keys = append(keys, key)
		}
		if s.By == ByID {
			break // no two are equal
		}
	}
	return keys
}

// transactionValue is what a transaction has in the column of a key.
func transactionValue(t *Transaction, key sortKey) int64 {
	switch {
	case key.column == byID:
		return t.ID
	case key.class == classIn:
		return t.AmountIn()
	case key.class == classOut:
		return t.AmountOut()
	}
	return t.Date.UnixMicro()
}

// plan chooses the index in the list's order and the narrowest one.
func (f *TransactionFilter) plan(r Reader, l *list[Transaction]) error {
	low, high := f.Dates.majors()
	scope := f.Company
	l.narrow.ix = transactionsByDate
	// exact says that the narrowest index answers all of the filter.
	exact := *f
	exact.Dates, exact.Company = TimeRange{}, ""
	switch {
	case f.VirtualAccountXID != "":
		l.narrow.ix, scope, exact.VirtualAccountXID, l.indexed = transactionsByVA, f.VirtualAccountXID, "", true
	case f.BankAccountXID != "":
		l.narrow.ix, scope, exact.BankAccountXID = transactionsByAccount, f.BankAccountXID, ""
	}
	var err error
	if l.narrow.span, err = l.narrow.ix.span(r, scope, low, high); err != nil {
		return err
	}
	if l.narrow.ix != transactionsByDate {
		if l.narrow.span, err = f.ownSpan(r, l.narrow.ix, l.narrow.span); err != nil {
			return err
		}
	}
	if l.keys[0].column == columnDate {
		l.ordered = l.narrow
		l.exact = straight(l.keys) && exact.unfiltered()
	}
	if f.FromID == 0 && l.keys[0].column != byID {
		return nil
	}
	since := indexSpan[Transaction]{ix: transactionsByID}
	if since.span, err = since.ix.span(r, f.Company, minMajor, maxMajor); err != nil {
		return err
	}
	if f.FromID != 0 {
		if since.span.from, err = r.Rank(&since.ix.Ordering, Key{Scope: f.Company, ID: f.FromID}); err != nil {
			return err
		}
	}
	if l.keys[0].column == byID {
		exact = *f
		exact.FromID, exact.Company = 0, ""
		l.ordered, l.exact = since, exact.unfiltered()
	}
	if since.span.len() < l.narrow.span.len() && !l.indexed {
		l.narrow = since
		rest := *f
		rest.FromID = 0
		l.counted = rest.unfiltered()
	}
	return nil
}

// ownSpan empties the span of another company's account. All rows of an account
// belong to one company, so the first row decides.
func (f *TransactionFilter) ownSpan(r Reader, ix *Index[Transaction], s span) (span, error) {
	err := r.Walk(&ix.Ordering, s.from, min(s.to, s.from+1), false, func(rec any) bool {
		if rec.(*Transaction).Company != f.Company {
			s.to = s.from
		}
		return false
	})
	return s, err
}

// unfiltered reports whether f selects all transactions of a company.
func (f *TransactionFilter) unfiltered() bool {
	return f.countable() && f.BankAccountXID == "" && f.AccountNumber == "" && f.Banks == nil && f.TransferType == "" && f.Delivered == nil
}

// countable reports whether f selects whole groups.
func (f *TransactionFilter) countable() bool {
	return f.VirtualAccountXID == "" && f.Dates == TimeRange{} && f.AmountIn.IsZero() && f.AmountOut.IsZero() &&
		f.Reference == "" && f.Content == "" && f.Query == "" && f.FromID == 0
}

// group returns the class of a group; a group of another company is the last.
func (f *TransactionFilter) group(rec any) (uint8, bool) {
	t := rec.(*Transaction)
	if t.Company != f.Company {
		return 0, false
	}
	if !f.matchGroup(t) {
		return 0, true
	}
	// A transfer has the amount 0 in the other direction.
	class, in, out := uint8(classOther), f.AmountIn.contains(0), f.AmountOut.contains(0)
	switch t.TransferType {
	case In:
		class, in = classIn, true
	case Out:
		class, out = classOut, true
	}
	if !in || !out {
		class = 0
	}
	return class, true
}

func (f *TransactionFilter) matchGroup(t *Transaction) bool {
	return (f.BankAccountXID == "" || t.BankAccountXID == f.BankAccountXID) &&
		(f.AccountNumber == "" || t.AccountNumber == f.AccountNumber) &&
		(f.Banks == nil || slices.Contains(f.Banks, t.Gateway)) &&
		(f.TransferType == "" || t.TransferType == f.TransferType) &&
		(f.Delivered == nil || *f.Delivered == t.delivered())
}

// matcher returns the filter of single records of a company.
func (f *TransactionFilter) matcher() func(*Transaction) bool {
	query, content := foldQuery(f.Query), foldQuery(f.Content)
	low, high := f.Dates.majors()
	dated := f.Dates != TimeRange{}
	return func(t *Transaction) bool {
		if dated {
			if at := t.Date.UnixMicro(); at < low || at > high {
				return false
			}
		}
		return (f.VirtualAccountXID == "" || t.VirtualAccountXID == f.VirtualAccountXID) &&
			f.matchGroup(t) &&
			f.AmountIn.contains(t.AmountIn()) && f.AmountOut.contains(t.AmountOut()) &&
			(f.Reference == "" || t.Reference == f.Reference) &&
			(f.FromID == 0 || t.ID >= f.FromID) &&
			containsFold(t.Content, content) &&
			(query == "" || containsFold(t.Reference, query) || containsFold(t.Content, query) || containsFold(t.Code, query))
	}
}
