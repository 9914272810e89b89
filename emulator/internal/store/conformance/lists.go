package conformance

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// lists are the checks of lists with so many records that a store does not read
// all of them.
var lists = []check{
	{"every pair of filters of many transactions gives what a plain loop gives", func(t *testing.T, s store.Store) {
		roll := fixed(5)
		rows := drawTransfers(roll, 500)
		put(t, s, store.Transactions, rows...)
		for i, one := range transactionOptions {
			for _, two := range transactionOptions[i:] {
				for range 4 {
					f := store.TransactionFilter{Company: "acme", Sort: transactionSorts[roll(len(transactionSorts))]}
					one.apply(&f, roll)
					two.apply(&f, roll)
					compareTransactions(t, s, rows, f, windows)
				}
			}
		}
	}},
	{"every pair of filters of many orders gives what a plain loop gives", func(t *testing.T, s store.Store) {
		roll := fixed(6)
		var rows []store.Order
		for id := range int64(500) {
			rows = append(rows, drawOrder(roll, id+1))
		}
		put(t, s, store.Orders, rows...)
		for i, one := range orderOptions {
			for _, two := range orderOptions[i:] {
				for range 12 {
					f := drawOrderFilter(roll)
					one(&f, roll)
					two(&f, roll)
					compareListOfOrders(t, s, rows, f, windows)
				}
			}
		}
	}},
	{"lists follow random writes, also before they are committed", changingLists},
	{"a text is found as strings.Contains finds it in lower case", searchedTexts},
}

func compareListOfOrders(t tester, s store.Store, rows []store.Order, f store.OrderFilter, wins []store.Window) {
	t.Helper()
	want := plainOrders(rows, f)
	for _, win := range wins {
		view(t, s, func(r store.Reader) error {
			page, err := store.ListOrders(r, f, win)
			samePage(t, fmt.Sprintf("%+v %+v", f, win), store.Orders, want, page, win)
			return err
		})
	}
}

// tables is the expected content of transactions and orders.
type tables struct {
	transactions map[int64]store.Transaction
	orders       map[int64]store.Order
}

func (m tables) clone() tables { return tables{maps.Clone(m.transactions), maps.Clone(m.orders)} }

// strayIDs are far from those of other records.
var strayIDs = []int64{math.MinInt64, -129, -1, 0, 12_345, 1 << 40, math.MaxInt64 - 1}

// drawID is the id of a record that there is, that is next to one, or a stray one.
func drawID(roll roll) int64 {
	if roll(6) == 0 {
		return strayIDs[roll(len(strayIDs))]
	}
	return int64(roll(420) + 1)
}

// write does one random write on w and on the model.
func (m tables) write(t *rapid.T, roll roll, w store.Writer) {
	id := drawID(roll)
	switch roll(6) {
	case 0, 1:
		row := drawTransfers(roll, 1)[0]
		row.ID, row.XID = id, fmt.Sprintf("tx-%d", id)
		noError(t, store.Transactions.Put(w, row))
		m.transactions[id] = row
	case 2:
		if row, ok := m.transactions[id]; ok {
			row.WebhookSuccess = 1 - min(row.WebhookSuccess, 1)
			noError(t, store.Transactions.Put(w, row))
			m.transactions[id] = row
		}
	case 3:
		if _, ok := m.transactions[id]; ok {
			noError(t, store.Transactions.Delete(w, id))
			delete(m.transactions, id)
		}
	case 4:
		row, ok := m.orders[id]
		if !ok || roll(3) == 0 {
			row = drawOrder(roll, id)
		}
		row.Status = orderStatuses[roll(len(orderStatuses))]
		noError(t, store.Orders.Put(w, row))
		m.orders[id] = row
	case 5:
		if _, ok := m.orders[id]; ok {
			noError(t, store.Orders.Delete(w, id))
			delete(m.orders, id)
		}
	}
}

