package openapi

import (
	"slices"
	"strings"
)

// object checks the members of o, and that none is missing.
func (c *checker) object(s *schema, o *object) {
	var few [64]bool
	seen := few[:]
	if len(s.properties) > len(few) {
		seen = make([]bool, len(s.properties))
	}
	wanted := c.requested(s)
	var others map[string]bool
	for _, m := range o.members {
		i, declared := s.property(m.name)
		switch {
		case declared && seen[i], others[m.name]:
			c.within(segment{name: m.name}, mark{}, func() {
				c.report(RuleDuplicateKey, "the key once", "the key again")
			})
		case !declared:
			if others == nil {
				others = map[string]bool{}
			}
			others[m.name] = true
			c.undeclared(s, m)
		default:
			seen[i] = true
			p := &s.properties[i]
			if wanted != nil && !slices.Contains(wanted, m.name) {
				c.within(segment{name: m.name}, s.projection.mark, func() {
					c.report(RuleUnrequestedProperty, "only the properties that "+s.projection.parameter+" names", "this one")
				})
			}
			c.within(segment{name: m.name}, p.mark, func() { c.value(p.schema, m.value) })
		}
	}
	for i := range s.properties {
		p := &s.properties[i]
		if p.required && !seen[i] && (wanted == nil || slices.Contains(wanted, p.name)) {
			c.within(segment{name: p.name}, p.mark, func() {
				c.report(RuleRequired, "the property", "nothing")
			})
		}
	}
}

func (c *checker) undeclared(s *schema, m member) {
	c.within(segment{name: m.name}, mark{}, func() {
		switch {
		case s.additional != nil:
			c.value(s.additional, m.value)
		case !s.open:
			c.report(RuleUndeclaredProperty, "no such property", describeKind(m.value))
		}
	})
}

// requested returns the properties that the request picked, nil when it picked
// none: names that are not properties are as good as not sent.
func (c *checker) requested(s *schema) []string {
	if s.projection == nil || c.query == nil {
		return nil
	}
	var names []string
	for name := range strings.SplitSeq(c.query.Get(s.projection.parameter), ",") {
		name = strings.TrimSpace(name)
		if _, ok := s.property(name); ok {
			names = append(names, name)
		}
	}
	return names
}
