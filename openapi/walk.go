package openapi

import (
	"encoding/json"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// check collects the violations of one message.
type check struct {
	operation *operation
	query     url.Values
	found     []Violation
	full      bool
}

// add records a violation. The first one too many says so, the rest is lost.
func (c *check) add(v Violation) {
	if c.full {
		return
	}
	if c.operation != nil {
		v.Operation = c.operation.ID
	}
	if len(c.found) == maxViolations {
		c.full = true
		v.Rule, v.JSONPath = RuleTooMany, ""
		v.Expected, v.Seen = "none", "more than "+strconv.Itoa(maxViolations)+" violations"
	}
	c.found = append(c.found, v)
}

// place is where a value is. It becomes text only when something is wrong
// there, which is what keeps a right message cheap.
type place struct {
	part   Part
	parent *place
	name   string
	index  int // of an array's item; -1: name counts
	depth  int
}

// root is the top of a body; a bare name is that of a parameter or header.
func root(part Part, name string) place { return place{part: part, name: name, index: -1} }

func (p *place) member(name string) place {
	return place{part: p.part, parent: p, name: name, index: -1, depth: p.depth + 1}
}

func (p *place) item(i int) place {
	return place{part: p.part, parent: p, index: i, depth: p.depth + 1}
}

func (p *place) String() string {
	switch {
	case p.parent == nil:
		return p.name
	case p.index >= 0:
		return p.parent.String() + "[" + strconv.Itoa(p.index) + "]"
	}
	return p.parent.String() + step(SafeName(p.name))
}

// step quotes a name that is not a plain word, as JSONPath does.
func step(name string) string {
	for _, r := range name {
		if r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return "['" + strings.ReplaceAll(name, "'", `\'`) + "']"
		}
	}
	return "." + name
}

func (c *check) violation(r Rule, o origin, at *place, expected, seen string) {
	if c.full {
		return
	}
	c.add(Violation{
		Rule: r, Part: at.part, JSONPath: at.String(), Expected: expected, Seen: seen,
		Evidence: o.evidence, Source: o.source,
	})
}

// value holds a value against a node. A nil node allows anything.
func (c *check) value(n *node, v any, at *place) {
	if n == nil {
		return
	}
	if v == nil {
		if !n.nullable && !n.acceptsNull() {
			c.violation(RuleType, n.origin, at, kindNames[n.kind], "null")
			return
		}
		if n.nullable {
			return
		}
	}
	if len(n.oneOf) > 0 || len(n.anyOf) > 0 {
		c.alternatives(n, v, at)
	}
	switch v := v.(type) {
	case string:
		c.text(n, v, at)
	case json.Number:
		c.number(n, v, at)
	case []any:
		c.array(n, v, at)
	case *object:
		c.object(n, v, at)
	default:
		c.kind(n, v, at, kindBoolean)
	}
}

// acceptsNull leaves null to the alternatives, and to a schema without type.
func (n *node) acceptsNull() bool {
	return n.kind == kindAny && (len(n.oneOf) > 0 || len(n.anyOf) > 0 || len(n.enum) == 0)
}

// kind checks the type and the enum; further checks are pointless when it
// returns false.
func (c *check) kind(n *node, v any, at *place, k kind) bool {
	if n.kind != kindAny && v != nil && n.kind != k && (n.kind != kindNumber || k != kindInteger) {
		c.violation(RuleType, n.origin, at, kindNames[n.kind], describe(v, n.secret))
		return false
	}
	if len(n.enum) > 0 && !slices.Contains(n.enum, canonical(v)) {
		spelled := make([]string, len(n.enum))
		for i, e := range n.enum {
			spelled[i] = spell(e)
		}
		c.violation(RuleEnum, n.origin, at, "one of "+strings.Join(spelled, ", "), describe(v, n.secret))
		return false
	}
	return true
}

