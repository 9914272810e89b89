package emulator_test

import (
	"net/http"
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
)

// asked is a request to a host of SePay's, or to a plain address.
type asked struct{ method, host, path, kind, body string }

var _ = Describe("A request that no operation serves as it is", func() {
	token := func(sepay *emulator.Emulator) string { return "Bearer " + sepay.Company().APIToken() }
	send := func(sepay *emulator.Emulator, a asked, authorization string) (int, []string) {
		GinkgoHelper()
		req, err := http.NewRequest(a.method, sepay.URL()+a.path, strings.NewReader(a.body))
		Expect(err).NotTo(HaveOccurred())
		if a.host != "" {
			req.Host = a.host
		}
		if a.kind != "" {
			req.Header.Set("Content-Type", a.kind)
		}
		if authorization != "" {
			req.Header.Set("Authorization", authorization)
		}
		status, _, _ := send(noRedirect, req)
		var codes []string
		for _, f := range sepay.Findings() {
			Expect(f.Detail).NotTo(BeEmpty())
			Expect(f.Hint).NotTo(BeEmpty())
			codes = append(codes, f.Code)
		}
		return status, codes
	}
	const xid = "/v2/bank-accounts/2d0b284b-6955-11f1-b21a-a6006ab65aca"

	DescribeTable("is documented and not emulated, at another host, of another method, or unknown: a finding says which",
		func(a asked, status int, code string) {
			sepay := emulator.StartT(GinkgoT(), emulator.WithContract(emulator.ContractOff))
			got, codes := send(sepay, a, token(sepay))
			Expect(got).To(Equal(status))
			Expect(codes).To(ContainElement(code))
			for _, other := range []string{"surface.not_emulated", "surface.other_host", "surface.wrong_method", "surface.unknown_operation"} {
				if other != code {
					Expect(codes).NotTo(ContainElement(other))
				}
			}
		},
		Entry("an order VA", asked{"POST", "", xid + "/orders", "application/json", `{}`}, 404, "surface.not_emulated"),
		Entry("an order VA at its host", asked{"GET", "userapi-sandbox.sepay.vn", xid + "/orders", "", ""}, 404, "surface.not_emulated"),
		Entry("a BIDV order of v1", asked{"POST", "my.dev.sepay.vn", "/userapi/bidv/1/orders", "application/json", `{}`}, 404, "surface.not_emulated"),
		Entry("Bank Hub by its host", asked{"POST", "bankhub-api.sepay.vn", "/v1/token", "", ""}, 404, "surface.not_emulated"),
		Entry("Bank Hub by its path", asked{"GET", "", "/v1/company", "", ""}, 404, "surface.not_emulated"),
		Entry("a refund", asked{"POST", "", "/v2/transactions/x/refund", "application/json", `{}`}, 404, "surface.not_emulated"),
		Entry("v2 at the host of v1", asked{"GET", "my.sepay.vn", "/v2/transactions", "", ""}, 404, "surface.other_host"),
		Entry("the checkout at the orders API", asked{"POST", "pgapi.sepay.vn", "/v1/checkout/init", "application/x-www-form-urlencoded", "a=b"}, 404, "surface.other_host"),
		Entry("the checkout by GET", asked{"GET", "", "/v1/checkout/init?merchant=x", "", ""}, 404, "surface.wrong_method"),
		Entry("v2 by POST", asked{"POST", "", "/v2/transactions", "application/json", `{}`}, 404, "surface.wrong_method"),
		Entry("the token endpoint by GET", asked{"GET", "", "/oauth/token?grant_type=x", "", ""}, 404, "surface.wrong_method"),
		Entry("a cancel by GET", asked{"GET", "", "/v1/order/cancel", "", ""}, 404, "surface.wrong_method"),
		Entry("a slip", asked{"GET", "", "/v2/transaction", "", ""}, 404, "surface.unknown_operation"),
		Entry("nothing at Bank Hub", asked{"GET", "bankhub-api.sepay.vn", "/v1/moon", "", ""}, 404, "surface.unknown_operation"),
	)

	DescribeTable("has a body of another media type: a finding names that, and not the fields",
		func(a asked, code ...string) {
			sepay := emulator.StartT(GinkgoT(), emulator.WithContract(emulator.ContractOff))
			m := sepay.Company().State().Merchant
			req, _ := http.NewRequest(http.MethodGet, "/", nil)
			req.SetBasicAuth(m.MerchantID, m.SecretKey)
			_, codes := send(sepay, a, req.Header.Get("Authorization"))
			Expect(codes).To(ContainElement("surface.content_type"))
			Expect(codes).NotTo(ContainElement(HavePrefix("checkout.")))
		},
		Entry("a checkout as JSON", asked{"POST", "", "/v1/checkout/init", "application/json", `{"merchant":"x"}`}),
		Entry("a checkout as text", asked{"POST", "", "/v1/checkout/init", "text/plain", "merchant=x"}),
		Entry("a checkout without a type", asked{"POST", "", "/v1/init", "", "merchant=x"}),
		Entry("a cancel as a form", asked{"POST", "", "/v1/order/cancel", "application/x-www-form-urlencoded", "order_invoice_number=DH1"}),
		Entry("a token request as text", asked{"POST", "", "/oauth/token", "text/plain", "grant_type=x"}),
		Entry("a webhook as a form", asked{"POST", "", "/api/v1/webhooks", "application/x-www-form-urlencoded", "name=x"}),
	)

	DescribeTable("has its credential in the query: a finding names that",
		func(path, name string) {
			sepay := emulator.StartT(GinkgoT(), emulator.WithContract(emulator.ContractOff))
			_, codes := send(sepay, asked{method: "GET", path: path + "?" + url.Values{name: {sepay.Company().APIToken()}}.Encode()}, "")
			Expect(codes).To(ContainElement("credentials.in_query"))
		},
		Entry("API v2", "/v2/transactions", "token"),
		Entry("API v2, as a key", "/v2/bank-accounts", "api_key"),
		Entry("API v1", "/userapi/transactions/list", "Authorization"),
		Entry("the orders API", "/v1/order", "secret_key"),
		Entry("the OAuth2 API", "/api/v1/me", "access_token"),
	)

	It("is a finding only when something is wrong", func() {
		sepay := emulator.StartT(GinkgoT())
		for _, path := range []string{"/v2/transactions", "/v2/bank-accounts?per_page=1", "/userapi/transactions/list"} {
			_, codes := send(sepay, asked{method: "GET", path: path}, token(sepay))
			Expect(codes).To(BeEmpty())
		}
	})
})

var _ = Describe("An address that no surface has", func() {
	It("breaks no contract, and is a page for a browser and a message for a program", func() {
		sepay := emulator.StartT(GinkgoT())
		for accept, want := range map[string][2]string{
			"text/html,*/*":    {"text/html; charset=utf-8", "localsepay does not emulate this address"},
			"application/json": {"application/json", "localsepay does not emulate this"},
		} {
			req, err := http.NewRequest(http.MethodGet, sepay.URL()+"/v1/nope", nil)
			Expect(err).NotTo(HaveOccurred())
			req.Header.Set("Accept", accept)
			status, header, body := do(req)
			Expect(status).To(Equal(http.StatusNotFound))
			Expect(header.Get("Content-Type")).To(HavePrefix(want[0]))
			Expect(body).To(ContainSubstring(want[1]))
		}
		Expect(codes(sepay)).To(HaveEach("surface.unknown_operation"))
	})
})
