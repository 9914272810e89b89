package control

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// Orders lists the orders that f selects, newest first.
func (c *Control) Orders(ctx context.Context, f store.OrderFilter, limit int) (wire.List[wire.Order], error) {
	out := wire.List[wire.Order]{Data: []wire.Order{}}
	err := c.config.Store.View(ctx, func(r store.Reader) error {
		page, err := store.ListOrders(r, f, store.Window{Limit: limit, NoTotal: true})
		if err != nil {
			return err
		}
		var last int64
		for _, o := range page.Rows {
			shown, err := c.showStored(r, o)
			if err != nil {
				return err
			}
			out.Data, last = append(out.Data, shown), o.ID
		}
		out.Next = cursor(len(page.Rows), limit, last)
		return nil
	})
	return out, err
}

// Order returns an order by SePay's order id or the shop's invoice number. An
// empty company looks through all.
func (c *Control) Order(ctx context.Context, company, key string) (out wire.Order, err error) {
	err = c.config.Store.View(ctx, func(r store.Reader) error {
		o, err := payment.Find(r, company, key)
		if err != nil {
			return err
		}
		out, err = c.showStored(r, o)
		return err
	})
	return out, err
}

// findOrder returns the record behind a key and its company.
func (c *Control) findOrder(ctx context.Context, company, key string) (o store.Order, owner store.Company, err error) {
	err = c.config.Store.View(ctx, func(r store.Reader) error {
		if o, err = payment.Find(r, company, key); err != nil {
			return err
		}
		owner, err = store.CompanyByID.Find(r, o.Company)
		return err
	})
	return o, owner, err
}

// Pay performs the payer's action on the hosted page.
func (c *Control) Pay(ctx context.Context, key string, n wire.NewPay) (wire.Order, error) {
	if err := checkPay(n); err != nil {
		return wire.Order{}, err
	}
	o, owner, err := c.findOrder(ctx, n.Company, key)
	if err != nil {
		return wire.Order{}, err
	}
	method, err := payMethod(n, o, owner)
	if err != nil {
		return wire.Order{}, err
	}
	if o, err = c.config.Gateway.Choose(ctx, o, owner, method); err != nil {
		return wire.Order{}, err
	}
	if method == store.MethodCard {
		err = c.payByCard(ctx, o, n)
	} else {
		_, err = c.config.Gateway.Simulate(ctx, o.ID, payment.PayerChoice{Outcome: n.Outcome, Habits: n.BankHabits, From: n.SentFrom})
	}
	if err != nil {
		return wire.Order{}, err
	}
	return c.Order(ctx, o.Company, o.OrderID)
}

// checkPay refuses values that are invalid for any order.
func checkPay(n wire.NewPay) error {
	methods := []string{}
	for _, m := range store.PaymentMethods() {
		methods = append(methods, string(m))
	}
	cards := []string{}
	for _, known := range payment.TestCards() {
		cards = append(cards, known.Name)
	}
	for _, word := range []struct {
		name, value string
		choices     []string
	}{{"method", n.Method, methods}, {"card", n.Card, cards}, {"outcome", n.Outcome, append(payment.TransferOutcomes(), cardOutcomes...)}} {
		if err := oneOf(word.name, word.value, word.choices); err != nil {
			return err
		}
	}
	return nil
}

// cardOutcomes are the outcomes of a card's challenge.
var cardOutcomes = []string{"pass", "fail", "abandon"}

// oneOf refuses a non-empty value that is none of the choices.
func oneOf(name, value string, choices []string) error {
	if value == "" || slices.Contains(choices, value) {
		return nil
	}
	return newProblem(http.StatusBadRequest, "Bad request", fmt.Sprintf("%s cannot be %s", name, quoteHost(value)), input.Hint(value, choices))
}

