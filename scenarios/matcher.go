package scenarios

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/localsepay/localsepay/openapi/input"
)

// Duration is a time span in a file, as Go writes it, with d for days of 24 hours.
type Duration time.Duration

// UnmarshalYAML implements [yaml.Unmarshaler].
func (d *Duration) UnmarshalYAML(n *yaml.Node) error {
	v, err := input.Duration(n.Value)
	*d = Duration(v)
	return err
}

// String returns the span as files write it, days first.
func (d Duration) String() string {
	span := time.Duration(d)
	days := ""
	if n := span / (24 * time.Hour); n > 0 {
		days, span = fmt.Sprintf("%dd", n), span%(24*time.Hour)
	}
	if span == 0 && days != "" {
		return days
	}
	text := span.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return days + text
}

// UnmarshalYAML reads none or a list of codes.
func (f *Findings) UnmarshalYAML(n *yaml.Node) error {
	*f = Findings{}
	if n.Kind == yaml.ScalarNode && n.Value == "none" {
		return nil
	}
	return n.Decode((*[]string)(f))
}

// UnmarshalYAML reads a plain value or the object of rules.
func (m *Matcher) UnmarshalYAML(n *yaml.Node) error {
	m.simple = n.Kind != yaml.MappingNode
	if m.simple {
		return n.Decode(&m.rules.Equals)
	}
	type plain rules
	for i := 0; i < len(n.Content); i += 2 {
		m.given = append(m.given, n.Content[i].Value)
	}
	return n.Decode((*plain)(&m.rules))
}

// has says that the file gives the rule.
func (m Matcher) has(rule string) bool { return slices.Contains(m.given, rule) }

// words says what is wanted.
func (m Matcher) words() string {
	if m.simple {
		return show(m.rules.Equals)
	}
	var out []string
	v := reflect.ValueOf(m.rules)
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("yaml")
		if m.has(name) {
			out = append(out, strings.ReplaceAll(name, "_", " ")+" "+show(reflect.Indirect(v.Field(i)).Interface()))
		}
	}
	return strings.Join(out, " and ")
}

// match holds a value against the matcher.
func (m Matcher) match(ctx context.Context, seen any) (bool, error) {
	if m.simple {
		return same(m.rules.Equals, seen), nil
	}
	r := m.rules
	text := textOf(seen)
	number, isNumber := numberOf(seen)
	ok := !m.has("equals") || same(r.Equals, seen)
	ok = ok && (!m.has("not") || !same(r.Not, seen))
	ok = ok && (r.Contains == nil || seen != nil && strings.Contains(text, *r.Contains))
	ok = ok && (r.Least == nil || isNumber && number >= float64(*r.Least))
	ok = ok && (r.Most == nil || isNumber && number <= float64(*r.Most))
	ok = ok && (r.OneOf == nil || slices.ContainsFunc(r.OneOf, func(one any) bool { return same(one, seen) }))
	ok = ok && (r.Exists == nil || *r.Exists == (seen != nil))
	ok = ok && (r.Length == nil || int64(lengthOf(seen)) == *r.Length)
	if r.Matches != nil {
		found, err := (&budget{ctx: ctx, steps: maxSteps}).matches(text, *r.Matches)
		if err != nil {
			return false, fmt.Errorf("matches: %w", err)
		}
		ok = ok && seen != nil && found
	}
	return ok, nil
}

// same compares by meaning: numbers by value, whatever Go type they have.
func same(want, seen any) bool {
	a, isA := numberOf(want)
	b, isB := numberOf(seen)
	if isA && isB {
		return a == b
	}
	return show(want) == show(seen)
}

// show writes a value in one line.
func show(v any) string {
	if s, ok := v.(string); ok {
		return strconv.Quote(s)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

func textOf(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return show(v)
}

func numberOf(v any) (float64, bool) {
	switch r := reflect.ValueOf(v); {
	case !r.IsValid():
	case r.CanInt():
		return float64(r.Int()), true
	case r.CanUint():
		return float64(r.Uint()), true
	case r.CanFloat():
		return r.Float(), true
	}
	return 0, false
}

func lengthOf(v any) int {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Slice, reflect.Map, reflect.String:
		return r.Len()
	}
	return -1
}
