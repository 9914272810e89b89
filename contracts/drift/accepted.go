package drift

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/input"
)

// maxAccepted bounds a file of accepted differences in bytes.
const maxAccepted = 1 << 20

// Accepted is a reviewed list of known differences that are accepted for a
// while.
type Accepted struct {
	// Name is the file's name, for messages.
	Name    string
	Entries []Entry
}

// Entry is one accepted difference.
type Entry struct {
	Operation string `yaml:"operation" json:"operation"`
	// Rule is the rule of a row, e.g. "undeclared-property", or the code of a
	// move, e.g. "property-gone".
	Rule string `yaml:"rule" json:"rule"`
	// Status narrows the entry to answers with it; 0 is any.
	Status int `yaml:"status" json:"status,omitempty"`
	// Path is the folded path of the row; empty when the row has none.
	Path   string `yaml:"path" json:"path,omitempty"`
	Reason string `yaml:"reason" json:"reason"`
	// Expires is the last day on which the entry applies, YYYY-MM-DD.
	Expires string `yaml:"expires" json:"expires"`
	// Line is the entry's line in its file.
	Line int `yaml:"-" json:"line"`
}

// Problem is an entry of the accepted file that is wrong.
type Problem struct {
	Entry Entry  `json:"entry"`
	Text  string `json:"text"`
	// Fails is false when the run could not check the entry, because it did not
	// call the operation.
	Fails bool `json:"fails"`
}

// moveCodes are the codes of [Compare]'s moves.
func moveCodes() []string {
	codes := []string{"property-optional"}
	for _, what := range []string{"status", "header", "content-type", "type", "null", "enum", "property"} {
		codes = append(codes, what+"-new", what+"-gone")
	}
	return codes
}

// rules lists the codes that an entry may have.
func rules() []string {
	codes := moveCodes()
	for _, r := range openapi.Rules() {
		codes = append(codes, string(r))
	}
	return codes
}

// ParseAccepted reads a file such as
//
//	accepted:
//	  - operation: v2.transactions.list
//	    rule: undeclared-property
//	    path: $.data[*].note
//	    reason: SePay announced it; the document follows with the next version.
//	    expires: 2027-01-31
//
// It reports all mistakes at once, with lines.
func ParseAccepted(name string, data []byte) (Accepted, error) {
	a := Accepted{Name: name}
	if len(strings.TrimSpace(string(data))) == 0 {
		return a, nil
	}
	type file struct {
		Accepted []Entry `yaml:"accepted"`
	}
	read, root, err := input.Read[file](data, maxAccepted, "begin with accepted:")
	var problems input.Problems
	if errors.As(err, &problems) {
		return a, problems.In(name)
	}
	if err != nil {
		return a, fmt.Errorf("%s: %w", name, err)
	}
	a.Entries = read.Accepted
	operations, err := operationIDs()
	if err != nil {
		return a, err
	}
	var errs []error
	for i := range a.Entries {
		e := &a.Entries[i]
		e.Line = input.Find(root, fmt.Sprintf("accepted[%d]", i)).Line
		for _, text := range e.wrong(operations, a.Entries[:i]) {
			errs = append(errs, fmt.Errorf("%s:%d: %s", name, e.Line, text))
		}
	}
	return a, errors.Join(errs...)
}

func operationIDs() (map[string]bool, error) {
	ids := map[string]bool{}
	for _, name := range openapi.Names() {
		c, err := openapi.Load(name)
		if err != nil {
			return nil, fmt.Errorf("know the operations: %w", err)
		}
		for _, o := range c.Operations() {
			ids[o.ID] = true
		}
	}
	return ids, nil
}

// wrong lists the mistakes in an entry, given the earlier ones.
func (e Entry) wrong(operations map[string]bool, earlier []Entry) []string {
	var texts []string
	if !operations[e.Operation] {
		texts = append(texts, fmt.Sprintf("operation %q is in no document%s", e.Operation, meant(e.Operation, slices.Sorted(maps.Keys(operations)))))
	}
	if !slices.Contains(rules(), e.Rule) {
		texts = append(texts, fmt.Sprintf("rule %q is none: it is what the report calls a row, e.g. undeclared-property%s", e.Rule, meant(e.Rule, rules())))
	}
	if strings.TrimSpace(e.Reason) == "" {
		texts = append(texts, "no reason: say why the difference is fine, and where it is written")
	}
	if _, err := time.Parse(time.DateOnly, e.Expires); err != nil {
		texts = append(texts, fmt.Sprintf("expires %q is no day: write it like 2027-01-31", e.Expires))
	}
	if i := slices.IndexFunc(earlier, e.same); i >= 0 {
		texts = append(texts, fmt.Sprintf("the entry of line %d again", earlier[i].Line))
	}
	return texts
}

// meant returns the nearest choice, if one is near.
func meant(written string, choices []string) string {
	if near, ok := input.Nearest(written, choices); ok {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

func (e Entry) same(o Entry) bool {
	return e.Operation == o.Operation && e.Rule == o.Rule && e.Status == o.Status && e.Path == o.Path
}

// excuses returns whether the entry is about this difference.
func (e Entry) excuses(operation, rule string, status int, path string) bool {
	return e.Operation == operation && e.Rule == rule && (e.Status == 0 || e.Status == status) && e.Path == path
}

// Apply marks the rows and moves that an entry excuses on that day, and lists
// the entries that have expired or excuse nothing. The day is that of today, in
// its zone.
func (a Accepted) Apply(r Report, today time.Time) Report {
	day := today.Format(time.DateOnly)
	r.Rows, r.Moves = slices.Clone(r.Rows), slices.Clone(r.Moves)
	for _, e := range a.Entries {
		excused := 0
		expired := e.Expires < day
		for i := range r.Rows {
			row := &r.Rows[i]
			if e.excuses(row.Operation, string(row.Rule), row.Status, row.Path) {
				excused++
				if !expired && row.Accepted == nil {
					row.Accepted = &e
				}
			}
		}
		for i := range r.Moves {
			m := &r.Moves[i]
			if e.excuses(m.Operation, m.What, m.Status, m.Path) {
				excused++
				if !expired && m.Accepted == nil {
					m.Accepted = &e
				}
			}
		}
		if p, ok := a.problem(e, r, excused, expired); ok {
			r.Problems = append(r.Problems, p)
		}
	}
	return r
}

func (a Accepted) problem(e Entry, r Report, excused int, expired bool) (Problem, bool) {
	at := fmt.Sprintf("%s:%d: ", a.Name, e.Line)
	called := slices.ContainsFunc(r.Operations, func(t Tally) bool { return t.Operation == e.Operation })
	switch {
	case expired && excused > 0:
		return Problem{e, at + "the entry expired on " + e.Expires + " and the difference is still there: look again, then take the document along or set a later day", true}, true
	case expired:
		return Problem{e, at + "the entry expired on " + e.Expires + ": remove it", true}, true
	case excused == 0 && !called:
		return Problem{e, at + "not judged: this run did not call " + e.Operation, false}, true
	case excused == 0:
		return Problem{e, at + "the entry excuses nothing: the difference is gone, remove the entry", true}, true
	}
	return Problem{}, false
}
