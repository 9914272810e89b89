package result

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/contracts/report"
)

const (
	homepage = "https://github.com/localsepay/localsepay"
	pages    = "https://developer.sepay.vn/"
)

// JSON writes the run as JSON, with its verdict and sentence.
func JSON(w io.Writer, r Run) error {
	return writeJSON(w, struct {
		Verdict  Outcome `json:"verdict"`
		Sentence string  `json:"sentence"`
		Run
	}{r.Outcome(), r.Sentence(), r})
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write contract report: %w", err)
	}
	return nil
}

// JUnit writes a suite per surface with a case per claim, and one suite of the
// drift, in which accepted and minor rows pass.
func JUnit(w io.Writer, r Run) error {
	about := []report.Property{{Name: "target", Value: r.Target}, {Name: "kind", Value: string(r.Kind)}, {Name: "verdict", Value: string(r.Outcome())}}
	var suites []report.Suite
	at := map[string]int{}
	for _, s := range r.Specs {
		i, known := at[s.Surface]
		if !known {
			i = len(suites)
			at[s.Surface] = i
			suites = append(suites, report.Suite{Name: s.Surface, Properties: about})
		}
		suites[i].Cases = append(suites[i].Cases, specCase(s))
	}
	for _, s := range r.Skipped {
		if _, known := at[s.Surface]; !known {
			suites = append(suites, report.Suite{Name: s.Surface, Properties: about, Cases: []report.Case{{Name: "the whole surface", Skipped: &s.Reason}}})
		}
	}
	if cases := driftCases(r.Drift); len(cases) > 0 {
		suites = append(suites, report.Suite{Name: "drift", Properties: about, Cases: cases})
	}
	return report.JUnit(w, strings.TrimSpace(r.Tool+" contract"), suites)
}

func specCase(s Spec) report.Case {
	c := report.Case{
		Class: s.Surface, Name: s.Name, Duration: time.Duration(s.DurationMS) * time.Millisecond,
		Output: strings.Join(s.Exchanges, "\n"),
	}
	if len(s.Operations) > 0 {
		c.Properties = append(c.Properties, report.Property{Name: "operations", Value: strings.Join(s.Operations, " ")})
	}
	if s.Evidence != "" {
		c.Properties = append(c.Properties, report.Property{Name: "evidence", Value: string(s.Evidence)})
	}
	switch s.State {
	case Failed:
		c.Failure = &report.Failure{Kind: "claim", Message: specMessage(s), Text: s.Failure}
	case Skipped:
		c.Skipped = &s.Reason
	}
	return c
}

func specMessage(s Spec) string {
	if s.Expected != "" || s.Seen != "" {
		return "expected " + s.Expected + ", saw " + s.Seen
	}
	first, _, _ := strings.Cut(strings.TrimSpace(s.Failure), "\n")
	return first
}

func driftCases(r drift.Report) []report.Case {
	var cases []report.Case
	for _, row := range r.Rows {
		c := report.Case{Class: row.Operation, Name: rowName(row), Properties: []report.Property{
			{Name: "class", Value: string(row.Class)}, {Name: "evidence", Value: string(row.Evidence)}, {Name: "source", Value: row.Source},
		}}
		switch {
		case row.Accepted != nil:
			c.Skipped = new("accepted until " + row.Accepted.Expires + ": " + row.Accepted.Reason)
		case row.Class == drift.Drift || row.Class == drift.Suspect:
			c.Failure = &report.Failure{Kind: string(row.Class), Message: rowMessage(row), Text: within(row) + "\n" + row.Example + "\n" + row.Source}
		default:
			c.Output = rowMessage(row)
		}
		cases = append(cases, c)
	}
	for _, m := range r.Moves {
		if !m.Thin && m.Accepted == nil {
			cases = append(cases, report.Case{Class: m.Operation, Name: place(m.What, status(m.Status), m.Path),
				Failure: &report.Failure{Kind: "moved", Message: "before: " + m.Before + ", now: " + m.Now}})
		}
	}
	for _, p := range r.Problems {
		if p.Fails {
			cases = append(cases, report.Case{Class: p.Entry.Operation, Name: place("accepted", p.Entry.Rule, p.Entry.Path), Failure: &report.Failure{Kind: "accepted", Message: p.Text}})
		}
	}
	return cases
}

func rowName(row drift.Row) string { return place(string(row.Rule), status(row.Status), row.Path) }

func rowMessage(row drift.Row) string {
	return fmt.Sprintf("%s: expected %s, saw %s", rowName(row), row.Expected, alsoSeen(row))
}

// SARIF writes failed claims, drift and moves as results. Their place is the
// document's operation; no file is named.
func SARIF(w io.Writer, r Run) error {
	log := report.Log{Tool: report.Tool{Name: r.Tool, Version: r.Version, URI: homepage}}
	rule := func(one report.Rule) {
		if !slices.ContainsFunc(log.Rules, func(o report.Rule) bool { return o.ID == one.ID }) {
			log.Rules = append(log.Rules, one)
		}
	}
	for _, s := range r.Specs {
		if s.State == Failed {
			rule(report.Rule{ID: "claim", Title: "A claim about a surface does not hold", Level: report.LevelError})
			log.Results = append(log.Results, report.Result{
				Rule: "claim", Message: s.Name + ": " + specMessage(s), Logical: place(s.Surface, strings.Join(s.Operations, " ")),
				Properties: map[string]any{"evidence": s.Evidence, "labels": s.Labels, "source": s.Source},
			})
		}
	}
	for _, row := range r.Drift.Rows {
		id := string(row.Class) + "/" + string(row.Rule)
		rule(report.Rule{ID: id, Title: string(row.Rule) + ": " + meaning(row.Class), Help: "Look at what is expected and seen, and at the source in the properties.", HelpURI: pages, Level: rowLevel(row.Class)})
		result := report.Result{
			Rule: id, Message: rowMessage(row) + " (" + within(row) + ")", Logical: strings.TrimSpace(row.Document + "/" + row.Operation + " " + row.Path),
			Properties: map[string]any{"evidence": row.Evidence, "source": row.Source, "example": row.Example, "count": row.Count},
		}
		if row.Accepted != nil {
			result.Level = report.LevelNote
			result.Properties["accepted"] = row.Accepted.Reason
		}
		log.Results = append(log.Results, result)
	}
	for _, m := range r.Drift.Moves {
		if m.Thin {
			continue
		}
		rule(report.Rule{ID: "moved/" + m.What, Title: "Something is not as in the baseline", Level: report.LevelWarning})
		log.Results = append(log.Results, report.Result{
			Rule: "moved/" + m.What, Message: "before: " + m.Before + ", now: " + m.Now, Logical: strings.TrimSpace(m.Document + "/" + m.Operation + " " + m.Path),
		})
	}
	return report.SARIF(w, log)
}

func rowLevel(c drift.Class) report.Level {
	switch c {
	case drift.Drift:
		return report.LevelError
	case drift.Suspect:
		return report.LevelWarning
	}
	return report.LevelNote
}
