package oauthapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/emulator/internal/surface/oauthapi"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// key is made once, as it takes a good part of a second.
var key = sync.OnceValue(func() *oauth2.Key { return oauth2.NewKey(1) })

// epoch is when the clock of a test stands.
var epoch = time.Date(2026, 3, 1, 9, 30, 0, 0, clock.Vietnam)

// house is an API over two companies: shop, with accounts 1 and 2, virtual
// accounts 1 and 2 and five transactions, and other, with one of each.
type house struct {
	t     testing.TB
	api   *oauthapi.API
	clock *clock.Clock
}

func build(t testing.TB, settings map[string]string) *house {
	t.Helper()
	values, err := setting.Values{}.With(settings)
	if err != nil {
		t.Fatal(err)
	}
	s, c := memory.New(), clock.NewFrozen(epoch)
	t.Cleanup(func() { _ = s.Close() })
	h := &house{t: t, clock: c, api: &oauthapi.API{
		Store:    s,
		OAuth:    &oauth2.Server{Store: s, Seed: 1, Now: c.Now, Key: key},
		Notifier: notify.New(notify.Config{Store: s, Clock: c, Seed: 1, Settings: values, Egress: notify.EgressTest}),
		Settings: values, Now: c.Now,
	}}
	h.update(func(w store.Writer) error {
		return errors.Join(h.shop(w), h.other(w))
	})
	return h
}

