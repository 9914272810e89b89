package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Verdict is the result of a rule.
type Verdict string

// The verdicts.
const (
	Pass Verdict = "pass"
	Fail Verdict = "fail"
	// Warn: no money is lost, but SePay or the merchant will have problems.
	Warn Verdict = "warn"
	// Unverifiable: the rule has a precondition that failed, or the handler's
	// answers alone are not enough.
	Unverifiable Verdict = "not verifiable"
	// NotApplicable: the handler is not configured for the rule.
	NotApplicable Verdict = "not applicable"
)

// Outcome is the result of one rule, with details.
type Outcome struct {
	Rule    string  `json:"rule"`
	Kind    string  `json:"kind"` // webhook or ipn
	Title   string  `json:"title"`
	Verdict Verdict `json:"verdict"`
	// Detail describes what was observed.
	Detail string `json:"detail"`
	// Cause is a code for the known mistake that explains a refused notice; empty
	// when there is none.
	Cause string `json:"cause,omitempty"`
	// Precondition names the failed rule that this one depends on.
	Precondition string `json:"precondition,omitempty"`
	Why          string `json:"why"`
	// Fix says what to do, first of all about a failed precondition.
	Fix    string `json:"fix"`
	Source string `json:"source"`
	// Sent are the notices of the rule and their answers; secrets are masked.
	Sent []Sent `json:"sent"`
}

// Card is the score card of an audit.
type Card struct {
	Webhook string `json:"webhook,omitempty"`
	IPN     string `json:"ipn,omitempty"`
	// Blocked says for each kind of handler why honest notices are not credited;
	// empty when they are.
	Blocked  map[string]Block `json:"blocked,omitempty"`
	Outcomes []Outcome        `json:"outcomes"`
}

// Block is why a handler cannot be audited.
type Block struct {
	// Problem is what was observed, First what to do first.
	Problem string `json:"problem"`
	First   string `json:"first"`
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

// Run audits the handlers, rule by rule. Each rule has an order, a transfer and
// faults of its own; they share one company.
func Run(ctx context.Context, o Options) (card Card, err error) {
	if o, err = o.complete(); err != nil {
		return card, err
	}
	a, err := newAttack(ctx, o)
	if err != nil {
		return card, err
	}
	defer func() { err = errors.Join(err, a.relay.close()) }()
	defer a.client.CloseIdleConnections()
	if o.Webhook != nil {
		card.Webhook = a.secrets.URL(o.Webhook.URL)
	}
	if o.IPN != nil {
		card.IPN = a.secrets.URL(o.IPN.URL)
	}
	if err := a.open(); err != nil {
		return card, err
	}
	for _, r := range rules() {
		if (r.kind == kindWebhook && o.Webhook == nil) || (r.kind == kindIPN && o.IPN == nil) {
			continue
		}
		asked := len(o.Rules) == 0 || slices.Contains(o.Rules, r.name)
		if !asked && !r.first { // the others rest on what the first ones find out
			continue
		}
		out, err := a.try(r)
		if err != nil {
			return card, fmt.Errorf("rule %s: %w", r.name, err)
		}
		if b := a.knows(r.kind).blocked; b != nil && r.first {
			if card.Blocked == nil {
				card.Blocked = map[string]Block{}
			}
			card.Blocked[string(r.kind)] = Block{a.secrets.Prose(b.Problem), a.secrets.Prose(b.First)}
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

// found is a verdict with what was observed.
type found struct {
	verdict Verdict
	detail  string
	// cause and fix are those of a diagnosis; empty without one.
	cause, fix string
}

// try runs one rule and disarms its faults.
func (a *attack) try(r rule) (out Outcome, err error) {
	out = Outcome{Rule: r.name, Kind: string(r.kind), Title: r.title, Why: r.why, Fix: r.fix, Source: r.source, Sent: []Sent{}}
	defer func() { // the card goes into logs
		for i := range out.Sent {
			out.Sent[i] = out.Sent[i].masked(a.secrets)
		}
		out.Detail, out.Fix = a.secrets.Prose(out.Detail), a.secrets.Prose(out.Fix)
	}()
	if r.needs != nil {
		if lacking := r.needs(a.Options); lacking != "" {
			out.Verdict, out.Detail = NotApplicable, lacking
			return out, nil
		}
	}
	a.kind = r.kind
	a.relay.begin(r.kind)
	if b := a.known().blocked; b != nil && !r.first {
		first := string(r.kind) + "-accepts"
		out.Verdict, out.Precondition = Unverifiable, first
		out.Detail = "it rests on " + first + ", which does not hold: " + b.Problem
		out.Fix = b.First
		return out, nil
	}
	found, err := r.run(a)
	if err = errors.Join(err, a.disarm()); err != nil {
		return out, err
	}
	out.Verdict, out.Detail, out.Cause = found.verdict, found.detail, found.cause
	if found.fix != "" {
		out.Fix = found.fix
	}
	out.Sent = a.relay.all()
	if r.first && len(out.Sent) > 0 && !slices.ContainsFunc(out.Sent, func(s Sent) bool { return s.reached }) {
		return out, &Mistake{ErrUnreachable, fmt.Sprintf("nobody answers at %s: %s", out.Sent[0].URL, out.Sent[0].Error), "is the shop running, and --" + string(r.kind) + " its address?"}
	}
	return out, nil
}

// known is what the first rules found about a handler.
type known struct {
	// blocked is why honest notices are not credited; nil when they are.
	blocked *Block
	// measure is the figure on the shop's page that shows credits. saysPaid says
	// that the page called the order paid.
	measure  measure
	saysPaid bool
	// delay is the time from the answer to the credit on the page; 0 is at once.
	delay time.Duration
	// usual is the status of the answer to booked honest notices when SePay does
	// not count it as delivered; otherwise 0.
	usual int
	// broke are the classes of characters that the handler does not accept.
	broke []string
}

// kind is the handler of a rule, webhook or ipn.
type kind string

// The kinds, as the delivery log calls them.
const (
	kindWebhook kind = "webhook"
	kindIPN     kind = "ipn"
)
