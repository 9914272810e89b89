package store

import (
	"cmp"
	"slices"
	"strings"
)

// TransactionSort is one sort key of a transaction list.
type TransactionSort struct {
	By   TransactionField
	Desc bool
}

// TransactionField is a sortable value of a transaction.
type TransactionField int

// What transactions can be sorted by.
const (
	ByDate TransactionField = iota
	ByAmountIn
	ByAmountOut
	ByID
)

// TransactionFilter selects and orders transactions of one company. The zero
// value of a field does not filter.
type TransactionFilter struct {
	// Company is required.
	Company string
	// BankAccountXID and VirtualAccountXID select by UUID.
	BankAccountXID    string
	VirtualAccountXID string
	// AccountNumber selects by the account's own number.
	AccountNumber string
	// Banks selects by the bank's short name; any of them matches. Non-nil and
	// empty matches nothing.
	Banks []string
	Dates TimeRange
	// AmountIn and AmountOut are ranges over both directions: an outgoing
	// transfer has an AmountIn of 0.
	AmountIn, AmountOut AmountRange
	Reference           string
	// Content is a part of the memo, case-insensitive.
	Content string
	// Query is a part of the reference, memo or code, case-insensitive.
	Query        string
	TransferType TransferType
	// Delivered selects by whether a webhook delivery succeeded.
	Delivered *bool
	// FromID selects ids that are equal or greater; 0 selects all.
	FromID int64
	// Sort lists the sort keys, the most important first; empty means newest
	// first. Equal rows are ordered by id, in the direction of the first key.
	Sort []TransactionSort
}

// ListTransactions returns a window of the transactions that f selects.
//
// Company, account, virtual account, reference, date range, FromID and a sort
// by one key are answered by an index; other filters read the rows of the
// narrowest index range.
func ListTransactions(r Reader, f TransactionFilter, win Window) (Page[Transaction], error) {
	if len(f.Sort) == 0 {
		f.Sort = []TransactionSort{{By: ByDate, Desc: true}}
	}
	lead := f.Sort[0]
	byAmount := lead.By == ByAmountIn || lead.By == ByAmountOut
	if len(f.Sort) > 1 || (byAmount && f.scoped()) {
		return sortedTransactions(r, f, win)
	}
	ix, s, match, err := f.plan(r, lead.By)
	if err != nil {
		return Page[Transaction]{}, err
	}
	return pageOf(r, ix, s, lead.Desc, win, match)
}

