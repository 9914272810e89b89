package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// The limits of replays (https://developer.sepay.vn/vi/sepay-webhooks/giam-sat).
const (
	maxBatch        = 20
	replaysAMinute  = 10
	replayLabelText = "Phát lại từ #%d"
)

// Why a replay or test is refused.
var (
	ErrBatch       = fmt.Errorf("at most %d deliveries can be replayed at once", maxBatch)
	ErrTooOften    = fmt.Errorf("at most %d replays a minute", replaysAMinute)
	ErrNotReplayed = errors.New("the delivery's webhook is gone, or no IPN URL is set")
)

// takeReplay uses up one of the replays of the last minute, or returns an error
// when none is left. Those that lie in the future do not count: the clock was set back.
func (n *Notifier) takeReplay(w store.Writer, company string) error {
	c, err := store.CompanyByID.Find(w, company)
	if err != nil {
		return err
	}
	now := n.config.Clock.Now()
	recent := slices.DeleteFunc(slices.Clone(c.Replays), func(at time.Time) bool { return at.After(now) || now.Sub(at) >= time.Minute })
	if len(recent) >= replaysAMinute {
		return fmt.Errorf("company %s: %w", company, ErrTooOften)
	}
	c.Replays = append(recent, now)
	return store.Companies.Put(w, c)
}

// ReplayLabel returns the mark of a replay in SePay's log.
func ReplayLabel(d store.Delivery) string {
	if d.ReplayOf == 0 {
		return ""
	}
	return fmt.Sprintf(replayLabelText, d.ReplayOf)
}

// Replay sends deliveries again, also successful ones: the same body to the
// webhook's present URL, without filters and without retries. The originals
// stay unchanged. Either all are sent or none.
func (n *Notifier) Replay(ctx context.Context, ids ...int64) ([]store.Delivery, error) {
	if len(ids) > maxBatch {
		return nil, ErrBatch
	}
	var made []store.Delivery
	err := n.config.Store.Update(ctx, func(w store.Writer) error {
		made = nil
		var companies []string
		for _, id := range ids {
			again, err := n.repeat(w, id)
			if err != nil {
				return err
			}
			made = append(made, again)
			if !slices.Contains(companies, again.Company) {
				companies = append(companies, again.Company)
			}
		}
		for _, company := range companies {
			if err := n.takeReplay(w, company); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

func (n *Notifier) repeat(w store.Writer, id int64) (store.Delivery, error) {
	was, err := store.Deliveries.Get(w, id)
	if err != nil {
		return was, err
	}
	if err := replayable(w, &was); err != nil {
		return was, fmt.Errorf("delivery %d: %w", id, err)
	}
	d := was
	if d.ID, err = store.Deliveries.NextID(w); err != nil {
		return d, err
	}
	d.Origin, d.ReplayOf, d.Status, d.Reason = store.OriginReplay, was.ID, store.Queued, ""
	d.CreatedAt, d.Attempts = n.config.Clock.Now(), nil
	d.Faults, d.Decided, d.Behind = nil, 0, false
	d.NextAttemptAt = d.CreatedAt
	return d, store.Deliveries.Put(w, d)
}

// replayable returns an error when a delivery has no destination any more. An
// inactive webhook still gets replays.
func replayable(r store.Reader, d *store.Delivery) error {
	c, err := store.CompanyByID.Find(r, d.Company)
	if err != nil {
		return err
	}
	if e, _, err := endpointOf(r, d, &c); err != nil || e.url == "" {
		return errors.Join(err, ErrNotReplayed)
	}
	return nil
}

// Test sends a sample payload with id 0 to a webhook, waits for the answer and
// returns it.
func (n *Notifier) Test(ctx context.Context, webhook int64) (store.Delivery, error) {
	var d store.Delivery
	err := n.config.Store.Update(ctx, func(w store.Writer) error {
		h, err := store.Webhooks.Get(w, webhook)
		if err != nil {
			return err
		}
		c, err := store.CompanyByID.Find(w, h.Company)
		if err != nil {
			return err
		}
		sample := &store.Transaction{
			Gateway: "MBBank", AccountNumber: "0000012345", Date: n.config.Clock.Now(), TransferType: store.In, Amount: 10_000,
			Content: "SePay webhook test", Description: "BankAPINotify SePay webhook test", Reference: "SBTEST",
		}
		d, err = n.enqueue(w, c, &h, sample, store.Delivery{Origin: store.OriginTest, Status: store.Sending})
		if err != nil {
			return err
		}
		d.NextAttemptAt = time.Time{}
		return store.Deliveries.Put(w, d)
	})
	if err != nil {
		return d, err
	}
	if err := n.deliver(ctx, d.ID); err != nil {
		return d, err
	}
	err = n.config.Store.View(ctx, func(r store.Reader) (err error) {
		d, err = store.Deliveries.Get(r, d.ID)
		return err
	})
	return d, err
}
