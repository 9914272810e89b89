package result

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/contracts/report"
	"github.com/localsepay/localsepay/openapi/printable"
)

// Lint is the result for a file of recorded traffic.
type Lint struct {
	Tool    string `json:"tool"`
	Version string `json:"version"`
	// File is the traffic's file, as the user named it.
	File string `json:"file"`
	drift.LintReport
}

// ExitCode returns a command's exit code: 0 clean, 1 when requests break a
// contract, 2 without traffic with SePay.
func (l Lint) ExitCode() int {
	switch {
	case l.Judged == 0:
		return 2
	case l.Count(drift.Error)+l.Count(drift.Warning) > 0:
		return 1
	}
	return 0
}

// Sentence returns the verdict in one sentence.
func (l Lint) Sentence() string {
	skipped := ""
	if l.Skipped > 0 {
		skipped = fmt.Sprintf(" Skipped, because too large to be read: %d of the file's entries.", l.Skipped)
	}
	errors, warnings, notes := l.Count(drift.Error), l.Count(drift.Warning), l.Count(drift.Note)
	switch {
	case l.Judged == 0:
		return fmt.Sprintf("Nothing was checked: none of the %s is with SePay or an emulator of it.", plural(l.Ignored, "exchange")) + skipped
	case errors+warnings+notes == 0:
		return plural(l.Judged, "exchange") + " with SePay keep to the contracts." + skipped
	}
	return fmt.Sprintf("%s with SePay: %s, %s and %s.", plural(l.Judged, "exchange"), plural(errors, "error"), plural(warnings, "warning"), plural(notes, "note")) + skipped
}

// LintText writes the findings for a person.
func LintText(w io.Writer, l Lint, coloured bool) error {
	p := &ink{printable.NewWriter(w), coloured}
	colours := map[drift.Severity]printable.Style{drift.Error: red, drift.Warning: yellow, drift.Note: blue}
	for _, f := range l.Findings {
		p.line(p.colour(colours[f.Severity], string(f.Severity)), "  ", p.colour(bold, f.Sentence), "  ", p.colour(faint, f.Code))
		p.line("      ", p.colour(faint, place(f.Document, f.Operation, f.Example)))
		p.sides(f.Expected, f.Seen)
		p.side("where", "", fmt.Sprintf("%s (%s)", strings.Join(f.Entries, ", "), plural(f.Count, "time")))
		p.side("hint", "", f.Hint)
		if f.Source != "" {
			p.side("source", blue, f.Source)
		}
		p.line()
	}
	p.line(p.colour(bold, l.Sentence()))
	return p.end("findings")
}

// LintJSON writes the findings as JSON.
func LintJSON(w io.Writer, l Lint) error { return writeJSON(w, l) }

// LintSARIF writes the findings as results in the traffic's file.
func LintSARIF(w io.Writer, l Lint) error {
	log := report.Log{Tool: report.Tool{Name: l.Tool, Version: l.Version, URI: homepage}}
	for _, f := range l.Findings {
		id := string(f.Side) + "/" + f.Code
		if !slices.ContainsFunc(log.Rules, func(r report.Rule) bool { return r.ID == id }) {
			log.Rules = append(log.Rules, report.Rule{ID: id, Title: "The " + string(f.Side) + " breaks its contract: " + f.Code, Help: f.Hint, HelpURI: pages, Level: lintLevel(f.Severity)})
		}
		log.Results = append(log.Results, report.Result{
			Rule: id, Level: lintLevel(f.Severity), Message: f.Sentence + " Expected " + f.Expected + ", saw " + f.Seen + ". " + f.Hint,
			File: l.File, Logical: strings.TrimSpace(f.Document + "/" + f.Operation + " " + f.Path),
			Properties: map[string]any{"evidence": f.Evidence, "source": f.Source, "entries": f.Entries, "count": f.Count, "example": f.Example},
		})
	}
	return report.SARIF(w, log)
}

// LintJUnit writes a case per finding; notes pass.
func LintJUnit(w io.Writer, l Lint) error {
	suite := report.Suite{Name: l.File}
	for _, f := range l.Findings {
		c := report.Case{Class: place(f.Document, f.Operation), Name: place(f.Code, f.Path, f.Seen)}
		text := strings.Join([]string{"expected " + f.Expected, "saw " + f.Seen, f.Hint, f.Source, strings.Join(f.Entries, ", "), f.Example}, "\n")
		if f.Severity == drift.Note {
			c.Output = f.Sentence + "\n" + text
		} else {
			c.Failure = &report.Failure{Kind: string(f.Severity), Message: f.Sentence, Text: text}
		}
		suite.Cases = append(suite.Cases, c)
	}
	if len(l.Findings) == 0 {
		c := report.Case{Name: l.Sentence()}
		if l.Judged == 0 {
			c.Failure = &report.Failure{Kind: "unverified", Message: l.Sentence()}
		}
		suite.Cases = append(suite.Cases, c)
	}
	return report.JUnit(w, strings.TrimSpace(l.Tool+" contract lint"), []report.Suite{suite})
}

func lintLevel(s drift.Severity) report.Level {
	return map[drift.Severity]report.Level{drift.Error: report.LevelError, drift.Warning: report.LevelWarning, drift.Note: report.LevelNote}[s]
}
