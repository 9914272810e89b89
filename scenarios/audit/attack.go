package audit

import (
	"bytes"
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
	"strconv"
	"strings"
)

// kind is which of the two handlers a rule is about.
type kind string

// The kinds, as the delivery log calls them.
const (
	kindWebhook kind = "webhook"
	kindIPN     kind = "ipn"
)

// amount is what every order of an audit costs, in VND.
const amount = 150_000

// attack is an audit under way.
type attack struct {
	Options
	ctx    context.Context
	client *http.Client

	company, merchant, secret string
	next                      int
	kind                      kind
	// noted are the deliveries of the rule, orders its orders.
	noted []int64
	// set are the faults that are armed.
	set    []int64
	orders []order
	// measures are the figures that show credits, idle the handlers that did
	// not credit an honest notice. saysPaid are those whose shop's page said that
	// the order was paid.
	measures map[kind]measure
	idle     map[kind]bool
	saysPaid map[kind]bool
}

// order is one that the shop knows.
type order struct {
	code, invoice string
	// before are the figures of the shop's page when the order was new.
	before map[string]float64
	// looksPaid says that this page already said so; shown is its text, without
	// the order's own name.
	looksPaid bool
	shown     string
}

// name is how notices of a kind call the order.
func (o order) name(k kind) string {
	if k == kindIPN {
		return o.invoice
	}
	return o.code
}

// open makes the company that tells the handlers.
func (a *attack) open() error {
	body := map[string]any{
		"name":                 "CONG TY TNHH KIEM TOAN",
		"payment_code_formats": []any{map[string]any{"prefix": a.Prefix, "suffix_from": 3, "suffix_to": 10}},
		"bank_accounts": []any{
			map[string]any{"bank": "MBBank", "account_number": a.Account},
			map[string]any{"bank": "TPBank", "account_number": a.foreign()},
		},
	}
	if w := a.Webhook; w != nil {
		hook := map[string]any{"webhook_url": w.URL, "event_type": "All", "authen_type": string(w.Auth)}
		switch w.Auth {
		case APIKey:
			hook["api_key"] = w.Secret
		case HMAC, SecretKey:
			hook["secret_key"] = w.Secret
		}
		body["webhooks"] = []any{hook}
	}
	if i := a.IPN; i != nil {
		ipn := map[string]any{"url": i.URL}
		if i.Secret != "" {
			ipn["auth_type"], ipn["secret"] = "SECRET_KEY", i.Secret
		}
		body["merchant"] = map[string]any{"ipn": ipn}
	}
	var made struct {
		ID       string `json:"id"`
		Merchant struct {
			MerchantID string `json:"merchant_id"`
			SecretKey  string `json:"secret_key"`
		} `json:"merchant"`
	}
	if err := a.call(http.MethodPost, "/companies", body, &made); err != nil {
		return fmt.Errorf("make a company: %w", err)
	}
	a.company, a.merchant, a.secret = made.ID, made.Merchant.MerchantID, made.Merchant.SecretKey
	return nil
}

// call makes a call of the control API.
func (a *attack) call(method, path string, body, out any) error {
	return a.exchange(method, a.Base+"/_control/v1"+path, body, out)
}

