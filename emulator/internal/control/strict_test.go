package control_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/localsepay/localsepay/openapi"
)

// schema is what these tests read of a schema in openapi/control.yaml.
type schema struct {
	Ref              string `yaml:"$ref"`
	Properties       map[string]*schema
	Items            *schema
	Minimum, Maximum *float64
}

// taken is a member of a body that the document describes.
type taken struct {
	method, path string
	// before and after are the JSON around the member's object.
	before, after string
	// at is the member's path, name its last part.
	at, name string
	schema   *schema
}

// with is a body whose object has these members.
func (m taken) with(members string) string { return m.before + "{" + members + "}" + m.after }

// members lists all members of all bodies of the document.
func members(t *testing.T) (out []taken) {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct{ Schema *schema }
			} `yaml:"requestBody"`
		}
		Components struct{ Schemas map[string]*schema }
	}
	text, _ := openapi.Document("control")
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	resolve := func(s *schema) *schema {
		for s != nil && s.Ref != "" {
			s = document.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
		}
		return s
	}
	var object func(taken, *schema)
	object = func(m taken, s *schema) {
		for name, of := range s.Properties {
			of = resolve(of)
			found := m
			found.name, found.schema, found.at = name, of, strings.TrimPrefix(m.at+"."+name, ".")
			out = append(out, found)
			inner := found
			inner.before, inner.after = m.before+`{"`+name+`":`, "}"+m.after
			if of.Items != nil {
				inner.before, inner.after, inner.at = inner.before+"[", "]"+inner.after, inner.at+"[0]"
				of = resolve(of.Items)
			}
			object(inner, of)
		}
	}
	for path, methods := range document.Paths {
		for method, o := range methods {
			if body := resolve(o.RequestBody.Content["application/json"].Schema); body != nil {
				path := strings.NewReplacer("/_control/v1", "", "{id}", "1", "{order}", "DH-1").Replace(path)
				object(taken{method: strings.ToUpper(method), path: path}, body)
			}
		}
	}
	slices.SortFunc(out, func(a, b taken) int { return strings.Compare(a.path+a.method+a.at, b.path+b.method+b.at) })
	return out
}

// refused fails unless a call is refused for a reason, with a status that the
// document declares.
func (h *house) refused(m taken, body, says string) {
	h.t.Helper()
	before := h.parts.Store.Facts().Last()
	a := h.call(m.method, m.path, body)
	if a.Code != 400 && a.Code != 422 {
		h.t.Errorf("%s %s %s: %d %s", m.method, m.path, body, a.Code, a.Body)
		return
	}
	a.problem(a.Code, says)
	if h.parts.Store.Facts().Last() != before {
		h.t.Errorf("%s %s %s: it was refused and done", m.method, m.path, body)
	}
}

func TestEveryGivenNumberIsHeldToTheRangeOfTheDocument(t *testing.T) {
	h, tried := build(t), 0
	h.open("DH-1", "50000")
	for _, m := range members(t) {
		s, value := m.schema, "%s"
		if s.Items != nil {
			s, value = s.Items, "[%s]"
		}
		if s.Minimum == nil {
			continue
		}
		least, most := *s.Minimum, *s.Maximum
		for n, good := range map[float64]bool{least: true, most: true, least - 1: false, most + 1: false, 0: least <= 0} {
			text := strconv.FormatFloat(n, 'f', -1, 64)
			body := m.with(`"` + m.name + `":` + fmt.Sprintf(value, text))
			says := "want " + strconv.FormatFloat(least, 'f', -1, 64) + " to "
			if !good {
				h.refused(m, body, m.at)
				h.refused(m, body, says)
			} else if a := h.call(m.method, m.path, body); strings.Contains(a.Body.String(), m.at) && strings.Contains(a.Body.String(), says) {
				t.Errorf("%s %s %s: %s", m.method, m.path, body, a.Body)
			}
			tried++
		}
	}
	if tried < 100 {
		t.Errorf("only %d numbers were tried", tried)
	}
}

