package audit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/mask"
)

// price is what every order of an audit costs, in VND.
const price = 150_000

// sepayTime is how SePay writes a moment, in Vietnam's time.
const sepayTime = "2006-01-02 15:04:05"

// answerTime bounds one call of the emulator, which waits for the handler.
const answerTime = 2 * time.Minute

// attack is an audit under way.
type attack struct {
	Options
	ctx context.Context
	// client calls the emulator, shop the merchant's pages, over a connection of
	// its own each time: one that is kept may be closed when it is used again.
	client, shop *http.Client
	relay        *relay
	// secrets masks credentials on the card.
	secrets *mask.Masker
	reads   reading

	// own is the company that tells the handlers, other one whose credentials are
	// not the handlers'; it is made when it is needed.
	own, other *tenant
	hook       int64
	// branches are companies with the shop's account at other banks.
	branches map[string]*tenant
	// next numbers the orders and turns the texts.
	next int
	// kind is the handler of the rule under way, armed its
	// faults.
	kind   kind
	armed  []int64
	learnt map[kind]*known
}

// tenant is a company of the emulator.
type tenant struct {
	ID       string `json:"id"`
	Merchant struct {
		MerchantID string `json:"merchant_id"`
		SecretKey  string `json:"secret_key"`
	} `json:"merchant"`
	Webhooks []struct {
		ID int64 `json:"id"`
	} `json:"webhooks"`
}

func newAttack(ctx context.Context, o Options) (*attack, error) {
	a := &attack{
		Options: o, ctx: ctx, learnt: map[kind]*known{}, branches: map[string]*tenant{},
		client: guard.Rule{}.Client(guard.Options{}), shop: guard.Rule{}.Client(guard.Options{Fresh: true}),
	}
	a.client.Timeout, a.shop.Timeout = answerTime, answerTime
	var err error
	if a.reads, err = a.settings(); err != nil {
		return nil, fmt.Errorf("ask the emulator for its settings: %w", err)
	}
	handlers := map[kind]string{}
	a.secrets = mask.New()
	if o.Webhook != nil {
		a.secrets.Add(o.Webhook.Secret)
		handlers[kindWebhook] = o.Webhook.URL
	}
	if o.IPN != nil {
		a.secrets.Add(o.IPN.Secret)
		handlers[kindIPN] = o.IPN.URL
	}
	a.relay, err = newRelay(handlers, a.reads.limit)
	return a, err
}

// known is what was found out about the handler of the rule under way.
func (a *attack) known() *known { return a.knows(a.kind) }

func (a *attack) knows(k kind) *known {
	if a.learnt[k] == nil {
		a.learnt[k] = &known{}
	}
	return a.learnt[k]
}

// open makes the company that tells the handlers.
func (a *attack) open() error {
	secret := ""
	if a.IPN != nil {
		secret = a.IPN.Secret
	}
	hook := map[string]any{}
	if a.Webhook != nil {
		hook = credential(a.Webhook.Auth, a.Webhook.Secret)
	}
	made, err := a.found("CONG TY TNHH KIỂM TOÁN \"A/B\"", []any{
		map[string]any{"bank": "MBBank", "account_number": a.Account},
		map[string]any{"bank": "TPBank", "account_number": a.foreign()},
	}, hook, secret)
	if err != nil {
		return err
	}
	a.own = made
	if len(made.Webhooks) > 0 {
		a.hook = made.Webhooks[0].ID
	}
	return nil
}

// stranger is another company of the same SePay, with secrets of its own.
func (a *attack) stranger() (*tenant, error) {
	if a.other != nil {
		return a.other, nil
	}
	const secret = "another-companys-secret"
	hook := map[string]any{}
	if a.Webhook != nil {
		hook = credential(a.Webhook.Auth, secret)
	}
	var err error
	a.other, err = a.found("CONG TY KHAC", []any{map[string]any{"bank": "ACB", "account_number": strangersAccount}}, hook, secret)
	return a.other, err
}

