package input

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Field is a key of an object in a file, declared by the tags of its Go type: yaml, or
// json without it (its name), doc (one sentence), enum (values, separated by commas),
// bound (a name in the table of ranges), need and action (any text).
type Field struct {
	Name, Doc string
	// Enum are the allowed values; empty allows any.
	Enum []string
	// Need: the key is required. Action: the key selects what a step does.
	Need, Action bool
	// Bound, unless nil, is the allowed range of a number.
	Bound *Range
	Type  reflect.Type
}

// Fields reads the tags of a struct.
func Fields(t reflect.Type) []Field {
	var out []Field
	for i := range t.NumField() {
		f := t.Field(i)
		tag, ok := f.Tag.Lookup("yaml")
		if !ok {
			tag = f.Tag.Get("json")
		}
		name, options, _ := strings.Cut(tag, ",")
		if options == "inline" {
			out = append(out, Fields(f.Type)...)
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		made := Field{Name: name, Doc: f.Tag.Get("doc"), Need: f.Tag.Get("need") != "", Action: f.Tag.Get("action") != "", Type: f.Type}
		if values := f.Tag.Get("enum"); values != "" {
			made.Enum = strings.Split(values, ",")
		}
		if f.Tag.Get("bound") != "" {
			made.Bound = rangeOf(t, f)
		}
		out = append(out, made)
	}
	return out
}

// Names lists the names of fields.
func Names(fields []Field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Name)
	}
	return out
}

// Read parses and checks a file of one kind: unknown keys and wrong values are
// reported with their places. The error is [Problems]; the node is for later
// use, such as [Find].
func Read[T any](text []byte, maxSize int, whenEmpty string) (T, *yaml.Node, error) {
	var out T
	root, err := ReadNode(text, maxSize, whenEmpty)
	if err != nil {
		return out, nil, err
	}
	var c Checker
	c.Value(root, reflect.TypeFor[T](), Field{Name: "the file"})
	if len(c.Problems) > 0 {
		return out, root, c.Problems
	}
	return out, root, Decode(root, &out)
}

// Decode decodes a node that a [Checker] accepted. The error is [Problems].
func Decode(n *yaml.Node, out any) error {
	if err := n.Decode(out); err != nil {
		return syntax(err)
	}
	return nil
}

// Checker checks a file's nodes against the Go types that they become.
type Checker struct {
	Problems Problems
	// Special checks the types whose syntax differs from their declaration. It
	// replaces all other checks of such a type.
	Special map[reflect.Type]func(c *Checker, n *yaml.Node, f Field)
	// Object, unless nil, is called for each object of a type with actions.
	Object func(c *Checker, n *yaml.Node, t reflect.Type, actions []string)
}

// Report adds a problem at the place of a node.
func (c *Checker) Report(n *yaml.Node, hint, format string, args ...any) {
	c.Problems = append(c.Problems, Problem{Line: n.Line, Column: n.Column, Text: fmt.Sprintf(format, args...), Hint: hint})
}

// Value checks a node for a type t. A null in place of an object becomes an
// empty object, as in "- check:".
func (c *Checker) Value(n *yaml.Node, t reflect.Type, f Field) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if special, ok := c.Special[t]; ok {
		special(c, n, f)
		return
	}
	null := n.ShortTag() == "!!null"
	switch t.Kind() {
	case reflect.Interface:
	case reflect.Struct:
		if null {
			n.Kind, n.Tag, n.Value = yaml.MappingNode, "!!map", ""
		}
		c.Struct(n, t)
	case reflect.Slice:
		if !null {
			c.list(n, t.Elem(), f)
		}
	case reflect.Map:
		if !null {
			c.mapping(n, t.Elem(), f)
		}
	default:
		c.scalar(n, t, f)
	}
}

func (c *Checker) list(n *yaml.Node, t reflect.Type, f Field) {
	if n.Kind != yaml.SequenceNode {
		c.Report(n, "begin each entry with a hyphen, or write the list in brackets", "%s has to be a list", f.Name)
		return
	}
	for _, item := range n.Content {
		c.Value(item, t, f)
	}
}

func (c *Checker) mapping(n *yaml.Node, t reflect.Type, f Field) {
	if n.Kind != yaml.MappingNode {
		c.Report(n, "write key: value pairs", "%s has to be an object", f.Name)
		return
	}
	c.unique(n)
	for i := 1; i < len(n.Content); i += 2 {
		c.Value(n.Content[i], t, Field{Name: n.Content[i-1].Value, Bound: f.Bound})
	}
}

func (c *Checker) scalar(n *yaml.Node, t reflect.Type, f Field) {
	if n.Kind != yaml.ScalarNode {
		c.Report(n, "", "%s has to be a single value", f.Name)
		return
	}
	want := ""
	switch tag := n.ShortTag(); t.Kind() {
	case reflect.Int, reflect.Int64:
		if tag != "!!int" {
			want = "a whole number"
		} else if whole, err := wholeNumber(n.Value); err != nil {
			want = "a smaller number"
		} else if f.Bound != nil && !f.Bound.Has(whole) {
			want = f.Bound.String()
		}
	case reflect.Uint64:
		if tag != "!!int" || strings.HasPrefix(n.Value, "-") {
			want = "a whole number, not negative"
		}
	case reflect.Float64:
		if tag != "!!int" && tag != "!!float" {
			want = "a number"
		}
	case reflect.Bool:
		if tag != "!!bool" {
			want = "true or false"
		}
	}
	if want != "" && n.ShortTag() != "!!null" {
		c.Report(n, "want "+want, "%s cannot be %s", f.Name, Quote(n))
		return
	}
	if len(f.Enum) > 0 && !slices.Contains(f.Enum, n.Value) && !strings.Contains(n.Value, "${") {
		c.Report(n, Hint(n.Value, f.Enum), "%s cannot be %s", f.Name, Quote(n))
	}
}

// wholeNumber parses an integer in YAML's syntax: decimal, 0x, 0o, 0b, with _.
func wholeNumber(text string) (int64, error) { return strconv.ParseInt(text, 0, 64) }

// Struct checks keys and values of an object.
func (c *Checker) Struct(n *yaml.Node, t reflect.Type) {
	fields := Fields(t)
	if n.Kind != yaml.MappingNode {
		c.Report(n, "want one or more of "+strings.Join(Names(fields), ", "), "%s has to be an object", Quote(n))
		return
	}
	c.unique(n)
	var actions []string
	given := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		given[key.Value] = true
		at := slices.IndexFunc(fields, func(f Field) bool { return f.Name == key.Value })
		if at < 0 {
			c.Report(key, Hint(key.Value, Names(fields)), "there is no key %q here", key.Value)
			actions = append(actions, key.Value)
			continue
		}
		if fields[at].Action {
			actions = append(actions, key.Value)
		}
		c.Value(n.Content[i+1], fields[at].Type, fields[at])
	}
	for _, f := range fields {
		if f.Need && !given[f.Name] {
			c.Report(n, f.Doc, "%s is missing", f.Name)
		}
	}
	if c.Object != nil {
		c.Object(c, n, t, actions)
	}
}

// unique reports repeated keys.
func (c *Checker) unique(n *yaml.Node) {
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		if key := n.Content[i]; seen[key.Value] {
			c.Report(key, "keep one of them", "the key %q stands twice", key.Value)
		} else {
			seen[key.Value] = true
		}
	}
}

// Quote quotes a node's value, or names its kind.
func Quote(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "an object"
	case yaml.SequenceNode:
		return "a list"
	}
	return fmt.Sprintf("%q", n.Value)
}
