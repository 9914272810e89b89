package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// rewriting is a body re-encoded by another program.
type rewriting struct{ name, text string }

// dialect is a language's default or usual way to write JSON.
type dialect struct {
	name string
	// between separates members, after follows a name.
	between, after string
	// ascii escapes everything outside of ASCII, slashes escapes /, and html
	// escapes <, > and &.
	ascii, slashes, html bool
	// sorted sorts the members by name.
	sorted bool
}

var dialects = []dialect{
	{name: "JavaScript's JSON.stringify (and PHP with both JSON_UNESCAPED flags)", between: ",", after: ":"},
	{name: "Python's json.dumps", between: ", ", after: ": ", ascii: true},
	{name: "Python's json.dumps with compact separators (and PHP with JSON_UNESCAPED_SLASHES)", between: ",", after: ":", ascii: true},
	{name: "Python's json.dumps with ensure_ascii=False", between: ", ", after: ": "},
	{name: "Python's json.dumps with sort_keys", between: ", ", after: ": ", ascii: true, sorted: true},
	{name: "Go's json.Marshal of a map", between: ",", after: ":", html: true, sorted: true},
	{name: "Go's json.Marshal of a struct, or Ruby on Rails' to_json,", between: ",", after: ":", html: true},
	{name: "PHP's json_encode with JSON_UNESCAPED_UNICODE", between: ",", after: ":", slashes: true},
	{name: "JSON.stringify with sorted members", between: ",", after: ":", sorted: true},
	{name: "PHP's json_encode after ksort", between: ",", after: ":", ascii: true, slashes: true, sorted: true},
}

// rewritings returns the body in the dialects, without duplicates.
func rewritings(body []byte) []rewriting {
	v, err := parse(json.NewDecoder(bytes.NewReader(body)))
	if err != nil {
		return nil
	}
	var out []rewriting
	for _, d := range dialects {
		text := d.write(v)
		if text != string(body) && !slices.ContainsFunc(out, func(r rewriting) bool { return r.text == text }) {
			out = append(out, rewriting{d.name, text})
		}
	}
	return out
}

// object and list are parsed JSON that keeps the order of its members.
type (
	object []member
	list   []any
	member struct {
		name  string
		value any
	}
)

var errNoValue = errors.New("not a JSON value")

func parse(dec *json.Decoder) (any, error) {
	dec.UseNumber()
	t, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		o := object{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return nil, err
			}
			v, err := parse(dec)
			if err != nil {
				return nil, err
			}
			o = append(o, member{fmt.Sprint(name), v})
		}
		_, err := dec.Token()
		return o, err
	case json.Delim('['):
		l := list{}
		for dec.More() {
			v, err := parse(dec)
			if err != nil {
				return nil, err
			}
			l = append(l, v)
		}
		_, err := dec.Token()
		return l, err
	}
	if _, odd := t.(json.Delim); odd {
		return nil, errNoValue
	}
	return t, nil
}

func (d dialect) write(v any) string {
	switch v := v.(type) {
	case object:
		members := slices.Clone(v)
		if d.sorted {
			slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
		}
		parts := make([]string, len(members))
		for i, m := range members {
			parts[i] = d.quote(m.name) + d.after + d.write(m.value)
		}
		return "{" + strings.Join(parts, d.between) + "}"
	case list:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = d.write(v[i])
		}
		return "[" + strings.Join(parts, d.between) + "]"
	case string:
		return d.quote(v)
	case nil:
		return "null"
	}
	return fmt.Sprint(v)
}

func (d dialect) quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || r == '/' && d.slashes:
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || d.html && (r == '<' || r == '>' || r == '&') || d.ascii && r > 0x7e && r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		case d.ascii && r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
