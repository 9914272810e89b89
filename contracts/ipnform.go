package contracts

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// ipnForms are the claims about the form of an IPN, as observed in 15 of
// June 2026: 14 of transfers, and one of a card at SePay's sandbox.
func (u *suite) ipnForms() {
	const deliver = "ipn.deliver"
	u.claim("a transfer and a card have the same members in the same order", captured(deliver), func(s *spec) {
		for method, pay := range map[string]control.NewPay{"BANK_TRANSFER": {}, "CARD": {Card: "visa"}} {
			m := s.ipn()
			s.paid(m, control.NewIPN{}, pay, "payment_method", method)
			body := s.got(m, 1, "a payment")[0].Body
			root := "timestamp notification_type order transaction customer agreement"
			if method == "CARD" && s.setting("ipn.card_shape") == "docs" {
				root = strings.TrimSuffix(root, " agreement")
			}
			s.same(s.members(body), root, "the members of the IPN")
			var parts struct{ Order, Transaction json.RawMessage }
			if err := json.Unmarshal(body, &parts); err != nil {
				s.fail("the IPN cannot be read: %v", err)
			}
			s.same(s.members(parts.Order), "id order_id order_status order_currency order_amount order_invoice_number custom_data user_agent ip_address order_description", "the members of the order")
			s.same(s.members(parts.Transaction), "id payment_method transaction_id transaction_type transaction_date transaction_status transaction_amount transaction_currency authentication_status "+
				"card_number card_holder_name card_expiry card_funding_method card_brand", "the members of the transaction")
		}
	})
	u.claim("a card is written as in the REST API, with agreement null, or as on the page, as the target is set", captured(deliver), func(s *spec) {
		m := s.ipn()
		s.paid(m, control.NewIPN{}, control.NewPay{Card: "mastercard"}, "payment_method", "CARD")
		r := s.got(m, 1, "a card payment")[0].json(s)
		agreement, has := r["agreement"]
		s.same(agreement, nil, "agreement")
		number, expiry := "512345xxxxxx0008", `^(0[1-9]|1[0-2])\d\d$`
		if s.setting("ipn.card_shape") == "docs" {
			number, expiry = "5123XXXXXXXX0008", `^(0[1-9]|1[0-2])/\d\d$`
		}
		s.same(has, s.setting("ipn.card_shape") != "docs", "there is an agreement")
		t := row(r["transaction"].(map[string]any))
		s.same([]any{t["card_number"], t["card_brand"], t["card_funding_method"]}, []any{number, "MASTERCARD", "DEBIT"}, "card_number, card_brand, card_funding_method")
		s.Expect(t["card_expiry"]).To(match(expiry), "card_expiry")
		s.Expect(t["card_holder_name"]).To(match(`^[A-Z ]+$`), "card_holder_name")
	})
	u.claim("a card of no known brand is UNKNOWN", captured(deliver), func(s *spec) {
		m := s.ipn()
		s.paid(m, control.NewIPN{}, control.NewPay{Card: "unknown_brand"}, "payment_method", "CARD")
		s.same(dig(map[string]any(s.got(m, 1, "a card payment")[0].json(s)), "transaction.card_brand"), any("UNKNOWN"), "card_brand")
	})
	u.claim("it is written as PHP writes JSON", captured(deliver), func(s *spec) {
		m := s.ipn()
		s.paid(m, control.NewIPN{}, control.NewPay{}, "order_description", phpText, "custom_data", phpText, "customer_id", phpText)
		s.php(s.got(m, 1, "a payment")[0].Body, 3)
	})
}

