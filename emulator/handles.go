package emulator

import (
	"context"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// settleTimeout is how long, in real time, a handler may take in a test.
const settleTimeout = 60 * time.Second

// The handles below end the test when something cannot be done, or panic
// outside of one. [Emulator.Control] returns errors instead.

// Company is a tenant.
type Company struct {
	e  *Emulator
	id string
}

// Company returns the first company.
func (e *Emulator) Company() *Company { return &Company{e, e.engine.Company()} }

// NewCompany makes another company, with credentials and accounts of its own:
// the way to keep parallel tests apart on one emulator.
func (e *Emulator) NewCompany(n wire.NewCompany) *Company {
	c, err := e.engine.Control().CreateCompany(context.Background(), n)
	if err != nil {
		e.fail("new company: %v", err)
	}
	return &Company{e, c.ID}
}

// State returns everything about the company, with its secrets.
func (c *Company) State() wire.Company {
	s, err := c.e.engine.Control().State(context.Background(), "")
	if err != nil {
		c.e.fail("state: %v", err)
	}
	for _, known := range s.Companies {
		for _, side := range []*wire.Company{&known, known.Live, known.Test} {
			if side != nil && side.ID == c.id {
				return *side
			}
		}
	}
	c.e.fail("there is no company %q any more", c.id)
	return wire.Company{}
}

// ID returns the company's id.
func (c *Company) ID() string { return c.id }

// Live returns the live side of a company of the sandbox: another company, with
// the credentials that SePay's production host names take.
func (c *Company) Live() *Company {
	return c.side(func(s wire.Company) *wire.Company { return s.Live }, "live")
}

// Test returns the test side of a company of production.
func (c *Company) Test() *Company {
	return c.side(func(s wire.Company) *wire.Company { return s.Test }, "test")
}

func (c *Company) side(of func(wire.Company) *wire.Company, name string) *Company {
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

// AccessToken returns an OAuth2 access token of the company's first user for its
// first application, without login and consent. Scopes are those of
// [control.ScopeProfile] and its neighbours; without any, all that the application
// may ask for.
func (c *Company) AccessToken(scopes ...string) string {
	t, err := c.e.engine.Control().Tokens(context.Background(), wire.TokenRequest{Company: c.id, Scopes: scopes})
	if err != nil {
		c.e.fail("access token: %v", err)
	}
	return t.AccessToken
}

// UpdateUser changes what change names of a user, at once: also for tokens that
// exist.
func (c *Company) UpdateUser(id int64, change wire.NewUser) wire.User {
	u, err := c.e.engine.Control().UpdateUser(context.Background(), id, change)
	if err != nil {
		c.e.fail("user %d: %v", id, err)
	}
	return u
}

// DeleteUser removes a user; every token of theirs ends.
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

// AccountNumbered returns the company's account with that number.
func (c *Company) AccountNumbered(number string) *Account {
	return &Account{company: c, number: number}
}

// Webhook registers a webhook at a URL; see [WithWebhook].
func (c *Company) Webhook(url string, change ...func(*wire.WebhookBody)) *Webhook {
	body := webhookAt(url, change)
	body.Company = c.id
	made, err := c.e.engine.Control().CreateWebhook(context.Background(), body)
	if err != nil {
		c.e.fail("webhook: %v", err)
	}
	return &Webhook{c.e, made.ID}
}

// Webhooks returns the company's webhooks.
func (c *Company) Webhooks() []*Webhook {
	var out []*Webhook
	for _, h := range c.State().Webhooks {
		out = append(out, &Webhook{c.e, h.ID})
	}
	return out
}

// Webhook is a registered webhook.
type Webhook struct {
	e  *Emulator
	id int64
}

// ID returns the webhook's id.
func (h *Webhook) ID() int64 { return h.id }

// Update changes what body names, from the next attempt on.
func (h *Webhook) Update(body wire.WebhookBody) wire.Webhook {
	w, err := h.e.engine.Control().UpdateWebhook(context.Background(), h.id, body)
	if err != nil {
		h.e.fail("update webhook %d: %v", h.id, err)
	}
	return w
}

// Delete removes the webhook; its deliveries stay in the log.
func (h *Webhook) Delete() {
	if err := h.e.engine.Control().DeleteWebhook(context.Background(), h.id); err != nil {
		h.e.fail("delete webhook %d: %v", h.id, err)
	}
}

// Test sends a sample payload with id 0 and returns what came back.
func (h *Webhook) Test() wire.Delivery {
	d, err := h.e.engine.Control().TestWebhook(context.Background(), h.id)
	if err != nil {
		h.e.fail("test webhook %d: %v", h.id, err)
	}
	return d
}

// Account is a bank account.
type Account struct {
	company *Company
	number  string
}

// Number returns the account number.
func (a *Account) Number() string { return a.number }

// Receive lets money come in: an amount in VND with a memo, which may be empty.
func (a *Account) Receive(amount int64, memo string) *Transfer {
	return a.Move(wire.NewTransfer{Direction: wire.DirectionIn, Amount: amount, Content: &memo})
}

// Send lets money go out: an amount in VND with a memo.
func (a *Account) Send(amount int64, memo string) *Transfer {
	return a.Move(wire.NewTransfer{Direction: wire.DirectionOut, Amount: amount, Content: &memo})
}

// Move makes any transfer of the account.
func (a *Account) Move(n wire.NewTransfer) *Transfer {
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

// Transfer is a transfer that was made.
type Transfer struct {
	wire.Transfer
	e *Emulator
}

// PaymentCode returns the recognised code, "" when there is none.
func (t *Transfer) PaymentCode() string {
	if t.Transaction == nil || t.Code == nil {
		return ""
	}
	return *t.Code
}

// Wait returns the first webhook's delivery after everything that is due now
// was sent and answered.
func (t *Transfer) Wait() wire.Delivery {
	all := t.WaitAll()
	if len(all) == 0 {
		t.e.fail("no webhook is told of this transfer: register one with WithWebhook")
		return wire.Delivery{}
	}
	return all[0]
}

// WaitAll is [Transfer.Wait] for every webhook, in the order of their ids.
func (t *Transfer) WaitAll() []wire.Delivery {
	t.e.Settle()
	var out []wire.Delivery
	for _, n := range t.Webhooks {
		out = append(out, t.e.Delivery(n.DeliveryID))
	}
	return out
}

// Settle returns when everything that is due now was sent and answered. The
// clock does not move.
func (e *Emulator) Settle() { e.settle(e.fail) }

func (e *Emulator) settle(fail func(format string, args ...any)) {
	ctx, cancel := context.WithTimeout(context.Background(), settleTimeout)
	defer cancel()
	if err := e.engine.Settle(ctx); err != nil {
		fail("settle: %v: does the handler hang?", err)
	}
}

// Delivery returns one delivery as it is now.
func (e *Emulator) Delivery(id int64) wire.Delivery {
	d, err := e.engine.Control().Delivery(context.Background(), id)
	if err != nil {
		e.fail("delivery %d: %v", id, err)
	}
	return d
}

// Deliveries lists the deliveries that f selects, newest first, 500 at most.
func (e *Emulator) Deliveries(f wire.DeliveryFilter) []wire.Delivery {
	l, err := e.engine.Control().Deliveries(context.Background(), f, 500)
	if err != nil {
		e.fail("deliveries: %v", err)
	}
	return l.Data
}

// Replay sends deliveries again, waits for the answers and returns them.
func (e *Emulator) Replay(ids ...int64) []wire.Delivery {
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

// Advance moves the clock and runs everything that falls due on the way, each
// at its own instant. It returns when the answers are in.
func (e *Emulator) Advance(by time.Duration) {
	if _, err := e.engine.Control().Advance(context.Background(), by); err != nil {
		e.fail("advance %v: %v", by, err)
	}
}

// Timeline returns what happened, oldest first, 500 moments at most from after
// f.After on.
func (e *Emulator) Timeline(f wire.TimelineFilter) wire.Timeline {
	return e.engine.Control().Timeline(f, 500)
}

// Clients tells how each client kept to the rate limits, and what SePay's own
// would have made of its calls.
func (e *Emulator) ClientUses() []wire.ClientUse { return e.engine.Control().ClientUses().Data }

// Findings returns what was noticed about the integration, newest first.
func (e *Emulator) Findings() []finding.Finding {
	return e.engine.Control().FindingList(finding.Filter{}, 0).Data
}
