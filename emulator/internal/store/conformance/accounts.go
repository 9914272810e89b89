package conformance

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

var bankAccounts = []check{
	{"every set of filters on bank accounts in every order gives what a plain loop gives", func(t *testing.T, s store.Store) {
		roll := fixed(5)
		rows := drawAccounts(roll, 40)
		put(t, s, store.BankAccounts, rows...)
		for set := range 1 << len(accountOptions) {
			for _, sorting := range accountSorts {
				f := store.BankAccountFilter{Company: "acme", Sort: sorting}
				for i, option := range accountOptions {
					if set&(1<<i) != 0 {
						option(&f, roll)
					}
				}
				want := plainAccounts(rows, f)
				for _, win := range windows {
					var page store.Page[store.BankAccount]
					view(t, s, func(r store.Reader) (err error) {
						page, err = store.ListBankAccounts(r, f, win)
						return err
					})
					samePage(t, fmt.Sprintf("%+v %+v", f, win), store.BankAccounts, want, page, win)
				}
			}
		}
	}},
	{"every set of filters on virtual accounts gives what a plain loop gives", func(t *testing.T, s store.Store) {
		roll := fixed(6)
		rows := drawVirtualAccounts(roll, 40)
		put(t, s, store.VirtualAccounts, rows...)
		for set := range 1 << len(virtualOptions) {
			f := store.VirtualAccountFilter{BankAccountXID: "acc-1"}
			for i, option := range virtualOptions {
				if set&(1<<i) != 0 {
					option(&f, roll)
				}
			}
			want := plainVirtualAccounts(rows, f)
			for _, win := range windows {
				var page store.Page[store.VirtualAccount]
				view(t, s, func(r store.Reader) (err error) {
					page, err = store.ListVirtualAccounts(r, f, win)
					return err
				})
				samePage(t, fmt.Sprintf("%+v %+v", f, win), store.VirtualAccounts, want, page, win)
			}
		}
	}},
	{"a bank account without a transaction is in no range of last transactions", func(t *testing.T, s store.Store) {
		put(t, s, store.BankAccounts, account(1, "acme"))
		view(t, s, func(r store.Reader) error {
			page, err := store.ListBankAccounts(r, store.BankAccountFilter{
				Company: "acme", LastTransaction: store.TimeRange{To: instants[0]},
			}, store.Window{Limit: 10})
			same(t, "total", 0, page.Total)
			return err
		})
	}},
	{"accounts with one number at two banks are both found", func(t *testing.T, s store.Store) {
		one, two, longer := account(1, "acme"), account(2, "acme"), account(3, "acme")
		one.AccountNumber, two.AccountNumber, longer.AccountNumber = "0100", "0100", "01000"
		put(t, s, store.BankAccounts, one, two, longer)
		view(t, s, func(r store.Reader) error {
			rows, err := store.BankAccountByNumber.All(r, store.Scope("acme", "0100"))
			same(t, "accounts", []store.BankAccount{one, two}, rows)
			return err
		})
	}},
}

var labels = []string{"", "Quầy 1", "QUẦY 2", "kho"}

func drawAccounts(roll roll, n int) []store.BankAccount {
	rows := make([]store.BankAccount, 0, n)
	for i := range n {
		row := store.BankAccount{
			ID:                int64(i + 1),
			Company:           companies[roll(5)/4],
			Bank:              banks[roll(len(banks))],
			AccountNumber:     fmt.Sprintf("00%d", roll(12)),
			AccountHolderName: []string{"NGUYEN VAN A", "CONG TY KHO"}[roll(2)],
			Label:             labels[roll(len(labels))],
			Active:            roll(2) == 0,
			Accumulated:       amounts[roll(len(amounts))],
			CreatedAt:         instants[roll(len(instants))],
		}
		if roll(4) > 0 {
			row.LastTransaction = instants[roll(len(instants))]
		}
		rows = append(rows, row)
	}
	return rows
}

var accountOptions = []func(f *store.BankAccountFilter, roll roll){
	func(f *store.BankAccountFilter, roll roll) { f.Banks = [][]string{{}, banks[:1], banks[1:]}[roll(3)] },
	func(f *store.BankAccountFilter, roll roll) { f.LastTransaction = drawTimes(roll) },
	func(f *store.BankAccountFilter, roll roll) { f.Accumulated = drawAmounts(roll) },
	func(f *store.BankAccountFilter, roll roll) {
		f.Query = []string{"quầy", "KHO", "001", "nguyen", "%"}[roll(5)]
	},
	func(f *store.BankAccountFilter, roll roll) { f.Active = new(roll(2) == 0) },
	func(f *store.BankAccountFilter, roll roll) { f.FromID = int64(roll(45)) },
}

