package scenarios

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

const formType = "application/x-www-form-urlencoded"

// pair is a field of a form, which keeps its order.
type pair struct{ name, value string }

// unsigned are the fields of the checkout form that SePay does not sign.
var unsigned = []string{"custom_data", "signature"}

// sign is the signature of a checkout form: standard base64 of HMAC-SHA256 over
// "name=value" of the signed fields in the order of the form, with commas; see
// https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan.
func sign(secret string, form []pair) string {
	var parts []string
	for _, f := range form {
		if !slices.Contains(unsigned, f.name) {
			parts = append(parts, f.name+"="+f.value)
		}
	}
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, strings.Join(parts, ","))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// checkout posts the shop's form, as the payer's browser does.
func (r *run) checkout(ctx context.Context, c Checkout, watched bool) (outcome, error) {
	t, err := r.tenant(c.Company)
	if err != nil {
		return outcome{}, err
	}
	or := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	form := []pair{{"merchant", t.Merchant.MerchantID}, {"operation", or(c.Operation, "PURCHASE")}}
	for _, f := range []pair{
		{"payment_method", c.Method}, {"order_invoice_number", c.Invoice}, {"order_amount", strconv.FormatInt(c.Amount, 10)},
		{"currency", or(c.Currency, "VND")}, {"order_description", or(c.Description, described(c.Invoice))}, {"customer_id", c.CustomerID},
		{"custom_data", c.CustomData}, {"success_url", c.SuccessURL}, {"error_url", c.ErrorURL}, {"cancel_url", c.CancelURL},
	} {
		if f.value != "" {
			form = append(form, f)
		}
	}
	form = append(form, pair{"signature", or(c.Signature, sign(t.Merchant.SecretKey, form))})
	var body strings.Builder
	for i, f := range form {
		if i > 0 {
			body.WriteByte('&')
		}
		body.WriteString(url.QueryEscape(f.name) + "=" + url.QueryEscape(f.value))
	}
	a, err := r.client.do(ctx, http.MethodPost, "/v1/checkout/init", http.Header{"Content-Type": {formType}}, []byte(body.String()))
	if err != nil {
		return outcome{}, err
	}
	if a.Status != http.StatusFound {
		out := outcome{names: a.names(), answer: &a}
		if watched {
			return out, nil
		}
		return out, fmt.Errorf("the checkout was answered %d, not 302: %s", a.Status, reasonOf(a))
	}
	r.shop.price(t.name, c.Invoice, c.Amount)
	if err := r.prepare(ctx, t, "invoice", c.Invoice, c.Amount); err != nil {
		return outcome{}, err
	}
	order, err := r.client.api.Order(ctx, t.ID, c.Invoice)
	return outcome{names: toNames(order), answer: &a}, err
}

// reasonOf finds in an answer why it was a refusal.
func reasonOf(a answer) string {
	if a.Err != nil {
		return a.Err.Error()
	}
	for name := range a.Headers {
		if strings.HasSuffix(name, "-Reason") {
			return a.Headers.Get(name)
		}
	}
	const most = 300
	text := strings.TrimSpace(a.Text)
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}

// basic is the REST API's authorization.
func (t *tenant) basic() string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(t.Merchant.MerchantID+":"+t.Merchant.SecretKey))
}

// merchantCall is one of the shop's calls about an order.
func (r *run) merchantCall(ctx context.Context, sc scope, o OrderRef, path string, watched bool) (outcome, error) {
	return filled(sc, o, func(o OrderRef) (outcome, error) {
		return r.call(ctx, Call{Company: o.Company, Method: http.MethodPost, Path: path, Auth: "merchant", JSON: map[string]any{"order_invoice_number": o.Order}}, watched)
	})
}

// call calls an API as the shop does.
func (r *run) call(ctx context.Context, c Call, watched bool) (outcome, error) {
	t, err := r.tenant(c.Company)
	if err != nil {
		return outcome{}, err
	}
	method, body, header, err := c.request(t)
	if err != nil {
		return outcome{}, err
	}
	address := c.Path
	if c.At == "shop" {
		base := r.shopBase()
		if base == "" {
			return outcome{}, errors.New("the shop's address is not known: name it with --check")
		}
		address = base + c.Path
	}
	a, err := r.patient(ctx, c.Retry, func() (answer, error) { return r.client.do(ctx, method, address, header.Clone(), body) })
	if err != nil {
		return outcome{}, err
	}
	out := outcome{names: a.names(), answer: &a}
	if !watched && (a.Status == 0 || a.Status >= http.StatusBadRequest) {
		return out, fmt.Errorf("%s %s was answered %d: %s", method, c.Path, a.Status, reasonOf(a))
	}
	return out, nil
}

