package oauthapi_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi"
)

const smallWebhook = `{"bank_account_id":1,"name":"Shop","event_type":"In_only","authen_type":"Api_Key","api_key":"k-1","webhook_url":"https://shop.example/hook","is_verify_payment":1,"skip_if_no_code":0,"request_content_type":"Json","only_va":0}`

// calls is every call with what it needs.
var calls = []struct {
	operation, method, target, body, scope string
	permission                             store.Permission
	admin                                  bool
}{
	{operation: "me", method: "GET", target: "/api/v1/me", scope: oauth2.ScopeProfile},
	{operation: "company", method: "GET", target: "/api/v1/company", scope: oauth2.ScopeCompany, admin: true},
	{operation: "updateCompanyConfigurations", method: "PATCH", target: "/api/v1/company/configurations", body: `{}`, scope: oauth2.ScopeCompany, admin: true},
	{operation: "listBankAccounts", method: "GET", target: "/api/v1/bank-accounts", scope: oauth2.ScopeBankAccounts, permission: store.MayListAccounts},
	{operation: "bankAccount", method: "GET", target: "/api/v1/bank-accounts/1", scope: oauth2.ScopeBankAccounts, permission: store.MaySeeAccounts},
	{operation: "listSubAccounts", method: "GET", target: "/api/v1/bank-accounts/1/sub-accounts", scope: oauth2.ScopeBankAccounts, permission: store.MayListAccounts},
	{operation: "listTransactions", method: "GET", target: "/api/v1/transactions", scope: oauth2.ScopeTransactions, permission: store.MayListTransactions},
	{operation: "transaction", method: "GET", target: "/api/v1/transactions/101", scope: oauth2.ScopeTransactions, permission: store.MayListTransactions},
	{operation: "listWebhooks", method: "GET", target: "/api/v1/webhooks", scope: oauth2.ScopeReadWebhooks, permission: store.MayListWebhooks},
	{operation: "createWebhook", method: "POST", target: "/api/v1/webhooks", body: smallWebhook, scope: oauth2.ScopeWriteWebhooks, permission: store.MayAddWebhooks},
	{operation: "webhook", method: "GET", target: "/api/v1/webhooks/1", scope: oauth2.ScopeReadWebhooks, permission: store.MayListWebhooks},
	{operation: "updateWebhook", method: "PATCH", target: "/api/v1/webhooks/1", body: `{"active":0}`, scope: oauth2.ScopeWriteWebhooks, permission: store.MayEditWebhooks},
	{operation: "deleteWebhook", method: "DELETE", target: "/api/v1/webhooks/1", scope: oauth2.ScopeDropWebhooks, permission: store.MayDeleteWebhooks},
}

// withWebhook builds a house in which shop has webhook 1.
func withWebhook(t testing.TB) *house {
	h := build(t, nil)
	h.update(func(w store.Writer) error {
		return store.Webhooks.Put(w, store.Webhook{
			ID: 1, Company: "shop", Name: "Shop", URL: "https://shop.example/hook", EventType: store.EventIn, BankMode: store.BankAll, VAMode: store.VAAll,
			AuthenType: store.AuthNone, RequestContentType: store.ContentJSON, Active: true, AlertThreshold: 3, CreatedAt: epoch,
		})
	})
	return h
}

func TestEveryCallNeedsItsScopeAndNoOther(t *testing.T) {
	h := withWebhook(t)
	tokens := map[string]string{}
	for _, scope := range oauth2.Scopes() {
		tokens[scope] = h.token(store.RoleSuperAdmin, nil, scope)
	}
	for _, c := range calls {
		for _, scope := range oauth2.Scopes() {
			a := h.call(c.method, c.target, tokens[scope], c.body)
			if a.operation != c.operation {
				t.Errorf("%s %s is %q", c.method, c.target, a.operation)
			}
			if scope == c.scope {
				a.want(t, http.StatusOK, "")
				continue
			}
			a.want(t, http.StatusForbidden, `{"status":"error","message":"The scope `+c.scope+` is missing"}`)
			a.wantCodes(t, "scope_missing")
			if !strings.Contains(a.noted[0].Detail, c.scope) || !strings.Contains(a.noted[0].Detail, scope) || a.noted[0].Severity != finding.Error {
				t.Errorf("the finding does not name the scopes: %+v", a.noted[0])
			}
		}
	}
}

