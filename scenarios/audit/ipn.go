package audit

import (
	"fmt"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// ipnRules are the rules for IPN handlers only.
func ipnRules() []rule {
	changed := func(set map[string]any, what string) func(*attack) (found, error) {
		return func(a *attack) (found, error) {
			return a.changed(set, func(o order) (found, error) { return a.ignores(o, what) })
		}
	}
	return []rule{
		{
			name: "ipn-less", kind: kindIPN, title: "does not take a smaller amount for a paid order",
			why: "The amount of a form is the customer's browser's; an order that was opened for less must not be shipped, nor for 15000.00 because 150000.00 begins alike.", source: ipnPage,
			fix: "Compare order.order_amount with the amount of your own order, as whole numbers.",
			run: (*attack).ipnLess,
		},
		{
			name: "ipn-currency", kind: kindIPN, title: "does not take another currency for VND",
			why: "150,000 of another currency is another amount.", source: ipnPage,
			fix: "Compare order.order_currency with VND.",
			run: changed(map[string]any{"order.order_currency": "IDR", "transaction.transaction_currency": "IDR"}, "another currency"),
		},
		{
			name: "ipn-not-captured", kind: kindIPN, title: "does not take a declined payment for a paid order",
			why: "Only CAPTURED with an APPROVED transaction is money.", source: ipnPage,
			fix: "Credit only when order.order_status is CAPTURED and transaction.transaction_status is APPROVED.",
			run: changed(map[string]any{"order.order_status": "AUTHENTICATION_NOT_NEEDED", "transaction.transaction_status": "DECLINED"}, "a declined payment"),
		},
		{
			name: "ipn-void", kind: kindIPN, title: "does not take a void for a payment",
			why: "TRANSACTION_VOID tells that the money went back.", source: ipnPage,
			fix: "Look at notification_type first, and credit on ORDER_PAID alone.",
			run: changed(map[string]any{"notification_type": "TRANSACTION_VOID", "order.order_status": "CANCELLED", "transaction.transaction_type": "VOID"}, "a void"),
		},
		{
			name: "ipn-amount-texts", kind: kindIPN, title: "reads an amount with and without decimals",
			why: "The IPN writes the order's amount with two decimals and the transaction's without, both as texts. Who compares texts refuses right payments.", source: ipnPage,
			fix: "Read both as decimal numbers and compare the numbers.",
			run: func(a *attack) (found, error) {
				return a.changed(map[string]any{"order.order_amount": fmt.Sprint(price), "transaction.transaction_amount": fmt.Sprint(price, ".00")}, a.accepts)
			},
		},
		{
			name: "ipn-card", kind: kindIPN, title: "credits a card payment, however the card is written",
			why: "SePay's page writes the card as 4111XXXXXXXX1111 and 12/26, the service as 411111xxxxxx1111 and 1226, with a brand that may be UNKNOWN. A handler that parses it breaks on the other.", source: ipnPage,
			fix: "Keep the card's members as texts, and let none of them decide.",
			run: (*attack).ipnCard,
		},
		{
			name: "ipn-ids", kind: kindIPN, title: "credits orders whatever form SePay's own ids have",
			why: "order_id has been seen as SEPAY- and 13 digits, as PAY and 17, and as the merchant id and 13; ids as UUIDs and as numbers. Who wants one form breaks on the next.", source: ipnPage,
			fix: "Find the order by order.order_invoice_number, and take SePay's ids as texts.",
			run: (*attack).ipnIDs,
		},
		{
			name: "ipn-dates", kind: kindIPN, title: "credits a payment whose times are not the shop's",
			why: "SePay's clock has been seen 45 seconds behind, and a card's transaction_date seven hours ahead. Who throws away what is older than the order, or lies ahead, loses it.", source: ipnPage,
			fix: "Do not let timestamp and transaction_date decide.",
			run: (*attack).ipnDates,
		},
	}
}

// each notifies of a new order for each change, and requires that look passes for
// all.
func (a *attack) each(changes []map[string]any, look func(order, string) (found, error)) (f found, err error) {
	for _, set := range changes {
		f, err = a.changed(set, func(o order) (found, error) { return look(o, fmt.Sprint(set)) })
		if err != nil || f.verdict != Pass {
			return f, err
		}
		if err := a.disarm(); err != nil {
			return f, err
		}
	}
	return f, nil
}

// accepting is accepts with the form of the notice in the detail.
func (a *attack) accepting(o order, what string) (found, error) {
	f, err := a.accepts(o)
	if f.verdict != Pass {
		f.detail = "with " + what + ": " + f.detail
	}
	return f, err
}

func (a *attack) ipnLess() (found, error) {
	var changes []map[string]any
	for _, amount := range []int64{1_000, price / 10, price - 1} {
		changes = append(changes, ipnAmount(amount))
	}
	return a.each(changes, func(o order, what string) (found, error) { return a.books(o, "a smaller amount") })
}

// ipnAmount formats an amount in VND as the IPN does.
func ipnAmount(vnd int64) map[string]any {
	return map[string]any{"order.order_amount": fmt.Sprint(vnd, ".00"), "transaction.transaction_amount": fmt.Sprint(vnd)}
}

func (a *attack) ipnIDs() (found, error) {
	own := int64(a.Tag&0xffff)<<8 | int64(a.next&0xff) // an id of an earlier audit would be a duplicate
	last := fmt.Sprintf("%06X", own)
	return a.each([]map[string]any{
		{"order.order_id": "PAY70016A2634F" + last, "transaction.transaction_id": "6a2634f" + strings.ToLower(last)},
		{"order.order_id": "SP-TEST-XX0A1B2C-6A263EC" + last, "transaction.transaction_id": "trans-6a263ed" + strings.ToLower(last)},
		{"order.order_id": "SEPAY-68BA83C" + last, "order.id": fmt.Sprint(1_000_000_000 + own), "transaction.id": fmt.Sprint(2_000_000_000 + own)},
	}, a.accepting)
}

func (a *attack) ipnCard() (found, error) {
	for _, card := range []map[string]any{
		{"transaction.card_number": "411111xxxxxx1111", "transaction.card_expiry": "1226", "transaction.card_brand": "UNKNOWN", "transaction.card_holder_name": "NGUYỄN VĂN A", "agreement": nil},
		{"transaction.card_number": "4111XXXXXXXX1111", "transaction.card_expiry": "12/26", "transaction.card_brand": "VISA", "transaction.card_holder_name": nil},
	} {
		o, err := a.order()
		if err != nil {
			return found{}, err
		}
		if err := a.set(card); err != nil {
			return found{}, err
		}
		if err := a.pay(a.own, o.invoice, control.NewPay{Card: "visa"}, "payment_method", "CARD", "customer_id", `KH "7"/Đ`, "order_description", "Don hang "+o.invoice+" "+a.text(), "custom_data", customData(a.text())); err != nil {
			return found{}, err
		}
		if err := a.disarm(); err != nil {
			return found{}, err
		}
		f, err := a.accepting(o, fmt.Sprint(card))
		if err != nil || f.verdict != Pass {
			return f, err
		}
	}
	return found{verdict: Pass, detail: "both forms of a card were accepted"}, nil
}

func (a *attack) ipnDates() (found, error) {
	now, err := a.now()
	if err != nil {
		return found{}, err
	}
	behind, ahead := now.Add(-45*time.Second), now.Add(7*time.Hour)
	return a.each([]map[string]any{
		{"timestamp": behind.Unix(), "transaction.transaction_date": behind.Format(sepayTime)},
		{"transaction.transaction_date": ahead.Format(sepayTime)},
	}, a.accepting)
}
