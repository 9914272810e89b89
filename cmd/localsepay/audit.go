package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/printable"
	"github.com/localsepay/localsepay/scenarios/audit"
)

// auditCmd audits the merchant's own handlers.
type auditCmd struct {
	Webhook     string            `placeholder:"URL" help:"The webhook handler."`
	WebhookAuth string            `placeholder:"AUTH" help:"How it checks that SePay calls: none, apikey:KEY, hmac:SECRET or secret:SECRET."`
	IPN         string            `name:"ipn" placeholder:"URL" help:"The IPN handler of the payment gateway."`
	IPNSecret   string            `name:"ipn-secret" placeholder:"SECRET" help:"What X-Secret-Key carries; without it the header is not sent, as is SePay's default."`
	Prepare     string            `placeholder:"URL" help:"POST {\"code\" or \"invoice\",\"amount\",\"account\",\"cancelled\"} there before each rule, so that the shop has the order."`
	Cancel      string            `placeholder:"URL" help:"POST {\"code\" or \"invoice\"} there to cancel an order, when --prepare ignores \"cancelled\"."`
	Check       string            `placeholder:"URL" help:"The shop's page about an order, in JSON, with {code} or {invoice} in it: tells credited twice from harmless."`
	Return      string            `placeholder:"URL" help:"The page that the customer's browser comes back to, with {code} or {invoice} in it: it must not book."`
	Paid        string            `placeholder:"PATTERN" help:"What --check says of a paid order; a text with the word paid, or a member paid that is true, otherwise."`
	Credits     string            `default:"credits" placeholder:"PATH" help:"The member of --check's JSON that counts credits or money; learnt from the first payment when the page has no such member."`
	Account     string            `default:"0123456789" help:"The account number that the shop takes money on."`
	CodePrefix  string            `default:"DH" help:"How the shop's payment codes begin."`
	Texts       string            `default:"all" placeholder:"all|usual" help:"Characters in the memos: all that SePay's format allows, or those that banks have been seen to send."`
	Patience    span              `default:"10s" help:"How long the shop may take to book a payment after it answered."`
	Rule        []string          `placeholder:"NAME" help:"Only this rule."`
	Setting     map[string]string `mapsep:"," placeholder:"NAME=VALUE" help:"Choose where SePay's pages disagree; localsepay explain lists the settings."`
	JSON        bool              `name:"json" help:"Print the score card as JSON."`
	JUnit       string            `name:"junit" placeholder:"FILE" help:"Write JUnit XML."`
	SARIF       string            `name:"sarif" placeholder:"FILE" help:"Write SARIF 2.1.0."`
	Seed        uint64            `placeholder:"N" help:"Ids, codes and texts repeat for the same number; each audit has others without it, as a shop remembers the old ones."`
}

// Run implements the verb: exit code 6 when the handler failed a rule, 2 when
// it could not be reached or nothing could be verified.
func (c auditCmd) Run(t terminal) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	settings, err := readSettings(c.Setting)
	if err != nil {
		return err
	}
	// The shop's clock is real, and looks at the age of a signature.
	seed := cmp.Or(c.Seed, uint64(time.Now().Unix()))
	o.Tag, o.Stopwatch = seed, stopwatch
	options := []emulator.Option{
		emulator.WithClock(emulator.RealClock()), emulator.WithSeed(seed), emulator.WithFirstTransaction(firstTransaction(seed)),
		emulator.WithContract(emulator.ContractOff), emulator.WithEgress(emulator.EgressTest),
	}
	e, err := emulator.Start(append(options, settings...)...)
	if err != nil {
		return err
	}
	o.Base = e.URL()
	stop := func() {}
	if !c.JSON && coloured(t.err) {
		o.Progress, stop = auditProgress(t.err)
	}
	card, err := audit.Run(t.ctx, o)
	stop()
	var wrong *audit.Mistake
	switch closed := e.Close(); {
	case t.ctx.Err() != nil:
		return t.ctx.Err()
	case errors.As(err, &wrong):
		return &usageError{wrong.Problem, wrong.Hint}
	case err != nil:
		return err
	case closed != nil:
		return closed
	}
	return c.deliver(t, card)
}

// auditProgress counts the rules on one line, which is cleared at the end, as
// the score card lists them.
func auditProgress(w io.Writer) (report func(audit.Outcome), stop func()) {
	line := printable.NewWriter(w)
	n := 0
	return func(audit.Outcome) {
		n++
		line.ClearLine()
		fmt.Fprintf(line, "  %d rules tried", n)
	}, line.ClearLine
}

