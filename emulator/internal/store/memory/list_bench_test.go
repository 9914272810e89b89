package memory_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
)

// The fixtures of lists: a company has ten accounts at three banks, a hundred
// virtual accounts that half of its transfers go through, memos that differ, and
// one transfer a minute, of which most are delivered.
var (
	listBanks = []string{"MBBank", "OCB", "BIDV"}
	listMemos = []string{"DH%07d thanh toan don hang", "CHUYEN KHOAN %07d cam on shop", "Nguyễn Văn An chuyển tiền %07d", "tien hang thang %07d"}
	// text is shared by the records that have it, as in a running emulator.
	listXIDs, listVAs, listNumbers = shared("ac000000-0000-4000-8000-%012d", 10), shared("fa000000-0000-4000-8000-%012d", 100), shared("0%09d", 10)
	listCustomers                  = shared("KH%05d", 1000)
)

func shared(format string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(format, i)
	}
	return list
}

// mixed is a number from 0 to n-1 that looks random and is the same in every run.
func mixed(i, salt, n int) int {
	x := uint64(i)*0x9e3779b97f4a7c15 + uint64(salt)*0xbf58476d1ce4e5b9
	x ^= x >> 31
	x *= 0x94d049bb133111eb
	x ^= x >> 29
	return int(x % uint64(n))
}

// listed is transfer i of one of so many companies.
func listed(i, companies int) store.Transaction {
	account := mixed(i, 1, 10)
	at := epoch.Add(time.Duration(i) * time.Minute)
	t := store.Transaction{
		ID:             store.Transactions.FirstID + int64(i),
		XID:            fmt.Sprintf("7f3a0000-0000-4000-8000-%012d", mixed(i, 0, 1<<40)),
		Company:        company,
		BankAccountID:  int64(account + 1),
		BankAccountXID: listXIDs[account],
		Gateway:        listBanks[account%3],
		AccountNumber:  listNumbers[account],
		Date:           at,
		TransferType:   store.In,
		Amount:         int64(10_000 + mixed(i, 2, 1_000_000)),
		Content:        fmt.Sprintf(listMemos[mixed(i, 3, len(listMemos))], i),
		Reference:      fmt.Sprintf("FT%08d", i),
		CreatedAt:      at,
	}
	if companies > 1 {
		t.Company = fmt.Sprintf("company-%d", i%companies)
	}
	if i%3 == 0 {
		t.TransferType = store.Out
	}
	if mixed(i, 4, 2) == 0 {
		t.VirtualAccountXID = listVAs[mixed(i, 5, 100)]
	}
	if mixed(i, 6, 10) > 0 {
		t.WebhookSuccess = 1
	}
	return t
}

// ordered is order i.
func ordered(i int) store.Order {
	at := epoch.Add(time.Duration(i) * time.Minute)
	o := store.Order{
		ID: store.Orders.FirstID + int64(i), XID: fmt.Sprintf("0d000000-0000-4000-8000-%012d", i), Company: company,
		OrderID: fmt.Sprintf("PAY%012d", mixed(i, 0, 1<<40)), InvoiceNumber: fmt.Sprintf("INV-%08d", i),
		Status: store.OrderCaptured, Amount: int64(10_000 + mixed(i, 2, 1000)*1000), Currency: "VND",
		Description: fmt.Sprintf("Thanh toán đơn hàng %d", i), CustomerID: listCustomers[mixed(i, 1, 1000)],
		Listed: true, CreatedAt: at, UpdatedAt: at,
	}
	switch mixed(i, 3, 10) {
	case 0:
		o.Status = store.OrderWaiting
	case 1, 2:
		o.Status = store.OrderCancelled
	}
	return o
}

// fill puts n records of a kind.
func fill[R any](s *memory.Store, kind *store.Kind[R], n int, record func(int) R) {
	fillBy(s, batch, kind, n, record)
}

