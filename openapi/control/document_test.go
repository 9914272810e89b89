package control_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/localsepay/localsepay/openapi"
)

// schema is what the tests read of a schema in openapi/control.yaml.
type schema struct {
	Ref                  string `yaml:"$ref"`
	Type                 string
	Nullable             bool
	Required             []string
	Properties           map[string]*schema
	AdditionalProperties yaml.Node `yaml:"additionalProperties"`
	Items                *schema
	OneOf                []*schema `yaml:"oneOf"`
	Enum                 []string
	Minimum, Maximum     *float64
}

// content is a body by its media type.
type content map[string]struct{ Schema *schema }

type parameter struct{ Name, In string }

type operation struct {
	ID          string `yaml:"operationId"`
	Parameters  []parameter
	RequestBody *struct{ Content content } `yaml:"requestBody"`
	Responses   map[string]struct{ Content content }

	method, path string
}

type contract struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]*schema }
}

// document reads openapi/control.yaml.
func document(t *testing.T) *contract {
	t.Helper()
	text, _ := openapi.Document("control")
	var c contract
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return &c
}

// operations are all of the document, by their ids.
func (c *contract) operations() map[string]operation {
	out := map[string]operation{}
	for path, methods := range c.Paths {
		for method, o := range methods {
			o.method, o.path = strings.ToUpper(method), path
			out[o.ID] = o
		}
	}
	return out
}

// find returns the operation that a request calls; a path without parameters goes
// before one with.
func (c *contract) find(r *http.Request) (operation, error) {
	var found []operation
	for _, o := range c.operations() {
		if o.method == r.Method && pathMatches(o.path, r.URL.EscapedPath()) {
			found = append(found, o)
		}
	}
	slices.SortFunc(found, func(a, b operation) int { return strings.Count(a.path, "{") - strings.Count(b.path, "{") })
	if len(found) == 0 {
		return operation{}, fmt.Errorf("no operation is %s %s", r.Method, r.URL)
	}
	return found[0], nil
}

func pathMatches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	return len(want) == len(got) && !slices.ContainsFunc(want, func(part string) bool {
		at := slices.Index(want, part)
		return part != got[at] && !strings.HasPrefix(part, "{")
	})
}

// resolve follows references, and merges the alternatives of a success: a member
// is required when all of them have it.
func (c *contract) resolve(all ...*schema) (*schema, []string) {
	var names []string
	var out *schema
	for _, s := range all {
		for s.Ref != "" {
			name := s.Ref[strings.LastIndex(s.Ref, "/")+1:]
			names = append(names, name)
			s = c.Components.Schemas[name]
			if s == nil {
				return nil, names
			}
		}
		if out == nil {
			out = s
			continue
		}
		merged := *out
		merged.Properties = maps.Clone(out.Properties)
		maps.Copy(merged.Properties, s.Properties)
		merged.Required = slices.DeleteFunc(slices.Clone(out.Required), func(name string) bool { return !slices.Contains(s.Required, name) })
		out = &merged
	}
	return out, names
}