// sortedTransactions gathers all that f selects and sorts it, for orders
// without an index.
func sortedTransactions(r Reader, f TransactionFilter, win Window) (Page[Transaction], error) {
	ix, s, match, err := f.plan(r, ByDate)
	if err != nil {
		return Page[Transaction]{}, err
	}
	all, err := pageOf(r, ix, s, false, Window{Limit: s.len()}, match)
	if err != nil {
		return all, err
	}
	// The id comes last, as in an index, so that equal rows keep their order when
	// a filter makes the list not use its index.
	keys := append(slices.Clone(f.Sort), TransactionSort{By: ByID, Desc: f.Sort[0].Desc})
	slices.SortFunc(all.Rows, func(a, b Transaction) int {
		for _, key := range keys {
			c := key.By.compare(&a, &b)
			if key.Desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
	return windowOf(all.Rows, win), nil
}

func (by TransactionField) compare(a, b *Transaction) int {
	switch by {
	case ByAmountIn:
		return cmp.Compare(a.AmountIn(), b.AmountIn())
	case ByAmountOut:
		return cmp.Compare(a.AmountOut(), b.AmountOut())
	case ByID:
		return cmp.Compare(a.ID, b.ID)
	default: // as the indexes by date have it
		return cmp.Compare(a.Date.UnixMicro(), b.Date.UnixMicro())
	}
}

// scoped returns whether an index narrower than the company's serves the
// filter.
func (f *TransactionFilter) scoped() bool {
	return f.BankAccountXID != "" || f.VirtualAccountXID != "" || f.Reference != ""
}

// plan chooses the index, its range, and the remaining filter.
func (f TransactionFilter) plan(r Reader, by TransactionField) (*Index[Transaction], span, func(*Transaction) bool, error) {
	rest := f
	rest.Company = "" // the scope holds it
	scope := f.Company
	low, high := f.Dates.majors()
	var ix *Index[Transaction]
	switch {
	case by == ByID:
		ix, low, high = transactionsByID, minMajor, maxMajor
	case by == ByAmountIn:
		ix, rest.AmountIn = transactionsByAmountIn, AmountRange{}
		low, high = f.AmountIn.majors()
	case by == ByAmountOut:
		ix, rest.AmountOut = transactionsByAmountOut, AmountRange{}
		low, high = f.AmountOut.majors()
	case f.VirtualAccountXID != "":
		ix, scope, rest.VirtualAccountXID = transactionsByVA, f.VirtualAccountXID, ""
	case f.BankAccountXID != "":
		ix, scope, rest.BankAccountXID = transactionsByAccount, f.BankAccountXID, ""
	case f.Reference != "":
		ix, scope, rest.Reference = transactionsByRef, Scope(f.Company, f.Reference), ""
	default:
		ix = transactionsByDate
	}
	if by == ByDate {
		rest.Dates = TimeRange{}
	}
	s, err := ix.span(r, scope, low, high)
	if err != nil {
		return nil, s, nil, err
	}
	if by == ByID && f.FromID > 0 {
		rest.FromID = 0
		if s.from, err = r.Rank(&ix.Ordering, Key{Scope: scope, ID: f.FromID}); err != nil {
			return nil, s, nil, err
		}
	}
	if ix == transactionsByVA || ix == transactionsByAccount {
		s, err = f.ownSpan(r, ix, s)
	}
	return ix, s, rest.matcher(), err
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

// matcher returns the remaining filter, or nil.
func (f TransactionFilter) matcher() func(*Transaction) bool {
	query, content := foldQuery(f.Query), foldQuery(f.Content)
	nothing := f.BankAccountXID == "" && f.VirtualAccountXID == "" && f.AccountNumber == "" &&
		f.Banks == nil && f.Dates == TimeRange{} && f.AmountIn.IsZero() && f.AmountOut.IsZero() && f.Reference == "" &&
		content == "" && query == "" && f.TransferType == "" && f.Delivered == nil && f.FromID == 0
	if nothing {
		return nil
	}
	return func(t *Transaction) bool {
		return (f.BankAccountXID == "" || t.BankAccountXID == f.BankAccountXID) &&
			(f.VirtualAccountXID == "" || t.VirtualAccountXID == f.VirtualAccountXID) &&
			(f.AccountNumber == "" || t.AccountNumber == f.AccountNumber) &&
			(f.Banks == nil || slices.Contains(f.Banks, t.Gateway)) &&
			f.Dates.contains(t.Date) &&
			f.AmountIn.contains(t.AmountIn()) && f.AmountOut.contains(t.AmountOut()) &&
			(f.Reference == "" || t.Reference == f.Reference) &&
			(f.TransferType == "" || t.TransferType == f.TransferType) &&
			(f.Delivered == nil || *f.Delivered == (t.WebhookSuccess > 0)) &&
			t.ID >= f.FromID &&
			containsFold(t.Content, content) &&
			(query == "" || containsFold(t.Reference, query) || containsFold(t.Content, query) || containsFold(t.Code, query))
	}
}

// containsFold reports whether lower, which is in lower case, is part of s.
func containsFold(s, lower string) bool {
	return lower == "" || strings.Contains(strings.ToLower(s), lower)
}

// foldQuery prepares a search text for [containsFold].
func foldQuery(q string) string { return strings.ToLower(q) }
