package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
)

// invoices lists the invoice numbers of a page of the orders API.
func invoices(t till, query string) []any {
	GinkgoHelper()
	status, _, body := t.rest(http.MethodGet, "/v1/order"+query, "")
	Expect(status).To(Equal(http.StatusOK), fmt.Sprint(body))
	return pluck(rows(body), "order_invoice_number")
}

var _ = Describe("The orders API", func() {
	It("lists orders by every parameter, in both spellings", func() {
		sepay := emulator.StartT(GinkgoT())
		shop, t := sepay.Company(), newTill(sepay)
		for i := 1; i <= 3; i++ {
			shop.Checkout(emulator.Checkout{InvoiceNumber: fmt.Sprint("DH", i), Amount: 10_000, CustomerID: fmt.Sprint("KH-", i%2), Description: fmt.Sprint("Áo số ", i)})
			sepay.Advance(24 * time.Hour)
		}
		shop.Order("DH2").Pay()
		for query, want := range map[string][]any{
			"":                            {"DH3", "DH2", "DH1"},
			"?per_page=2":                 {"DH3", "DH2"},
			"?per_page=2&page=2":          {"DH1"},
			"?page=9":                     {},
			"?per_page=1000":              {"DH3", "DH2", "DH1"},
			"?q=dh2":                      {"DH2"},
			"?q=%C3%A1o":                  {"DH3", "DH2", "DH1"},
			"?order_status=CAPTURED":      {"DH2"},
			"?order_status=CANCELLED":     {},
			"?order_status=COMPLETED":     {"DH3", "DH2", "DH1"},
			"?customer_id=KH-1":           {"DH3", "DH1"},
			"?created_at=2026-01-06":      {"DH2"},
			"?from_created_at=2026-01-06": {"DH3", "DH2"},
			"?end_created_at=2026-01-06":  {"DH2", "DH1"},
			"?to_created_at=2026-01-05":   {"DH1"},
			"?from_created_at=2026-01-06&to_created_at=2026-01-06": {"DH2"},
			"?created_at=yesterday":                                {"DH3", "DH2", "DH1"},
			"?sort=created_at%3Aasc":                               {"DH1", "DH2", "DH3"},
			"?sort%5Bcreated_at%5D=asc":                            {"DH1", "DH2", "DH3"},
			"?sort%5Bcreated_at%5D=desc":                           {"DH3", "DH2", "DH1"},
		} {
			Expect(invoices(t, query)).To(Equal(want), query)
		}
		_, _, page := t.rest(http.MethodGet, "/v1/order?per_page=2", "")
		Expect(page["meta"]).To(Equal(map[string]any{"per_page": 2.0, "total": 3.0, "has_more": true, "current_page": 1.0, "page_count": 2.0}))
		row := rows(page)[1]
		Expect(row).To(HaveKeyWithValue("order_amount", "10000.00"))
		Expect(row).To(HaveKeyWithValue("created_at", "2026-01-06 09:00:00"))
		Expect(row).To(HaveKeyWithValue("id", MatchRegexp(`^\d+$`)))
		Expect(row).NotTo(HaveKey("transactions"))
	})

	It("refuses bad parameters with 422 when it is strict", func() {
		t := newTill(emulator.StartT(GinkgoT(), emulator.WithSetting("pgapi.invalid_parameter", "strict")))
		status, _, body := t.rest(http.MethodGet, "/v1/order?created_at=x&order_status=PENDING&per_page=0&sort=id:asc", "")
		Expect(status).To(Equal(422))
		Expect(body["errors"]).To(And(HaveKey("created_at"), HaveKey("order_status"), HaveKey("per_page"), HaveKey("sort")))
	})

	It("shows an order by SePay's code and by the invoice number, with slashes too", func() {
		t := newTill(emulator.StartT(GinkgoT()))
		t.open("order_invoice_number", "INV/2026/1 2")
		byInvoice := t.order("INV/2026/1%202")
		Expect(t.order(byInvoice["order_id"].(string))).To(Equal(byInvoice))
		Expect(byInvoice["transactions"]).To(BeEmpty())
		status, _, body := t.rest(http.MethodGet, "/v1/order/detail/none", "")
		Expect([]any{status, body}).To(Equal([]any{404, map[string]any{"message": "Không tìm thấy đơn hàng"}}))
	})

	It("knows an order by card after the attempt, with the card masked", func() {
		sepay := emulator.StartT(GinkgoT())
		t := newTill(sepay)
		t.open("payment_method", "CARD")
		status, _, _ := t.rest(http.MethodGet, "/v1/order/detail/DH1", "")
		Expect(status).To(Equal(404))
		sepay.Advance(76 * time.Second)
		sepay.Company().Order("DH1").PayByCard("mastercard")
		o := t.order("DH1")
		Expect(o).To(HaveKeyWithValue("created_at", "2026-01-05 09:01:16"))
		Expect(o).To(HaveKeyWithValue("authentication_status", "AUTHENTICATION_SUCCESSFUL"))
		Expect(o["transactions"]).To(ConsistOf(And(
			HaveKeyWithValue("card_number", "512345xxxxxx0008"), HaveKeyWithValue("card_expiry", "1230"), HaveKeyWithValue("card_brand", "MASTERCARD"),
			HaveKeyWithValue("card_funding_method", "DEBIT"), HaveKeyWithValue("transaction_amount", "185000"), HaveKeyWithValue("payment_method", "CARD"),
		)))
	})

	It("cancels a waiting transfer, and nothing else", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, ""))
		shop, t := sepay.Company(), newTill(sepay)
		shop.Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 10_000, Method: "BANK_TRANSFER"})
		status, _, body := t.rest(http.MethodPost, "/v1/order/cancel", `{"order_invoice_number":"DH1"}`)
		Expect([]any{status, body}).To(Equal([]any{200, map[string]any{"message": "Đã hủy đơn hàng thành công"}}))
		Expect(t.order("DH1")).To(HaveKeyWithValue("order_status", "CANCELLED"))
		shop.Account().Receive(10_000, shop.Order("DH1").State().PayTo.Memo)
		Expect(shop.Order("DH1").State().Received).To(ConsistOf(HaveField("Verdict", "cancelled")))
		shop.Checkout(emulator.Checkout{InvoiceNumber: "PAID", Amount: 10_000}).Pay()
		shop.Checkout(emulator.Checkout{InvoiceNumber: "CARD", Amount: 10_000, Method: "CARD"}).PayByCard("declined")
		for body, want := range map[string]int{
			`{"order_invoice_number":"DH1"}`: 422, `{"order_invoice_number":"PAID"}`: 422, `{"order_invoice_number":"CARD"}`: 422,
			`{"order_invoice_number":"none"}`: 404, `{}`: 400, `{"order_invoice_number":7}`: 400, `{"order_invoice_number":""}`: 400, `x`: 400, ``: 400,
		} {
			status, _, answer := t.rest(http.MethodPost, "/v1/order/cancel", body)
			Expect(status).To(Equal(want), body)
			Expect(answer).To(HaveKeyWithValue("message", Not(BeEmpty())))
		}
		Expect(shop.Order("PAID").IPNs()).To(HaveLen(1))
		Expect(s.requests()).To(HaveLen(1), "a cancelled order has no IPN")
	})

	It("voids a card payment, and tells it by IPN", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, "s3cret"))
		order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000, Method: "CARD", CustomData: `{"cart":[1,2]}`, CustomerID: "KH-1"})
		order.PayByCard("visa")
		sepay.Settle() // two notices that are due at once may overtake each other
		t := newTill(sepay)
		status, _, body := t.rest(http.MethodPost, "/v1/order/voidTransaction", `{"order_invoice_number":"DH1"}`)
		Expect([]any{status, body}).To(Equal([]any{200, map[string]any{"message": "Đã hủy giao dịch thành công"}}))
		o := t.order("DH1")
		Expect(o).To(HaveKeyWithValue("order_status", "CANCELLED"))
		Expect(o["transactions"]).To(HaveLen(2))
		Expect(o["transactions"].([]any)[1]).To(And(HaveKeyWithValue("transaction_type", "VOID"), HaveKeyWithValue("transaction_status", "APPROVED"), HaveKeyWithValue("transaction_amount", "90000")))
		Expect(order.IPNs()).To(HaveLen(2))
		paid, void := decode(s.requests()[0].Body), decode(s.requests()[1].Body)
		Expect(void).To(HaveKeyWithValue("notification_type", "TRANSACTION_VOID"))
		Expect(void["transaction"]).To(And(HaveKeyWithValue("transaction_type", "VOID"), HaveKeyWithValue("card_number", "411111xxxxxx1111"), HaveKeyWithValue("card_expiry", "1230")))
		Expect(void["order"]).To(HaveKeyWithValue("order_status", "CANCELLED"))
		Expect(paid["order"]).To(HaveKeyWithValue("custom_data", map[string]any{"cart": []any{1.0, 2.0}}))
		Expect(paid["order"].(map[string]any)["id"]).To(Equal(void["order"].(map[string]any)["id"]))
		Expect(paid["customer"].(map[string]any)["id"]).To(MatchRegexp(`^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`))
		Expect(paid).To(HaveKeyWithValue("agreement", BeNil()))
		Expect(s.requests()[0].Header.Get("X-Secret-Key")).To(Equal("s3cret"))
		status, _, _ = t.rest(http.MethodPost, "/v1/order/voidTransaction", `{"order_invoice_number":"DH1"}`)
		Expect(status).To(Equal(422))
	})

	DescribeTable("voids until the settlement day",
		func(wait, until time.Duration) {
			sepay := emulator.StartT(GinkgoT(), emulator.WithSetting("pgapi.refusal_status", "400"))
			sepay.Advance(wait)
			t := newTill(sepay)
			for _, invoice := range []string{"A", "B"} {
				sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: invoice, Amount: 90_000, Method: "CARD"}).PayByCard("visa")
			}
			void := func(invoice string) int {
				status, _, _ := t.rest(http.MethodPost, "/v1/order/voidTransaction", `{"order_invoice_number":"`+invoice+`"}`)
				return status
			}
			sepay.Advance(until - wait - time.Second)
			Expect(void("A")).To(Equal(200))
			sepay.Advance(time.Second)
			Expect(void("B")).To(Equal(400))
		},
		// The clock starts on Monday at 9.
		Entry("Monday 09:00 is settled on Tuesday", time.Duration(0), 15*time.Hour),
		Entry("Monday 15:59 is settled on Tuesday", 7*time.Hour-time.Minute, 15*time.Hour),
		Entry("Monday 16:00 is settled on Wednesday", 7*time.Hour, 39*time.Hour),
		Entry("Thursday 17:00 is settled on Monday", (3*24+8)*time.Hour, (6*24+15)*time.Hour),
		Entry("Friday 10:00 is settled on Monday", (4*24+1)*time.Hour, (6*24+15)*time.Hour),
		Entry("Friday 17:00 is settled on Monday", (4*24+8)*time.Hour, (6*24+15)*time.Hour),
		Entry("Sunday 10:00 is settled on Monday", (6*24+1)*time.Hour, (6*24+15)*time.Hour),
	)

	It("voids no transfer", func() {
		sepay := emulator.StartT(GinkgoT())
		sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000}).Pay()
		status, _, _ := newTill(sepay).rest(http.MethodPost, "/v1/order/voidTransaction", `{"order_invoice_number":"DH1"}`)
		Expect(status).To(Equal(422))
		Expect(codes(sepay)).To(ContainElement("pgapi.request"))
	})

	It("lets nobody in without the right credentials, of the host's environment", func() {
		sepay := emulator.StartT(GinkgoT())
		t := newTill(sepay)
		for _, wrong := range []till{{sepay: sepay, id: t.id, secret: "spsk_test_x"}, {sepay: sepay, id: "SP-TEST-AB000000", secret: t.secret}, {sepay: sepay, id: t.id}, {sepay: sepay, id: t.id, secret: t.secret, host: "pgapi.sepay.vn"}} {
			status, h, body := wrong.rest(http.MethodGet, "/v1/order", "")
			Expect(status).To(Equal(401))
			Expect(h.Get("WWW-Authenticate")).To(HavePrefix("Basic"))
			Expect(body).To(HaveKey("message"))
		}
		t.host = "pgapi-sandbox.sepay.vn"
		status, _, _ := t.rest(http.MethodGet, "/v1/order", "")
		Expect(status).To(Equal(200))
		other := sepay.NewCompany(noCompany)
		other.Checkout(emulator.Checkout{InvoiceNumber: "THEIRS", Amount: 1_000})
		status, _, _ = t.rest(http.MethodGet, "/v1/order/detail/THEIRS", "")
		Expect(status).To(Equal(404))
		status, _, _ = t.rest(http.MethodGet, "/v1/order/detail/"+other.Order("THEIRS").State().OrderID, "")
		Expect(status).To(Equal(404))
	})

	It("speaks CodeIgniter when it is asked to, and limits the rate when it is asked to", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithSetting("pgapi.error_body", "codeigniter"), emulator.WithSetting("pgapi.rate_limit", "1"))
		t := newTill(sepay)
		_, _, body := t.rest(http.MethodGet, "/v1/order/detail/none", "")
		Expect(body).To(Equal(map[string]any{"status": 404.0, "error": 404.0, "messages": map[string]any{"error": "Không tìm thấy đơn hàng"}}))
		status, h, _ := t.rest(http.MethodGet, "/v1/order", "")
		Expect([]any{status, h.Get("Retry-After")}).To(Equal([]any{429, "1"}))
	})
})

