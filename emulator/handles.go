package emulator

import (
	"context"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/openapi/control"
)

// settleTimeout is how long, in real time, a handler may take in a test.
const settleTimeout = 60 * time.Second

// Company is a handle of a company: a tenant of SePay with its own credentials, bank
// accounts, webhooks and orders.
type Company struct {
	e  *Emulator
	id string
}

// Company returns the first company: that of the first [WithCompany], else a demo one.
func (e *Emulator) Company() *Company { return &Company{e, e.engine.Company()} }

// NewCompany makes another company with its own credentials and accounts. Parallel
// tests that share an emulator take one each.
func (e *Emulator) NewCompany(n control.NewCompany) *Company {
	c, err := e.engine.Control().CreateCompany(context.Background(), n)
	if err != nil {
		e.fail("new company: %v", err)
	}
	return &Company{e, c.ID}
}

// State returns everything about the company, with its credentials in clear text.
func (c *Company) State() control.Company {
	s, err := c.e.engine.Control().State(context.Background(), "")
	if err != nil {
		c.e.fail("state: %v", err)
	}
	for _, known := range s.Companies {
		for _, side := range []*control.Company{&known, known.Live, known.Test} {
			if side != nil && side.ID == c.id {
				return *side
			}
		}
	}
	c.e.fail("there is no company %q any more", c.id)
	return control.Company{}
}

// ID returns the company's id.
func (c *Company) ID() string { return c.id }

// Live returns the live side of a company that was made as its test side (environment
// sandbox): it has the credentials that SePay's production hosts take.
func (c *Company) Live() *Company {
	return c.side(func(s control.Company) *control.Company { return s.Live }, "live")
}

// Test returns the test side of a company that was made as its live side (environment
// production).
func (c *Company) Test() *Company {
	return c.side(func(s control.Company) *control.Company { return s.Test }, "test")
}

func (c *Company) side(of func(control.Company) *control.Company, name string) *Company {
	side := of(c.State())
	if side == nil {
		c.e.fail("company %q has no %s side of its own: it is that side", c.id, name)
		return c
	}
	return &Company{c.e, side.ID}
}

// APIToken returns the company's first token of API v1 and v2, for the header
// "Authorization: Bearer TOKEN".
func (c *Company) APIToken() string {
	tokens := c.State().APITokens
	if len(tokens) == 0 {
		c.e.fail("company %s has no API token", c.id)
		return ""
	}
	return tokens[0]
}

// AccessToken returns an OAuth2 access token of the company's first user for its first
// application, without login and consent. Scopes are values such as
// [control.ScopeProfile]; without any, all that the application may ask for. The
// company must be made with an application, in [control.NewCompany].OAuthApps.
func (c *Company) AccessToken(scopes ...string) string {
	if len(c.State().OAuthApps) == 0 {
		c.e.fail("access token: company %s has no OAuth2 application: make the company with one, by WithCompany or NewCompany: "+
			"control.NewCompany{OAuthApps: []control.OAuthApp{{RedirectURIs: []string{\"https://shop.example/callback\"}}}}", c.id)
		return ""
	}
	t, err := c.e.engine.Control().Tokens(context.Background(), control.TokenRequest{Company: c.id, Scopes: scopes})
	if err != nil {
		c.e.fail("access token: %v", err)
	}
	return t.AccessToken
}

// UpdateUser changes the members of a user that change sets. Tokens that exist follow
// at once.
func (c *Company) UpdateUser(id int64, change control.NewUser) control.User {
	u, err := c.e.engine.Control().UpdateUser(context.Background(), id, change)
	if err != nil {
		c.e.fail("user %d: %v", id, err)
	}
	return u
}

// DeleteUser removes a user and ends their tokens.
func (c *Company) DeleteUser(id int64) {
	if err := c.e.engine.Control().DeleteUser(context.Background(), id); err != nil {
		c.e.fail("user %d: %v", id, err)
	}
}

// Account returns the company's first bank account.
func (c *Company) Account() *Account {
	accounts := c.State().BankAccounts
	if len(accounts) == 0 {
		c.e.fail("company %s has no bank account", c.id)
		return &Account{company: c}
	}
	return &Account{company: c, number: accounts[0].AccountNumber}
}

// AccountNumbered returns the company's bank account with this number.
func (c *Company) AccountNumbered(number string) *Account {
	return &Account{company: c, number: number}
}

// Webhook registers a webhook at a URL with the defaults of [WithWebhook].
func (c *Company) Webhook(url string, change ...WebhookOption) *Webhook {
	body := webhookAt(url, change)
	body.Company = c.id
	made, err := c.e.engine.Control().CreateWebhook(context.Background(), body)
	if err != nil {
		c.e.fail("webhook: %v", err)
	}
	return &Webhook{c.e, made.ID}
}

// Webhooks returns the company's webhooks by their ids.
func (c *Company) Webhooks() []*Webhook {
	var out []*Webhook
	for _, h := range c.State().Webhooks {
		out = append(out, &Webhook{c.e, h.ID})
	}
	return out
}

// Webhook is a handle of a registered webhook.
type Webhook struct {
	e  *Emulator
	id int64
}

// ID returns the webhook's id.
func (h *Webhook) ID() int64 { return h.id }

// Update changes the members that body sets, from the next attempt on.
func (h *Webhook) Update(body control.WebhookBody) control.Webhook {
	w, err := h.e.engine.Control().UpdateWebhook(context.Background(), h.id, body)
	if err != nil {
		h.e.fail("update webhook %d: %v", h.id, err)
	}
	return w
}

