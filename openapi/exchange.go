package openapi

import (
	"net/http"
	"net/url"
	"unicode/utf8"

	"github.com/localsepay/localsepay/openapi/mask"
)

// Exchange is one request and its answer.
type Exchange struct {
	Request
	// Status is 0 when no answer came.
	Status         int
	ResponseHeader http.Header
	ResponseBody   []byte
}

// Check returns all violations of the answer; nil for none.
func (e Exchange) Check(c *Contract) []Violation {
	return c.CheckResponse(e.Request, e.Status, e.ResponseHeader, e.ResponseBody)
}

// Masked returns a copy without credentials: those that m knows, and values whose names
// say that they are secret.
func (e Exchange) Masked(m *mask.Masker) Exchange {
	e.Body = maskedBody(m, e.Header, e.Body)
	e.ResponseBody = maskedBody(m, e.ResponseHeader, e.ResponseBody)
	e.Header, e.ResponseHeader = maskedHeader(m, e.Header), maskedHeader(m, e.ResponseHeader)
	if e.URL != nil {
		masked := *e.URL
		masked.RawQuery = m.Query(e.URL.RawQuery)
		if path := m.Known(e.URL.Path); path != e.URL.Path {
			masked.Path, masked.RawPath = path, ""
		}
		if _, has := e.URL.User.Password(); has {
			masked.User = url.User(e.URL.User.Username())
		}
		e.URL = &masked
	}
	return e
}

func maskedBody(m *mask.Masker, h http.Header, body []byte) []byte {
	if len(body) == 0 || !utf8.Valid(body) {
		return body
	}
	return []byte(m.Body(h.Get("Content-Type"), string(body)))
}

// maskedHeader keeps the order of the values.
func maskedHeader(m *mask.Masker, h http.Header) http.Header {
	if h == nil {
		return nil
	}
	out := make(http.Header, len(h))
	for name, values := range h {
		masked := make([]string, len(values))
		for i, v := range values {
			masked[i] = m.Header(name, v)
		}
		out[m.Known(name)] = masked
	}
	return out
}
