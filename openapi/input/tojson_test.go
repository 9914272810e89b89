package input_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi/input"
)

func TestAFileBecomesTheJSONOfItsType(t *testing.T) {
	type inner struct {
		On   *bool `json:"on,omitempty"`
		Deep []int `json:"deep,omitempty"`
	}
	type file struct {
		Text  string            `json:"text,omitempty"`
		Whole int64             `json:"whole,omitempty"`
		Inner *inner            `json:"inner,omitempty"`
		Names map[string]string `json:"names,omitempty"`
		Raw   json.RawMessage   `json:"raw,omitempty"`
	}
	for text, want := range map[string]string{
		"text: 0071":                        `{"text":"0071"}`,
		"text: true":                        `{"text":"true"}`,
		"text:":                             `{"text":null}`,
		"text: |\n  a\n  \"b\"\n":           `{"text":"a\n\"b\"\n"}`,
		"whole: 0x1_0":                      `{"whole":16}`,
		"inner: {on: 0, deep: [1, -2]}":     `{"inner":{"deep":[1,-2],"on":false}}`,
		"inner: {on: TRUE}":                 `{"inner":{"on":true}}`,
		"names: {a: 1, b: [], : x}":         "",
		"names: {a: 01, b: no}":             `{"names":{"a":"01","b":"no"}}`,
		"raw: {a: [1, x, null]}":            `{"raw":{"a":[1,"x",null]}}`,
		"other: 1":                          "",
		"whole: 99999999999999999999999999": "",
	} {
		root, err := input.ReadNode([]byte(text), 1000, "")
		if err != nil {
			t.Fatal(err)
		}
		got, err := input.JSON(root, reflect.TypeFor[file]())
		if want == "" {
			continue // the checker refuses it before; it must only be survived
		}
		if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
	}
}
