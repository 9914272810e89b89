package control

import (
	"context"
	"errors"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// Deliveries lists deliveries, newest first. A company, kind or status that does not
// exist is an error, as it would select nothing.
func (c *Control) Deliveries(ctx context.Context, f wire.DeliveryFilter, limit int) (wire.List[wire.Delivery], error) {
	out := wire.List[wire.Delivery]{Data: []wire.Delivery{}}
	err := errors.Join(
		oneOf("kind", f.Kind, []string{wire.KindWebhook, wire.KindIPN}), oneOf("status", f.Status, store.DeliveryStatuses()), c.hasCompany(ctx, f.Company),
	)
	if err != nil {
		return out, err
	}
	var page store.Page[store.Delivery]
	err = c.config.Store.View(ctx, func(r store.Reader) (err error) {
		page, err = store.ListDeliveries(r, store.DeliveryFilter{
			Company: f.Company, Kind: store.DeliveryKind(f.Kind), Status: store.DeliveryStatus(f.Status),
			WebhookID: f.WebhookID, Subject: f.Subject, Before: f.After,
		}, store.Window{Limit: limit, NoTotal: true})
		return err
	})
	var last int64
	for _, d := range page.Rows {
		out.Data = append(out.Data, c.ShowDelivery(d))
		last = d.ID
	}
	out.Next = cursor(len(page.Rows), limit, last)
	return out, err
}

// Delivery returns one delivery with all of its attempts.
func (c *Control) Delivery(ctx context.Context, id int64) (wire.Delivery, error) {
	var d store.Delivery
	err := c.config.Store.View(ctx, func(r store.Reader) (err error) {
		d, err = store.Deliveries.Get(r, id)
		return err
	})
	if err != nil {
		return wire.Delivery{}, err
	}
	return c.ShowDelivery(d), nil
}

// Replay sends deliveries again: 20 at most, and 10 calls a minute.
func (c *Control) Replay(ctx context.Context, ids ...int64) ([]wire.Delivery, error) {
	made, err := c.config.Notifier.Replay(ctx, ids...)
	out := []wire.Delivery{}
	for _, d := range made {
		out = append(out, c.ShowDelivery(d))
	}
	return out, err
}

// TestWebhook sends a sample payload and returns what came back.
func (c *Control) TestWebhook(ctx context.Context, webhook int64) (wire.Delivery, error) {
	d, err := c.config.Notifier.Test(ctx, webhook)
	if err != nil {
		return wire.Delivery{}, err
	}
	return c.ShowDelivery(d), nil
}

// Requests lists the traffic log, newest first, without headers and bodies.
func (c *Control) Requests(f frontdoor.Filter, limit int) wire.List[wire.Request] {
	out := wire.List[wire.Request]{Data: []wire.Request{}}
	var last int64
	for _, e := range c.config.Traffic.List(f, limit) {
		out.Data = append(out.Data, c.ShowRequest(e, false))
		last = e.ID
	}
	out.Next = cursor(len(out.Data), limit, last)
	return out
}

// Request returns one request with headers and bodies, secrets masked.
func (c *Control) Request(id int64) (wire.Request, error) {
	e, ok := c.config.Traffic.Get(id)
	if !ok {
		return wire.Request{}, input.Refuse(store.ErrNotFound, "there is no request %d, or it is forgotten: the log is bounded", id)
	}
	return c.ShowRequest(e, true), nil
}

// FindingList lists findings, newest first.
func (c *Control) FindingList(f finding.Filter, limit int) wire.List[finding.Finding] {
	out := wire.List[finding.Finding]{Data: c.showFindings(c.config.Findings.List(f, limit))}
	var last int64
	if n := len(out.Data); n > 0 {
		last = out.Data[n-1].ID
	}
	out.Next = cursor(len(out.Data), limit, last)
	return out
}
