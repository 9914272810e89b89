package audit

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/contracts/report"
	"github.com/localsepay/localsepay/openapi/printable"
)

// Sentence returns the verdict in one sentence, or one for each handler that
// could not be audited.
func (c Card) Sentence() string {
	var parts []string
	for _, k := range []kind{kindWebhook, kindIPN} {
		if b, ok := c.Blocked[string(k)]; ok {
			parts = append(parts, fmt.Sprintf("The %s handler does not credit honest notices, so nothing else can be said of it: %s", k.shown(), b.Problem))
		}
	}
	rest, whose := c.unblocked(), "The handler"
	if len(parts) > 0 {
		if len(rest.Outcomes) == 0 {
			return strings.Join(parts, "\n")
		}
		whose = "The other handler"
	}
	failed, warned, open := rest.Count(Fail), rest.Count(Warn), rest.Count(Unverifiable)
	judged := rest.Count(Pass) + failed + warned
	switch {
	case failed > 0:
		parts = append(parts, fmt.Sprintf("%s is not safe: %d of %d rules failed.", whose, failed, judged))
	case judged == 0:
		parts = append(parts, "Nothing could be verified.")
	case warned+open > 0:
		parts = append(parts, fmt.Sprintf("%s failed no rule; %d to look at, %d could not be verified.", whose, warned, open))
	default:
		parts = append(parts, fmt.Sprintf("%s is safe: all %d rules hold.", whose, judged))
	}
	return strings.Join(parts, "\n")
}

// unblocked is the card without the handlers that could not be audited.
func (c Card) unblocked() Card {
	blocked := func(o Outcome) bool { _, ok := c.Blocked[o.Kind]; return ok }
	c.Outcomes = slices.DeleteFunc(slices.Clone(c.Outcomes), blocked)
	return c
}

// shown returns the kind as people write it.
func (k kind) shown() string {
	if k == kindIPN {
		return "IPN"
	}
	return string(k)
}

// Verified returns whether anything was verified: each handler credits honest
// notices, or a rule failed.
func (c Card) Verified() bool {
	return c.Count(Fail) > 0 || len(c.Blocked) == 0 && c.Count(Pass)+c.Count(Warn) > 0
}

// First says what to do first about handlers that could not be audited.
func (c Card) First() string {
	for _, k := range []kind{kindWebhook, kindIPN} {
		if b, ok := c.Blocked[string(k)]; ok {
			return b.First
		}
	}
	return "give --check, so that the shop itself can be asked"
}

// mark returns the symbol of a verdict.
func mark(v Verdict) string {
	return map[Verdict]string{Pass: "✓", Fail: "✗", Warn: "!", Unverifiable: "?", NotApplicable: "-"}[v]
}

// Line returns an outcome in one line.
func (o Outcome) Line() string { return fmt.Sprintf("%s %-28s %s", mark(o.Verdict), o.Rule, o.Title) }

// shownBody is the maximum length of a body on the score card, in bytes.
const shownBody = 600

// Text writes the score card for people.
func (c Card) Text(w io.Writer) error {
	b := printable.NewWriter(w)
	c = printable.Fields(c, "Body", "Answer")
	for _, at := range []struct{ name, url string }{{"webhook", c.Webhook}, {"IPN", c.IPN}} {
		if at.url != "" {
			fmt.Fprintf(b, "%s handler at %s\n", at.name, at.url)
		}
	}
	fmt.Fprintf(b, "\n%s\n", c.Sentence())
	for _, k := range []kind{kindWebhook, kindIPN} {
		if blocked, ok := c.Blocked[string(k)]; ok {
			fmt.Fprintf(b, "First, for the %s handler: %s\n", k.shown(), blocked.First)
		}
	}
	for _, v := range []Verdict{Fail, Warn, Unverifiable} {
		for _, o := range c.Outcomes {
			if o.Verdict == v && o.Precondition == "" {
				o.story(b)
			}
		}
	}
	fmt.Fprintln(b)
	for _, o := range c.Outcomes {
		fmt.Fprintf(b, "  %s\n", o.Line())
	}
	fmt.Fprintf(b, "\n  ✓ %d pass  ✗ %d fail  ! %d warn  ? %d not verifiable  - %d not applicable\n",
		c.Count(Pass), c.Count(Fail), c.Count(Warn), c.Count(Unverifiable), c.Count(NotApplicable))
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write score card: %w", err)
	}
	return nil
}

