package checkout_test

import (
	"context"
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/advance"
	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/emulator/internal/surface/checkout"
	"github.com/localsepay/localsepay/openapi"
)

// epoch is when the clock of a test stands.
var epoch = time.Date(2026, 3, 3, 9, 30, 0, 0, clock.Vietnam)

const (
	secret = "spsk_test_Key"
	base   = "/v1/checkout"
)

// house is the checkout of one company, with an account at MBBank.
type house struct {
	t       testing.TB
	api     *checkout.API
	surface *surface.Surface
	router  http.Handler
	clock   *clock.Clock
}

func build(t testing.TB, settings map[string]string, change ...func(*store.Company)) *house {
	t.Helper()
	values, err := setting.Values{}.With(settings)
	if err != nil {
		t.Fatal(err)
	}
	s, at := memory.New(), clock.NewFrozen(epoch)
	t.Cleanup(func() { _ = s.Close() })
	outbox := notify.New(notify.Config{Store: s, Clock: at, Seed: 1, Settings: values, Egress: notify.EgressTest})
	gateway := payment.New(payment.Gateway{
		Store: s, Seed: 1, Clock: at, Settings: values, Outbox: outbox, Findings: finding.NewLog(s.Facts(), at.Now),
		Bank: &bank.Bank{Store: s, Seed: 1, Now: at.Now, Settings: values, Outbox: outbox},
	})
	company := store.Company{Number: 1, ID: "shop", ShortName: "SHOP", Environment: store.Sandbox, Merchant: store.Merchant{MerchantID: "SP-TEST-SHOP", SecretKey: secret, Methods: store.PaymentMethods()}}
	for _, fn := range change {
		fn(&company)
	}
	err = s.Update(context.Background(), func(w store.Writer) error {
		return errors.Join(store.Companies.Put(w, company), store.BankAccounts.Put(w, store.BankAccount{
			ID: 1, XID: "a-1", Company: "shop", Bank: "MBBank", AccountNumber: "0900000001", AccountHolderName: "NGUYEN VAN AN", Active: true,
		}))
	})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, clock: at, api: &checkout.API{Store: s, Gateway: gateway, Settings: values, Clock: at, Phone: "/_console/phone"}}
	h.surface = h.api.Surface()
	h.router = h.surface.Router()
	return h
}

// form is a signed checkout; pairs of names and values change it, and an empty
// value takes the field out.
func form(invoice string, amount int64, pairs ...string) payment.Form {
	f := payment.Form{
		{Name: "merchant", Value: "SP-TEST-SHOP"}, {Name: "operation", Value: "PURCHASE"}, {Name: "order_invoice_number", Value: invoice},
		{Name: "order_amount", Value: strconv.FormatInt(amount, 10)}, {Name: "currency", Value: "VND"}, {Name: "order_description", Value: "Don hang"},
		{Name: "success_url", Value: "https://shop.example/ok"}, {Name: "error_url", Value: "https://shop.example/error"}, {Name: "cancel_url", Value: "https://shop.example/cancel?a=1&b=2"},
	}
	for i := 0; i < len(pairs); i += 2 {
		f = f.Without(pairs[i])
		if pairs[i+1] != "" {
			f = append(f, payment.Field{Name: pairs[i], Value: pairs[i+1]})
		}
	}
	return append(f, payment.Field{Name: "signature", Value: payment.Sign(secret, f)})
}

// answer is what came back of a request.
type answer struct {
	*httptest.ResponseRecorder
	exchange *surface.Exchange
	noted    []finding.Finding
}

// request makes one of a body, which is urlencoded unless it is empty.
func request(method, target, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("User-Agent", "Browser")
	return r
}

func (h *house) get(target string) answer        { return h.send(request("GET", target, "")) }
func (h *house) post(target, body string) answer { return h.send(request("POST", target, body)) }

// send lets the surface answer as the front door does, and holds the answer
// against the contract.
func (h *house) send(r *http.Request) answer {
	h.t.Helper()
	a := answer{ResponseRecorder: httptest.NewRecorder()}
	a.exchange = &surface.Exchange{Record: func(f finding.Finding) { a.noted = append(a.noted, f) }}
	h.router.ServeHTTP(a, surface.With(r, a.exchange))
	contract, err := openapi.Load("checkout")
	if err != nil {
		h.t.Fatal(err)
	}
	if a.exchange.Operation != "" && a.Code < 500 {
		for _, v := range contract.CheckResponse(openapi.Request{Method: r.Method, URL: r.URL, Header: r.Header}, a.Code, a.Header(), a.Body.Bytes()) {
			h.t.Errorf("%s %s: %s", r.Method, r.URL.Path, v)
		}
	}
	return a
}

// open posts a form and returns the order and the address of its page.
func (h *house) open(invoice string, amount int64, pairs ...string) (store.Order, string) {
	h.t.Helper()
	a := h.post(base+"/init", form(invoice, amount, pairs...).Encode())
	to := a.Header().Get("Location")
	if a.Code != http.StatusFound {
		h.t.Fatalf("status %d: %s", a.Code, a.Body)
	}
	u, err := url.Parse(to)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.order(u.Query().Get("order_id")), u.RequestURI()
}

func (h *house) order(id string) (o store.Order) {
	h.t.Helper()
	err := h.api.Store.View(context.Background(), func(r store.Reader) (err error) {
		o, err = store.OrderByOrderID.Find(r, id)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return o
}

// below is the address of what belongs to a page, such as /pay, with a query
// behind that of its link.
func below(link, path string, more ...string) string {
	out := strings.Replace(link, base+"?", base+path+"?", 1)
	for i := 0; i < len(more); i += 2 {
		out += "&" + url.Values{more[i]: {more[i+1]}}.Encode()
	}
	return out
}

// cardForm is what the customer types of a card of the table.
func cardForm(name string) string {
	c, _ := payment.CardNamed(name)
	return url.Values{"card_number": {c.Number}, "card_holder_name": {"Nguyen Van An"}, "card_expiry": {c.Expiry}, "card_cvv": {c.CVV}}.Encode()
}

// follow goes where an answer of a form leads.
func (h *house) follow(a answer) answer {
	h.t.Helper()
	if a.Code != http.StatusSeeOther || !strings.HasPrefix(a.Header().Get("Location"), base) {
		h.t.Fatalf("status %d to %q: %s", a.Code, a.Header().Get("Location"), a.Body)
	}
	return h.get(a.Header().Get("Location"))
}

func (h *house) advance(d time.Duration) {
	h.t.Helper()
	if err := advance.Run(context.Background(), h.clock, d, h.api.Gateway); err != nil {
		h.t.Fatal(err)
	}
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
	if got := a.Header().Get("Content-Security-Policy"); got != policy || a.Header().Get("X-Frame-Options") != "DENY" || a.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", a.Header())
	}
	body := html.UnescapeString(a.Body.String())
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("the page lacks %q: %s", text, main(body))
		}
	}
}

var mainPart = regexp.MustCompile(`(?s)<main.*</main>`)

// main is the part of a page that says something.
func main(body string) string { return mainPart.FindString(body) }

func codes(list []finding.Finding) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

// record keeps what is noted of a request.
func (answer) record(a *answer) func(finding.Finding) {
	return func(f finding.Finding) { a.noted = append(a.noted, f) }
}
