package scenarios

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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
	// forgotten counts the facts that the target does not have any more.
	forgotten int64
	left      leftOut
	// orders have the file's names. transfers are the places of their steps, by
	// transaction id; a step is named when another one means it.
	orders    []pastOrder
	transfers map[string]int
	notices   []pastNotice
	// changed says where orders were cancelled or voided.
	changed map[change]place
	// touched are the kinds of notices that a fault touched.
	touched map[string]bool
}

// leftOut counts what a file cannot repeat: calls with secrets or with ids of their
// own, what a fault touched, and replays of what is not in the slice or told twice.
type leftOut struct{ calls, faulted, replays int }

// place is the number of a fact, and its instant.
type place struct {
	seq int64
	at  time.Time
}

// pastStep is a step at the place of a fact.
type pastStep struct {
	place
	text string
}

// pastOrder is an order with its name in the file, and with its instants.
type pastOrder struct {
	control.Order
	name            string
	opened, expires time.Time
	received        []time.Time // that of each transfer
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
// results as expectations. What it cannot repeat, such as calls with masked secrets and
// what a fault did, is counted in comments. Company and addresses are fresh ones when the file is run.
func Export(ctx context.Context, target Target, s Slice) ([]byte, error) {
	if !plainName().MatchString(s.Name) {
		return nil, fmt.Errorf("a scenario cannot be called %q", s.Name)
	}
	if _, err := (guard.Rule{}).URL(target.URL); err != nil {
		return nil, err
	}
	sepay := sepayClient()
	defer sepay.CloseIdleConnections()
	p := &past{slice: s, c: newClient(target.URL, sepay, sepay, mask.New()), transfers: map[string]int{}, touched: map[string]bool{}, changed: map[change]place{}}
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

// add writes a step and says whether the slice holds it.
func (p *past) add(where place, format string, args ...any) bool {
	if !p.slice.holds(where.at) {
		return false
	}
	p.steps = append(p.steps, pastStep{where, fmt.Sprintf(format, args...)})
	return true
}

// readOrders writes checkouts, what the payer did by card, and ends of orders that
// somebody else than their time brought.
func (p *past) readOrders(ctx context.Context) error {
	all, err := courses(ctx, p, "order", func(o control.Order) int64 { return o.ID }, func(o control.Order) int { return len(o.Transactions) })
	if err != nil {
		return err
	}
	cards, err := p.c.api.Cards(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		o, err := readOrder(c.last)
		if err != nil {
			return err
		}
		if !p.slice.holds(o.opened) {
			continue
		}
		o.name = fmt.Sprintf("order%d", len(p.orders)+1)
		p.orders = append(p.orders, o)
		p.add(place{c.first, o.opened}, "checkout: %s\n    as: %s", o.form(), o.name)
		for i, one := range o.Transactions {
			at, err := instant(one.At)
			if err != nil {
				return err
			}
			where := place{c.grew[i], at}
			if one.Type == control.TransactionVoid {
				p.changed[change{"void", o.InvoiceNumber}] = where
			} else if pay := payStep(one, o.InvoiceNumber, cards.Data); pay != "" {
				p.add(where, "pay: %s", pay)
			}
		}
	}
	return p.readEnds(ctx)
}

// readEnds writes the orders that were made to expire before their time, and finds
// where others were cancelled.
func (p *past) readEnds(ctx context.Context) error {
	ended := map[int64]bool{}
	return moments(ctx, p, "order", func(m control.Moment, o control.Order) error {
		if ended[o.ID] || o.State != control.StateExpired && o.State != control.StateCancelled {
			return nil
		}
		ended[o.ID] = true
		at, err := instant(m.At)
		i := slices.IndexFunc(p.orders, func(one pastOrder) bool { return one.ID == o.ID })
		switch where := (place{m.Seq, at}); {
		case i < 0:
		case o.State == control.StateCancelled:
			p.changed[change{"cancel", o.InvoiceNumber}] = where
		case p.orders[i].expires.IsZero() || at.Before(p.orders[i].expires):
			p.add(where, "expire: {order: %s}", literal(o.InvoiceNumber))
		}
		return err
	})
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
	return moments(ctx, p, "transaction", func(m control.Moment, t control.Transfer) error {
		if t.Transaction == nil { // the bank did not tell SePay of it
			return nil
		}
		at, err := instant(t.At)
		if err == nil && p.add(place{m.Seq, at}, "transfer: %s", p.transfer(*t.Transaction, at)) {
			p.transfers[strconv.FormatInt(t.Transaction.ID, 10)] = len(p.steps) - 1
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
