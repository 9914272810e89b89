package input

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// JSON converts a node that a [Checker] accepted for type t to JSON: an
// unquoted number becomes a text where t has a text, so that 0071 keeps its
// zeros, and true, false, 1 and 0 become true or false where t has a bool.
func JSON(n *yaml.Node, t reflect.Type) (json.RawMessage, error) {
	v, err := valueOf(n, t)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

var rawType = reflect.TypeFor[json.RawMessage]()

// valueOf returns the value that [json.Marshal] writes for the node.
func valueOf(n *yaml.Node, t reflect.Type) (any, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == rawType || t.Kind() == reflect.Interface:
		var v any
		err := n.Decode(&v)
		return v, err
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null":
		return nil, nil
	}
	switch t.Kind() {
	case reflect.String:
		return n.Value, nil
	case reflect.Bool:
		return strconv.ParseBool(n.Value)
	case reflect.Int, reflect.Int64:
		return wholeNumber(n.Value)
	case reflect.Slice:
		out := make([]any, len(n.Content))
		for i, item := range n.Content {
			var err error
			if out[i], err = valueOf(item, t.Elem()); err != nil {
				return nil, err
			}
		}
		return out, nil
	case reflect.Map, reflect.Struct:
		return objectOf(n, t)
	}
	return nil, fmt.Errorf("%s is written by no rule", t)
}

func objectOf(n *yaml.Node, t reflect.Type) (map[string]any, error) {
	types := map[string]reflect.Type{}
	if t.Kind() == reflect.Struct {
		for _, f := range Fields(t) {
			types[f.Name] = f.Type
		}
	}
	out := map[string]any{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].ShortTag() == "!!null" {
			continue // a key that is not there
		}
		key := n.Content[i].Value
		of := types[key]
		if t.Kind() == reflect.Map {
			of = t.Elem()
		}
		if of == nil {
			return nil, fmt.Errorf("there is no key %q here", key)
		}
		var err error
		if out[key], err = valueOf(n.Content[i+1], of); err != nil {
			return nil, err
		}
	}
	return out, nil
}
