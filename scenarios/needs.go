package scenarios

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// tenant is a company of the scenario.
type tenant struct {
	control.Company
	// name is that of the file: empty for the first company.
	name  string
	hooks []hook
	ipn   proof
}

// hook is a registered webhook.
type hook struct {
	id int64
	proof
}

// begin makes what the scenario needs.
func (r *run) begin(ctx context.Context) error {
	if err := r.refuse(); err != nil {
		return err
	}
	now, err := r.clock(ctx)
	if err != nil {
		return err
	}
	r.start, r.now = now, now
	forward := map[string]string{kindWebhook: r.options.Webhook, kindIPN: r.options.IPN}
	listen := r.options.Listen
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	if r.shop, err = newShop(listen, forward, r.client.shop, r.clock); err != nil {
		return err
	}
	r.shop.secrets = r.client.secrets
	r.vars.set("shop", r.shop.url())
	r.vars.set("sepay", r.client.base)
	companies := map[string]any{}
	others := slices.Sorted(maps.Keys(r.scenario.Needs.Others))
	for _, name := range append([]string{""}, others...) {
		needs := r.scenario.Needs
		if name != "" {
			needs = r.scenario.Needs.Others[name]
		}
		shown, err := r.found(ctx, name, needs)
		if err != nil {
			return err
		}
		if companies[name] = shown; name == "" {
			r.vars.set("company", shown)
		}
	}
	r.vars.set("companies", companies)
	shop, err := fill(r.vars, r.scenario.Needs.Merchant)
	if err != nil {
		return err
	}
	return r.behave(ctx, shop)
}

