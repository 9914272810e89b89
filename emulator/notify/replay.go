package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/localsepay/localsepay/emulator/clock"
	"github.com/localsepay/localsepay/emulator/store"
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

// replayBudget counts the replays of the last minute by company.
type replayBudget struct {
	clock *clock.Clock

	mu   sync.Mutex
	made map[string][]time.Time
	turn uint64
}

// take uses one replay of each company up, or says of which none is left and
// uses none. back returns what was taken.
func (b *replayBudget) take(companies []string) (back func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, turn := b.clock.Read()
	if b.made == nil || turn != b.turn {
		b.made, b.turn = map[string][]time.Time{}, turn
	}
	for _, c := range companies {
		recent := slices.DeleteFunc(b.made[c], func(at time.Time) bool { return now.Sub(at) >= time.Minute })
		if b.made[c] = recent; len(recent) == 0 {
			delete(b.made, c)
		}
		if len(recent) >= replaysAMinute {
			return nil, fmt.Errorf("company %s: %w", c, ErrTooOften)
		}
	}
	for _, c := range companies {
		b.made[c] = append(b.made[c], now)
	}
	return func() { b.giveBack(companies, now) }, nil
}

func (b *replayBudget) giveBack(companies []string, taken time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range companies {
		if i := slices.IndexFunc(b.made[c], taken.Equal); i >= 0 {
			b.made[c] = slices.Delete(b.made[c], i, i+1)
		}
	}
}

// ReplayLabel is how SePay's log marks a replay.
func ReplayLabel(d store.Delivery) string {
	if d.ReplayOf == 0 {
		return ""
	}
	return fmt.Sprintf(replayLabelText, d.ReplayOf)
}

// Replay sends deliveries again, also successful ones: the same body to the
// webhook's present URL, past all filters, once. The originals stay as they
// are. It is all or nothing.
func (n *Notifier) Replay(ctx context.Context, ids ...int64) ([]store.Delivery, error) {
	if len(ids) > maxBatch {
		return nil, ErrBatch
	}
	companies, err := n.ownersOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	giveBack, err := n.replays.take(companies)
	if err != nil {
		return nil, err
	}
	var made []store.Delivery
	err = n.Store.Update(ctx, func(w store.Writer) error {
		made = made[:0]
		for _, id := range ids {
			again, err := n.repeat(w, id)
			if err != nil {
				return err
			}
			made = append(made, again)
		}
		return nil
	})
	if err != nil {
		giveBack()
		return nil, err
	}
	n.Wake()
	return made, nil
}

// ownersOf lists the companies of deliveries, each once.
func (n *Notifier) ownersOf(ctx context.Context, ids []int64) (companies []string, err error) {
	err = n.Store.View(ctx, func(r store.Reader) error {
		for _, id := range ids {
			d, err := store.Deliveries.Get(r, id)
			if err != nil {
				return err
			}
			if !slices.Contains(companies, d.Company) {
				companies = append(companies, d.Company)
			}
		}
		return nil
	})
	return companies, err
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
	d.CreatedAt, d.Attempts = n.Clock.Now(), nil
	d.Faults, d.Decided, d.Behind = nil, 0, false
	d.NextAttemptAt = d.CreatedAt
	return d, store.Deliveries.Put(w, d)
}

// replayable says why there is nowhere to send a delivery again. A webhook
// that is switched off still gets replays.
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
	err := n.Store.Update(ctx, func(w store.Writer) error {
		h, err := store.Webhooks.Get(w, webhook)
		if err != nil {
			return err
		}
		c, err := store.CompanyByID.Find(w, h.Company)
		if err != nil {
			return err
		}
		sample := &store.Transaction{
			Gateway: "MBBank", AccountNumber: "0000012345", Date: n.Clock.Now(), TransferType: store.In, Amount: 10_000,
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
	err = n.Store.View(ctx, func(r store.Reader) (err error) {
		d, err = store.Deliveries.Get(r, d.ID)
		return err
	})
	return d, err
}