var _ = Describe("An IPN", func() {
	It("climbs the ladder of retries until the handler answers 200, and can be sent again", func() {
		s := newShop(refuse, answer(http.StatusCreated, `{"success":true}`), accept)
		sepay := emulator.StartT(GinkgoT())
		shop := sepay.Company()
		shop.SetIPN(s.URL, "")
		order := shop.Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000})
		order.Pay()
		sepay.Advance(2 * time.Minute)
		ipn := order.IPNs()[0]
		Expect(ipn.Status).To(Equal("succeeded"))
		Expect(ipn.Attempts).To(HaveLen(3))
		Expect(ipn.Kind).To(Equal("ipn"))
		Expect(codes(sepay)).To(Equal([]string{"ipn.wrong_status"}))
		again := sepay.Replay(ipn.ID)[0]
		Expect(again.Status).To(Equal("succeeded"))
		Expect(s.requests()[3].Body).To(Equal(s.requests()[0].Body))
	})

	It("is skipped, and says so, while no URL is set", func() {
		sepay := emulator.StartT(GinkgoT())
		order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000})
		order.Pay()
		Expect(order.IPNs()).To(ConsistOf(And(HaveField("Status", "skipped"), HaveField("Reason", ContainSubstring("no IPN URL")))))
	})

	It("tells of a handler that insists on a secret which is not configured", func() {
		s := newShop(answer(http.StatusUnauthorized, `{}`))
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, ""), emulator.AllowPending())
		order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000})
		order.Pay()
		Expect(order.IPNs()[0].Status).To(Equal("waiting"))
		Expect(codes(sepay)).To(Equal([]string{"ipn.rejects_default_auth"}))
	})

	It("carries the merchant's secret key when the secret is left out", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT())
		status, ipn := controlCall(sepay, "PUT", "/ipn", `{"url":"`+s.URL+`","auth_type":"SECRET_KEY"}`)
		Expect(status).To(Equal(200))
		secret := sepay.Company().State().Merchant.SecretKey
		Expect(ipn).To(HaveKeyWithValue("secret", secret))
		order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000})
		order.Pay()
		order.IPNs()
		Expect(s.requests()[0].Header.Get("X-Secret-Key")).To(Equal(secret))
	})

	It("follows the settings that SePay's pages disagree on", func() {
		s := newShop(answer(http.StatusAccepted, ``))
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, ""), emulator.WithSetting("ipn.ids", "decimal"), emulator.WithSetting("ipn.success_rule", "2xx"),
			emulator.WithSetting("ipn.void_transaction", "payment"), emulator.WithSetting("ipn.delay", "5s"))
		order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000, Method: "CARD", CustomData: "plain text"})
		order.PayByCard("visa")
		Expect(order.IPNs()[0].Status).To(Equal("queued"))
		sepay.Advance(5 * time.Second)
		Expect(order.IPNs()[0].Status).To(Equal("succeeded"))
		paid := decode(s.requests()[0].Body)
		Expect(paid["order"]).To(And(HaveKeyWithValue("id", MatchRegexp(`^\d+$`)), HaveKeyWithValue("custom_data", "plain text")))
		status, _, _ := newTill(sepay).rest(http.MethodPost, "/v1/order/voidTransaction", `{"order_invoice_number":"DH1"}`)
		Expect(status).To(Equal(200))
		sepay.Advance(5 * time.Second)
		void := decode(s.requests()[1].Body)
		Expect(void["transaction"]).To(Equal(paid["transaction"]))
	})

	It("tells of a renewal when that is switched on", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, ""), emulator.WithSetting("ipn.renewals", "on"))
		t := newTill(sepay)
		for i := 1; i <= 2; i++ {
			t.open("order_invoice_number", fmt.Sprint("SUB", i), "agreement_id", "AG-1", "agreement_name", "Goi thang")
			sepay.Company().Order(fmt.Sprint("SUB", i)).Pay()
			sepay.Settle()
		}
		var types []any
		for _, r := range s.requests() {
			var ipn map[string]any
			Expect(json.Unmarshal([]byte(r.Body), &ipn)).To(Succeed())
			types = append(types, ipn["notification_type"])
		}
		Expect(types).To(Equal([]any{"ORDER_PAID", "RENEWAL_ORDER_PAID"}))
	})
})
