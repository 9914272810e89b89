package twin

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/openapi/phpjson"
)

// object is a JSON object that keeps the order of its members.
type object struct {
	names   []string
	members map[string]any
}

// MarshalJSON implements [json.Marshaler].
func (o *object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, name := range o.names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(phpjson.AppendString(b, name), ':')
		value, err := phpjson.Encode(o.members[name])
		if err != nil {
			return nil, err
		}
		b = append(b, value...)
	}
	return append(b, '}'), nil
}

// change applies a deviation to the members. A renamed member keeps its place;
// new ones are added at the end, sorted.
func (o *object) change(do func(members map[string]any, name string), name string) {
	do(o.members, name)
	gone := -1
	for i := 0; i < len(o.names); {
		if _, has := o.members[o.names[i]]; has {
			i++
			continue
		}
		o.names, gone = slices.Delete(o.names, i, i+1), i
	}
	var came []string
	for _, n := range slices.Sorted(maps.Keys(o.members)) {
		if !slices.Contains(o.names, n) {
			came = append(came, n)
		}
	}
	if gone >= 0 {
		o.names = slices.Insert(o.names, gone, came...)
		return
	}
	o.names = append(o.names, came...)
}

// read decodes a JSON value into texts, numbers, lists and objects.
func read(dec *json.Decoder) (any, error) {
	t, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			v, err := read(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.Token()
		return list, err
	case json.Delim('{'):
		o := &object{members: map[string]any{}}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return nil, err
			}
			v, err := read(dec)
			if err != nil {
				return nil, err
			}
			o.names, o.members[name.(string)] = append(o.names, name.(string)), v
		}
		_, err = dec.Token()
		return o, err
	}
	return t, nil
}

// edit changes the JSON object with the last member of a path; the rest keeps
// SePay's format.
func edit(body []byte, path string, change func(members map[string]any, name string)) []byte {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	v, err := read(dec)
	if err != nil {
		return body
	}
	within(v, strings.Split(path, "."), change)
	text, err := phpjson.Encode(v)
	if err != nil {
		return body
	}
	return text
}

func within(v any, steps []string, change func(map[string]any, string)) {
	switch at := v.(type) {
	case *object:
		if len(steps) > 1 {
			within(at.members[steps[0]], steps[1:], change)
		} else if _, has := at.members[steps[0]]; has {
			at.change(change, steps[0])
		}
	case []any:
		for _, item := range at {
			if steps[0] == "*" {
				within(item, steps[1:], change)
			}
		}
	}
}
