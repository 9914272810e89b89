package emulator_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/payment"
)

// till is a shop at the checkout: it signs forms and follows no redirect.
type till struct {
	sepay  *emulator.Emulator
	id     string
	secret string
	host   string
}

func newTill(sepay *emulator.Emulator) till {
	m := sepay.Company().State().Merchant
	return till{sepay: sepay, id: m.MerchantID, secret: m.SecretKey}
}

// form is a signed form; pairs are more fields, name and value in turn, and
// replace what stands there.
func (t till) form(pairs ...string) payment.Form {
	f := payment.Form{
		{Name: "merchant", Value: t.id}, {Name: "operation", Value: "PURCHASE"}, {Name: "order_invoice_number", Value: "DH1"},
		{Name: "order_amount", Value: "185000"}, {Name: "currency", Value: "VND"}, {Name: "order_description", Value: "Don hang DH1"},
	}
	for i := 0; i < len(pairs); i += 2 {
		f = set(f, pairs[i], pairs[i+1])
	}
	return append(f, payment.Field{Name: "signature", Value: payment.Sign(t.secret, f)})
}

func set(f payment.Form, name, value string) payment.Form {
	for i := range f {
		if f[i].Name == name {
			f[i].Value = value
			return f
		}
	}
	return append(f, payment.Field{Name: name, Value: value})
}

var noRedirect = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// post sends a form to a path and returns status, headers and body.
func (t till) post(path string, f payment.Form) (int, http.Header, string) {
	GinkgoHelper()
	req, err := http.NewRequest(http.MethodPost, t.sepay.URL()+path, strings.NewReader(f.Encode()))
	Expect(err).NotTo(HaveOccurred())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", "Mozilla/5.0 (test)")
	req.Host = t.host
	return send(noRedirect, req)
}

func send(client *http.Client, req *http.Request) (int, http.Header, string) {
	GinkgoHelper()
	was := http.DefaultClient
	defer func() { http.DefaultClient = was }()
	http.DefaultClient = client
	return do(req)
}

// open posts a form and returns the address of the page, path and query.
func (t till) open(pairs ...string) string {
	GinkgoHelper()
	status, h, body := t.post("/v1/checkout/init", t.form(pairs...))
	Expect(status).To(Equal(http.StatusFound), body)
	at, err := url.Parse(h.Get("Location"))
	Expect(err).NotTo(HaveOccurred())
	Expect(at.Path).To(Equal("/v1/checkout"))
	return at.RequestURI()
}

// look opens a page.
func (t till) look(at string) (int, http.Header, string) {
	GinkgoHelper()
	req, err := http.NewRequest(http.MethodGet, t.sepay.URL()+at, nil)
	Expect(err).NotTo(HaveOccurred())
	req.Host = t.host
	return send(noRedirect, req)
}

// action is the address of an action of a page.
func action(page, name string) string {
	return strings.Replace(page, "/v1/checkout?", "/v1/checkout/"+name+"?", 1)
}

