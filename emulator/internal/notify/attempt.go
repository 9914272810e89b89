package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// maxAnswer bounds the stored body of the merchant's answer, maxAnswerHeaders
// its headers, in bytes.
const (
	maxAnswer        = 64 << 10
	maxAnswerHeaders = 16 << 10
)

// retryAfter are the waits before attempts 2 to 8
// (https://developer.sepay.vn/vi/sepay-webhooks/xu-ly-loi).
var retryAfter = []time.Duration{
	1 * time.Minute, 1 * time.Minute, 2 * time.Minute, 3 * time.Minute,
	5 * time.Minute, 8 * time.Minute, 13 * time.Minute,
}

// job is all that an attempt needs, read in one transaction.
type job struct {
	delivery store.Delivery
	endpoint endpoint
	// webhook is the delivery's; the zero value for an IPN.
	webhook  store.Webhook
	settings setting.Values
	// fault is the fault of this attempt, nil for none.
	fault *fault.Hit
}

// endpoint is the destination of a delivery.
type endpoint struct {
	url string
	// gone says why nothing can be sent there any more; empty when it can.
	gone string
	// retries says that SePay tries again after a failure.
	retries bool
	// ipn is set for the gateway's notices.
	ipn *store.IPN
}

// endpointOf finds the present destination of a delivery. A deleted webhook
// counts as gone.
func endpointOf(r store.Reader, d *store.Delivery, c *store.Company) (endpoint, store.Webhook, error) {
	if d.Kind == store.KindIPN {
		ipn := c.Merchant.IPN
		if ipn.Secret == "" {
			ipn.Secret = c.Merchant.SecretKey
		}
		e := endpoint{url: ipn.URL, retries: true, ipn: &ipn}
		if ipn.URL == "" {
			e.gone = noIPN
		}
		return e, store.Webhook{}, nil
	}
	h, err := store.Webhooks.Get(r, d.WebhookID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return endpoint{}, h, err
	}
	e := endpoint{url: h.URL, retries: h.RetryNon2xx}
	if !h.Active {
		e.gone = "the webhook was switched off or deleted"
	}
	return e, h, nil
}

// deliver makes one attempt of a delivery and records the result.
func (n *Notifier) deliver(ctx context.Context, id int64) error {
	j, err := n.load(ctx, id)
	if err != nil {
		return err
	}
	j.fault = n.plan(id)
	if j.endpoint.gone != "" && j.delivery.Origin == store.OriginTransaction {
		return n.giveUp(ctx, j.delivery, j.endpoint.gone)
	}
	a := n.attempt(ctx, j)
	if err := n.conclude(ctx, j, a); err != nil {
		return err
	}
	for range j.copies() {
		if err := n.conclude(ctx, j, n.copy(ctx, j, a)); err != nil {
			return err
		}
	}
	return nil
}

// conclude evaluates an attempt and records it.
func (n *Notifier) conclude(ctx context.Context, j job, a store.Attempt) error {
	if ctx.Err() != nil {
		return nil // paused: what was broken off is not recorded
	}
	n.attempts.Add(1)
	v := webhookVerdict(j, a)
	a.Label, a.Error = v.label, v.problem
	refused := n.refused(j, a)
	if refused != nil {
		v.problem += ". " + refused.title + ". " + refused.hint
	}
	found, err := n.findings(ctx, j, a, v, refused)
	if err == nil {
		err = n.record(ctx, j, a, v, found)
	}
	if err == nil {
		n.trim(ctx, j.delivery.ID, a.Size())
	}
	return err
}

// load reads a delivery and its destination.
func (n *Notifier) load(ctx context.Context, id int64) (j job, err error) {
	err = n.config.Store.View(ctx, func(r store.Reader) error {
		if j.delivery, err = store.Deliveries.Get(r, id); err != nil {
			return err
		}
		c, err := store.CompanyByID.Find(r, j.delivery.Company)
		if err != nil {
			return err
		}
		j.settings = n.config.Settings.Over(c.Settings)
		j.endpoint, j.webhook, err = endpointOf(r, &j.delivery, &c)
		return err
	})
	return j, err
}

// attempt sends the request. It fills in everything except the verdict.
func (n *Notifier) attempt(ctx context.Context, j job) store.Attempt {
	a := store.Attempt{Number: j.delivery.Tries() + 1, At: n.config.Clock.Now(), URL: j.endpoint.url}
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	passed := clock.Stopwatch()
	headers, body, err := n.compose(ctx, j, &a)
	if err == nil {
		a.RequestHeaders = headers
		a.Response, err = n.post(ctx, j.endpoint.url, headers, body)
	}
	noteError(&a, err)
	a.Duration = passed()
	return a
}

