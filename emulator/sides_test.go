package emulator_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// sideCall is a request with the credentials of one side of a company.
type sideCall struct {
	live, sandbox string // host names
	method, path  string
	header        func(wire.Company, *emulator.Company) map[string]string
	body          func(wire.Company) string
}

func (c sideCall) send(sepay *emulator.Emulator, of *emulator.Company, host string) (int, string) {
	GinkgoHelper()
	s := of.State()
	body := ""
	if c.body != nil {
		body = c.body(s)
	}
	req, err := http.NewRequest(c.method, sepay.URL()+c.path, strings.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	req.Host = host
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if strings.Contains(c.path, "{client}") {
		req.URL.Path = strings.SplitN(c.path, "?", 2)[0]
		req.URL.RawQuery = url.Values{"response_type": {"code"}, "client_id": {s.OAuthApps[0].ClientID}, "redirect_uri": {"https://shop.example/cb"}, "state": {"x"}}.Encode()
	}
	if c.header != nil {
		for name, value := range c.header(s, of) {
			req.Header.Set(name, value)
		}
	}
	status, _, text := send(noRedirect, req)
	return status, text
}

var _ = Describe("The live and the test side of a company", func() {
	bearer := func(s wire.Company, _ *emulator.Company) map[string]string {
		return map[string]string{"Authorization": "Bearer " + s.APITokens[0]}
	}
	basic := func(s wire.Company, _ *emulator.Company) map[string]string {
		r, _ := http.NewRequest(http.MethodGet, "/", nil)
		r.SetBasicAuth(s.Merchant.MerchantID, s.Merchant.SecretKey)
		return map[string]string{"Authorization": r.Header.Get("Authorization")}
	}
	access := func(_ wire.Company, of *emulator.Company) map[string]string {
		return map[string]string{"Authorization": "Bearer " + of.AccessToken("profile")}
	}
	codeGrant := func(s wire.Company) string {
		a := s.OAuthApps[0]
		return url.Values{"grant_type": {"authorization_code"}, "code": {"x"}, "redirect_uri": {"https://shop.example/cb"}, "client_id": {a.ClientID}, "client_secret": {a.ClientSecret}}.Encode()
	}
	checkout := func(s wire.Company) string {
		return till{id: s.Merchant.MerchantID, secret: s.Merchant.SecretKey}.form().Encode()
	}

	DescribeTable("each take their credentials at their own host names, and a finding says when they meet at the other's",
		func(c sideCall, refused, taken int) {
			sepay := emulator.StartT(GinkgoT(), emulator.WithCompany(wire.NewCompany{ID: "shop", OAuthApps: []wire.OAuthApp{{RedirectURIs: []string{"https://shop.example/cb"}}}}))
			test, live := sepay.Company(), sepay.Company().Live()
			for _, at := range []struct {
				host  string
				of    *emulator.Company
				right bool
			}{{c.sandbox, test, true}, {c.live, live, true}, {c.live, test, false}, {c.sandbox, live, false}} {
				before := len(sides(sepay))
				status, text := c.send(sepay, at.of, at.host)
				want := refused
				if at.right {
					want = taken
				}
				Expect(status).To(Equal(want), "%s at %s: %s", at.of.ID(), at.host, text)
				Expect(codes(sepay)).NotTo(ContainElement("credentials.refused"), "%s at %s: the credentials are right", at.of.ID(), at.host)
				Expect(len(sides(sepay))-before).To(Equal(map[bool]int{true: 0, false: 1}[at.right]), "%s at %s", at.of.ID(), at.host)
			}
			told := sides(sepay)
			Expect(told[0].Detail + told[1].Detail).To(And(ContainSubstring("live side of company shop:live"), ContainSubstring("test side of company shop;")))
		},
		Entry("API v2", sideCall{"userapi.sepay.vn", "userapi-sandbox.sepay.vn", "GET", "/v2/transactions", bearer, nil}, 401, 200),
		Entry("the orders API", sideCall{"pgapi.sepay.vn", "pgapi-sandbox.sepay.vn", "GET", "/v1/order", basic, nil}, 401, 200),
		Entry("API v1, where a refusal is an empty 200", sideCall{"my.sepay.vn", "my.dev.sepay.vn", "GET", "/userapi/transactions/list", bearer, nil}, 200, 200),
		Entry("the OAuth2 API", sideCall{"my.sepay.vn", "my.dev.sepay.vn", "GET", "/api/v1/me", access, nil}, 401, 200),
		Entry("the token endpoint", sideCall{"my.sepay.vn", "my.dev.sepay.vn", "POST", "/oauth/token", nil, codeGrant}, 401, 400),
		Entry("the authorization request", sideCall{"my.sepay.vn", "my.dev.sepay.vn", "GET", "/oauth/authorize?{client}", nil, nil}, 400, 200),
		Entry("the checkout", sideCall{"pay.sepay.vn", "pay-sandbox.sepay.vn", "POST", "/v1/checkout/init", nil, checkout}, 400, 302),
	)

	It("have accounts, orders and notices of their own", func() {
		got := newShop(answer(200, `{"success":true}`))
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(got.URL+"/hook"))
		test, live := sepay.Company(), sepay.Company().Live()
		Expect(live.Account().Number()).NotTo(Equal(test.Account().Number()))
		live.Account().Receive(1000, "live").Wait()
		test.Account().Receive(2000, "test").Wait()
		Expect(got.requests()).To(HaveLen(2))
		for of, want := range map[*emulator.Company]string{test: `"amount_in":2000`, live: `"amount_in":1000`} {
			_, _, body := api{sepay: sepay, token: of.APIToken()}.get("/v2/transactions")
			Expect(body).To(And(ContainSubstring(want), ContainSubstring(`"total":1,`)))
		}
	})

	It("hear of transfers over virtual accounts on both sides, whichever ids a webhook lists on one", func() {
		got := newShop(answer(200, `{"success":true}`))
		sepay := emulator.StartT(GinkgoT(), emulator.WithCompany(wire.NewCompany{
			ID: "shop", BankAccounts: []wire.NewBankAccount{{Bank: "MBBank", VirtualAccounts: []wire.NewVirtualAccount{{Official: true}}}},
			Webhooks: []wire.WebhookBody{{WebhookURL: new(got.URL + "/hook"), VAMode: new("list"), BankSubAccountIDs: []int64{1}}},
		}))
		for _, side := range []*emulator.Company{sepay.Company(), sepay.Company().Live()} {
			va := side.State().BankAccounts[0].VirtualAccounts[0].Number
			side.Account().Move(wire.NewTransfer{Direction: "in", VA: va, Amount: 50_000, Content: new("tien hang")}).Wait()
		}
		Expect(got.requests()).To(HaveLen(2))
	})

	It("are the other way round for a company of production", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithCompany(wire.NewCompany{ID: "shop", Environment: "production"}))
		test := sepay.Company().Test()
		Expect(test.ID()).To(Equal("shop:test"))
		Expect(test.State().Merchant.MerchantID).To(HavePrefix("SP-TEST-"))
		Expect(sepay.Company().State().Live).To(BeNil())
	})
})

