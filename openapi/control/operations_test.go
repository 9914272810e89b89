package control_test

import (
	"context"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi/control"
)

// recorder answers every request with nothing much, and keeps the last.
type recorder struct{ last *http.Request }

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.last = req
	body := "{}"
	if strings.HasSuffix(req.URL.Path, "/events") {
		body = "id: 1\nevent: clock\ndata: {}\n\n"
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Server": {control.ServerName}}, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

// filled is a value of a type in which nothing is zero; bodies stay empty.
func filled(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	switch {
	case t == reflect.TypeFor[time.Time]():
		return reflect.ValueOf(time.Unix(1_780_000_000, 0))
	case t.Kind() == reflect.String:
		v.SetString("DH 1/2")
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		v.SetInt(7)
	case strings.HasSuffix(t.Name(), "Filter"):
		for i := range t.NumField() {
			v.Field(i).Set(filled(t.Field(i).Type))
		}
	}
	return v
}

// calls are the methods of the client that make a call, other than Call, which
// makes any.
func calls() []reflect.Method {
	var out []reflect.Method
	for m := range reflect.TypeFor[*control.Client]().Methods() {
		if m.Name != "Call" && m.Type.NumIn() > 1 && m.Type.In(1) == reflect.TypeFor[context.Context]() {
			out = append(out, m)
		}
	}
	return out
}

// try makes a call and returns its request.
func try(t *testing.T, m reflect.Method) *http.Request {
	sent := &recorder{}
	client := control.NewClient("http://sepay.test")
	client.HTTP = &http.Client{Transport: sent}
	args := []reflect.Value{reflect.ValueOf(client), reflect.ValueOf(t.Context())}
	for i := 2; i < m.Type.NumIn(); i++ {
		args = append(args, filled(m.Type.In(i)))
	}
	out := m.Func.Call(args)
	last := out[len(out)-1].Interface()
	if events, ok := last.(iter.Seq2[control.Event, error]); ok {
		for _, last = range events {
			break
		}
	}
	if err, _ := last.(error); err != nil {
		t.Errorf("%s: %v", m.Name, err)
	}
	return sent.last
}

// Each method makes the call of one operation, with all of its parameters, and
// each operation has a method. The types of bodies and answers are those that the
// document describes.
func TestEveryOperationHasAMethodAndTheTypesAreTheDocuments(t *testing.T) {
	d := document(t)
	methods := map[string]string{}
	answers := comparison{document: d, seen: map[string]bool{}}
	bodies := comparison{document: d, seen: map[string]bool{}, request: true}
	for _, m := range calls() {
		req := try(t, m)
		o, err := d.find(req)
		if err != nil {
			t.Errorf("%s: %v", m.Name, err)
			continue
		}
		if other := methods[o.ID]; other != "" {
			t.Errorf("%s and %s are both %s", other, m.Name, o.ID)
		}
		methods[o.ID] = m.Name
		if diff := cmp.Diff(named(o, "query"), slices.Sorted(maps.Keys(req.URL.Query()))); diff != "" {
			t.Errorf("%s: the query (-document +method):\n%s", m.Name, diff)
		}
		if slices.Contains(named(o, "path"), "order") && !strings.Contains(req.URL.EscapedPath(), url.PathEscape("DH 1/2")) {
			t.Errorf("%s: the path is %s", m.Name, req.URL.EscapedPath())
		}
		holdBody(t, &bodies, m, o)
		holdAnswer(t, &answers, m, o)
	}
	for id := range d.operations() {
		if methods[id] == "" {
			t.Errorf("no method is %s", id)
		}
	}
	answers.value("Problem", reflect.TypeFor[control.Problem](), d.Components.Schemas["Problem"])
	answers.seen["Problem"] = true
	for _, problem := range append(bodies.problems, answers.problems...) {
		t.Error(problem)
	}
	for name := range d.Components.Schemas {
		if !answers.seen[name] && !bodies.seen[name] {
			t.Errorf("no type is held against the schema %s", name)
		}
	}
}

func named(o operation, in string) []string {
	var out []string
	for _, p := range o.Parameters {
		if p.In == in {
			out = append(out, p.Name)
		}
	}
	slices.Sort(out)
	return out
}

// holdBody holds the type of a method's body against the document.
func holdBody(t *testing.T, c *comparison, m reflect.Method, o operation) {
	t.Helper()
	body := m.Type.In(m.Type.NumIn() - 1)
	has := body.Kind() == reflect.Struct && !strings.HasSuffix(body.Name(), "Filter")
	switch {
	case has != (o.RequestBody != nil):
		t.Errorf("%s: the method has a body: %v; the document: %v", m.Name, has, !has)
	case has:
		c.value(o.ID, body, o.RequestBody.Content["application/json"].Schema)
	}
}

// holdAnswer holds the type of a method's result against the document.
func holdAnswer(t *testing.T, c *comparison, m reflect.Method, o operation) {
	t.Helper()
	var said []*schema
	stream := false
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		content := o.Responses[status].Content
		if body, ok := content["application/json"]; ok && status[0] == '2' {
			said = append(said, body.Schema)
		}
		_, ok := content["text/event-stream"]
		stream = stream || ok
	}
	switch has := m.Type.NumOut() == 2; {
	case stream:
	case has != (len(said) > 0):
		t.Errorf("%s: the method has a result: %v; the document: %v", m.Name, has, !has)
	case has:
		c.value(o.ID, m.Type.Out(0), said...)
	}
}