func (c *check) text(n *node, s string, at *place) {
	if !c.kind(n, s, at, kindString) {
		return
	}
	if n.minLen > 0 || n.maxLen > 0 {
		length := uint64(utf8.RuneCountInString(s))
		if length < n.minLen {
			c.violation(RuleRange, n.origin, at, "at least "+strconv.FormatUint(n.minLen, 10)+" characters", describe(s, n.secret))
		}
		if n.maxLen > 0 && length > n.maxLen {
			c.violation(RuleRange, n.origin, at, "at most "+strconv.FormatUint(n.maxLen, 10)+" characters",
				strconv.FormatUint(length, 10)+" characters")
		}
	}
	if n.pattern != nil && !n.pattern.MatchString(s) {
		c.violation(RulePattern, n.origin, at, "text like "+n.pattern.String(), describe(s, n.secret))
	}
	if n.formatName == formatDatetime && n.isoParameter != "" {
		c.datetime(n, s, at)
		return
	}
	if n.format.valid != nil && !n.format.valid(s) {
		c.violation(RuleFormat, n.origin, at, n.format.expected, describe(s, n.secret))
	}
}

// datetime checks a date whose spelling the request may choose. Where the
// parameter is not declared nobody says whether it works, so both pass.
func (c *check) datetime(n *node, s string, at *place) {
	as, expected := plainDates, n.format.expected
	if last(c.query[n.isoParameter]) == "iso8601" {
		as, expected = eitherDates, "a date and time, plain or ISO 8601"
		if c.operation.parameter(PartQuery, n.isoParameter) != nil {
			as, expected = isoDates, "a date and time YYYY-MM-DDTHH:MM:SS+07:00"
		}
	}
	if !validDatetime(s, as) {
		c.violation(RuleFormat, n.origin, at, expected, describe(s, n.secret))
	}
}

// last is the value that PHP takes of a repeated parameter.
func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

func (c *check) number(n *node, v json.Number, at *place) {
	k := kindNumber
	if integral(string(v)) {
		k = kindInteger
	}
	if !c.kind(n, v, at, k) {
		return
	}
	f, err := strconv.ParseFloat(string(v), 64)
	if err != nil {
		c.violation(RuleRange, n.origin, at, "a number that fits a double", describe(v, n.secret))
		return
	}
	if n.kind == kindInteger {
		i, err := strconv.ParseInt(string(v), 10, 64)
		switch {
		case err != nil:
			c.violation(RuleRange, n.origin, at, "a 64-bit integer", describe(v, n.secret))
			return
		case n.formatName == "int32" && (i < math.MinInt32 || i > math.MaxInt32):
			c.violation(RuleRange, n.origin, at, n.format.expected, describe(v, n.secret))
		}
	}
	if n.min != nil && f < *n.min {
		c.violation(RuleRange, n.origin, at, "at least "+strconv.FormatFloat(*n.min, 'f', -1, 64), describe(v, n.secret))
	}
	if n.max != nil && f > *n.max {
		c.violation(RuleRange, n.origin, at, "at most "+strconv.FormatFloat(*n.max, 'f', -1, 64), describe(v, n.secret))
	}
}

// integral: 1.0 and 1e3 are whole numbers too, but no typed client reads them
// into an integer.
func integral(s string) bool { return !strings.ContainsAny(s, ".eE") }

func (c *check) array(n *node, list []any, at *place) {
	if !c.kind(n, list, at, kindArray) {
		return
	}
	length := uint64(len(list))
	if length < n.minItems {
		c.violation(RuleRange, n.origin, at, "at least "+strconv.FormatUint(n.minItems, 10)+" items", describe(list, false))
	}
	if n.maxItems > 0 && length > n.maxItems {
		c.violation(RuleRange, n.origin, at, "at most "+strconv.FormatUint(n.maxItems, 10)+" items", describe(list, false))
	}
	for i, v := range list {
		p := at.item(i)
		c.value(n.items, v, &p)
	}
}

