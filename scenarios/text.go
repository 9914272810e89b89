package scenarios

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/printable"
)

// WriteTree writes a result for people: the steps as a tree with the target's time and
// the real one, and why it failed.
func WriteTree(w io.Writer, r Result) {
	w = printable.NewWriter(w)
	fmt.Fprintf(w, "%s\n  %s\n", printable.Line(r.Scenario), printable.Line(r.Purpose))
	writeSteps(w, r.Steps, 0)
	WriteEnd(w, r)
}

func writeSteps(w io.Writer, steps []StepResult, depth int) {
	for _, s := range steps {
		writeSteps(w, s.Steps, depth+1)
		WriteStep(w, s, depth)
	}
}

var marks = map[string]string{Passed: "✓", Failed: "✗", Skipped: "-"}

// WriteStep writes the line of a step that has ended, for people.
func WriteStep(w io.Writer, s StepResult, depth int) {
	w, s.Steps = printable.NewWriter(w), nil
	s = printable.Fields(s)
	at := s.At
	if at != "" {
		at = "+" + at
	}
	took := ""
	if s.Elapsed > 0 {
		took = s.Elapsed.Round(100 * time.Microsecond).String()
	}
	line := fmt.Sprintf("  %s%s %-8s %-8s %s %s", strings.Repeat("  ", depth), marks[s.Status], at, took, s.Path, s.Title)
	fmt.Fprintln(w, strings.TrimRight(line, " "))
	for _, note := range s.Notes {
		fmt.Fprintf(w, "  %s    %s\n", strings.Repeat("  ", depth), note)
	}
}

// WriteEnd writes the verdict of a run for people, and why it failed.
func WriteEnd(w io.Writer, r Result) {
	w, r.Steps = printable.NewWriter(w), nil
	r = printable.Fields(r, "Diff")
	verdict := "PASSED"
	if !r.OK() {
		verdict = "FAILED"
	}
	took := ""
	if r.Elapsed > 0 {
		took = " in " + r.Elapsed.Round(time.Millisecond).String()
	}
	fmt.Fprintf(w, "%s %s: %s of SePay's time%s\n", verdict, r.Scenario, r.Span, took)
	f := r.Failure
	if f == nil {
		return
	}
	where := ""
	if f.File != "" && f.Line > 0 {
		where = fmt.Sprintf(" (%s:%d)", f.File, f.Line)
	}
	fmt.Fprintf(w, "\n  step %s: %s%s\n", f.Step, f.Title, where)
	for _, m := range f.Mismatches {
		fmt.Fprintf(w, "\n    %s\n      expected: %s\n      seen:     %s\n", m.What, m.Expected, m.Seen)
		if strings.Count(m.Diff, "\n") > 2 {
			fmt.Fprintf(w, "      difference (- expected, + seen):\n%s", indent(m.Diff, "        "))
		}
	}
	if len(f.Traffic) > 0 {
		fmt.Fprintln(w, "\n  the traffic before it (-> to SePay, <- from SePay):")
		for _, line := range f.Traffic {
			fmt.Fprintln(w, "    "+line)
		}
	}
	fmt.Fprintf(w, "\n  again: %s\n", f.Command)
}

func indent(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(by + line)
	}
	return b.String()
}
