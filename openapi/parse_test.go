package openapi_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/localsepay/localsepay/openapi"
)

// small is a document of one operation with the given response schema.
func small(schema string) []byte {
	return []byte(`{"openapi":"3.0.3","info":{"title":"t","version":"1"},"servers":[{"url":"/"}],"paths":{"/x":{"get":{"operationId":"x","summary":"x",
"x-evidence":"assumed","x-source":"a test","responses":{"200":{"description":"d","content":{"application/json":{"schema":` + schema + `}}}}}}}}`)
}

func TestWhatTheCheckerWouldNotHonourIsRefused(t *testing.T) {
	tests := map[string]string{
		"multipleOf":        `{"type":"integer","multipleOf":5}`,
		"uniqueItems":       `{"type":"array","items":{"type":"string"},"uniqueItems":true}`,
		"not":               `{"not":{"type":"string"}}`,
		"allOf":             `{"allOf":[{"type":"object"}]}`,
		"readOnly":          `{"type":"object","properties":{"a":{"type":"string","readOnly":true}}}`,
		`format "iban"`:     `{"type":"string","format":"iban"}`,
		`format "uint8"`:    `{"type":"integer","format":"uint8"}`,
		"pattern":           `{"type":"string","pattern":"("}`,
		"binary length":     `{"type":"string","format":"binary","minLength":1}`,
		`keyword "maxProps`: `{"type":"object","maxProps":2}`,
	}
	for name, schema := range tests {
		if _, err := openapi.Parse("small", small(schema)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := openapi.Parse("small", []byte(strings.Replace(string(small(`{}`)), "3.0.3", "3.1.0", 1))); err == nil {
		t.Error("OpenAPI 3.1 was accepted")
	}
	for _, where := range []string{`"x-evidence":"guessed"`, `"x-evidence":7`} {
		text := strings.Replace(string(small(`{}`)), `"x-evidence":"assumed"`, where, 1)
		if _, err := openapi.Parse("small", []byte(text)); err == nil || !strings.Contains(err.Error(), "[documented captured observed assumed]") {
			t.Errorf("%s: %v", where, err)
		}
	}
	if _, err := openapi.Parse("small", small(`{"type":"string","x-evidence":"seen","x-source":"x"}`)); err == nil {
		t.Error("a mark of a schema that is none was accepted")
	}
	if _, err := openapi.Parse("small", []byte("paths: [")); err == nil {
		t.Error("broken YAML was accepted")
	}
}

func TestSchemasOfASmallDocument(t *testing.T) {
	tests := []struct{ name, schema, right, wrong string }{
		{"no type allows anything", `{}`, `{"a":[1]}`, ``},
		{"an object is closed", `{"type":"object"}`, `{}`, `{"a":1}`},
		{"additional properties", `{"type":"object","additionalProperties":{"type":"integer"}}`, `{"a":1}`, `{"a":"1"}`},
		{"int32", `{"type":"integer","format":"int32"}`, `2147483647`, `2147483648`},
		{"numbers", `{"type":"number","maximum":1.5}`, `1.5`, `1.6`},
		{"date", `{"type":"string","format":"date"}`, `"2028-02-29"`, `"2026-02-29"`},
		{"date-time", `{"type":"string","format":"date-time"}`, `"2026-01-02T03:04:05.6+07:00"`, `"2026-02-31T03:04:05Z"`},
		{"items", `{"type":"array","minItems":1,"items":{"type":"string"}}`, `["a"]`, `[]`},
		{"length in characters", `{"type":"string","maxLength":2}`, `"ộộ"`, `"abc"`},
		{"one of two", `{"oneOf":[{"type":"integer"},{"type":"number"}]}`, `1.5`, `1`},
		{"any of two", `{"anyOf":[{"type":"integer"},{"type":"number"}]}`, `1`, `"1"`},
		{"booleans", `{"type":"boolean"}`, `false`, `0`},
		{"the text 1 is not the number 1", `{"enum":["1"]}`, `"1"`, `1`},
		{"a schema that refers to itself", `{"type":"object","properties":{"a":{"$ref":"#/paths/~1x/get/responses/200/content/application~1json/schema"}}}`, `{"a":{"a":{}}}`, `{"a":{"b":1}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := openapi.Parse("small", small(tt.schema))
			if err != nil {
				t.Fatal(err)
			}
			if got := c.CheckResponse(get(t, "/x"), 200, jsonHeader(), []byte(tt.right)); got != nil {
				t.Errorf("%s: %v", tt.right, got)
			}
			if tt.wrong == "" {
				return
			}
			if got := c.CheckResponse(get(t, "/x"), 200, jsonHeader(), []byte(tt.wrong)); len(got) != 1 {
				t.Errorf("%s: %v", tt.wrong, got)
			}
		})
	}
}

func TestManyMayCheckAtOnce(t *testing.T) {
	c := load(t, "userapi_v2")
	r := get(t, "/v2/transactions?fields=id")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 50 {
				c.CheckRequest(r)
				c.CheckResponse(r, 200, jsonHeader(), []byte(v2List))
			}
		})
	}
	wait.Wait()
}

func FuzzAnyBodyIsSurvived(f *testing.F) {
	for _, seed := range []string{v2List, v2One, `{`, `[1,]`, `"\ud800"`, "{\"a\":1}x", `nul`, `-`, `1e999`, "\xff"} {
		f.Add([]byte(seed))
	}
	c := load(f, "userapi_v2")
	r := get(f, "/v2/transactions")
	f.Fuzz(func(t *testing.T, body []byte) {
		c.CheckResponse(r, http.StatusOK, jsonHeader(), body)
	})
}
