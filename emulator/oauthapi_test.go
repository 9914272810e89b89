package emulator_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// call makes a request of the OAuth2 API and returns status and body.
func (a api) call(method, path, body string) (int, map[string]any) {
	GinkgoHelper()
	req, err := http.NewRequest(method, a.sepay.URL()+"/api/v1"+path, strings.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	req.Header.Set("Content-Type", "application/json")
	status, _, text := do(req)
	return status, decode(text)
}

// newWebhook is the least that a creation needs, and more members.
func newWebhook(url, more string) string {
	return `{"name":"Shop","event_type":"In_only","authen_type":"No_Authen","webhook_url":"` + url + `","bank_account_id":0,"is_verify_payment":0,"skip_if_no_code":0,"request_content_type":"Json"` + more + `}`
}

// bearer is a client with a token of these scopes.
func bearer(sepay *emulator.Emulator, scopes ...string) api {
	return api{sepay: sepay, token: sepay.Company().AccessToken(scopes...)}
}

func newAPICompany(options ...emulator.Option) *emulator.Emulator {
	GinkgoHelper()
	return emulator.StartT(GinkgoT(), append([]emulator.Option{emulator.WithCompany(wire.NewCompany{
		ID: "demo", OAuthApps: []wire.OAuthApp{{RedirectURIs: []string{callback}}},
		BankAccounts: []wire.NewBankAccount{
			{Bank: "MBBank", AccountNumber: "0000012345", Label: "Web", VirtualAccounts: []wire.NewVirtualAccount{{Official: true, Number: "VA01"}, {Official: true, Number: "VA02", Label: "Quay"}}},
			{Bank: "TPBank", AccountNumber: "7654321"},
		},
	})}, options...)...)
}

var _ = Describe("The OAuth2 API", func() {
	It("lets each scope do what it is for, and nothing else", func() {
		sepay := newAPICompany(emulator.WithWebhook("http://127.0.0.1:9/hook"), emulator.AllowPending())
		paid := sepay.Company().Account().Receive(1_000, "x")
		calls := []struct{ method, path, body, scope string }{
			{"GET", "/me", "", "profile"}, {"GET", "/company", "", "company"}, {"PATCH", "/company/configurations", `{"payment_code_formats":[{"prefix":"DH","is_active":1}]}`, "company"},
			{"GET", "/bank-accounts", "", "bank-account:read"}, {"GET", "/bank-accounts/1", "", "bank-account:read"}, {"GET", "/bank-accounts/1/sub-accounts", "", "bank-account:read"},
			{"GET", "/transactions", "", "transaction:read"}, {"GET", fmt.Sprint("/transactions/", paid.ID), "", "transaction:read"},
			{"GET", "/webhooks", "", "webhook:read"}, {"GET", "/webhooks/1", "", "webhook:read"},
			{"POST", "/webhooks", newWebhook("http://127.0.0.1:9/b", ""), "webhook:write"}, {"PATCH", "/webhooks/1", `{"active":0}`, "webhook:write"},
			{"DELETE", "/webhooks/1", "", "webhook:delete"},
		}
		for _, scope := range append(oauth2.Scopes(), "") {
			a := api{sepay: sepay}
			if scope != "" {
				a = bearer(sepay, scope)
			}
			for _, c := range calls {
				status, body := a.call(c.method, c.path, c.body)
				switch {
				case scope == "":
					Expect([]any{status, body["error"]}).To(Equal([]any{401, "access_denied"}), c.path)
				case scope != c.scope:
					Expect([]any{status, body["status"]}).To(Equal([]any{403, "error"}), scope+" "+c.path)
				case c.method != "DELETE":
					Expect(status).To(Equal(200), fmt.Sprint(c.path, body))
					Expect(body["status"]).To(Equal("success"))
				}
			}
		}
	})

	It("asks for the user's permission too", func() {
		sepay := newAPICompany()
		user := sepay.Company().State().Users[0]
		all := bearer(sepay, oauth2.Scopes()...)
		grants := map[string]string{
			"bank_accounts:view_list": "GET /bank-accounts", "bank_accounts:view_details": "GET /bank-accounts/1", "bank_transactions:view_list": "GET /transactions",
			"webhooks:view_list": "GET /webhooks", "webhooks:add": "POST /webhooks", "webhooks:edit": "PATCH /webhooks/1", "webhooks:delete": "DELETE /webhooks/1",
		}
		for permission := range grants {
			controlCall(sepay, http.MethodPatch, "/users/"+jsonText(user.ID), `{"role":"User","permissions":["`+permission+`"]}`)
			for needed, call := range grants {
				method, path, _ := strings.Cut(call, " ")
				status, _ := all.call(method, path, `{}`)
				Expect(status == 403).To(Equal(needed != permission), permission+": "+call)
			}
		}
		Expect(codes(sepay)).To(ContainElement("oauth_api.permission_missing"))
	})

	It("shows the user and the company in the documented shapes", func() {
		sepay := newAPICompany()
		_, me := bearer(sepay, "profile").call("GET", "/me", "")
		user := sepay.Company().State().Users[0]
		Expect(me["data"]).To(And(HaveKeyWithValue("id", BeNumerically("==", user.ID)), HaveKeyWithValue("email", user.Email), HaveKeyWithValue("avatar", HavePrefix("https://www.gravatar.com/avatar/"))))
		_, company := bearer(sepay, "company").call("GET", "/company", "")
		Expect(company["data"]).To(And(HaveKeyWithValue("role", "SuperAdmin"), HaveKeyWithValue("configurations", And(
			HaveKeyWithValue("data_storage_time", "90"), HaveKeyWithValue("paycode", true),
			HaveKeyWithValue("payment_code_formats", ConsistOf(map[string]any{"prefix": "DH", "suffix_from": 3.0, "suffix_to": 10.0, "character_type": "NumberOnly", "is_active": true})),
		))))
	})

	It("merges payment-code formats by prefix, and they are recognised at once", func() {
		sepay := newAPICompany()
		a := bearer(sepay, "company")
		status, body := a.call("PATCH", "/company/configurations", `{"payment_code_formats":[{"prefix":"hd","suffix_from":4,"suffix_to":6,"character_type":"NumberAndLetter","is_active":1},{"prefix":"DH","is_active":0}]}`)
		Expect(status).To(Equal(200))
		formats := body["data"].(map[string]any)["payment_code_formats"].([]any)
		Expect(formats).To(HaveLen(2))
		Expect(formats[0]).To(And(HaveKeyWithValue("prefix", "DH"), HaveKeyWithValue("is_active", false), HaveKeyWithValue("suffix_to", 10.0)))
		Expect(formats[1]).To(And(HaveKeyWithValue("prefix", "HD"), HaveKeyWithValue("is_active", true)))
		Expect(sepay.Company().Account().Receive(1_000, "HD12AB thanh toan").PaymentCode()).To(Equal("HD12AB"))
		Expect(sepay.Company().Account().Receive(1_000, "DH123456").PaymentCode()).To(BeEmpty())
		for _, bad := range []string{`x`, `{"payment_code_formats":[{"prefix":"TOOLONG"}]}`, `{"payment_code_formats":[{"prefix":"HD","suffix_to":99}]}`, `{"payment_code_formats":[{"prefix":"HD","is_active":"yes"}]}`} {
			status, body := a.call("PATCH", "/company/configurations", bad)
			Expect([]any{status, body["status"]}).To(Equal([]any{400, "error"}), bad)
		}
	})

	It("pages and filters accounts and transactions", func() {
		sepay := newAPICompany()
		a := bearer(sepay, "bank-account:read", "transaction:read")
		ids := func(path string) []any {
			GinkgoHelper()
			status, body := a.call("GET", path, "")
			Expect(status).To(Equal(200), fmt.Sprint(body))
			return pluck(rows(body), "id")
		}
		_, body := a.call("GET", "/bank-accounts?limit=1&page=2", "")
		Expect(body["meta"]).To(Equal(map[string]any{"pagination": map[string]any{"total": 2.0, "per_page": 1.0, "current_page": 2.0, "last_page": 2.0}}))
		_, body = a.call("GET", "/bank-accounts/1", "")
		Expect(body["data"]).To(And(HaveKeyWithValue("account_number", "0000012345"), HaveKeyWithValue("active", true), HaveKeyWithValue("label", "Web"),
			HaveKeyWithValue("bank", And(HaveKeyWithValue("short_name", "MBBank"), HaveKeyWithValue("bin", "970422")))))
		_, body = a.call("GET", "/bank-accounts/1/sub-accounts", "")
		Expect(pluck(rows(body), "account_number")).To(ConsistOf("VA01", "VA02"))
		other := sepay.NewCompany(noCompany)
		for _, missing := range []string{"/bank-accounts/99", "/bank-accounts/x", fmt.Sprint("/bank-accounts/", other.State().BankAccounts[0].ID), "/bank-accounts/99/sub-accounts", "/transactions/1", "/transactions/x", "/nothing"} {
			status, _ := a.call("GET", missing, "")
			Expect(status).To(Equal(404), missing)
		}

		first := sepay.Company().Account()
		one := first.Receive(10_000, "DH123456 one")
		two := first.Move(wire.NewTransfer{Direction: "in", VA: "VA01", Amount: 20_000, Content: new("two"), Reference: new("FT1")})
		sepay.Advance(24 * time.Hour)
		a = bearer(sepay, "bank-account:read", "transaction:read") // the first one lived for an hour
		three := sepay.Company().AccountNumbered("7654321").Receive(30_000, "three")
		out := sepay.Company().AccountNumbered("7654321").Send(5_000, "out")
		stranger := other.Account().Receive(10_000, "theirs")
		n := func(t *emulator.Transfer) any { return float64(t.ID) }
		for query, want := range map[string][]any{
			"": {n(out), n(three), n(two), n(one)}, "?limit=1&page=2": {n(three)}, "?limit=0": {n(out), n(three), n(two), n(one)}, "?limit=1000": {n(out), n(three), n(two), n(one)},
			"?bank_account_id=1": {n(two), n(one)}, "?account_number=7654321": {n(out), n(three)}, "?bank_account_id=1&account_number=7654321": {}, "?bank_account_id=99": {},
			"?reference_number=FT1": {n(two)}, "?from_date=2026-01-06": {n(out), n(three)}, "?to_date=2026-01-05": {n(two), n(one)}, "?from_date=2026-01-05&to_date=2026-01-06": {n(out), n(three), n(two), n(one)},
			"?amount_in=20000": {n(two)}, "?amount_out=5000": {n(out)}, "?from_date=yesterday": {n(out), n(three), n(two), n(one)}, "?per_page=1": {n(out), n(three), n(two), n(one)},
		} {
			Expect(ids("/transactions"+query)).To(Equal(want), query)
		}
		Expect(codes(sepay)).To(ContainElement("oauth_api.userapi_parameter"))
		_, body = a.call("GET", fmt.Sprint("/transactions/", two.ID), "")
		Expect(body["data"]).To(And(HaveKeyWithValue("amount_in", 20_000.0), HaveKeyWithValue("amount_out", 0.0), HaveKeyWithValue("code", BeNil()), HaveKeyWithValue("sub_account", "VA01"), HaveKeyWithValue("bank_account_id", 1.0), HaveKeyWithValue("transaction_date", "2026-01-05 09:00:00")))
		status, _ := a.call("GET", fmt.Sprint("/transactions/", stranger.ID), "")
		Expect(status).To(Equal(404))
	})

	It("keeps webhooks that the emulator sends from, through their whole life", func() {
		s := newShop(accept)
		sepay := newAPICompany()
		a := bearer(sepay, "webhook:read", "webhook:write", "webhook:delete")
		status, body := a.call("POST", "/webhooks", `{"bank_account_id":1,"name":"Shop","event_type":"In_only","authen_type":"HMAC_SHA256","secret_key":"whsec_1","webhook_url":"`+s.URL+`/hook","is_verify_payment":1,"skip_if_no_code":1,"request_content_type":"Json","only_va":0,"retry_conditions":["non_2xx_status_code"]}`)
		Expect(status).To(Equal(200), fmt.Sprint(body))
		Expect(body).NotTo(HaveKey("id"))
		path := fmt.Sprint("/webhooks/", body["data"].(map[string]any)["id"])
		_, body = a.call("GET", path, "")
		Expect(body["data"]).To(And(HaveKeyWithValue("secret_key", "whsec_1"), HaveKeyWithValue("is_verify_payment", true), HaveKeyWithValue("only_va", false), HaveKeyWithValue("bank_account_id", 1.0),
			HaveKeyWithValue("bank_mode", "single"), HaveKeyWithValue("retry_conditions", map[string]any{"non_2xx_status_code": 1.0}), Not(HaveKey("api_key"))))
		paid := sepay.Company().Account().Receive(1_000, "DH123456")
		Expect(paid.Wait().Status).To(Equal("succeeded"))
		Expect(s.requests()[0].Header).To(HaveKey("X-Sepay-Signature"))

		for query, want := range map[string]int{"": 1, "?webhook_url=/hook": 1, "?webhook_url=nowhere": 0, "?active=1": 1, "?active=0": 0, "?active=x": 1, "?api_key=k": 0, "?page=2": 0} {
			_, body = a.call("GET", "/webhooks"+query, "")
			Expect(rows(body)).To(HaveLen(want), query)
		}
		status, _ = a.call("PATCH", path, `{"active":0}`)
		Expect(status).To(Equal(200))
		_, body = a.call("GET", path, "")
		Expect(body["data"]).To(And(HaveKeyWithValue("active", false), HaveKeyWithValue("name", "Shop")))
		sepay.Company().Account().Receive(1_000, "DH123456")
		sepay.Settle()
		Expect(s.requests()).To(HaveLen(1))
		status, _ = a.call("DELETE", path, "")
		Expect(status).To(Equal(200))
		for _, method := range []string{"GET", "PATCH", "DELETE"} {
			status, _ = a.call(method, path, `{}`)
			Expect(status).To(Equal(404), method)
		}
		Expect(sepay.Delivery(paid.Webhooks[0].DeliveryID).Status).To(Equal("succeeded"), "the log stays")
	})

	It("refuses what SePay would not save, and another company's webhook", func() {
		sepay := newAPICompany()
		a := bearer(sepay, "webhook:write")
		for _, bad := range []string{`x`, `{}`, `{"webhook_url":"ftp://x/"}`, `{"webhook_url":"http://127.0.0.1/","bank_account_id":99}`, `{"webhook_url":"http://127.0.0.1/","authen_type":"Api_Key"}`,
			`{"webhook_url":"http://127.0.0.1/","event_type":"Out_only","bank_account_id":1}`, `{"webhook_url":"http://127.0.0.1/","active":"yes"}`, `{"webhook_url":"http://127.0.0.1/","retry_conditions":7}`} {
			status, body := a.call("POST", "/webhooks", bad)
			Expect([]any{status, body["status"]}).To(Equal([]any{400, "error"}), bad)
		}
		theirs := sepay.NewCompany(noCompany).Webhook("http://127.0.0.1:9/")
		status, _ := a.call("PATCH", fmt.Sprint("/webhooks/", theirs.ID()), `{"active":0}`)
		Expect(status).To(Equal(404))
	})

	It("follows the settings that SePay's pages and clients disagree on", func() {
		sepay := newAPICompany(emulator.WithSetting("oauth_api.retry_conditions", "strict"), emulator.WithSetting("oauth_api.create_id", "root"), emulator.WithSetting("oauth_api.rate_limit", "3"))
		a := bearer(sepay, "webhook:write", "profile")
		status, _ := a.call("POST", "/webhooks", newWebhook("http://127.0.0.1:9/", `,"retry_conditions":{"non_2xx_status_code":1}`))
		Expect(status).To(Equal(500))
		status, body := a.call("POST", "/webhooks", newWebhook("http://127.0.0.1:9/", `,"retry_conditions":["non_2xx_status_code"]`))
		Expect(status).To(Equal(200))
		Expect(body["id"]).To(Equal(body["data"].(map[string]any)["id"]))
		a.call("GET", "/me", "")
		status, body = a.call("GET", "/me", "")
		Expect([]any{status, body["status"]}).To(Equal([]any{429, "error"}))
	})

	It("tells an API token of the other APIs from an access token", func() {
		sepay := newAPICompany()
		status, _ := api{sepay: sepay, token: sepay.Company().APIToken()}.call("GET", "/me", "")
		Expect(status).To(Equal(401))
		found := sepay.Findings()
		i := slices.IndexFunc(found, func(f finding.Finding) bool { return f.Code == "oauth_api.api_token" })
		Expect(found[i].Detail).To(ContainSubstring("user APIs v1 and v2"))
	})
})
