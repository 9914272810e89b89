package contracts_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/contracts"
	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/contracts/twin"
	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
)

func TestProductionIsRefusedBeforeAnythingIsSent(t *testing.T) {
	sandbox := contracts.Sandbox(contracts.Credentials{APIToken: strings.Repeat("A", 64)})
	live := contracts.Sandbox(contracts.Credentials{MerchantID: "SP-LIVE-AB123456", SecretKey: "spsk_test_x"})
	secret := contracts.Sandbox(contracts.Credentials{MerchantID: "SP-TEST-AB123456", SecretKey: "spsk_live_x"})
	host := sandbox
	host.Addresses = maps.Clone(sandbox.Addresses)
	host.Addresses["pgapi"] = "https://PGAPI.sepay.vn/v1"
	writes := contracts.Production(contracts.Credentials{})
	writes.ReadOnly = false
	for name, target := range map[string]contracts.Target{"a live merchant": live, "a live secret": secret, "a production host": host, "production that is written to": writes} {
		if _, err := contracts.Run(context.Background(), target, contracts.Options{}); !errors.Is(err, contracts.ErrProduction) {
			t.Errorf("%s: %v", name, err)
		}
	}
	host.Addresses["pgapi"] = "pgapi"
	if err := host.Guard(); !errors.Is(err, contracts.ErrAddress) {
		t.Errorf("an address that is none: %v", err)
	}
	for name, target := range map[string]contracts.Target{"the sandbox": sandbox, "production that is only read": contracts.Production(contracts.Credentials{})} {
		if err := target.Guard(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// remote is an emulator as if it were the real service: without its control
// API, called with credentials alone.
func remote(t *testing.T, handler func(*emulator.Emulator) http.Handler) (*emulator.Emulator, contracts.Target) {
	t.Helper()
	e := emulator.StartT(t, emulator.WithContract(emulator.ContractOff), emulator.WithHistory(45), emulator.AllowPending(), emulator.WithCompany(control.NewCompany{
		ID: "demo", OAuthApps: []control.OAuthApp{{Name: "App", RedirectURIs: []string{"https://app.example/"}}},
		BankAccounts: []control.NewBankAccount{{Bank: "MBBank", VirtualAccounts: []control.NewVirtualAccount{{Official: true}}}, {Bank: "TPBank"}},
	}))
	server := httptest.NewServer(handler(e))
	t.Cleanup(server.Close)
	company := e.Company().State()
	target := contracts.Sandbox(contracts.Credentials{
		APIToken: company.APITokens[0], MerchantID: company.Merchant.MerchantID, SecretKey: company.Merchant.SecretKey,
		AccessToken: e.Company().AccessToken("profile", "company", "bank-account:read", "transaction:read", "webhook:write", "webhook:delete"),
	})
	target.Rate = 0
	target.Addresses = contracts.Addresses{
		"checkout": server.URL + "/v1/checkout", "pgapi": server.URL + "/v1", "userapi_v1": server.URL + "/userapi", "userapi_v2": server.URL + "/v2",
		"oauth_api": server.URL + "/api/v1", "qr": server.URL,
	}
	return e, target
}

func plain(e *emulator.Emulator) http.Handler { return e.Handler() }

func TestATargetIsKnownByAddressesAndCredentialsAlone(t *testing.T) {
	e, target := remote(t, plain)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	target.ReceiverListen, target.Receiver = l.Addr().String(), "http://"+l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	e.Company().SetIPN(target.Receiver+"/ipn", "") // as in SePay's dashboard
	asked := ""
	r, err := contracts.Run(context.Background(), target, contracts.Options{Tag: "T1", Ask: func(what string) {
		asked += what
		if strings.Contains(what, "simulate an incoming transfer") {
			e.Company().Account().Receive(10_000, "DH123456")
			e.Settle()
			e.Advance(time.Minute)
			return
		}
		orders, err := e.Client().Orders(context.Background(), control.OrderFilter{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		e.Company().Order(orders.Data[0].InvoiceNumber).Pay() // the person at the page
		e.Settle()
	}})
	if err != nil {
		t.Fatal(err)
	}
	bears(t, r)
	if passed := r.Count(result.Passed); passed < 60 {
		t.Errorf("only %d claims were held", passed)
	}
	if !strings.Contains(asked, "/v1/checkout?") {
		t.Errorf("a person was asked to pay at %q", asked)
	}
	for _, o := range r.Outcomes {
		if o.State == result.Skipped && !strings.HasPrefix(o.Reason, "needs a control API") && !strings.HasPrefix(o.Reason, "the target has no") && !strings.Contains(o.Reason, "a control API") {
			t.Errorf("%s is skipped: %s", o.Name, o.Reason)
		}
	}
	orders, err := e.Client().Orders(context.Background(), control.OrderFilter{}, 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range orders.Data {
		if !strings.HasPrefix(o.InvoiceNumber, "LSP-CONTRACT-T1-") {
			t.Errorf("order %s has no tag", o.InvoiceNumber)
		}
		if o.Status == "AUTHENTICATION_NOT_NEEDED" && o.PaymentMethod != "CARD" {
			t.Errorf("order %s is left open", o.InvoiceNumber)
		}
	}
}

func TestARunThatOnlyReadsCreatesNothing(t *testing.T) {
	e, target := remote(t, plain)
	target.ReadOnly = true
	r, err := contracts.Run(context.Background(), target, contracts.Options{})
	if err != nil {
		t.Fatal(err)
	}
	bears(t, r)
	orders, err := e.Client().Orders(context.Background(), control.OrderFilter{}, 500)
	if err != nil || len(orders.Data) != 0 {
		t.Errorf("%d orders, %v", len(orders.Data), err)
	}
	for _, x := range r.Exchanges {
		if x.Method != http.MethodGet && x.Status < 300 {
			t.Errorf("%s %s was accepted", x.Method, x.URL.Path)
		}
	}
}

func TestNoReportShowsASecret(t *testing.T) {
	liar, _ := twin.Named("403 without a token")
	e, target := remote(t, func(e *emulator.Emulator) http.Handler {
		impostor, err := twin.New(liar, e.Handler())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = impostor.Close() })
		return echoing{impostor}
	})
	r, err := contracts.Run(context.Background(), target, contracts.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Count(result.Failed) == 0 {
		t.Fatal("nothing failed: there is nothing to show")
	}
	run, err := r.Report(contracts.Header{})
	if err != nil {
		t.Fatal(err)
	}
	shapes, err := r.Shapes()
	if err != nil {
		t.Fatal(err)
	}
	company := e.Company().State()
	for name, write := range map[string]func(io.Writer) error{
		"text": func(w io.Writer) error { return result.Text(w, run, false) }, "json": func(w io.Writer) error { return result.JSON(w, run) },
		"html": func(w io.Writer) error { return result.HTML(w, run) }, "junit": func(w io.Writer) error { return result.JUnit(w, run) },
		"sarif": func(w io.Writer) error { return result.SARIF(w, run) }, "baseline": shapes.Write,
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, secret := range []string{company.APITokens[0], company.Merchant.SecretKey, target.AccessToken} {
			if strings.Contains(b.String(), secret) {
				t.Errorf("%s shows a secret: …%q…", name, around(b.String(), secret))
			}
		}
	}
}

// around is where a secret stands in a text.
func around(text, secret string) string {
	i := strings.Index(text, secret)
	return text[max(0, i-80):min(len(text), i+10)]
}

// echoing repeats the request's credential in every refusal, as a careless
// server would.
type echoing struct{ next http.Handler }

func (e echoing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rec := httptest.NewRecorder()
	e.next.ServeHTTP(rec, r)
	for name, values := range rec.Header() {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes())
	if rec.Code >= 300 || strings.HasPrefix(r.URL.Path, "/v2/bank-accounts") {
		_, _ = io.WriteString(w, r.Header.Get("Authorization"))
	}
}

func TestARunThatVerifiesNothingIsNoSuccess(t *testing.T) {
	_, err := contracts.Run(context.Background(), contracts.Target{Name: "nothing"}, contracts.Options{})
	if !errors.Is(err, contracts.ErrNothing) {
		t.Error(err)
	}
	unreachable := contracts.Target{Name: "nobody", Addresses: contracts.Addresses{"qr": "http://127.0.0.1:1"}}
	r, err := contracts.Run(context.Background(), unreachable, contracts.Options{Surfaces: []string{"qr"}})
	if !errors.Is(err, contracts.ErrNothing) || !strings.Contains(r.Outcomes[0].Reason, "cannot be reached") {
		t.Errorf("%v, %v", err, r.Outcomes)
	}
	run, err := r.Report(contracts.Header{})
	if err != nil || run.Outcome() != result.Unverified {
		t.Errorf("%v, %v", run.Outcome(), err)
	}
}

func TestWhatTheRealServiceAddsIsNewsAndNoFailure(t *testing.T) {
	liar, _ := twin.Named("banks with a logo")
	_, target := remote(t, func(e *emulator.Emulator) http.Handler {
		impostor, err := twin.New(liar, e.Handler())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = impostor.Close() })
		return impostor
	})
	r, err := contracts.Run(context.Background(), target, contracts.Options{Surfaces: []string{"qr"}})
	if err != nil {
		t.Fatal(err)
	}
	bears(t, r)
	run, err := r.Report(contracts.Header{})
	if err != nil || run.Outcome() != result.Clean || run.Drift.Count(drift.News) != 1 {
		t.Errorf("%v, %v, %d rows of news", err, run.Outcome(), run.Drift.Count(drift.News))
	}
}

func TestClaimsAreChosenBySurfaceLabelAndName(t *testing.T) {
	base := faithful(t).URL()
	for name, o := range map[string]contracts.Options{
		"surface": {Surfaces: []string{"qr", "userapi v1"}}, "label": {Labels: "read && evidence:documented"}, "name": {Names: []string{"since_id"}},
	} {
		r := hold(t, base, o)
		if len(r.Outcomes) == 0 {
			t.Errorf("%s: nothing ran", name)
		}
		for _, c := range r.Outcomes {
			ok := map[string]bool{
				"surface": slices.Contains(o.Surfaces, c.Surface), "label": slices.Contains(c.Labels, "read") && c.Evidence == "documented", "name": strings.Contains(c.Name, "since_id"),
			}[name]
			if !ok {
				t.Errorf("%s: %s %s ran", name, c.Surface, c.Name)
			}
		}
	}
}

func TestEveryClaimSaysWhatItIsAboutAndHowItIsKnown(t *testing.T) {
	r := hold(t, faithful(t).URL(), contracts.Options{})
	names := map[string]bool{}
	for _, o := range r.Outcomes {
		if names[o.Surface+o.Name] {
			t.Errorf("two claims are called %q", o.Name)
		}
		names[o.Surface+o.Name] = true
		if len(o.Operations) == 0 || o.Evidence == "" || !slices.Contains(o.Labels, "read") && !slices.Contains(o.Labels, "writes") || !slices.Contains(o.Labels, "surface:"+o.Surface) {
			t.Errorf("%s: labels %v", o.Name, o.Labels)
		}
	}
}

func TestCredentialsAreReadStrictly(t *testing.T) {
	target, err := contracts.ReadCredentials("sepay.yaml", []byte(contracts.CredentialsTemplate()))
	if err != nil || target.Addresses["pgapi"] != "https://pgapi-sandbox.sepay.vn/v1" {
		t.Errorf("the template: %+v, %v", target, err)
	}
	target, err = contracts.ReadCredentials("sepay.yaml", []byte("merchant_id: SP-TEST-AB123456\naddresses: {oauth_api: https://my.dev.sepay.vn/api/v1}\n"))
	if err != nil || target.MerchantID != "SP-TEST-AB123456" || target.Addresses["oauth_api"] != "https://my.dev.sepay.vn/api/v1" || target.Addresses["qr"] == "" {
		t.Errorf("%+v, %v", target, err)
	}
	if _, err := contracts.ReadCredentials("sepay.yaml", []byte("api_token: x\nsecret: y\n")); err == nil || !strings.Contains(err.Error(), "sepay.yaml:2:1: there is no key \"secret\"") {
		t.Errorf("a member that is unknown: %v", err)
	}
}

func TestATwinForwardsToTheSuiteAlone(t *testing.T) {
	liar, ok := twin.Named("every IPN comes twice")
	if !ok {
		t.Fatal("no such twin")
	}
	if _, ok := twin.Named("no such twin"); ok {
		t.Error("a twin that does not exist was found")
	}
	e := emulator.StartT(t, emulator.WithContract(emulator.ContractOff))
	impostor, err := twin.New(liar, e.Handler())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(impostor)
	defer server.Close()
	defer impostor.Close()
	res, err := http.Post(server.URL+"/_control/v1/companies", "application/json", strings.NewReader(`{"id":"relayed","webhooks":[{"webhook_url":"http://127.0.0.1:9/hook/1"},{"webhook_url":"http://shop.test/x"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var made control.Company
	if err := json.NewDecoder(res.Body).Decode(&made); err != nil {
		t.Fatal(err)
	}
	relay, _, found := strings.Cut(made.Webhooks[0].WebhookURL, "?to=")
	if !found || made.Webhooks[1].WebhookURL != "http://shop.test/x" {
		t.Fatalf("the webhooks lead to %q and %q", made.Webhooks[0].WebhookURL, made.Webhooks[1].WebhookURL)
	}
	other, err := http.Post(relay+"?to=http://shop.test/", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Body.Close()
	if other.StatusCode != http.StatusBadRequest {
		t.Errorf("the relay answered %d for an address that is not the suite's", other.StatusCode)
	}
}
