package openapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

type kind int

const (
	kindAny kind = iota
	kindString
	kindInteger
	kindNumber
	kindBoolean
	kindArray
	kindObject
)

var kindNames = [...]string{"anything", "a string", "an integer", "a number", "a boolean", "an array", "an object"}

// origin is how a fact is known.
type origin struct {
	evidence Evidence
	source   string
}

// node is a compiled schema. Nodes are never written after compilation.
type node struct {
	origin
	kind     kind
	nullable bool
	secret   bool
	enum     []string // canonical spellings, see canonical

	properties  map[string]*node
	required    []string
	open        bool  // any further property is allowed
	additional  *node // further properties must be like this
	projectable bool

	items              *node
	minItems, maxItems uint64 // maxItems 0: no limit

	min, max       *float64
	minLen, maxLen uint64 // in characters; maxLen 0: no limit
	pattern        *regexp.Regexp
	format         format
	formatName     string
	isoParameter   string

	oneOf, anyOf []*node
}

// keywords are the schema keywords that the checker honours or may ignore.
// Any other one would be a rule that silently does not hold.
var keywords = []string{
	"type", "title", "description", "format", "enum", "default", "example", "nullable", "deprecated",
	"properties", "required", "additionalProperties", "items", "minItems", "maxItems",
	"minimum", "maximum", "minLength", "maxLength", "pattern", "oneOf", "anyOf",
}

// compiler turns kin-openapi's schemas into nodes. It remembers what it has
// compiled, so that a schema may refer to itself.
type compiler struct {
	seen map[compiled]*node
	// unknown are the marks of evidence that there are not.
	unknown []error
}

// compiled: the same component may be referred to with different evidence.
type compiled struct {
	schema *openapi3.Schema
	origin
}

func (c *compiler) schema(ref *openapi3.SchemaRef, inherited origin) (*node, error) {
	if ref == nil || ref.Value == nil {
		return nil, nil
	}
	s := ref.Value
	o := c.originOf(ref.Extensions, c.originOf(s.Extensions, inherited))
	key := compiled{s, o}
	if n, ok := c.seen[key]; ok {
		return n, nil
	}
	n := &node{origin: o}
	c.seen[key] = n
	if err := known(s); err != nil {
		return nil, err
	}
	return n, errors.Join(n.scalar(s), c.composite(n, s))
}

// known reports keywords that the checker would not honour.
func known(s *openapi3.Schema) error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	for name := range members {
		if len(name) > 2 && name[:2] == "x-" {
			continue
		}
		if !slices.Contains(keywords, name) {
			return fmt.Errorf("schema keyword %q is not supported", name)
		}
	}
	return nil
}

// scalar compiles what concerns the value itself.
func (n *node) scalar(s *openapi3.Schema) error {
	kinds := map[string]kind{
		"": kindAny, "string": kindString, "integer": kindInteger, "number": kindNumber,
		"boolean": kindBoolean, "array": kindArray, "object": kindObject,
	}
	name := ""
	if s.Type != nil && len(*s.Type) > 0 {
		name = (*s.Type)[0]
	}
	n.kind = kinds[name]
	n.nullable = s.Nullable
	n.secret = s.Format == "password" || flag(s.Extensions, "x-secret")
	n.projectable = flag(s.Extensions, "x-projectable")
	n.min, n.max = s.Min, s.Max
	n.minLen, n.minItems = s.MinLength, s.MinItems
	if s.MaxLength != nil {
		n.maxLen = *s.MaxLength
	}
	if s.MaxItems != nil {
		n.maxItems = *s.MaxItems
	}
	for _, v := range s.Enum {
		n.enum = append(n.enum, canonicalGo(v))
	}
	n.isoParameter, _ = s.Extensions["x-iso8601-parameter"].(string)
	if s.Pattern != "" {
		re, err := regexp.Compile(s.Pattern)
		if err != nil {
			return fmt.Errorf("pattern %q: %w", s.Pattern, err)
		}
		n.pattern = re
	}
	return n.named(s.Format)
}

// named compiles the format. Those of integers only tell the width; all
// integers are held to 64 bits anyway.
func (n *node) named(name string) error {
	n.formatName = name
	if n.kind == kindInteger {
		switch name {
		case "", "int64":
			return nil
		case "int32":
			n.format.expected = "a 32-bit integer"
			return nil
		}
		return fmt.Errorf("integer format %q is not supported", name)
	}
	f, ok := stringFormat(name)
	if !ok || name != "" && n.kind != kindString {
		return fmt.Errorf("format %q is not supported", name)
	}
	if name == formatBinary && (n.pattern != nil || n.enum != nil || n.minLen > 0 || n.maxLen > 0) {
		return errBinary
	}
	n.format = f
	return nil
}

var errBinary = errors.New("format binary is any bytes: pattern, enum and length are not supported with it")

// composite compiles what the value is made of.
func (c *compiler) composite(n *node, s *openapi3.Schema) (err error) {
	if n.items, err = c.schema(s.Items, n.origin); err != nil {
		return fmt.Errorf("items: %w", err)
	}
	if len(s.Properties) > 0 {
		n.properties = make(map[string]*node, len(s.Properties))
	}
	for name, ref := range s.Properties {
		if n.properties[name], err = c.schema(ref, n.origin); err != nil {
			return fmt.Errorf("property %s: %w", name, err)
		}
	}
	n.required = s.Required
	if has := s.AdditionalProperties.Has; has != nil {
		n.open = *has
	}
	if n.additional, err = c.schema(s.AdditionalProperties.Schema, n.origin); err != nil {
		return fmt.Errorf("additionalProperties: %w", err)
	}
	if n.oneOf, err = c.list(s.OneOf, n.origin); err != nil {
		return fmt.Errorf("oneOf: %w", err)
	}
	if n.anyOf, err = c.list(s.AnyOf, n.origin); err != nil {
		return fmt.Errorf("anyOf: %w", err)
	}
	return nil
}

func (c *compiler) list(refs openapi3.SchemaRefs, o origin) ([]*node, error) {
	var nodes []*node
	for _, ref := range refs {
		n, err := c.schema(ref, o)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}

// originOf reads x-evidence and x-source; what is absent is inherited.
func (c *compiler) originOf(extensions map[string]any, inherited origin) origin {
	mark, ok := extensions["x-evidence"]
	if !ok {
		return inherited
	}
	text, _ := mark.(string)
	out := origin{evidence: Evidence(text)}
	out.source, _ = extensions["x-source"].(string)
	if !slices.Contains(Evidences(), out.evidence) {
		c.unknown = append(c.unknown, fmt.Errorf("x-evidence %v: want one of %v", mark, Evidences()))
	}
	return out
}

func flag(extensions map[string]any, name string) bool {
	on, _ := extensions[name].(bool)
	return on
}

// canonical spells a scalar so that equal values, and only those, are equal:
// the string "1" is not the number 1.
func canonical(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "s:" + v
	case json.Number:
		return "n:" + string(v)
	case bool:
		return fmt.Sprint(v)
	}
	return "?"
}

// canonicalGo is canonical for a value out of a document.
func canonicalGo(v any) string {
	switch v.(type) {
	case nil, string, bool:
		return canonical(v)
	}
	return "n:" + fmt.Sprint(v)
}

// spell is the reverse of canonical, for a person.
func spell(c string) string {
	if len(c) > 2 && c[1] == ':' {
		return c[2:]
	}
	if c == "s:" {
		return `""`
	}
	return c
}
