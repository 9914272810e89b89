package scenarios

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Slice is the part of a target's past that [Export] writes down.
type Slice struct {
	// Company is the one whose past it is; it may be left out when the target has
	// one only.
	Company string
	// From and To bound it on the target's clock; a zero one does not.
	From, To time.Time
	// Name is the scenario's.
	Name string
}

// holds says that an instant belongs to the slice.
func (s Slice) holds(at time.Time) bool {
	return (s.From.IsZero() || !at.Before(s.From)) && (s.To.IsZero() || !at.After(s.To))
}

// past is what happened, as steps with their instants.
type past struct {
	slice Slice
	c     *client
	t     *tenant
	steps []pastStep
	left  int
	// orders are the file's names of orders, by order id.
	orders  []pastOrder
	notices []pastNotice
}

type pastStep struct {
	at   time.Time
	text string
}

type pastNotice struct {
	at     time.Time
	kind   string
	status int64
}

type pastOrder struct {
	OrderID    string `json:"order_id"`
	Invoice    string `json:"order_invoice_number"`
	Method     string `json:"payment_method"`
	Operation  string `json:"operation"`
	Status     string `json:"order_status"`
	State      string `json:"state"`
	Amount     int64  `json:"order_amount"`
	CustomerID string `json:"customer_id"`
	PayTo      struct {
		Account string `json:"account_number"`
		Memo    string `json:"memo"`
	} `json:"pay_to"`
	Transactions []pastPayment `json:"transactions"`
	Received     []struct {
		Amount  int64     `json:"amount"`
		Memo    string    `json:"memo"`
		Verdict string    `json:"verdict"`
		At      time.Time `json:"at"`
	} `json:"received"`
	Opened  time.Time  `json:"opened_at"`
	Updated time.Time  `json:"updated_at"`
	Expires *time.Time `json:"expires_at"`
	name    string
}

type pastPayment struct {
	Method string    `json:"payment_method"`
	Type   string    `json:"transaction_type"`
	Status string    `json:"transaction_status"`
	Reason string    `json:"reason"`
	Card   *string   `json:"card_number"`
	At     time.Time `json:"at"`
}

// Export writes a slice of a target's past as a scenario file that repeats it:
// its transfers, orders, payments, calls and what the merchant answered, with
// the time between them, and what came of it as expectations. What it cannot
// repeat, such as calls whose secrets are masked in the log, is counted in a
// comment. Names are those of the file: the company and addresses are fresh ones.
func Export(ctx context.Context, target Target, s Slice) ([]byte, error) {
	if !plainName.MatchString(s.Name) {
		return nil, fmt.Errorf("a scenario cannot be called %q", s.Name)
	}
	if _, err := (guard.Rule{}).URL(target.URL); err != nil {
		return nil, err
	}
	sepay := sepayClient()
	defer sepay.CloseIdleConnections()
	p := &past{slice: s, c: &client{base: strings.TrimRight(target.URL, "/"), http: sepay, shop: sepay, secrets: mask.New()}}
	needs, err := p.company(ctx)
	if err != nil {
		return nil, err
	}
	for _, read := range []func(context.Context) error{p.readOrders, p.readTransfers, p.readCalls, p.readNotices} {
		if err := read(ctx); err != nil {
			return nil, err
		}
	}
	if len(p.steps) == 0 {
		return nil, fmt.Errorf("nothing happened to company %s in that time", p.t.ID)
	}
	text := []byte(p.c.secrets.Known(string(p.write(needs))))
	if _, err := Parse(s.Name+".yaml", text); err != nil {
		return nil, fmt.Errorf("the scenario that was written cannot be read, please report this: %w", err)
	}
	return text, nil
}

// company finds the company and describes what it needs.
func (p *past) company(ctx context.Context) ([]string, error) {
	var state struct {
		Companies []json.RawMessage `json:"companies"`
	}
	if err := p.c.control(ctx, http.MethodGet, "/state", nil, &state); err != nil {
		return nil, err
	}
	var ids []string
	for _, raw := range state.Companies {
		var t tenant
		if err := json.Unmarshal(raw, &t); err != nil {
			return nil, err
		}
		if t.ID == p.slice.Company || (p.slice.Company == "" && len(state.Companies) == 1) {
			p.t = &t
			return needsOf(raw)
		}
		ids = append(ids, t.ID)
	}
	if p.slice.Company == "" {
		return nil, fmt.Errorf("there are several companies: name one of %s", strings.Join(ids, ", "))
	}
	return nil, fmt.Errorf("there is no company %q: %s", p.slice.Company, input.Hint(p.slice.Company, ids))
}

