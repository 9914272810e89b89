package emulator_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/openapi"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// operation is one that a document describes, and the credential it takes.
type operation struct {
	document string
	openapi.Operation
}

// notPlayed are operations that would spoil the play: a fault goes wrong on
// purpose, a test notice leads to an address that a text could name, and a reset
// takes the orders away; the stage makes resets itself.
var notPlayed = []string{"control.faults.create", "control.webhooks.test", "control.reset"}

// operations lists every operation that the emulator serves.
var operations = sync.OnceValue(func() []operation {
	var out []operation
	for _, name := range append(openapi.Surfaces().Documents(), "control") {
		contract, err := openapi.Load(name)
		if err != nil {
			panic(err)
		}
		if contract.AnyHost() {
			continue // SePay sends it
		}
		for _, o := range contract.Operations() {
			if !slices.Contains(notPlayed, o.ID) {
				out = append(out, operation{name, o})
			}
		}
	}
	return out
})

// words are names of parameters and members by document.
var words = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, name := range openapi.Names() {
		seen := map[string]bool{}
		text, _ := openapi.Document(name)
		for _, m := range regexp.MustCompile(`(?m)^ +(?:- )?(?:name: )?([a-z][a-z0-9A-Z_]{1,30}):?$`).FindAllSubmatch(text, -1) {
			seen[string(m[1])] = true
		}
		out[name] = slices.Sorted(maps.Keys(seen))
	}
	return out
})

// stage is an emulator with something in it for every operation.
type stage struct {
	sepay   *emulator.Emulator
	company wire.Company
	oauth   string
	// known are ids and credentials that exist.
	known []string
	// links are queries of the payment pages.
	links    []string
	invoices []string
	refresh  string
	tried    int
}

func newStage(t testing.TB, options ...emulator.Option) *stage {
	t.Helper()
	options = append([]emulator.Option{
		emulator.WithContract(emulator.ContractOff),
		emulator.WithCompany(wire.NewCompany{
			ID: "demo", OAuthApps: []wire.OAuthApp{{RedirectURIs: []string{"https://shop.example/back"}}},
			BankAccounts: []wire.NewBankAccount{{Bank: "MBBank", VirtualAccounts: []wire.NewVirtualAccount{{Official: true}}}},
		}), emulator.WithHistory(30), emulator.WithWebhook("http://127.0.0.1:1/"),
	}, options...)
	e, err := emulator.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &stage{sepay: e}
	s.begin(t)
	return s
}

// begin makes orders and tokens, and notes what exists.
func (s *stage) begin(t testing.TB) {
	t.Helper()
	s.company = s.sepay.Company().State()
	tokens, err := s.sepay.Control().Tokens(context.Background(), wire.TokenRequest{})
	if err != nil {
		t.Fatal(err)
	}
	s.oauth, s.refresh = tokens.AccessToken, tokens.RefreshToken
	a := s.company.BankAccounts[0]
	s.known = []string{
		"demo", a.XID, a.AccountNumber, fmt.Sprint(a.ID), a.VirtualAccounts[0].XID, a.VirtualAccounts[0].Number, s.company.APITokens[0],
		s.company.Merchant.MerchantID, s.company.OAuthApps[0].ClientID, s.company.OAuthApps[0].ClientSecret, tokens.RefreshToken, s.oauth, "1", "2", "s1",
	}
	moved := s.sepay.Company().Account().Receive(10_000, "DH123456")
	s.sepay.Settle()
	s.known = append(s.known, moved.XID, fmt.Sprint(moved.ID), s.company.Users[0].Email, fmt.Sprint(s.company.Users[0].ID), "MB.png", "mbbank-icon.png", "MBBank.png")
	s.links, s.invoices = nil, nil
	for i, method := range []string{"BANK_TRANSFER", "CARD"} {
		o := s.sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: fmt.Sprint("INV", i, s.sepay.Now().UnixNano()), Amount: 50_000, Method: method})
		s.known = append(s.known, o.State().OrderID, o.State().InvoiceNumber)
		s.invoices = append(s.invoices, o.State().InvoiceNumber)
		at, err := url.Parse(o.State().CheckoutURL)
		if err != nil {
			t.Fatal(err)
		}
		s.links = append(s.links, at.RawQuery)
	}
}

// dice make the requests of a seed.
type dice struct{ *rand.Rand }

func roll(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 1))} }

