package openapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Operation is one call that a contract describes.
type Operation struct {
	// ID is the operationId, e.g. "v2.transactions.list".
	ID     string
	Method string
	// Path is a template such as /v2/transactions/{transaction_id}.
	Path     string
	Evidence Evidence
	Summary  string
}

// Contract is a document ready to check with. It never changes, and goroutines may share
// it.
type Contract struct {
	name       string
	hosts      []string
	operations []*operation
}

// operation is an Operation with all that is checked about it.
type operation struct {
	Operation
	origin
	segments      []string
	anyPath       bool
	restOfPath    bool // the last segment takes those that follow it too
	closedHeaders bool
	parameters    []*parameter
	body          *body
	responses     map[string]*response
	statuses      string // for a person
}

// parameter is a parameter or a response header.
type parameter struct {
	origin
	name     string
	part     Part
	required bool
	// requires names a header that must come with this one.
	requires string
	node     *node
}

type body struct {
	origin
	required bool
	contents []content
}

type content struct {
	mediaType string
	node      *node
}

type response struct {
	origin
	contents    []content
	emptyOK     bool
	openHeaders bool
	headers     map[string]*parameter
}

// Parse reads a document of yours: OpenAPI 3.0.3 in YAML or JSON, with only the keywords
// that the checker knows. Examples in it are not checked.
func Parse(name string, data []byte) (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("parse contract %s: %w", name, err)
	}
	if doc.OpenAPI != "3.0.3" {
		return nil, fmt.Errorf("parse contract %s: OpenAPI %s, want 3.0.3", name, doc.OpenAPI)
	}
	if err := doc.Validate(context.Background(), openapi3.DisableExamplesValidation(), openapi3.DisableSchemaFormatValidation()); err != nil {
		return nil, fmt.Errorf("validate contract %s: %w", name, err)
	}
	c := &Contract{name: name, hosts: hostsOf(doc.Extensions["x-hosts"])}
	comp := &compiler{seen: map[compiled]*node{}}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o, err := comp.operation(path, method, item, op)
			if err != nil {
				return nil, fmt.Errorf("compile contract %s: %s %s: %w", name, method, path, err)
			}
			c.operations = append(c.operations, o)
		}
	}
	if err := errors.Join(comp.unknown...); err != nil {
		return nil, fmt.Errorf("compile contract %s: %w", name, err)
	}
	slices.SortFunc(c.operations, func(a, b *operation) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
	})
	return c, nil
}

// Name returns the name of the document.
func (c *Contract) Name() string { return c.name }

// Operations lists the operations by path and method.
func (c *Contract) Operations() []Operation {
	list := make([]Operation, len(c.operations))
	for i, o := range c.operations {
		list[i] = o.Operation
	}
	return list
}

// Operation returns the operation that a request calls; false for none.
func (c *Contract) Operation(r Request) (Operation, bool) {
	o, _, _ := c.route(r)
	if o == nil {
		return Operation{}, false
	}
	return o.Operation, true
}

func (c *compiler) operation(path, method string, item *openapi3.PathItem, op *openapi3.Operation) (*operation, error) {
	from := c.originOf(op.Extensions, origin{})
	o := &operation{
		Operation:     Operation{ID: op.OperationID, Method: method, Path: path, Evidence: from.evidence, Summary: op.Summary},
		origin:        from,
		segments:      strings.Split(path, "/"),
		anyPath:       flag(item.Extensions, "x-any-path"),
		closedHeaders: flag(op.Extensions, "x-closed-headers"),
		responses:     map[string]*response{},
	}
	var errs []error
	for _, refs := range []openapi3.Parameters{item.Parameters, op.Parameters} {
		for _, ref := range refs {
			p, err := c.parameter(ref.Value, Part(ref.Value.In), ref.Value.Name, from)
			o.parameters, errs = append(o.parameters, p), append(errs, err)
			if flag(ref.Value.Extensions, "x-rest-of-path") {
				errs = append(errs, o.takeRest(ref.Value))
			}
		}
	}
	if op.RequestBody != nil {
		b := op.RequestBody.Value
		o.body = &body{origin: c.originOf(b.Extensions, from), required: b.Required}
		var err error
		o.body.contents, err = c.contents(b.Content, o.body.origin)
		errs = append(errs, err)
	}
	for status, ref := range op.Responses.Map() {
		r, err := c.response(ref.Value, from)
		o.responses[strings.ToUpper(status)], errs = r, append(errs, err)
		o.statuses += status + " "
	}
	statuses := strings.Fields(o.statuses)
	slices.Sort(statuses)
	o.statuses = "one of " + strings.Join(statuses, ", ")
	return o, errors.Join(errs...)
}

