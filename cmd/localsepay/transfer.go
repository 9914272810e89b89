package main

import (
	"fmt"
	"io"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// payerFlags describe the payer's side of a transfer.
type payerFlags struct {
	BankHabits *bool  `negatable:"" help:"As the receiving bank writes it: what it drops of the memo, its noise around it, its reference and time. localsepay explain habits shows the table."`
	SentFrom   string `enum:",other_bank,same_bank,wallet,vietcombank" default:"" placeholder:"SOURCE" help:"Where the payer sends from, for bank habits: other_bank, same_bank, wallet or vietcombank."`
}

// transferCmd makes a transfer.
type transferCmd struct {
	remote
	Amount    string  `arg:"" help:"Amount in VND, e.g. 150000 or 150,000."`
	Memo      *string `arg:"" optional:"" help:"Transfer memo, e.g. \"DH123456 thanh toan\"; \"\" for an empty one. Test mode's own text when it is left out."`
	Out       bool    `help:"Money goes out instead of in."`
	Account   string  `help:"Account number; the first account otherwise."`
	VA        string  `name:"va" help:"Number or memo code of a virtual account."`
	Company   string  `help:"Company id, when there are several. The other side of shop is shop:live."`
	Reference *string `help:"Bank reference, \"\" for an empty one; made up otherwise."`
	payerFlags
	NoWait bool `help:"Do not wait for the webhooks' answers."`
}

// Run implements the verb. It exits with 6 when a webhook fails.
func (c transferCmd) Run(t terminal) error {
	amount, err := input.Amount(c.Amount)
	if err != nil {
		return &usageError{err.Error(), "e.g. localsepay transfer 150000 \"DH123456\""}
	}
	body := control.NewTransfer{Company: c.Company, Account: c.Account, VA: c.VA, Amount: amount, Content: c.Memo, Reference: c.Reference, Direction: "in", BankHabits: c.BankHabits, SentFrom: c.SentFrom}
	if c.Out {
		body.Direction = "out"
	}
	done, err := send(t, c.remote, (*control.Client).Transfer, body)
	if err != nil {
		return err
	}
	var deliveries []control.Delivery
	if !c.NoWait {
		for _, n := range done.Webhooks {
			d, err := c.awaitAnswer(t, n.DeliveryID)
			if err != nil {
				return err
			}
			deliveries = append(deliveries, d)
		}
	}
	out := struct {
		control.Transfer
		Deliveries []control.Delivery `json:"deliveries"`
	}{done, deliveries}
	if err := c.print(t, &out, func(w io.Writer) { printTransfer(w, out.Transfer, out.Deliveries) }); err != nil {
		return err
	}
	return handlerVerdict(deliveries)
}

func printTransfer(w io.Writer, done control.Transfer, deliveries []control.Delivery) {
	if !done.Recorded {
		fmt.Fprintln(w, "The money moved, but SePay was not notified:", done.Reason)
		return
	}
	code := "no payment code"
	if done.Code != nil {
		code = "payment code " + *done.Code
	}
	fmt.Fprintf(w, "transaction %d (%s): %s %d VND on %s %s, %s\n", done.ID, done.XID, done.Direction, done.Amount, done.Bank, done.AccountNumber, code)
	if b := done.BankWrote; b != nil {
		fmt.Fprintf(w, "  typed   %q\n  content %q, reference %q, at %s\n  %s\n", b.Typed, b.Content, done.Reference, done.At, b.Summary)
	}
	for _, n := range done.Webhooks {
		if n.Result == "skipped" {
			fmt.Fprintf(w, "  webhook %d skipped: %s\n", n.WebhookID, n.Reason)
		}
	}
	for _, d := range deliveries {
		if d.Status != "skipped" {
			fmt.Fprintln(w, "  "+deliveryLine(d))
		}
	}
}

// poll is how often a verb checks for an answer.
const poll = 50 * time.Millisecond

// awaitAnswer waits until a delivery has been answered or waits for its retry.
func (r remote) awaitAnswer(t terminal, id int64) (control.Delivery, error) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		d, err := send(t, r, (*control.Client).Delivery, id)
		if err != nil {
			return d, err
		}
		if d.Status != "queued" && d.Status != "sending" {
			return d, nil
		}
		select {
		case <-tick.C:
		case <-t.ctx.Done():
			return d, t.ctx.Err()
		}
	}
}

// handlerVerdict returns an error when a handler did not accept a delivery.
// Deliveries that a fault stopped do not count.
func handlerVerdict(deliveries []control.Delivery) error {
	for _, d := range deliveries {
		if len(d.Attempts) == 0 && len(d.Faults) > 0 {
			continue
		}
		if d.Status == "failed" || d.Status == "waiting" {
			return &handlerError{fmt.Sprintf("the handler did not accept delivery %d", d.ID)}
		}
	}
	return nil
}

// deliveryLine describes a delivery in one line.
func deliveryLine(d control.Delivery) string {
	line := fmt.Sprintf("delivery %d  webhook %d  transaction %s  %s", d.ID, d.WebhookID, d.Subject, d.Status)
	if d.Kind == "ipn" {
		line = fmt.Sprintf("delivery %d  IPN  order %s  %s", d.ID, d.Subject, d.Status)
	}
	if d.Label != "" {
		line += "  (" + d.Label + ")"
	}
	if n := len(d.Attempts); n > 0 {
		a := d.Attempts[n-1]
		line += fmt.Sprintf("  attempt %d: %s in %.0f ms", a.Number, a.Label, a.DurationMS)
		if a.Error != "" {
			line += ": " + a.Error
		}
	} else if d.Reason != "" {
		line += ": " + d.Reason
	}
	for _, f := range d.Faults {
		line += "  fault " + f
	}
	if d.NextAttemptAt != nil {
		line += "  next " + *d.NextAttemptAt
	}
	for _, f := range d.Findings {
		line += "\n    finding: " + f.Title + ". " + f.Hint
	}
	return line
}