func TestMembersAreWrittenAsTheDocumentSaysAndOnce(t *testing.T) {
	h, tried := build(t), 0
	h.open("DH-1", "50000")
	for _, m := range members(t) {
		for _, name := range []string{strings.ToUpper(m.name), strings.ToUpper(m.name[:1]) + m.name[1:], m.name + "_", "ſ" + m.name} {
			h.refused(m, m.with(`"`+name+`":null`), strconv.Quote(name))
		}
		twice := m.with(`"` + m.name + `":null,"` + m.name + `":null`)
		h.refused(m, twice, `the member "`+m.name+`" is given twice`)
		if object, _, nested := cutLast(m.at, "."); nested {
			h.refused(m, twice, object+": ")
		}
		tried++
	}
	if tried < 80 {
		t.Errorf("only %d members were tried", tried)
	}
	h.call("POST", "/faults", `{"when":{"surface":"webhook"},"do":{"tamper":{"set":{"a.b":{"x":1,"x":2}}}}}`).problem(400, `do.tamper.set.a.b: the member "x" is given twice`)
	h.call("POST", "/faults", `{"when":{"surface":"pgapi"},"do":{"status":503,"headers":{"X-A":"1","X-A":"2"}}}`).problem(400, `"X-A" is given twice`)
	h.call("POST", "/transfers", `{"Amount":1}`).problem(400, `did you mean "amount"?`)
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func TestABodyThatIsNotUTF8IsRefused(t *testing.T) {
	h := build(t)
	h.open("DH-1", "50000")
	calls := map[string]taken{}
	for _, m := range members(t) {
		calls[m.method+m.path] = m
	}
	for _, m := range calls {
		for _, bad := range []string{"\xff", "\xc3", "\xed\xa0\x80", `\ud800`, `\udc00`, `\ud800\u0041`, `\\\ud83d x`} {
			a := h.call(m.method, m.path, `{"`+bad+`":1}`)
			a.problem(400, "not valid UTF-8")
		}
	}
	h.call("PATCH", "/webhooks/1", "{\"name\":\"a\xffb\"}").problem(400, "not valid UTF-8 at byte 11")
	if got := h.call("PATCH", "/webhooks/1", `{"name":"\ud83d\ude00 \\ud800 \u0103"}`).body(200); got["name"] != `😀 \ud800 ă` {
		t.Errorf("%v", got["name"])
	}
}

func TestWhatCannotBeChangedIsRefused(t *testing.T) {
	h := build(t)
	h.call("POST", "/companies", `{"id":"other"}`).body(201)
	for body, says := range map[string]string{
		`{"company":"zz"}`: "company: webhook 1 is of", `{"company":"shop:live","name":"x"}`: "shop:live", `{"company":"other"}`: "other",
		`{"retry_conditions":{"Non_2xx_status_code":1}}`: "retry_conditions", `{"retry_conditions":["timeout"]}`: "timeout",
		`{"id":2}`: `"id"`, `null`: "want an object", `[]`: "want an object",
	} {
		h.refused(taken{method: "PATCH", path: "/webhooks/1"}, body, says)
	}
	if got := h.call("PATCH", "/webhooks/1", `{"company":"shop","name":"Same"}`).body(200); got["name"] != "Same" || got["company"] != "shop" {
		t.Errorf("%v", got)
	}
	for _, body := range []string{`{"id":7,"do":{"status":503}}`, `{"matched":1,"do":{"status":503}}`, `{"fired":1,"do":{"status":503}}`} {
		h.refused(taken{method: "POST", path: "/faults"}, body, "emulator's own")
	}
}

func TestWhatIsSetAsItIsHasNoFact(t *testing.T) {
	h := build(t)
	users := h.call("GET", "/state", "").body(200)["companies"].([]any)[0].(map[string]any)["users"].([]any)
	user := fmt.Sprintf("/users/%.0f", users[0].(map[string]any)["id"])
	h.call("PATCH", "/webhooks/1", `{"name":"One"}`).body(200)
	before := h.parts.Store.Facts().Last()
	for call, bodies := range map[string][]string{
		"PATCH /webhooks/1": {`{}`, `{"name":"One","active":1}`}, "PATCH " + user: {`{}`, `{"email":"an@example.com"}`}, "PUT /ipn": {`{"url":"` + h.merchant.URL + `/ipn"}`},
	} {
		method, path, _ := strings.Cut(call, " ")
		for _, body := range bodies {
			h.call(method, path, body).body(200)
		}
	}
	if made := h.parts.Store.Facts().Last() - before; made != 0 {
		t.Errorf("%d facts", made)
	}
}