// credential is how a webhook of the control API proves that it is SePay's.
func credential(auth Auth, secret string) map[string]any {
	hook := map[string]any{"authen_type": string(auth)}
	switch auth {
	case APIKey:
		hook["api_key"] = secret
	case HMAC, SecretKey:
		hook["secret_key"] = secret
	}
	return hook
}

// found makes a company whose notices go to the relay.
func (a *attack) found(name string, accounts []any, hook map[string]any, ipnSecret string) (*tenant, error) {
	body := map[string]any{
		"name": name, "bank_accounts": accounts,
		"payment_code_formats": []any{map[string]any{"prefix": a.Prefix, "suffix_from": 3, "suffix_to": 20}},
		// The relay waits for the handler, and the emulator for the relay.
		"settings": map[string]any{"webhook.timeouts": "30s/" + answerTime.String(), "ipn.delay": "off", "bank.test_mode_quotas": "off"},
	}
	if a.Webhook != nil {
		hook["webhook_url"], hook["event_type"] = a.relay.url(kindWebhook), "All"
		body["webhooks"] = []any{hook}
	}
	if a.IPN != nil {
		ipn := map[string]any{"url": a.relay.url(kindIPN)}
		if ipnSecret != "" && a.IPN.Secret != "" {
			ipn["auth_type"], ipn["secret"] = "SECRET_KEY", ipnSecret
		}
		body["merchant"] = map[string]any{"ipn": ipn, "payment_methods": []string{"BANK_TRANSFER", "CARD"}}
	}
	var made tenant
	if err := a.call(http.MethodPost, "/companies", body, &made); err != nil {
		return nil, fmt.Errorf("make a company: %w", err)
	}
	return &made, nil
}

// foreign is an account of the company that the shop does not sell on.
func (a *attack) foreign() string {
	const one, other = "9876543210", "9876543211"
	if a.Account == one {
		return other
	}
	return one
}

// call makes a call of the control API.
func (a *attack) call(method, path string, body, out any) error {
	return a.exchange(a.client, method, a.Base+"/_control/v1"+path, body, out)
}

// errAnswer is an answer that is no success.
type errAnswer struct {
	status int
	text   string
}

func (e *errAnswer) Error() string { return fmt.Sprintf("it answered %d: %.300s", e.status, e.text) }