// ipnIDs are the claims about what identifies an order and a payment in an IPN,
// and about their moments.
func (u *suite) ipnIDs() {
	const deliver = "ipn.deliver"
	u.claim("codes of orders and payments begin as the method says and end in their moment, or as on the page, as the target is set", captured(deliver), func(s *spec) {
		docs := s.setting("ipn.order_ids") == "docs"
		for method, pay := range map[string]control.NewPay{"BANK_TRANSFER": {}, "CARD": {Card: "visa"}} {
			m := s.ipn()
			t := s.paid(m, control.NewIPN{}, pay, "payment_method", method)
			r := s.got(m, 1, "a payment")[0].json(s)
			order, payment := `^PAY\d{4}[0-9A-F]{13}$`, `^[0-9a-f]{13}$`
			if method == "CARD" {
				order, payment = `^`+t.Merchant.MerchantID+`-[0-9A-F]{13}$`, `^trans-[0-9a-f]{13}$`
			}
			if docs {
				order, payment = `^SEPAY-[0-9A-F]{13}$`, `^[0-9a-f]{13}$`
			}
			s.Expect(dig(map[string]any(r), "order.order_id")).To(match(order), "order_id")
			s.Expect(dig(map[string]any(r), "transaction.transaction_id")).To(match(payment), "transaction_id")
			s.same(dig(map[string]any(r), "order.order_id"), s.order(t, "DH1")["order_id"], "the order_id of the IPN and of the orders API")
			sent := time.Unix(int64(r["timestamp"].(float64)), 0)
			for _, path := range []string{"order.order_id", "transaction.transaction_id"} {
				if gap := sent.Sub(s.moment(dig(map[string]any(r), path).(string))); gap < -time.Second || gap > 5*time.Second+s.ipnDelay() {
					s.fail("%s\nexpected the seconds at which it was made\nseen     %s before the IPN", path, gap)
				}
			}
		}
	})
	u.claim("all orders by transfer of a merchant have the same digits after PAY", captured(deliver).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		first := s.open(t, "order_invoice_number", "DH1").Query().Get("order_id")
		second := s.open(t, "order_invoice_number", "DH2").Query().Get("order_id")
		s.Expect(first).NotTo(equal(second))
		if s.setting("ipn.order_ids") != "docs" {
			s.same(second[:len("PAY0000")], first[:len("PAY0000")], "the beginning of order_id")
		}
	})
	u.claim("timestamp is in Unix seconds", documented(deliver), func(s *spec) {
		m := s.ipn()
		s.paid(m, control.NewIPN{}, control.NewPay{})
		s.Expect(s.got(m, 1, "a payment")[0].json(s).text("timestamp")).To(match(`^\d{10}$`))
	})
	u.claim("ids of rows are UUIDs of one host that tell when the payment was made, or as the target is set", captured(deliver), func(s *spec) {
		hosts := map[string]bool{}
		for method, pay := range map[string]control.NewPay{"BANK_TRANSFER": {}, "CARD": {Card: "visa"}} {
			m := s.ipn()
			s.paid(m, control.NewIPN{}, pay, "payment_method", method, "customer_id", "KH-77")
			r := s.got(m, 1, "a payment")[0].json(s)
			paidAt := s.moment(dig(map[string]any(r), "transaction.transaction_id").(string))
			for _, path := range []string{"order.id", "transaction.id", "customer.id"} {
				id, _ := dig(map[string]any(r), path).(string)
				switch s.setting("ipn.ids") {
				case "decimal":
					s.Expect(id).To(match(`^\d+$`), path)
				case "uuid4":
					s.Expect(id).To(match(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`), path)
				default:
					s.Expect(id).To(match(`^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`), path)
					hosts[id[19:]] = true
					if gap := uuidTime(id).Sub(paidAt).Abs(); path != "customer.id" && gap > 5*time.Second {
						s.fail("%s\nexpected the moment of the payment\nseen     one that is %s away", path, gap)
					}
				}
			}
		}
		if len(hosts) > 1 {
			s.fail("expected ids of one clock sequence and one node\nseen     %d", len(hosts))
		}
	})
	u.claim("transaction_date is Vietnam's time, to the second of the payment's code, or seven hours ahead for a card, as the target is set", documented(deliver), func(s *spec) {
		for method, pay := range map[string]control.NewPay{"BANK_TRANSFER": {}, "CARD": {Card: "visa"}} {
			m := s.ipn()
			s.paid(m, control.NewIPN{}, pay, "payment_method", method)
			t := row(s.got(m, 1, "a payment")[0].json(s)["transaction"].(map[string]any))
			want := s.moment(t.text("transaction_id"))
			if method == "CARD" && s.setting("ipn.card_date") == "plus7h" {
				want = want.Add(7 * time.Hour)
			}
			s.same(t.text("transaction_date"), want.In(input.Vietnam).Format("2006-01-02 15:04:05"), "transaction_date")
		}
	})
}

// moment is the second in the 13 digits of PHP's uniqid at the end of a code.
func (s *spec) moment(code string) time.Time {
	var seconds int64
	if len(code) >= 13 {
		seconds, _ = strconv.ParseInt(code[len(code)-13:len(code)-5], 16, 64)
	}
	if seconds == 0 {
		s.fail("expected 13 hexadecimal digits at the end\nseen     %q", code)
	}
	return time.Unix(seconds, 0)
}

// uuidTime is the moment in a UUID of version 1.
func uuidTime(id string) time.Time {
	const gregorian = 122192928000000000 // 1582-10-15 to 1970 in steps of 100 ns
	ticks, _ := strconv.ParseInt(id[15:18]+id[9:13]+id[:8], 16, 64)
	return time.Unix(0, (ticks-gregorian)*100)
}

// members are the names of a JSON object's members in their order.
func (s *spec) members(text []byte) string {
	dec := json.NewDecoder(strings.NewReader(string(text)))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		s.fail("expected an object\nseen     %.300s", text)
	}
	var names []string
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			s.fail("%v in %.300s", err, text)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			s.fail("%v in %.300s", err, text)
		}
		names = append(names, fmt.Sprint(name))
	}
	return strings.Join(names, " ")
}
