package result

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/openapi/printable"
)

// ink writes text for a person. It keeps the first error, uses colours only if
// asked, and escapes untrusted text.
type ink struct {
	out      *printable.Writer
	coloured bool
}

const (
	red    = printable.Red
	green  = printable.Green
	yellow = printable.Yellow
	blue   = printable.Blue
	bold   = printable.Bold
	faint  = printable.Faint
)

// span is a part of a line, optionally in a style.
type span struct {
	style printable.Style
	text  string
}

func (p *ink) colour(style printable.Style, s string) span {
	if !p.coloured {
		style = ""
	}
	return span{style, s}
}

// line writes parts, each a string or a span, as one line without trailing
// blanks.
func (p *ink) line(parts ...any) {
	spans := make([]span, len(parts))
	for i, part := range parts {
		if text, ok := part.(string); ok {
			part = span{text: text}
		}
		spans[i] = part.(span)
	}
	for i := len(spans) - 1; i >= 0; i-- {
		if spans[i].text = strings.TrimRight(spans[i].text, " "); spans[i].text != "" {
			break
		}
	}
	for _, s := range spans {
		text := printable.Line(s.text)
		if s.style == "" {
			_, _ = io.WriteString(p.out, text)
		} else {
			p.out.Styled(s.style, text)
		}
	}
	_, _ = io.WriteString(p.out, "\n")
}

// end returns the first error.
func (p *ink) end(what string) error {
	if err := p.out.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

func (p *ink) heading(title, about string) {
	p.line()
	p.line(p.colour(bold, strings.ToUpper(title)), "  ", p.colour(faint, about))
}

// sides shows two texts below each other, aligned.
func (p *ink) sides(expected, seen string) {
	p.side("expected", green, expected)
	p.side("seen", red, seen)
}

func (p *ink) side(name string, colour printable.Style, text string) {
	for i, l := range strings.Split(text, "\n") {
		if i > 0 {
			name = ""
		}
		p.line(fmt.Sprintf("      %-9s ", name), p.colour(colour, l))
	}
}

// Text writes the run for a person: the verdict first, then the details, most
// severe first.
func Text(w io.Writer, r Run, coloured bool) error {
	p := &ink{printable.NewWriter(w), coloured}
	p.line(p.colour(faint, strings.Join(facts(r), " · ")))
	p.line()
	sign, colour := "✓", green
	switch r.Outcome() {
	case Different:
		sign, colour = "✗", red
	case Unverified:
		sign, colour = "?", yellow
	}
	p.line(p.colour(colour, sign), " ", p.colour(bold, r.Sentence()))
	// Differences from the documents are the most common cause of failed claims.
	p.drift(r.Drift)
	p.moves(r.Drift)
	p.threeWay(r.Drift)
	p.failed(r)
	p.problems(r.Drift)
	p.coverage(r)
	p.skipped(r)
	return p.end("contract report")
}

// facts lists the conditions of the run.
func facts(r Run) []string {
	list := []string{strings.TrimSpace(r.Tool + " " + r.Version), strings.TrimSpace(string(r.Kind) + " " + r.Target)}
	if !r.Started.IsZero() {
		list = append(list, r.Started.Format("2006-01-02 15:04:05 -07:00"))
	}
	if r.Kind == Emulator {
		list = append(list, "seed "+strconv.FormatInt(r.Seed, 10))
	}
	if r.DurationMS > 0 {
		list = append(list, (time.Duration(r.DurationMS) * time.Millisecond).String())
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

func (p *ink) failed(r Run) {
	n := 0
	for _, s := range r.Specs {
		if s.State != Failed {
			continue
		}
		if n++; n == 1 {
			p.heading("Failed claims", "")
		}
		p.line("  ", p.colour(red, "✗"), " ", p.colour(bold, s.Name))
		p.line("      ", p.colour(faint, place(s.Surface, strings.Join(s.Operations, ", "), string(s.Evidence))))
		if s.Expected != "" || s.Seen != "" {
			p.sides(s.Expected, s.Seen)
		} else {
			p.side("", red, strings.TrimSpace(s.Failure))
		}
		for _, e := range s.Exchanges {
			p.line("      ", p.colour(faint, e))
		}
		if s.Source != "" {
			p.line("      ", p.colour(blue, s.Source))
		}
	}
}

func place(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

func (p *ink) drift(r drift.Report) {
	for _, c := range drift.Classes() {
		operation := ""
		for i, row := range open(r, c) {
			if i == 0 {
				p.heading(string(c), meaning(c))
			}
			if at := row.Document + " " + row.Operation; at != operation {
				operation = at
				p.line("  ", p.colour(bold, row.Operation), "  ", p.colour(faint, row.Document))
			}
			p.line("    ", p.colour(classColour(c), string(row.Rule)), "  ", row.Path, "  ", p.colour(faint, place(status(row.Status), string(row.Evidence))))
			p.sides(row.Expected, alsoSeen(row))
			p.line("      ", p.colour(faint, within(row)+"; "+row.Example))
			if row.Source != "" {
				p.line("      ", p.colour(blue, row.Source))
			}
		}
	}
}

// open lists the rows of a class that are not accepted.
func open(r drift.Report, c drift.Class) []drift.Row {
	var rows []drift.Row
	for _, row := range r.Rows {
		if row.Class == c && row.Accepted == nil {
			rows = append(rows, row)
		}
	}
	return rows
}

func classColour(c drift.Class) printable.Style {
	return map[drift.Class]printable.Style{drift.Drift: red, drift.Suspect: yellow, drift.Learnt: blue, drift.News: green}[c]
}

func status(n int) string {
	if n == 0 {
		return ""
	}
	return "status " + strconv.Itoa(n)
}
