package audit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"
)

// Auth is how a webhook proves that it is SePay's.
type Auth string

// The kinds of authentication, in SePay's words.
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
	// Secret is what X-Secret-Key carries; empty for none.
	Secret string
}

// Options say what is attacked and how the shop is asked.
type Options struct {
	// Base is the address of a localsepay.
	Base string
	// Webhook and IPN are the handlers; at least one is there.
	Webhook *Webhook
	IPN     *IPN
	// Prepare is POSTed {"code" or "invoice", "amount", "account", "cancelled"}
	// before each rule, so that the shop has the order. Empty: the shop knows
	// every order.
	Prepare string
	// Cancel is POSTed {"code" or "invoice"} to cancel an order. Empty: Prepare
	// heeds "cancelled".
	Cancel string
	// Check is the shop's page about an order, with {code} or {invoice} in it:
	// both stand for what the notice calls the order.
	// Empty: the shop cannot be asked.
	Check string
	// Paid is what the page says of a paid order; the default is the word paid.
	Paid *regexp.Regexp
	// Credits is the member of the page's JSON that counts credits or money, by
	// a path such as "data.credits"; the default is credits. On a page without
	// it, what rises with the first honest notice is taken: a number, by the
	// amount, or the length of a list. A page without either cannot tell one
	// credit from two.
	Credits string
	// Account is the account number that the shop takes money on, Prefix how its
	// payment codes begin.
	Account, Prefix string
	// Tag is in the codes and invoice numbers, up to six digits, so that a shop
	// which remembers an earlier audit does not take this one's orders for old.
	Tag int64
	// Rules leaves out all others, by name.
	Rules []string
	// Progress, which may be nil, is told of each rule when it is over.
	Progress func(Outcome)
}

// Verdict is how a rule ended.
type Verdict string

// The verdicts.
const (
	Pass Verdict = "pass"
	Fail Verdict = "fail"
	// Warn: no money is lost, but SePay or the merchant will be in trouble.
	Warn Verdict = "warn"
	// Unverifiable: the handler's answers alone do not tell.
	Unverifiable Verdict = "not verifiable"
	// NotApplicable: the handler is not configured for what the rule is about.
	NotApplicable Verdict = "not applicable"
)

// Outcome is one rule after it was tried.
type Outcome struct {
	Rule    string  `json:"rule"`
	Kind    string  `json:"kind"` // webhook or ipn
	Title   string  `json:"title"`
	Verdict Verdict `json:"verdict"`
	// Detail says what was seen.
	Detail string `json:"detail"`
	Why    string `json:"why"`
	Fix    string `json:"fix"`
	Source string `json:"source"`
	// Sent are the notices of the rule and their answers; secrets are masked.
	Sent []Sent `json:"sent"`
}

// Sent is a notice as it went out, and what the handler answered.
type Sent struct {
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	// Status is 0 when no answer came; then Error says why.
	Status int    `json:"status"`
	Answer string `json:"answer"`
	Error  string `json:"error,omitempty"`
}

// Card is the score card of an audit.
type Card struct {
	Webhook  string    `json:"webhook,omitempty"`
	IPN      string    `json:"ipn,omitempty"`
	Outcomes []Outcome `json:"outcomes"`
}

// Count counts the outcomes with a verdict.
func (c Card) Count(v Verdict) int {
	n := 0
	for _, o := range c.Outcomes {
		if o.Verdict == v {
			n++
		}
	}
	return n
}

// Errors of [Run].
var (
	// ErrUnreachable: the handler did not answer a single notice.
	ErrUnreachable = errors.New("the handler does not answer")
	// ErrUsage: the options do not go together.
	ErrUsage = errors.New("wrong options")
)

// answerTime bounds one request to the emulator, which waits for the handler.
const answerTime = 2 * time.Minute

// Run attacks the handlers, rule by rule. Each rule has an order, a transfer and
// faults of its own; they share one company.
func Run(ctx context.Context, o Options) (Card, error) {
	o, err := o.complete()
	if err != nil {
		return Card{}, err
	}
	a := &attack{Options: o, ctx: ctx, client: &http.Client{Timeout: answerTime}, measures: map[kind]measure{}, idle: map[kind]bool{}, saysPaid: map[kind]bool{}}
	defer a.client.CloseIdleConnections()
	card := Card{}
	if o.Webhook != nil {
		card.Webhook = o.Webhook.URL
	}
	if o.IPN != nil {
		card.IPN = o.IPN.URL
	}
	if err := a.open(); err != nil {
		return card, err
	}
	for _, r := range rules() {
		if (r.kind == kindWebhook && o.Webhook == nil) || (r.kind == kindIPN && o.IPN == nil) {
			continue
		}
		asked := len(o.Rules) == 0 || slices.Contains(o.Rules, r.name)
		if !asked && !r.first { // the others rest on what the first one finds out
			continue
		}
		out, err := a.try(r)
		if err != nil {
			return card, fmt.Errorf("rule %s: %w", r.name, err)
		}
		if !asked {
			continue
		}
		card.Outcomes = append(card.Outcomes, out)
		if o.Progress != nil {
			o.Progress(out)
		}
	}
	return card, nil
}

// complete fills in defaults and refuses what does not go together.
func (o Options) complete() (Options, error) {
	if o.Webhook == nil && o.IPN == nil {
		return o, fmt.Errorf("%w: there is neither a webhook nor an IPN handler", ErrUsage)
	}
	if o.Paid == nil {
		o.Paid = regexp.MustCompile(`(?i)\bpaid\b`)
	}
	if o.Credits == "" {
		o.Credits = "credits"
	}
	if o.Account == "" {
		o.Account = DefaultAccount
	}
	if o.Prefix == "" {
		o.Prefix = DefaultPrefix
	}
	for _, name := range o.Rules {
		if !slices.ContainsFunc(rules(), func(r rule) bool { return r.name == name }) {
			return o, fmt.Errorf("%w: there is no rule %q", ErrUsage, name)
		}
	}
	return o, nil
}

// The account and the prefix of codes that a shop under audit is told of,
// unless it has its own.
const (
	DefaultAccount = "0123456789"
	DefaultPrefix  = "DH"
)

// foreign is an account of the company that the shop does not sell on.
func (a *attack) foreign() string {
	const one, other = "9876543210", "9876543211"
	if a.Account == one {
		return other
	}
	return one
}

// try runs one rule and disarms what it armed.
func (a *attack) try(r rule) (Outcome, error) {
	out := Outcome{Rule: r.name, Kind: string(r.kind), Title: r.title, Why: r.why, Fix: r.fix, Source: r.source, Sent: []Sent{}}
	if r.needs != nil && !r.needs(a.Options) {
		out.Verdict, out.Detail = NotApplicable, r.lacking
		return out, nil
	}
	a.kind, a.noted, a.orders = r.kind, nil, nil
	found, err := r.run(a)
	if err != nil {
		return out, errors.Join(err, a.disarm())
	}
	switch {
	case r.first:
		a.idle[r.kind] = found.verdict != Pass
	case a.idle[r.kind] && found.verdict == Pass && !r.body:
		found = verdictOfIdle(found)
	}
	out.Verdict, out.Detail = found.verdict, found.detail
	out.Sent, err = a.sent()
	if err == nil && r.first && len(out.Sent) > 0 && !slices.ContainsFunc(out.Sent, func(s Sent) bool { return s.Status != 0 }) {
		err = fmt.Errorf("%w: %s", ErrUnreachable, out.Sent[0].Error)
	}
	return out, errors.Join(err, a.disarm())
}