// rest calls the orders API.
func (t till) rest(method, path, body string) (int, http.Header, map[string]any) {
	GinkgoHelper()
	req, err := http.NewRequest(method, t.sepay.URL()+path, strings.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	req.SetBasicAuth(t.id, t.secret)
	req.Header.Set("Content-Type", "application/json")
	req.Host = t.host
	status, h, text := do(req)
	return status, h, decode(text)
}

// order reads an order by the REST API.
func (t till) order(key string) map[string]any {
	GinkgoHelper()
	status, _, body := t.rest(http.MethodGet, "/v1/order/detail/"+key, "")
	Expect(status).To(Equal(http.StatusOK), fmt.Sprint(body))
	return body["data"].(map[string]any)
}

var _ = Describe("A checkout", func() {
	It("takes the 13 steps of a payment", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, ""))
		t := newTill(sepay)
		page := t.open("payment_method", "BANK_TRANSFER", "success_url", "https://shop.example/ok?order=DH1#/done", "customer_id", "KH-77")

		Expect(t.order("DH1")).To(HaveKeyWithValue("order_status", "AUTHENTICATION_NOT_NEEDED"))
		status, h, body := t.look(page)
		Expect(status).To(Equal(http.StatusOK), body)
		Expect(h.Get("Content-Type")).To(Equal("text/html; charset=utf-8"))
		Expect(body).To(ContainSubstring("Giả lập thanh toán"))

		status, h, _ = t.post(action(page, "pay"), payment.Form{{Name: "outcome", Value: "paid"}})
		Expect(status).To(Equal(http.StatusSeeOther))
		_, _, body = t.look(h.Get("Location"))
		Expect(body).To(ContainSubstring(`https://shop.example/ok?order=DH1#/done`))

		sepay.Settle()
		Expect(s.requests()).To(HaveLen(1))
		ipn := decode(s.requests()[0].Body)
		Expect(ipn).To(HaveKeyWithValue("notification_type", "ORDER_PAID"))
		Expect(ipn).To(HaveKeyWithValue("timestamp", BeNumerically("==", emulator.Epoch.Unix())))
		order := ipn["order"].(map[string]any)
		Expect(order).To(HaveKeyWithValue("order_amount", "185000.00"))
		Expect(order).To(HaveKeyWithValue("user_agent", "Mozilla/5.0 (test)"))
		Expect(order).To(HaveKeyWithValue("custom_data", BeEmpty()))
		Expect(ipn["transaction"]).To(HaveKeyWithValue("transaction_amount", "185000"))
		Expect(ipn["transaction"]).To(HaveKeyWithValue("authentication_status", "AUTHENTICATION_SUCCESSFUL"))
		Expect(ipn["customer"]).To(HaveKeyWithValue("customer_id", "KH-77"))
		Expect(ipn).To(HaveKeyWithValue("agreement", BeNil()))
		Expect(s.requests()[0].Header).NotTo(HaveKey("X-Secret-Key"))

		paid := t.order(order["order_id"].(string))
		Expect(paid).To(HaveKeyWithValue("order_status", "CAPTURED"))
		Expect(paid["transactions"]).To(HaveLen(1))
		// The money is a transaction of the bank side too.
		v2 := api{sepay: sepay, token: sepay.Company().APIToken()}.json("/v2/transactions")
		Expect(rows(v2)).To(HaveLen(1))
		Expect(rows(v2)[0]["transaction_content"]).To(ContainSubstring(strings.ReplaceAll(order["order_id"].(string), "-", "")))
	})

	It("posts the fields back in their order, with order_id and a signature over all", func() {
		sepay := emulator.StartT(GinkgoT())
		t := newTill(sepay)
		f := t.form("custom_data", `{"a":1}`, "order_description", "Mua 2 áo, 1 quần & hơn")
		status, h, body := t.post("/v1/init", f)
		Expect(status).To(Equal(http.StatusFound))
		Expect(h.Get("Location")).To(HavePrefix(sepay.URL() + "/v1/checkout?"))
		Expect(body).To(ContainSubstring("/v1/checkout?merchant="), "clients look for the address in the body")
		_, query, _ := strings.Cut(h.Get("Location"), "?")
		link := payment.ParseForm(query)
		names := []string{}
		for _, field := range link {
			names = append(names, field.Name)
		}
		Expect(names).To(Equal([]string{"merchant", "operation", "order_invoice_number", "order_amount", "currency", "order_description", "custom_data", "order_id", "signature"}))
		Expect(link.Get("order_id")).To(MatchRegexp(`^PAY[0-9]{4}[0-9A-F]{13}$`))
		Expect(payment.Verify(t.secret, link)).To(BeTrue())
	})

	It("opens by a signed link alone, as often as one likes", func() {
		sepay := emulator.StartT(GinkgoT())
		t := newTill(sepay)
		at := "/v1/checkout?" + t.form("payment_method", "BANK_TRANSFER").Encode()
		for range 2 {
			status, _, body := t.look(at)
			Expect(status).To(Equal(http.StatusOK))
			Expect(body).To(ContainSubstring("185.000"))
		}
		_, _, list := t.rest(http.MethodGet, "/v1/order", "")
		Expect(list["data"]).To(HaveLen(1))
		status, h, _ := t.post(action(at, "pay"), nil)
		Expect(status).To(Equal(http.StatusSeeOther))
		_, _, body := t.look(h.Get("Location"))
		Expect(body).To(ContainSubstring("Thanh toán thành công"))
		// A link that is changed is none any more.
		status, _, _ = t.look(strings.Replace(at, "185000", "1000", 1))
		Expect(status).To(Equal(http.StatusBadRequest))
	})

	It("gives NAPAS orders a code of their own", func() {
		t := newTill(emulator.StartT(GinkgoT()))
		at := t.open("payment_method", "NAPAS_BANK_TRANSFER")
		Expect(at).To(MatchRegexp(`order_id=NPSE[0-9A-Z]{15}`))
		status, _, body := t.look(at)
		Expect(status).To(Equal(http.StatusOK))
		Expect(body).To(ContainSubstring("NAPAS"))
	})

	It("has 404 for GET of init and for other paths, on its hosts too", func() {
		sepay := emulator.StartT(GinkgoT())
		t := newTill(sepay)
		for host, path := range map[string]string{"": "/v1/checkout/init", "pay-sandbox.sepay.vn": "/v1/order", "pgapi-sandbox.sepay.vn": "/v1/checkout", "pay.sepay.vn": "/"} {
			t.host = host
			status, _, _ := t.look(path)
			Expect(status).To(Equal(http.StatusNotFound), host+path)
		}
	})

	It("takes credentials of its host's environment only", func() {
		t := newTill(emulator.StartT(GinkgoT()))
		for host, want := range map[string]int{"pay-sandbox.sepay.vn": 302, "sandbox.pay.sepay.vn": 302, "pay.sepay.vn": 400} {
			t.host = host
			status, h, _ := t.post("/v1/checkout/init", t.form())
			Expect(status).To(Equal(want), host)
			if want == 302 {
				Expect(h.Get("Location")).To(HavePrefix("http://" + host + "/v1/checkout?"))
			}
		}
	})

	It("reuses an unpaid order of the same invoice and amount, and no other", func() {
		sepay := emulator.StartT(GinkgoT())
		t := newTill(sepay)
		id := func(at string) string { u, _ := url.Parse(at); return u.Query().Get("order_id") }
		first := t.open("success_url", "https://shop.example/1")
		Expect(id(t.open("success_url", "https://shop.example/2"))).To(Equal(id(first)))
		status, h, _ := t.post("/v1/checkout/init", t.form("order_amount", "2000"))
		Expect([]any{status, h.Get("X-LocalSepay-Reason")}).To(Equal([]any{400, "invoice_duplicate"}))
		sepay.Company().Order("DH1").Pay()
		status, h, _ = t.post("/v1/checkout/init", t.form())
		Expect([]any{status, h.Get("X-LocalSepay-Reason")}).To(Equal([]any{400, "invoice_duplicate"}))
		Expect(sepay.Company().Order("DH1").State().Redirect).To(HaveValue(Equal("https://shop.example/2")))
	})

	DescribeTable("refuses what SePay's card calls an invalid request, and says why to the developer",
		func(reason string, change func(till) payment.Form) {
			sepay := emulator.StartT(GinkgoT())
			t := newTill(sepay)
			status, h, body := t.post("/v1/checkout/init", change(t))
			Expect(status).To(Equal(http.StatusBadRequest))
			Expect(h.Get("X-LocalSepay-Reason")).To(Equal(reason))
			Expect(body).To(ContainSubstring("Yêu cầu không hợp lệ"))
			Expect(body).To(ContainSubstring(reason))
			Expect(body).NotTo(ContainSubstring(t.secret))
			Expect(codes(sepay)).To(ContainElement(HavePrefix("checkout." + reason)))
			Expect(sepay.Control().Orders(GinkgoT().Context(), noFilter, 10)).To(HaveField("Data", BeEmpty()))
		},
		Entry("no merchant", "merchant_unknown", func(t till) payment.Form { return t.form().Without("merchant") }),
		Entry("an unknown merchant", "merchant_unknown", func(t till) payment.Form { return t.form("merchant", "SP-TEST-XX000000") }),
		Entry("no signature", "signature_missing", func(t till) payment.Form { return t.form().Without("signature") }),
		Entry("a changed amount", "signature_mismatch", func(t till) payment.Form { return set(t.form(), "order_amount", "1") }),
		Entry("another order of the fields", "signature_mismatch", func(t till) payment.Form {
			f := t.form()
			f[0], f[1] = f[1], f[0]
			return f
		}),
		Entry("another operation", "operation_unsupported", func(t till) payment.Form { return t.form("operation", "REFUND") }),
		Entry("an unknown method", "payment_method_unsupported", func(t till) payment.Form { return t.form("payment_method", "CASH") }),
		Entry("amount 0", "amount_invalid", func(t till) payment.Form { return t.form("order_amount", "0") }),
		Entry("a negative amount", "amount_invalid", func(t till) payment.Form { return t.form("order_amount", "-5") }),
		Entry("decimals", "amount_invalid", func(t till) payment.Form { return t.form("order_amount", "185000.00") }),
		Entry("a huge amount", "amount_invalid", func(t till) payment.Form { return t.form("order_amount", strings.Repeat("9", 30)) }),
		Entry("dollars", "currency_unsupported", func(t till) payment.Form { return t.form("currency", "USD") }),
		Entry("no invoice number", "invoice_missing", func(t till) payment.Form { return t.form("order_invoice_number", "") }),
		Entry("no description", "description_missing", func(t till) payment.Form { return t.form("order_description", "") }),
		Entry("a relative URL", "url_invalid", func(t till) payment.Form { return t.form("success_url", "/ok") }),
		Entry("a script as URL", "url_invalid", func(t till) payment.Form { return t.form("cancel_url", "javascript:alert(1)") }),
		Entry("an amount with VERIFY", "amount_invalid", func(t till) payment.Form { return t.form("operation", "VERIFY") }),
	)

	DescribeTable("answers a refusal as the setting says",
		func(value string, status int) {
			t := newTill(emulator.StartT(GinkgoT(), emulator.WithSetting("checkout.invalid", value)))
			got, h, _ := t.post("/v1/checkout/init", set(t.form(), "order_amount", "1"))
			Expect(got).To(Equal(status))
			Expect(h.Get("X-LocalSepay-Reason")).To(Equal("signature_mismatch"))
			if status == http.StatusFound {
				at, err := url.Parse(h.Get("Location"))
				Expect(err).NotTo(HaveOccurred())
				got, _, body := t.look(at.RequestURI())
				Expect(got).To(Equal(http.StatusOK))
				Expect(body).To(ContainSubstring("Yêu cầu không hợp lệ"))
			}
		},
		Entry("400", "400_page", 400),
		Entry("200", "200_page", 200),
		Entry("302", "302_page", 302),
	)

	It("finds the secret key of another company behind a signature", func() {
		sepay := emulator.StartT(GinkgoT())
		other := sepay.NewCompany(noCompany)
		t := newTill(sepay)
		wrong := t
		wrong.secret = other.State().Merchant.SecretKey
		status, _, body := t.post("/v1/checkout/init", wrong.form())
		Expect(status).To(Equal(http.StatusBadRequest))
		Expect(codes(sepay)).To(Equal([]string{"checkout.signature_mismatch.other_secret"}))
		Expect(body).To(ContainSubstring(other.ID()))
		Expect(body).NotTo(ContainSubstring(wrong.secret))
	})

	It("refuses an action of a page in the other language for the same reason", func() {
		t := newTill(emulator.StartT(GinkgoT()))
		wrong := strings.Replace(t.open("payment_method", "BANK_TRANSFER"), "order_amount=185000", "order_amount=1", 1)
		_, before, body := t.post(action(wrong, "pay"), payment.Form{{Name: "outcome", Value: "paid"}})
		offered := regexp.MustCompile(`<a class="quiet" href="([^"]+)"`).FindStringSubmatch(body)
		Expect(offered).To(HaveLen(2), body)
		_, after, body := t.look(html.UnescapeString(offered[1]))
		Expect(after.Get("X-Localsepay-Reason")).To(And(Equal(before.Get("X-Localsepay-Reason")), Equal("signature_mismatch")))
		Expect(body).To(ContainSubstring(`<html lang="en"`))
	})

	It("answers HEAD wherever it answers GET", func() {
		sepay := emulator.StartT(GinkgoT())
		t := newTill(sepay)
		page := t.open("payment_method", "BANK_TRANSFER")
		for _, path := range []string{page, action(page, "status"), action(page, "events"), "/v1/order", "/banks.json", "/v2/transactions", "/userapi/transactions/list"} {
			req, err := http.NewRequest(http.MethodHead, sepay.URL()+path, nil)
			Expect(err).NotTo(HaveOccurred())
			req.Header.Set("Authorization", "Bearer "+sepay.Company().APIToken())
			if path == "/v1/order" {
				req.SetBasicAuth(t.id, t.secret)
			}
			status, _, body := do(req)
			Expect(status).To(Equal(http.StatusOK), path)
			Expect(body).To(BeEmpty())
		}
	})

	It("verifies a card with amount 0 and opens no order to pay", func() {
		sepay := emulator.StartT(GinkgoT())
		t := newTill(sepay)
		at := t.open("operation", "VERIFY", "order_amount", "0", "success_url", "https://shop.example/ok")
		_, _, body := t.look(at)
		Expect(body).To(ContainSubstring("card_number"))
		status, h, _ := t.post(action(at, "card"), cardForm("visa"))
		Expect(status).To(Equal(http.StatusSeeOther))
		_, _, body = t.look(h.Get("Location"))
		Expect(body).To(ContainSubstring("https://shop.example/ok"))
		_, _, list := t.rest(http.MethodGet, "/v1/order", "")
		Expect(list["data"]).To(BeEmpty())
	})
})

// cardForm is the card page's form for a test card.
func cardForm(name string) payment.Form {
	GinkgoHelper()
	c, ok := payment.CardNamed(name)
	Expect(ok).To(BeTrue(), name)
	return payment.Form{{Name: "card_number", Value: c.Number}, {Name: "card_holder_name", Value: "Tran Thi B"}, {Name: "card_expiry", Value: c.Expiry}, {Name: "card_cvv", Value: c.CVV}}
}
