package audit

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// Auth is how a webhook authenticates itself.
type Auth string

// The kinds of authentication, as SePay names them.
const (
	NoAuth    Auth = "No_Authen"
	APIKey    Auth = "Api_Key"
	HMAC      Auth = "HMAC_SHA256"
	SecretKey Auth = "Secret_Key"
)

// Webhook is the merchant's webhook handler.
type Webhook struct {
	URL  string
	Auth Auth
	// Secret is the API key or secret key of the authentication.
	Secret string
}

// IPN is the merchant's IPN handler.
type IPN struct {
	URL string
	// Secret is the value of X-Secret-Key; empty for none.
	Secret string
}

// Texts says which characters the memos have.
type Texts string

// The values of [Texts].
const (
	// TextsAll are all that SePay's format allows, also ones that no bank was seen
	// to send, such as quotes and emojis. It is the default.
	TextsAll Texts = "all"
	// TextsUsual are those observed in banks' notices.
	TextsUsual Texts = "usual"
)

// Options configure an audit.
type Options struct {
	// Base is the address of a localsepay, which must be able to reach this
	// machine.
	Base string
	// Webhook and IPN are the handlers; at least one is required.
	Webhook *Webhook
	IPN     *IPN
	// Prepare receives a POST of {"code" or "invoice", "amount", "account",
	// "cancelled"} before each rule, to create the order. Empty: the shop accepts
	// every order.
	Prepare string
	// Cancel receives a POST of {"code" or "invoice"} to cancel an order. Empty:
	// Prepare understands "cancelled".
	Cancel string
	// Check is the shop's JSON page about an order, with {code} or {invoice} in
	// the address: both are replaced by the order's name in the notice. Empty:
	// there is no page.
	Check string
	// Return is the customer's return page, with {code} or {invoice} in the
	// address. Empty: there is none.
	Return string
	// Paid matches the page of a paid order. Nil: a text with the word paid, or a
	// true member paid or is_paid.
	Paid *regexp.Regexp
	// Credits is the path of the page's member that counts credits or money, such
	// as "data.credits"; the default is credits. Without it, a figure that rises
	// with the first honest notice is used: a number, by the amount, or the length
	// of a list. A page without either cannot distinguish one credit from two.
	Credits string
	// Account is the shop's account number, Prefix the prefix of its payment
	// codes.
	Account, Prefix string
	// Texts selects the characters of the memos; empty is [TextsAll].
	Texts Texts
	// Patience is how long the shop may take to book a payment after its answer,
	// in real time; 0 is [DefaultPatience].
	Patience time.Duration
	// Tag is part of the codes and invoice numbers, up to six digits, so that a
	// shop does not confuse the orders of two audits. It also selects the first
	// characters of the memos.
	Tag uint64
	// Stopwatch starts a measurement of real time; calling the result reads it. It
	// is required.
	Stopwatch func() func() time.Duration
	// Rules selects rules by name; empty selects all.
	Rules []string
	// Progress, which may be nil, is called with each finished rule.
	Progress func(Outcome)
}

// Default options.
const (
	DefaultAccount  = "0123456789"
	DefaultPrefix   = "DH"
	DefaultPatience = 10 * time.Second
)

// Errors of [Run], wrapped in a [Mistake].
var (
	// ErrUnreachable: no answer from an address.
	ErrUnreachable = errors.New("nobody answers")
	// ErrUsage: the options contradict each other, or do not fit the shop.
	ErrUsage = errors.New("wrong options")
)

// Mistake is an error of the caller, with a fix.
type Mistake struct {
	// Kind is ErrUsage or ErrUnreachable.
	Kind          error
	Problem, Hint string
}

func (m *Mistake) Error() string { return m.Problem }

// Unwrap returns the kind.
func (m *Mistake) Unwrap() error { return m.Kind }

func mistake(hint, format string, args ...any) error {
	return &Mistake{ErrUsage, fmt.Sprintf(format, args...), hint}
}

var (
	prefixes = pattern.Lazy(`^[A-Z]{2,10}$`)
	accounts = pattern.Lazy(`^[0-9A-Za-z]{1,55}$`)
)