// rarely is true once in n times.
func (d dice) rarely(n int) bool { return d.IntN(n) == 0 }

func pick[T any](d dice, from []T) T { return from[d.IntN(len(from))] }

func (s *stage) value(d dice) string {
	switch d.IntN(5) {
	case 0, 1, 2:
		return pick(d, s.known)
	case 3:
		return pick(d, values)
	}
	text := make([]byte, d.IntN(40))
	for i := range text {
		text[i] = byte(d.IntN(256))
	}
	return string(text)
}

func (s *stage) pairs(d dice, document string) [][2]string {
	var out [][2]string
	for range d.IntN(7) {
		name := pick(d, words()[document])
		out = append(out, [2]string{name, s.value(d)})
		if d.rarely(8) {
			out = append(out, [2]string{name, s.value(d)})
		}
	}
	return out
}

// body makes a body and its content type, whole or broken.
func (s *stage) body(d dice, document string) (kind string, body []byte) {
	pairs := s.pairs(d, document)
	switch d.IntN(8) {
	case 0:
		return "", nil
	case 1, 2:
		form := url.Values{}
		for _, p := range pairs {
			form.Add(p[0], p[1])
		}
		kind, body = "application/x-www-form-urlencoded", []byte(form.Encode())
	case 3, 4, 5:
		var members []string
		for _, p := range pairs {
			value, _ := json.Marshal(p[1])
			if d.rarely(3) {
				value = []byte(p[1])
			}
			members = append(members, fmt.Sprintf("%q:%s", p[0], value))
		}
		kind, body = "application/json", []byte("{"+strings.Join(members, ",")+"}")
	case 6:
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for _, p := range pairs {
			_ = m.WriteField(p[0], p[1])
		}
		_ = m.Close()
		kind, body = m.FormDataContentType(), b.Bytes()
		if d.rarely(4) {
			kind = "multipart/form-data"
		}
	case 7:
		kind, body = pick(d, []string{"text/plain", "application/xml", "multipart/form-data; boundary=", "application/json; charset=utf-16", ";;"}), []byte(s.value(d))
	}
	switch d.IntN(20) {
	case 0:
		body = body[:d.IntN(len(body)+1)]
	case 1:
		body = append(body, bytes.Repeat([]byte("x"), 1<<20+1)...)
	case 2:
		kind, body = "application/json", []byte(strings.Repeat("[", pick(d, []int{10, 100_000})))
	}
	return kind, body
}

var pathParameter = regexp.MustCompile(`\{[^}]*\}`)

