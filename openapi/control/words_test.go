package control_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// Types that JSON has in another form than their kind says.
var forms = map[reflect.Type][]string{
	reflect.TypeFor[time.Time]():              {"string"},
	reflect.TypeFor[control.Flag]():           {"boolean", "integer"},
	reflect.TypeFor[control.FaultWrongAuth](): {"boolean", "string"},
}

// anything is what may be any JSON.
var anything = reflect.TypeFor[json.RawMessage]()

// sentEmpty are members of a request that may be left out, and that the type sends
// all the same: the server takes an empty one for none. They are those of types
// that an answer has too.
var sentEmpty = []string{
	"PaymentCodeFormat.prefix", "PaymentCodeFormat.suffix_from", "PaymentCodeFormat.suffix_to", "PaymentCodeFormat.character_type", "PaymentCodeFormat.is_active",
	"NewVirtualAccount.official", "OAuthApp.client_id", "OAuthApp.client_secret", "OAuthApp.redirect_uris", "OAuthApp.scopes",
	"Fault.id", "Fault.when", "Fault.do", "Fault.matched", "Fault.fired",
}

// member is a field as JSON has it.
type member struct {
	t    reflect.Type
	enum string // its values with commas
	omit bool   // it is left out when it is empty
	lack bool   // it may be left out
}

// members are those of a struct, embedded ones among them.
func members(t reflect.Type) map[string]member {
	out := map[string]member{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			for name, m := range members(inner) {
				m.lack = m.lack || f.Type.Kind() == reflect.Pointer
				out[name] = m
			}
			continue
		}
		omit := strings.Contains(options, "omit")
		out[name] = member{f.Type, f.Tag.Get("enum"), omit, omit}
	}
	return out
}

// comparison holds Go types against schemas.
type comparison struct {
	document *contract
	request  bool
	problems []string
	seen     map[string]bool // names of schemas
}

func (c *comparison) report(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// value holds a type against a schema, or against the alternatives of an answer.
func (c *comparison) value(at string, t reflect.Type, alternatives ...*schema) {
	s, names := c.document.resolve(alternatives...)
	if s == nil {
		c.report("%s: there is no schema %v", at, names)
		return
	}
	for _, name := range names {
		if c.seen[name] && len(alternatives) == 1 && !c.request {
			return
		}
		c.seen[name] = true
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == anything:
		return
	case forms[t] != nil:
		if got := kinds(s); !slices.Equal(got, forms[t]) {
			c.report("%s: the document says %v, %s is %v", at, got, t, forms[t])
		}
		return
	}
	want := map[reflect.Kind]string{
		reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Int64: "integer", reflect.Float64: "number",
		reflect.Slice: "array", reflect.Map: "object", reflect.Struct: "object",
	}[t.Kind()]
	if s.Type != want {
		c.report("%s: the document says %s, %s is %s", at, s.Type, t, want)
		return
	}
	switch t.Kind() {
	case reflect.Slice:
		c.value(at+"[]", t.Elem(), s.Items)
	case reflect.Map:
		c.mapping(at, t, s)
	case reflect.Struct:
		c.object(at, t, s)
	}
}

// kinds are the JSON types that a schema allows.
func kinds(s *schema) []string {
	if len(s.OneOf) == 0 {
		return []string{s.Type}
	}
	var out []string
	for _, one := range s.OneOf {
		out = append(out, one.Type)
	}
	slices.Sort(out)
	return out
}

func (c *comparison) mapping(at string, t reflect.Type, s *schema) {
	var of schema
	var open bool
	if s.AdditionalProperties.Decode(&open) == nil && open {
		if t.Elem() != anything {
			c.report("%s: any member is allowed, %s is a map of %s", at, t, t.Elem())
		}
		return
	}
	if err := s.AdditionalProperties.Decode(&of); err != nil || of.Type == "" && of.Ref == "" {
		if len(s.Properties) == 0 {
			c.report("%s: the document does not say of what %s is", at, t)
		}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			c.value(at+"."+name, t.Elem(), s.Properties[name])
		}
		return
	}
	c.value(at+"{}", t.Elem(), &of)
}

