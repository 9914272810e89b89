package openapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Request is a request to check. Host and scheme do not matter; the checker only reads.
type Request struct {
	// Method is GET when empty.
	Method string
	URL    *url.URL
	Header http.Header
	Body   []byte
}

func (r Request) method() string {
	if r.Method == "" {
		return http.MethodGet
	}
	return r.Method
}

// CheckRequest returns all violations of a request; nil for none. Credentials are not
// checked.
func (c *Contract) CheckRequest(r Request) []Violation {
	k, values, ok := c.begin(r)
	if !ok {
		return k.found
	}
	r.Header = canonicalHeader(r.Header)
	k.path(values)
	k.queryParameters(r)
	k.requestHeaders(r.Header)
	k.requestBody(r)
	return k.found
}

// begin finds the operation; without one the check is over.
func (c *Contract) begin(r Request) (*check, []string, bool) {
	o, values, methods := c.route(r)
	k := &check{operation: o}
	if o == nil {
		v := Violation{
			Rule: RuleUnknownOperation, Part: PartRequestLine, Expected: "an operation of " + c.name, Seen: "nothing",
			Evidence: Assumed, Source: "the contract " + c.name + " does not describe it",
		}
		if r.URL != nil {
			v.Seen = shorten(r.method()) + " " + safePath(r.URL.EscapedPath())
		}
		if len(methods) > 0 {
			slices.Sort(methods)
			v.Expected = strings.Join(slices.Compact(methods), " or ")
		}
		k.add(v)
		return k, nil, false
	}
	if r.URL.RawQuery != "" {
		k.query, _ = url.ParseQuery(r.URL.RawQuery)
	}
	return k, values, true
}

// safePath masks the segments that may be credentials.
func safePath(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = SafeName(s)
	}
	const longest = 120
	joined := strings.Join(segments, "/")
	if len(joined) > longest {
		return strings.ToValidUTF8(joined[:longest], "") + "…"
	}
	return joined
}

// path checks the path parameters, which came in the template's order.
func (k *check) path(values []string) {
	i := 0
	for _, s := range k.operation.segments {
		if !strings.HasPrefix(s, "{") || i >= len(values) {
			continue
		}
		if p := k.operation.parameter(PartPath, strings.Trim(s, "{}")); p != nil {
			k.scalar(p, values[i])
		}
		i++
	}
}

// scalar checks a parameter or header.
func (k *check) scalar(p *parameter, text string) {
	at := root(p.part, p.name)
	k.value(p.node, p.node.fromText(text), &at)
}

// fromText reads a text as the node's type, and leaves it a string, to be
// reported, when it does not look like one.
func (n *node) fromText(s string) any {
	if n == nil {
		return s
	}
	switch n.kind {
	case kindInteger, kindNumber:
		if d := decode([]byte(s)); d.malformed == "" && d.trailing == 0 {
			if number, ok := jsonNumber(d.value, s); ok {
				return number
			}
		}
	case kindBoolean:
		if s == "true" || s == "false" {
			return s == "true"
		}
	}
	return s
}

func (k *check) queryParameters(r Request) {
	o := k.operation
	if o.anyPath {
		return // the query belongs to whoever chose the path
	}
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		at := root(PartQuery, "")
		k.violation(RuleMalformedQuery, o.origin, &at, "a well-formed query", "a bad escape or a semicolon")
	}
	for _, name := range sortedKeys(k.query) {
		values := k.query[name]
		at := root(PartQuery, SafeName(name))
		p := o.parameter(PartQuery, name)
		if p == nil {
			k.violation(RuleUnknownParameter, o.origin, &at, "no such parameter", describeText(last(values), true))
			continue
		}
		if len(values) > 1 {
			k.violation(RuleRepeated, p.origin, &at, "the parameter once", countOf(len(values), "values"))
		}
		for _, v := range values {
			k.scalar(p, v)
		}
	}
	for _, p := range o.parameters {
		if p.part == PartQuery && p.required && k.query[p.name] == nil {
			at := root(PartQuery, p.name)
			k.violation(RuleRequired, p.origin, &at, "the parameter", "nothing")
		}
	}
}

// requestHeaders checks the declared headers, and with x-closed-headers that
// there are no others.
func (k *check) requestHeaders(h http.Header) {
	o := k.operation
	for _, p := range o.parameters {
		if p.part != PartHeader {
			continue
		}
		at := root(PartHeader, p.name)
		values := h.Values(p.name)
		switch {
		case len(values) == 0 && p.required:
			k.violation(RuleMissingHeader, p.origin, &at, "the header", "nothing")
		case len(values) > 1:
			k.violation(RuleRepeated, p.origin, &at, "the header once", countOf(len(values), "values"))
		}
		for _, v := range values {
			k.scalar(p, v)
		}
		if p.requires != "" && len(values) > 0 && len(h.Values(p.requires)) == 0 {
			at := root(PartHeader, p.requires)
			k.violation(RuleMissingHeader, p.origin, &at, "the header, as "+p.name+" is there", "nothing")
		}
	}
	if !o.closedHeaders {
		return
	}
	for _, name := range sortedKeys(h) {
		if !transportRequest[name] && o.parameter(PartHeader, name) == nil {
			at := root(PartHeader, SafeName(name))
			k.violation(RuleUndeclaredHeader, o.origin, &at, "no such header", describeText(strings.Join(h[name], ","), true))
		}
	}
}

// transportRequest are request headers that say nothing of the operation.
var transportRequest = set(
	"Accept", "Accept-Encoding", "Accept-Language", "Connection", "Content-Length", "Content-Type", "Expect", "Host",
	"Transfer-Encoding", "User-Agent",
)

func (k *check) requestBody(r Request) {
	b := k.operation.body
	at := root(PartBody, "$")
	switch {
	case b == nil && len(r.Body) > 0:
		k.violation(RuleUnexpectedBody, k.operation.origin, &at, "no body", countOf(len(r.Body), "bytes"))
	case b == nil:
	case len(r.Body) == 0 && b.required:
		k.violation(RuleEmptyBody, b.origin, &at, "a body", "none")
	case len(r.Body) > 0:
		k.body(b.contents, b.origin, r.Header, r.Body)
	}
}
