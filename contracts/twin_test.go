package contracts_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/localsepay/localsepay/emulator"
)

// A twin is an emulator that is wrong in one way. It stands before the real
// one, changes what goes through it, and the suite has to notice.
type twin struct {
	name string
	// surface is the part of the suite that is run against it.
	surface string
	// at selects requests: a pattern of method and path.
	at string
	// ask changes the request, answer what comes back, notice what is sent to
	// the merchant.
	ask    func(*impostor, *http.Request)
	answer func(*impostor, *exchange)
	notice func(*impostor, *exchange)
	// points is what the name of a claim that fails has to say, or one of its
	// operations.
	points string
}

// exchange is a request and its answer on their way through a twin.
type exchange struct {
	*http.Request
	sent   []byte
	status int
	header http.Header
	body   []byte
	// attempt counts the notices to one address, from 1.
	attempt int
	// forward passes a notice on to the merchant and takes the answer.
	forward func()
}

// impostor serves a twin.
type impostor struct {
	twin
	*httptest.Server
	next  http.Handler
	relay *httptest.Server
	match *regexp.Regexp

	mu       sync.Mutex
	tokens   []string          // every credential that came by
	secrets  map[string]string // of merchants, by id
	good     map[string][]byte // the last good answer by path
	attempts map[string]int
}

func impersonate(t testing.TB, tw twin, e *emulator.Emulator) *impostor {
	t.Helper()
	i := &impostor{twin: tw, next: e.Handler(), secrets: map[string]string{}, good: map[string][]byte{}, attempts: map[string]int{}, match: regexp.MustCompile("^" + tw.at)}
	i.relay = httptest.NewServer(http.HandlerFunc(i.pass))
	i.Server = httptest.NewServer(i)
	t.Cleanup(i.relay.Close)
	t.Cleanup(i.Server.Close)
	return i
}

// ServeHTTP implements [http.Handler].
func (i *impostor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/events") {
		i.next.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
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
	x.sent = body
	if matches && i.answer != nil {
		i.answer(i, x)
	}
	i.remember(r, x)
	h := w.Header()
	for name, v := range x.header {
		h[name] = v
	}
	h.Del("Content-Length")
	w.WriteHeader(x.status)
	_, _ = w.Write(x.body)
}

// serve asks the emulator behind.
func (i *impostor) serve(r *http.Request) *exchange {
	rec := httptest.NewRecorder()
	i.next.ServeHTTP(rec, r)
	return &exchange{Request: r, status: rec.Code, header: rec.Header(), body: rec.Body.Bytes()}
}

// again sends the request once more with a change, and takes that answer.
func (i *impostor) again(x *exchange, change func(*http.Request)) {
	r := x.Request.Clone(x.Context())
	setBody(r, x.sent)
	change(r)
	y := i.serve(r)
	x.status, x.header, x.body = y.status, y.header, y.body
}

// learn keeps the credentials that go by, as a careless server would have them.
func (i *impostor) learn(r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if token := r.Header.Get("Authorization"); token != "" && !slices.Contains(i.tokens, token) {
		i.tokens = append(i.tokens, token)
	}
}

func (i *impostor) remember(r *http.Request, x *exchange) {
	if x.status == 200 {
		i.good[r.URL.Path] = bytes.Clone(x.body)
	}
	var made struct {
		Merchant struct {
			MerchantID string `json:"merchant_id"`
			SecretKey  string `json:"secret_key"`
		} `json:"merchant"`
	}
	if strings.HasSuffix(r.URL.Path, "/companies") && json.Unmarshal(x.body, &made) == nil {
		i.secrets[made.Merchant.MerchantID] = made.Merchant.SecretKey
	}
}

// bodyOf reads the body of a request and leaves it there.
func bodyOf(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	setBody(r, body)
	return string(body)
}

// setBody gives a request another body.
func setBody(r *http.Request, body []byte) {
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

var mailboxURL = regexp.MustCompile(`http://127\.0\.0\.1:\d+/hook/\d+`)

// divert lets notices go through the relay.
func (i *impostor) divert(body []byte) []byte {
	return mailboxURL.ReplaceAllFunc(body, func(to []byte) []byte {
		return []byte(i.relay.URL + "/?to=" + url.QueryEscape(string(to)))
	})
}

// pass is the relay: it forwards a notice to the merchant, changed by the twin.
func (i *impostor) pass(w http.ResponseWriter, r *http.Request) {
	to := r.URL.Query().Get("to")
	body, _ := io.ReadAll(r.Body)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.attempts[to]++
	x := &exchange{Request: r, sent: body, header: r.Header.Clone(), body: body, status: 200, attempt: i.attempts[to]}
	answer := []byte(`{"success":true}`)
	x.forward = func() {
		req, err := http.NewRequest(http.MethodPost, to, bytes.NewReader(x.body))
		if err != nil {
			return
		}
		req.Header = x.header.Clone()
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return
		}
		defer res.Body.Close()
		answer, _ = io.ReadAll(res.Body)
		x.status = res.StatusCode
	}
	i.notice(i, x)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(x.status)
	_, _ = w.Write(answer)
}

