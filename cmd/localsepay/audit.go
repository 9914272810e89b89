package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/notify"
	"github.com/localsepay/localsepay/scenarios/audit"
)

// auditCmd attacks the merchant's own handlers.
type auditCmd struct {
	Webhook     string   `placeholder:"URL" help:"The webhook handler."`
	WebhookAuth string   `default:"none" placeholder:"AUTH" help:"How it checks that SePay calls: none, apikey:KEY, hmac:SECRET or secret:SECRET."`
	IPN         string   `name:"ipn" placeholder:"URL" help:"The IPN handler of the payment gateway."`
	IPNSecret   string   `name:"ipn-secret" placeholder:"SECRET" help:"What X-Secret-Key carries; without it the header is not sent, as is SePay's default."`
	Prepare     string   `placeholder:"URL" help:"POST {\"code\" or \"invoice\",\"amount\",\"account\",\"cancelled\"} there before each rule, so that the shop has the order."`
	Cancel      string   `placeholder:"URL" help:"POST {\"code\" or \"invoice\"} there to cancel an order, when --prepare takes no heed of \"cancelled\"."`
	Check       string   `placeholder:"URL" help:"The shop's page about an order, with {code} or {invoice} in it: tells credited twice from harmless."`
	Paid        string   `default:"(?i)\\bpaid\\b" placeholder:"PATTERN" help:"What that page says of a paid order."`
	Credits     string   `default:"credits" placeholder:"PATH" help:"The member of that page's JSON that counts credits or money; learnt from the first payment when the page has no such member."`
	Account     string   `default:"0123456789" help:"The account number that the shop takes money on."`
	CodePrefix  string   `default:"DH" help:"How the shop's payment codes begin."`
	Rule        []string `placeholder:"NAME" help:"Only this rule."`
	JSON        bool     `name:"json" help:"Print the score card as JSON."`
	JUnit       string   `name:"junit" placeholder:"FILE" help:"Write JUnit XML."`
	SARIF       string   `name:"sarif" placeholder:"FILE" help:"Write SARIF 2.1.0."`
	Seed        uint64   `placeholder:"N" help:"Ids and codes repeat for the same number; each audit has others without it, as a shop remembers the old ones."`
}

// Run implements the verb: exit code 6 when the handler failed a rule, 2 when
// it could not be reached.
func (c auditCmd) Run(t terminal) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	// The shop's clock is real, and looks at the age of a signature: so the
	// emulator's stands at the present.
	now, err := readClock("frozen")
	if err != nil {
		return err
	}
	seed := cmp.Or(c.Seed, uint64(now.Now().Unix()))
	o.Tag = int64(seed)
	e, err := emulator.Start(emulator.WithClock(now), emulator.WithSeed(seed), emulator.WithFirstTransaction(firstTransaction(seed)), emulator.WithContract(emulator.ContractOff), emulator.WithEgress(notify.EgressTest))
	if err != nil {
		return err
	}
	o.Base = e.URL()
	if !c.JSON {
		o.Progress = func(out audit.Outcome) { fmt.Fprintln(t.err, "  "+out.Line()) }
	}
	card, err := audit.Run(t.ctx, o)
	switch closed := e.Close(); {
	case errors.Is(err, audit.ErrUsage):
		return &usageError{err.Error(), "localsepay audit --help lists the flags"}
	case errors.Is(err, audit.ErrUnreachable):
		return &usageError{err.Error(), "is the shop running, and the address right?"}
	case err != nil:
		return err
	case closed != nil:
		return closed
	}
	return c.deliver(t, card)
}

// firstTransaction leaves a hundred ids to each audit, and fits into 32 bits.
func firstTransaction(seed uint64) int64 { return 100_000_000 + int64(seed%19_000_000)*100 }

func (c auditCmd) options() (audit.Options, error) {
	o := audit.Options{Prepare: c.Prepare, Cancel: c.Cancel, Check: c.Check, Credits: c.Credits, Account: c.Account, Prefix: c.CodePrefix, Rules: c.Rule}
	var err error
	if o.Paid, err = regexp.Compile(c.Paid); err != nil {
		return o, &usageError{fmt.Sprintf("--paid: %v", err), "a regular expression, such as \"state\":\"paid\""}
	}
	if c.IPN != "" {
		o.IPN = &audit.IPN{URL: c.IPN, Secret: c.IPNSecret}
	}
	if c.Webhook == "" {
		return o, nil
	}
	auth, err := readAuth(c.WebhookAuth)
	if err != nil {
		return o, err
	}
	var body notify.WebhookBody
	auth(&body)
	o.Webhook = &audit.Webhook{URL: c.Webhook, Auth: audit.NoAuth}
	if body.AuthenType != nil {
		o.Webhook.Auth = audit.Auth(*body.AuthenType)
	}
	for _, secret := range []*string{body.APIKey, body.SecretKey} {
		if secret != nil {
			o.Webhook.Secret = *secret
		}
	}
	return o, nil
}

// deliver writes the score card and picks the exit code.
func (c auditCmd) deliver(t terminal, card audit.Card) error {
	if err := errors.Join(
		writeFile(c.JUnit, card.JUnit),
		writeFile(c.SARIF, func(w io.Writer) error { return card.SARIF(w, version()) }),
	); err != nil {
		return err
	}
	write := card.Text
	if c.JSON {
		write = card.JSON
	}
	if err := write(t.out); err != nil {
		return err
	}
	if card.Count(audit.Fail) > 0 {
		return &handlerError{card.Sentence()}
	}
	return nil
}
