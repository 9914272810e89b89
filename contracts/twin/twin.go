package twin

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// Twin is an emulator with one deviation, in front of a real one, to test a
// suite.
type Twin struct {
	// Name describes the deviation.
	Name string
	// Surface is the surface with the deviation.
	Surface string
	// at is a pattern of the method and path of requests.
	at string
	// ask changes the request, answer the answer, notice what is sent to the
	// merchant.
	ask    func(*Impostor, *http.Request)
	answer func(*Impostor, *exchange)
	notice func(*Impostor, *exchange)
	// Points is a pattern of the name or an operation of a claim that must fail.
	Points string
}

// exchange is a request and its answer inside a twin.
type exchange struct {
	openapi.Exchange
	// in is the original request.
	in *http.Request
	// attempt counts the notices to one address, from 1.
	attempt int
	// forward sends a notice to the merchant and stores the answer.
	forward func()
}

// Impostor serves a twin in front of an emulator. It must be closed.
type Impostor struct {
	Twin
	next   http.Handler
	relay  *http.Server
	served chan error
	base   string // of the relay
	match  *regexp.Regexp
	client *http.Client

	mu       sync.Mutex
	tokens   []string          // every credential that came by
	secrets  map[string]string // of merchants, by id
	good     map[string][]byte // the last good answer by path
	attempts map[string]int
}

// New makes an impostor in front of the emulator next. Its notices go through a
// relay on a loopback port.
func New(t Twin, next http.Handler) (*Impostor, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the relay of notices: %w", err)
	}
	i := &Impostor{
		Twin: t, next: next, base: "http://" + l.Addr().String(), match: regexp.MustCompile("^" + t.at), served: make(chan error, 1),
		client:  guard.Rule{}.Client(guard.Options{Fresh: true}),
		secrets: map[string]string{}, good: map[string][]byte{}, attempts: map[string]int{},
	}
	i.relay = &http.Server{Handler: http.HandlerFunc(i.pass)}
	go func() { i.served <- i.relay.Serve(l) }()
	return i, nil
}

// Close stops the relay.
func (i *Impostor) Close() error {
	err := i.relay.Close()
	if served := <-i.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	i.client.CloseIdleConnections()
	return err
}

// ServeHTTP implements [http.Handler].
func (i *Impostor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/events") { // a stream has no end to wait for
		i.next.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	i.learn(r)
	matches := i.match.MatchString(r.Method + " " + r.URL.Path)
	if i.notice != nil {
		body = i.divert(body)
	}
	setBody(r, body)
	if matches && i.ask != nil {
		i.ask(i, r)
	}
	x := i.serve(r)
	x.Body = body
	if matches && i.answer != nil {
		i.answer(i, x)
	}
	i.remember(r, x)
	h := w.Header()
	for name, v := range x.ResponseHeader {
		h[name] = v
	}
	h.Del("Content-Length")
	w.WriteHeader(x.Status)
	_, _ = w.Write(x.ResponseBody) // a client that went away is its own affair
}

// maxBody bounds a request's body in bytes.
const maxBody = 8 << 20

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements [http.ResponseWriter].
func (r *recorder) Header() http.Header { return r.header }

// Write implements [http.ResponseWriter].
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// WriteHeader implements [http.ResponseWriter].
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// serve calls the emulator.
func (i *Impostor) serve(r *http.Request) *exchange {
	rec := &recorder{header: http.Header{}}
	i.next.ServeHTTP(rec, r)
	return &exchange{in: r, Exchange: openapi.Exchange{
		Request: openapi.Request{Method: r.Method, URL: r.URL, Header: r.Header},
		Status:  cmp.Or(rec.status, http.StatusOK), ResponseHeader: rec.header, ResponseBody: rec.body.Bytes(),
	}}
}

// again repeats the request with a change, and uses that answer.
func (i *Impostor) again(x *exchange, change func(*http.Request)) {
	r := x.in.Clone(x.in.Context())
	setBody(r, x.Body)
	change(r)
	y := i.serve(r)
	x.Status, x.ResponseHeader, x.ResponseBody = y.Status, y.ResponseHeader, y.ResponseBody
}

// learn stores the credentials of a request.
func (i *Impostor) learn(r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if token := r.Header.Get("Authorization"); token != "" && !slices.Contains(i.tokens, token) {
		i.tokens = append(i.tokens, token)
	}
}

func (i *Impostor) remember(r *http.Request, x *exchange) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if x.Status == http.StatusOK {
		i.good[r.URL.Path] = bytes.Clone(x.ResponseBody)
	}
	var made struct {
		Merchant struct {
			MerchantID string `json:"merchant_id"`
			SecretKey  string `json:"secret_key"`
		} `json:"merchant"`
	}
	if strings.HasSuffix(r.URL.Path, "/companies") && json.Unmarshal(x.ResponseBody, &made) == nil {
		i.secrets[made.Merchant.MerchantID] = made.Merchant.SecretKey
	}
}

// bodyOf reads the body of a request and puts it back.
func bodyOf(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	setBody(r, body)
	return string(body)
}

// setBody replaces the body of a request.
func setBody(r *http.Request, body []byte) {
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

var mailboxURL = pattern.Lazy(`\bhttp://127\.0\.0\.1:\d+/hook/\d+\b`)

// divert redirects notices to the relay.
func (i *Impostor) divert(body []byte) []byte {
	return mailboxURL().ReplaceAllFunc(body, func(to []byte) []byte {
		return []byte(i.base + "/?to=" + url.QueryEscape(string(to)))
	})
}

// pass is the relay: it forwards a notice to the merchant, changed by the twin.
func (i *Impostor) pass(w http.ResponseWriter, r *http.Request) {
	to := r.URL.Query().Get("to")
	if !mailboxURL().MatchString(to) {
		http.Error(w, "the relay forwards to a receiver of the suite's only", http.StatusBadRequest)
		return
	}
	body, _ := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	i.mu.Lock()
	defer i.mu.Unlock()
	i.attempts[to]++
	x := &exchange{in: r, attempt: i.attempts[to], Exchange: openapi.Exchange{
		Request: openapi.Request{Method: r.Method, URL: r.URL, Header: r.Header, Body: body},
		Status:  200, ResponseHeader: r.Header.Clone(), ResponseBody: body,
	}}
	answer := []byte(`{"success":true}`)
	x.forward = func() {
		req, err := http.NewRequest(http.MethodPost, to, bytes.NewReader(x.ResponseBody))
		if err != nil {
			return
		}
		req.Header = x.ResponseHeader.Clone()
		res, err := i.client.Do(req)
		if err != nil {
			return
		}
		defer res.Body.Close()
		answer, _ = io.ReadAll(res.Body)
		x.Status = res.StatusCode
	}
	i.notice(i, x)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(x.Status)
	_, _ = w.Write(answer)
}
