package memory_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
)

// waiting is delivery i, which waits for an attempt a minute after that of i-1.
func waiting(i int) store.Delivery {
	at := epoch.Add(time.Duration(i) * time.Minute)
	return store.Delivery{
		ID: int64(i + 1), Kind: store.KindWebhook, Origin: store.OriginTransaction, Company: company, WebhookID: int64(1 + i%5),
		Subject: fmt.Sprint(store.Transactions.FirstID + int64(i)), TransactionID: store.Transactions.FirstID + int64(i),
		Status: store.Waiting, CreatedAt: at, NextAttemptAt: at,
	}
}

// grown are the numbers that grow, of companies, webhooks and waiting deliveries.
// Each row changes one of the first.
var grown = []struct{ companies, webhooks, deliveries int }{
	{1, 1, 100},
	{1000, 1, 100},
	{1, 50, 100},
	{1, 1, 100_000},
}

// grownStore has a thousand transactions of the first company beside the rest.
func grownStore(companies, webhooks, deliveries int) *memory.Store {
	s := memory.New()
	fill(s, store.Companies, companies, func(i int) store.Company {
		c := store.Company{Number: int64(i + 1), ID: fmt.Sprintf("company-%d", i), Merchant: store.Merchant{MerchantID: fmt.Sprintf("M%d", i)}}
		if i == 0 {
			c.ID = company
		}
		return c
	})
	fill(s, store.Webhooks, webhooks*companies, func(i int) store.Webhook {
		h := store.Webhook{ID: int64(i + 1), Company: fmt.Sprintf("company-%d", i/webhooks)}
		if i < webhooks {
			h.Company = company
		}
		return h
	})
	fill(s, store.Transactions, 1000, func(i int) store.Transaction { return listed(i, 1) })
	fill(s, store.Deliveries, deliveries, waiting)
	return s
}

// BenchmarkGrowth does what reads and writes one record or page, beside one and a
// thousand companies, one and 50 webhooks, and a hundred and 100,000 waiting
// deliveries.
func BenchmarkGrowth(b *testing.B) {
	read := func(read func(store.Reader) error) func(*memory.Store, int) error {
		return func(s *memory.Store, _ int) error { return s.View(context.Background(), read) }
	}
	write := func(write func(store.Writer, int) error) func(*memory.Store, int) error {
		return func(s *memory.Store, i int) error {
			return s.Update(context.Background(), func(w store.Writer) error { return write(w, i) })
		}
	}
	works := []struct {
		name string
		do   func(s *memory.Store, i int) error
	}{
		{"next_due", read(func(r store.Reader) error {
			_, _, err := store.NextDue(r)
			return err
		})},
		{"due_deliveries", read(func(r store.Reader) error {
			_, err := store.DueDeliveries(r, epoch.Add(20*time.Minute), 20)
			return err
		})},
		{"company", read(func(r store.Reader) error {
			_, err := store.CompanyByID.Find(r, company)
			return err
		})},
		{"newest_page", read(func(r store.Reader) error {
			_, err := store.ListTransactions(r, store.TransactionFilter{Company: company}, store.Window{Limit: 20})
			return err
		})},
		{"amount_range", read(func(r store.Reader) error {
			f := store.TransactionFilter{Company: company, AmountIn: store.AmountRange{Min: new(int64(500_000))}}
			_, err := store.ListTransactions(r, f, store.Window{Limit: 20})
			return err
		})},
		{"put_delivery", write(func(w store.Writer, i int) error {
			return store.Deliveries.Put(w, waiting(1_000_000+i))
		})},
		{"finish_delivery", write(func(w store.Writer, i int) error {
			d := waiting(i % 100)
			d.Status = []store.DeliveryStatus{store.Succeeded, store.Waiting}[i/100%2]
			return store.Deliveries.Put(w, d)
		})},
		{"put_transaction", write(func(w store.Writer, i int) error { return store.Transactions.Put(w, booked(1000+i)) })},
	}
	for _, g := range grown {
		s := grownStore(g.companies, g.webhooks, g.deliveries)
		kept, err := s.Snapshot(b.Context())
		check(b, err)
		for _, work := range works {
			b.Run(fmt.Sprintf("%s/%d_companies_%d_webhooks_%d_deliveries", work.name, g.companies, g.webhooks, g.deliveries), func(b *testing.B) {
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					check(b, work.do(s, i))
					i++
				}
				b.StopTimer()
				check(b, s.Restore(b.Context(), kept))
			})
		}
	}
}