// takeRest lets the last path parameter match the rest of the path.
func (o *operation) takeRest(p *openapi3.Parameter) error {
	if p.In != openapi3.ParameterInPath || o.segments[len(o.segments)-1] != "{"+p.Name+"}" {
		return fmt.Errorf("%s %s: only the last path parameter takes the rest of the path", p.In, p.Name)
	}
	o.restOfPath = true
	return nil
}

func (c *compiler) parameter(p *openapi3.Parameter, part Part, name string, from origin) (*parameter, error) {
	if p.Schema == nil {
		return nil, fmt.Errorf("%s %s has no schema", part, name)
	}
	out := &parameter{origin: c.originOf(p.Extensions, from), name: name, part: part, required: p.Required}
	out.requires, _ = p.Extensions["x-requires-header"].(string)
	var err error
	if out.node, err = c.schema(p.Schema, out.origin); err != nil {
		return nil, fmt.Errorf("%s %s: %w", part, name, err)
	}
	if flag(p.Extensions, "x-secret") {
		hidden := *out.node
		hidden.secret = true
		out.node = &hidden
	}
	if out.node.kind == kindArray || out.node.kind == kindObject {
		return nil, fmt.Errorf("%s %s: only scalars are supported", part, name)
	}
	return out, nil
}

func (c *compiler) response(r *openapi3.Response, from origin) (*response, error) {
	out := &response{
		origin:      c.originOf(r.Extensions, from),
		emptyOK:     r.Extensions["x-empty-body"] != nil,
		openHeaders: flag(r.Extensions, "x-open-headers"),
		headers:     map[string]*parameter{},
	}
	var err error
	if out.contents, err = c.contents(r.Content, out.origin); err != nil {
		return nil, err
	}
	for name, ref := range r.Headers {
		p, err := c.parameter(&ref.Value.Parameter, PartHeader, name, out.origin)
		if err != nil {
			return nil, err
		}
		out.headers[http.CanonicalHeaderKey(name)] = p
	}
	return out, nil
}

func (c *compiler) contents(all openapi3.Content, from origin) ([]content, error) {
	var list []content
	for mediaType, m := range all {
		n, err := c.schema(m.Schema, from)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", mediaType, err)
		}
		list = append(list, content{strings.ToLower(mediaType), n})
	}
	slices.SortFunc(list, func(a, b content) int { return strings.Compare(a.mediaType, b.mediaType) })
	return list, nil
}

func (o *operation) parameter(part Part, name string) *parameter {
	for _, p := range o.parameters {
		if p.part == part && (p.name == name || part == PartHeader && strings.EqualFold(p.name, name)) {
			return p
		}
	}
	return nil
}

// route finds the operation and the values of its path parameters. When there
// is none it returns the methods that the path does have.
//
// A template with fewer parameters goes first, one that takes the rest of the
// path last, and one without the method is passed over: /deliveries/replay,
// which only takes POST, does not hide GET /deliveries/{id}. HEAD stands for
// GET where it is not declared.
func (c *Contract) route(r Request) (*operation, []string, []string) {
	var best *operation
	var values, methods []string
	if r.URL == nil {
		return nil, nil, nil
	}
	method := r.method()
	segments := strings.Split(r.URL.EscapedPath(), "/")
	for _, o := range c.operations {
		v, ok := o.match(segments)
		if !ok {
			continue
		}
		methods = append(methods, o.Method)
		if o.Method != method && (method != http.MethodHead || o.Method != http.MethodGet) {
			continue
		}
		if best == nil || o.before(best, method) {
			best, values = o, v
		}
	}
	return best, values, methods
}

// before says that o is the better match of two. Only those that take the rest
// of the path can differ in length.
func (o *operation) before(other *operation, method string) bool {
	if o.restOfPath != other.restOfPath {
		return other.restOfPath
	}
	order := cmp.Or(
		cmp.Compare(len(other.segments), len(o.segments)),
		cmp.Compare(strings.Count(o.Path, "{"), strings.Count(other.Path, "{")),
	)
	return order < 0 || order == 0 && o.Method == method && other.Method != method
}

// match compares escaped segments, so that an escaped slash separates nothing.
func (o *operation) match(segments []string) ([]string, bool) {
	if o.anyPath {
		return nil, true
	}
	if len(segments) != len(o.segments) && (!o.restOfPath || len(segments) < len(o.segments)) {
		return nil, false
	}
	var values []string
	for i, want := range o.segments {
		segment := segments[i]
		if o.restOfPath && i == len(o.segments)-1 {
			segment = strings.Join(segments[i:], "/")
		}
		got, err := url.PathUnescape(segment)
		if err != nil {
			return nil, false
		}
		if strings.HasPrefix(want, "{") {
			if got == "" {
				return nil, false
			}
			values = append(values, got)
		} else if got != want {
			return nil, false
		}
	}
	return values, true
}
