package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/localsepay/localsepay/openapi/input"
)

// field is a key of an object in a file, as its Go type declares it.
type field struct {
	name, doc string
	enum      []string
	need      bool
	action    bool
	kind      reflect.Type
}

// fieldsOf reads the tags of a struct.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		if name == "" || name == "-" {
			continue
		}
		made := field{name: name, doc: f.Tag.Get("doc"), need: f.Tag.Get("need") != "", action: f.Tag.Get("action") != "", kind: f.Type}
		if values := f.Tag.Get("enum"); values != "" {
			made.enum = strings.Split(values, ",")
		}
		out = append(out, made)
	}
	return out
}

var (
	durationType = reflect.TypeFor[Duration]()
	matcherType  = reflect.TypeFor[Matcher]()
	findingsType = reflect.TypeFor[Findings]()
	stepType     = reflect.TypeFor[Step]()
	anyType      = reflect.TypeFor[any]()
	rulesType    = reflect.TypeFor[rules]()
)

// Problem is one mistake in a file. Line and Column count from 1.
type Problem struct {
	File         string
	Line, Column int
	Text         string
	// Hint says how to mend it; it may be empty.
	Hint string
}

// Error writes the problem in one line, so that editors find the place.
func (p Problem) Error() string {
	text := p.Text
	if p.Hint != "" {
		text += ": " + p.Hint
	}
	if p.File == "" {
		return fmt.Sprintf("line %d, column %d: %s", p.Line, p.Column, text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, text)
}

// checker holds a file's nodes against the Go types.
type checker struct{ problems []Problem }

func (c *checker) report(n *yaml.Node, hint, format string, args ...any) {
	c.problems = append(c.problems, Problem{Line: n.Line, Column: n.Column, Text: fmt.Sprintf(format, args...), Hint: hint})
}

// value checks a node that has to become a t. A null in place of an object is
// made an empty object: "- check:" needs nothing more.
func (c *checker) value(n *yaml.Node, t reflect.Type, f field) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct && t != matcherType && n.ShortTag() == "!!null" {
		n.Kind, n.Tag, n.Value = yaml.MappingNode, "!!map", ""
	}
	switch {
	case t == durationType:
		if _, err := readDuration(n.Value); n.Kind != yaml.ScalarNode || err != nil {
			c.report(n, errDuration.Error(), "%s is no time span", quote(n))
		}
	case t == matcherType && n.ShortTag() == "!!null":
		// The library would leave a null out of its list or object.
		rule := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "equals", Line: n.Line, Column: n.Column}
		null := *n
		*n = yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{&rule, &null}, Line: n.Line, Column: n.Column}
	case t == matcherType:
		if n.Kind == yaml.MappingNode {
			c.object(n, rulesType)
		}
	case t == findingsType:
		if n.Kind != yaml.SequenceNode && n.Value != "none" {
			c.report(n, "write none, or a list of codes such as [webhook.wrong_body]", "findings cannot be %s", quote(n))
		}
	case t == anyType:
	case t.Kind() == reflect.Struct:
		c.object(n, t)
	case t.Kind() == reflect.Slice:
		c.list(n, t.Elem(), f)
	case t.Kind() == reflect.Map:
		c.mapping(n, t.Elem(), f)
	default:
		c.scalar(n, t, f)
	}
}

func (c *checker) list(n *yaml.Node, t reflect.Type, f field) {
	if n.Kind != yaml.SequenceNode {
		c.report(n, "begin each entry with a hyphen", "%s has to be a list", f.name)
		return
	}
	for _, item := range n.Content {
		c.value(item, t, f)
	}
}

func (c *checker) mapping(n *yaml.Node, t reflect.Type, f field) {
	if n.Kind != yaml.MappingNode {
		c.report(n, "write key: value pairs", "%s has to be an object", f.name)
		return
	}
	c.unique(n)
	for i := 1; i < len(n.Content); i += 2 {
		c.value(n.Content[i], t, field{name: n.Content[i-1].Value})
	}
}

func (c *checker) scalar(n *yaml.Node, t reflect.Type, f field) {
	if n.Kind != yaml.ScalarNode {
		c.report(n, "", "%s has to be a single value", f.name)
		return
	}
	wrong := ""
	switch tag := n.ShortTag(); t.Kind() {
	case reflect.Int64:
		if tag != "!!int" {
			wrong = "a whole number"
		}
	case reflect.Uint64:
		if tag != "!!int" || strings.HasPrefix(n.Value, "-") {
			wrong = "a whole number, not negative"
		}
	case reflect.Bool:
		if tag != "!!bool" {
			wrong = "true or false"
		}
	}
	if wrong != "" {
		c.report(n, "want "+wrong, "%s cannot be %s", f.name, quote(n))
		return
	}
	if len(f.enum) > 0 && !slices.Contains(f.enum, n.Value) && !strings.Contains(n.Value, "${") {
		c.report(n, input.Hint(n.Value, f.enum), "%s cannot be %s", f.name, quote(n))
	}
}

// object checks keys and values of a struct.
func (c *checker) object(n *yaml.Node, t reflect.Type) {
	if n.Kind != yaml.MappingNode {
		c.report(n, "want one or more of "+strings.Join(namesOf(fieldsOf(t)), ", "), "%s has to be an object", quote(n))
		return
	}
	c.unique(n)
	fields := fieldsOf(t)
	var actions []string
	given := keysOf(n)
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		at := slices.IndexFunc(fields, func(f field) bool { return f.name == key.Value })
		if at < 0 {
			c.report(key, input.Hint(key.Value, namesOf(fields)), "there is no key %q here", key.Value)
			actions = append(actions, key.Value)
			continue
		}
		if fields[at].action {
			actions = append(actions, key.Value)
		}
		c.value(n.Content[i+1], fields[at].kind, fields[at])
	}
	for _, f := range fields {
		if f.need && !slices.Contains(given, f.name) {
			c.report(n, f.doc, "%s is missing", f.name)
		}
	}
	if t == stepType && len(actions) != 1 {
		c.report(n, "want exactly one of "+strings.Join(actionNames(), ", "), "a step has one action, this one has %d", len(actions))
	}
}

// unique reports keys that stand twice.
func (c *checker) unique(n *yaml.Node) {
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		if key := n.Content[i]; seen[key.Value] {
			c.report(key, "keep one of them", "the key %q stands twice", key.Value)
		} else {
			seen[key.Value] = true
		}
	}
}

func keysOf(n *yaml.Node) []string {
	var out []string
	for i := 0; i < len(n.Content); i += 2 {
		out = append(out, n.Content[i].Value)
	}
	return out
}

func namesOf(fields []field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.name)
	}
	return out
}

func actionNames() []string {
	return namesOf(slices.DeleteFunc(fieldsOf(stepType), func(f field) bool { return !f.action }))
}

func quote(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "an object"
	case yaml.SequenceNode:
		return "a list"
	}
	return fmt.Sprintf("%q", n.Value)
}
