package drift

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Severity is the importance of a finding for the application.
type Severity string

// The severities, most severe first.
const (
	// Error: SePay refuses the request, or reads it differently than intended.
	Error Severity = "error"
	// Warning: it contradicts a fact that no page states.
	Warning Severity = "warning"
	// Note: SePay's answer differs.
	Note Severity = "note"
)

// Finding is one problem in an application's traffic, counted once.
type Finding struct {
	// Code is short and stable: a rule of package openapi, or "plain-http".
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	// Sentence describes the problem, Hint how to fix it.
	Sentence  string           `json:"sentence"`
	Hint      string           `json:"hint"`
	Document  string           `json:"document"`
	Operation string           `json:"operation,omitempty"`
	Side      Side             `json:"side"`
	Path      string           `json:"path,omitempty"`
	Expected  string           `json:"expected,omitempty"`
	Seen      string           `json:"seen,omitempty"`
	Evidence  openapi.Evidence `json:"evidence,omitempty"`
	Source    string           `json:"source,omitempty"`
	// Count is how often it was met; Entries are the first few places in the
	// file, Example the first exchange in one line, redacted.
	Count   int      `json:"count"`
	Entries []string `json:"entries"`
	Example string   `json:"example"`
}

// LintReport is the result of [Lint].
type LintReport struct {
	// Findings are sorted, most severe first.
	Findings []Finding `json:"findings"`
	// Judged counts exchanges with SePay, Ignored those with others. A file
	// without the former verifies nothing.
	Judged  int `json:"judged"`
	Ignored int `json:"ignored"`
	// Skipped counts entries above [traffic.MaxEntry], whose host is unknown.
	// Dropped counts violations beyond the first 10,000 findings.
	Skipped    int     `json:"skipped"`
	Dropped    int     `json:"dropped"`
	Operations []Tally `json:"operations"`
}

// Count returns how many findings have the severity.
func (r LintReport) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// Lint checks the recorded traffic of an application against the documents. It
// ends with the first error of the traffic.
func Lint(exchanges iter.Seq2[traffic.Exchange, error], atlas *traffic.Atlas, hide *mask.Masker) (LintReport, error) {
	l := linter{hide: hide, found: map[lintKey]*Finding{}, of: map[[2]string]int{}}
	for e, err := range exchanges {
		if err != nil {
			return LintReport{}, fmt.Errorf("lint: %w", err)
		}
		if e.Skipped > 0 {
			l.skip(e)
			continue
		}
		if document, ok := traffic.Notice(e); ok && e.URL != nil && !atlas.SePay(e.Hostname()) {
			if err := l.received(document, e); err != nil {
				return LintReport{}, err
			}
			continue
		}
		switch placed := atlas.Place(&e); {
		case !placed && !atlas.SePay(e.Hostname()):
			l.report.Ignored++
			continue
		case e.Operation == "":
			l.report.Judged++
			l.plainHTTP(e, atlas)
			l.missing(e, atlas.Missing(e))
			continue
		}
		c, err := openapi.Load(e.Document)
		if err != nil {
			return LintReport{}, fmt.Errorf("lint %s: %w", e.MaskedLine(hide), err)
		}
		l.report.Judged++
		l.plainHTTP(e, atlas)
		l.sides(c, e)
	}
	return l.done(), nil
}

// plainHTTP reports a request that was sent unencrypted over the network.
func (l *linter) plainHTTP(e traffic.Exchange, atlas *traffic.Atlas) {
	if atlas.SePay(e.URL.Host) && e.URL.Scheme == "http" {
		l.add(e, Request, openapi.Violation{
			Rule: plainHTTP, Operation: e.Operation, Expected: "https", Seen: "http", Evidence: openapi.Documented, Source: documents,
		})
	}
}

// sides checks the request and the answer of an operation.
func (l *linter) sides(c *openapi.Contract, e traffic.Exchange) {
	for _, v := range violations(c, e, Request) {
		l.add(e, Request, v)
	}
	l.of[[2]string{e.Document, e.Operation}]++
	for _, v := range violations(c, e, Response) {
		l.add(e, Response, v)
	}
}

// plainHTTP is a rule of the traffic, not of a document.
const plainHTTP openapi.Rule = "plain-http"

// tooLarge is no rule: entries that are too large are not checked.
const tooLarge openapi.Rule = "too-large"

type linter struct {
	hide   *mask.Masker
	found  map[lintKey]*Finding
	of     map[[2]string]int
	report LintReport
}

type lintKey struct {
	document, operation  string
	side                 Side
	rule                 openapi.Rule
	path, expected, seen string
}

func (l *linter) add(e traffic.Exchange, side Side, v openapi.Violation) {
	k := lintKey{document: e.Document, operation: e.Operation, side: side, rule: v.Rule, path: l.hide.Known(fold(v)), expected: v.Expected}
	seen := l.hide.Guess(v.Seen)
	if v.Part == openapi.PartRequestLine || v.Rule == openapi.RuleUndocumentedStatus {
		k.seen = seen
	}
	f := l.found[k]
	if f == nil && len(l.found) >= maxFindings {
		l.report.Dropped++
		return
	}
	if f == nil {
		f = &Finding{
			Code: string(v.Rule), Severity: severity(e.Document, side, v), Document: e.Document, Operation: e.Operation, Side: side, Path: k.path,
			Expected: v.Expected, Seen: seen, Evidence: v.Evidence, Source: v.Source, Example: e.MaskedLine(l.hide),
		}
		f.Sentence, f.Hint = explain(*f, v)
		l.found[k] = f
	}
	f.met(l.hide.Guess(e.Spec))
}

// maxFindings is the maximum number of findings in a report.
const maxFindings = 10_000

// met counts a place.
func (f *Finding) met(place string) {
	f.Count++
	const most = 5
	if place != "" && len(f.Entries) < most && !slices.Contains(f.Entries, place) {
		f.Entries = append(f.Entries, place)
	}
}

// skip records an entry that was too large to read.
func (l *linter) skip(e traffic.Exchange) {
	l.report.Skipped++
	k := lintKey{rule: tooLarge}
	if l.found[k] == nil {
		l.found[k] = &Finding{
			Code: string(tooLarge), Severity: Note, Side: Response, Sentence: "An entry is too large to be read, and is skipped.",
			Hint:     "Export without the content of downloads, or filter the network tab by SePay's hosts first.",
			Expected: fmt.Sprintf("%d bytes at most", traffic.MaxEntry), Seen: fmt.Sprintf("%d bytes", e.Skipped), Example: e.Spec,
		}
	}
	l.found[k].met(e.Spec)
}

func (l *linter) done() LintReport {
	r := l.report
	r.Findings, r.Operations = []Finding{}, []Tally{}
	for _, f := range l.found {
		r.Findings = append(r.Findings, *f)
	}
	order := []Severity{Error, Warning, Note}
	slices.SortFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.Severity), slices.Index(order, b.Severity)), cmp.Compare(a.Document, b.Document),
			cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Expected, b.Expected), cmp.Compare(a.Seen, b.Seen), cmp.Compare(a.Side, b.Side),
		)
	})
	for name, n := range l.of {
		r.Operations = append(r.Operations, Tally{name[0], name[1], n})
	}
	slices.SortFunc(r.Operations, compareTallies)
	return r
}

func severity(document string, side Side, v openapi.Violation) Severity {
	switch {
	case isNotice(document):
		return noticeSeverity(side, v)
	case side == Response || v.Rule == notEmulated:
		return Note
	case v.Evidence == openapi.Documented:
		return Error
	}
	return Warning
}