func (h *house) update(fn func(store.Writer) error) {
	h.t.Helper()
	if err := h.api.Store.Update(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) shop(w store.Writer) error {
	at := func(d int) time.Time { return epoch.AddDate(0, 0, d-10) }
	transaction := func(n int64, day time.Time, account int64, kind store.TransferType, amount int64, code, va string) store.Transaction {
		number := map[int64]string{1: "0011002233", 2: "5566"}[account]
		gateway := map[int64]string{1: "ACB", 2: "VPBank"}[account]
		return store.Transaction{
			ID: n, XID: "t-" + strconv.FormatInt(n, 10), Company: "shop", BankAccountID: account, BankAccountXID: "a-" + strconv.FormatInt(account, 10),
			Gateway: gateway, AccountNumber: number, SubAccount: va, Date: day, TransferType: kind, Amount: amount, Accumulated: 1_000_000 + amount,
			Content: "noi dung " + code, Reference: "FT" + strconv.FormatInt(n, 10), Code: code, CreatedAt: day,
		}
	}
	errs := []error{
		store.Companies.Put(w, store.Company{
			Number: 55, ID: "shop", FullName: "CONG TY TNHH VI DU", ShortName: "VI DU", Environment: store.Sandbox, CreatedAt: epoch.AddDate(0, -1, 0),
			Configurations: store.Configurations{BankSubAccount: true, PayCode: true, PaymentCodeFormats: []store.PaymentCodeFormat{
				{Prefix: "DH", SuffixFrom: 3, SuffixTo: 10, CharacterType: store.NumberOnly, IsActive: true},
			}},
		}),
		store.OAuthApps.Put(w, store.OAuthApp{ID: 1, Company: "shop", Name: "App", ClientID: "app", ClientSecret: "s", Scopes: oauth2.Scopes()}),
		store.BankAccounts.Put(w, store.BankAccount{ID: 1, XID: "a-1", Company: "shop", Bank: "ACB", AccountNumber: "0011002233", AccountHolderName: "NGUYEN VAN AN", Active: true, Accumulated: 2_500_000, CreatedAt: at(1)}),
		store.BankAccounts.Put(w, store.BankAccount{ID: 2, XID: "a-2", Company: "shop", Bank: "VPBank", AccountNumber: "5566", AccountHolderName: "TRAN THI MAU", Label: "Web", CreatedAt: at(2)}),
		store.VirtualAccounts.Put(w, store.VirtualAccount{ID: 1, XID: "v-1", Company: "shop", BankAccountID: 1, BankAccountXID: "a-1", Number: "SHOP0001", SubHolderName: "QUAY MOT", Label: "Quay 1", Active: true, Official: true, CreatedAt: at(3)}),
		store.VirtualAccounts.Put(w, store.VirtualAccount{ID: 2, XID: "v-2", Company: "shop", BankAccountID: 1, BankAccountXID: "a-1", Number: "SHOP0002", CreatedAt: at(4)}),
	}
	for _, t := range []store.Transaction{
		transaction(101, at(1), 1, store.In, 100, "DH001", ""),
		transaction(102, at(2), 1, store.In, 200, "", "SHOP0001"),
		transaction(103, at(3), 2, store.In, 200, "DH003", ""),
		transaction(104, at(4), 2, store.Out, 50, "", ""),
		transaction(105, at(5), 1, store.In, 500, "DH005", ""),
	} {
		errs = append(errs, store.Transactions.Put(w, t))
	}
	return errors.Join(errs...)
}

func (h *house) other(w store.Writer) error {
	return errors.Join(
		store.Companies.Put(w, store.Company{Number: 56, ID: "other", Environment: store.Production, CreatedAt: epoch}),
		store.BankAccounts.Put(w, store.BankAccount{ID: 9, XID: "a-9", Company: "other", Bank: "ACB", AccountNumber: "9999", CreatedAt: epoch}),
		store.Transactions.Put(w, store.Transaction{ID: 909, XID: "t-909", Company: "other", BankAccountID: 9, BankAccountXID: "a-9", Gateway: "ACB", AccountNumber: "9999", Date: epoch, TransferType: store.In, Amount: 1, Reference: "FT909"}),
		store.Webhooks.Put(w, store.Webhook{ID: 9, Company: "other", Name: "other", URL: "https://other.example/hook", Active: true}),
	)
}

// token returns an access token for a new user of shop.
func (h *house) token(role store.Role, may []store.Permission, scopes ...string) string {
	h.t.Helper()
	var user store.User
	var app store.OAuthApp
	h.update(func(w store.Writer) (err error) {
		id, err := store.Users.NextID(w)
		if err != nil {
			return err
		}
		user = store.User{
			ID: id, Company: "shop", Email: "an.tran@example.com", FirstName: "An", LastName: "Tran", Phone: "0900000001",
			Role: role, Permissions: may,
		}
		if id > store.Users.FirstID {
			user.Email = strconv.FormatInt(id, 10) + user.Email
		}
		if app, err = store.OAuthAppByClient.Find(w, "app"); err != nil {
			return err
		}
		return store.Users.Put(w, user)
	})
	tokens, err := h.api.OAuth.Direct(context.Background(), app, user, scopes)
	if err != nil {
		h.t.Fatal(err)
	}
	return tokens.AccessToken
}

// admin returns a token that may do everything.
func (h *house) admin() string {
	h.t.Helper()
	return h.token(store.RoleAdmin, nil, oauth2.Scopes()...)
}

// answer is what came back of a call.
type answer struct {
	*httptest.ResponseRecorder
	operation string
	noted     []finding.Finding
}

func (h *house) call(method, target, token, body string) answer {
	h.t.Helper()
	authorization := ""
	if token != "" {
		authorization = "Bearer " + token
	}
	return h.send("", method, target, authorization, "application/json", body)
}

// send makes a request as the front door does, and holds the answer against
// the contract.
func (h *house) send(env store.Environment, method, target, authorization, contentType, body string) answer {
	h.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	a := answer{ResponseRecorder: httptest.NewRecorder()}
	x := &surface.Exchange{Environment: env, Record: func(f finding.Finding) { a.noted = append(a.noted, f) }}
	s := h.api.Surface()
	if !s.Has(r.URL.Path) {
		h.t.Fatalf("the surface has no %s", target)
	}
	s.Authenticate(r, x)
	s.Router().ServeHTTP(a, surface.With(r, x))
	a.operation = x.Operation
	if n := a.Header().Get("Content-Length"); n != strconv.Itoa(a.Body.Len()) {
		h.t.Errorf("%s %s: Content-Length %s for %d bytes", method, target, n, a.Body.Len())
	}
	h.holdAgainstContract(r, a)
	return a
}

func (h *house) holdAgainstContract(r *http.Request, a answer) {
	h.t.Helper()
	contract, err := openapi.Load("oauth_api")
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
		if diff := cmp.Diff(string(phpjson.Rewrite([]byte(body))), a.Body.String()); diff != "" {
			t.Errorf("body (-want +got):\n%s", diff)
		}
	}
}

// codes lists the findings without their common beginning.
func (a answer) codes() []string {
	out := []string{}
	for _, f := range a.noted {
		out = append(out, strings.TrimPrefix(f.Code, "oauth_api."))
	}
	return out
}

func (a answer) wantCodes(t testing.TB, codes ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, codes...), a.codes()); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	for _, f := range a.noted {
		if f.Title == "" || f.Detail == "" || f.Hint == "" || !strings.HasPrefix(f.Source, "https://developer.sepay.vn/") {
			t.Errorf("the finding is not whole: %+v", f)
		}
	}
}

// page is a list as a client reads it.
type page struct {
	Data []struct {
		ID int64 `json:"id"`
	} `json:"data"`
	Meta struct {
		Pagination map[string]int `json:"pagination"`
	} `json:"meta"`
}

func (a answer) page(t testing.TB) (ids []int64, pagination map[string]int) {
	t.Helper()
	a.want(t, http.StatusOK, "")
	var p page
	if err := json.Unmarshal(a.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	for _, row := range p.Data {
		ids = append(ids, row.ID)
	}
	return ids, p.Meta.Pagination
}

// data returns the member data of an answer.
func (a answer) data(t testing.TB) map[string]any {
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