// story prints an outcome that needs attention.
func (o Outcome) story(b io.Writer) {
	fmt.Fprintf(b, "\n%s %s: %s\n  seen    %s\n  why     %s\n  fix     %s\n  source  %s\n", mark(o.Verdict), o.Rule, o.Title, o.Detail, o.Why, o.Fix, o.Source)
	if len(o.Sent) == 0 {
		return
	}
	s := o.Sent[len(o.Sent)-1]
	if i := slices.IndexFunc(o.Sent, crashed); i >= 0 {
		s = o.Sent[i] // the one that broke the handler
	}
	if o.Cause != "" {
		s = o.Sent[0] // the one that was refused
	}
	fmt.Fprintf(b, "  sent    POST %s\n", s.URL)
	names := []string{}
	for name := range s.Headers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if name != "User-Agent" && name != "Content-Length" {
			fmt.Fprintf(b, "          %s: %s\n", name, s.Headers[name])
		}
	}
	if s.Note != "" {
		fmt.Fprintf(b, "          (%s)\n", s.Note)
	}
	fmt.Fprintf(b, "          %s\n  answer  %s\n", short(s.Body, shownBody), answered(s))
}

// short truncates a text and keeps it on one line.
func short(s string, limit int) string {
	s = oneLine(s)
	if runes := []rune(s); len(runes) > limit {
		return fmt.Sprintf("%s… (%d characters)", string(runes[:limit]), len(runes))
	}
	return s
}

// JSON writes the score card for machines.
func (c Card) JSON(w io.Writer) error {
	c.Outcomes = slices.Clone(c.Outcomes)
	for i := range c.Outcomes {
		sent := slices.Clone(c.Outcomes[i].Sent)
		for j := range sent {
			sent[j].Body = short(sent[j].Body, shownBody)
		}
		c.Outcomes[i].Sent = sent
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(c)
}

// JUnit writes the score card as JUnit XML, with a case per rule.
func (c Card) JUnit(w io.Writer) error {
	suite := report.Suite{Name: "localsepay audit"}
	for _, o := range c.Outcomes {
		one := report.Case{Class: o.Kind, Name: o.Rule + ": " + o.Title, Output: o.Detail}
		switch o.Verdict {
		case Fail:
			one.Failure = &report.Failure{Kind: string(o.Verdict), Message: o.Detail, Text: o.Why + "\n" + o.Fix + "\n" + o.Source}
		case NotApplicable, Unverifiable:
			reason := string(o.Verdict) + ": " + o.Detail
			one.Skipped = &reason
		}
		suite.Cases = append(suite.Cases, one)
	}
	return report.JUnit(w, "localsepay audit", []report.Suite{suite})
}

// SARIF writes failures and warnings as SARIF 2.1.0.
func (c Card) SARIF(w io.Writer, version string) error {
	log := report.Log{Tool: report.Tool{Name: "localsepay audit", Version: version, URI: "https://github.com/localsepay/localsepay"}}
	for _, o := range c.Outcomes {
		level, found := map[Verdict]report.Level{Fail: report.LevelError, Warn: report.LevelWarning, Unverifiable: report.LevelNote}[o.Verdict]
		log.Rules = append(log.Rules, report.Rule{ID: o.Rule, Title: o.Title, Help: o.Why + " " + o.Fix, HelpURI: o.Source, Level: report.LevelError})
		if found {
			log.Results = append(log.Results, report.Result{Rule: o.Rule, Level: level, Message: o.Detail + ". " + o.Fix, Logical: o.Kind + " handler"})
		}
	}
	return report.SARIF(w, log)
}
