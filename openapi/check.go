package openapi

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// checker walks one message. It keeps the place and the evidence around it on
// stacks, so that a message without violations allocates next to nothing.
type checker struct {
	op   string
	part Part
	path []segment
	// marks holds at least the operation's.
	marks []mark
	// secret counts the secret values around the present one.
	secret int
	// query is the request's, which can change what its answer looks like.
	query url.Values
	// declared tells the query parameters of the operation.
	declared func(parameter string) bool
	out      []Violation
}

// segment is one step of a path: a name, or an index when name is empty.
type segment struct {
	name  string
	index int
}

func (c *checker) report(rule Rule, expected, seen string) {
	c.reportAt(rule, c.place(), expected, seen, c.marks[len(c.marks)-1])
}

func (c *checker) reportAt(rule Rule, place, expected, seen string, m mark) {
	switch {
	case len(c.out) > maxViolations:
		return
	case len(c.out) == maxViolations:
		rule, place, expected, seen = RuleTooMany, "", fmt.Sprintf("at most %d violations", maxViolations), "more"
	}
	c.out = append(c.out, Violation{
		Operation: c.op, Rule: rule, Part: c.part, JSONPath: place,
		Expected: expected, Seen: seen, Evidence: m.evidence, Source: m.source,
	})
}

// place renders the path: "$.data[0].id" in a body, the bare name elsewhere.
func (c *checker) place() string {
	var b strings.Builder
	if c.part == PartBody {
		b.WriteByte('$')
	}
	for i, s := range c.path {
		switch {
		case s.name == "":
			fmt.Fprintf(&b, "[%d]", s.index)
		case c.part != PartBody:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(safeName(s.name))
		case plainName(s.name):
			b.WriteByte('.')
			b.WriteString(safeName(s.name))
		default:
			fmt.Fprintf(&b, "['%s']", strings.ReplaceAll(safeName(s.name), "'", `\'`))
		}
	}
	return b.String()
}