// exchange sends JSON and reads JSON; an answer of 400 and more is an error.
func (a *attack) exchange(method, address string, body, out any) error {
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(a.ctx, method, address, in)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := a.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s answered %d: %.300s", method, address, res.StatusCode, text)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 8 << 20

// order lets the shop know of a new order.
func (a *attack) order(cancelled bool) (order, error) {
	a.next++
	o := order{code: fmt.Sprintf("%s%06d%03d", a.Prefix, a.Tag%1_000_000, a.next), invoice: fmt.Sprintf("AUDIT-%06d-%d", a.Tag%1_000_000, a.next)}
	if a.Prepare != "" {
		body := map[string]any{a.member(): o.name(a.kind), "amount": amount, "account": a.Account, "cancelled": cancelled}
		if err := a.exchange(http.MethodPost, a.Prepare, body, nil); err != nil {
			return o, fmt.Errorf("prepare an order in the shop: %w", err)
		}
	}
	if cancelled && a.Cancel != "" {
		if err := a.exchange(http.MethodPost, a.Cancel, map[string]any{a.member(): o.name(a.kind)}, nil); err != nil {
			return o, fmt.Errorf("cancel an order in the shop: %w", err)
		}
	}
	if a.Check != "" {
		text, _, err := a.page(o)
		if err != nil {
			return o, err
		}
		o.before, o.looksPaid = figures(text), a.Paid.Match(text)
		o.shown = strings.ReplaceAll(string(text), o.name(a.kind), "")
	}
	a.orders = append(a.orders, o)
	return o, nil
}

// member is how the shop is told an order's name.
func (a *attack) member() string {
	return map[kind]string{kindWebhook: "code", kindIPN: "invoice"}[a.kind]
}

// arm sets a fault on the next notices.
func (a *attack) arm(do map[string]any) error {
	return a.fault(map[string]any{}, do)
}

// fault is arm with a choice among the notices.
func (a *attack) fault(when, do map[string]any) error {
	when["surface"], when["company"] = string(a.kind), a.company
	var set struct {
		ID int64 `json:"id"`
	}
	err := a.call(http.MethodPost, "/faults", map[string]any{"name": "audit", "when": when, "do": do}, &set)
	if err == nil {
		a.set = append(a.set, set.ID)
	}
	return err
}

// disarm takes the faults of the rule away, and nobody else's.
func (a *attack) disarm() error {
	var errs []error
	for _, id := range a.set {
		errs = append(errs, a.call(http.MethodDelete, fmt.Sprint("/faults/", id), nil, nil))
	}
	a.set = nil
	return errors.Join(errs...)
}

// transfer lets money move and waits for the webhook's answer.
func (a *attack) transfer(memo string, change map[string]any) error {
	body := map[string]any{"company": a.company, "account": a.Account, "amount": amount, "content": memo + " thanh toan"}
	for name, value := range change {
		body[name] = value
	}
	var done struct {
		Webhooks []struct {
			DeliveryID int64 `json:"delivery_id"`
		} `json:"webhooks"`
	}
	if err := a.call(http.MethodPost, "/transfers", body, &done); err != nil {
		return err
	}
	for _, w := range done.Webhooks {
		a.noted = append(a.noted, w.DeliveryID)
	}
	return a.settle()
}

// pay opens an order at the gateway, pays it and waits for the IPN's answer.
func (a *attack) pay(invoice string) error {
	fields := [][2]string{
		{"merchant", a.merchant}, {"operation", "PURCHASE"}, {"payment_method", "BANK_TRANSFER"}, {"order_invoice_number", invoice},
		{"order_amount", strconv.Itoa(amount)}, {"currency", "VND"}, {"order_description", "Audit"},
	}
	var signed, form []string
	for _, f := range fields {
		signed = append(signed, f[0]+"="+f[1])
		form = append(form, url.QueryEscape(f[0])+"="+url.QueryEscape(f[1]))
	}
	mac := hmac.New(sha256.New, []byte(a.secret))
	mac.Write([]byte(strings.Join(signed, ",")))
	form = append(form, "signature="+url.QueryEscape(base64.StdEncoding.EncodeToString(mac.Sum(nil))))
	req, err := http.NewRequestWithContext(a.ctx, http.MethodPost, a.Base+"/v1/checkout/init", strings.NewReader(strings.Join(form, "&")))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := a.noRedirect(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusFound {
		return fmt.Errorf("the checkout of order %s answered %d", invoice, res.StatusCode)
	}
	var paid struct {
		OrderID string `json:"order_id"`
	}
	if err := a.call(http.MethodPost, "/orders/"+invoice+"/pay", map[string]any{"company": a.company}, &paid); err != nil {
		return err
	}
	if err := a.settle(); err != nil {
		return err
	}
	var list struct {
		Data []struct {
			ID int64 `json:"id"`
		} `json:"data"`
	}
	q := url.Values{"company": {a.company}, "kind": {"ipn"}, "subject": {paid.OrderID}}
	if err := a.call(http.MethodGet, "/deliveries?"+q.Encode(), nil, &list); err != nil {
		return err
	}
	for _, d := range list.Data {
		a.noted = append(a.noted, d.ID)
	}
	return nil
}

// tell lets the handler be told that an order was paid, by what the rule is
// about: a transfer or a payment at the gateway.
func (a *attack) tell(o order) error {
	if a.kind == kindIPN {
		return a.pay(o.invoice)
	}
	return a.transfer(o.code, nil)
}

// settle returns when everything that is due now was sent and answered.
func (a *attack) settle() error {
	return a.call(http.MethodPost, "/clock/advance", map[string]any{"by": "0s"}, nil)
}

// replay sends a notice of the rule again.
func (a *attack) replay(i int) error {
	var again struct {
		ID int64 `json:"id"`
	}
	if err := a.call(http.MethodPost, fmt.Sprintf("/deliveries/%d/replay", a.noted[i]), nil, &again); err != nil {
		return err
	}
	a.noted = append(a.noted, again.ID)
	return a.settle()
}

// race sends the rule's first notice again, copies times at the same moment.
func (a *attack) race(copies int) error {
	ids := make([]int64, copies)
	for i := range ids {
		ids[i] = a.noted[0]
	}
	var made struct {
		Data []struct {
			ID int64 `json:"id"`
		} `json:"data"`
	}
	if err := a.call(http.MethodPost, "/deliveries/replay", map[string]any{"ids": ids}, &made); err != nil {
		return err
	}
	for _, d := range made.Data {
		a.noted = append(a.noted, d.ID)
	}
	return a.settle()
}

// sent reads the rule's notices out of the delivery log.
func (a *attack) sent() ([]Sent, error) {
	out := []Sent{}
	for _, id := range a.noted {
		var d struct {
			Reason   string `json:"reason"`
			Attempts []struct {
				Request struct {
					URL     string            `json:"url"`
					Headers map[string]string `json:"headers"`
					Body    string            `json:"body"`
				} `json:"request"`
				Response *struct {
					Status int    `json:"status"`
					Body   string `json:"body"`
				} `json:"response"`
				Error string `json:"error"`
			} `json:"attempts"`
		}
		if err := a.call(http.MethodGet, fmt.Sprint("/deliveries/", id), nil, &d); err != nil {
			return nil, err
		}
		for _, t := range d.Attempts {
			s := Sent{URL: t.Request.URL, Headers: masked(t.Request.Headers), Body: t.Request.Body, Error: t.Error}
			if t.Response != nil {
				s.Status, s.Answer = t.Response.Status, t.Response.Body
			}
			out = append(out, s)
		}
	}
	return out, nil
}

// masked hides credentials; a signature proves nothing without its secret.
func masked(headers map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range headers {
		switch http.CanonicalHeaderKey(name) {
		case "Authorization", "X-Secret-Key":
			scheme, _, _ := strings.Cut(value, " ")
			if scheme == value {
				scheme = ""
			}
			value = strings.TrimSpace(scheme + " •••")
		}
		out[name] = value
	}
	return out
}