func (c *comparison) object(at string, t reflect.Type, s *schema) {
	has := members(t)
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		m, ok := has[name]
		if !ok {
			c.report("%s: %s has no member %s", at, t, name)
			continue
		}
		delete(has, name)
		c.absence(at+"."+name, t.Name()+"."+name, m, s.Properties[name], slices.Contains(s.Required, name))
		c.value(at+"."+name, m.t, s.Properties[name])
		c.choices(at+"."+name, m.enum, s.Properties[name])
	}
	for _, name := range slices.Sorted(maps.Keys(has)) {
		c.report("%s: the document has no member %q of %s", at, name, t)
	}
}

// choices holds the values that a type names for files.
func (c *comparison) choices(at, enum string, s *schema) {
	if enum == "" {
		return
	}
	if s.Items != nil {
		s = s.Items
	}
	want, got := slices.Sorted(slices.Values(s.Enum)), slices.Sorted(strings.SplitSeq(enum, ","))
	if !slices.Equal(want, got) {
		c.report("%s: the document allows %q, the type %q", at, want, got)
	}
}

// absence holds what a member may lack, and whether it may be null.
func (c *comparison) absence(at, name string, m member, s *schema, required bool) {
	switch {
	case required && m.lack:
		c.report("%s is required, and may be left out by the type", at)
	case !required && !m.lack && !(c.request && slices.Contains(sentEmpty, name)):
		c.report("%s may be left out, and the type always has it", at)
	}
	resolved, _ := c.document.resolve(s)
	if resolved == nil || c.request {
		return
	}
	null := m.t.Kind() == reflect.Pointer && !m.omit
	if null && !resolved.Nullable {
		c.report("%s may be null by the type, and not by the document", at)
	}
	if resolved.Nullable && !null && m.t.Kind() != reflect.Slice && m.t.Kind() != reflect.Map {
		c.report("%s may be null by the document, and not by the type", at)
	}
}

func TestTheComparisonFindsWhatDiffers(t *testing.T) {
	text := &schema{Type: "string"}
	object := func(required []string, properties map[string]*schema) *schema {
		return &schema{Type: "object", Required: required, Properties: properties}
	}
	for name, c := range map[string]struct {
		t    reflect.Type
		s    *schema
		want string
	}{
		"a member too few": {reflect.TypeFor[struct{}](), object(nil, map[string]*schema{"a": text}), "has no member a"},
		"a member too many": {reflect.TypeFor[struct {
			A string `json:"a"`
		}](), object(nil, nil), `no member "a"`},
		"another kind": {reflect.TypeFor[struct {
			A int `json:"a"`
		}](), object([]string{"a"}, map[string]*schema{"a": text}), "says string"},
		"left out": {reflect.TypeFor[struct {
			A string `json:"a,omitempty"`
		}](), object([]string{"a"}, map[string]*schema{"a": text}), "is required"},
		"always there": {reflect.TypeFor[struct {
			A string `json:"a"`
		}](), object(nil, map[string]*schema{"a": text}), "may be left out"},
		"null": {reflect.TypeFor[struct {
			A *string `json:"a"`
		}](), object([]string{"a"}, map[string]*schema{"a": text}), "null by the type"},
		"never null": {reflect.TypeFor[struct {
			A string `json:"a"`
		}](), object([]string{"a"}, map[string]*schema{"a": {Type: "string", Nullable: true}}), "null by the document"},
		"other choices": {reflect.TypeFor[struct {
			A string `json:"a" enum:"x,y"`
		}](), object([]string{"a"}, map[string]*schema{"a": {Type: "string", Enum: []string{"x"}}}), "the document allows"},
		"deep inside": {reflect.TypeFor[struct {
			A []struct {
				B bool `json:"b"`
			} `json:"a"`
		}](), object([]string{"a"}, map[string]*schema{"a": {Type: "array", Items: object([]string{"b"}, map[string]*schema{"b": text})}}), "a[].b: the document says string"},
	} {
		check := comparison{document: &contract{}, seen: map[string]bool{}}
		check.value("x", c.t, c.s)
		if len(check.problems) != 1 || !strings.Contains(check.problems[0], c.want) {
			t.Errorf("%s: %q, want one about %q", name, check.problems, c.want)
		}
	}
}
