package oauthapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/openapi/control"
)

// given lists the members of a body with a value other than null.
type given map[string]bool

// members reads the JSON object of a request into a struct, member by member,
// so that an error names its member. Members that the struct does not have, and
// those of without, are ignored with a finding.
func (c call) members(into any, without ...string) (given, error) {
	text, err := io.ReadAll(c.r.Body)
	var all map[string]json.RawMessage
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil || all == nil {
		return nil, badRequest("The body is not a JSON object")
	}
	known, have := memberNames(into), given{}
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(known, name) || slices.Contains(without, name) {
			unknown = append(unknown, fmt.Sprintf("%.40q", name))
			continue
		}
		alone, err := json.Marshal(map[string]json.RawMessage{name: all[name]})
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(alone, into); err != nil {
			return nil, badRequest(name + ": " + unreadable(err))
		}
		have[name] = string(all[name]) != "null"
	}
	c.noteIgnored("member", unknown)
	return have, nil
}

// memberNames returns the JSON names of a struct's fields.
func memberNames(into any) []string {
	t := reflect.TypeOf(into).Elem()
	names := make([]string, t.NumField())
	for i := range names {
		names[i], _, _ = strings.Cut(t.Field(i).Tag.Get("json"), ",")
	}
	return names
}

// unreadable explains, without the value, why a member cannot be read.
func unreadable(err error) string {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return strings.TrimPrefix(err.Error(), control.ErrUnreadable.Error()+": ")
	}
	want := "an object"
	switch wrong.Type.Kind() {
	case reflect.String:
		want = "a text"
	case reflect.Int, reflect.Int64:
		want = "an integer"
	case reflect.Slice:
		want = "a list"
	}
	got, _, _ := strings.Cut(wrong.Value, " ")
	return "want " + want + ", not " + got
}
