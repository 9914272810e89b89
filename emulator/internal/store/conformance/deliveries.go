package conformance

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

var deliveries = []check{
	{"every set of filters on deliveries gives what a plain loop gives", func(t *testing.T, s store.Store) {
		roll := fixed(7)
		rows := drawDeliveries(roll, 60)
		put(t, s, store.Deliveries, rows...)
		for set := range 1 << len(deliveryOptions) {
			for range 3 {
				var f store.DeliveryFilter
				for i, option := range deliveryOptions {
					if set&(1<<i) != 0 {
						option(&f, roll)
					}
				}
				want := plainDeliveries(rows, f)
				for _, win := range windows {
					var page store.Page[store.Delivery]
					view(t, s, func(r store.Reader) (err error) {
						page, err = store.ListDeliveries(r, f, win)
						return err
					})
					samePage(t, fmt.Sprintf("%+v %+v", f, win), store.Deliveries, want, page, win)
				}
			}
		}
	}},
	{"due deliveries come by their time and end at the one asked for", func(t *testing.T, s store.Store) {
		put(t, s, store.Deliveries, queue()...)
		for _, c := range []struct {
			name  string
			now   time.Time
			limit int
			want  []int64
		}{
			{"before all", minute(-1), 10, nil},
			{"at the first", minute(0), 10, []int64{5}},
			{"between two", minute(1), 10, []int64{5}},
			{"at two of one time", minute(2), 10, []int64{5, 3, 7}},
			{"a microsecond before", minute(9).Add(-time.Microsecond), 10, []int64{5, 3, 7}},
			{"at the last", minute(9), 10, []int64{5, 3, 7, 1}},
			{"no more than the limit", minute(9), 2, []int64{5, 3}},
			{"whenever due", time.Time{}, 10, []int64{5, 3, 7, 1}},
			{"whenever due, one", time.Time{}, 1, []int64{5}},
			{"none asked for", minute(9), 0, nil},
		} {
			view(t, s, func(r store.Reader) error {
				rows, err := store.DueDeliveries(r, c.now, c.limit)
				same(t, c.name, c.want, ids(store.Deliveries, rows))
				return err
			})
		}
		view(t, s, func(r store.Reader) error {
			n, err := store.CountDue(r)
			same(t, "count", 4, n)
			return err
		})
	}},
	{"the next due time moves on as deliveries are sent", func(t *testing.T, s store.Store) {
		nothingDue(t, s)
		put(t, s, store.Deliveries, queue()...)
		for _, step := range []struct {
			id   int64
			next time.Time
		}{{5, minute(2)}, {3, minute(2)}, {7, minute(9)}} {
			put(t, s, store.Deliveries, store.Delivery{ID: step.id, Status: store.Sending, NextAttemptAt: minute(0)})
			view(t, s, func(r store.Reader) error {
				at, ok, err := store.NextDue(r)
				if !ok || !at.Equal(step.next) {
					t.Errorf("next due after %d: %v %v, want %v", step.id, at, ok, step.next)
				}
				return err
			})
		}
		update(t, s, func(w store.Writer) error { return store.Deliveries.Delete(w, 1) })
		nothingDue(t, s)
		put(t, s, store.Deliveries, store.Delivery{ID: 3, Status: store.Waiting, NextAttemptAt: minute(30)})
		view(t, s, func(r store.Reader) error {
			at, ok, err := store.NextDue(r)
			if !ok || !at.Equal(minute(30)) {
				t.Errorf("next due after a retry was planned: %v %v", at, ok)
			}
			return err
		})
	}},
	{"a queued delivery without a time is due before all others", func(t *testing.T, s store.Store) {
		put(t, s, store.Deliveries, append(queue(), store.Delivery{ID: 20, Status: store.Queued})...)
		view(t, s, func(r store.Reader) error {
			rows, err := store.DueDeliveries(r, minute(-1), 10)
			same(t, "due", []int64{20}, ids(store.Deliveries, rows))
			return err
		})
	}},
	{"deliveries under way are found", func(t *testing.T, s store.Store) {
		put(t, s, store.Deliveries, queue()...)
		view(t, s, func(r store.Reader) error {
			rows, err := store.SendingDeliveries(r)
			same(t, "sending", []int64{2, 6}, ids(store.Deliveries, rows))
			return err
		})
		put(t, s, store.Deliveries, store.Delivery{ID: 2, Status: store.Succeeded})
		view(t, s, func(r store.Reader) error {
			rows, err := store.SendingDeliveries(r)
			same(t, "sending after one succeeded", []int64{6}, ids(store.Deliveries, rows))
			return err
		})
	}},
	{"the oldest finished deliveries come first", func(t *testing.T, s store.Store) {
		put(t, s, store.Deliveries, append(queue(), store.Delivery{ID: 9, Status: store.Failed})...)
		view(t, s, func(r store.Reader) error {
			total, err := store.CountDeliveries(r)
			same(t, "total", 9, total)
			if err != nil {
				return err
			}
			rows, err := store.OldestFinished(r, 2)
			same(t, "oldest", []int64{4, 8}, ids(store.Deliveries, rows))
			return err
		})
		put(t, s, store.Deliveries, store.Delivery{ID: 4, Status: store.Waiting})
		view(t, s, func(r store.Reader) error {
			rows, err := store.OldestFinished(r, 5)
			same(t, "oldest when the first waits again", []int64{8, 9}, ids(store.Deliveries, rows))
			return err
		})
	}},
}

