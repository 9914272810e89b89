package contracts

import (
	"fmt"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// ipnClaims are the claims about what the gateway tells the merchant
// (https://developer.sepay.vn/vi/cong-thanh-toan/IPN).
func (u *suite) ipnClaims() {
	const deliver = "ipn.deliver"
	u.ipnForms()
	u.ipnIDs()
	u.claim("a paid transfer is told as ORDER_PAID with order and transaction", documented(deliver), func(s *spec) {
		m := s.ipn()
		t := s.paid(m, control.NewIPN{}, control.NewPay{})
		r := s.got(m, 1, "a payment")[0].json(s)
		order, transaction := row(r["order"].(map[string]any)), row(r["transaction"].(map[string]any))
		known := s.order(t, "DH1")
		s.same([]any{r["notification_type"], order["order_id"], order["order_status"], order["order_amount"], order["order_invoice_number"], order["order_description"], order["order_currency"]},
			[]any{"ORDER_PAID", known["order_id"], "CAPTURED", "185000.00", "DH1", t.description(), "VND"}, "type, order_id, status, amount, invoice, description, currency")
		s.same([]any{transaction["payment_method"], transaction["transaction_type"], transaction["transaction_status"], transaction["transaction_amount"], transaction["authentication_status"], transaction["card_number"]},
			[]any{"BANK_TRANSFER", "PAYMENT", "APPROVED", "185000", "AUTHENTICATION_SUCCESSFUL", nil}, "method, type, status, amount, authentication_status, card_number")
		s.same([]any{r["customer"], order["custom_data"]}, []any{nil, []any{}}, "customer and custom_data")
	})
	u.claim("a card payment is told with the customer and the data of the form", documented(deliver), func(s *spec) {
		m := s.ipn()
		data, echoed := customData()
		s.paid(m, control.NewIPN{}, control.NewPay{Card: "visa"}, "payment_method", "CARD", "customer_id", "KH-77 "+odd, "custom_data", data)
		r := s.got(m, 1, "a card payment")[0].json(s)
		s.same([]any{dig(map[string]any(r), "customer.customer_id"), dig(map[string]any(r), "order.custom_data")}, []any{"KH-77 " + odd, echoed}, "customer_id and custom_data")
	})
	u.claim("without an auth type no X-Secret-Key is sent; with SECRET_KEY it carries the secret", documented(deliver), func(s *spec) {
		s.secret("contract-ipn-secret")
		for want, config := range map[string]control.NewIPN{"": {}, "contract-ipn-secret": {AuthType: "SECRET_KEY", Secret: "contract-ipn-secret"}} {
			m := s.ipn()
			s.paid(m, config, control.NewPay{})
			s.same(s.got(m, 1, "a payment")[0].Header.Get("X-Secret-Key"), want, "X-Secret-Key")
		}
	})
	u.claim("an answer other than 200 is tried again a minute later, with the same body but for nothing", observed(deliver), func(s *spec) {
		m := s.ipn(reply{404, ``}, accepted)
		s.paid(m, control.NewIPN{}, control.NewPay{})
		s.advance(59 * time.Second)
		s.got(m, 1, "59 seconds later")
		s.advance(time.Second)
		all := s.got(m, 2, "a minute later")
		s.same(all[1].json(s)["order"], all[0].json(s)["order"], "the order of the retry")
		s.advance(time.Hour)
		s.got(m, 2, "an hour after a success")
	})
	u.claim("200 alone is success, or any 2xx, as the target is set; the body does not matter", assumed(deliver), func(s *spec) {
		rule := s.setting("ipn.success_rule")
		for _, c := range []struct {
			answer reply
			tries  int
		}{{reply{200, `whatever`}, 1}, {reply{201, `{"success":true}`}, map[string]int{"200": 2, "2xx": 1}[rule]}} {
			m := s.ipn(c.answer, accepted)
			s.paid(m, control.NewIPN{}, control.NewPay{})
			s.advance(time.Minute)
			s.got(m, c.tries, fmt.Sprintf("a minute after %d (%s)", c.answer.status, rule))
		}
	})
	u.claim("the ladder of retries ends after eight attempts", assumed(deliver), func(s *spec) {
		m := s.ipn(broken)
		s.paid(m, control.NewIPN{}, control.NewPay{})
		s.advance(33 * time.Minute)
		s.got(m, 8, "33 minutes later")
		s.advance(6 * time.Hour)
		s.got(m, 8, "six hours later")
	})
	u.claim("a void is told as TRANSACTION_VOID", documented(deliver), func(s *spec) {
		m := s.ipn()
		t := s.paid(m, control.NewIPN{}, control.NewPay{Card: "visa"}, "payment_method", "CARD")
		s.command(t, "/order/voidTransaction", map[string]any{"order_invoice_number": "DH1"}).is(200)
		s.advance(s.ipnDelay())
		r := s.got(m, 2, "a payment and its void")[1].json(s)
		kind := map[string]any{"void": "VOID", "payment": "PAYMENT"}[s.setting("ipn.void_transaction")]
		s.same([]any{r["notification_type"], dig(map[string]any(r), "order.order_status"), dig(map[string]any(r), "transaction.transaction_type")}, []any{"TRANSACTION_VOID", "CANCELLED", kind}, "type, order_status, transaction_type")
	})
	u.claim("nothing is told of a declined card, an underpayment or a cancelled order", documented(deliver), func(s *spec) {
		m := s.ipn()
		t := s.paid(m, control.NewIPN{}, control.NewPay{Outcome: "less"})
		s.command(t, "/order/cancel", map[string]any{"order_invoice_number": "DH1"}).is(200)
		s.open(t, "order_invoice_number", "DH2", "payment_method", "CARD")
		s.pay(t, "DH2", control.NewPay{Card: "declined"})
		s.advance(time.Hour)
		s.got(m, 0, "an hour later")
	})
	u.claim("an order that is paid twice is told once", assumed(deliver), func(s *spec) {
		m := s.ipn()
		s.paid(m, control.NewIPN{}, control.NewPay{Outcome: "twice"})
		s.advance(time.Hour)
		s.got(m, 1, "an hour later")
	})
}

// paid sets a company up whose IPNs go to a mailbox, and lets an order be paid;
// pairs change the form, ipn the IPN, pay the payment.
func (s *spec) paid(m *mailbox, ipn control.NewIPN, pay control.NewPay, pairs ...string) tenant {
	ipn.URL = m.URL
	t := s.company(control.NewCompany{Merchant: control.NewMerchant{IPN: ipn}})
	s.open(t, pairs...)
	s.pay(t, "DH1", pay)
	s.advance(s.ipnDelay())
	return t
}

// ipnDelay is how long after a capture the target sends its IPN.
func (s *spec) ipnDelay() time.Duration {
	d, err := input.Duration(s.setting("ipn.delay"))
	if err != nil {
		return 0
	}
	return d
}
