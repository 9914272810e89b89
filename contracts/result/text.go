package result

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/contracts/drift"
)

// ink writes for a person. It keeps the first error and colours only if asked.
type ink struct {
	out      *bufio.Writer
	coloured bool
}

const (
	red    = "31"
	green  = "32"
	yellow = "33"
	blue   = "34"
	bold   = "1"
	faint  = "2"
)

func (p *ink) colour(code, s string) string {
	if !p.coloured || s == "" || code == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p *ink) line(parts ...string) {
	_, _ = p.out.WriteString(strings.TrimRight(strings.Join(parts, ""), " ") + "\n")
}

func (p *ink) heading(title, about string) {
	p.line()
	p.line(p.colour(bold, strings.ToUpper(title)), "  ", p.colour(faint, about))
}

// sides shows two texts under each other, aligned, and every line of them.
func (p *ink) sides(expected, seen string) {
	p.side("expected", green, expected)
	p.side("seen", red, seen)
}

func (p *ink) side(name, colour, text string) {
	for i, l := range strings.Split(plainText(text), "\n") {
		if i > 0 {
			name = ""
		}
		p.line(fmt.Sprintf("      %-9s ", name), p.colour(colour, l))
	}
}

// plainText keeps a terminal from obeying what a target sent.
func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, s)
}

// Text writes the run for a person: the verdict first, then what is behind it,
// the gravest first.
func Text(w io.Writer, r Run, coloured bool) error {
	p := &ink{bufio.NewWriter(w), coloured}
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
	// What differs from the documents is most often why claims failed.
	p.drift(r.Drift)
	p.moves(r.Drift)
	p.threeWay(r.Drift)
	p.failed(r)
	p.problems(r.Drift)
	p.coverage(r)
	p.skipped(r)
	if err := p.out.Flush(); err != nil {
		return fmt.Errorf("write contract report: %w", err)
	}
	return nil
}

// facts say under what the run was made.
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
		p.line("  ", p.colour(red, "✗"), " ", p.colour(bold, plainText(s.Name)))
		p.line("      ", p.colour(faint, place(s.Surface, strings.Join(s.Operations, ", "), string(s.Evidence))))
		if s.Expected != "" || s.Seen != "" {
			p.sides(s.Expected, s.Seen)
		} else {
			p.side("", red, strings.TrimSpace(s.Failure))
		}
		for _, e := range s.Exchanges {
			p.line("      ", p.colour(faint, plainText(e)))
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
			p.line("    ", p.colour(classColour(c), string(row.Rule)), "  ", plainText(row.Path), "  ", p.colour(faint, place(status(row.Status), string(row.Evidence))))
			p.sides(row.Expected, alsoSeen(row))
			p.line("      ", p.colour(faint, plainText(within(row)+"; "+row.Example)))
			if row.Source != "" {
				p.line("      ", p.colour(blue, row.Source))
			}
		}
	}
}

// open lists the rows of a class that nobody accepted.
func open(r drift.Report, c drift.Class) []drift.Row {
	var rows []drift.Row
	for _, row := range r.Rows {
		if row.Class == c && row.Accepted == nil {
			rows = append(rows, row)
		}
	}
	return rows
}

func classColour(c drift.Class) string {
	return map[drift.Class]string{drift.Drift: red, drift.Suspect: yellow, drift.Learnt: blue, drift.News: green}[c]
}

func status(n int) string {
	if n == 0 {
		return ""
	}
	return "status " + strconv.Itoa(n)
}
