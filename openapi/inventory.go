package openapi

import (
	"maps"
	"slices"
)

// Answer is one status that a contract declares for an operation.
type Answer struct {
	Operation string
	// Status is as the document spells it: "200", or a class such as "4XX".
	Status string
	// Headers are the declared response headers, in canonical spelling.
	Headers  []string
	Evidence Evidence
}

// Answers lists every declared answer by path, method and status.
func (c *Contract) Answers() []Answer {
	var out []Answer
	for _, o := range c.operations {
		for _, status := range slices.Sorted(maps.Keys(o.responses)) {
			r := o.responses[status]
			out = append(out, Answer{
				Operation: o.ID, Status: status, Headers: slices.Sorted(maps.Keys(r.headers)), Evidence: r.evidence,
			})
		}
	}
	return out
}

// Answer returns the declared answer of an operation that a status falls under; false
// when there is none.
func (c *Contract) Answer(operation string, status int) (Answer, bool) {
	for _, o := range c.operations {
		if o.ID != operation {
			continue
		}
		name, r := o.declared(status)
		if r == nil {
			return Answer{}, false
		}
		return Answer{Operation: o.ID, Status: name, Headers: slices.Sorted(maps.Keys(r.headers)), Evidence: r.evidence}, true
	}
	return Answer{}, false
}
