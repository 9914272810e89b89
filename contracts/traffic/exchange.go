package traffic

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Exchange is one request and its answer, with its operation.
type Exchange struct {
	// The URL is as sent.
	openapi.Exchange
	// Document is the name of the OpenAPI document, e.g. "userapi_v2"; empty
	// when the exchange is not one of SePay's.
	Document string
	// Operation is the operation's id, empty when the document has none for
	// the request.
	Operation string
	// Host is the addressed host; the Host header may differ from the URL.
	Host string
	// RequestBodyLost and ResponseBodyLost say that a body was not recorded.
	RequestBodyLost, ResponseBodyLost bool

	// Skipped is the size in bytes of an entry that was too large to read, which
	// has no other data; otherwise 0.
	Skipped int64

	// Spec is the name of the spec that made the exchange, or its place in the
	// file.
	Spec string
}

// Line returns the exchange in one line: method, path and status. Secrets are
// not masked; see [Exchange.MaskedLine].
func (e Exchange) Line() string { return e.line() }

// line writes an opaque address unchanged.
func (e Exchange) line() string {
	line := e.method()
	if e.URL != nil {
		line += " " + cmp.Or(e.URL.Opaque, e.URL.EscapedPath())
		if e.URL.RawQuery != "" {
			line += "?" + e.URL.RawQuery
		}
	}
	if e.Status == 0 {
		return line + " → no answer"
	}
	return line + " → " + strconv.Itoa(e.Status)
}

func (e Exchange) method() string {
	if e.Method == "" {
		return http.MethodGet
	}
	return e.Method
}

// MaskedLine returns the exchange in one line without credentials: those that m
// knows, and text that looks like one.
func (e Exchange) MaskedLine(m *mask.Masker) string {
	if e.URL != nil {
		query := m.Query(e.URL.RawQuery)
		if m.Guess(query) != query { // what looks like one has another name here
			query = m.Guess(query)
		}
		path := m.Guess(e.URL.EscapedPath())
		if plain := m.Guess(e.URL.Path); plain != e.URL.Path {
			path = strings.ReplaceAll((&url.URL{Path: plain}).EscapedPath(), "%2A", "*")
		}
		e.URL = &url.URL{Opaque: path, RawQuery: query}
	}
	return e.line()
}
