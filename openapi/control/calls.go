package control

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// Health says whether the localsepay serves requests.
func (c *Client) Health(ctx context.Context) (Health, error) {
	return get[Health](ctx, c, "/health")
}

// State returns addresses, clock, settings and companies, with credentials in clear
// text.
func (c *Client) State(ctx context.Context) (State, error) {
	return get[State](ctx, c, "/state")
}

// CreateCompany makes a company with its own credentials and accounts.
func (c *Client) CreateCompany(ctx context.Context, n NewCompany) (Company, error) {
	return post[Company](ctx, c, "/companies", n)
}

// Transfer moves money at the bank. A transfer that the bank does not report to SePay
// has Recorded false and a Reason.
func (c *Client) Transfer(ctx context.Context, n NewTransfer) (Transfer, error) {
	return post[Transfer](ctx, c, "/transfers", n)
}

// Orders lists orders of the payment gateway, newest first and at most limit; 0 takes
// the server's page size.
func (c *Client) Orders(ctx context.Context, f OrderFilter, limit int) (List[Order], error) {
	q := newQuery().text("company", f.Company).text("status", f.Status).text("q", f.Query).number("after", f.After)
	return get[List[Order]](ctx, c, q.number("limit", int64(limit)).onto("/orders"))
}

// orderPath is the path of an order, and of what is done with it.
func orderPath(order, verb string) string { return "/orders/" + url.PathEscape(order) + verb }

// Order returns an order by SePay's order id or the shop's invoice number, of one
// company, or of any when company is empty.
func (c *Client) Order(ctx context.Context, company, order string) (Order, error) {
	return get[Order](ctx, c, newQuery().text("company", company).onto(orderPath(order, "")))
}

// Pay pays an order as the customer does on the payment page.
func (c *Client) Pay(ctx context.Context, order string, n NewPay) (Order, error) {
	return post[Order](ctx, c, orderPath(order, "/pay"), n)
}

// LeaveOrder sends the customer back to the shop without paying. The order still waits.
func (c *Client) LeaveOrder(ctx context.Context, order string, n OrderChoice) (Order, error) {
	return post[Order](ctx, c, orderPath(order, "/cancel"), n)
}

// ExpireOrder ends a waiting order now, as the clock would later.
func (c *Client) ExpireOrder(ctx context.Context, order string, n OrderChoice) (Order, error) {
	return post[Order](ctx, c, orderPath(order, "/expire"), n)
}

// Cards lists the test cards.
func (c *Client) Cards(ctx context.Context) (List[Card], error) {
	return get[List[Card]](ctx, c, "/cards")
}

// SetIPN changes where the IPNs of a company's orders go.
func (c *Client) SetIPN(ctx context.Context, n IPNChange) (IPN, error) {
	return call[IPN](ctx, c, http.MethodPut, "/ipn", n)
}

// numbered is the path of a thing with an id.
func numbered(path string, id int64) string { return path + "/" + strconv.FormatInt(id, 10) }

// UpdateUser changes the members of a user that n sets. Tokens that exist follow at
// once.
func (c *Client) UpdateUser(ctx context.Context, id int64, n NewUser) (User, error) {
	return call[User](ctx, c, http.MethodPatch, numbered("/users", id), n)
}

// DeleteUser removes a user and ends their tokens.
func (c *Client) DeleteUser(ctx context.Context, id int64) error {
	return c.Call(ctx, http.MethodDelete, numbered("/users", id), nil, nil)
}

// Tokens returns OAuth2 tokens without login and consent.
func (c *Client) Tokens(ctx context.Context, o TokenRequest) (Tokens, error) {
	return post[Tokens](ctx, c, "/oauth/tokens", o)
}

// Authorize answers an authorization request as a user does on the login and consent
// pages.
func (c *Client) Authorize(ctx context.Context, d Decision) (Decided, error) {
	return post[Decided](ctx, c, "/oauth/authorize", d)
}

// Keys returns the public keys for checking access tokens.
func (c *Client) Keys(ctx context.Context) (KeySet, error) {
	return get[KeySet](ctx, c, "/oauth/jwks")
}

// Webhooks lists the webhooks of a company, or of all when it is empty.
func (c *Client) Webhooks(ctx context.Context, company string) (List[Webhook], error) {
	return get[List[Webhook]](ctx, c, newQuery().text("company", company).onto("/webhooks"))
}

// CreateWebhook registers a webhook.
func (c *Client) CreateWebhook(ctx context.Context, n WebhookBody) (Webhook, error) {
	return post[Webhook](ctx, c, "/webhooks", n)
}

// Webhook returns a webhook.
func (c *Client) Webhook(ctx context.Context, id int64) (Webhook, error) {
	return get[Webhook](ctx, c, numbered("/webhooks", id))
}

// UpdateWebhook changes the members of a webhook that n sets.
func (c *Client) UpdateWebhook(ctx context.Context, id int64, n WebhookBody) (Webhook, error) {
	return call[Webhook](ctx, c, http.MethodPatch, numbered("/webhooks", id), n)
}

// DeleteWebhook removes a webhook. Its deliveries stay in the log.
func (c *Client) DeleteWebhook(ctx context.Context, id int64) error {
	return c.Call(ctx, http.MethodDelete, numbered("/webhooks", id), nil, nil)
}

// TestWebhook sends a sample payload and returns the delivery with the answer.
func (c *Client) TestWebhook(ctx context.Context, id int64) (Delivery, error) {
	return post[Delivery](ctx, c, numbered("/webhooks", id)+"/test", nil)
}