func sides(sepay *emulator.Emulator) []finding.Finding {
	var out []finding.Finding
	for _, f := range sepay.Findings() {
		if f.Code == "credentials.wrong_side" {
			out = append(out, f)
		}
	}
	return out
}

var _ = Describe("Behind a reverse proxy", func() {
	state := func(sepay *emulator.Emulator, host string, headers ...string) (int, string) {
		req, err := http.NewRequest(http.MethodGet, sepay.URL()+"/_control/v1/state", nil)
		Expect(err).NotTo(HaveOccurred())
		if host != "" {
			req.Host = host
		}
		for i := 0; i < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		status, _, text := send(noRedirect, req)
		var s wire.State
		_ = json.Unmarshal([]byte(text), &s)
		return status, s.Addresses["checkout"]
	}

	It("addresses are those that the browser used", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithAllowedHosts("sepay.shop.test"))
		status, checkout := state(sepay, "", "X-Forwarded-Host", "sepay.shop.test", "X-Forwarded-Proto", "https")
		Expect(status).To(Equal(200))
		Expect(checkout).To(Equal("https://sepay.shop.test/v1/checkout"))
	})

	It("a page cannot make up a local host, nor can a proxy pass a foreign one on", func() {
		sepay := emulator.StartT(GinkgoT())
		status, _ := state(sepay, "evil.test", "X-Forwarded-Host", "127.0.0.1")
		Expect(status).To(Equal(403))
		status, _ = state(sepay, "", "X-Forwarded-Host", "evil.test")
		Expect(status).To(Equal(403))
	})

	It("SePay's host names place a request, and choose the side", func() {
		sepay := emulator.StartT(GinkgoT())
		req, err := http.NewRequest(http.MethodGet, sepay.URL()+"/v2/transactions", nil)
		Expect(err).NotTo(HaveOccurred())
		req.Header.Set("X-Forwarded-Host", "userapi.sepay.vn")
		req.Header.Set("Authorization", "Bearer "+sepay.Company().APIToken())
		status, _, _ := send(noRedirect, req)
		Expect(status).To(Equal(401))
		Expect(sides(sepay)).To(HaveLen(1))
	})
})
