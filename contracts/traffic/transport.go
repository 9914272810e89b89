package traffic

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// maxBody bounds what is kept of one body; a longer one counts as lost, but
// reaches the caller whole.
const maxBody = 4 << 20

// Transport is an http.RoundTripper that records the exchanges that go through
// it, with their secrets, placed on their documents.
type Transport struct {
	// Base makes the requests; nil is http.DefaultTransport.
	Base  http.RoundTripper
	Atlas *Atlas
	// Keep is given every exchange, also one without an answer. It may be
	// called by many goroutines at once.
	Keep func(Exchange)
}

// RoundTrip makes the request and records it.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	e := Exchange{Method: r.Method, URL: r.URL, Host: r.Host, RequestHeader: r.Header.Clone()}
	if r.Body != nil && r.Body != http.NoBody {
		body, err := io.ReadAll(r.Body)
		if closed := r.Body.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return nil, fmt.Errorf("read request body: %w", err)
		}
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
		e.RequestBody, e.RequestBodyLost = kept(body)
	}
	base := t.Base
	if base == nil {
		base = http.DefaultTransport
	}
	answer, err := base.RoundTrip(r)
	if err != nil {
		t.keep(e)
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	e.Status, e.ResponseHeader = answer.StatusCode, answer.Header.Clone()
	if err != nil {
		e.ResponseBodyLost = true
		t.keep(e)
		return nil, fmt.Errorf("read answer: %w", err)
	}
	e.ResponseBody, e.ResponseBodyLost = kept(body)
	answer.Body = io.NopCloser(bytes.NewReader(body))
	t.keep(e)
	return answer, nil
}

func kept(body []byte) ([]byte, bool) {
	if len(body) > maxBody {
		return nil, true
	}
	return body, false
}

func (t *Transport) keep(e Exchange) {
	if t.Atlas != nil {
		t.Atlas.Place(&e)
	}
	t.Keep(e)
}
