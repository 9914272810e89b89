package openapi

import (
	"net/http"
	"strconv"
)

// transportResponse are response headers that say nothing of the operation:
// HTTP's own, those of browsers' protections, and those of the proxies that
// stand before the real service.
var transportResponse = set(
	"Accept-Ranges", "Age", "Alt-Svc", "Cache-Control", "Connection", "Content-Encoding", "Content-Language",
	"Content-Length", "Content-Security-Policy", "Content-Type", "Date", "Etag", "Expires", "Keep-Alive",
	"Last-Modified", "Pragma", "Server", "Trailer", "Transfer-Encoding", "Upgrade", "Vary", "Via",
	"Permissions-Policy", "Referrer-Policy", "Strict-Transport-Security", "X-Content-Type-Options",
	"X-Frame-Options", "X-Xss-Protection", "Cf-Cache-Status", "Cf-Ray", "Nel", "Report-To", "Server-Timing",
)

// TransportHeader says whether a response header comes from HTTP itself, a proxy or a
// browser's protections rather than from the operation.
func TransportHeader(name string) bool { return transportResponse[http.CanonicalHeaderKey(name)] }

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}

// canonicalHeader gives every header its canonical name: a server may have set
// x-sepay-userapi-retry-after in just that spelling.
func canonicalHeader(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		name = http.CanonicalHeaderKey(name)
		out[name] = append(out[name], values...)
	}
	return out
}

// CheckResponse returns all violations of the answer to a request; nil for none. The
// request itself is not checked.
func (c *Contract) CheckResponse(r Request, status int, header http.Header, body []byte) []Violation {
	k, _, ok := c.begin(r)
	if !ok {
		return k.found
	}
	o := k.operation
	_, answer := o.declared(status)
	if answer == nil {
		at := root(PartStatus, "")
		k.violation(RuleUndocumentedStatus, o.origin, &at, o.statuses, strconv.Itoa(status))
		return k.found
	}
	header = canonicalHeader(header)
	k.responseHeaders(answer, header)
	at := root(PartBody, "$")
	switch {
	case r.method() == http.MethodHead && o.Method != http.MethodHead:
		if len(body) > 0 {
			k.violation(RuleUnexpectedBody, answer.origin, &at, "no body, as HEAD asks", countOf(len(body), "bytes"))
		}
	case len(body) == 0:
		if len(answer.contents) > 0 && !answer.emptyOK {
			k.violation(RuleEmptyBody, answer.origin, &at, "a body", "none")
		}
	case len(answer.contents) == 0:
		k.violation(RuleUnexpectedBody, answer.origin, &at, "no body", countOf(len(body), "bytes"))
	default:
		k.body(answer.contents, answer.origin, header, body)
	}
	return k.found
}

// declared finds what is declared for a status: itself, its class, default;
// nil for none.
func (o *operation) declared(status int) (string, *response) {
	for _, name := range []string{strconv.Itoa(status), strconv.Itoa(status/100) + "XX", "DEFAULT"} {
		if r := o.responses[name]; r != nil {
			return name, r
		}
	}
	return "", nil
}

func (k *check) responseHeaders(answer *response, h http.Header) {
	for _, name := range sortedKeys(h) {
		values := h[name]
		p := answer.headers[name]
		at := root(PartHeader, SafeName(name))
		switch {
		case p == nil && (answer.openHeaders || transportResponse[name]):
			continue
		case p == nil:
			k.violation(RuleUndeclaredHeader, answer.origin, &at, "no such header", describeText(last(values), true))
			continue
		case len(values) > 1:
			k.violation(RuleRepeated, p.origin, &at, "the header once", countOf(len(values), "values"))
		}
		for _, v := range values {
			k.scalar(p, v)
		}
	}
	for _, name := range sortedKeys(answer.headers) {
		p := answer.headers[name]
		if p.required && len(h.Values(name)) == 0 {
			at := root(PartHeader, p.name)
			k.violation(RuleMissingHeader, p.origin, &at, "the header", "nothing")
		}
	}
}