// The deviations, by kind. Those that name members take a path such as
// "data.*.id", where * is every item of an array.

// edit changes the JSON object that holds the last member of a path.
func edit(body []byte, path string, change func(object map[string]any, name string)) []byte {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return body
	}
	within(v, strings.Split(path, "."), change)
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
	return bytes.TrimSpace(out.Bytes())
}

func within(v any, steps []string, change func(map[string]any, string)) {
	switch at := v.(type) {
	case map[string]any:
		if len(steps) > 1 {
			within(at[steps[0]], steps[1:], change)
		} else if _, has := at[steps[0]]; has {
			change(at, steps[0])
		}
	case []any:
		for _, item := range at {
			if steps[0] == "*" {
				within(item, steps[1:], change)
			}
		}
	}
}

func members(path string, change func(map[string]any, string)) func(*impostor, *exchange) {
	return func(_ *impostor, x *exchange) { x.body = edit(x.body, path, change) }
}

func renamed(path, to string) func(*impostor, *exchange) {
	return members(path, func(o map[string]any, name string) { o[to] = o[name]; delete(o, name) })
}
func missing(path string) func(*impostor, *exchange) {
	return members(path, func(o map[string]any, name string) { delete(o, name) })
}
func extra(path, member string) func(*impostor, *exchange) {
	return members(path, func(o map[string]any, _ string) { o[member] = "surprise" })
}
func replaced(path string, with any) func(*impostor, *exchange) {
	return members(path, func(o map[string]any, name string) { o[name] = with })
}
func turned(path string, f func(any) any) func(*impostor, *exchange) {
	return members(path, func(o map[string]any, name string) { o[name] = f(o[name]) })
}

// text makes a text of a number, and a number of a text.
func text(v any) any {
	switch v := v.(type) {
	case json.Number:
		return string(v)
	case string:
		return json.Number(v)
	}
	return v
}

func plus(n int64) func(any) any {
	return func(v any) any {
		number, ok := v.(json.Number)
		if !ok {
			return v
		}
		was, _ := number.Int64()
		return json.Number(strconv.FormatInt(was+n, 10))
	}
}

// rows changes the array at a path of member names.
func rows(path string, change func([]any) []any) func(*impostor, *exchange) {
	return turned(path, func(v any) any {
		if list, ok := v.([]any); ok {
			return change(list)
		}
		return v
	})
}

func status(from, to int) func(*impostor, *exchange) {
	return func(_ *impostor, x *exchange) {
		if x.status == from {
			x.status = to
		}
	}
}

// headers visits the headers of a name, however it is spelt: the emulator
// spells some as SePay's pages do, not canonically.
func headers(x *exchange, name string, visit func(had string)) {
	for had := range x.header {
		if strings.EqualFold(had, name) {
			visit(had)
		}
	}
}

// gone takes a header away, moved gives it another name, header another value.
func gone(name string) func(*impostor, *exchange) {
	return func(_ *impostor, x *exchange) {
		headers(x, name, func(had string) { delete(x.header, had) })
	}
}
func moved(name, to string) func(*impostor, *exchange) {
	return func(_ *impostor, x *exchange) {
		headers(x, name, func(had string) { x.header[to] = x.header[had]; delete(x.header, had) })
	}
}
func header(name, value string) func(*impostor, *exchange) {
	return func(_ *impostor, x *exchange) {
		headers(x, name, func(had string) { x.header[had] = []string{value} })
	}
}

func rewritten(pattern, with string) func(*impostor, *exchange) {
	re := regexp.MustCompile(pattern)
	return func(_ *impostor, x *exchange) { x.body = re.ReplaceAll(x.body, []byte(with)) }
}

// only applies a deviation to answers with a status.
func only(code int, do func(*impostor, *exchange)) func(*impostor, *exchange) {
	return func(i *impostor, x *exchange) {
		if x.status == code {
			do(i, x)
		}
	}
}

// parameter changes a query parameter of the request; "" takes it away.
func parameter(name string, change func(string) string) func(*impostor, *http.Request) {
	return func(_ *impostor, r *http.Request) {
		q := r.URL.Query()
		if !q.Has(name) {
			return
		}
		if to := change(q.Get(name)); to == "" {
			q.Del(name)
		} else {
			q.Set(name, to)
		}
		r.URL.RawQuery = q.Encode()
	}
}
func ignored(string) string { return "" }

// told forwards a notice after a change.
func told(change func(*impostor, *exchange)) func(*impostor, *exchange) {
	return func(i *impostor, x *exchange) {
		change(i, x)
		x.forward()
	}
}
