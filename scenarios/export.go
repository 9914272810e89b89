package scenarios

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Slice is the part of the past that [Export] writes.
type Slice struct {
	// Company is the one whose past it is; it may be left out when the target has
	// one only.
	Company string
	// From and To bound the time on the target's clock; a zero one does not.
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
	// left counts calls that cannot be repeated, forgotten the facts that the target
	// does not have any more.
	left      int
	forgotten int64
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

// pastOrder is an order with its name in the file, and with its instants.
type pastOrder struct {
	control.Order
	name                     string
	opened, updated, expires time.Time
	received                 []time.Time // that of each transfer
}

// readOrder reads the instants of an order.
func readOrder(o control.Order) (pastOrder, error) {
	out := pastOrder{Order: o, received: make([]time.Time, len(o.Received))}
	var errs []error
	read := func(to *time.Time, text string) {
		var err error
		*to, err = instant(text)
		errs = append(errs, err)
	}
	read(&out.opened, o.OpenedAt)
	read(&out.updated, o.UpdatedAt)
	if o.ExpiresAt != nil {
		read(&out.expires, *o.ExpiresAt)
	}
	for i, got := range o.Received {
		read(&out.received[i], got.At)
	}
	return out, errors.Join(errs...)
}

// Export writes what happened at a target as a scenario file that repeats it: transfers,
// orders, payments, calls and the shop's answers with the time between them, and their
// results as expectations. What it cannot repeat, such as calls with masked secrets, is
// counted in a comment. Company and addresses are fresh ones when the file is run.
func Export(ctx context.Context, target Target, s Slice) ([]byte, error) {
	if !plainName.MatchString(s.Name) {
		return nil, fmt.Errorf("a scenario cannot be called %q", s.Name)
	}
	if _, err := (guard.Rule{}).URL(target.URL); err != nil {
		return nil, err
	}
	sepay := sepayClient()
	defer sepay.CloseIdleConnections()
	p := &past{slice: s, c: newClient(target.URL, sepay, sepay, mask.New())}
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
	state, err := p.c.api.State(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, c := range state.Companies {
		if c.ID == p.slice.Company || (p.slice.Company == "" && len(state.Companies) == 1) {
			p.t = &tenant{Company: c}
			return needsOf(c), nil
		}
		ids = append(ids, c.ID)
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
	all, err := latest(ctx, p, "order", func(o control.Order) int64 { return o.ID })
	if err != nil {
		return err
	}
	cards, err := p.c.api.Cards(ctx)
	if err != nil {
		return err
	}
	for _, shown := range all {
		o, err := readOrder(shown)
		if err != nil {
			return err
		}
		if !p.slice.holds(o.opened) {
			continue
		}
		o.name = fmt.Sprintf("order%d", len(p.orders)+1)
		p.orders = append(p.orders, o)
		p.add(o.opened, "checkout: %s\n    as: %s", o.form(), o.name)
		if err := p.readPayments(o, cards.Data); err != nil {
			return err
		}
		if o.State == "expired" && o.ExpiresAt == nil {
			at := o.updated
			for i, got := range o.Received {
				if got.Verdict == "late" && o.received[i].Before(at) {
					at = o.received[i]
				}
			}
			p.add(at, "expire: {order: %s}", literal(o.InvoiceNumber))
		}
	}
	return nil
}

// readPayments writes what the payer of an order did by card.
func (p *past) readPayments(o pastOrder, cards []control.Card) error {
	for _, one := range o.Transactions {
		at, err := instant(one.At)
		if err != nil {
			return err
		}
		if pay := payStep(one, o.InvoiceNumber, cards); pay != "" {
			p.add(at, "pay: %s", pay)
		}
	}
	return nil
}

// form is the checkout of an order.
func (o pastOrder) form() string {
	out := fmt.Sprintf("{invoice: %s, amount: %d", literal(o.InvoiceNumber), o.Amount)
	byCard := slices.ContainsFunc(o.Transactions, func(one control.OrderTransaction) bool { return one.PaymentMethod == "CARD" })
	if o.PaymentMethod != "" && !(byCard && len(o.Received) > 0) {
		out += ", method: " + word(o.PaymentMethod)
	}
	if o.Operation != "PURCHASE" {
		out += ", operation: " + word(o.Operation)
	}
	if o.CustomerID != "" {
		out += ", customer_id: " + literal(o.CustomerID)
	}
	return out + "}"
}

// isCard says that a masked number may be the card's.
func isCard(c control.Card, masked string) bool {
	return len(masked) > 4 && len(c.Number) > 4 && masked[0] == c.Number[0] && masked[len(masked)-4:] == c.Number[len(c.Number)-4:]
}

// payStep is the step of a payment that was no transfer; empty for those and voids.
func payStep(one control.OrderTransaction, invoice string, cards []control.Card) string {
	if one.Type != "PAYMENT" {
		return ""
	}
	if one.CardNumber == nil {
		if one.Status == "DECLINED" {
			return fmt.Sprintf("{order: %s, outcome: failed}", literal(invoice))
		}
		return ""
	}
	out := "{order: " + literal(invoice)
	if i := slices.IndexFunc(cards, func(c control.Card) bool { return isCard(c, *one.CardNumber) }); i >= 0 {
		out += ", card: " + word(cards[i].Name)
		if cards[i].Name == "challenge" && one.Status != "APPROVED" {
			out += ", outcome: " + map[bool]string{true: "fail", false: "abandon"}[one.Reason == "authentication_failed"]
		}
	}
	return out + "}"
}

// readTransfers writes the transfers of the bank.
func (p *past) readTransfers(ctx context.Context) error {
	return moments(ctx, p, "transaction", func(t control.Transfer) error {
		if t.Transaction == nil { // the bank did not tell SePay of it
			return nil
		}
		at, err := instant(t.At)
		if err == nil {
			p.add(at, "transfer: %s", p.transfer(*t.Transaction, at))
		}
		return err
	})
}

// madeUp is how references begin that a target makes up as test mode does.
const madeUp = "SB"

// transfer is the step of a transaction. One that named an order names it by
// what its successor shows to the payer.
func (p *past) transfer(t control.Transaction, at time.Time) string {
	var out []string
	if t.Direction == "out" {
		out = append(out, "direction: out")
	}
	va := ""
	if t.SubAccount != nil {
		va = *t.SubAccount
	}
	memo, number := literal(t.Content), literal(va)
	for _, o := range p.orders {
		for i, got := range o.Received {
			if got.Amount != t.Amount || got.Memo != t.Content || !o.received[i].Truncate(time.Second).Equal(at.Truncate(time.Second)) {
				continue
			}
			if o.PayTo.Memo != "" {
				memo = around(t.Content, o.PayTo.Memo, o.name+".pay_to.memo")
			}
			if va != "" && va == o.PayTo.AccountNumber {
				number = strconv.Quote("${" + o.name + ".pay_to.account_number}")
			}
		}
	}
	out = append(out, fmt.Sprintf("amount: %d", t.Amount), "content: "+memo)
	if !strings.HasPrefix(t.Reference, madeUp) {
		out = append(out, "reference: "+literal(t.Reference))
	}
	switch {
	case va != "":
		out = append(out, "va: "+number)
	case len(p.t.BankAccounts) > 1:
		out = append(out, "account: "+literal(t.AccountNumber))
	}
	return "{" + strings.Join(out, ", ") + "}"
}

// readCalls writes what clients asked, and cancels and voids.
func (p *past) readCalls(ctx context.Context) error {
	all, err := latest(ctx, p, "request", func(q control.Request) int64 { return q.ID })
	if err != nil {
		return err
	}
	surfaces := openapi.Surfaces()
	for _, q := range all {
		at, err := instant(q.At)
		if err != nil {
			return err
		}
		path := q.Path
		if q.Query != "" {
			path += "?" + q.Query
		}
		row, _ := surfaces.Named(q.Surface)
		auth := map[openapi.Credential]string{openapi.MerchantPair: "merchant", openapi.APIToken: "token"}[row.Credential]
		verb := map[string]string{"cancelOrder": "cancel", "voidTransaction": "void"}[q.Operation]
		switch {
		case q.Company != p.t.ID, q.Operation == "initCheckout" && q.Status == http.StatusFound, !p.slice.holds(at):
		case verb != "":
			if q, err = p.c.api.Request(ctx, q.ID); err != nil {
				return err
			}
			invoice, err := look(ctx, decode([]byte(q.RequestBody)), "order_invoice_number")
			if err != nil { // it named none
				p.left++
				continue
			}
			p.add(at, "%s: {order: %s}\n    expect: {answer: {status: %d}}", verb, literal(textOf(invoice)), q.Status)
		case auth != "" && q.Method == http.MethodGet && !strings.Contains(path, "***") && !p.names(path):
			p.add(at, "call: {path: %s, auth: %s}\n    expect: {answer: {status: %d}}", literal(path), auth, q.Status)
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
	all, err := latest(ctx, p, "delivery", func(d control.Delivery) int64 { return d.ID })
	if err != nil {
		return err
	}
	for _, d := range all {
		for i, a := range d.Attempts {
			at, err := instant(a.At)
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
