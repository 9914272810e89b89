package drift

import (
	"fmt"
	"slices"

	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/mask"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// Judge checks what a target sent against the documents: its answers, and for
// webhooks and IPNs the requests. The other side is not checked, as a suite
// sends wrong requests on purpose. The masker knows the credentials of the run;
// it may be nil.
func Judge(exchanges []traffic.Exchange, hide *mask.Masker) (Report, error) {
	j := collector{hide: hide, rows: map[key]*Row{}, of: map[[2]string]int{}}
	for _, e := range exchanges {
		if e.Document == "" || e.Operation == "" {
			j.report.Unplaced++
			continue
		}
		c, err := openapi.Load(e.Document)
		if err != nil {
			return Report{}, fmt.Errorf("check %s: %w", e.MaskedLine(hide), err)
		}
		j.report.Exchanges++
		j.of[[2]string{e.Document, e.Operation}]++
		side := Response
		if c.AnyHost() {
			side = Request
		}
		j.exchange(e, side, violations(c, e, side))
	}
	return j.done(), nil
}

// violations checks one side of an exchange, except for what was not recorded.
func violations(c *openapi.Contract, e traffic.Exchange, side Side) []openapi.Violation {
	var found []openapi.Violation
	lost := e.RequestBodyLost
	if side == Request {
		found = c.CheckRequest(e.Request)
	} else if e.Status != 0 {
		found = c.CheckResponse(e.Request, e.Status, e.ResponseHeader, e.ResponseBody)
		lost = e.ResponseBodyLost
	}
	if lost {
		found = slices.DeleteFunc(found, func(v openapi.Violation) bool { return v.Part == openapi.PartBody })
	}
	return found
}

// collector collects the rows of a run.
type collector struct {
	hide   *mask.Masker
	rows   map[key]*Row
	of     map[[2]string]int
	report Report
}

// key identifies violations that are the same difference.
type key struct {
	document, operation string
	side                Side
	status              int
	rule                openapi.Rule
	part                openapi.Part
	path, expected      string
	seen                string // only where another value is other news
}

func (j *collector) exchange(e traffic.Exchange, side Side, found []openapi.Violation) {
	met := map[*Row]bool{}
	for _, v := range found {
		k := key{document: e.Document, operation: e.Operation, side: side, rule: v.Rule, part: v.Part, path: j.hide.Known(fold(v)), expected: v.Expected}
		if side == Response {
			k.status = e.Status
		}
		seen := j.hide.Guess(v.Seen)
		if v.Rule == openapi.RuleEnum || v.Rule == openapi.RuleContentType {
			k.seen = seen
		}
		row := j.rows[k]
		if row == nil {
			row = &Row{
				Class: classOf(v), Document: e.Document, Operation: e.Operation, Side: side, Status: k.status, Rule: v.Rule, Part: v.Part,
				Path: k.path, Place: j.hide.Known(v.JSONPath), Expected: v.Expected, Seen: seen, Evidence: v.Evidence, Source: v.Source,
				Example: e.MaskedLine(j.hide), Spec: j.hide.Guess(e.Spec),
			}
			j.rows[k] = row
		}
		row.Count++
		if !met[row] {
			met[row] = true
			row.In++
		}
		const most = 3
		if seen != row.Seen && len(row.Also) < most && !slices.Contains(row.Also, seen) {
			row.Also = append(row.Also, seen)
		}
	}
}

func (j *collector) done() Report {
	r := j.report
	r.Rows, r.Operations = []Row{}, []Tally{}
	for _, row := range j.rows {
		row.Of = j.of[[2]string{row.Document, row.Operation}]
		r.Rows = append(r.Rows, *row)
	}
	slices.SortFunc(r.Rows, compareRows)
	for name, n := range j.of {
		r.Operations = append(r.Operations, Tally{name[0], name[1], n})
	}
	slices.SortFunc(r.Operations, compareTallies)
	return r
}

// classOf returns the class of a violation: anything undeclared is news;
// otherwise the evidence of the broken fact decides.
func classOf(v openapi.Violation) Class {
	switch v.Rule {
	case openapi.RuleUndeclaredProperty, openapi.RuleUndeclaredHeader, openapi.RuleUndocumentedStatus, openapi.RuleUnknownParameter:
		return News
	}
	switch v.Evidence {
	case openapi.Documented:
		return Drift
	case openapi.Captured, openapi.Observed:
		return Suspect
	}
	return Learnt
}

var index = pattern.Lazy(`\[\d+\]`)

// fold replaces array indexes, so that all items are one place.
func fold(v openapi.Violation) string {
	if v.Part != openapi.PartBody {
		return v.JSONPath
	}
	return index().ReplaceAllString(v.JSONPath, "[*]")
}