func plainName(s string) bool {
	for _, r := range s {
		if r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return true
}

// within runs f one step down. A zero mark leaves the evidence as it is.
func (c *checker) within(at segment, m mark, f func()) {
	c.path = append(c.path, at)
	if m.evidence == "" {
		m = c.marks[len(c.marks)-1]
	}
	c.marks = append(c.marks, m)
	f()
	c.path = c.path[:len(c.path)-1]
	c.marks = c.marks[:len(c.marks)-1]
}

func (c *checker) mismatch(rule Rule, expected string, v any) {
	c.report(rule, expected, describe(v, c.secret > 0))
}

// value checks v against s.
func (c *checker) value(s *schema, v any) {
	if s.secret {
		c.secret++
		defer func() { c.secret-- }()
	}
	if v == nil {
		if !s.nullable && (s.kind != anyKind || len(s.oneOf) > 0) {
			c.report(RuleType, s.kind.String()+", not null", "null")
		}
		return
	}
	if len(s.oneOf) > 0 {
		c.alternatives(s, v)
		return
	}
	if !c.typed(s, v) {
		return
	}
	if len(s.enum) > 0 && !enumerated(s.enum, v) {
		c.mismatch(RuleEnum, "one of "+listed(s.enum), v)
	}
}

// typed checks what depends on the type; false when the type is wrong, and
// then nothing else is worth saying.
func (c *checker) typed(s *schema, v any) bool {
	switch v := v.(type) {
	case string:
		if s.kind == stringKind {
			c.text(s, v)
		}
		return c.is(s, v, stringKind)
	case json.Number:
		if s.kind == integerKind || s.kind == numberKind {
			return c.number(s, v)
		}
		return c.is(s, v, numberKind)
	case bool:
		return c.is(s, v, booleanKind)
	case []any:
		if s.kind == arrayKind {
			c.array(s, v)
		}
		return c.is(s, v, arrayKind)
	case *object:
		if s.kind == objectKind {
			c.object(s, v)
		}
		return c.is(s, v, objectKind)
	}
	return c.is(s, v, anyKind)
}

func (c *checker) is(s *schema, v any, k kind) bool {
	if s.kind == anyKind || s.kind == k {
		return true
	}
	c.mismatch(RuleType, s.kind.String(), v)
	return false
}

func (c *checker) text(s *schema, v string) {
	n := utf8.RuneCountInString(v)
	if n < s.minLength {
		c.mismatch(RuleRange, fmt.Sprintf("at least %d characters", s.minLength), v)
	}
	if s.maxLength != unlimited && n > s.maxLength {
		c.mismatch(RuleRange, fmt.Sprintf("at most %d characters", s.maxLength), v)
	}
	if s.pattern != nil && !s.pattern.MatchString(v) {
		c.mismatch(RulePattern, "a text like "+s.pattern.String(), v)
	}
	if s.datetime {
		c.datetime(s, v)
	} else if s.format.valid != nil && !s.format.valid(v) {
		c.mismatch(RuleFormat, s.format.expected, v)
	}
}

// datetime takes into account how the request asked dates to be spelt. An
// operation that does not declare the parameter may honour it or not.
func (c *checker) datetime(s *schema, v string) {
	as, expected := plainDates, s.format.expected
	if s.isoParameter != "" && c.query.Get(s.isoParameter) == "iso8601" {
		as, expected = eitherDates, "a date and time, plain or with +07:00"
		if c.declared != nil && c.declared(s.isoParameter) {
			as, expected = isoDates, "a date and time YYYY-MM-DDTHH:MM:SS+07:00"
		}
	}
	if !validDatetime(v, as) {
		c.mismatch(RuleFormat, expected, v)
	}
}

// number wants integers to be written as such: 1.0 and 1e3 are numbers to a
// JSON Schema, and an error to a typed client.
func (c *checker) number(s *schema, v json.Number) bool {
	if s.kind == integerKind {
		if !integral(string(v)) {
			c.mismatch(RuleType, s.kind.String(), v)
			return false
		}
		bits := 64
		if s.int32 {
			bits = 32
		}
		if _, err := strconv.ParseInt(string(v), 10, bits); err != nil {
			c.mismatch(RuleFormat, fmt.Sprintf("an integer of %d bits", bits), v)
			return false
		}
	}
	f, err := v.Float64()
	if err != nil {
		c.mismatch(RuleFormat, "a number that a double holds", v)
		return false
	}
	if s.min != nil && (f < *s.min || s.overMin && f == *s.min) {
		c.mismatch(RuleRange, bound("at least", "more than", s.overMin, *s.min), v)
	}
	if s.max != nil && (f > *s.max || s.underMax && f == *s.max) {
		c.mismatch(RuleRange, bound("at most", "less than", s.underMax, *s.max), v)
	}
	return true
}

func bound(with, without string, excluded bool, n float64) string {
	if excluded {
		with = without
	}
	return with + " " + strconv.FormatFloat(n, 'f', -1, 64)
}

func integral(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return s != "" && allDigits(s)
}

func (c *checker) array(s *schema, v []any) {
	if len(v) < s.minItems {
		c.mismatch(RuleRange, fmt.Sprintf("at least %d items", s.minItems), v)
	}
	if s.maxItems != unlimited && len(v) > s.maxItems {
		c.mismatch(RuleRange, fmt.Sprintf("at most %d items", s.maxItems), v)
	}
	for i, item := range v {
		c.within(segment{index: i}, s.items.mark, func() { c.value(s.items, item) })
	}
}

// alternatives checks oneOf. When none fits it reports against the one that
// was most probably meant: the fewest wrong tags, then the fewest violations.
func (c *checker) alternatives(s *schema, v any) {
	before := len(c.out)
	var best []Violation
	fits, bestTags := 0, 0
	for _, branch := range s.oneOf {
		c.value(branch, v)
		found := slices.Clone(c.out[before:])
		c.out = c.out[:before]
		tags := wrongTags(branch, v)
		switch {
		case len(found) == 0:
			fits++
		case best == nil, tags < bestTags, tags == bestTags && len(found) < len(best):
			best, bestTags = found, tags
		}
	}
	switch {
	case fits == 0:
		c.out = append(c.out, best...)
	case fits > 1:
		c.mismatch(RuleOneOf, "exactly one of the alternatives", v)
	}
}

// wrongTags counts the enumerated properties whose value shows that another
// alternative is meant.
func wrongTags(s *schema, v any) int {
	o, ok := v.(*object)
	if !ok || s.kind != objectKind {
		return 0
	}
	n := 0
	for _, m := range o.members {
		if i, ok := s.property(m.name); ok {
			if enum := s.properties[i].schema.enum; len(enum) > 0 && !enumerated(enum, m.value) {
				n++
			}
		}
	}
	return n
}

func enumerated(enum []any, v any) bool {
	if n, ok := v.(json.Number); ok {
		f, err := n.Float64()
		return err == nil && slices.Contains(enum, any(f))
	}
	switch v.(type) {
	case nil, bool, string:
		return slices.Contains(enum, v)
	}
	return false
}

func listed(enum []any) string {
	texts := make([]string, len(enum))
	for i, e := range enum {
		switch e := e.(type) {
		case string:
			texts[i] = strconv.Quote(e)
		case nil:
			texts[i] = "null"
		default:
			texts[i] = fmt.Sprint(e)
		}
	}
	return strings.Join(texts, ", ")
}