// firstTransaction gives each audit a thousand ids of its own, below 2^32.
func firstTransaction(seed uint64) int64 { return 100_000_000 + int64(seed%2_000_000)*1_000 }

func (c auditCmd) options() (audit.Options, error) {
	o := audit.Options{
		Prepare: c.Prepare, Cancel: c.Cancel, Check: c.Check, Return: c.Return, Credits: c.Credits, Account: c.Account, Prefix: c.CodePrefix,
		Texts: audit.Texts(c.Texts), Patience: time.Duration(c.Patience), Rules: c.Rule,
	}
	if err := c.check(); err != nil {
		return o, err
	}
	var err error
	if c.Paid != "" {
		if o.Paid, err = regexp.Compile(c.Paid); err != nil {
			return o, &usageError{fmt.Sprintf("--paid %q is not a pattern", c.Paid), "it is a regular expression, such as \"status\": *\"paid\""}
		}
	}
	if c.IPN != "" {
		o.IPN = &audit.IPN{URL: c.IPN, Secret: c.IPNSecret}
	}
	if c.Webhook == "" {
		return o, nil
	}
	o.Webhook = &audit.Webhook{URL: c.Webhook}
	o.Webhook.Auth, o.Webhook.Secret, err = c.auth()
	return o, err
}

// check refuses invalid flags before anything is sent.
func (c auditCmd) check() error {
	for _, a := range []struct{ flag, address string }{
		{"--webhook", c.Webhook}, {"--ipn", c.IPN}, {"--prepare", c.Prepare}, {"--cancel", c.Cancel}, {"--check", c.Check}, {"--return", c.Return},
	} {
		if err := checkAddress(a.flag, a.address, cmp.Or(auditExamples[a.flag], examples[a.flag])); err != nil {
			return err
		}
	}
	if err := checkHandlers(c.Webhook, c.WebhookAuth, c.IPN, c.IPNSecret); err != nil {
		return err
	}
	if err := checkLive(c.WebhookAuth, c.IPNSecret); err != nil {
		return err
	}
	switch {
	case c.Account == "":
		return &usageError{"--account is empty", "it is the number that the shop takes money on"}
	case c.CodePrefix == "":
		return &usageError{"--code-prefix is empty", "it is how the shop's payment codes begin, such as DH"}
	case c.Credits == "":
		return &usageError{"--credits is empty", "it is a member of --check's JSON, such as data.credits"}
	case c.Texts == "":
		return &usageError{"--texts is empty", "want all or usual"}
	case c.Patience == 0:
		return &usageError{"--patience cannot be 0", "it is how long the shop may take to book a payment, such as 10s"}
	}
	if err := writable("--junit", c.JUnit); err != nil {
		return err
	}
	return writable("--sarif", c.SARIF)
}

// auditExamples are example addresses for the audit's own flags.
var auditExamples = map[string]string{
	"--webhook": "http://127.0.0.1:3000/webhook", "--prepare": "http://127.0.0.1:3000/orders", "--cancel": "http://127.0.0.1:3000/cancel",
	"--check": "http://127.0.0.1:3000/orders/{code}", "--return": "http://127.0.0.1:3000/thanks/{invoice}",
}

// auth reads --webhook-auth.
func (c auditCmd) auth() (audit.Auth, string, error) {
	kinds := map[string]audit.Auth{"none": audit.NoAuth, "apikey": audit.APIKey, "hmac": audit.HMAC, "secret": audit.SecretKey}
	kind, secret, err := cutAuth(c.WebhookAuth, handlerAuths)
	var usage *usageError
	if errors.As(err, &usage) && strings.HasPrefix(c.WebhookAuth, "oauth2") {
		return "", "", &usageError{"--webhook-auth oauth2: the audit does not play OAuth2", usage.hint}
	}
	return kinds[kind], secret, err
}

// deliver writes the score card and chooses the exit code.
func (c auditCmd) deliver(t terminal, card audit.Card) error {
	lost := first(
		writeFile(c.JUnit, card.JUnit),
		writeFile(c.SARIF, func(w io.Writer) error { return card.SARIF(w, version()) }),
	)
	write := card.Text
	if c.JSON {
		write = card.JSON
	}
	if err := first(lost, write(t.out)); err != nil {
		return err
	}
	said := strings.ReplaceAll(card.Sentence(), "\n", " ")
	switch {
	case card.Count(audit.Fail) > 0:
		return &handlerError{said}
	case !card.Verified():
		return &usageError{said, card.First()}
	}
	return nil
}