var accountSorts = [][]store.AccountSort{
	nil,
	{{By: store.AccountByCreated}},
	{{By: store.AccountByCreated, Desc: true}},
	{{By: store.AccountByLastTransaction}},
	{{By: store.AccountByLastTransaction, Desc: true}},
	{{By: store.AccountByAccumulated}},
	{{By: store.AccountByAccumulated, Desc: true}},
	{{By: store.AccountByAccumulated, Desc: true}, {By: store.AccountByLastTransaction}},
	{{By: store.AccountByLastTransaction}, {By: store.AccountByCreated, Desc: true}},
}

func plainAccounts(rows []store.BankAccount, f store.BankAccountFilter) []store.BankAccount {
	var list []store.BankAccount
	query := strings.ToLower(f.Query)
	for _, a := range rows {
		text := strings.ToLower(a.Label + "\n" + a.AccountHolderName + "\n" + a.AccountNumber)
		switch {
		case a.Company != f.Company,
			f.Banks != nil && !slices.Contains(f.Banks, a.Bank),
			f.LastTransaction != store.TimeRange{} && a.LastTransaction.IsZero(),
			outsideTimes(a.LastTransaction, f.LastTransaction),
			outsideAmounts(a.Accumulated, f.Accumulated),
			!strings.Contains(text, query),
			f.Active != nil && *f.Active != a.Active,
			a.ID < f.FromID:
			continue
		}
		list = append(list, a)
	}
	// Sorting by the least key first, each time keeping what is equal in
	// place, is the plainest way to sort by many.
	created := func(a, b store.BankAccount) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	}
	slices.SortFunc(list, created)
	keys := slices.Clone(f.Sort)
	if len(keys) == 0 {
		keys = []store.AccountSort{{By: store.AccountByCreated, Desc: true}}
	}
	for _, key := range slices.Backward(keys) {
		compare := map[store.AccountField]func(a, b store.BankAccount) int{
			store.AccountByCreated:         created,
			store.AccountByLastTransaction: func(a, b store.BankAccount) int { return a.LastTransaction.Compare(b.LastTransaction) },
			store.AccountByAccumulated:     func(a, b store.BankAccount) int { return cmp.Compare(a.Accumulated, b.Accumulated) },
		}[key.By]
		slices.SortStableFunc(list, func(a, b store.BankAccount) int {
			if key.Desc {
				return compare(b, a)
			}
			return compare(a, b)
		})
	}
	return list
}

func drawVirtualAccounts(roll roll, n int) []store.VirtualAccount {
	rows := make([]store.VirtualAccount, 0, n)
	for i := range n {
		rows = append(rows, store.VirtualAccount{
			ID:             int64(i + 1),
			BankAccountXID: []string{"acc-1", "acc-12"}[roll(4)/3],
			Number:         fmt.Sprintf("VA%02d", i),
			Label:          labels[roll(len(labels))],
			Active:         roll(2) == 0,
			Official:       roll(2) == 0,
			Static:         roll(2) == 0,
			CreatedAt:      instants[0].Add(time.Duration(roll(5)) * time.Microsecond),
		})
	}
	return rows
}

var virtualOptions = []func(f *store.VirtualAccountFilter, roll roll){
	func(f *store.VirtualAccountFilter, roll roll) { f.Query = []string{"va0", "QUẦY", "kho"}[roll(3)] },
	func(f *store.VirtualAccountFilter, roll roll) { f.Active = new(roll(2) == 0) },
	func(f *store.VirtualAccountFilter, roll roll) { f.Official = new(roll(2) == 0) },
	func(f *store.VirtualAccountFilter, roll roll) { f.Static = new(roll(2) == 0) },
	func(f *store.VirtualAccountFilter, _ roll) { f.OldestFirst = true },
}

func plainVirtualAccounts(rows []store.VirtualAccount, f store.VirtualAccountFilter) []store.VirtualAccount {
	var list []store.VirtualAccount
	for _, v := range rows {
		text := strings.ToLower(v.Number + "\n" + v.Label)
		switch {
		case v.BankAccountXID != f.BankAccountXID,
			!strings.Contains(text, strings.ToLower(f.Query)),
			f.Active != nil && *f.Active != v.Active,
			f.Official != nil && *f.Official != v.Official,
			f.Static != nil && *f.Static != v.Static:
			continue
		}
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b store.VirtualAccount) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	if !f.OldestFirst {
		slices.Reverse(list)
	}
	return list
}
