package console_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/console"
	"github.com/localsepay/localsepay/emulator/internal/control"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
	"github.com/localsepay/localsepay/emulator/internal/store/secrets"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/mask"
)

// epoch is when the clock of a test stands.
var epoch = time.Date(2026, 3, 3, 9, 30, 0, 0, clock.Vietnam)

// house is the console over one company, shop, with an account 0900000001 at
// MBBank and a virtual account VASHOP01.
type house struct {
	t       testing.TB
	console *console.Console
	// parts are what the control is made of.
	parts   control.Config
	handler http.Handler
}

func build(t testing.TB, settings map[string]string) *house {
	t.Helper()
	at, masker := clock.NewFrozen(epoch), mask.New()
	s := secrets.Watch(memory.NewWithFacts(fact.NewLog(fact.Keep{})), masker)
	t.Cleanup(func() { _ = s.Close() })
	c := control.Config{Store: s, Clock: at, Secrets: masker, Companies: 3, Token: "letmein"}
	c.Findings, c.Traffic = finding.NewLog(s.Facts(), at.Now), frontdoor.NewTraffic(100, 1<<20)
	c.Identity = &identity.Identity{Store: s, Seed: 1, Now: at.Now}
	c.Faults = fault.New(1, func() []fault.Surface { return nil })
	c.Notifier = notify.New(notify.Config{Store: s, Clock: at, Seed: 1, Egress: notify.EgressTest, Findings: c.Findings, Secrets: masker})
	c.Bank = &bank.Bank{Store: s, Seed: 1, Now: at.Now, Outbox: c.Notifier}
	c.Gateway = payment.New(payment.Gateway{Store: s, Seed: 1, Clock: at, Bank: c.Bank, Outbox: c.Notifier, Findings: c.Findings})
	h := &house{t: t, parts: c, console: &console.Console{Control: control.New(c)}}
	h.handler = h.console.Handler()
	_, err := h.console.Control.CreateCompany(t.Context(), wire.NewCompany{
		ID: "shop", Settings: settings, Merchant: wire.NewMerchant{MerchantID: "SP-TEST-SHOP", SecretKey: "spsk_test_Shop"},
		BankAccounts: []wire.NewBankAccount{{Bank: "MBBank", AccountNumber: "0900000001", AccountHolderName: "NGUYEN VAN AN", VirtualAccounts: []wire.NewVirtualAccount{{Official: true, Number: "VASHOP01"}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// open opens an order of shop and returns it with the payload of its QR code.
func (h *house) open(invoice, amount string) (store.Order, string) {
	h.t.Helper()
	f := payment.Form{
		{Name: "merchant", Value: "SP-TEST-SHOP"}, {Name: "operation", Value: "PURCHASE"}, {Name: "order_invoice_number", Value: invoice}, {Name: "order_amount", Value: amount},
		{Name: "currency", Value: "VND"}, {Name: "order_description", Value: "Don hang"},
	}
	co, err := h.parts.Gateway.Open(h.t.Context(), payment.Request{Form: append(f, payment.Field{Name: "signature", Value: payment.Sign("spsk_test_Shop", f)})})
	if err != nil {
		h.t.Fatal(err)
	}
	shown, err := h.console.Control.Order(h.t.Context(), "", co.Order.OrderID)
	if err != nil {
		h.t.Fatal(err)
	}
	return co.Order, shown.PayTo.QR
}

// state is where an order stands.
func (h *house) state(o store.Order) string {
	h.t.Helper()
	shown, err := h.console.Control.Order(h.t.Context(), "", o.OrderID)
	if err != nil {
		h.t.Fatal(err)
	}
	return shown.State
}

// transfers counts the transfers at the bank.
func (h *house) transfers() int {
	return len(h.parts.Store.Facts().After(fact.Filter{Type: fact.Transaction}, 0, 100))
}

// codes lists the findings, newest first.
func (h *house) codes() string {
	var out []string
	for _, f := range h.console.Control.FindingList(finding.Filter{}, 100).Data {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

// answer is what came back of a request.
type answer struct{ *httptest.ResponseRecorder }

// request is one of a browser of this machine.
func request(method, target, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RemoteAddr, r.Host = "127.0.0.1:50000", "127.0.0.1:8787"
	r.Header.Set("Accept", "text/html,*/*")
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func (h *house) send(r *http.Request) answer {
	w := answer{httptest.NewRecorder()}
	h.handler.ServeHTTP(w, r)
	return w
}

func (h *house) get(query string) answer {
	return h.send(request("GET", console.PhonePath+query, ""))
}

// post posts pairs of names and values to a path of the app.
func (h *house) post(path string, pairs ...string) answer {
	return h.send(request("POST", console.PhonePath+path, fields(pairs...)))
}

func fields(pairs ...string) string {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Add(pairs[i], pairs[i+1])
	}
	return q.Encode()
}

// home asks for the front page.
func (h *house) home(r *http.Request) answer {
	w := answer{httptest.NewRecorder()}
	h.console.Home(w, r)
	return w
}

// shows fails unless the answer is a page with the status and the texts. Its
// markup is undone for the comparison.
func (a answer) shows(t testing.TB, status int, texts ...string) {
	t.Helper()
	if a.Code != status || !strings.HasPrefix(a.Header().Get("Content-Type"), "text/html") {
		t.Fatalf("status %d, %s: %s", a.Code, a.Header().Get("Content-Type"), a.Body)
	}
	policy, err := page.Policy()
	if err != nil {
		t.Fatal(err)
	}
	if a.Header().Get("Content-Security-Policy") != policy || a.Header().Get("X-Frame-Options") != "DENY" || a.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", a.Header())
	}
	for _, text := range texts {
		if !strings.Contains(html.UnescapeString(a.Body.String()), text) {
			t.Errorf("the page lacks %q: %s", text, a.main())
		}
	}
}

var mainPart = regexp.MustCompile(`(?s)<main.*</main>`)

// main is the part of a page that says something.
func (a answer) main() string { return mainPart.FindString(a.Body.String()) }

// payload is the text of a QR code at MBBank.
func payload(t testing.TB, account string, amount int64, memo string) string {
	t.Helper()
	known, _ := vietqr.Lookup("MBBank")
	text, err := vietqr.Payload{Dynamic: true, BIN: known.BIN, Account: account, Amount: amount, Memo: memo}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
