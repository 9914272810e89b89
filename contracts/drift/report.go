package drift

import (
	"cmp"
	"slices"

	"github.com/localsepay/localsepay/openapi"
)

// Class is the kind of a difference.
type Class string

// The classes, most severe first.
const (
	// Drift: a documented fact does not hold.
	Drift Class = "drift"
	// Suspect: a fact known from captures or public programs does not hold.
	Suspect Class = "suspect"
	// Learnt: an assumption was wrong.
	Learnt Class = "learnt"
	// News: a property, header or status that the document does not have.
	News Class = "news"
)

// Classes lists the classes, most severe first.
func Classes() []Class { return []Class{Drift, Suspect, Learnt, News} }

// Side is the half of an exchange that a row is about.
type Side string

// The sides.
const (
	Request  Side = "request"
	Response Side = "response"
)

// Row is one difference between a document and a target, counted once.
type Row struct {
	Class     Class        `json:"class"`
	Document  string       `json:"document"`
	Operation string       `json:"operation"`
	Side      Side         `json:"side"`
	Status    int          `json:"status,omitempty"`
	Rule      openapi.Rule `json:"rule"`
	Part      openapi.Part `json:"part"`
	// Path is a JSON path with the indexes of arrays folded ($.data[*].id),
	// the name of a header or parameter, or empty.
	Path string `json:"path,omitempty"`
	// Place is the first place, with indexes.
	Place    string `json:"place,omitempty"`
	Expected string `json:"expected"`
	// Seen is the first value, Also a few other values.
	Seen     string           `json:"seen"`
	Also     []string         `json:"also,omitempty"`
	Evidence openapi.Evidence `json:"evidence"`
	// Source is a public page, or the reason of an assumption.
	Source string `json:"source,omitempty"`
	// Count is the number of occurrences, In the number of exchanges with one, Of
	// the number of exchanges of the operation.
	Count int `json:"count"`
	In    int `json:"in"`
	Of    int `json:"of"`
	// Example is the first exchange with the difference, redacted; Spec is the
	// spec that made it.
	Example string `json:"example"`
	Spec    string `json:"spec,omitempty"`
	// Accepted is the reviewed entry that excuses the row.
	Accepted *Entry `json:"accepted,omitempty"`
}

// Tally is the number of exchanges of an operation.
type Tally struct {
	Document  string `json:"document"`
	Operation string `json:"operation"`
	Exchanges int    `json:"exchanges"`
}

// Report is the comparison of a run's exchanges with the documents.
type Report struct {
	// Rows are ranked: by class and evidence, then by document, operation,
	// status and path.
	Rows []Row `json:"rows"`
	// Operations lists every operation that was called, by document and id.
	Operations []Tally `json:"operations"`
	// Exchanges counts the checked ones; Unplaced those that no document
	// describes.
	Exchanges int `json:"exchanges"`
	Unplaced  int `json:"unplaced,omitempty"`
	// Moves are the changes since a baseline; nil without one.
	Moves []Move `json:"moves,omitempty"`
	// ThreeWay is set when an emulator and a sandbox were compared.
	ThreeWay []Verdict `json:"three_way,omitempty"`
	// Problems are wrong entries of the accepted file.
	Problems []Problem `json:"problems,omitempty"`
}

// Count returns how many rows of a class are not accepted.
func (r Report) Count(c Class) int {
	n := 0
	for _, row := range r.Rows {
		if row.Class == c && row.Accepted == nil {
			n++
		}
	}
	return n
}

// Failed returns whether the report needs attention: drift or a suspect that no
// entry accepts, a well-supported move, or a wrong accepted entry.
func (r Report) Failed() bool {
	moved := slices.ContainsFunc(r.Moves, func(m Move) bool { return !m.Thin && m.Accepted == nil })
	broken := slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Fails })
	return moved || broken || r.Count(Drift)+r.Count(Suspect) > 0
}

func compareRows(a, b Row) int {
	return cmp.Or(
		cmp.Compare(rank(a.Class), rank(b.Class)),
		cmp.Compare(a.grade(), b.grade()),
		cmp.Compare(a.Document, b.Document),
		cmp.Compare(a.Operation, b.Operation),
		cmp.Compare(a.Status, b.Status),
		cmp.Compare(a.Side, b.Side),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Expected, b.Expected),
		cmp.Compare(a.Seen, b.Seen),
	)
}

func rank(c Class) int { return slices.Index(Classes(), c) }

// grade ranks a row within its class. The evidence does not count for what the
// document does not declare.
func (r Row) grade() int {
	if r.Class == News {
		return 0
	}
	return r.Evidence.Rank()
}

func compareTallies(a, b Tally) int {
	return cmp.Or(cmp.Compare(a.Document, b.Document), cmp.Compare(a.Operation, b.Operation))
}