// payMethod chooses the payment method when the caller names none.
func payMethod(n wire.NewPay, o store.Order, owner store.Company) (store.PaymentMethod, error) {
	offered := payment.Offered(owner, o)
	switch {
	case n.Card != "" && n.Method != "" && n.Method != string(store.MethodCard):
		return "", badRequest("a card pays by method CARD only")
	case n.Card != "":
		return store.MethodCard, nil
	case n.Method != "":
		return store.PaymentMethod(n.Method), nil
	case o.Method != "" && slices.Contains(offered, o.Method):
		return o.Method, nil
	}
	return offered[0], nil
}

// defaultCard is used when the payer names no card.
const defaultCard = "visa"

func (c *Control) payByCard(ctx context.Context, o store.Order, n wire.NewPay) error {
	name := n.Card
	if name == "" {
		name = defaultCard
	}
	card, ok := payment.CardNamed(name)
	if !ok {
		return fmt.Errorf("card %q: %w", name, payment.ErrInvalid)
	}
	if n.Outcome != "" && !slices.Contains(cardOutcomes, n.Outcome) {
		return badRequest(fmt.Sprintf("outcome %q: a card's outcome is its own; its challenge takes pass, fail or abandon", n.Outcome))
	}
	done, err := c.config.Gateway.PayByCard(ctx, o.ID, payment.CardInput{Number: card.Number, Holder: "NGUYEN VAN A", Expiry: card.Expiry, CVV: card.CVV})
	if err != nil || !done.Payment.Challenge || n.Outcome == wire.OutcomeAbandon {
		return err
	}
	_, err = c.config.Gateway.Answer(ctx, done.Payment.ID, n.Outcome != wire.OutcomeFail, payment.OTP)
	return err
}

// Leave returns the payer to the shop without paying. The order keeps waiting,
// as at SePay (assumed): the shop cancels it with its own call.
func (c *Control) Leave(ctx context.Context, company, key string) (wire.Order, error) {
	out, err := c.Order(ctx, company, key)
	if err != nil {
		return out, err
	}
	o, _, err := c.findOrder(ctx, company, key)
	if out.State == string(payment.StateWaiting) || out.State == string(payment.StateFailed) || out.State == string(payment.StateProcessing) {
		out.Redirect = orNull(c.config.Secrets.URL(o.CancelURL))
	}
	return out, err
}

// Expire ends a waiting order as if its time had passed.
func (c *Control) Expire(ctx context.Context, company, key string) (wire.Order, error) {
	o, _, err := c.findOrder(ctx, company, key)
	if err != nil {
		return wire.Order{}, err
	}
	if _, err := c.config.Gateway.Expire(ctx, o.ID); err != nil {
		return wire.Order{}, err
	}
	return c.Order(ctx, o.Company, o.OrderID)
}

// SetIPN changes the IPN of a company, which may be omitted when there is only one.
// The change applies from the next attempt of every IPN.
func (c *Control) SetIPN(ctx context.Context, n wire.IPNChange) (wire.IPN, error) {
	var changed store.Company
	if err := c.config.Notifier.VetIPN(ctx, n.URL); err != nil {
		return wire.IPN{}, err
	}
	err := c.config.Store.Update(ctx, func(w store.Writer) error {
		company, err := oneCompany(w, n.Company)
		if err != nil {
			return err
		}
		ipn := readIPN(n)
		if err := c.config.Notifier.CheckIPN(ipn); err != nil {
			return err
		}
		before := company.Merchant.IPN
		company.Merchant.IPN = ipn
		if changed = company; ipn == before {
			return nil
		}
		w.Emit(fact.Fact{At: c.config.Clock.Now(), Company: company.ID, Subject: fact.About(fact.IPN, company.ID), Type: fact.IPN, Data: IPNChanged{ipn.URL}})
		return store.Companies.Put(w, company)
	})
	if err != nil {
		return wire.IPN{}, err
	}
	return showIPN(changed), nil
}

