package memory_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
)

// The fixtures: one company, ten accounts, one transfer a minute.
const (
	company  = "acme"
	accounts = 10
	batch    = 10_000
)

var epoch = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

var (
	thousand = sync.OnceValue(func() *memory.Store { return filled(1_000) })
	hundredK = sync.OnceValue(func() *memory.Store { return filled(100_000) })
	million  = sync.OnceValue(func() *memory.Store { return filled(1_000_000) })
)

// filled returns a store with n transactions.
func filled(n int) *memory.Store {
	s := memory.New()
	for at := 0; at < n; at += batch {
		err := s.Update(context.Background(), func(w store.Writer) error {
			for i := at; i < min(at+batch, n); i++ {
				if err := store.Transactions.Put(w, transfer(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			panic(err)
		}
	}
	runtime.GC() // the fixture's garbage is not what is measured
	return s
}

func transfer(i int) store.Transaction {
	account := i % accounts
	t := store.Transaction{
		ID:             store.Transactions.FirstID + int64(i),
		XID:            xid(i),
		Company:        company,
		BankAccountID:  int64(account + 1),
		BankAccountXID: accountXID(account),
		Gateway:        "MBBank",
		AccountNumber:  fmt.Sprintf("0%09d", account),
		Date:           epoch.Add(time.Duration(i) * time.Minute),
		TransferType:   store.In,
		Amount:         int64(10_000 + i*7919%1_000_000),
		Content:        "DH100 thanh toan don hang",
		Reference:      fmt.Sprintf("FT%08d", i),
		Code:           "DH100",
		CreatedAt:      epoch.Add(time.Duration(i) * time.Minute),
	}
	if i%3 == 0 {
		t.TransferType = store.Out
	}
	return t
}

func xid(i int) string        { return fmt.Sprintf("7f3a0000-0000-4000-8000-%012d", i*7919%2_147_483_647) }
func accountXID(i int) string { return fmt.Sprintf("ac000000-0000-4000-8000-%012d", i) }

// BenchmarkInsert commits one transaction at a time, as a transfer does, and a
// thousand at a time, as seed data does.
func BenchmarkInsert(b *testing.B) {
	for _, size := range sizes {
		base := size.store
		for _, group := range []int{1, 1000} {
			b.Run(fmt.Sprintf("into_%s/%d_an_update", size.name, group), func(b *testing.B) {
				s := base()
				kept, err := s.Snapshot(b.Context())
				check(b, err)
				b.ReportAllocs()
				i := size.rows
				for b.Loop() {
					err := s.Update(b.Context(), func(w store.Writer) error {
						for range group {
							if err := store.Transactions.Put(w, transfer(i)); err != nil {
								return err
							}
							i++
						}
						return nil
					})
					check(b, err)
				}
				b.StopTimer()
				check(b, s.Restore(b.Context(), kept))
				runtime.GC() // nor are the dropped rows the next benchmark's
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*group), "ns/row")
			})
		}
	}
}

var sizes = []struct {
	name  string
	rows  int
	store func() *memory.Store
}{
	{"1k", 1_000, thousand},
	{"1M", 1_000_000, million},
}

// BenchmarkPage reads 20 rows and the total. What must be read off is the
// ratio between the sizes: an index answers all of these. A clean ratio needs
// GOGC=off, -bench Page and a fixed -benchtime such as 20000x: marking the
// million's heap costs both sizes more than their pages, and without a
// collector an open-ended benchmark, or the inserts, fill the machine.
func BenchmarkPage(b *testing.B) {
	pages := []struct {
		name   string
		filter func(rows int) store.TransactionFilter
		// skip is the offset as a part of the list.
		skip float64
	}{
		{name: "newest", filter: every},
		{name: "middle", filter: every, skip: 0.5},
		{name: "by_account", filter: func(int) store.TransactionFilter {
			return store.TransactionFilter{BankAccountXID: accountXID(3)}
		}},
		{name: "by_date_range", filter: func(rows int) store.TransactionFilter {
			from := epoch.Add(time.Duration(rows/2) * time.Minute)
			return store.TransactionFilter{Dates: store.TimeRange{From: from, To: from.AddDate(0, 0, 1)}}
		}},
		{name: "by_amount", filter: func(int) store.TransactionFilter {
			return store.TransactionFilter{Sort: []store.TransactionSort{{By: store.ByAmountIn, Desc: true}}}
		}},
		{name: "since_id", filter: func(rows int) store.TransactionFilter {
			return store.TransactionFilter{
				FromID: store.Transactions.FirstID + int64(rows)/2,
				Sort:   []store.TransactionSort{{By: store.ByID}},
			}
		}},
	}
	for _, page := range pages {
		for _, size := range sizes {
			b.Run(page.name+"/of_"+size.name, func(b *testing.B) {
				f := page.filter(size.rows)
				f.Company = company
				benchmarkPage(b, size.store(), f, store.Window{Offset: int(page.skip * float64(size.rows)), Limit: 20})
			})
		}
	}
}

func every(int) store.TransactionFilter { return store.TransactionFilter{} }

func benchmarkPage(b *testing.B, s *memory.Store, f store.TransactionFilter, win store.Window) {
	b.ReportAllocs()
	for b.Loop() {
		err := s.View(b.Context(), func(r store.Reader) error {
			page, err := store.ListTransactions(r, f, win)
			if err == nil && len(page.Rows) != win.Limit {
				err = fmt.Errorf("%d rows", len(page.Rows))
			}
			return err
		})
		check(b, err)
	}
}

// BenchmarkSnapshotRestore is what a test pays to put its world back.
func BenchmarkSnapshotRestore(b *testing.B) {
	for _, size := range []struct {
		name  string
		rows  int
		store func() *memory.Store
	}{{"100k", 100_000, hundredK}, {"1M", 1_000_000, million}} {
		for _, inserts := range []int{0, 1, 1000} {
			b.Run(fmt.Sprintf("of_%s_with_%d_inserts_between", size.name, inserts), func(b *testing.B) {
				s := size.store()
				b.ReportAllocs()
				for b.Loop() {
					kept, err := s.Snapshot(b.Context())
					check(b, err)
					for i := range inserts {
						check(b, s.Update(b.Context(), func(w store.Writer) error { return store.Transactions.Put(w, transfer(size.rows+i)) }))
					}
					check(b, s.Restore(b.Context(), kept))
				}
			})
		}
	}
}

// BenchmarkGet finds one transaction.
func BenchmarkGet(b *testing.B) {
	finds := []struct {
		name string
		find func(r store.Reader, i int) error
	}{
		{"by_xid", func(r store.Reader, i int) error {
			_, err := store.TransactionByXID.Find(r, xid(i))
			return err
		}},
		{"by_id", func(r store.Reader, i int) error {
			_, err := store.Transactions.Get(r, store.Transactions.FirstID+int64(i))
			return err
		}},
	}
	for _, get := range finds {
		for _, size := range sizes {
			b.Run(get.name+"/of_"+size.name, func(b *testing.B) {
				s := size.store()
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					check(b, s.View(b.Context(), func(r store.Reader) error { return get.find(r, i) }))
					i = (i + 617) % size.rows
				}
			})
		}
	}
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkEmit commits one transaction without a fact, with one and with five;
// what a fact costs is the difference.
func BenchmarkEmit(b *testing.B) {
	for _, facts := range []int{0, 1, 5} {
		b.Run(fmt.Sprint(facts), func(b *testing.B) {
			s := memory.New()
			t := transfer(0)
			f := fact.Fact{At: epoch, Company: company, Type: fact.Transaction, Subject: "transaction 1"}
			b.ReportAllocs()
			for b.Loop() {
				check(b, s.Update(b.Context(), func(w store.Writer) error {
					for range facts {
						w.Emit(f)
					}
					return store.Transactions.Put(w, t)
				}))
			}
		})
	}
}
