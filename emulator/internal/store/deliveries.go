package store

import (
	"errors"
	"time"
)

// DeliveryFilter selects deliveries. The zero value of a field does not filter.
type DeliveryFilter struct {
	Company   string
	Kind      DeliveryKind
	Status    DeliveryStatus
	WebhookID int64
	// Subject needs Company.
	Subject string
	// Before selects ids smaller than it; 0 selects all.
	Before int64
}

// ListDeliveries returns a window of deliveries, newest first.
func ListDeliveries(r Reader, f DeliveryFilter, win Window) (Page[Delivery], error) {
	ix, scope := deliveriesAll, "all"
	switch {
	case f.Company != "" && f.Subject != "":
		ix, scope = deliveriesBySubject, Scope(f.Company, f.Subject)
	case f.Company != "":
		ix, scope = deliveriesOf, f.Company
	}
	s, err := ix.span(r, scope, minMajor, maxMajor)
	if err == nil && f.Before > 0 {
		s.to, err = r.Rank(&ix.Ordering, Key{Scope: scope, ID: f.Before})
	}
	if err != nil {
		return Page[Delivery]{}, err
	}
	var match func(*Delivery) bool
	if f.Kind != "" || f.Status != "" || f.WebhookID != 0 || (f.Subject != "" && f.Company == "") {
		match = func(d *Delivery) bool {
			return (f.Kind == "" || d.Kind == f.Kind) &&
				(f.Status == "" || d.Status == f.Status) &&
				(f.WebhookID == 0 || d.WebhookID == f.WebhookID) &&
				(f.Subject == "" || d.Subject == f.Subject)
		}
	}
	return pageOf(r, ix, s, true, win, match)
}

// NextDue returns when the earliest waiting delivery is due; ok is false when
// none waits.
func NextDue(r Reader) (at time.Time, ok bool, err error) {
	key, rec, err := r.Seek(&deliveriesDue.Ordering, Key{Scope: scopeDue, Major: minMajor, ID: minMajor})
	switch {
	case errors.Is(err, ErrNotFound), err == nil && key.Scope != scopeDue:
		return time.Time{}, false, nil
	case err != nil:
		return time.Time{}, false, err
	}
	return rec.(*Delivery).NextAttemptAt, true, nil
}

// DueDeliveries returns the deliveries due at or before now, the earliest
// first, at most limit. A zero time returns all that wait.
func DueDeliveries(r Reader, now time.Time, limit int) ([]Delivery, error) {
	_, high := TimeRange{To: now}.majors()
	s, err := deliveriesDue.span(r, scopeDue, minMajor, high)
	if err != nil {
		return nil, err
	}
	page, err := pageOf(r, deliveriesDue, s, false, Window{Limit: limit}, nil)
	return page.Rows, err
}

// CountDue returns how many deliveries have an attempt ahead.
func CountDue(r Reader) (int, error) { return deliveriesDue.Count(r, scopeDue) }

// SendingDeliveries returns the deliveries that an attempt is under way for.
func SendingDeliveries(r Reader) ([]Delivery, error) {
	return deliveriesSending.All(r, string(Sending))
}

// CountDeliveries returns how many deliveries there are.
func CountDeliveries(r Reader) (int, error) { return deliveriesAll.Count(r, "all") }

// OldestFinished returns at most limit finished deliveries with the smallest
// ids.
func OldestFinished(r Reader, limit int) ([]Delivery, error) {
	s, err := deliveriesFinished.span(r, scopeFinished, minMajor, maxMajor)
	if err != nil {
		return nil, err
	}
	page, err := pageOf(r, deliveriesFinished, s, false, Window{Limit: limit}, nil)
	return page.Rows, err
}

// DeliveriesBehind returns the deliveries that wait until d was sent, oldest
// first.
func DeliveriesBehind(r Reader, d *Delivery) ([]Delivery, error) {
	return deliveriesBehind.All(r, d.Lane())
}
