package scenarios

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// tenant is a company of the scenario, as the control API shows it.
type tenant struct {
	// name is that of the file: empty for the first company.
	name     string
	ID       string `json:"id"`
	Merchant struct {
		MerchantID string `json:"merchant_id"`
		SecretKey  string `json:"secret_key"`
	} `json:"merchant"`
	Tokens   []string `json:"api_tokens"`
	Apps     []app    `json:"oauth_apps"`
	Accounts []struct {
		Number  string `json:"account_number"`
		Balance int64  `json:"balance"`
	} `json:"bank_accounts"`
	hooks []hook
	ipn   proof
}

type app struct {
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret"`
	RedirectURIs []string `json:"redirect_uris"`
	Scopes       []string `json:"scopes"`
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
	var c clockState
	err := r.client.control(ctx, http.MethodGet, "/clock", nil, &c)
	return c.Now, err
}

// found makes a company with its webhook and IPN.
func (r *run) found(ctx context.Context, name string, needs Needs) (any, error) {
	t := &tenant{name: name}
	body := companyBody(name, needs, r.scenario)
	base := body["id"].(string)
	var shown map[string]any
	for n := 2; ; n++ { // a target may have run the scenario before
		err := r.client.control(ctx, http.MethodPost, "/companies", body, &shown)
		if err == nil {
			break
		}
		if !isRefusal(err, http.StatusUnprocessableEntity) || !strings.Contains(err.Error(), "there is a company") || n > maxRuns {
			return nil, fmt.Errorf("company %s: %w", base, err)
		}
		body["id"] = fmt.Sprintf("%s-%d", base, n)
	}
	if err := remarshal(shown, t); err != nil {
		return nil, err
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
	return toNames(shown), nil
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

// companyBody is the call that makes a company.
func companyBody(name string, n Needs, s Scenario) map[string]any {
	id := s.Name
	if s.Seed != 1 {
		id = fmt.Sprintf("%s-s%d", id, s.Seed)
	}
	if name != "" {
		id += "_" + name
	}
	body := map[string]any{"id": id, "name": "CÔNG TY \"" + strings.ToUpper(id) + `" A/B`}
	set := func(key string, value any, given bool) {
		if given {
			body[key] = value
		}
	}
	set("paycode", n.PayCode, n.PayCode != nil)
	set("settings", n.Settings, n.Settings != nil)
	set("rate_limit", n.RateLimit, n.RateLimit > 0)
	set("merchant", map[string]any{"payment_methods": n.Methods}, n.Methods != nil)
	var codes []map[string]any
	for _, c := range n.Codes {
		kind := c.Type
		if kind == "" {
			kind = "NumberOnly"
		}
		codes = append(codes, map[string]any{"prefix": c.Prefix, "suffix_from": c.From, "suffix_to": c.To, "character_type": kind})
	}
	set("payment_code_formats", codes, codes != nil)
	var accounts []map[string]any
	for _, a := range n.Accounts {
		var vas []map[string]any
		for _, va := range a.VAs {
			vas = append(vas, map[string]any{"number": va.Number, "label": va.Label, "official": va.Official})
		}
		account := map[string]any{
			"bank": a.Bank, "account_number": a.Number, "account_holder_name": a.Holder, "account_type": a.Type, "balance": a.Balance, "virtual_accounts": vas,
		}
		if a.Reports != nil {
			account["reports_balance"] = *a.Reports
		}
		accounts = append(accounts, account)
	}
	set("bank_accounts", accounts, accounts != nil)
	if a := n.OAuth; a != nil {
		redirect := a.RedirectURI
		if redirect == "" {
			redirect = "https://shop.example/callback"
		}
		set("oauth_apps", []map[string]any{{"name": a.Name, "redirect_uris": []string{redirect}, "scopes": a.Scopes}}, true)
	}
	return body
}

var (
	authNames   = map[string]string{"": "No_Authen", "none": "No_Authen", "api_key": "Api_Key", "hmac": "HMAC_SHA256", "secret": "Secret_Key"}
	formatNames = map[string]string{"json": "Json", "form": "application_x-www-form-urlencoded", "multipart": "multipart_form-data"}
)

// hookBody is the call that makes or changes a webhook.
func hookBody(h Webhook) map[string]any {
	body := map[string]any{}
	set := func(key string, value any, given bool) {
		if given {
			body[key] = value
		}
	}
	set("webhook_url", h.URL, h.URL != "")
	set("event_type", h.Events, h.Events != "")
	set("request_content_type", formatNames[h.Format], h.Format != "")
	set("skip_if_no_code", h.SkipNoCode, h.SkipNoCode != nil)
	set("is_verify_payment", true, h.SkipNoCode != nil && *h.SkipNoCode)
	set("prefix_filters", h.Prefix, h.Prefix != nil)
	set("only_va", h.OnlyVA, h.OnlyVA != nil)
	set("active", h.Active, h.Active != nil)
	set("authen_type", authNames[h.Auth], h.Auth != "")
	set("api_key", h.Secret, h.Auth == "api_key")
	set("secret_key", h.Secret, h.Auth == "hmac" || h.Auth == "secret")
	if h.Retry != nil {
		conditions := []string{}
		if *h.Retry {
			conditions = append(conditions, "non_2xx_status_code")
		}
		set("retry_conditions", conditions, true)
	}
	return body
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
	body["company"] = t.ID
	var made map[string]any
	if err := r.client.control(ctx, http.MethodPost, "/webhooks", body, &made); err != nil {
		return nil, err
	}
	id, _ := numberOf(made["id"])
	r.mu.Lock()
	t.hooks = append(t.hooks, hook{int64(id), proof{h.Auth, h.Secret}})
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
	var made map[string]any
	err := r.client.control(ctx, http.MethodPatch, fmt.Sprintf("/webhooks/%d", id), hookBody(h), &made)
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
	body := map[string]any{"company": t.ID, "url": n.URL, "auth_type": "NONE"}
	if n.Auth == "secret" {
		if n.Secret == "" {
			n.Secret = t.Merchant.SecretKey
		}
		body["auth_type"], body["secret"] = "SECRET_KEY", n.Secret
	}
	r.client.secrets.Add(n.Secret)
	if n.Off {
		body = map[string]any{"company": t.ID, "url": ""}
	}
	var shown map[string]any
	if err := r.client.control(ctx, http.MethodPut, "/ipn", body, &shown); err != nil {
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
	for _, h := range t.hooks {
		path := fmt.Sprintf("/webhooks/%d", h.id)
		if err := r.client.control(ctx, http.MethodPatch, path, map[string]any{"active": false}, nil); err != nil && !isRefusal(err, http.StatusNotFound) {
			return err
		}
	}
	err := r.client.control(ctx, http.MethodPut, "/ipn", map[string]any{"company": t.ID, "url": ""}, nil)
	if isRefusal(err, http.StatusNotFound) {
		return nil
	}
	return err
}