// Delete removes the webhook. Its deliveries stay in the log.
func (h *Webhook) Delete() {
	if err := h.e.engine.Control().DeleteWebhook(context.Background(), h.id); err != nil {
		h.e.fail("delete webhook %d: %v", h.id, err)
	}
}

// Test sends a sample payload, whose transaction id is 0, and returns the delivery with
// the answer.
func (h *Webhook) Test() control.Delivery {
	d, err := h.e.engine.Control().TestWebhook(context.Background(), h.id)
	if err != nil {
		h.e.fail("test webhook %d: %v", h.id, err)
	}
	return d
}

// Account is a handle of a bank account.
type Account struct {
	company *Company
	number  string
}

// Number returns the account number.
func (a *Account) Number() string { return a.number }

// Receive transfers an amount in VND to the account, with a memo that may be empty.
func (a *Account) Receive(amount int64, memo string) *Transfer {
	return a.Move(control.NewTransfer{Direction: control.DirectionIn, Amount: amount, Content: &memo})
}

// Send transfers an amount in VND from the account, with a memo that may be empty.
func (a *Account) Send(amount int64, memo string) *Transfer {
	return a.Move(control.NewTransfer{Direction: control.DirectionOut, Amount: amount, Content: &memo})
}

// Move makes a transfer with any members of [control.NewTransfer]. Company and account are
// filled in.
func (a *Account) Move(n control.NewTransfer) *Transfer {
	n.Company = a.company.id
	if n.VA == "" {
		n.Account = a.number
	}
	done, err := a.company.e.engine.Control().Transfer(context.Background(), n)
	if err != nil {
		a.company.e.fail("transfer: %v", err)
	}
	return &Transfer{Transfer: done, e: a.company.e}
}

// Transfer is a transfer that was made, as the bank and SePay recorded it.
type Transfer struct {
	control.Transfer
	e *Emulator
}

// PaymentCode returns the payment code that SePay recognised in the memo; "" for none.
func (t *Transfer) PaymentCode() string {
	if t.Transaction == nil || t.Code == nil {
		return ""
	}
	return *t.Code
}

// Wait waits until everything that is due now was sent and answered, and returns the
// delivery of the first webhook. Without a webhook it ends the test.
func (t *Transfer) Wait() control.Delivery {
	all := t.WaitAll()
	if len(all) == 0 {
		t.e.fail("no webhook is told of this transfer: register one with WithWebhook")
		return control.Delivery{}
	}
	return all[0]
}

// WaitAll does the same as [Transfer.Wait] and returns the deliveries of all webhooks,
// by the ids of the webhooks.
func (t *Transfer) WaitAll() []control.Delivery {
	t.e.Settle()
	var out []control.Delivery
	for _, n := range t.Webhooks {
		out = append(out, t.e.Delivery(n.DeliveryID))
	}
	return out
}

// Settle waits until everything that is due now was sent and answered. The clock does
// not move. A handler that takes more than 60 seconds ends the test.
func (e *Emulator) Settle() { e.settle(e.fail) }

func (e *Emulator) settle(fail func(format string, args ...any)) {
	ctx, cancel := context.WithTimeout(context.Background(), settleTimeout)
	defer cancel()
	if err := e.engine.Settle(ctx); err != nil {
		fail("settle: %v: does the handler hang?", err)
	}
}

// Delivery returns a delivery as it is now.
func (e *Emulator) Delivery(id int64) control.Delivery {
	d, err := e.engine.Control().Delivery(context.Background(), id)
	if err != nil {
		e.fail("delivery %d: %v", id, err)
	}
	return d
}

// Deliveries lists the deliveries that f selects, newest first and at most 500. A
// company, kind or status that does not exist ends the test.
func (e *Emulator) Deliveries(f control.DeliveryFilter) []control.Delivery {
	l, err := e.engine.Control().Deliveries(context.Background(), f, 500)
	if err != nil {
		e.fail("deliveries: %v", err)
	}
	return l.Data
}

// Replay sends deliveries again, waits for the answers, and returns the new
// deliveries. At most 20 at once.
func (e *Emulator) Replay(ids ...int64) []control.Delivery {
	made, err := e.engine.Control().Replay(context.Background(), ids...)
	if err != nil {
		e.fail("replay: %v", err)
	}
	e.Settle()
	for i, d := range made {
		made[i] = e.Delivery(d.ID)
	}
	return made
}

// Advance moves the clock by a duration and runs everything that falls due on the way,
// each at its own time. It returns when the answers are in.
func (e *Emulator) Advance(by time.Duration) {
	if _, err := e.engine.Control().Advance(context.Background(), by); err != nil {
		e.fail("advance %v: %v", by, err)
	}
}

// Timeline returns what happened, oldest first: at most 500 moments after f.After. A
// company or type that does not exist ends the test.
func (e *Emulator) Timeline(f control.TimelineFilter) control.Timeline {
	t, err := e.engine.Control().Timeline(context.Background(), f, 500)
	if err != nil {
		e.fail("timeline: %v", err)
	}
	return t
}

// ClientUses returns for each client of SePay's APIs how many calls it made and how it
// kept to the rate limits, also to those that are off.
func (e *Emulator) ClientUses() []control.ClientUse { return e.engine.Control().ClientUses().Data }

// Findings lists what was noticed about the integration, newest first: requests that
// SePay would not understand, answers that do not count, and so on.
func (e *Emulator) Findings() []control.Finding {
	return e.engine.Control().FindingList(finding.Filter{}, 0).Data
}