// fillBy puts n records of a kind, so many in an update.
func fillBy[R any](s *memory.Store, batch int, kind *store.Kind[R], n int, record func(int) R) {
	for at := 0; at < n; at += batch {
		err := s.Update(context.Background(), func(w store.Writer) error {
			for i := at; i < min(at+batch, n); i++ {
				if err := kind.Put(w, record(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			panic(err)
		}
	}
}

// heap is what the heap has in use.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

var listSizes = []struct {
	name  string
	rows  int
	store func() *memory.Store
}{
	{"1k", 1_000, sync.OnceValue(func() *memory.Store { return lists(1_000) })},
	{"100k", 100_000, sync.OnceValue(func() *memory.Store { return lists(100_000) })},
	{"1M", 1_000_000, sync.OnceValue(func() *memory.Store { return lists(1_000_000) })},
}

// lists is a store with n transactions and n orders; it prints the bytes of heap
// for each.
func lists(n int) *memory.Store {
	s := memory.New()
	empty := heap()
	fill(s, store.Transactions, n, func(i int) store.Transaction { return listed(i, 1) })
	half := heap()
	fill(s, store.Orders, n, ordered)
	fmt.Printf("# %d: %.0f bytes of heap for a transaction, %.0f for an order\n", n, (half-empty)/float64(n), (heap()-half)/float64(n))
	return s
}

// many is a store with a million transactions of a thousand companies.
var many = sync.OnceValue(func() *memory.Store {
	s := memory.New()
	fill(s, store.Transactions, 1_000_000, func(i int) store.Transaction { return listed(i, 1000) })
	runtime.GC()
	return s
})

// listOption is a filter or a sort of a list of so many rows.
type listOption[F any] struct {
	name string
	set  func(f *F, rows int)
}

type transactionOption = listOption[store.TransactionFilter]

func sorted(name string, keys ...store.TransactionSort) transactionOption {
	return transactionOption{name, func(f *store.TransactionFilter, _ int) { f.Sort = keys }}
}

// transactionFilters are the documented filters, transactionSorts the sorts.
var (
	transactionFilters = []transactionOption{
		{"account", func(f *store.TransactionFilter, _ int) { f.BankAccountXID = listXIDs[3] }},
		{"va", func(f *store.TransactionFilter, _ int) { f.VirtualAccountXID = listVAs[7] }},
		{"number", func(f *store.TransactionFilter, _ int) { f.AccountNumber = listNumbers[3] }},
		{"bank", func(f *store.TransactionFilter, _ int) { f.Banks = listBanks[1:2] }},
		{"day", func(f *store.TransactionFilter, rows int) {
			from := epoch.Add(time.Duration(rows/2) * time.Minute)
			f.Dates = store.TimeRange{From: from, To: from.AddDate(0, 0, 1)}
		}},
		{"dates", func(f *store.TransactionFilter, rows int) {
			f.Dates = store.TimeRange{From: epoch.Add(time.Duration(rows/3) * time.Minute)}
		}},
		{"amount_in", func(f *store.TransactionFilter, _ int) {
			f.AmountIn = store.AmountRange{Min: new(int64(200_000)), Max: new(int64(700_000))}
		}},
		{"amount_out", func(f *store.TransactionFilter, _ int) { f.AmountOut = store.AmountRange{Min: new(int64(1_000_000))} }},
		{"reference", func(f *store.TransactionFilter, rows int) { f.Reference = fmt.Sprintf("FT%08d", rows/2) }},
		{"content", func(f *store.TransactionFilter, _ int) { f.Content = "chuyển tiền" }},
		{"q", func(f *store.TransactionFilter, rows int) { f.Query = fmt.Sprintf("dh%07d", rows/4) }},
		{"q_short", func(f *store.TransactionFilter, _ int) { f.Query = "h" }},
		{"type", func(f *store.TransactionFilter, _ int) { f.TransferType = store.Out }},
		{"delivered", func(f *store.TransactionFilter, _ int) { f.Delivered = new(false) }},
		{"since_id", func(f *store.TransactionFilter, rows int) { f.FromID = store.Transactions.FirstID + int64(rows)/2 }},
	}
	transactionSorts = []transactionOption{
		sorted("by_date", store.TransactionSort{By: store.ByDate}),
		sorted("by_id", store.TransactionSort{By: store.ByID}),
		sorted("by_amount_in", store.TransactionSort{By: store.ByAmountIn, Desc: true}),
		sorted("by_amount_out", store.TransactionSort{By: store.ByAmountOut}),
		sorted("by_date_amount_in", store.TransactionSort{By: store.ByDate, Desc: true}, store.TransactionSort{By: store.ByAmountIn}),
		sorted("by_date_amount_out", store.TransactionSort{By: store.ByDate}, store.TransactionSort{By: store.ByAmountOut, Desc: true}),
		sorted("by_amounts", store.TransactionSort{By: store.ByAmountIn, Desc: true}, store.TransactionSort{By: store.ByAmountOut}),
	}
	orderFilters = []listOption[store.OrderFilter]{
		{"status", func(f *store.OrderFilter, _ int) { f.Status = store.OrderWaiting }},
		{"customer", func(f *store.OrderFilter, _ int) { f.CustomerID = listCustomers[77] }},
		{"text", func(f *store.OrderFilter, _ int) { f.Query = "đơn hàng 99" }},
		{"text_all", func(f *store.OrderFilter, _ int) { f.Query = "INV" }},
		{"created", func(f *store.OrderFilter, rows int) {
			f.Created = store.TimeRange{From: epoch.Add(time.Duration(rows/3) * time.Minute)}
		}},
		{"ascending", func(f *store.OrderFilter, _ int) { f.Ascending = true }},
	}
)

// pairs returns each option alone and each pair of two.
func pairs[F any](alone []listOption[F], with []listOption[F]) []listOption[F] {
	all := append([]listOption[F]{}, alone...)
	for i, one := range alone {
		for _, two := range append(alone[i+1:len(alone):len(alone)], with...) {
			all = append(all, listOption[F]{one.name + "+" + two.name, func(f *F, rows int) {
				one.set(f, rows)
				two.set(f, rows)
			}})
		}
	}
	return append(all, with...)
}

// BenchmarkList reads 20 rows and the total by every documented filter and sort,
// and by every pair. A row of company is one with a thousandth of a million
// rows.
func BenchmarkList(b *testing.B) {
	for _, size := range listSizes {
		for _, o := range pairs(transactionFilters, transactionSorts) {
			b.Run("transactions/"+o.name+"/of_"+size.name, func(b *testing.B) {
				f := store.TransactionFilter{Company: company}
				o.set(&f, size.rows)
				benchmarkList(b, size.store(), func(r store.Reader) error {
					_, err := store.ListTransactions(r, f, store.Window{Limit: 20})
					return err
				})
			})
		}
		for _, o := range pairs(orderFilters, nil) {
			b.Run("orders/"+o.name+"/of_"+size.name, func(b *testing.B) {
				f := store.OrderFilter{Company: company, Listed: true}
				o.set(&f, size.rows)
				benchmarkList(b, size.store(), func(r store.Reader) error {
					_, err := store.ListOrders(r, f, store.Window{Limit: 20})
					return err
				})
			})
		}
	}
	for _, o := range append(transactionFilters, transactionSorts...) {
		b.Run("company/"+o.name, func(b *testing.B) {
			f := store.TransactionFilter{Company: "company-77"}
			o.set(&f, 1_000_000)
			benchmarkList(b, many(), func(r store.Reader) error {
				_, err := store.ListTransactions(r, f, store.Window{Limit: 20})
				return err
			})
		})
	}
}

func benchmarkList(b *testing.B, s *memory.Store, list func(store.Reader) error) {
	b.ReportAllocs()
	for b.Loop() {
		check(b, s.View(b.Context(), list))
	}
}