func (p *past) add(at time.Time, format string, args ...any) {
	if p.slice.holds(at) {
		p.steps = append(p.steps, pastStep{at, fmt.Sprintf(format, args...)})
	}
}

// readOrders writes checkouts and what the payer did by card.
func (p *past) readOrders(ctx context.Context) error {
	all, err := list[pastOrder](ctx, p.c, "/orders", url.Values{"company": {p.t.ID}})
	if err != nil {
		return err
	}
	slices.Reverse(all)
	var cards struct {
		Data []pastCard `json:"data"`
	}
	if err := p.c.control(ctx, http.MethodGet, "/cards", nil, &cards); err != nil {
		return err
	}
	for _, o := range all {
		if !p.slice.holds(o.Opened) {
			continue
		}
		o.name = fmt.Sprintf("order%d", len(p.orders)+1)
		p.orders = append(p.orders, o)
		p.add(o.Opened, "checkout: %s\n    as: %s", o.form(), o.name)
		for _, one := range o.Transactions {
			if pay := one.pay(o.Invoice, cards.Data); pay != "" {
				p.add(one.At, "pay: %s", pay)
			}
		}
		if o.State == "expired" && o.Expires == nil {
			at := o.Updated
			for _, got := range o.Received {
				if got.Verdict == "late" && got.At.Before(at) {
					at = got.At
				}
			}
			p.add(at, "expire: {order: %s}", literal(o.Invoice))
		}
	}
	return nil
}

// form is the checkout of an order.
func (o pastOrder) form() string {
	out := fmt.Sprintf("{invoice: %s, amount: %d", literal(o.Invoice), o.Amount)
	byCard := slices.ContainsFunc(o.Transactions, func(one pastPayment) bool { return one.Method == "CARD" })
	if o.Method != "" && !(byCard && len(o.Received) > 0) {
		out += ", method: " + word(o.Method)
	}
	if o.Operation != "PURCHASE" {
		out += ", operation: " + word(o.Operation)
	}
	if o.CustomerID != "" {
		out += ", customer_id: " + literal(o.CustomerID)
	}
	return out + "}"
}

// pastCard is a test card of the target.
type pastCard struct {
	Name   string `json:"name"`
	Number string `json:"number"`
}

// is says that a masked number may be the card's.
func (c pastCard) is(masked string) bool {
	return len(masked) > 4 && len(c.Number) > 4 && masked[0] == c.Number[0] && masked[len(masked)-4:] == c.Number[len(c.Number)-4:]
}

// pay is the step of a payment that was no transfer; empty for those and voids.
func (one pastPayment) pay(invoice string, cards []pastCard) string {
	if one.Type != "PAYMENT" {
		return ""
	}
	if one.Card == nil {
		if one.Status == "DECLINED" {
			return fmt.Sprintf("{order: %s, outcome: failed}", literal(invoice))
		}
		return ""
	}
	out := "{order: " + literal(invoice)
	if i := slices.IndexFunc(cards, func(c pastCard) bool { return c.is(*one.Card) }); i >= 0 {
		out += ", card: " + word(cards[i].Name)
		if cards[i].Name == "challenge" && one.Status != "APPROVED" {
			out += ", outcome: " + map[bool]string{true: "fail", false: "abandon"}[one.Reason == "authentication_failed"]
		}
	}
	return out + "}"
}

// readTransfers writes the transfers of the bank.
func (p *past) readTransfers(ctx context.Context) error {
	rows, err := transactionsOf(ctx, p.c, p.t)
	if err != nil {
		return err
	}
	slices.Reverse(rows)
	for _, row := range rows {
		at, err := time.Parse(time.RFC3339, textOf(row["transaction_date"]))
		if err != nil {
			return err
		}
		p.add(at, "transfer: %s", p.transfer(row, at))
	}
	return nil
}

// madeUp is how references begin that a target makes up as test mode does.
const madeUp = "SB"