// noteError records why no answer came.
func noteError(a *store.Attempt, err error) {
	if err == nil {
		return
	}
	a.Error = err.Error()
	if !errors.Is(err, errToken) {
		a.ErrorCode, a.Label = curlError(err)
	}
}

// headers returns the headers of the attempt, with a new signature.
func (n *Notifier) headers(ctx context.Context, j job, at time.Time) (map[string]string, error) {
	if j.endpoint.ipn != nil {
		return ipnHeaders(j), nil
	}
	h := map[string]string{"Content-Type": j.delivery.ContentType, "User-Agent": "SePay-Webhook/1.0"}
	switch j.webhook.AuthenType {
	case store.AuthAPIKey:
		h["Authorization"] = "Apikey " + j.webhook.APIKey
	case store.AuthSecret:
		h["X-Secret-Key"] = j.webhook.SecretKey
	case store.AuthHMAC:
		signed := j.delivery.SignedBody
		if signed == nil {
			signed = j.delivery.Body
		}
		h[HeaderTimestamp] = strconv.FormatInt(at.Unix(), 10)
		h[HeaderSignature] = Sign(j.webhook.SecretKey, at.Unix(), signed)
	case store.AuthOAuth2:
		token, err := n.token(ctx, j.webhook)
		if err != nil {
			return h, err
		}
		h["Authorization"] = "Bearer " + token
	}
	return h, nil
}

// post sends a request, with header names spelled as given, and reads the
// answer. Redirects are not followed.
func (n *Notifier) post(ctx context.Context, url string, headers map[string]string, body []byte) (*store.Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range headers {
		req.Header[name] = []string{value}
	}
	res, err := n.client.roundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	kept, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	answer := &store.Answer{Status: res.StatusCode, Headers: map[string]string{}, Body: kept}
	if len(kept) > maxAnswer {
		answer.Body, answer.Truncated = kept[:maxAnswer], true
	}
	room := maxAnswerHeaders
	for _, name := range slices.Sorted(maps.Keys(res.Header)) {
		value := strings.Join(res.Header[name], ", ")
		if room -= len(name) + len(value); room < 0 {
			answer.Truncated = true
			break
		}
		answer.Headers[name] = value
	}
	return answer, nil
}

// record stores an attempt: the delivery's next state and, after a success, the
// transaction's count, with their facts.
func (n *Notifier) record(ctx context.Context, j job, a store.Attempt, v verdict, found []finding.Finding) error {
	return n.config.Store.Update(ctx, func(w store.Writer) error {
		d, err := store.Deliveries.Get(w, j.delivery.ID)
		if err != nil {
			return err
		}
		for _, f := range found {
			w.Emit(finding.Fact(f))
		}
		d.Attempts = append(slices.Clip(d.Attempts), a)
		if a.Copy {
			return n.put(w, d)
		}
		if a.Fault != "" {
			d.Faults = append(slices.Clip(d.Faults), a.Fault)
		}
		d.NextAttemptAt, d.Decided = time.Time{}, 0
		tries := d.Tries()
		d.Reason = v.problem
		switch {
		case v.ok:
			d.Status = store.Succeeded
		case v.retry && d.Origin == store.OriginTransaction && j.endpoint.retries && tries <= len(retryAfter):
			d.Status, d.NextAttemptAt = store.Waiting, n.config.Clock.Now().Add(retryAfter[tries-1])
		default:
			d.Status = store.Failed
		}
		if v.ok && d.TransactionID != 0 {
			t, err := store.Transactions.Get(w, d.TransactionID)
			if err != nil {
				return err
			}
			t.WebhookSuccess++
			if err := store.Transactions.Put(w, t); err != nil {
				return err
			}
		}
		if err := n.put(w, d); err != nil {
			return err
		}
		return n.release(w, &d)
	})
}

// put stores a delivery and emits its state.
func (n *Notifier) put(w store.Writer, d store.Delivery) error {
	w.Emit(fact.Fact{At: n.config.Clock.Now(), Company: d.Company, Subject: subjectOf(&d), Type: fact.Delivery, Data: Delivered{&d}})
	return store.Deliveries.Put(w, d)
}

// Delivered is the data of a fact about a delivery: the delivery as it was then,
// which must not be changed.
type Delivered struct{ *store.Delivery }

// subjectOf returns the subject of a delivery.
func subjectOf(d *store.Delivery) string {
	if d.Kind == store.KindIPN {
		return fact.About(fact.Order, d.Subject)
	}
	return fact.About(fact.Transaction, d.Subject)
}

// giveUp ends a delivery without another attempt.
func (n *Notifier) giveUp(ctx context.Context, d store.Delivery, reason string) error {
	d.Status, d.Reason, d.NextAttemptAt = store.Failed, reason, time.Time{}
	return n.config.Store.Update(ctx, func(w store.Writer) error { return n.put(w, d) })
}