// exchange sends JSON and reads JSON; an answer other than 2xx is an error.
func (a *attack) exchange(client *http.Client, method, address string, body, out any) error {
	var in bytes.Buffer
	if body != nil {
		enc := json.NewEncoder(&in)
		enc.SetEscapeHTML(false) // a body that a fault puts in the place of another stays as it is
		if err := enc.Encode(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(a.ctx, method, address, &in)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return err
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return &errAnswer{res.StatusCode, string(text)}
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

// arm sets a fault on the next notices.
func (a *attack) arm(do map[string]any) error { return a.fault(map[string]any{}, do) }

// set changes members of the next notices, which are signed afresh.
func (a *attack) set(members map[string]any) error {
	return a.arm(map[string]any{"tamper": map[string]any{"set": members, "signature": "fresh"}})
}

// fault is arm with a choice among the notices.
func (a *attack) fault(when, do map[string]any) error {
	when["surface"] = string(a.kind)
	if when["company"] == nil {
		when["company"] = a.own.ID
	}
	var made struct {
		ID int64 `json:"id"`
	}
	err := a.call(http.MethodPost, "/faults", map[string]any{"name": "audit", "when": when, "do": do}, &made)
	if err == nil {
		a.armed = append(a.armed, made.ID)
	}
	return err
}

// disarm takes the faults of the rule away, and nobody else's.
func (a *attack) disarm() error {
	var errs []error
	for _, id := range a.armed {
		errs = append(errs, a.call(http.MethodDelete, fmt.Sprint("/faults/", id), nil, nil))
	}
	a.armed = nil
	return errors.Join(errs...)
}

// transfer lets money move and returns when the webhooks were answered. change
// replaces members of the call.
func (a *attack) transfer(memo string, change map[string]any) error {
	body := map[string]any{"company": a.own.ID, "account": a.Account, "amount": price, "content": memo}
	for name, value := range change {
		if body[name] = value; value == nil {
			delete(body, name)
		}
	}
	if err := a.call(http.MethodPost, "/transfers", body, nil); err != nil {
		return err
	}
	return a.settle()
}

// checkout opens an order at a company's gateway. pairs change or add fields.
func (a *attack) checkout(t *tenant, invoice string, pairs ...string) error {
	fields := [][2]string{
		{"merchant", t.Merchant.MerchantID}, {"operation", "PURCHASE"}, {"payment_method", "BANK_TRANSFER"}, {"order_invoice_number", invoice},
		{"order_amount", strconv.Itoa(price)}, {"currency", "VND"}, {"order_description", "Don hang " + invoice},
	}
	put := func(name, value string) {
		for i := range fields {
			if fields[i][0] == name {
				fields[i][1] = value
				return
			}
		}
		fields = append(fields, [2]string{name, value})
	}
	for i := 0; i < len(pairs); i += 2 {
		put(pairs[i], pairs[i+1])
	}
	var signed, form []string
	for _, f := range fields {
		if f[0] != "custom_data" {
			signed = append(signed, f[0]+"="+f[1])
		}
		form = append(form, url.QueryEscape(f[0])+"="+url.QueryEscape(f[1]))
	}
	mac := hmac.New(sha256.New, []byte(t.Merchant.SecretKey))
	mac.Write([]byte(strings.Join(signed, ",")))
	form = append(form, "signature="+url.QueryEscape(base64.StdEncoding.EncodeToString(mac.Sum(nil))))
	req, err := http.NewRequestWithContext(a.ctx, http.MethodPost, a.Base+"/v1/checkout/init", strings.NewReader(strings.Join(form, "&")))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 14; K) localsepay/1")
	res, err := a.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusFound {
		return fmt.Errorf("the checkout of order %s answered %d", invoice, res.StatusCode)
	}
	return nil
}

// pay opens an order at a company's gateway, pays it and returns when the IPN was
// answered. how is what the payer does, nil for a transfer.
func (a *attack) pay(t *tenant, invoice string, how map[string]any, pairs ...string) error {
	if err := a.checkout(t, invoice, pairs...); err != nil {
		return err
	}
	body := map[string]any{"company": t.ID}
	for name, value := range how {
		body[name] = value
	}
	if err := a.call(http.MethodPost, "/orders/"+url.PathEscape(invoice)+"/pay", body, nil); err != nil {
		return err
	}
	return a.settle()
}

// settle returns when everything that is due now was sent and answered.
func (a *attack) settle() error {
	return a.call(http.MethodPost, "/clock/advance", map[string]any{"by": "0s"}, nil)
}

// now is the emulator's time.
func (a *attack) now() (time.Time, error) {
	var c struct {
		Now time.Time `json:"now"`
	}
	err := a.call(http.MethodGet, "/clock", nil, &c)
	return c.Now, err
}

// The headers of a signed webhook.
const (
	headerSignature = "X-Sepay-Signature"
	headerTimestamp = "X-Sepay-Timestamp"
)

// signature is the webhook's; see https://developer.sepay.vn/vi/sepay-webhooks/xac-thuc.
func signature(secret, text string) string { return "sha256=" + hex.EncodeToString(sum(secret, text)) }

func sum(secret, text string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, text)
	return mac.Sum(nil)
}

// anew signs a notice again, as SePay does when it sends one again.
func (a *attack) anew(n notice, at time.Time) notice {
	if n.kind != kindWebhook || a.Webhook.Auth != HMAC {
		return n
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	return n.with(headerTimestamp, stamp).with(headerSignature, signature(a.Webhook.Secret, stamp+"."+string(n.body)))
}

// again sends a notice of the rule again, signed anew.
func (a *attack) again(n notice) (Sent, error) {
	now, err := a.now()
	if err != nil {
		return Sent{}, err
	}
	return a.relay.post(a.ctx, a.anew(n, now)), nil
}

// last is the notice that SePay sent last.
func (a *attack) last() (notice, error) {
	all := a.relay.notices()
	if len(all) == 0 {
		return notice{}, errors.New("SePay sent nothing to the handler")
	}
	return all[len(all)-1], nil
}