// transfer is the step of a transaction. One that named an order names it by
// what its successor shows to the payer.
func (p *past) transfer(row map[string]any, at time.Time) string {
	var out []string
	in, _ := numberOf(row["amount_in"])
	amount, _ := numberOf(row["amount_out"])
	if in == 0 {
		out = append(out, "direction: out")
	}
	content, va := written(row["transaction_content"]), written(row["va"])
	memo, number := literal(content), literal(va)
	for _, o := range p.orders {
		for _, got := range o.Received {
			if got.Amount != int64(in) || got.Memo != content || !got.At.Truncate(time.Second).Equal(at.Truncate(time.Second)) {
				continue
			}
			if o.PayTo.Memo != "" {
				memo = around(content, o.PayTo.Memo, o.name+".pay_to.memo")
			}
			if va != "" && va == o.PayTo.Account {
				number = strconv.Quote("${" + o.name + ".pay_to.account_number}")
			}
		}
	}
	out = append(out, fmt.Sprintf("amount: %d", int64(in+amount)), "content: "+memo)
	if reference := written(row["reference_number"]); !strings.HasPrefix(reference, madeUp) {
		out = append(out, "reference: "+literal(reference))
	}
	switch {
	case row["va_id"] != nil && va != "":
		out = append(out, "va: "+number)
	case len(p.t.Accounts) > 1:
		out = append(out, "account: "+literal(written(row["account_number"])))
	}
	return "{" + strings.Join(out, ", ") + "}"
}

// readCalls writes what clients asked, and cancels and voids.
func (p *past) readCalls(ctx context.Context) error {
	type request struct {
		ID        int64     `json:"id"`
		At        time.Time `json:"at"`
		Method    string    `json:"method"`
		Path      string    `json:"path"`
		Query     string    `json:"query"`
		Surface   string    `json:"surface"`
		Operation string    `json:"operation"`
		Status    int       `json:"status"`
		Body      string    `json:"request_body"`
	}
	all, err := list[request](ctx, p.c, "/requests", url.Values{"company": {p.t.ID}})
	if err != nil {
		return err
	}
	slices.Reverse(all)
	surfaces := openapi.Surfaces()
	for _, q := range all {
		path := q.Path
		if q.Query != "" {
			path += "?" + q.Query
		}
		row, _ := surfaces.Named(q.Surface)
		auth := map[openapi.Credential]string{openapi.MerchantPair: "merchant", openapi.APIToken: "token"}[row.Credential]
		verb := map[string]string{"cancelOrder": "cancel", "voidTransaction": "void"}[q.Operation]
		switch {
		case q.Operation == "initCheckout" && q.Status == http.StatusFound, !p.slice.holds(q.At):
		case verb != "":
			if err := p.c.control(ctx, http.MethodGet, fmt.Sprintf("/requests/%d", q.ID), nil, &q); err != nil {
				return err
			}
			invoice, err := look(ctx, decode([]byte(q.Body)), "order_invoice_number")
			if err != nil {
				return err
			}
			p.add(q.At, "%s: {order: %s}\n    expect: {answer: {status: %d}}", verb, literal(textOf(invoice)), q.Status)
		case auth != "" && q.Method == http.MethodGet && !strings.Contains(path, "***") && !p.names(path):
			p.add(q.At, "call: {path: %s, auth: %s}\n    expect: {answer: {status: %d}}", literal(path), auth, q.Status)
		default:
			p.left++
		}
	}
	return nil
}

// names says that a path has an id that another run does not have.
func (p *past) names(path string) bool {
	last := path[strings.LastIndex(path, "/")+1:]
	return len(last) >= 32 || slices.ContainsFunc(p.orders, func(o pastOrder) bool { return strings.Contains(path, o.OrderID) })
}

// readNotices keeps what the merchant answered, in order.
func (p *past) readNotices(ctx context.Context) error {
	all, err := list[delivery](ctx, p.c, "/deliveries", url.Values{"company": {p.t.ID}})
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b delivery) int { return cmp.Compare(a.ID, b.ID) })
	for _, d := range all {
		for i, a := range d.Attempts {
			at, err := time.Parse(time.RFC3339, a.At)
			if err != nil {
				return err
			}
			if !p.slice.holds(at) {
				continue
			}
			n := pastNotice{at: at, kind: d.Kind}
			if a.Response != nil {
				n.status = int64(a.Response.Status)
			}
			p.notices = append(p.notices, n)
			if d.Origin == "replay" && i == 0 {
				p.add(at, "replay: {kind: %s}", word(d.Kind))
			}
		}
	}
	slices.SortStableFunc(p.notices, func(a, b pastNotice) int { return a.at.Compare(b.at) })
	return nil
}
