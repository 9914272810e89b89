package pgapi_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/emulator/internal/surface/pgapi"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// epoch is when the clock of a test stands: a Tuesday, before 16:00.
var epoch = time.Date(2026, 3, 3, 9, 30, 0, 0, clock.Vietnam)

// house is an API over two companies, shop and other, with the same secret key.
type house struct {
	t     testing.TB
	api   *pgapi.API
	clock *clock.Clock
	// contentType is that of bodies; empty is JSON.
	contentType string
}

const secret = "spsk_test_Key"

func build(t testing.TB, settings map[string]string) *house {
	t.Helper()
	values, err := setting.Values{}.With(settings)
	if err != nil {
		t.Fatal(err)
	}
	s, at := memory.New(), clock.NewFrozen(epoch)
	t.Cleanup(func() { _ = s.Close() })
	outbox := notify.New(notify.Config{Store: s, Clock: at, Seed: 1, Settings: values, Egress: notify.EgressTest})
	h := &house{t: t, clock: at, api: &pgapi.API{
		Store: s, Settings: values, Identity: &identity.Identity{Store: s, Seed: 1, Now: at.Now, Settings: values},
		Gateway: payment.New(payment.Gateway{Store: s, Seed: 1, Clock: at, Settings: values, Outbox: outbox, Findings: finding.NewLog(s.Facts(), at.Now)}),
	}}
	err = s.Update(context.Background(), func(w store.Writer) error {
		merchant := store.Merchant{MerchantID: "SP-TEST-SHOP", SecretKey: secret, Methods: store.PaymentMethods()}
		shop := store.Company{Number: 1, ID: "shop", Environment: store.Sandbox, Merchant: merchant}
		merchant.MerchantID = "SP-TEST-OTHER"
		other := store.Company{Number: 2, ID: "other", Environment: store.Sandbox, Merchant: merchant, Settings: map[string]string{"pgapi.error_body": "codeigniter"}}
		return errors.Join(store.Companies.Put(w, shop), store.Companies.Put(w, other))
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// open opens an order of a company over an amount in VND.
func (h *house) open(company, invoice string, amount int64, pairs ...string) store.Order {
	h.t.Helper()
	f := payment.Form{
		{Name: "merchant", Value: "SP-TEST-" + strings.ToUpper(company)}, {Name: "operation", Value: "PURCHASE"}, {Name: "order_invoice_number", Value: invoice},
		{Name: "order_amount", Value: strconv.FormatInt(amount, 10)}, {Name: "currency", Value: "VND"}, {Name: "order_description", Value: "Đơn hàng " + invoice},
	}
	for i := 0; i < len(pairs); i += 2 {
		f = append(f, payment.Field{Name: pairs[i], Value: pairs[i+1]})
	}
	co, err := h.api.Gateway.Open(context.Background(), payment.Request{Form: append(f, payment.Field{Name: "signature", Value: payment.Sign(secret, f)})})
	if err != nil {
		h.t.Fatal(err)
	}
	return co.Order
}

// transfer pays an order, card tries a card of the table.
func (h *house) transfer(o store.Order) {
	h.t.Helper()
	if _, err := h.api.Gateway.Simulate(context.Background(), o.ID, payment.PayerChoice{}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) card(o store.Order, name string) {
	h.t.Helper()
	c, _ := payment.CardNamed(name)
	if _, err := h.api.Gateway.PayByCard(context.Background(), o.ID, payment.CardInput{Number: c.Number, Holder: "NGUYEN VAN AN", Expiry: c.Expiry, CVV: c.CVV}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) advance(d time.Duration) {
	h.t.Helper()
	if err := h.clock.Advance(context.Background(), d); err != nil {
		h.t.Fatal(err)
	}
}

// answer is what came back of a call.
type answer struct {
	*httptest.ResponseRecorder
	operation, company string
	noted              []finding.Finding
}

// call makes a request with the credentials of shop.
func (h *house) call(method, target, body string) answer {
	h.t.Helper()
	return h.send("SP-TEST-SHOP", secret, "", method, target, body)
}

// send makes a request as the front door does, and holds the answer against the
// contract. An empty user sends no credentials.
func (h *house) send(user, password string, env store.Environment, method, target, body string) answer {
	h.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", cmp.Or(h.contentType, surface.JSON))
	}
	if user != "" {
		r.SetBasicAuth(user, password)
	}
	a := answer{ResponseRecorder: httptest.NewRecorder()}
	x := &surface.Exchange{Environment: env, Record: func(f finding.Finding) { a.noted = append(a.noted, f) }}
	s := h.api.Surface()
	if !s.Has(r.URL.Path) {
		h.t.Fatalf("the surface has no %s", target)
	}
	s.Authenticate(r, x)
	s.Router().ServeHTTP(a, surface.With(r, x))
	a.operation, a.company = x.Operation, x.Company
	if method == http.MethodHead { // as net/http does
		a.Body.Reset()
	}
	h.holdAgainstContract(r, a)
	return a
}

func (h *house) holdAgainstContract(r *http.Request, a answer) {
	h.t.Helper()
	contract, err := openapi.Load("pgapi")
	if err != nil {
		h.t.Fatal(err)
	}
	asked := openapi.Request{Method: r.Method, URL: r.URL, Header: r.Header}
	if op, ok := contract.Operation(asked); ok && op.ID != a.operation {
		h.t.Errorf("%s %s: operation %q, the contract says %q", r.Method, r.URL, a.operation, op.ID)
	}
	if a.operation == "" {
		return
	}
	for _, v := range contract.CheckResponse(asked, a.Code, a.Header(), a.Body.Bytes()) {
		h.t.Errorf("%s %s: %s", r.Method, r.URL, v)
	}
}

// want fails the test when the answer has another status or, unless empty,
// another body, which is written as PHP writes it.
func (a answer) want(t testing.TB, status int, body string) {
	t.Helper()
	if a.Code != status {
		t.Fatalf("status %d, want %d: %s", a.Code, status, a.Body)
	}
	if body != "" {
		if diff := gocmp.Diff(string(phpjson.Rewrite([]byte(body))), a.Body.String()); diff != "" {
			t.Errorf("body (-want +got):\n%s", diff)
		}
	}
}

func message(text string) string { return `{"message":"` + text + `"}` }

// list reads a page: the invoice numbers, and what is said of the page.
func (a answer) list(t testing.TB) (invoices string, meta map[string]any) {
	t.Helper()
	a.want(t, http.StatusOK, "")
	var page struct {
		Data []struct {
			Invoice string `json:"order_invoice_number"`
		} `json:"data"`
		Meta map[string]any `json:"meta"`
	}
	if err := json.Unmarshal(a.Body.Bytes(), &page); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, row := range page.Data {
		all = append(all, row.Invoice)
	}
	return strings.Join(all, " "), page.Meta
}

// details reads one order.
func (a answer) details(t testing.TB) map[string]any {
	t.Helper()
	a.want(t, http.StatusOK, "")
	var one struct {
		Data map[string]any `json:"data"`
	}
	if err := json.Unmarshal(a.Body.Bytes(), &one); err != nil {
		t.Fatal(err)
	}
	return one.Data
}

func codes(list []finding.Finding) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}