func (r *run) clock(ctx context.Context) (time.Time, error) {
	c, err := r.client.api.Clock(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return instant(c.Now)
}

// found makes a company with its webhook and IPN.
func (r *run) found(ctx context.Context, name string, needs Needs) (any, error) {
	t := &tenant{name: name}
	body := newCompany(name, needs, r.scenario)
	base := body.ID
	for n := 2; ; n++ { // a target may have run the scenario before
		var err error
		if t.Company, err = r.client.api.CreateCompany(ctx, body); err == nil {
			break
		}
		if !control.Refused(err, http.StatusUnprocessableEntity) || !strings.Contains(err.Error(), "there is a company") || n > maxRuns {
			return nil, fmt.Errorf("company %s: %w", base, err)
		}
		body.ID = fmt.Sprintf("%s-%d", base, n)
	}
	r.tenants[name] = t
	if needs.Webhook != nil {
		if _, err := r.register(ctx, t, *needs.Webhook); err != nil {
			return nil, fmt.Errorf("webhook: %w", err)
		}
	}
	if needs.IPN != nil {
		if _, err := r.setIPN(ctx, t, *needs.IPN); err != nil {
			return nil, fmt.Errorf("ipn: %w", err)
		}
	}
	return toNames(t.Company), nil
}

// maxRuns bounds how often a scenario runs against a target that keeps its
// companies.
const maxRuns = 10_000

// runName is what ${run} stands for: six digits that follow from the seed, so
// that two runs against one shop have orders of their own.
func runName(seed uint64) string {
	const spread = 0x9E3779B97F4A7C15 // neighbouring seeds shall not look alike
	return fmt.Sprintf("%06d", (seed*spread>>20)%1_000_000)
}

// newCompany is the company that a scenario needs under a name.
func newCompany(name string, n Needs, s Scenario) control.NewCompany {
	id := s.Name
	if s.Seed != 1 {
		id = fmt.Sprintf("%s-s%d", id, s.Seed)
	}
	if name != "" {
		id += "_" + name
	}
	out := control.NewCompany{
		ID: id, Name: "CÔNG TY \"" + strings.ToUpper(id) + `" A/B`, PayCode: n.PayCode, Settings: n.Settings, RateLimit: n.RateLimit,
		Merchant: control.NewMerchant{PaymentMethods: n.Methods},
	}
	for _, c := range n.Codes {
		out.PaymentCodeFormats = append(out.PaymentCodeFormats, control.PaymentCodeFormat{
			Prefix: c.Prefix, SuffixFrom: int(c.From), SuffixTo: int(c.To), CharacterType: cmp.Or(c.Type, "NumberOnly"), IsActive: true,
		})
	}
	for _, a := range n.Accounts {
		account := control.NewBankAccount{
			Bank: a.Bank, AccountNumber: a.Number, AccountHolderName: a.Holder, AccountType: a.Type, Balance: a.Balance, ReportsBalance: a.Reports,
		}
		for _, va := range a.VAs {
			account.VirtualAccounts = append(account.VirtualAccounts, control.NewVirtualAccount(va))
		}
		out.BankAccounts = append(out.BankAccounts, account)
	}
	if a := n.OAuth; a != nil {
		redirect := cmp.Or(a.RedirectURI, "https://shop.example/callback")
		out.OAuthApps = []control.OAuthApp{{Name: a.Name, RedirectURIs: []string{redirect}, Scopes: a.Scopes}}
	}
	return out
}

var (
	authNames   = map[string]string{"": "No_Authen", "none": "No_Authen", "api_key": "Api_Key", "hmac": "HMAC_SHA256", "secret": "Secret_Key"}
	formatNames = map[string]string{"json": "Json", "form": "application_x-www-form-urlencoded", "multipart": "multipart_form-data"}
)

// hookBody is the configuration of a webhook; what the file leaves out stays as
// it is, or takes SePay's default.
func hookBody(h Webhook) control.WebhookBody {
	body := control.WebhookBody{
		WebhookURL: given(h.URL), EventType: given(h.Events), RequestContentType: given(formatNames[h.Format]),
		SkipIfNoCode: (*control.Flag)(h.SkipNoCode), PrefixFilters: h.Prefix, OnlyVA: (*control.Flag)(h.OnlyVA), Active: (*control.Flag)(h.Active),
	}
	if h.SkipNoCode != nil && *h.SkipNoCode {
		body.IsVerifyPayment = body.SkipIfNoCode
	}
	switch h.Auth {
	case "":
	case "api_key":
		body.AuthenType, body.APIKey = given(authNames[h.Auth]), &h.Secret
	case "hmac", "secret":
		body.AuthenType, body.SecretKey = given(authNames[h.Auth]), &h.Secret
	default:
		body.AuthenType = given(authNames[h.Auth])
	}
	if h.Retry != nil {
		body.RetryConditions = control.RetryConditions(`[]`)
		if *h.Retry {
			body.RetryConditions = control.RetryConditions(`["non_2xx_status_code"]`)
		}
	}
	return body
}

// given is a text that the file has; nil when it has none.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// register makes a webhook of a company.
func (r *run) register(ctx context.Context, t *tenant, h Webhook) (any, error) {
	h, err := fill(r.vars, h)
	if err != nil {
		return nil, err
	}
	r.client.secrets.Add(h.Secret)
	if r.options.Auth != "" {
		h.Auth, h.Secret = r.options.Auth, r.options.Secret
	}
	if h.URL == "" {
		h.URL = r.shop.handler(kindWebhook, t.name)
	}
	if h.Secret == "" {
		h.Secret = fmt.Sprintf("whsec_%s_%d", strings.ReplaceAll(t.ID, "-", "_"), r.scenario.Seed)
	}
	if h.Retry == nil {
		yes := true
		h.Retry = &yes
	}
	r.client.secrets.Add(h.Secret)
	body := hookBody(h)
	body.Company = t.ID
	made, err := r.client.api.CreateWebhook(ctx, body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	t.hooks = append(t.hooks, hook{made.ID, proof{h.Auth, h.Secret}})
	r.mu.Unlock()
	r.shop.expect(kindWebhook, t.name, h.Auth, h.Secret)
	return toNames(made), nil
}

// change changes the first webhook of a company at SePay. The shop is not told.
func (r *run) change(ctx context.Context, t *tenant, h Webhook) (any, error) {
	r.mu.Lock()
	if len(t.hooks) == 0 {
		r.mu.Unlock()
		return nil, fmt.Errorf("the company has no webhook to change: give needs.webhook")
	}
	first := &t.hooks[0]
	id := first.id
	if h.Auth == "" && h.Secret != "" {
		h.Auth = first.auth
	}
	if h.Auth != "" {
		first.proof = proof{h.Auth, h.Secret}
	}
	r.mu.Unlock()
	r.client.secrets.Add(h.Secret)
	made, err := r.client.api.UpdateWebhook(ctx, id, hookBody(h))
	return toNames(made), err
}

// setIPN changes where the gateway sends a company's IPNs.
func (r *run) setIPN(ctx context.Context, t *tenant, n IPN) (any, error) {
	n, err := fill(r.vars, n)
	if err != nil {
		return nil, err
	}
	r.client.secrets.Add(n.Secret)
	if r.options.IPNSecret != "" {
		n.Auth, n.Secret = "secret", r.options.IPNSecret
	}
	if n.URL == "" {
		n.URL = r.shop.handler(kindIPN, t.name)
	}
	body := control.IPNChange{Company: t.ID, URL: n.URL, AuthType: "NONE"}
	if n.Auth == "secret" {
		if n.Secret == "" {
			n.Secret = t.Merchant.SecretKey
		}
		body.AuthType, body.Secret = "SECRET_KEY", n.Secret
	}
	r.client.secrets.Add(n.Secret)
	if n.Off {
		body = control.IPNChange{Company: t.ID}
	}
	shown, err := r.client.api.SetIPN(ctx, body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	t.ipn = proof{n.Auth, n.Secret}
	r.mu.Unlock()
	r.shop.expect(kindIPN, t.name, n.Auth, n.Secret)
	return toNames(shown), nil
}

// silence ends all notices of a company: the shop goes away.
func (r *run) silence(ctx context.Context, t *tenant) error {
	off := control.Flag(false)
	for _, h := range t.hooks {
		if _, err := r.client.api.UpdateWebhook(ctx, h.id, control.WebhookBody{Active: &off}); err != nil && !control.Refused(err, http.StatusNotFound) {
			return err
		}
	}
	_, err := r.client.api.SetIPN(ctx, control.IPNChange{Company: t.ID})
	if control.Refused(err, http.StatusNotFound) {
		return nil
	}
	return err
}
