package control

import (
	"context"
	"net/http"
	"net/url"
)

// Deliveries lists webhooks and IPNs that were sent or wait, newest first and at most
// limit; 0 takes the server's page size.
func (c *Client) Deliveries(ctx context.Context, f DeliveryFilter, limit int) (List[Delivery], error) {
	q := newQuery().text("company", f.Company).text("kind", f.Kind).text("status", f.Status).text("subject", f.Subject)
	q = q.number("webhook", f.WebhookID).number("after", f.After)
	return get[List[Delivery]](ctx, c, q.number("limit", int64(limit)).onto("/deliveries"))
}

// Delivery returns a delivery with all its attempts.
func (c *Client) Delivery(ctx context.Context, id int64) (Delivery, error) {
	return get[Delivery](ctx, c, numbered("/deliveries", id))
}

// Replay sends a delivery again and returns the new delivery.
func (c *Client) Replay(ctx context.Context, id int64) (Delivery, error) {
	return post[Delivery](ctx, c, numbered("/deliveries", id)+"/replay", nil)
}

// ReplayBatch sends up to 20 deliveries again and returns the new ones.
func (c *Client) ReplayBatch(ctx context.Context, n ReplayBatch) (List[Delivery], error) {
	return post[List[Delivery]](ctx, c, "/deliveries/replay", n)
}

// Requests lists the traffic log without bodies, newest first and at most limit; 0
// takes the server's page size.
func (c *Client) Requests(ctx context.Context, f RequestFilter, limit int) (List[Request], error) {
	q := newQuery().text("company", f.Company).text("surface", f.Surface).number("after", f.After)
	return get[List[Request]](ctx, c, q.number("limit", int64(limit)).onto("/requests"))
}

// Request returns a request with headers and bodies. Secrets are masked.
func (c *Client) Request(ctx context.Context, id int64) (Request, error) {
	return get[Request](ctx, c, numbered("/requests", id))
}

// Findings lists what was noticed about the integration, newest first and at most
// limit; 0 takes the server's page size.
func (c *Client) Findings(ctx context.Context, f FindingFilter, limit int) (List[Finding], error) {
	q := newQuery().text("company", f.Company).text("code", f.Code).number("request", f.Request).number("delivery", f.Delivery).number("after", f.After)
	return get[List[Finding]](ctx, c, q.number("limit", int64(limit)).onto("/findings"))
}

// Timeline returns what happened, oldest first and at most limit moments; 0 takes the
// server's page size.
func (c *Client) Timeline(ctx context.Context, f TimelineFilter, limit int) (Timeline, error) {
	q := newQuery().text("company", f.Company).text("subject", f.Subject).text("type", f.Type).instant("from", f.From).instant("to", f.To).number("after", f.After)
	return get[Timeline](ctx, c, q.number("limit", int64(limit)).onto("/timeline"))
}

// Clients returns for each client of SePay's APIs how it kept to the rate limits.
func (c *Client) Clients(ctx context.Context) (ClientList, error) {
	return get[ClientList](ctx, c, "/clients")
}

// Clock returns the clock's mode and time, and when the next delivery is due.
func (c *Client) Clock(ctx context.Context) (ClockState, error) {
	return get[ClockState](ctx, c, "/clock")
}

// SetClock changes mode, time or speed of the clock. Nothing that falls due on the way
// is run; see [Client.Advance].
func (c *Client) SetClock(ctx context.Context, n ClockChange) (ClockState, error) {
	return call[ClockState](ctx, c, http.MethodPut, "/clock", n)
}

// Advance moves the clock, runs everything that falls due on the way, and returns when
// the answers are in. It is refused with 409 while another caller moves the clock.
func (c *Client) Advance(ctx context.Context, n Advance) (Advanced, error) {
	return post[Advanced](ctx, c, "/clock/advance", n)
}

// Snapshot keeps the whole state, without faults, under a new id.
func (c *Client) Snapshot(ctx context.Context) (Snapshot, error) {
	return post[Snapshot](ctx, c, "/snapshots", nil)
}

// Restore goes back to a snapshot's state and cancels deliveries under way.
func (c *Client) Restore(ctx context.Context, snapshot string) error {
	return c.Call(ctx, http.MethodPost, "/snapshots/"+url.PathEscape(snapshot)+"/restore", nil, nil)
}

// Reset goes back to the state after the start.
func (c *Client) Reset(ctx context.Context) error {
	return c.Call(ctx, http.MethodPost, "/reset", nil, nil)
}

// Faults lists the faults in the order in which they are tried.
func (c *Client) Faults(ctx context.Context) (List[Fault], error) {
	return get[List[Fault]](ctx, c, "/faults")
}

// CreateFault sets a fault and returns it with its id. ID, Matched and Fired of n are
// ignored.
func (c *Client) CreateFault(ctx context.Context, n Fault) (Fault, error) {
	return post[Fault](ctx, c, "/faults", n)
}

// ClearFaults removes all faults.
func (c *Client) ClearFaults(ctx context.Context) error {
	return c.Call(ctx, http.MethodDelete, "/faults", nil, nil)
}

// DeleteFault removes a fault. A delivery that it delayed is still sent.
func (c *Client) DeleteFault(ctx context.Context, id int64) error {
	return c.Call(ctx, http.MethodDelete, numbered("/faults", id), nil, nil)
}
