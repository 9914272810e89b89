package conformance

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

var transactions = []check{
	{"every pair of filters in every order gives what a plain loop gives", func(t *testing.T, s store.Store) {
		roll := fixed(1)
		rows := drawTransfers(roll, 60)
		put(t, s, store.Transactions, rows...)
		for i, one := range transactionOptions {
			for _, two := range transactionOptions[i:] {
				for _, sorting := range transactionSorts {
					f := store.TransactionFilter{Company: "acme", Sort: sorting}
					one.apply(&f, roll)
					two.apply(&f, roll)
					compareTransactions(t, s, rows, f, windows)
				}
			}
		}
	}},
	{"any filters in any order give what a plain loop gives", anyTransactions},
	{"an account of another company has no transactions", func(t *testing.T, s store.Store) {
		roll := fixed(2)
		put(t, s, store.Transactions, drawTransfers(roll, 60)...)
		for _, sorting := range transactionSorts {
			for name, f := range map[string]store.TransactionFilter{
				"account":         {Company: "acme", BankAccountXID: "acc-3"},
				"virtual account": {Company: "acme", VirtualAccountXID: "va-3"},
				"both":            {Company: "acme", BankAccountXID: "acc-1", VirtualAccountXID: "va-3"},
				"unknown account": {Company: "acme", BankAccountXID: "acc-4"},
				"unknown company": {Company: "acm", BankAccountXID: "acc-1"},
				"no company":      {BankAccountXID: "acc-1"},
			} {
				f.Sort = sorting
				page := listTransactions(t, s, f, store.Window{Limit: 100})
				same(t, fmt.Sprintf("%s, sorted by %v", name, sorting), 0, page.Total+len(page.Rows))
			}
		}
	}},
	{"a page has whole records", func(t *testing.T, s store.Store) {
		roll := fixed(3)
		rows := drawTransfers(roll, 30)
		put(t, s, store.Transactions, rows...)
		for _, sorting := range transactionSorts {
			f := store.TransactionFilter{Company: "acme", Sort: sorting}
			same(t, "rows", plainTransactions(rows, f), listTransactions(t, s, f, store.Window{Limit: 100}).Rows)
		}
	}},
	{"instants within one microsecond are the same in every order", func(t *testing.T, s store.Store) {
		early := instants[0].Add(500 * time.Nanosecond)
		put(t, s, store.Transactions,
			store.Transaction{ID: 1, XID: "tx-1", Company: "acme", Date: early.Add(300 * time.Nanosecond)},
			store.Transaction{ID: 2, XID: "tx-2", Company: "acme", Date: early})
		for _, c := range []struct {
			sorting []store.TransactionSort
			want    []int64
		}{
			{nil, []int64{2, 1}},
			{[]store.TransactionSort{{By: store.ByDate}}, []int64{1, 2}},
			{[]store.TransactionSort{{By: store.ByDate}, {By: store.ByAmountIn}}, []int64{1, 2}},
			{[]store.TransactionSort{{By: store.ByDate, Desc: true}, {By: store.ByID}}, []int64{1, 2}},
			{[]store.TransactionSort{{By: store.ByID, Desc: true}}, []int64{2, 1}},
			{[]store.TransactionSort{{By: store.ByAmountIn}}, []int64{1, 2}},
		} {
			for name, dates := range map[string]store.TimeRange{
				"any": {}, "from": {From: early.Add(400 * time.Nanosecond)}, "to": {To: early.Add(-time.Nanosecond)},
			} {
				f := store.TransactionFilter{Company: "acme", Dates: dates, Sort: c.sorting}
				page := listTransactions(t, s, f, store.Window{Limit: 10})
				same(t, fmt.Sprintf("%s, sorted by %v", name, c.sorting), c.want, ids(store.Transactions, page.Rows))
			}
		}
	}},
	{"a list follows its records when they change", func(t *testing.T, s store.Store) {
		roll := fixed(4)
		rows := drawTransfers(roll, 40)
		put(t, s, store.Transactions, rows...)
		for i := range rows { // each becomes what its neighbour was, but for the unique values
			next := rows[(i+1)%len(rows)]
			next.ID, next.XID = rows[i].ID, rows[i].XID
			rows[i] = next
		}
		rows = rows[:30]
		update(t, s, func(w store.Writer) error {
			for _, row := range rows {
				if err := store.Transactions.Put(w, row); err != nil {
					return err
				}
			}
			for id := int64(31); id <= 40; id++ {
				if err := store.Transactions.Delete(w, id); err != nil {
					return err
				}
			}
			return nil
		})
		for _, option := range transactionOptions {
			for _, sorting := range transactionSorts {
				f := store.TransactionFilter{Company: "acme", Sort: sorting}
				option.apply(&f, roll)
				compareTransactions(t, s, rows, f, windows)
			}
		}
	}},
}

