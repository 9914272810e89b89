package notify

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// maxQueueAge is how old a queued delivery may get before SePay no longer
// picks it up.
const maxQueueAge = 5 * time.Hour

// TransactionRecorded writes a delivery for each active webhook of the
// company: queued, or skipped with the reason.
func (n *Notifier) TransactionRecorded(w store.Writer, c store.Company, t *store.Transaction) ([]store.Delivery, error) {
	hooks, err := store.WebhookByCompany.All(w, c.ID)
	if err != nil {
		return nil, err
	}
	var vaID int64
	if t.VirtualAccountXID != "" {
		va, err := store.VirtualAccountByXID.Find(w, t.VirtualAccountXID)
		if err != nil {
			return nil, err
		}
		vaID = va.ID
	}
	var out []store.Delivery
	for _, h := range hooks {
		if !h.Active {
			continue
		}
		t.HasWebhook = true
		d := store.Delivery{Origin: store.OriginTransaction, Status: store.Queued}
		if d.Reason = Skip(&h, t, vaID); d.Reason != "" {
			d.Status = store.Skipped
		} else {
			lose(w, &d)
		}
		if d, err = n.enqueue(w, c, &h, t, d); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// enqueue completes a delivery about t and writes it.
func (n *Notifier) enqueue(w store.Writer, c store.Company, h *store.Webhook, t *store.Transaction, d store.Delivery) (store.Delivery, error) {
	id, err := store.Deliveries.NextID(w)
	if err != nil {
		return d, err
	}
	empty := n.config.Settings.Over(c.Settings).Get(setting.WebhookSubAccount) == "empty"
	body := Encode(t, h.RequestContentType, empty, "------------------------"+n.config.Seed.Text("boundary", id, derive.LowerHex, 16))
	d.ID, d.Kind, d.Company, d.WebhookID = id, store.KindWebhook, c.ID, h.ID
	d.Subject, d.TransactionID = strconv.FormatInt(t.ID, 10), t.ID
	d.ContentType, d.Body, d.SignedBody = body.ContentType, body.Body, body.Signed
	d.CreatedAt = n.config.Clock.Now()
	if !d.Status.Final() {
		d.NextAttemptAt = d.CreatedAt
	}
	return d, store.Deliveries.Put(w, d)
}

// claimed is a delivery that is being sent, and its fault.
type claimed struct {
	id  int64
	url string
	hit *fault.Hit
}

// claim marks everything that is due as being sent and queues it in the lanes.
func (n *Notifier) claim() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.paused {
		return nil
	}
	if due, err := n.anyDue(); err != nil || !due {
		return err
	}
	var given []claimed
	var pruned int
	var choice *fault.Choice
	err := n.config.Store.Update(n.work, func(w store.Writer) (err error) {
		choice = n.config.Faults.Choose()
		if given, err = n.claimDue(w, choice); err == nil {
			pruned, err = n.prune(w)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("claim due deliveries: %w", err)
	}
	choice.Count()
	n.dropped.Add(int64(pruned))
	for _, c := range given {
		if c.hit != nil {
			n.plans[c.id] = c.hit
		}
		n.assign(c.url, c.id)
	}
	return nil
}

// anyDue returns, without an update, whether a delivery is due.
func (n *Notifier) anyDue() (due bool, err error) {
	err = n.config.Store.View(n.work, func(r store.Reader) error {
		at, ok, err := store.NextDue(r)
		due = ok && !at.After(n.config.Clock.Now())
		return err
	})
	return due, err
}

// claimDue claims what is due and returns what is to be sent.
func (n *Notifier) claimDue(w store.Writer, choice *fault.Choice) (given []claimed, err error) {
	count, err := store.CountDue(w)
	if err != nil {
		return nil, err
	}
	due, err := store.DueDeliveries(w, n.config.Clock.Now(), count)
	if err != nil {
		return nil, err
	}
	for _, d := range due {
		hit := n.choose(choice, &d)
		if d, err = n.claimOne(w, d, hit); err != nil {
			return nil, err
		}
		if d.Status != store.Sending {
			continue
		}
		c, err := store.CompanyByID.Find(w, d.Company)
		if err != nil {
			return nil, err
		}
		e, _, err := endpointOf(w, &d, &c)
		if err != nil {
			return nil, err
		}
		given = append(given, claimed{d.ID, e.url, hit})
	}
	return given, nil
}

// claimOne claims a delivery, gives it up when it is too old, or applies a
// fault in place of its attempt.
func (n *Notifier) claimOne(w store.Writer, d store.Delivery, hit *fault.Hit) (store.Delivery, error) {
	d.Status, d.NextAttemptAt, d.Behind = store.Sending, time.Time{}, false
	switch {
	case hit != nil:
		n.putOff(&d, hit)
		fired := fault.Fired{FaultMark: hit.Mark(), Delivery: d.ID, Surface: string(d.Kind)}
		w.Emit(fault.Fact(fired, n.config.Clock.Now(), d.Company))
	case n.tooOld(&d):
		d.Status = store.Failed
		d.Reason = "older than 5 hours: SePay no longer picks it up"
	}
	if d.Status == store.Failed {
		return d, n.put(w, d)
	}
	return d, store.Deliveries.Put(w, d)
}

// tooOld returns whether SePay would no longer send the delivery. One that a
// fault delayed is sent at any age.
func (n *Notifier) tooOld(d *store.Delivery) bool {
	return d.Decided == 0 && n.config.Clock.Now().Sub(d.CreatedAt) > maxQueueAge
}

// assign adds a delivery to its endpoint's lane. The mutex is held.
func (n *Notifier) assign(url string, id int64) {
	l := n.lanes[url]
	if l == nil {
		l = &lane{}
		n.lanes[url] = l
	}
	l.waiting = append(l.waiting, id)
	n.inFlight++
	if l.workers < laneWidth {
		l.workers++
		go n.drain(url, l)
	}
}

// drain sends the deliveries of a lane until it is empty.
func (n *Notifier) drain(url string, l *lane) {
	for {
		n.mu.Lock()
		if len(l.waiting) == 0 {
			l.workers--
			if l.workers == 0 {
				delete(n.lanes, url)
			}
			n.mu.Unlock()
			return
		}
		id := l.waiting[0]
		l.waiting = l.waiting[1:]
		ctx := n.work
		n.mu.Unlock()

		if err := crash.Try(func() error { return n.deliver(ctx, id) }); err != nil && ctx.Err() == nil {
			n.failed(ctx, id, err)
		}
		n.mu.Lock()
		n.inFlight--
		if n.inFlight == 0 {
			n.idle.Broadcast()
		}
		n.mu.Unlock()
	}
}

// failed ends a delivery after a failure of the emulator itself.
func (n *Notifier) failed(ctx context.Context, id int64, err error) {
	what := "delivery " + strconv.FormatInt(id, 10)
	n.config.Findings.Add(finding.Internal(what, err))
	reason := "localsepay itself failed: " + err.Error()
	err = n.config.Store.Update(ctx, func(w store.Writer) error {
		d, err := store.Deliveries.Get(w, id)
		if err != nil {
			return err
		}
		d.Status, d.Reason, d.NextAttemptAt = store.Failed, reason, time.Time{}
		return n.put(w, d)
	})
	if err != nil {
		n.config.Findings.Add(finding.Internal(what, err))
	}
}

// prune removes the oldest finished deliveries above the log's bound and returns
// their number.
func (n *Notifier) prune(w store.Writer) (int, error) {
	if n.config.Keep == 0 {
		return 0, nil
	}
	total, err := store.CountDeliveries(w)
	if err != nil || total <= n.config.Keep {
		return 0, err
	}
	old, err := store.OldestFinished(w, total-n.config.Keep)
	if err != nil {
		return 0, err
	}
	for _, d := range old {
		if err := store.Deliveries.Delete(w, d.ID); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}
