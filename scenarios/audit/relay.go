package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"

	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/mask"
)

// notice is a notice from SePay to a handler.
type notice struct {
	kind   kind
	header http.Header
	body   []byte
}

// with returns the notice with a header set or, for an empty value, removed.
func (n notice) with(name, value string) notice {
	n.header = n.header.Clone()
	n.header.Del(name)
	if value != "" {
		n.header.Set(name, value)
	}
	return n
}

// Sent is a sent notice and the handler's answer.
type Sent struct {
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	// Status is 0 without an answer; Error says why.
	Status int    `json:"status"`
	Answer string `json:"answer"`
	Error  string `json:"error,omitempty"`
	// Note marks characters that SePay's format allows and no bank was seen to
	// send.
	Note string `json:"note,omitempty"`
	// cut says that the audit did not wait for an answer, reached that it could
	// connect.
	cut, reached bool
}

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 8 << 20

// relay is between SePay and the handlers, so that a rule can repeat a notice,
// change it or cut the connection. It always answers SePay with success: only
// rules repeat notices.
type relay struct {
	client   *http.Client
	listener net.Listener
	server   *http.Server
	served   chan error
	handlers map[kind]string

	mu sync.Mutex
	// only is the handler of the rule: payments at the gateway cause notices for
	// both handlers, and the other one's are dropped. keep stores notices instead
	// of forwarding them.
	only kind
	keep bool
	got  []notice
	sent []Sent
}

// newRelay starts a relay. limit is the timeout of a handler's answer.
func newRelay(handlers map[kind]string, limit time.Duration) (*relay, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the notices: %w", err)
	}
	r := &relay{handlers: handlers, listener: l, served: make(chan error, 1),
		// SePay opens a connection for each notice and, in test mode, does not verify
		// certificates.
		client: guard.Rule{}.Client(guard.Options{Fresh: true, Unverified: true}),
	}
	r.client.Timeout = limit
	r.server = &http.Server{Handler: http.HandlerFunc(r.serve), ReadHeaderTimeout: limit}
	go func() { r.served <- r.server.Serve(l) }()
	return r, nil
}

func (r *relay) close() error {
	err := r.server.Close()
	if end := <-r.served; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	r.client.CloseIdleConnections()
	return err
}

// url is the address for notices of a kind.
func (r *relay) url(k kind) string { return "http://" + r.listener.Addr().String() + "/" + string(k) }

func (r *relay) serve(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxAnswer))
	if err != nil {
		return
	}
	n := notice{kind: kind(strings.TrimPrefix(req.URL.Path, "/")), header: req.Header.Clone(), body: body}
	for _, hop := range []string{"Content-Length", "Accept-Encoding", "Connection"} {
		n.header.Del(hop)
	}
	if r.take(n) {
		r.post(req.Context(), n)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"success":true}`)
}

// take records a notice of the rule's handler, and returns whether to forward
// it.
func (r *relay) take(n notice) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n.kind != r.only {
		return false
	}
	r.got = append(r.got, n)
	return !r.keep
}

// hold makes the relay store notices, or forward them again.
func (r *relay) hold(keep bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep = keep
}

// begin clears the state of the previous rule, and selects one handler.
func (r *relay) begin(k kind) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.only, r.keep, r.got, r.sent = k, false, nil, nil
}

// all lists what the rule sent, in the order of the answers.
func (r *relay) all() []Sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Sent{}, r.sent...)
}

// notices lists SePay's notices since the rule began.
func (r *relay) notices() []notice {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]notice{}, r.got...)
}

// post sends a notice to its handler and records the answer.
func (r *relay) post(ctx context.Context, n notice) Sent {
	s := r.try(ctx, n)
	r.show(s)
	return s
}

// show adds a notice to the score card.
func (r *relay) show(s Sent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, s)
}

// try is post without the score card.
func (r *relay) try(ctx context.Context, n notice) Sent {
	s := Sent{URL: r.handlers[n.kind], Headers: spelled(n.header), Body: string(n.body), Note: unusual(n)}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { s.reached = true }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(n.body))
	if err != nil {
		s.Error = err.Error()
		return s
	}
	for name, values := range n.header {
		req.Header[spelling(name)] = values
	}
	res, err := r.client.Do(req)
	if err != nil {
		s.Error = input.NetError(err)
		return s
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		s.Error = "the answer broke off: " + input.NetError(err)
		return s
	}
	s.Status, s.Answer = res.StatusCode, string(text)
	return s
}

// showOnly leaves on the score card a refused notice, and a similar accepted
// one; nil for none.
func (r *relay) showOnly(refused Sent, took *Sent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = []Sent{refused}
	if took != nil {
		r.sent = append(r.sent, *took)
	}
}

// moment is when a connection is cut.
type moment string

// The moments. A server may lose what it read when the connection ends at once,
// but not when it answers.
const (
	atWritten moment = "as soon as the notice was written"
	atAnswer  moment = "as soon as the answer began"
)

// cut sends a notice and closes the connection at a moment; the answer is lost.
func (r *relay) cut(ctx context.Context, n notice, at moment) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { cancel() }}
	if at == atAnswer {
		trace = &httptrace.ClientTrace{GotFirstResponseByte: cancel}
	}
	s := r.try(httptrace.WithClientTrace(ctx, trace), n)
	if s.reached {
		s.cut, s.Status, s.Answer, s.Error = true, 0, "", "the connection was cut on purpose, "+string(at)
	}
	r.show(s)
}

// spelled flattens headers, spelled as SePay does.
func spelled(headers http.Header) map[string]string {
	out := map[string]string{}
	for name := range headers {
		out[spelling(name)] = headers.Get(name)
	}
	return out
}

// masked returns a notice for the score card; a signature is shown, as it is no
// secret.
func (s Sent) masked(m *mask.Masker) Sent {
	s.URL, s.Error = m.URL(s.URL), m.Prose(s.Error)
	s.Body, s.Answer = m.Body(s.Headers["Content-Type"], s.Body), m.Body("", s.Answer)
	s.Headers = m.HeaderMap(s.Headers)
	return s
}

// spelling returns a header's name as SePay spells it.
func spelling(name string) string { return strings.Replace(name, "X-Sepay-", "X-SePay-", 1) }