// compare compares two random lists of three filters with the model.
func (m tables) compare(t *rapid.T, roll roll, r store.Reader) {
	t.Helper()
	win := store.Window{Offset: roll(40), Limit: roll(60), NoTotal: roll(4) == 0}
	if roll(4) == 0 {
		win.Limit = 1000
	}
	f := store.TransactionFilter{Company: companies[roll(len(companies))], Sort: transactionSorts[roll(len(transactionSorts))]}
	for range roll(4) {
		transactionOptions[roll(len(transactionOptions))].apply(&f, roll)
	}
	page, err := store.ListTransactions(r, f, win)
	noError(t, err)
	rows := slices.Collect(maps.Values(m.transactions))
	if f.FromID == 0 { // it selects ids below 0, too
		f.FromID = math.MinInt64
	}
	samePage(t, describe(f, win), store.Transactions, plainTransactions(rows, f), page, win)

	o := drawOrderFilter(roll)
	for range roll(4) {
		orderOptions[roll(len(orderOptions))](&o, roll)
	}
	orders, err := store.ListOrders(r, o, win)
	noError(t, err)
	samePage(t, fmt.Sprintf("%+v %+v", o, win), store.Orders, plainOrders(slices.Collect(maps.Values(m.orders)), o), orders, win)
}

// changingLists runs random writes, rollbacks and restores against a store with
// some hundred records and a model.
func changingLists(t *testing.T, s store.Store) {
	first := tables{map[int64]store.Transaction{}, map[int64]store.Order{}}
	for _, row := range drawTransfers(fixed(7), 300) {
		first.transactions[row.ID] = row
	}
	for id := int64(1); id <= 300; id++ {
		first.orders[id] = drawOrder(fixed(uint64(id)), id)
	}
	put(t, s, store.Transactions, slices.Collect(maps.Values(first.transactions))...)
	put(t, s, store.Orders, slices.Collect(maps.Values(first.orders))...)
	start := snapshot(t, s)
	rapid.Check(t, func(t *rapid.T) {
		restore(t, s, start)
		m := first.clone()
		type kept struct {
			snapshot store.Snapshot
			model    tables
		}
		saved := []kept{{start, m}}
		roll := fixed(rapid.Uint64().Draw(t, "seed"))
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				view(t, s, func(r store.Reader) error {
					m.compare(t, roll, r)
					return nil
				})
			},
			"update": func(t *rapid.T) {
				next, fail := m.clone(), roll(4) == 0
				err := s.Update(t.Context(), func(w store.Writer) error {
					for range roll(12) + 1 {
						next.write(t, roll, w)
					}
					next.compare(t, roll, w)
					if fail {
						return errStop
					}
					return nil
				})
				if (err != nil) != fail {
					t.Fatalf("Update: %v", err)
				}
				if !fail {
					m = next
				}
			},
			"snapshot": func(*rapid.T) { saved = append(saved, kept{snapshot(t, s), m.clone()}) },
			"restore": func(t *rapid.T) {
				back := saved[roll(len(saved))]
				restore(t, s, back.snapshot)
				m = back.model.clone()
			},
		})
	})
}

// letters are parts of texts: of more bytes in one case than in the other, equal
// in lower case only, and not UTF-8.
var letters = []string{"a", "A", "b", "1", " ", "%", "\x00", "ơ", "Ơ", "ệ", "Ệ", "đ", "Đ", "İ", "\u212a", "k", "ß", "ẞ", "\xff", "\xe1\xbb", "\ufffd", "i\u0307"}

func drawText(roll roll, most int) string {
	text := ""
	for range roll(most + 1) {
		text += letters[roll(len(letters))]
	}
	return text
}

func searchedTexts(t *testing.T, s store.Store) {
	empty := snapshot(t, s)
	rapid.Check(t, func(t *rapid.T) {
		restore(t, s, empty)
		roll := fixed(rapid.Uint64().Draw(t, "seed"))
		rows := drawTransfers(roll, 150)
		var orders []store.Order
		for i := range rows {
			rows[i].Content, rows[i].Reference, rows[i].Code = drawText(roll, 12), drawText(roll, 4), drawText(roll, 2)
			o := drawOrder(roll, int64(i+1))
			o.Description = drawText(roll, 12)
			orders = append(orders, o)
		}
		put(t, s, store.Transactions, rows...)
		put(t, s, store.Orders, orders...)
		for range 12 {
			text := drawText(roll, []int{1, 2, 3, 20}[roll(4)])
			if whole := rows[roll(len(rows))].Content; roll(3) == 0 && whole != "" {
				from := roll(len(whole))
				text = whole[from : from+1+roll(len(whole)-from)]
			}
			f := store.TransactionFilter{Company: "acme", Query: text}
			if roll(2) == 0 {
				f.Query, f.Content = f.Content, f.Query
			}
			if roll(3) == 0 {
				transactionOptions[roll(len(transactionOptions))].apply(&f, roll)
			}
			compareTransactions(t, s, rows, f, windows[:2])
			compareListOfOrders(t, s, orders, store.OrderFilter{Company: "acme", Query: text}, windows[:2])
		}
	})
}
