package result

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/openapi"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

// icon is the page's icon: a tick.
const icon = template.HTML(`<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%230a56c2'/%3E%3Cpath d='M8 17l6 6 11-13' fill='none' stroke='%23fff' stroke-width='4'/%3E%3C/svg%3E">`)

// HTML writes the run as one self-contained page. It runs no script and follows
// the reader's light or dark setting; its content security policy allows only
// its own style.
func HTML(w io.Writer, r Run) error {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return fmt.Errorf("write contract page: %w", err)
	}
	v := viewOf(r)
	style := pageStyle + v.filters()
	sum := sha256.Sum256([]byte(style))
	v.Style = template.CSS(style)
	v.Icon = icon
	v.Policy = "default-src 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
	var page bytes.Buffer
	if err := t.Execute(&page, v); err != nil {
		return fmt.Errorf("write contract page: %w", err)
	}
	if _, err := page.WriteTo(w); err != nil {
		return fmt.Errorf("write contract page: %w", err)
	}
	return nil
}

// view is the page's data.
type view struct {
	Run
	Style     template.CSS
	Policy    string
	Icon      template.HTML
	Outcome   Outcome
	Title     string
	Rest      string // what the verdict does not cover
	Facts     []string
	Tiles     []tile
	Surfaces  []surface
	Evidences []openapi.Evidence
	Failed    []specView
	Classes   []classView
	Moves     []drift.Move
	Thin      int
	Verdicts  []verdictView
	Accepted  []rowView
	Wholes    []whole
	Skips     []group
	Passed    []specView
	Covered   []Coverage
}

type tile struct {
	Name  string
	Count int
	Class string
}

// surface is a filter; its rows carry its number.
type surface struct {
	Number int
	Name   string
}

type specView struct {
	Spec
	Number int
	At     string
	Page   string
}

type classView struct {
	Class      drift.Class
	Meaning    string
	Count      int
	Operations []operationView
}

type operationView struct {
	Document, Operation string
	Rows                []rowView
}

type rowView struct {
	drift.Row
	Number int
	Saw    string
	Within string
	Page   string
}

type verdictView struct {
	drift.Verdict
	Number int
	Page   string
}

func viewOf(r Run) *view {
	v := &view{
		Run: r, Outcome: r.Outcome(), Title: r.Sentence(), Facts: facts(r), Covered: r.Coverage, Wholes: skippedWholes(r), Skips: skippedSpecs(r),
		Evidences: openapi.Evidences(),
	}
	v.Title, v.Rest, _ = strings.Cut(v.Title, "; ")
	v.Surfaces = surfacesOf(r)
	for _, s := range r.Specs {
		one := specView{s, v.number(s.Surface), strings.Join(s.Operations, ", "), link(s.Source)}
		switch s.State {
		case Failed:
			v.Failed = append(v.Failed, one)
		case Passed:
			v.Passed = append(v.Passed, one)
		}
	}
	v.Tiles = []tile{
		{"failed", len(v.Failed), "bad"}, {"passed", len(v.Passed), "good"}, {"skipped", r.count(Skipped), "plain"},
	}
	for _, c := range drift.Classes() {
		v.class(c, open(r.Drift, c))
	}
	for _, row := range r.Drift.Rows {
		if row.Accepted != nil {
			v.Accepted = append(v.Accepted, v.row(row))
		}
	}
	for _, m := range r.Drift.Moves {
		if m.Thin {
			v.Thin++
		} else {
			v.Moves = append(v.Moves, m)
		}
	}
	for _, one := range r.Drift.ThreeWay {
		v.Verdicts = append(v.Verdicts, verdictView{one, v.number(one.Document), link(one.Source)})
	}
	return v
}

func (v *view) class(c drift.Class, rows []drift.Row) {
	v.Tiles = append(v.Tiles, tile{string(c), len(rows), string(c)})
	if len(rows) == 0 {
		return
	}
	out := classView{Class: c, Meaning: meaning(c), Count: len(rows)}
	for _, row := range rows {
		last := len(out.Operations) - 1
		if last < 0 || out.Operations[last].Operation != row.Operation || out.Operations[last].Document != row.Document {
			out.Operations = append(out.Operations, operationView{Document: row.Document, Operation: row.Operation})
			last++
		}
		out.Operations[last].Rows = append(out.Operations[last].Rows, v.row(row))
	}
	v.Classes = append(v.Classes, out)
}

func (v *view) row(row drift.Row) rowView {
	return rowView{row, v.number(row.Document), alsoSeen(row), within(row), link(row.Source)}
}

func (v *view) number(name string) int {
	return slices.IndexFunc(v.Surfaces, func(s surface) bool { return s.Name == name })
}

// NumberOf returns the filter's number of a surface or document; -1 for none.
func (v *view) NumberOf(name string) int { return v.number(name) }

func surfacesOf(r Run) []surface {
	var names []string
	for _, s := range r.Specs {
		names = append(names, s.Surface)
	}
	for _, row := range r.Drift.Rows {
		names = append(names, row.Document)
	}
	for _, m := range r.Drift.Moves {
		names = append(names, m.Document)
	}
	for _, one := range r.Drift.ThreeWay {
		names = append(names, one.Document)
	}
	slices.Sort(names)
	var list []surface
	for i, name := range slices.Compact(names) {
		list = append(list, surface{i, name})
	}
	return list
}

// filters returns the style rules that hide rows outside the chosen surface and
// evidence, and empty groups.
func (v *view) filters() string {
	var b strings.Builder
	for _, s := range v.Surfaces {
		hide(&b, fmt.Sprintf("s%d", s.Number), "data-s", strconv.Itoa(s.Number))
	}
	for _, e := range v.Evidences {
		hide(&b, "e-"+string(e), "data-e", string(e))
	}
	return b.String()
}

// hide writes the rule of one filter.
func hide(b *strings.Builder, id, attribute, value string) {
	fmt.Fprintf(b, "body:has(#%[1]s:checked) :is([%[2]s]:not([%[2]s=\"%[3]s\"]),:is(section,.operation):has([%[2]s]):not(:has([%[2]s=\"%[3]s\"]))){display:none}\n",
		id, attribute, value)
}

// link returns a URL; empty for other text, such as the reason of an
// assumption.
func link(source string) string {
	if strings.HasPrefix(source, "https://") {
		return source
	}
	return ""
}