func TestEveryCallNeedsThePermissionOrRole(t *testing.T) {
	for _, c := range calls {
		t.Run(c.operation, func(t *testing.T) {
			h := withWebhook(t)
			but := slices.DeleteFunc(store.Permissions(), func(p store.Permission) bool { return p == c.permission })
			switch {
			case c.admin:
				a := h.call(c.method, c.target, h.token(store.RoleUser, store.Permissions(), c.scope), c.body)
				a.want(t, http.StatusForbidden, `{"status":"error","message":"The role Admin or SuperAdmin is missing"}`)
				a.wantCodes(t, "role_missing")
			case c.permission != "":
				a := h.call(c.method, c.target, h.token(store.RoleUser, but, c.scope), c.body)
				a.want(t, http.StatusForbidden, `{"status":"error","message":"The permission `+string(c.permission)+` is missing"}`)
				a.wantCodes(t, "permission_missing")
				h.call(c.method, c.target, h.token(store.RoleUser, []store.Permission{c.permission}, c.scope), c.body).want(t, http.StatusOK, "")
			default:
				h.call(c.method, c.target, h.token(store.RoleUser, nil, c.scope), c.body).want(t, http.StatusOK, "")
			}
		})
	}
}

func TestTheTableOfTheTestsIsTheTableOfTheSurface(t *testing.T) {
	h := build(t, nil)
	var have, want []string
	for _, r := range h.api.Surface().Routes {
		have = append(have, r.Operation)
	}
	for _, c := range calls {
		want = append(want, c.operation)
	}
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("the surface has %v, the tests %v", have, want)
	}
	contract, err := openapi.Load("oauth_api")
	if err != nil {
		t.Fatal(err)
	}
	var described []string
	for _, op := range contract.Operations() {
		described = append(described, op.ID)
	}
	slices.Sort(described)
	if !slices.Equal(have, described) {
		t.Errorf("the surface has %v, the contract %v", have, described)
	}
}

func TestWhoHasNoAccessTokenGetsTheLeaguesAnswer(t *testing.T) {
	const missing = `{"error":"access_denied","error_description":"The resource owner or authorization server denied the request.","hint":"Missing \"Authorization\" header","message":"The resource owner or authorization server denied the request."}`
	const wrong = `{"error":"access_denied","error_description":"The resource owner or authorization server denied the request.","hint":"Access token could not be verified","message":"The resource owner or authorization server denied the request."}`
	h := build(t, nil)
	good := h.admin()
	for name, c := range map[string]struct {
		env           store.Environment
		authorization string
		later         time.Duration
		body          string
		code          []string
	}{
		"nothing":                {body: missing, code: []string{"token_missing"}},
		"an API token":           {authorization: "Bearer " + strings.Repeat("A1", 32), body: wrong, code: []string{"api_token"}},
		"a refresh token":        {authorization: "Bearer def50200aa11", body: wrong, code: []string{"not_access_token"}},
		"another scheme":         {authorization: "Apikey " + good, body: wrong, code: []string{"token_scheme"}},
		"any text":               {authorization: "Bearer abc", body: wrong},
		"a changed token":        {authorization: "Bearer " + good[:len(good)-4] + "AAAA", body: wrong},
		"of the other host":      {env: store.Production, authorization: "Bearer " + good, body: wrong},
		"a token that has ended": {authorization: "Bearer " + good, later: oauth2.AccessLife, body: wrong, code: []string{"token_expired"}},
	} {
		t.Run(name, func(t *testing.T) {
			h.t = t
			h.api.Now = func() time.Time { return epoch.Add(c.later) }
			h.api.OAuth.Now = h.api.Now
			a := h.send(c.env, http.MethodGet, "/api/v1/me", c.authorization, "", "")
			a.want(t, http.StatusUnauthorized, c.body)
			a.wantCodes(t, c.code...)
			if got := a.Header().Get("WWW-Authenticate"); got != `Bearer realm="SePay"` {
				t.Errorf("WWW-Authenticate: %s", got)
			}
		})
	}
}

