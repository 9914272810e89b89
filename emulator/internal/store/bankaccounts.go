package store

import (
	"cmp"
	"slices"
)

// AccountField is a sortable value of a bank account.
type AccountField int

// What bank accounts can be sorted by.
const (
	AccountByCreated AccountField = iota
	AccountByLastTransaction
	AccountByAccumulated
)

// AccountSort is one sort key of a bank-account list.
type AccountSort struct {
	By   AccountField
	Desc bool
}

// BankAccountFilter selects and orders the bank accounts of one company. The
// zero value of a field does not filter.
type BankAccountFilter struct {
	// Company is required.
	Company string
	// Banks selects by the bank's short name; any of them matches. Non-nil and
	// empty matches nothing.
	Banks           []string
	LastTransaction TimeRange
	Accumulated     AmountRange
	// Query is a part of label, holder or number, case-insensitive.
	Query  string
	Active *bool
	// FromID selects ids that are equal or greater.
	FromID int64
	// Sort lists the sort keys, the most important first; empty means newest
	// first. Equal rows are in order of creation.
	Sort []AccountSort
}

// ListBankAccounts returns a window of the bank accounts that f selects.
func ListBankAccounts(r Reader, f BankAccountFilter, win Window) (Page[BankAccount], error) {
	rows, err := BankAccountByCompany.All(r, f.Company)
	if err != nil {
		return Page[BankAccount]{}, err
	}
	rows = slices.DeleteFunc(rows, func(a BankAccount) bool { return !f.match(&a) })
	if len(f.Sort) == 0 {
		f.Sort = []AccountSort{{By: AccountByCreated, Desc: true}}
	}
	slices.SortStableFunc(rows, func(a, b BankAccount) int {
		for _, key := range f.Sort {
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
	return windowOf(rows, win), nil
}

func (f *BankAccountFilter) match(a *BankAccount) bool {
	q := foldQuery(f.Query)
	dated := f.LastTransaction == TimeRange{} || (!a.LastTransaction.IsZero() && f.LastTransaction.contains(a.LastTransaction))
	return (f.Banks == nil || slices.Contains(f.Banks, a.Bank)) &&
		dated &&
		f.Accumulated.contains(a.Accumulated) &&
		(f.Active == nil || *f.Active == a.Active) &&
		a.ID >= f.FromID &&
		(q == "" || containsFold(a.Label, q) || containsFold(a.AccountHolderName, q) || containsFold(a.AccountNumber, q))
}

func (by AccountField) compare(a, b *BankAccount) int {
	switch by {
	case AccountByLastTransaction:
		return a.LastTransaction.Compare(b.LastTransaction)
	case AccountByAccumulated:
		return cmp.Compare(a.Accumulated, b.Accumulated)
	default:
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	}
}

// VirtualAccountFilter selects the virtual accounts of one bank account. The
// zero value of a field does not filter.
type VirtualAccountFilter struct {
	// BankAccountXID is required.
	BankAccountXID string
	// Query is a part of number or label, case-insensitive.
	Query                    string
	Active, Official, Static *bool
	// OldestFirst reverses the order; the default is newest first.
	OldestFirst bool
}

// ListVirtualAccounts returns a window of the virtual accounts that f selects.
func ListVirtualAccounts(r Reader, f VirtualAccountFilter, win Window) (Page[VirtualAccount], error) {
	ix := VirtualAccountByAccount
	s, err := ix.span(r, f.BankAccountXID, minMajor, maxMajor)
	if err != nil {
		return Page[VirtualAccount]{}, err
	}
	q := foldQuery(f.Query)
	is := func(want *bool, have bool) bool { return want == nil || *want == have }
	var match func(*VirtualAccount) bool
	if q != "" || f.Active != nil || f.Official != nil || f.Static != nil {
		match = func(v *VirtualAccount) bool {
			return is(f.Active, v.Active) && is(f.Official, v.Official) && is(f.Static, v.Static) &&
				(q == "" || containsFold(v.Number, q) || containsFold(v.Label, q))
		}
	}
	return pageOf(r, ix, s, !f.OldestFirst, win, match)
}
