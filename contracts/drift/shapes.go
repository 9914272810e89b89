package drift

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// Shapes are the shapes of what a target sent in a run: types, nullability, the
// values of enumerated properties, names of headers and statuses, each with a
// count. They contain no other value.
type Shapes struct {
	// Version is the version of the file format.
	Version int    `json:"version"`
	Target  string `json:"target"`
	// Operations are by document and operation id: "userapi_v2 v2.transactions.list".
	Operations map[string]*OperationShape `json:"operations"`
}

// OperationShape describes one operation.
type OperationShape struct {
	Exchanges int `json:"exchanges"`
	// Answers are by status. SePay's own requests are under "request".
	Answers map[string]*AnswerShape `json:"answers"`
}

// AnswerShape describes one kind of message.
type AnswerShape struct {
	Count int `json:"count"`
	// Headers leaves out transport headers.
	Headers      map[string]int `json:"headers,omitempty"`
	ContentTypes map[string]int `json:"content_types,omitempty"`
	Body         *Value         `json:"body,omitempty"`
}

// Value describes the values at one place of a body.
type Value struct {
	// Types counts null, boolean, integer, number, string, array and object.
	Types map[string]int `json:"types"`
	// Enum counts values, only where the document enumerates them.
	Enum map[string]int `json:"enum,omitempty"`
	// Members are by name. Names that may be values are under "*".
	Members map[string]*Value `json:"members,omitempty"`
	Items   *Value            `json:"items,omitempty"`
}

const (
	shapesVersion = 1
	sentBySePay   = "request"
	anyName       = "*"
)

func (v *Value) seen() int {
	n := 0
	for _, count := range v.Types {
		n += count
	}
	return n
}

// Observe records the shapes of what a target sent. Exchanges without a
// document are skipped.
func Observe(target string, exchanges []traffic.Exchange) (Shapes, error) {
	s := Shapes{Version: shapesVersion, Target: target, Operations: map[string]*OperationShape{}}
	for _, e := range exchanges {
		if e.Document == "" || e.Operation == "" {
			continue
		}
		c, err := openapi.Load(e.Document)
		if err != nil {
			return Shapes{}, fmt.Errorf("keep shapes: %w", err)
		}
		s.exchange(c, e)
	}
	return s, nil
}

func (s Shapes) exchange(c *openapi.Contract, e traffic.Exchange) {
	header, body, kind := e.ResponseHeader, e.ResponseBody, strconv.Itoa(e.Status)
	if c.AnyHost() {
		header, body, kind = e.Header, e.Body, sentBySePay
	} else if e.Status == 0 {
		return
	}
	name := e.Document + " " + e.Operation
	o := s.Operations[name]
	if o == nil {
		o = &OperationShape{Answers: map[string]*AnswerShape{}}
		s.Operations[name] = o
	}
	o.Exchanges++
	a := o.Answers[kind]
	if a == nil {
		a = &AnswerShape{Headers: map[string]int{}, ContentTypes: map[string]int{}}
		o.Answers[kind] = a
	}
	a.Count++
	for name := range header {
		if !openapi.TransportHeader(name) {
			a.Headers[openapi.SafeName(http.CanonicalHeaderKey(name))]++
		}
	}
	contentType := header.Get("Content-Type")
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		mediaType = "none"
	}
	a.ContentTypes[openapi.SafeName(mediaType)]++
	schema := c.RequestSchema(e.Request)
	if kind != sentBySePay {
		schema = c.ResponseSchema(e.Request, e.Status, contentType)
	}
	if value, ok := decodeBody(mediaType, body); ok {
		a.Body = a.Body.add(value, schema)
	}
}

// decodeBody decodes bodies with a shape: JSON, under any media type, and
// forms.
func decodeBody(mediaType string, body []byte) (any, bool) {
	if mediaType == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(body))
		fields := map[string]any{}
		for name, values := range form {
			fields[name] = values[len(values)-1]
		}
		return fields, err == nil
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	err := dec.Decode(&v)
	return v, err == nil
}

// add counts one more value; a nil receiver is an empty one.
func (v *Value) add(x any, s openapi.Schema) *Value {
	if v == nil {
		v = &Value{Types: map[string]int{}}
	}
	switch x := x.(type) {
	case nil:
		v.Types["null"]++
	case bool:
		v.Types["boolean"]++
	case json.Number:
		kind := "integer"
		if strings.ContainsAny(string(x), ".eE") {
			kind = "number"
		}
		v.Types[kind]++
		v.value(string(x), s)
	case string:
		v.Types["string"]++
		v.value(x, s)
	case []any:
		v.Types["array"]++
		for _, item := range x {
			v.Items = v.Items.add(item, s.Items())
		}
	case map[string]any:
		v.Types["object"]++
		v.members(x, s)
	}
	return v
}

func (v *Value) members(x map[string]any, s openapi.Schema) {
	if v.Members == nil {
		v.Members = map[string]*Value{}
	}
	for name, member := range x {
		schema, named := s.Property(name)
		if !named && !word().MatchString(name) {
			name = anyName
		}
		v.Members[name] = v.Members[name].add(member, schema)
	}
}

// word matches undeclared names that cannot be values, such as account numbers,
// dates or credentials.
var word = pattern.Lazy(`^[A-Za-z_][A-Za-z_-]{0,38}[0-9]?$`)

// value counts a value that the document enumerates, or a new one.
func (v *Value) value(text string, s openapi.Schema) {
	if len(s.Enum()) == 0 || s.Secret() {
		return
	}
	if v.Enum == nil {
		v.Enum = map[string]int{}
	}
	v.Enum[openapi.SafeName(text)]++
}

// Write writes the shapes as JSON; equal shapes give equal text.
func (s Shapes) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return fmt.Errorf("write shapes: %w", err)
	}
	return nil
}

// ReadShapes reads what [Shapes.Write] wrote.
func ReadShapes(r io.Reader) (Shapes, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var s Shapes
	if err := dec.Decode(&s); err != nil {
		return Shapes{}, fmt.Errorf("read baseline: %w: it is none that a run kept", err)
	}
	if s.Version != shapesVersion {
		return Shapes{}, fmt.Errorf("read baseline: version %d, want %d: keep a new one", s.Version, shapesVersion)
	}
	for name, o := range s.Operations {
		if o == nil || !strings.Contains(name, " ") || !o.whole() {
			return Shapes{}, fmt.Errorf("read baseline: %q: %w", name, errShape)
		}
	}
	return s, nil
}

var errShape = errors.New("not the shape of an operation")

// whole returns whether no answer, value or member is null.
func (o *OperationShape) whole() bool {
	for _, a := range o.Answers {
		if a == nil || !a.Body.whole() {
			return false
		}
	}
	return true
}

func (v *Value) whole() bool {
	if v == nil {
		return true
	}
	for _, m := range v.Members {
		if m == nil || !m.whole() {
			return false
		}
	}
	return v.Items.whole()
}