func TestTheHostNamesKeepTheEnvironmentsApart(t *testing.T) {
	h := build(t, nil)
	hosts := map[string]openapi.Environment{}
	for _, host := range h.api.Surface().Hosts {
		hosts[host.Name] = host.Environment
	}
	if hosts["my.sepay.vn"] != openapi.Production || hosts["my.dev.sepay.vn"] != openapi.Sandbox || len(hosts) != 2 {
		t.Errorf("hosts %v", hosts)
	}
	h.send(store.Sandbox, http.MethodGet, "/api/v1/me", "Bearer "+h.admin(), "", "").want(t, http.StatusOK, "")
}

func TestWhatIsNotThereOrAnotherCompanysIsNotFound(t *testing.T) {
	h := withWebhook(t)
	token := h.admin()
	for _, c := range []struct{ method, target, body string }{
		{"GET", "/api/v1/bank-accounts/9", ""},
		{"GET", "/api/v1/bank-accounts/77", ""},
		{"GET", "/api/v1/bank-accounts/+1", ""},
		{"GET", "/api/v1/bank-accounts/99999999999999999999", ""},
		{"GET", "/api/v1/bank-accounts/9223372036854775808", ""},
		{"GET", "/api/v1/bank-accounts/9/sub-accounts", ""},
		{"GET", "/api/v1/bank-accounts/x/sub-accounts", ""},
		{"GET", "/api/v1/transactions/909", ""},
		{"GET", "/api/v1/transactions/x", ""},
		{"GET", "/api/v1/webhooks/9", ""},
		{"GET", "/api/v1/webhooks/x", ""},
		{"PATCH", "/api/v1/webhooks/9", `{"active":0}`},
		{"PATCH", "/api/v1/webhooks/x", `{"active":0}`},
		{"DELETE", "/api/v1/webhooks/9", ""},
		{"DELETE", "/api/v1/webhooks/x", ""},
	} {
		a := h.call(c.method, c.target, token, c.body)
		if a.Code != http.StatusNotFound || a.Body.String() != `{"status":"error","message":"There is no such record"}` {
			t.Errorf("%s %s: %d %s", c.method, c.target, a.Code, a.Body)
		}
	}
	a := h.call("GET", "/api/v1/transactions/7f3a0000-0000-4000-8000-000000000001", token, "")
	a.want(t, http.StatusNotFound, "")
	a.wantCodes(t, "v2_id")
	for _, c := range []struct{ method, target string }{{"GET", "/api/v1/companies"}, {"PUT", "/api/v1/webhooks/1"}, {"GET", "/api/v1/me/"}} {
		h.call(c.method, c.target, token, "").want(t, http.StatusNotFound, `{"status":"error","message":"There is no such resource"}`)
	}
}

func TestAnInternalErrorSaysNoMore(t *testing.T) {
	h := build(t, nil)
	token := h.admin()
	if err := h.api.Store.Close(); err != nil {
		t.Fatal(err)
	}
	h.call("GET", "/api/v1/company", token, "").want(t, http.StatusInternalServerError, `{"status":"error","message":"Internal server error"}`)
}

func TestTooManyRequestsSayHowLongToWait(t *testing.T) {
	h := build(t, nil)
	w := httptest.NewRecorder()
	h.api.Surface().TooMany(w, surface.Limit{PerSecond: 3, RetryAfter: 1500 * time.Millisecond})
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "2" || w.Body.String() != `{"status":"error","message":"Too many requests"}` {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}
