package contracts

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// pgapiClaims are the claims about the orders API
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/tong-quan).
func (u *suite) pgapiClaims() {
	const list, detail, cancel, void = "listOrders", "getOrderDetails", "cancelOrder", "voidTransaction"
	few := func(s *spec) tenant {
		t := s.company(control.NewCompany{})
		for i := 1; i <= 5; i++ {
			s.open(t, "order_invoice_number", "DH"+strconv.Itoa(i), "customer_id", "KH-"+strconv.Itoa(i%2), "order_amount", strconv.Itoa(i)+"0000")
		}
		s.pay(t, "DH2", control.NewPay{})
		return t
	}

	u.claim("an order is on the API once its page was opened, and waits", observed(detail, list).writing(), func(s *spec) {
		t, invoice := s.own(), s.invoice()
		at := s.open(t, "order_invoice_number", invoice)
		r := s.order(t, invoice)
		s.same([]any{r["order_status"], r["order_amount"], r["order_currency"], r["order_id"], r["authentication_status"]},
			[]any{"AUTHENTICATION_NOT_NEEDED", "185000.00", "VND", at.Query().Get("order_id"), nil}, "status, amount, currency, order_id, authentication_status")
		s.Expect(column(s.orders(t, "/order"+query("q", invoice)).is(200).rows("data"), "order_invoice_number")).To(containElement(invoice))
	})
	u.claim("orders are written as PHP writes JSON", assumed(list, detail).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		s.open(t, "order_description", phpText, "customer_id", phpText)
		s.php(s.orders(t, "/order").is(200).Body, 2)
		s.php(s.orders(t, "/order/detail/DH1").is(200).Body, 2)
	})
	u.claim("an order is found by SePay's code and by the invoice number", documented(detail).writing(), func(s *spec) {
		t, invoice := s.own(), s.invoice()
		s.open(t, "order_invoice_number", invoice)
		byInvoice := s.order(t, invoice)
		s.same(s.order(t, byInvoice.text("order_id")), byInvoice, "the order by its order_id")
	})
	u.claim("a list has at most per_page rows, says how many there are, and has no transactions in it", documented(list), func(s *spec) {
		a := s.orders(s.own(), "/order?per_page=2").is(200)
		s.Expect(len(a.rows("data"))).To(atMost(2))
		s.same(a.number("meta.per_page"), 2.0, "meta.per_page")
		for _, r := range a.rows("data") {
			_, has := r["transactions"]
			s.same(has, false, "transactions in a row")
		}
	})
	u.claim("a walk over the pages meets every order once, newest first", documented(list).with(needsControl).writing(), func(s *spec) {
		t := few(s)
		var met []string
		for page := 1; page <= 3; page++ {
			a := s.orders(t, "/order"+query("per_page", "2", "page", strconv.Itoa(page))).is(200)
			s.same(a.at("meta"), any(map[string]any{"per_page": 2.0, "total": 5.0, "has_more": page < 3, "current_page": float64(page), "page_count": 3.0}), "meta of page "+strconv.Itoa(page))
			met = append(met, column(a.rows("data"), "order_invoice_number")...)
		}
		s.same(met, []string{"DH5", "DH4", "DH3", "DH2", "DH1"}, "the orders")
	})
	u.claim("orders can be searched, filtered and sorted, in both spellings of the SDKs and the pages", documented(list).with(needsControl).writing(), func(s *spec) {
		t := few(s)
		today := s.order(t, "DH1").text("created_at")[:10]
		for q, want := range map[string][]string{
			"?q=dh2":                      {"DH2"},
			"?order_status=CAPTURED":      {"DH2"},
			"?order_status=CANCELLED":     {},
			"?customer_id=KH-1":           {"DH5", "DH3", "DH1"},
			"?created_at=" + today:        {"DH5", "DH4", "DH3", "DH2", "DH1"},
			"?from_created_at=" + today:   {"DH5", "DH4", "DH3", "DH2", "DH1"},
			"?end_created_at=" + today:    {"DH5", "DH4", "DH3", "DH2", "DH1"},
			"?to_created_at=" + today:     {"DH5", "DH4", "DH3", "DH2", "DH1"},
			"?to_created_at=2001-01-01":   {},
			"?end_created_at=2001-01-01":  {},
			"?from_created_at=2101-01-01": {},
			"?sort=created_at%3Aasc":      {"DH1", "DH2", "DH3", "DH4", "DH5"},
			"?sort%5Bcreated_at%5D=asc":   {"DH1", "DH2", "DH3", "DH4", "DH5"},
		} {
			s.same(column(s.orders(t, "/order"+q).is(200).rows("data"), "order_invoice_number"), want, "orders of "+q)
		}
	})
	u.claim("a paid transfer is CAPTURED with one approved payment", documented(detail).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		s.open(t)
		s.pay(t, "DH1", control.NewPay{})
		r := s.order(t, "DH1")
		s.same([]any{r["order_status"], r["order_amount"]}, []any{"CAPTURED", "185000.00"}, "order_status and order_amount")
		rows, _ := r["transactions"].([]any)
		if s.setting("pgapi.transfer_transactions") == "empty" {
			s.Expect(rows).To(haveLen(0))
			return
		}
		s.Expect(rows).To(haveLen(1))
		p := row(rows[0].(map[string]any))
		s.same([]any{p["payment_method"], p["transaction_type"], p["transaction_amount"], p["transaction_status"], p["card_number"]},
			[]any{"BANK_TRANSFER", "PAYMENT", "185000", "APPROVED", nil}, "method, type, amount, status and card_number")
	})
	u.claim("an order that a person pays on the hosted page is CAPTURED", observed(detail).with(needsBrowser).writing(), func(s *spec) {
		t, invoice := s.own(), s.invoice()
		page := s.open(t, "order_invoice_number", invoice)
		if s.ask == nil {
			s.pay(t, invoice, control.NewPay{})
			s.same(s.order(t, invoice)["order_status"], any("CAPTURED"), "order_status")
			return
		}
		s.ask("pay this order:\n  " + page.String())
		s.eventually(func() any { return s.order(t, invoice)["order_status"] }, personTime, pollTime, equal("CAPTURED"))
	})
	u.claim("a card payment shows the card masked, its brand, and an expiry of MMYY", documented(detail).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		s.open(t, "payment_method", "CARD")
		s.pay(t, "DH1", control.NewPay{Card: "mastercard"})
		p := row(s.order(t, "DH1")["transactions"].([]any)[0].(map[string]any))
		s.same([]any{p["payment_method"], p["card_number"], p["card_brand"], p["authentication_status"]}, []any{"CARD", "512345xxxxxx0008", "MASTERCARD", "AUTHENTICATION_SUCCESSFUL"}, "method, card_number, card_brand, authentication_status")
		s.Expect(p["card_expiry"]).To(match(`^\d{4}$`))
	})
	u.claim("a declined card leaves the order waiting, with the attempt", assumed(detail).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		s.open(t, "payment_method", "CARD")
		s.pay(t, "DH1", control.NewPay{Card: "declined"})
		r := s.order(t, "DH1")
		p := row(r["transactions"].([]any)[0].(map[string]any))
		s.same([]any{r["order_status"], p["transaction_status"]}, []any{"AUTHENTICATION_NOT_NEEDED", "DECLINED"}, "order_status and transaction_status")
	})
	u.claim("an order that was paid too little or with a wrong memo goes on waiting", assumed(detail).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		outcomes := []string{"less", "wrong_memo"}
		if s.setting("checkout.order_va") == "always" {
			outcomes = outcomes[:1] // the account alone tells the order
		}
		for i, outcome := range outcomes {
			invoice := "DH" + strconv.Itoa(i+1)
			s.open(t, "order_invoice_number", invoice)
			s.pay(t, invoice, control.NewPay{Outcome: outcome})
			s.same(s.order(t, invoice)["order_status"], any("AUTHENTICATION_NOT_NEEDED"), "order_status after "+outcome)
		}
	})
	u.claim("a waiting transfer order can be cancelled, once, and is CANCELLED", documented(cancel, detail).writing(), func(s *spec) {
		t, invoice := s.own(), s.invoice()
		s.open(t, "order_invoice_number", invoice)
		s.same(s.command(t, "/order/cancel", map[string]any{"order_invoice_number": invoice}).is(200).text("message"), "Đã hủy đơn hàng thành công", "message")
		s.same(s.order(t, invoice)["order_status"], any("CANCELLED"), "order_status")
		s.command(t, "/order/cancel", map[string]any{"order_invoice_number": invoice}).is(s.refusal()...)
	})
	u.claim("a paid order cannot be cancelled", documented(cancel).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		s.open(t)
		s.pay(t, "DH1", control.NewPay{})
		s.command(t, "/order/cancel", map[string]any{"order_invoice_number": "DH1"}).is(s.refusal()...)
		s.same(s.order(t, "DH1")["order_status"], any("CAPTURED"), "order_status")
	})
	u.claim("a card payment can be voided before its settlement, once", documented(void, detail).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		s.open(t, "payment_method", "CARD")
		s.pay(t, "DH1", control.NewPay{Card: "visa"})
		s.same(s.command(t, "/order/voidTransaction", map[string]any{"order_invoice_number": "DH1"}).is(200).text("message"), "Đã hủy giao dịch thành công", "message")
		s.same(s.order(t, "DH1")["order_status"], any("CANCELLED"), "order_status")
		s.command(t, "/order/voidTransaction", map[string]any{"order_invoice_number": "DH1"}).is(s.refusal()...)
	})
	u.claim("after its settlement a card payment cannot be voided", documented(void).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		s.open(t, "payment_method", "CARD")
		s.pay(t, "DH1", control.NewPay{Card: "visa"})
		s.advance(5 * 24 * time.Hour)
		s.command(t, "/order/voidTransaction", map[string]any{"order_invoice_number": "DH1"}).is(s.refusal()...)
	})
	u.claim("a transfer cannot be voided", documented(void).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		s.open(t)
		s.pay(t, "DH1", control.NewPay{})
		s.command(t, "/order/voidTransaction", map[string]any{"order_invoice_number": "DH1"}).is(s.refusal()...)
	})
	u.claim("an unknown order is 404, a request without an invoice number 400", documented(detail, cancel, void), func(s *spec) {
		t := s.own()
		s.orders(t, "/order/detail/LSP-NO-SUCH-ORDER").is(404)
		for _, path := range []string{"/order/cancel", "/order/voidTransaction"} {
			s.command(t, path, map[string]any{"order_invoice_number": "LSP-NO-SUCH-ORDER"}).is(404)
			s.command(t, path, map[string]any{}).is(400)
		}
	})
	u.claim("a parameter that cannot be read is ignored or refused with 422, as the target is set", assumed(list), func(s *spec) {
		want := map[string][]int{"lenient": {200}, "strict": {422}, "": {200, 422}}[s.setting("pgapi.invalid_parameter")]
		s.orders(s.own(), "/order?created_at=yesterday&order_status=PERHAPS").is(want...)
	})
	u.claim("an error has a message, plain or as CodeIgniter writes it", assumed(detail), func(s *spec) {
		a := s.orders(s.own(), "/order/detail/LSP-NO-SUCH-ORDER").is(404)
		plain, wrapped := a.text("message"), a.text("messages.error")
		switch s.setting("pgapi.error_body") {
		case "plain":
			wrapped = "the other form"
		case "codeigniter":
			plain = "the other form"
		}
		s.Expect(plain+wrapped).NotTo(beEmpty(), string(a.Body))
	})
	u.claim("wrong credentials are answered with 401", documented(list, detail, cancel, void), func(s *spec) {
		t := s.own()
		for _, wrong := range [][2]string{{t.Merchant.MerchantID, "spsk_test_00000000000000000000000000000000"}, {"SP-TEST-XX000000", t.Merchant.SecretKey}} {
			for path, method := range map[string]string{"/order": "GET", "/order/detail/DH1": "GET", "/order/cancel": "POST", "/order/voidTransaction": "POST"} {
				c := s.request("pgapi", method, s.target.Addresses["pgapi"]+path).basic(wrong[0], wrong[1])
				if method == "POST" {
					c.json(map[string]any{"order_invoice_number": "DH1"})
				}
				c.send().is(401)
			}
		}
		s.request("pgapi", http.MethodGet, s.target.Addresses["pgapi"]+"/order").send().is(401)
	})
	u.claim("another merchant's order is as unknown as any", documented(detail, list).with(needsControl).writing(), func(s *spec) {
		theirs := s.company(control.NewCompany{})
		at := s.open(theirs, "order_invoice_number", "THEIRS")
		for _, key := range []string{"THEIRS", at.Query().Get("order_id")} {
			s.orders(s.own(), "/order/detail/"+key).is(404)
		}
	})
	u.claim("over its limit it answers 429, and waiting as told is enough", documented(list, detail, cancel, void).with(needsControl), func(s *spec) {
		t := s.company(control.NewCompany{RateLimit: 3})
		for i, c := range []func() answer{
			func() answer { return s.orders(t, "/order") },
			func() answer { return s.orders(t, "/order/detail/none") },
			func() answer { return s.command(t, "/order/cancel", map[string]any{"order_invoice_number": "none"}) },
			func() answer {
				return s.command(t, "/order/voidTransaction", map[string]any{"order_invoice_number": "none"})
			},
		} {
			s.overrun(3, c, func(a answer) {
				s.Expect(a.Header.Get("Retry-After")).To(match(`^[1-9]\d*$`), fmt.Sprint("Retry-After of call ", i))
			})
			s.wait(oneMinute)
		}
	})
}

// refusal are the statuses of what an order's state forbids.
func (s *spec) refusal() []int {
	if n, err := strconv.Atoi(s.setting("pgapi.refusal_status")); err == nil {
		return []int{n}
	}
	return []int{422, 400}
}
