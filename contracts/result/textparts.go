package result

import (
	"fmt"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/contracts/drift"
)

func (p *ink) moves(r drift.Report) {
	shown := 0
	thin := 0
	for _, m := range r.Moves {
		switch {
		case m.Thin:
			thin++
			continue
		case m.Accepted != nil:
			continue
		}
		if shown++; shown == 1 {
			p.heading("Moved since the baseline", "")
		}
		p.line("  ", p.colour(bold, m.What), "  ", place(m.Operation, status(m.Status), m.Path))
		p.side("before", "", m.Before)
		p.side("now", yellow, m.Now)
	}
	if thin > 0 {
		p.line()
		p.line("  ", p.colour(faint, plural(thin, "difference")+" to the baseline rest on too few observations to be called a move."))
	}
}

func (p *ink) threeWay(r drift.Report) {
	for i, v := range r.ThreeWay {
		if i == 0 {
			p.heading("Three ways", "document, emulator, sandbox")
		}
		p.line("  ", p.colour(bold, v.Differs), " ", p.colour(faint, thinly(v.Thin)))
		p.line("      ", place(v.What, v.Operation, status(v.Status), v.Path))
		p.side("document", "", v.Says.Document)
		p.side("emulator", "", v.Says.Emulator)
		p.side("sandbox", "", v.Says.Sandbox)
	}
}

func thinly(thin bool) string {
	if thin {
		return "(few observations)"
	}
	return ""
}

func (p *ink) problems(r drift.Report) {
	for i, problem := range r.Problems {
		if i == 0 {
			p.heading("Accepted differences", "entries to look at")
		}
		colour := faint
		if problem.Fails {
			colour = red
		}
		p.line("  ", p.colour(colour, problem.Text))
	}
}

func (p *ink) coverage(r Run) {
	width := 0
	for _, c := range r.Coverage {
		width = max(width, len(c.Document))
	}
	for i, c := range r.Coverage {
		if i == 0 {
			p.heading("Coverage", "what was exercised of each document")
		}
		missing := ""
		const most = 3
		if n := len(c.Missing); n > most {
			missing = "not: " + strings.Join(c.Missing[:most], ", ") + fmt.Sprintf(" and %d more", n-most)
		} else if n > 0 {
			missing = "not: " + strings.Join(c.Missing, ", ")
		}
		p.line(fmt.Sprintf("  %-*s  %3d of %3d  ", width, c.Document, c.Exercised, c.Described), p.colour(faint, missing))
	}
}

func (p *ink) skipped(r Run) {
	for i, s := range skippedWholes(r) {
		if i == 0 {
			p.heading("Skipped surfaces", "")
		}
		p.line("  ", p.colour(yellow, s.Surface), "  ", s.Reason, "  ", p.colour(faint, counted(s.Specs)))
	}
	for i, g := range skippedSpecs(r) {
		if i == 0 {
			p.heading("Skipped claims", "")
		}
		p.line("  ", p.colour(yellow, plural(len(g.Specs), "claim")), "  ", g.Reason)
	}
}

// group has the claims that were skipped for one reason.
type group struct {
	Reason string
	Specs  []Spec
}

// whole is a skipped surface, with its claims of the same reason.
type whole struct {
	SkippedSurface
	Specs []Spec
}

// counted returns the number of claims as text; empty for none.
func counted(specs []Spec) string {
	if len(specs) == 0 {
		return ""
	}
	return plural(len(specs), "claim")
}

// skippedWholes lists the skipped surfaces.
func skippedWholes(r Run) []whole {
	var out []whole
	for _, s := range r.Skipped {
		if slices.ContainsFunc(out, func(w whole) bool { return w.SkippedSurface == s }) {
			continue
		}
		w := whole{SkippedSurface: s}
		for _, spec := range r.Specs {
			if spec.State == Skipped && spec.Surface == s.Surface && spec.Reason == s.Reason {
				w.Specs = append(w.Specs, spec)
			}
		}
		out = append(out, w)
	}
	return out
}

// skippedSpecs groups the claims by reason, in the order of the run, without
// those of [skippedWholes].
func skippedSpecs(r Run) []group {
	var groups []group
	at := map[string]int{}
	for _, s := range r.Specs {
		if s.State != Skipped || slices.Contains(r.Skipped, SkippedSurface{Surface: s.Surface, Reason: s.Reason}) {
			continue
		}
		i, known := at[s.Reason]
		if !known {
			i = len(groups)
			at[s.Reason] = i
			groups = append(groups, group{Reason: s.Reason})
		}
		groups[i].Specs = append(groups[i].Specs, s)
	}
	return groups
}
