package control_test

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/control"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
	"github.com/localsepay/localsepay/emulator/internal/store/secrets"
	"github.com/localsepay/localsepay/openapi"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/mask"
)

// epoch is when the clock of a test stands: a Tuesday, before 16:00.
var epoch = time.Date(2026, 3, 3, 9, 30, 0, 0, clock.Vietnam)

// key is made once, as it takes a good part of a second.
var key = sync.OnceValue(func() *oauth2.Key { return oauth2.NewKey(1) })

// house is the control of an emulator with one company, shop. Nothing is sent
// but by an advance of the clock.
type house struct {
	*control.Control
	// parts are what it is made of.
	parts   control.Config
	t       testing.TB
	handler http.Handler
	// merchant takes what is sent to the shop.
	merchant *httptest.Server
	// answers and says are status and body of the merchant's answers.
	answers int
	says    string
	mu      sync.Mutex
	got     []*http.Request
}

// secret is the API key of shop's webhook: no answer but those that hand it out
// may have it.
const secret = "very-secret-api-key"

func build(t testing.TB, change ...func(*control.Config)) *house {
	t.Helper()
	at, masker := clock.NewFrozen(epoch), mask.New()
	s := secrets.Watch(memory.NewWithFacts(fact.NewLog(fact.Keep{})), masker)
	t.Cleanup(func() { _ = s.Close() })
	h := &house{t: t, answers: 200, says: `{"success":true}`}
	h.merchant = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		h.got = append(h.got, r)
		h.mu.Unlock()
		w.WriteHeader(h.answers)
		_, _ = w.Write([]byte(h.says))
	}))
	t.Cleanup(h.merchant.Close)
	c := control.Config{Store: s, Clock: at, Secrets: masker, Companies: 3}
	c.Findings = finding.NewLog(s.Facts(), at.Now)
	c.Traffic, c.Clients = frontdoor.NewTraffic(100, 1<<20), frontdoor.NewClients(at, s.Facts())
	c.Identity = &identity.Identity{Store: s, Seed: 1, Now: at.Now}
	c.Faults = fault.New(1, func() []fault.Surface { return []fault.Surface{{Name: "pgapi"}} })
	c.Notifier = notify.New(notify.Config{Store: s, Clock: at, Seed: 1, Egress: notify.EgressTest, Findings: c.Findings, Faults: c.Faults, Secrets: masker})
	c.Bank = &bank.Bank{Store: s, Seed: 1, Now: at.Now, Outbox: c.Notifier}
	c.Gateway = payment.New(payment.Gateway{Store: s, Seed: 1, Clock: at, Bank: c.Bank, Outbox: c.Notifier, Findings: c.Findings})
	c.OAuth = &oauth2.Server{Store: s, Seed: 1, Now: at.Now, Key: key, Secrets: masker}
	c.Addresses = func(origin string) wire.Addresses {
		out := wire.Addresses{}
		for _, name := range []string{"base", "control", "checkout", "pgapi", "userapi_v1", "userapi_v2", "oauth", "oauth_api", "qr"} {
			out[name] = cmp.Or(origin, "http://127.0.0.1:1")
		}
		return out
	}
	for _, fn := range change {
		fn(&c)
	}
	h.Control, h.parts = control.New(c), c
	h.handler = h.Handler()
	hook, keyType, apiKey := h.merchant.URL+"/hook", "Api_Key", secret
	_, err := h.CreateCompany(fact.Silent(t.Context()), wire.NewCompany{
		ID: "shop", Name: "CONG TY VI DU", Settings: map[string]string{"checkout.ttl": "1h"},
		Merchant:     wire.NewMerchant{MerchantID: "SP-TEST-SHOP", SecretKey: "spsk_test_Shop", IPN: wire.NewIPN{URL: h.merchant.URL + "/ipn"}},
		BankAccounts: []wire.NewBankAccount{{Bank: "MBBank", AccountNumber: "0900000001"}},
		Webhooks:     []wire.WebhookBody{{WebhookURL: &hook, AuthenType: &keyType, APIKey: &apiKey}},
		OAuthApps:    []wire.OAuthApp{{Name: "App", ClientID: "app", ClientSecret: "app-secret", RedirectURIs: []string{"https://app.example/cb"}}},
		Users:        []wire.NewUser{{Email: "an@example.com", Password: "mat-khau-1"}},
	})
	if err == nil {
		err = h.Mark(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// answer is what came back of a call.
type answer struct {
	*httptest.ResponseRecorder
	t testing.TB
}

// request is one of a program of this machine.
func request(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, wire.Prefix+path, strings.NewReader(body))
	r.RemoteAddr, r.Host = "127.0.0.1:50000", "127.0.0.1:8787"
	return r
}

func (h *house) call(method, path, body string) answer {
	h.t.Helper()
	return h.send(request(method, path, body))
}

// send lets the handler answer, and holds the answer against the contract.
func (h *house) send(r *http.Request) answer {
	h.t.Helper()
	a := answer{httptest.NewRecorder(), h.t}
	h.handler.ServeHTTP(a, r)
	if r.Method == http.MethodHead { // as net/http does
		a.Body.Reset()
	}
	contract, err := openapi.Load("control")
	if err != nil {
		h.t.Fatal(err)
	}
	asked := openapi.Request{Method: r.Method, URL: r.URL, Header: r.Header}
	if _, ok := contract.Operation(asked); ok && a.Code != http.StatusUnauthorized && a.Code < 500 { // the guard's, and failures, are of no operation
		for _, v := range contract.CheckResponse(asked, a.Code, a.Header(), a.Body.Bytes()) {
			h.t.Errorf("%s %s: %s", r.Method, r.URL, v)
		}
	}
	if csp := a.Header().Get("Content-Security-Policy"); csp != wire.ContentPolicy || a.Header().Get("Cache-Control") != "no-store" || a.Header().Get("Server") != wire.ServerName || a.Header().Get("X-Content-Type-Options") != "nosniff" {
		h.t.Errorf("%s %s: headers %v", r.Method, r.URL, a.Header())
	}
	return a
}

// body reads an answer with the status.
func (a answer) body(status int) map[string]any {
	a.t.Helper()
	if a.Code != status || a.Header().Get("Content-Type") != "application/json" {
		a.t.Fatalf("status %d, want %d: %s", a.Code, status, a.Body)
	}
	var out map[string]any
	if err := json.Unmarshal(a.Body.Bytes(), &out); err != nil {
		a.t.Fatal(err)
	}
	return out
}

// rows reads the member data of a list.
func (a answer) rows() (out []map[string]any) {
	a.t.Helper()
	list, _ := a.body(200)["data"].([]any)
	for _, row := range list {
		one, _ := row.(map[string]any)
		out = append(out, one)
	}
	return out
}

// none fails unless the answer is empty, with status 204.
func (a answer) none() {
	a.t.Helper()
	if a.Code != http.StatusNoContent || a.Body.Len() > 0 {
		a.t.Fatalf("status %d: %s", a.Code, a.Body)
	}
}

// problem fails unless the answer is one (RFC 9457) with the status, whose
// detail or hint has the text.
func (a answer) problem(status int, says string) {
	a.t.Helper()
	var p wire.Problem
	if err := json.Unmarshal(a.Body.Bytes(), &p); err != nil {
		a.t.Fatalf("status %d: %s", a.Code, a.Body)
	}
	if a.Code != status || p.Status != status || a.Header().Get("Content-Type") != "application/problem+json" || p.Type == "" || p.Title == "" {
		a.t.Errorf("status %d, want %d, %s: %s", a.Code, status, a.Header().Get("Content-Type"), a.Body)
	}
	if !strings.Contains(p.Detail+" | "+p.Hint, says) {
		a.t.Errorf("it lacks %q: %s | %s", says, p.Detail, p.Hint)
	}
}

// open opens an order of shop over an amount in VND.
func (h *house) open(invoice, amount string, pairs ...string) string {
	h.t.Helper()
	f := payment.Form{
		{Name: "merchant", Value: "SP-TEST-SHOP"}, {Name: "operation", Value: "PURCHASE"}, {Name: "order_invoice_number", Value: invoice}, {Name: "order_amount", Value: amount},
		{Name: "currency", Value: "VND"}, {Name: "order_description", Value: "Don hang"}, {Name: "cancel_url", Value: "https://shop.example/cancel"},
	}
	for i := 0; i < len(pairs); i += 2 {
		f = append(f, payment.Field{Name: pairs[i], Value: pairs[i+1]})
	}
	co, err := h.parts.Gateway.Open(h.t.Context(), payment.Request{Form: append(f, payment.Field{Name: "signature", Value: payment.Sign("spsk_test_Shop", f)})})
	if err != nil {
		h.t.Fatal(err)
	}
	return co.Order.OrderID
}

// advance moves the clock; what is due is sent and answered.
func (h *house) advance(by string) map[string]any {
	h.t.Helper()
	return h.call("POST", "/clock/advance", `{"by":"`+by+`"}`).body(200)
}

// texts are the lines of the timeline without their times.
func (h *house) texts(query string) (out []string) {
	h.t.Helper()
	for _, m := range h.call("GET", "/timeline?limit=500&"+query, "").rows() {
		text, _ := m["text"].(string)
		_, text, _ = strings.Cut(text, "  ")
		out = append(out, text)
	}
	return out
}

func same(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// pluck takes a member of each row.
func pluck(rows []map[string]any, name string) (out []any) {
	for _, row := range rows {
		out = append(out, row[name])
	}
	return out
}
