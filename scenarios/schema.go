package scenarios

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/localsepay/localsepay/openapi/input"
)

// SchemaURL is the address of the JSON Schema of scenario files.
const SchemaURL = "https://raw.githubusercontent.com/localsepay/localsepay/main/scenarios/schema.json"

// Schema returns the JSON Schema (draft 2020-12) of scenario files.
func Schema() ([]byte, error) {
	b := schemaBuilder{defs: map[string]any{}}
	root := b.object(reflect.TypeFor[Scenario]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = SchemaURL
	root["title"] = "A scenario of localsepay"
	root["$defs"] = b.defs
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(root)
	return out.Bytes(), err
}

type schemaBuilder struct{ defs map[string]any }

// object describes a struct in place.
func (b *schemaBuilder) object(t reflect.Type) map[string]any {
	properties := map[string]any{}
	var required []string
	var actions []any
	for _, f := range input.Fields(t) {
		s := b.value(f.Type, f)
		if f.Doc != "" {
			s["description"] = f.Doc
		}
		properties[f.Name] = s
		if f.Need {
			required = append(required, f.Name)
		}
		if f.Action {
			actions = append(actions, map[string]any{"required": []string{f.Name}})
		}
	}
	out := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if required != nil {
		out["required"] = required
	} else if actions == nil {
		out["type"] = []string{"object", "null"}
	}
	if actions != nil {
		out["oneOf"] = actions
	}
	return out
}

// value describes a type; structs are referred to by their names.
func (b *schemaBuilder) value(t reflect.Type, f input.Field) map[string]any {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == durationType:
		return map[string]any{"type": "string", "pattern": `^([0-9]+d)?([0-9.]+(h|m|s|ms))*$`}
	case t == findingsType:
		return map[string]any{"oneOf": []any{map[string]any{"const": "none"}, map[string]any{"type": "array", "items": map[string]any{"type": "string"}}}}
	case t == matcherType:
		b.define("Matcher", func() map[string]any {
			object := b.object(rulesType)
			object["type"] = "object"
			return map[string]any{"anyOf": []any{map[string]any{"type": []string{"string", "number", "boolean", "null", "array"}}, object}}
		})
		return map[string]any{"$ref": "#/$defs/Matcher"}
	case t == anyType:
		return map[string]any{}
	}
	switch t.Kind() {
	case reflect.Struct:
		b.define(t.Name(), func() map[string]any { return b.object(t) })
		return map[string]any{"$ref": "#/$defs/" + t.Name()}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": b.value(t.Elem(), f)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": b.value(t.Elem(), input.Field{Bound: f.Bound})}
	case reflect.Int, reflect.Int64:
		out := map[string]any{"type": "integer"}
		if f.Bound != nil {
			out["minimum"], out["maximum"] = f.Bound.Min, f.Bound.Max
		}
		return out
	case reflect.Uint64:
		return map[string]any{"type": "integer", "minimum": 0}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	}
	// A text may be written as a plain number: account numbers are.
	out := map[string]any{"type": []string{"string", "number"}}
	if f.Enum != nil {
		out = map[string]any{"enum": f.Enum}
	}
	return out
}

// define describes a named type once.
func (b *schemaBuilder) define(name string, describe func() map[string]any) {
	if _, known := b.defs[name]; !known {
		b.defs[name] = nil // a step holds steps: the name is enough while it is described
		b.defs[name] = describe()
	}
}
