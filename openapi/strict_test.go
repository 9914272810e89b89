package openapi_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi"
)

// answer is an example of a document as it would come over the wire.
type answer struct {
	contract *openapi.Contract
	at       string
	request  openapi.Request
	status   int
	header   http.Header
	body     any
}

// answers lists the JSON examples of all that SePay answers.
func answers(t *testing.T) []answer {
	t.Helper()
	var list []answer
	for _, name := range openapi.Names() {
		c := load(t, name)
		if name == "control" || c.AnyHost() {
			continue
		}
		for path, item := range parsed(t, name).Paths.Map() {
			for method, op := range item.Operations() {
				for status, response := range op.Responses.Map() {
					media := response.Value.Content["application/json"]
					if media == nil {
						continue
					}
					code, err := strconv.Atoi(strings.ReplaceAll(status, "XX", "00"))
					if err != nil {
						t.Fatal(err)
					}
					h := http.Header{"Content-Type": {"application/json"}}
					for header := range response.Value.Headers {
						h.Set(header, "1")
					}
					for label, example := range media.Examples {
						list = append(list, answer{c, op.OperationID + " " + status + " " + label,
							openapi.Request{Method: method, URL: &url.URL{Path: fill(path, op)}}, code, h, copied(example.Value.Value)})
					}
				}
			}
		}
	}
	return list
}

func copied(v any) any {
	text, _ := json.Marshal(v)
	var out any
	_ = json.Unmarshal(text, &out)
	return out
}

// objects calls visit with every object of a body and its path.
func objects(v any, path string, visit func(path string, o map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(path, v)
		for name, member := range v {
			objects(member, path+"."+name, visit)
		}
	case []any:
		for i, item := range v {
			objects(item, path+"["+strconv.Itoa(i)+"]", visit)
		}
	}
}

func (a answer) check() []string {
	body, _ := json.Marshal(a.body)
	return broken(a.contract.CheckResponse(a.request, a.status, a.header, body))
}

func TestAnExtraPropertyIsReportedWhereverItComes(t *testing.T) {
	open := map[string]bool{}
	looked := 0
	for _, a := range answers(t) {
		if a.check() != nil {
			t.Fatalf("%s is wrong as it is: %v", a.at, a.check())
		}
		objects(a.body, "$", func(path string, o map[string]any) {
			looked++
			o["zz"] = map[string]any{"new": true}
			// A map by names of fields, such as errors, takes any name but not any value.
			got := a.check()
			if !slices.Contains(got, "undeclared-property "+path+".zz") && !slices.Contains(got, "type "+path+".zz") {
				open[strings.Fields(a.at)[0]+" "+path] = true
			}
			delete(o, "zz")
		})
	}
	if looked < 100 {
		t.Errorf("only %d objects were looked at", looked)
	}
	if diff := cmp.Diff(map[string]bool{}, open); diff != "" {
		t.Errorf("anything may be added here:\n%s", diff)
	}
}

func TestAnUndeclaredHeaderIsReportedWithEveryAnswer(t *testing.T) {
	for _, a := range answers(t) {
		a.header.Set("X-New", "1")
		if diff := cmp.Diff([]string{"undeclared-header X-New"}, a.check()); diff != "" {
			t.Errorf("%s: %s", a.at, diff)
		}
	}
}

func TestANewValueOfAnEnumIsReportedWhereverItComes(t *testing.T) {
	looked := 0
	for _, a := range answers(t) {
		schema := a.contract.ResponseSchema(a.request, a.status, "application/json")
		top, ok := a.body.(map[string]any)
		if !ok {
			continue
		}
		for name, value := range top {
			if property, _ := schema.Property(name); len(property.Enum()) == 0 || value == nil {
				continue
			}
			looked++
			top[name] = "never-seen"
			if got := a.check(); !slices.Contains(got, "enum $."+name) && !slices.Contains(got, "type $."+name) {
				t.Errorf("%s: a new value of %s passes: %v", a.at, name, got)
			}
			top[name] = value
		}
	}
	if looked < 20 {
		t.Errorf("only %d values were looked at", looked)
	}
}