func (c *check) object(n *node, o *object, at *place) {
	if !c.kind(n, o, at, kindObject) || n.kind == kindAny {
		return
	}
	required, requested := n.required, c.projection(n)
	if requested != nil {
		required = requested
	}
	again := o.repeated()
	for i, m := range o.members {
		p := at.member(m.name)
		if again[i] {
			c.violation(RuleDuplicateKey, n.origin, &p, "each key once", "the key again")
		}
		property, declared := n.properties[m.name]
		switch {
		case declared && requested != nil && !slices.Contains(requested, m.name):
			c.violation(RuleUnrequestedProperty, origin{Assumed, "a projection holds what was asked for"}, &p,
				"only the fields asked for", describeKind(m.value))
			c.value(property, m.value, &p)
		case declared:
			c.value(property, m.value, &p)
		case n.additional != nil:
			c.value(n.additional, m.value, &p)
		case !n.open:
			c.violation(RuleUndeclaredProperty, n.origin, &p, "no such property", describeKind(m.value))
		}
	}
	for _, name := range required {
		if !o.has(name) {
			at := at.member(name)
			missing := n.origin
			if p := n.properties[name]; p != nil {
				missing = p.origin
			}
			c.violation(RuleRequired, missing, &at, "the property", "nothing")
		}
	}
}

func (o *object) has(name string) bool {
	return slices.ContainsFunc(o.members, func(m member) bool { return m.name == name })
}

// repeated tells which members have the name of an earlier one. Small objects
// do without a map, large ones must not take quadratic time.
func (o *object) repeated() map[int]bool {
	const small = 32
	var again map[int]bool
	var seen map[string]bool
	if len(o.members) > small {
		seen = make(map[string]bool, len(o.members))
	}
	for i, m := range o.members {
		known := seen[m.name]
		if seen != nil {
			seen[m.name] = true
		} else {
			known = slices.ContainsFunc(o.members[:i], func(e member) bool { return e.name == m.name })
		}
		if known {
			if again == nil {
				again = map[int]bool{}
			}
			again[i] = true
		}
	}
	return again
}

// projection lists the declared properties that the request asked for; nil
// when it did not choose, or chose none that exists.
func (c *check) projection(n *node) []string {
	if !n.projectable || len(c.query["fields"]) == 0 {
		return nil
	}
	var names []string
	for name := range strings.SplitSeq(last(c.query["fields"]), ",") {
		name = strings.TrimSpace(name)
		if n.properties[name] != nil && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// alternatives reports the violations of the branch that was most likely meant.
func (c *check) alternatives(n *node, v any, at *place) {
	branches, exactlyOne := n.oneOf, true
	if len(branches) == 0 {
		branches, exactlyOne = n.anyOf, false
	}
	var best *check
	matches := 0
	for _, b := range branches {
		try := &check{operation: c.operation, query: c.query}
		try.value(b, v, at)
		if len(try.found) == 0 {
			matches++
		}
		if best == nil || try.closer(best, at.String()) {
			best = try
		}
	}
	switch {
	case matches == 0 && best != nil:
		for _, f := range best.found {
			c.add(f)
		}
	case matches > 1 && exactlyOne:
		c.violation(RuleOneOf, n.origin, at, "exactly one of the alternatives", strconv.Itoa(matches)+" of them")
	}
}

// closer tells whether c missed its branch by less: what is wrong near the top
// tells branches apart, what is wrong deep inside does not.
func (c *check) closer(than *check, at string) bool {
	if a, b := c.shallow(at), than.shallow(at); a != b {
		return a < b
	}
	return len(c.found) < len(than.found)
}

func (c *check) shallow(at string) int {
	count := 0
	for _, v := range c.found {
		below := strings.TrimPrefix(v.JSONPath, at)
		if steps := strings.Count(below, ".") + strings.Count(below, "["); steps <= 1 {
			count++
		}
	}
	return count
}
