package drift

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/openapi"
)

// Evidenced is one of the two runs of a three-way comparison.
type Evidenced struct {
	Report Report
	Shapes Shapes
}

// The verdicts.
const (
	sandboxAlone      = "The sandbox differs from the document and the emulator."
	emulatorAlone     = "The emulator differs from the document and the sandbox."
	documentAlone     = "The document differs from the emulator and the sandbox."
	allDiffer         = "All three differ."
	sandboxOnly       = "The sandbox differs from the document; the emulator was not asked."
	emulatorOnly      = "The emulator differs from the document; the sandbox was not asked."
	documentAllows    = "The emulator and the sandbox differ; the document allows both."
	asTheDocument     = "as the document says"
	notAsked          = "not asked"
	allowed           = "allows both"
	manySeenSeparator = "; "
)

// ThreeWay compares the document, the emulator and the sandbox: one row for
// each fact on which they differ, with the one that differs.
func ThreeWay(emulator, sandbox Evidenced) []Verdict {
	facts := map[fact]*[2][]Row{}
	for i, run := range []Evidenced{emulator, sandbox} {
		for _, row := range run.Report.Rows {
			f := fact{row.Document, row.Operation, row.Side, row.Status, row.Rule, row.Path}
			if facts[f] == nil {
				facts[f] = &[2][]Row{}
			}
			facts[f][i] = append(facts[f][i], row)
		}
	}
	var list []Verdict
	covered := map[[3]string]bool{}
	for f, rows := range facts {
		list = append(list, f.verdict(rows, emulator.Shapes.asked(f), sandbox.Shapes.asked(f)))
		covered[[3]string{f.operation, strconv.Itoa(f.status), f.path}] = true
	}
	for _, m := range Compare(emulator.Shapes, sandbox.Shapes) {
		if covered[[3]string{m.Operation, strconv.Itoa(m.Status), m.Path}] {
			continue
		}
		v := Verdict{Document: m.Document, Operation: m.Operation, Status: m.Status, Path: m.Path, What: m.What, Differs: documentAllows, Thin: m.Thin}
		v.Says.Document, v.Says.Emulator, v.Says.Sandbox = allowed, m.Before, m.Now
		list = append(list, v)
	}
	slices.SortFunc(list, compareVerdicts)
	return list
}

// fact is a statement of a document that is broken somewhere.
type fact struct {
	document, operation string
	side                Side
	status              int
	rule                openapi.Rule
	path                string
}

// asked returns whether a run could have shown the fact.
func (s Shapes) asked(f fact) bool {
	o := s.Operations[f.document+" "+f.operation]
	if o == nil {
		return false
	}
	kind := strconv.Itoa(f.status)
	if f.side == Request {
		kind = sentBySePay
	}
	return f.rule == openapi.RuleUndocumentedStatus || o.Answers[kind] != nil
}

func (f fact) verdict(rows *[2][]Row, emulatorAsked, sandboxAsked bool) Verdict {
	first := slices.Concat(rows[0], rows[1])[0]
	v := Verdict{
		Document: f.document, Operation: f.operation, Status: f.status, Path: f.path, What: string(f.rule),
		Evidence: first.Evidence, Source: first.Source,
	}
	v.Says.Document = first.Expected
	v.Says.Emulator = said(rows[0], emulatorAsked)
	v.Says.Sandbox = said(rows[1], sandboxAsked)
	switch {
	case len(rows[0]) > 0 && len(rows[1]) > 0:
		v.Differs = allDiffer
		if kindsSeen(rows[0]) == kindsSeen(rows[1]) {
			v.Differs = documentAlone
		}
	case len(rows[1]) > 0 && emulatorAsked:
		v.Differs = sandboxAlone
	case len(rows[1]) > 0:
		v.Differs = sandboxOnly
	case sandboxAsked:
		v.Differs = emulatorAlone
	default:
		v.Differs = emulatorOnly
	}
	return v
}

func said(rows []Row, asked bool) string {
	switch {
	case len(rows) > 0:
		return seenOf(rows, func(r Row) string { return r.Seen })
	case asked:
		return asTheDocument
	}
	return notAsked
}

// kindsSeen describes rows by the kind of value, as the values of two targets
// differ anyway. Of an enum the value counts.
func kindsSeen(rows []Row) string {
	return seenOf(rows, func(r Row) string {
		switch {
		case r.Rule == openapi.RuleEnum || r.Rule == openapi.RuleContentType || r.Rule == openapi.RuleUndocumentedStatus:
			return r.Seen
		case strings.HasPrefix(r.Seen, `"`) || strings.HasPrefix(r.Seen, "a text"):
			return "text"
		}
		kind, _, _ := strings.Cut(strings.TrimPrefix(r.Seen, "a "), " ")
		return kind
	})
}

func seenOf(rows []Row, of func(Row) string) string {
	var texts []string
	for _, r := range rows {
		texts = append(texts, of(r))
	}
	slices.Sort(texts)
	return strings.Join(slices.Compact(texts), manySeenSeparator)
}

func compareVerdicts(a, b Verdict) int {
	return cmp.Or(
		thinLast(a.Thin, b.Thin), cmp.Compare(a.Evidence.Rank(), b.Evidence.Rank()), cmp.Compare(a.Document, b.Document),
		cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Path, b.Path), cmp.Compare(a.What, b.What),
	)
}