// complete fills in defaults and refuses contradictions.
func (o Options) complete() (Options, error) {
	if o.Webhook == nil && o.IPN == nil {
		return o, mistake("name a handler: --webhook http://127.0.0.1:3000/webhook, or --ipn", "there is neither a webhook nor an IPN handler")
	}
	set := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	set(&o.Credits, "credits")
	set(&o.Account, DefaultAccount)
	set(&o.Prefix, DefaultPrefix)
	set((*string)(&o.Texts), string(TextsAll))
	if o.Patience == 0 {
		o.Patience = DefaultPatience
	}
	return o, o.check()
}

func (o Options) check() error {
	switch {
	case !accounts().MatchString(o.Account):
		return mistake("it is the number that the shop takes money on: 1 to 55 letters or digits", "--account cannot be %q", o.Account)
	case prefixes().MatchString(strings.ToUpper(o.Prefix)) && !prefixes().MatchString(o.Prefix):
		return mistake(fmt.Sprintf("did you mean %q? SePay keeps prefixes in capitals", strings.ToUpper(o.Prefix)), "--code-prefix cannot be %q", o.Prefix)
	case !prefixes().MatchString(o.Prefix):
		return mistake("it is how the shop's payment codes begin: 2 to 10 letters A-Z, such as DH", "--code-prefix cannot be %q", o.Prefix)
	case o.Texts != TextsAll && o.Texts != TextsUsual:
		return mistake(input.Hint(string(o.Texts), []string{string(TextsAll), string(TextsUsual)}), "--texts cannot be %q", o.Texts)
	case o.Stopwatch == nil:
		return mistake("emulator/internal/clock.Stopwatch is one", "there is no stopwatch")
	case o.Patience < 0:
		return mistake("it is how long the shop may take to book a payment, such as 10s", "--patience cannot be %s", o.Patience)
	}
	if err := o.refuse(); err != nil {
		return err
	}
	for _, page := range []struct{ flag, address string }{{"--check", o.Check}, {"--return", o.Return}} {
		if page.address != "" && !strings.Contains(page.address, "{code}") && !strings.Contains(page.address, "{invoice}") {
			return mistake("for example http://127.0.0.1:3000/orders/{code}", "%s %s has neither {code} nor {invoice} in it: it would show the same for every order", page.flag, page.address)
		}
	}
	var names []string
	for _, r := range rules() {
		names = append(names, r.name)
	}
	for _, name := range o.Rules {
		if !slices.Contains(names, name) {
			return mistake(ruleHint(name, names), "there is no rule %q", name)
		}
	}
	return nil
}

// refuse refuses SePay's own hosts, and shops with live credentials, before
// anything is sent.
func (o Options) refuse() error {
	type named struct{ flag, address string }
	all := []named{{"the base address", o.Base}, {"--prepare", o.Prepare}, {"--cancel", o.Cancel}, {"--check", o.Check}, {"--return", o.Return}}
	var secrets []string
	if o.Webhook != nil {
		all, secrets = append(all, named{"--webhook", o.Webhook.URL}), append(secrets, o.Webhook.Secret)
	}
	if o.IPN != nil {
		all, secrets = append(all, named{"--ipn", o.IPN.URL}), append(secrets, o.IPN.Secret)
	}
	for _, n := range all {
		if n.address == "" {
			continue
		}
		if _, err := (guard.Rule{}).URL(n.address); err != nil {
			return refusal(n.flag, err)
		}
	}
	if err := guard.Live("a secret of the handlers", secrets...); err != nil {
		return refusal("--webhook-auth or --ipn-secret", err)
	}
	return nil
}

// refusal returns a mistake with the guard's own hint.
func refusal(flag string, err error) error {
	var refused *guard.Refusal
	if !errors.As(err, &refused) {
		return err
	}
	return mistake(refused.Hint, "%s: %v", flag, refused)
}

// ruleHint names the nearest rule, the rules whose names contain the text, or
// where they are listed.
func ruleHint(written string, names []string) string {
	if near, ok := input.Nearest(written, names); ok {
		return `did you mean "` + near + `"?`
	}
	var some []string
	for _, name := range names {
		if written != "" && strings.Contains(name, strings.ToLower(written)) {
			some = append(some, name)
		}
	}
	if some == nil || len(some) > 12 {
		return "the score card of an audit lists the rules, such as webhook-duplicate"
	}
	return "there are: " + strings.Join(some, ", ")
}
