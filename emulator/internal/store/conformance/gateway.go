package conformance

import (
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// monday is when the orders of these checks were made; each is a minute later.
var monday = time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)

func minutes(n int64) time.Time { return monday.Add(time.Duration(n) * time.Minute) }

func gatewayOrders() []store.Order {
	at := func(id int64, o store.Order) store.Order {
		o.ID, o.Listed, o.CreatedAt = id, true, minutes(id)
		if o.Company == "" {
			o.Company = "acme"
		}
		if o.Status == "" {
			o.Status = store.OrderWaiting
		}
		return o
	}
	unlisted := at(5, store.Order{OrderID: "SEPAY-5", InvoiceNumber: "DH5", Amount: 100})
	unlisted.Listed = false
	return []store.Order{
		at(1, store.Order{OrderID: "SEPAY-1", InvoiceNumber: "DH1", Amount: 100, CustomerID: "KH1", Description: "Áo thun"}),
		at(2, store.Order{OrderID: "SEPAY-2", InvoiceNumber: "DH2", Amount: 100, Status: store.OrderCaptured, CapturedAt: minutes(9), Agreement: store.Agreement{ID: "A"}}),
		at(3, store.Order{OrderID: "SEPAY-3", InvoiceNumber: "INV3", Amount: 200, ExpiresAt: minutes(30)}),
		at(4, store.Order{OrderID: "SEPAY-4", InvoiceNumber: "DH4", Amount: 100, ExpiresAt: minutes(20), CustomerID: "KH1"}),
		unlisted,
		at(6, store.Order{Company: "beta", OrderID: "SEPAY-6", InvoiceNumber: "DH1", Amount: 100}),
	}
}

func orderIDs(orders []store.Order) []int64 {
	var ids []int64
	for _, o := range orders {
		ids = append(ids, o.ID)
	}
	return ids
}

var gateway = []check{
	{"orders are listed as the filter says, newest first", func(t *testing.T, s store.Store) {
		put(t, s, store.Orders, gatewayOrders()...)
		for name, c := range map[string]struct {
			filter store.OrderFilter
			want   []int64
		}{
			"all":             {store.OrderFilter{}, []int64{6, 5, 4, 3, 2, 1}},
			"of a company":    {store.OrderFilter{Company: "acme"}, []int64{5, 4, 3, 2, 1}},
			"before":          {store.OrderFilter{Company: "acme", Before: 3}, []int64{2, 1}},
			"listed":          {store.OrderFilter{Company: "acme", Listed: true}, []int64{4, 3, 2, 1}},
			"ascending":       {store.OrderFilter{Company: "acme", Listed: true, Ascending: true}, []int64{1, 2, 3, 4}},
			"by status":       {store.OrderFilter{Company: "acme", Listed: true, Status: store.OrderCaptured}, []int64{2}},
			"by customer":     {store.OrderFilter{Company: "acme", Listed: true, CustomerID: "KH1"}, []int64{4, 1}},
			"by invoice text": {store.OrderFilter{Company: "acme", Listed: true, Query: "inv"}, []int64{3}},
			"by description":  {store.OrderFilter{Company: "acme", Listed: true, Query: "áo"}, []int64{1}},
			"by creation":     {store.OrderFilter{Company: "acme", Listed: true, Created: store.TimeRange{From: minutes(2), To: minutes(3)}}, []int64{3, 2}},
		} {
			view(t, s, func(r store.Reader) error {
				page, err := store.ListOrders(r, c.filter, store.Window{Limit: 10})
				same(t, name, c.want, orderIDs(page.Rows))
				same(t, name+": total", len(c.want), page.Total)
				return err
			})
		}
	}},
	{"waiting orders are found by amount, and by when they expire", func(t *testing.T, s store.Store) {
		put(t, s, store.Orders, gatewayOrders()...)
		view(t, s, func(r store.Reader) error {
			waiting, err := store.OrdersWaitingFor(r, "acme", 100, 10)
			same(t, "listed, waiting for 100", []int64{1, 4}, orderIDs(waiting))
			noError(t, err)
			expiring, err := store.ExpiringOrders(r, time.Time{}, 10)
			same(t, "expiring", []int64{4, 3}, orderIDs(expiring))
			noError(t, err)
			expiring, err = store.ExpiringOrders(r, minutes(20), 10)
			same(t, "expired by then", []int64{4}, orderIDs(expiring))
			noError(t, err)
			for agreement, want := range map[string]bool{"A": true, "B": false, "": false} {
				paid, err := store.AgreementPaid(r, "acme", agreement)
				noError(t, err)
				same(t, "agreement "+agreement, want, paid)
			}
			return nil
		})
	}},
	{"payments are found by order, and by when their time is up", func(t *testing.T, s store.Store) {
		pending := func(id, order int64, due time.Time) store.Payment {
			return store.Payment{ID: id, Order: order, Status: store.PaymentPending, DueAt: due}
		}
		put(t, s, store.Payments, pending(1, 300, minutes(2)), pending(2, 44, minutes(1)), pending(3, 300, time.Time{}),
			store.Payment{ID: 4, Order: 300, Status: store.PaymentDeclined, DueAt: minutes(1)})
		view(t, s, func(r store.Reader) error {
			ids := func(list []store.Payment, err error) []int64 {
				noError(t, err)
				var out []int64
				for _, p := range list {
					out = append(out, p.ID)
				}
				return out
			}
			same(t, "of an order", []int64{1, 3, 4}, ids(store.PaymentsOf(r, 300)))
			same(t, "pending", []int64{2, 1}, ids(store.OverduePayments(r, time.Time{}, 10)))
			same(t, "overdue", []int64{2}, ids(store.OverduePayments(r, minutes(1), 10)))
			return nil
		})
	}},
}

var credentials = []check{
	{"credentials that ended are dropped, a few at a time, and no others", func(t *testing.T, s store.Store) {
		for id := range int64(5) {
			at := minutes(id)
			put(t, s, store.AuthorizationCodes, store.AuthorizationCode{ID: id + 1, Digest: string('a' + rune(id)), ExpiresAt: at})
			put(t, s, store.RefreshTokens, store.RefreshToken{ID: id + 1, Digest: string('a' + rune(id)), ExpiresAt: at})
			put(t, s, store.AccessTokens, store.AccessToken{ID: id + 1, Digest: string('a' + rune(id)), ExpiresAt: at})
			put(t, s, store.Sessions, store.Session{ID: id + 1, Digest: string('a' + rune(id)), ExpiresAt: at})
		}
		for _, want := range []string{"cde", "de", "de"} {
			update(t, s, func(w store.Writer) error { return store.DropExpired(w, minutes(2), 2) })
			left := map[string]string{}
			view(t, s, func(r store.Reader) error {
				for _, digest := range []string{"a", "b", "c", "d", "e"} {
					if _, err := store.AuthorizationCodeByDigest.Find(r, digest); err == nil {
						left["codes"] += digest
					}
					if _, err := store.RefreshTokenByDigest.Find(r, digest); err == nil {
						left["refresh"] += digest
					}
					if _, err := store.AccessTokenByDigest.Find(r, digest); err == nil {
						left["access"] += digest
					}
					if _, err := store.SessionByDigest.Find(r, digest); err == nil {
						left["sessions"] += digest
					}
				}
				return nil
			})
			same(t, "left", map[string]string{"codes": want, "refresh": want, "access": want, "sessions": want}, left)
		}
	}},
}