func minute(n int) time.Time { return instants[0].Add(time.Duration(n) * time.Minute) }

// queue has four deliveries that are due: 5, then 3 and 7 together, then 1.
func queue() []store.Delivery {
	return []store.Delivery{
		{ID: 1, Status: store.Waiting, NextAttemptAt: minute(9)},
		{ID: 2, Status: store.Sending, NextAttemptAt: minute(0)},
		{ID: 3, Status: store.Waiting, NextAttemptAt: minute(2)},
		{ID: 4, Status: store.Succeeded},
		{ID: 5, Status: store.Queued, NextAttemptAt: minute(0)},
		{ID: 6, Status: store.Sending},
		{ID: 7, Status: store.Queued, NextAttemptAt: minute(2)},
		{ID: 8, Status: store.Skipped, NextAttemptAt: minute(1)},
	}
}

func nothingDue(t *testing.T, s store.Store) {
	t.Helper()
	view(t, s, func(r store.Reader) error {
		if at, ok, err := store.NextDue(r); ok || err != nil {
			t.Errorf("next due: %v %v %v, want none", at, ok, err)
		}
		n, err := store.CountDue(r)
		same(t, "count", 0, n)
		return err
	})
}

func drawDeliveries(roll roll, n int) []store.Delivery {
	rows := make([]store.Delivery, 0, n)
	for i := range n {
		rows = append(rows, store.Delivery{
			ID:        int64(i + 1),
			Company:   companies[roll(2)],
			Kind:      []store.DeliveryKind{store.KindWebhook, store.KindIPN}[roll(2)],
			Status:    deliveryStatuses[roll(len(deliveryStatuses))],
			WebhookID: int64(roll(3)),
			Subject:   []string{"", "90000001", "9000000"}[roll(3)],
		})
	}
	return rows
}

var deliveryStatuses = []store.DeliveryStatus{
	store.Queued, store.Sending, store.Waiting, store.Succeeded, store.Failed, store.Skipped,
}

var deliveryOptions = []func(f *store.DeliveryFilter, roll roll){
	func(f *store.DeliveryFilter, roll roll) { f.Company = []string{"acme", "other", "acm"}[roll(3)] },
	func(f *store.DeliveryFilter, roll roll) {
		f.Kind = []store.DeliveryKind{store.KindWebhook, store.KindIPN}[roll(2)]
	},
	func(f *store.DeliveryFilter, roll roll) { f.Status = deliveryStatuses[roll(len(deliveryStatuses))] },
	func(f *store.DeliveryFilter, roll roll) { f.WebhookID = int64(roll(3)) },
	func(f *store.DeliveryFilter, roll roll) { // a subject needs a company
		f.Company, f.Subject = companies[roll(2)], []string{"90000001", "9000000", "1"}[roll(3)]
	},
	func(f *store.DeliveryFilter, roll roll) { f.Before = int64(roll(70)) },
}

func plainDeliveries(rows []store.Delivery, f store.DeliveryFilter) []store.Delivery {
	var list []store.Delivery
	for _, d := range rows {
		if (f.Company == "" || d.Company == f.Company) &&
			(f.Kind == "" || d.Kind == f.Kind) &&
			(f.Status == "" || d.Status == f.Status) &&
			(f.WebhookID == 0 || d.WebhookID == f.WebhookID) &&
			(f.Subject == "" || d.Subject == f.Subject) &&
			(f.Before == 0 || d.ID < f.Before) {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b store.Delivery) int { return int(b.ID - a.ID) })
	return list
}