// request makes the request of a seed, which may be right, or wrong in many ways.
func (s *stage) request(seed uint64) (*http.Request, operation) {
	d := roll(seed)
	o := pick(d, operations())
	path := pathParameter.ReplaceAllStringFunc(o.Path, func(string) string { return url.PathEscape(s.value(d)) })
	switch d.IntN(30) {
	case 0:
		path += "/" + url.PathEscape(s.value(d))
	case 1:
		path = strings.ReplaceAll(path, "/", "//")
	case 2:
		path += "/../" + url.PathEscape(s.value(d))
	}
	method := o.Method
	if d.rarely(10) {
		method = pick(d, []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"})
	}
	var query []string
	for _, p := range s.pairs(d, o.document) {
		query = append(query, url.QueryEscape(p[0])+"="+url.QueryEscape(p[1]))
	}
	raw := strings.Join(query, "&")
	if o.document == "checkout" && !d.rarely(3) {
		raw = pick(d, s.links)
	}
	if d.rarely(10) {
		raw += s.value(d)
	}
	kind, body := s.body(d, o.document)
	if right, ok := s.samples()[o.ID]; ok && !d.rarely(3) {
		kind, body = "application/x-www-form-urlencoded", []byte(right)
		if strings.HasPrefix(right, "{") {
			kind = "application/json"
		}
		if method == http.MethodGet {
			raw = right
		}
		if strings.HasPrefix(o.Path, "/oauth/") {
			raw = s.samples()["authorize"]
		}
		if d.rarely(3) {
			body = spoil(d, body, s.value(d))
		}
	}
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:8787/", io.NopCloser(bytes.NewReader(body)))
	r.Method, r.ContentLength, r.URL.RawQuery = method, int64(len(body)), raw
	if unescaped, err := url.PathUnescape(path); err == nil {
		r.URL.Path, r.URL.RawPath = unescaped, path
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	s.headers(d, r, o.document)
	return r, o
}

// headers adds a credential, mostly the right one, and others.
func (s *stage) headers(d dice, r *http.Request, document string) {
	token := "Bearer " + s.company.APITokens[0]
	right := map[string]string{
		"userapi_v1": token, "userapi_v2": token, "oauth_api": "Bearer " + s.oauth,
		"pgapi": "Basic " + base64.StdEncoding.EncodeToString([]byte(s.company.Merchant.MerchantID+":"+s.company.Merchant.SecretKey)),
	}[document]
	switch d.IntN(15) {
	case 0:
		right = s.value(d)
	case 1:
		right = pick(d, []string{"Basic", "Bearer ", "Basic ====", "Bearer a.b.c", "Digest x", "bearer " + s.company.APITokens[0]})
	}
	r.Header.Set("Authorization", right)
	switch d.IntN(20) {
	case 0:
		r.Host = pick(d, []string{"", "userapi.sepay.vn", "PAY-sandbox.sepay.vn.", "my.sepay.vn:443", "[::1]:8787", "evil.test", "qr.sepay.vn", "a b", "bankhub-api.sepay.vn"})
	case 1:
		r.Header.Set("X-Forwarded-Host", s.value(d))
		r.Header.Set("X-Forwarded-Proto", s.value(d))
	}
	if d.rarely(5) {
		r.Header.Set(pick(d, []string{"Accept", "Accept-Language", "Cookie", "Origin", "Referer", "User-Agent", "Last-Event-ID", "Content-Length", "X-Idempotency-Key", "Sec-Fetch-Site"}), s.value(d))
	}
}

// answered is what came of a request; a stream is broken off when it begins.
type answered struct {
	*httptest.ResponseRecorder
	leave context.CancelFunc
}

// Flush implements [http.Flusher].
func (a *answered) Flush() { a.leave() }

// SetWriteDeadline lets a stream begin; see [http.ResponseController].
func (a *answered) SetWriteDeadline(time.Time) error { return nil }

func (s *stage) serve(r *http.Request) *httptest.ResponseRecorder {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w := &answered{httptest.NewRecorder(), cancel}
	r.RemoteAddr = "127.0.0.1:40000"
	s.sepay.Handler().ServeHTTP(w, r.WithContext(ctx))
	return w.ResponseRecorder
}

// noFailure fails when the emulator noticed a failure of its own.
func (s *stage) noFailure(t interface{ Fatalf(string, ...any) }) {
	for _, f := range s.sepay.Findings() {
		if f.Code == finding.CodeInternal {
			t.Fatalf("%s", f.Detail)
		}
	}
}

// FuzzNoRequestIsTheEmulatorsFault sends requests to every route, right and
// wrong, one after another: none is answered with a 5xx.
func FuzzNoRequestIsTheEmulatorsFault(f *testing.F) {
	s := newStage(f)
	f.Add(uint64(0))
	f.Fuzz(func(t *testing.T, seed uint64) { s.try(t, seed) })
}

func TestNoRequestIsTheEmulatorsFault(t *testing.T) {
	s := newStage(t)
	good := map[string]bool{}
	for seed := range uint64(8000) {
		if o, code := s.try(t, seed); code < http.StatusBadRequest {
			good[o.ID] = true
		}
	}
	if all := len(operations()); len(good) < all*3/4 {
		t.Errorf("only %d of %d operations were ever asked for something right", len(good), all)
	}
}

// try sends the request of a seed.
func (s *stage) try(t *testing.T, seed uint64) (operation, int) {
	t.Helper()
	if s.tried++; s.tried%50 == 0 {
		if err := s.sepay.Control().Reset(context.Background()); err != nil {
			t.Fatal(err)
		}
		s.begin(t)
	}
	r, o := s.request(seed)
	line := fmt.Sprintf("seed %d, %s: %s %s?%s %v", seed, o.ID, r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Header)
	w := s.serve(r)
	if w.Code >= http.StatusInternalServerError && !leftAlone(w) {
		t.Fatalf("%s\n%d %s", line, w.Code, w.Body)
	}
	s.noFailure(t)
	return o, w.Code
}

// leftAlone says that the call was broken off by its client, which the stage does
// when a stream begins.
func leftAlone(w *httptest.ResponseRecorder) bool {
	return w.Code == http.StatusServiceUnavailable && strings.Contains(w.Body.String(), "Broken off")
}
