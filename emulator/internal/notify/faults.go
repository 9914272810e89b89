package notify

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// maxBehind is how long a delivery waits to be overtaken by another one, by the
// emulator's clock.
const maxBehind = time.Hour

// lose ends a new delivery when a fault loses the notices of the update.
func lose(w store.Writer, d *store.Delivery) {
	if hit := fault.LostBy(w.Context()); hit != nil {
		d.Status, d.Reason, d.NextAttemptAt = store.Failed, lostBy(hit), time.Time{}
		d.Faults = append(slices.Clip(d.Faults), hit.String())
	}
}

func lostBy(hit *fault.Hit) string { return "lost (fault " + hit.String() + ")" }

// choose returns the fault of a due delivery. A delivery that a fault delayed
// is not decided again.
func (n *Notifier) choose(c *fault.Choice, d *store.Delivery) *fault.Hit {
	attempt := d.Tries() + 1
	if c == nil || d.Decided == attempt || n.tooOld(d) {
		return nil
	}
	return c.Delivery(fault.Delivery{ID: d.ID, Kind: string(d.Kind), Company: d.Company, Subject: d.Subject, Attempt: attempt})
}

// putOff applies a fault's effect before anything is sent.
func (n *Notifier) putOff(d *store.Delivery, hit *fault.Hit) {
	now := n.config.Clock.Now()
	switch {
	case hit.Do.Drop:
		d.Status, d.Reason = store.Failed, lostBy(hit)
	case hit.Do.Delay != "":
		wait, _ := input.Duration(hit.Do.Delay) // was checked when the rule was set
		d.Status, d.NextAttemptAt = store.Waiting, now.Add(wait)
	case hit.Do.Reorder:
		d.Status, d.NextAttemptAt, d.Behind = store.Waiting, now.Add(maxBehind), true
	default:
		return // the attempt itself is changed
	}
	d.Decided = d.Tries() + 1
	d.Faults = append(slices.Clip(d.Faults), hit.String())
}

// release makes the deliveries due that waited for d to be sent.
func (n *Notifier) release(w store.Writer, d *store.Delivery) error {
	behind, err := store.DeliveriesBehind(w, d)
	if err != nil {
		return err
	}
	for _, b := range behind {
		b.Behind, b.NextAttemptAt = false, n.config.Clock.Now()
		if err := store.Deliveries.Put(w, b); err != nil {
			return err
		}
	}
	return nil
}

// plan returns and removes the fault of a claimed delivery.
func (n *Notifier) plan(id int64) *fault.Hit {
	n.mu.Lock()
	defer n.mu.Unlock()
	hit := n.plans[id]
	delete(n.plans, id)
	return hit
}

// copies is how many more times the attempt is sent.
func (j job) copies() int {
	if j.fault == nil {
		return 0
	}
	return j.fault.Do.Duplicate
}

// copy sends an attempt's request once more.
func (n *Notifier) copy(ctx context.Context, j job, of store.Attempt) store.Attempt {
	a := store.Attempt{Number: of.Number, At: n.config.Clock.Now(), URL: of.URL, Fault: of.Fault, Copy: true}
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	passed := clock.Stopwatch()
	var err error
	if of.RequestHeaders == nil {
		err = errToken
	} else {
		a.RequestHeaders = maps.Clone(of.RequestHeaders)
		a.Response, err = n.post(ctx, of.URL, a.RequestHeaders, j.delivery.Body)
	}
	noteError(&a, err)
	a.Duration = passed()
	return a
}

// compose returns the headers and body of an attempt, changed by its fault.
func (n *Notifier) compose(ctx context.Context, j job, a *store.Attempt) (map[string]string, []byte, error) {
	body := j.delivery.Body
	if j.fault == nil {
		headers, err := n.headers(ctx, j, a.At)
		return headers, body, err
	}
	a.Fault = j.fault.String()
	do, at := j.fault.Do, a.At
	if age, err := input.Offset(do.StaleTimestamp); err == nil && do.StaleTimestamp != "" {
		at = at.Add(-age)
	}
	if idle(j, do) {
		a.Fault += ", without effect"
	}
	if do.WrongAuth != "" {
		j.webhook, j.endpoint = withoutRight(j.webhook, j.endpoint, do.WrongAuth)
	}
	if do.Tamper != nil {
		changed := tampered(j.delivery, *do.Tamper)
		body, a.Body = changed.Body, changed.Body
		if do.Tamper.Signature == "fresh" {
			j.delivery = changed
		}
	}
	headers, err := n.headers(ctx, j, at)
	if do.WrongAuth == fault.AuthWrong && j.webhook.AuthenType == store.AuthOAuth2 {
		headers["Authorization"], err = "Bearer "+wrong, nil
	}
	return headers, body, err
}

// idle returns whether a fault has nothing to change: no credential, no
// timestamp, or a body that its edit leaves the same.
func idle(j job, do fault.Do) bool {
	switch {
	case do.WrongAuth != "" && j.endpoint.ipn != nil:
		return j.endpoint.ipn.AuthType != store.IPNSecret
	case do.WrongAuth != "":
		return j.webhook.AuthenType == store.AuthNone
	case do.StaleTimestamp != "":
		return j.endpoint.ipn != nil || j.webhook.AuthenType != store.AuthHMAC
	case do.Tamper != nil:
		return bytes.Equal(tampered(j.delivery, *do.Tamper).Body, j.delivery.Body)
	}
	return false
}

// wrong is a credential that is valid nowhere.
const wrong = "wrong-credential"

// withoutRight replaces or removes the credentials of a webhook or IPN.
func withoutRight(h store.Webhook, e endpoint, how fault.WrongAuth) (store.Webhook, endpoint) {
	if e.ipn != nil {
		ipn := *e.ipn
		if ipn.Secret = wrong; how == fault.AuthMissing {
			ipn.AuthType = store.IPNNone
		}
		e.ipn = &ipn
		return h, e
	}
	h.APIKey, h.SecretKey = wrong, wrong
	if how == fault.AuthMissing {
		h.AuthenType = store.AuthNone
	}
	return h, e
}