// anyTransactions draws the records, the filters, the order and the window.
func anyTransactions(t *testing.T, s store.Store) {
	empty := snapshot(t, s)
	rapid.Check(t, func(t *rapid.T) {
		restore(t, s, empty)
		roll := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "roll") }
		rows := drawTransfers(roll, roll(25))
		put(t, s, store.Transactions, rows...)
		for range 10 {
			f := store.TransactionFilter{Company: companies[roll(len(companies))]}
			for _, option := range transactionOptions {
				if roll(4) == 0 {
					option.apply(&f, roll)
				}
			}
			for range roll(4) {
				f.Sort = append(f.Sort, store.TransactionSort{By: transactionFields[roll(4)], Desc: roll(2) == 0})
			}
			win := store.Window{Offset: roll(len(rows) + 2), Limit: roll(len(rows) + 2), NoTotal: roll(2) == 0}
			compareTransactions(t, s, rows, f, []store.Window{win})
		}
	})
}

// windows are the parts of a list that are looked at.
var windows = []store.Window{
	{Limit: 1000},
	{Limit: 7},
	{Offset: 5, Limit: 7},
	{Offset: 7, Limit: int(^uint(0) >> 1)},
	{Offset: 1000, Limit: 7},
	{},
	{Offset: 2, Limit: 3, NoTotal: true},
}

func listTransactions(t tester, s store.Store, f store.TransactionFilter, win store.Window) store.Page[store.Transaction] {
	t.Helper()
	var page store.Page[store.Transaction]
	view(t, s, func(r store.Reader) (err error) {
		page, err = store.ListTransactions(r, f, win)
		return err
	})
	return page
}

// compareTransactions compares the windows of one list with a plain loop.
func compareTransactions(t tester, s store.Store, rows []store.Transaction, f store.TransactionFilter, wins []store.Window) {
	t.Helper()
	want := plainTransactions(rows, f)
	for _, win := range wins {
		page := listTransactions(t, s, f, win)
		samePage(t, describe(f, win), store.Transactions, want, page, win)
	}
}

// samePage compares a page with the whole list.
func samePage[R any](t tester, what string, kind *store.Kind[R], all []R, page store.Page[R], win store.Window) {
	t.Helper()
	total := len(all)
	if win.NoTotal {
		total = -1
	}
	same(t, "total of "+what, total, page.Total)
	var want []R
	for i, row := range all {
		if i >= win.Offset && i-win.Offset < win.Limit {
			want = append(want, row)
		}
	}
	same(t, "rows of "+what, ids(kind, want), ids(kind, page.Rows))
}

// describe prints a filter with its pointers' values.
func describe(f store.TransactionFilter, win store.Window) string {
	deref := func(n *int64) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	text := fmt.Sprintf("in %s..%s, out %s..%s", deref(f.AmountIn.Min), deref(f.AmountIn.Max), deref(f.AmountOut.Min), deref(f.AmountOut.Max))
	if f.Delivered != nil {
		text += fmt.Sprintf(", delivered %v", *f.Delivered)
	}
	f.AmountIn, f.AmountOut, f.Delivered = store.AmountRange{}, store.AmountRange{}, nil
	return fmt.Sprintf("%+v (%s) %+v", f, text, win)
}
