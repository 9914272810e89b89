package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/localsepay/localsepay/openapi/control"
)

// payCmd pays an order of the gateway as its customer.
type payCmd struct {
	remote
	Order   string `arg:"" help:"The shop's invoice number, or SePay's order id."`
	Method  string `help:"BANK_TRANSFER, NAPAS_BANK_TRANSFER or CARD; the order's own otherwise." enum:",BANK_TRANSFER,NAPAS_BANK_TRANSFER,CARD" default:""`
	Card    string `help:"Pay with a test card by its name, such as visa, declined or challenge; localsepay cards lists them."`
	Outcome string `help:"What the payer does: paid, less, more, wrong_memo, twice, late, failed; with a challenge pass, fail or abandon." enum:",paid,less,more,wrong_memo,twice,late,failed,pass,fail,abandon" default:""`
	Company string `help:"Company id, when two have such an invoice number."`
	payerFlags
	NoWait bool `help:"Do not wait for the answers of IPN and webhook."`
}

// Run implements the verb. It exits with 6 when a handler fails.
func (c payCmd) Run(t terminal) error {
	body := control.NewPay{Company: c.Company, Method: c.Method, Card: c.Card, Outcome: c.Outcome, BankHabits: c.BankHabits, SentFrom: c.SentFrom}
	done, err := ask(t, c.remote, func(s *control.Client, ctx context.Context) (control.Order, error) { return s.Pay(ctx, c.Order, body) })
	if err != nil {
		return err
	}
	var deliveries []control.Delivery
	if !c.NoWait {
		if deliveries, err = c.awaitNotices(t, done); err != nil {
			return err
		}
	}
	out := struct {
		control.Order
		Deliveries []control.Delivery `json:"deliveries"`
	}{done, deliveries}
	err = c.print(t, &out, func(w io.Writer) {
		printOrder(w, out.Order)
		for _, d := range out.Deliveries {
			fmt.Fprintln(w, "  "+deliveryLine(d))
		}
	})
	if err != nil {
		return err
	}
	return handlerVerdict(deliveries)
}

// awaitNotices waits for the answers to the IPNs of an order, and to the
// webhooks of its transfers.
func (r remote) awaitNotices(t terminal, o control.Order) ([]control.Delivery, error) {
	subjects := []string{o.OrderID}
	for _, got := range o.Received {
		subjects = append(subjects, strconv.FormatInt(got.Transaction, 10))
	}
	deliveries := []control.Delivery{}
	for _, subject := range subjects {
		about := control.DeliveryFilter{Company: o.Company, Subject: subject}
		list, err := ask(t, r, func(s *control.Client, ctx context.Context) (control.List[control.Delivery], error) {
			return s.Deliveries(ctx, about, 0)
		})
		if err != nil {
			return nil, err
		}
		for _, d := range list.Data {
			answered, err := r.awaitAnswer(t, d.ID)
			if err != nil {
				return nil, err
			}
			deliveries = append(deliveries, answered)
		}
	}
	return deliveries, nil
}

// ordersCmd lists the orders of the gateway.
type ordersCmd struct {
	remote
	Company string `help:"Only this company's."`
	Status  string `help:"Only those with SePay's status." enum:",CAPTURED,CANCELLED,AUTHENTICATION_NOT_NEEDED" default:""`
	Limit   count  `help:"How many at most, newest first." default:"20"`
	Order   string `arg:"" optional:"" help:"Show one order: the shop's invoice number, or SePay's order id."`
}

// Run implements the verb.
func (c ordersCmd) Run(t terminal) error {
	if c.Order != "" {
		o, err := ask(t, c.remote, func(s *control.Client, ctx context.Context) (control.Order, error) {
			return s.Order(ctx, c.Company, c.Order)
		})
		if err != nil {
			return err
		}
		return c.print(t, &o, func(w io.Writer) {
			printOrder(w, o)
			fmt.Fprintf(w, "  page  %s%s\n", c.URL, o.CheckoutURL)
		})
	}
	list, err := ask(t, c.remote, func(s *control.Client, ctx context.Context) (control.List[control.Order], error) {
		return s.Orders(ctx, control.OrderFilter{Company: c.Company, Status: c.Status}, int(c.Limit))
	})
	if err != nil {
		return err
	}
	return c.print(t, &list, func(w io.Writer) {
		if len(list.Data) == 0 {
			fmt.Fprintf(w, "No order yet at %s. Post a signed form to /v1/checkout/init there; the README shows one in JavaScript and in Python.\n", c.URL)
		}
		for _, o := range list.Data {
			printOrder(w, o)
		}
	})
}

func printOrder(w io.Writer, o control.Order) {
	fmt.Fprintf(w, "order %s  %s  %d VND  %s (%s)\n", o.OrderID, o.InvoiceNumber, o.Amount, o.Status, o.State)
	for _, p := range o.Transactions {
		line := fmt.Sprintf("  %s %s %s  %d VND  %s", p.PaymentMethod, p.Type, p.Status, p.Amount, p.At)
		if p.Reason != "" {
			line += "  " + p.Reason
		}
		fmt.Fprintln(w, line)
	}
	for _, r := range o.Received {
		if r.Verdict != "paid" {
			fmt.Fprintf(w, "  a transfer of %d VND came: %s\n", r.Amount, cameAs(r))
		}
	}
	if o.Redirect != nil {
		fmt.Fprintf(w, "  browser to %s\n", *o.Redirect)
	}
}

// cameAs returns the verdict on a transfer, with the reason when the memo shows
// it.
func cameAs(r control.ReceivedTransfer) string {
	if r.Verdict == "unmatched" {
		return fmt.Sprintf("unmatched, because the memo %q names no order", r.Memo)
	}
	return r.Verdict
}

// cardsCmd lists the test cards.
type cardsCmd struct{ remote }

// Run implements the verb.
func (c cardsCmd) Run(t terminal) error {
	list, err := ask(t, c.remote, (*control.Client).Cards)
	if err != nil {
		return err
	}
	return c.print(t, &list, func(w io.Writer) {
		fmt.Fprintln(w, "The emulator's own test cards; SePay publishes none.")
		for _, k := range list.Data {
			fmt.Fprintf(w, "  %-18s  %s  %s  %s  %-10s  %s\n", k.Name, k.Number, k.Expiry, k.CVV, k.Brand, k.Outcome)
		}
	})
}