// request reads method, body and headers of a call.
func (c Call) request(t *tenant) (method string, body []byte, header http.Header, err error) {
	method, header = c.Method, http.Header{}
	if method == "" {
		method = http.MethodGet
	}
	switch {
	case c.Bearer != "":
		header.Set("Authorization", "Bearer "+c.Bearer)
	case c.At == "shop":
	case c.Auth == "merchant":
		header.Set("Authorization", t.basic())
	case c.Auth != "none" && len(t.APITokens) > 0:
		header.Set("Authorization", "Bearer "+t.APITokens[0])
	}
	switch {
	case c.JSON != nil:
		header.Set("Content-Type", "application/json")
		body, err = json.Marshal(c.JSON)
	case c.Form != nil:
		header.Set("Content-Type", formType)
		values := url.Values{}
		for name, value := range c.Form {
			values.Set(name, value)
		}
		body = []byte(values.Encode())
	}
	for name, value := range c.Headers {
		header.Set(name, value)
	}
	return method, body, header, err
}

// patient calls again while the answer is one to try again after. It waits on
// the target's clock: as long as Retry-After says, or twice as long each time.
func (r *run) patient(ctx context.Context, retry *Retry, do func() (answer, error)) (answer, error) {
	a, err := do()
	if retry == nil || err != nil {
		return a, err
	}
	on := retry.On
	if on == nil {
		on = []any{http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, "drop"}
	}
	wait := time.Second
	for try := range retry.Times {
		again := slices.ContainsFunc(on, func(one any) bool { return same(one, a.Status) || (one == "drop" && a.Status == 0) })
		if !again {
			return a, nil
		}
		pause := wait
		if a.Headers != nil {
			if seconds, err := strconv.Atoi(a.Headers.Get("Retry-After")); err == nil {
				pause = time.Duration(seconds) * time.Second
			}
		}
		if err := r.advance(ctx, pause); err != nil {
			return a, err
		}
		if a, err = do(); err != nil {
			return a, err
		}
		a.Tries, wait = int(try)+2, wait*2
	}
	return a, nil
}

// authorize lets the company's application in, as a user on the consent page.
func (r *run) authorize(ctx context.Context, a Authorize) (outcome, error) {
	t, err := r.tenant(a.Company)
	if err != nil {
		return outcome{}, err
	}
	if len(t.OAuthApps) == 0 || len(t.OAuthApps[0].RedirectURIs) == 0 {
		return outcome{}, fmt.Errorf("the company has no application: give needs.oauth")
	}
	one := t.OAuthApps[0]
	if a.State == "" {
		a.State = "state-" + t.ID
	}
	if a.Scopes == nil {
		a.Scopes = one.Scopes
	}
	query := url.Values{
		"response_type": {"code"}, "client_id": {one.ClientID}, "redirect_uri": {one.RedirectURIs[0]}, "scope": {strings.Join(a.Scopes, " ")}, "state": {a.State},
	}
	done, err := r.client.api.Authorize(ctx, control.Decision{Query: query.Encode(), Deny: a.Deny})
	if err != nil {
		return outcome{}, err
	}
	at, err := url.Parse(done.Location)
	if err != nil {
		return outcome{}, err
	}
	names := map[string]any{"location": done.Location}
	for _, name := range []string{"code", "state", "error"} {
		names[name] = at.Query().Get(name)
	}
	return outcome{names: names}, nil
}

// token gets or revokes tokens as the company's application.
func (r *run) token(ctx context.Context, n Token, watched bool) (outcome, error) {
	t, err := r.tenant(n.Company)
	if err != nil {
		return outcome{}, err
	}
	if len(t.OAuthApps) == 0 || len(t.OAuthApps[0].RedirectURIs) == 0 {
		return outcome{}, fmt.Errorf("the company has no application: give needs.oauth")
	}
	one := t.OAuthApps[0]
	form := map[string]string{"client_id": one.ClientID, "client_secret": one.ClientSecret}
	path := "/oauth/token"
	switch {
	case n.Code != "":
		form["grant_type"], form["code"], form["redirect_uri"] = "authorization_code", n.Code, one.RedirectURIs[0]
	case n.Refresh != "":
		form["grant_type"], form["refresh_token"] = "refresh_token", n.Refresh
	case n.Revoke != "":
		form["token"], path = n.Revoke, "/oauth/revoke"
	default:
		tokens, err := r.client.api.Tokens(ctx, control.TokenRequest{Company: t.ID, ClientID: one.ClientID, Scopes: n.Scopes})
		return outcome{names: toNames(tokens)}, err
	}
	done, err := r.call(ctx, Call{Company: n.Company, Method: http.MethodPost, Path: path, Auth: "none", Form: form}, watched)
	if done.answer != nil && done.answer.Body != nil {
		done.names = done.answer.Body
	}
	return done, err
}