func readIPN(n wire.IPNChange) store.IPN {
	ipn := store.IPN{URL: n.URL, AuthType: store.IPNAuthType(n.AuthType), Secret: n.Secret}
	if ipn.AuthType == "" {
		ipn.AuthType = store.IPNNone
	}
	return ipn
}

// showIPN renders the IPN, with the secret once one is in use.
func showIPN(c store.Company) wire.IPN {
	ipn := c.Merchant.IPN
	if ipn.AuthType == store.IPNSecret && ipn.Secret == "" {
		ipn.Secret = c.Merchant.SecretKey
	}
	return wire.IPN{URL: orNull(ipn.URL), AuthType: string(ipn.AuthType), Secret: orNull(ipn.Secret)}
}

// Cards lists the emulator's test cards.
func (c *Control) Cards() wire.List[wire.Card] {
	out := wire.List[wire.Card]{Data: []wire.Card{}}
	for _, t := range payment.TestCards() {
		out.Data = append(out.Data, wire.Card{Name: t.Name, Number: t.Number, Expiry: t.Expiry, CVV: t.CVV, Brand: t.Brand, Outcome: string(t.Outcome)})
	}
	return out
}

// showOrder renders an order as it was at a moment.
func (c *Control) showOrder(s payment.Standing) wire.Order {
	o, company, place, progress := s.Order, s.Company, s.Place, payment.ProgressWith(s.Order, s.Payments)
	out := wire.Order{
		ID: o.ID, OrderID: o.OrderID, InvoiceNumber: o.InvoiceNumber, Company: o.Company, Operation: o.Operation, PaymentMethod: string(o.Method),
		Status: string(o.Status), State: string(progress.State), Amount: o.Amount, Description: o.Description, CustomerID: o.CustomerID,
		Listed: o.Listed, Redirect: orNull(c.config.Secrets.URL(progress.Redirect)), CheckoutURL: "/v1/checkout?" + payment.LinkOf(company, o).Encode(),
		Transactions: []wire.OrderTransaction{}, Received: []wire.ReceivedTransfer{},
		OpenedAt: stamp(o.OpenedAt), UpdatedAt: stamp(o.UpdatedAt), CapturedAt: stampOrNull(o.CapturedAt), ExpiresAt: stampOrNull(o.ExpiresAt),
	}
	if payment.TakesTransfer(company, o) {
		qr, err := place.QR(o)
		if err != nil { // a place of the emulator's own always has one
			c.config.Findings.Add(finding.Internal("the QR code of order "+o.OrderID, err))
		}
		out.PayTo = wire.PayTo{Bank: place.Bank, AccountNumber: place.AccountNumber, AccountHolder: place.Holder, Memo: place.Memo, QR: qr}
	}
	for _, got := range o.Received {
		out.Received = append(out.Received, wire.ReceivedTransfer{Transaction: got.TransactionID, Amount: got.Amount, Memo: got.Memo, Verdict: string(got.Verdict), At: stamp(got.At)})
	}
	for _, p := range s.Payments {
		out.Transactions = append(out.Transactions, showPayment(p))
	}
	return out
}

func showPayment(p store.Payment) wire.OrderTransaction {
	t := wire.OrderTransaction{
		ID: p.ID, TransactionID: p.TransactionID, PaymentMethod: string(p.Method), Type: string(p.Type), Status: string(p.Status),
		Amount: p.Amount, Reason: p.Reason, At: stamp(p.Date),
	}
	if p.Card != nil {
		t.CardNumber = &p.Card.Number
	}
	if p.BankTransaction != 0 {
		t.BankTransaction = &p.BankTransaction
	}
	return t
}

// showStored renders an order as the store has it.
func (c *Control) showStored(r store.Reader, o store.Order) (wire.Order, error) {
	s, err := payment.StandingOf(r, o)
	if err != nil {
		return wire.Order{}, err
	}
	return c.showOrder(s), nil
}
