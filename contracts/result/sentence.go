package result

import (
	"fmt"
	"strings"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/openapi"
)

// Sentence returns the verdict in one sentence, or two when a clean run needs a
// qualification.
func (r Run) Sentence() string {
	ran := r.count(Passed) + r.count(Failed)
	switch r.Outcome() {
	case Unverified:
		return "Nothing was verified" + r.why() + "."
	case Clean:
		if len(r.Specs) == 0 {
			return fmt.Sprintf("%s agree with the documents.", plural(r.Drift.Exchanges, "exchange"))
		}
		return fmt.Sprintf("%s, and %s agree with the documents%s.", all(ran), plural(r.Drift.Exchanges, "exchange"), r.leftOut())
	}
	var parts []string
	if n := r.count(Failed); n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s failed", n, plural(ran, "claim")))
	}
	for _, e := range openapi.Evidences() {
		if n := r.facts(e); n > 0 {
			parts = append(parts, plural(n, string(e)+" fact")+verb(n)+"not hold")
		}
	}
	if n := r.moved(); n > 0 {
		parts = append(parts, plural(n, "thing")+" moved since the baseline")
	}
	if n := r.broken(); n > 0 {
		parts = append(parts, plural(n, "accepted difference")+verb(n)+"not stand")
	}
	return join(parts) + r.leftOut() + "."
}

// facts counts the rows that fail a run, by evidence.
func (r Run) facts(e openapi.Evidence) int {
	n := 0
	for _, row := range r.Drift.Rows {
		if (row.Class == drift.Drift || row.Class == drift.Suspect) && row.Accepted == nil && row.Evidence == e {
			n++
		}
	}
	return n
}

func verb(n int) string {
	if n == 1 {
		return " does "
	}
	return " do "
}

func all(n int) string {
	if n == 1 {
		return "The one claim holds"
	}
	return fmt.Sprintf("All %d claims hold", n)
}

func (r Run) why() string {
	if n := r.count(Skipped); n > 0 {
		return ": " + plural(n, "claim") + " skipped"
	}
	return ""
}

// leftOut qualifies a verdict by what was not verified.
func (r Run) leftOut() string {
	var parts []string
	if n := r.count(Skipped); n > 0 {
		parts = append(parts, plural(n, "claim"))
	}
	if n := len(r.Skipped); n > 0 {
		parts = append(parts, plural(n, "whole surface"))
	}
	if len(parts) == 0 {
		return ""
	}
	return "; skipped: " + join(parts)
}

func (r Run) moved() int {
	n := 0
	for _, m := range r.Drift.Moves {
		if !m.Thin && m.Accepted == nil {
			n++
		}
	}
	return n
}

func (r Run) broken() int {
	n := 0
	for _, p := range r.Drift.Problems {
		if p.Fails {
			n++
		}
	}
	return n
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func join(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// meaning describes a class in a few words.
func meaning(c drift.Class) string {
	return map[drift.Class]string{
		drift.Drift:   "documented facts that do not hold",
		drift.Suspect: "facts of captures and public programs that do not hold",
		drift.Learnt:  "assumptions that were wrong: the documents can say more now",
		drift.News:    "more than the documents say",
	}[c]
}

// within describes how often and where a row was met.
func within(row drift.Row) string {
	s := fmt.Sprintf("in %d of %s", row.In, plural(row.Of, "exchange"))
	if row.Count > row.In {
		s += fmt.Sprintf(", %d times", row.Count)
	}
	if row.Place != row.Path {
		s += ", first at " + row.Place
	}
	return s
}

func alsoSeen(row drift.Row) string {
	if len(row.Also) == 0 {
		return row.Seen
	}
	return row.Seen + ", also " + strings.Join(row.Also, ", ")
}
