package audit

import (
	"bytes"
	"cmp"
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

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/mask"
)

// price is the price of every order, in VND.
const price = 150_000

// sepayTime is SePay's time format, in Vietnam's zone.
const sepayTime = "2006-01-02 15:04:05"

// answerTime is the timeout of a call to the emulator, which waits for the
// handler.
const answerTime = 2 * time.Minute

// attack is an audit under way.
type attack struct {
	Options
	ctx context.Context
	// client calls the emulator, shop the merchant's pages, over a new connection
	// each time, as a kept one may be closed by then.
	client, shop *http.Client
	// api is the emulator's control API.
	api   *control.Client
	relay *relay
	// secrets masks credentials on the card.
	secrets *mask.Masker
	reads   reading

	// own is the company of the handlers, other one with other credentials; it is
	// created when needed.
	own, other *control.Company
	hook       int64
	// branches are companies with the shop's account at other banks.
	branches map[string]*control.Company
	// next numbers the orders and turns the texts.
	next int
	// kind is the handler of the present rule, armed its faults.
	kind   kind
	armed  []int64
	learnt map[kind]*known
}

func newAttack(ctx context.Context, o Options) (*attack, error) {
	a := &attack{
		Options: o, ctx: ctx, learnt: map[kind]*known{}, branches: map[string]*control.Company{},
		client: guard.Rule{}.Client(guard.Options{}), shop: guard.Rule{}.Client(guard.Options{Fresh: true}),
	}
	a.client.Timeout, a.shop.Timeout = answerTime, answerTime
	a.api = control.NewClient(o.Base)
	a.api.HTTP = a.client
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

// known returns what was found about the handler of the present rule.
func (a *attack) known() *known { return a.knows(a.kind) }

func (a *attack) knows(k kind) *known {
	if a.learnt[k] == nil {
		a.learnt[k] = &known{}
	}
	return a.learnt[k]
}

// open creates the company of the handlers.
func (a *attack) open() error {
	secret := ""
	if a.IPN != nil {
		secret = a.IPN.Secret
	}
	var hook control.WebhookBody
	if a.Webhook != nil {
		hook = credential(a.Webhook.Auth, a.Webhook.Secret)
	}
	made, err := a.found("CONG TY TNHH KIỂM TOÁN \"A/B\"", []control.NewBankAccount{
		{Bank: "MBBank", AccountNumber: a.Account}, {Bank: "TPBank", AccountNumber: a.foreign()},
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

// otherCompany returns another company of the same SePay, with its own secrets.
func (a *attack) otherCompany() (*control.Company, error) {
	if a.other != nil {
		return a.other, nil
	}
	const secret = "another-companys-secret"
	var hook control.WebhookBody
	if a.Webhook != nil {
		hook = credential(a.Webhook.Auth, secret)
	}
	var err error
	a.other, err = a.found("CONG TY KHAC", []control.NewBankAccount{{Bank: "ACB", AccountNumber: otherCompanyAccount}}, hook, secret)
	return a.other, err
}

// credential returns a webhook's authentication for the control API.
func credential(auth Auth, secret string) control.WebhookBody {
	kind := string(auth)
	hook := control.WebhookBody{AuthenType: &kind}
	switch auth {
	case APIKey:
		hook.APIKey = &secret
	case HMAC, SecretKey:
		hook.SecretKey = &secret
	}
	return hook
}

// found creates a company whose notices go to the relay.
func (a *attack) found(name string, accounts []control.NewBankAccount, hook control.WebhookBody, ipnSecret string) (*control.Company, error) {
	n := control.NewCompany{
		Name: name, BankAccounts: accounts,
		PaymentCodeFormats: []control.PaymentCodeFormat{{Prefix: a.Prefix, SuffixFrom: 3, SuffixTo: 20, CharacterType: "NumberOnly", IsActive: true}},
		// The relay waits for the handler, and the emulator for the relay.
		Settings: map[string]string{"webhook.timeouts": "30s/" + answerTime.String(), "ipn.delay": "off", "bank.test_mode_quotas": "off"},
	}
	if a.Webhook != nil {
		address, all := a.relay.url(kindWebhook), "All"
		hook.WebhookURL, hook.EventType = &address, &all
		n.Webhooks = []control.WebhookBody{hook}
	}
	if a.IPN != nil {
		n.Merchant = control.NewMerchant{PaymentMethods: []string{"BANK_TRANSFER", "CARD"}, IPN: control.NewIPN{URL: a.relay.url(kindIPN)}}
		if ipnSecret != "" && a.IPN.Secret != "" {
			n.Merchant.IPN.AuthType, n.Merchant.IPN.Secret = "SECRET_KEY", ipnSecret
		}
	}
	made, err := a.api.CreateCompany(a.ctx, n)
	if err != nil {
		return nil, fmt.Errorf("make a company: %w", err)
	}
	return &made, nil
}

// foreign returns an account of the company that the shop does not sell on.
func (a *attack) foreign() string {
	const one, other = "9876543210", "9876543211"
	if a.Account == one {
		return other
	}
	return one
}

// errAnswer is an answer without success.
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

// set changes members of the next notices, with new signatures.
func (a *attack) set(members map[string]any) error {
	return a.tamper(control.FaultWhen{}, "fresh", members)
}

// tamper changes members of notices, by their dotted paths; signature is as in
// [control.FaultTamper].
func (a *attack) tamper(when control.FaultWhen, signature string, members map[string]any) error {
	set := map[string]json.RawMessage{}
	for name, value := range members {
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		enc.SetEscapeHTML(false) // what is put in the place of a member stays as it is
		if err := enc.Encode(value); err != nil {
			return err
		}
		set[name] = bytes.TrimSpace(text.Bytes())
	}
	return a.fault(when, control.FaultDo{Tamper: &control.FaultTamper{Set: set, Signature: signature}})
}

// fault arms a fault for the next notices of the company, or for others that
// when selects.
func (a *attack) fault(when control.FaultWhen, do control.FaultDo) error {
	when.Surface, when.Company = string(a.kind), cmp.Or(when.Company, a.own.ID)
	made, err := a.api.CreateFault(a.ctx, control.Fault{Name: "audit", When: when, Do: do})
	if err == nil {
		a.armed = append(a.armed, made.ID)
	}
	return err
}

// disarm removes the faults of the rule.
func (a *attack) disarm() error {
	var errs []error
	for _, id := range a.armed {
		errs = append(errs, a.api.DeleteFault(a.ctx, id))
	}
	a.armed = nil
	return errors.Join(errs...)
}

// transfer makes a transfer and returns when the webhooks were answered. The
// defaults are the price and the shop's account.
func (a *attack) transfer(memo string, n control.NewTransfer) error {
	n.Content, n.Company, n.Amount = &memo, cmp.Or(n.Company, a.own.ID), cmp.Or(n.Amount, price)
	if n.VA == "" {
		n.Account = cmp.Or(n.Account, a.Account)
	}
	if _, err := a.api.Transfer(a.ctx, n); err != nil {
		return err
	}
	return a.settle()
}

// checkout opens an order at a company's gateway. pairs change or add fields.
func (a *attack) checkout(t *control.Company, invoice string, pairs ...string) error {
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
// answered. how describes the payment; the default is a transfer.
func (a *attack) pay(t *control.Company, invoice string, how control.NewPay, pairs ...string) error {
	if err := a.checkout(t, invoice, pairs...); err != nil {
		return err
	}
	how.Company = t.ID
	if _, err := a.api.Pay(a.ctx, invoice, how); err != nil {
		return err
	}
	return a.settle()
}

// settle returns when everything that is due now was sent and answered.
func (a *attack) settle() error {
	_, err := a.api.Advance(a.ctx, control.Advance{By: "0s"})
	return err
}

// now returns the emulator's time.
func (a *attack) now() (time.Time, error) {
	c, err := a.api.Clock(a.ctx)
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, c.Now)
}

// The headers of a signed webhook.
const (
	headerSignature = "X-Sepay-Signature"
	headerTimestamp = "X-Sepay-Timestamp"
)

// signature returns a webhook's signature; see
// https://developer.sepay.vn/vi/sepay-webhooks/xac-thuc.
func signature(secret, text string) string { return "sha256=" + hex.EncodeToString(sum(secret, text)) }

func sum(secret, text string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, text)
	return mac.Sum(nil)
}

// resigned returns a notice with a new signature, as in a retry.
func (a *attack) resigned(n notice, at time.Time) notice {
	if n.kind != kindWebhook || a.Webhook.Auth != HMAC {
		return n
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	return n.with(headerTimestamp, stamp).with(headerSignature, signature(a.Webhook.Secret, stamp+"."+string(n.body)))
}

// again repeats a notice of the rule with a new signature.
func (a *attack) again(n notice) (Sent, error) {
	now, err := a.now()
	if err != nil {
		return Sent{}, err
	}
	return a.relay.post(a.ctx, a.resigned(n, now)), nil
}

// last returns SePay's last notice.
func (a *attack) last() (notice, error) {
	all := a.relay.notices()
	if len(all) == 0 {
		return notice{}, errors.New("SePay sent nothing to the handler")
	}
	return all[len(all)-1], nil
}
