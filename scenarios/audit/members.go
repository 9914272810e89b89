package audit

import (
	"errors"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/texts"
)

// wanted is a changed member that a handler with a known mistake expects.
type wanted struct {
	cause  string
	set    map[string]any
	detail string
	hint   string
}

// wantedMembers lists them for the rule's handler.
func (a *attack) wantedMembers() ([]wanted, error) {
	if a.kind == kindIPN {
		const hintAmount = "order.order_amount is a text with two decimals: read it as a decimal number and compare numbers."
		return []wanted{
			{"amount_text", map[string]any{"order.order_amount": fmt.Sprint(price)}, "It takes the notice when the amount has no decimals: it compares texts.", hintAmount},
			{"amount_text", map[string]any{"order.order_amount": price}, "It takes the notice when the amount is a number.", hintAmount},
			{"order_id", map[string]any{"order.order_id": fmt.Sprintf("SEPAY-68BA83C%06X", a.next)}, "It takes the notice when order_id begins with SEPAY-.", "Find the order by order.order_invoice_number; SePay's own ids have several forms."},
			{"custom_data", map[string]any{"order.custom_data": []any{}}, "It takes the notice when custom_data is an empty list.", "custom_data comes back as the shop posted it: a list, an object or a text."},
			{"customer_null", map[string]any{"customer": map[string]any{"id": "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "customer_id": "KH-1"}}, "It takes the notice when there is a customer.", "customer is null when the shop posted no customer_id."},
		}, nil
	}
	now, err := a.now()
	if err != nil {
		return nil, err
	}
	return []wanted{
		{"date_zone", map[string]any{"transactionDate": now.Add(-7 * time.Hour).Format(sepayTime)}, "It takes the notice when its date is seven hours earlier: it takes Vietnam's time for UTC.", "transactionDate is Vietnam's time, UTC+7, without a zone."},
		{"amount_text", map[string]any{"transferAmount": fmt.Sprint(price)}, "It takes the notice when the amount is a text.", "transferAmount is a whole number in JSON: compare numbers."},
		{"sub_account_null", map[string]any{"subAccount": ""}, "It takes the notice when subAccount is an empty text.", "subAccount is null without a virtual account."},
		{"reference_form", map[string]any{"referenceCode": fmt.Sprintf("FT26159%09d", a.next)}, "It takes the notice when referenceCode is FT and 14 digits, as MBBank writes it.", "referenceCode has another form at each bank, and may be empty: let it decide nothing."},
	}, nil
}

// byMembers is the diagnosis of a handler that expects the memo or another
// member in a form that SePay does not send.
func (a *attack) byMembers(refused Sent) (diagnosis, error) {
	all, err := a.wantedMembers()
	if err != nil {
		return diagnosis{}, err
	}
	plain := func(o order) error { return a.notifyWith(o, texts.Plain) }
	if a.kind == kindWebhook {
		took, err := a.confirmTook(refused, nil, func(o order) error { return a.transfer(o.code, control.NewTransfer{}) }, plain)
		if err != nil || took {
			return diagnosis{cause: "exact_memo", detail: "It takes the notice when the memo is the code and nothing else: it compares the whole memo.",
				hint: "Take the code from the member code, or search the memo for it: banks put words before and after it, and drop hyphens."}, err
		}
	}
	for _, w := range all {
		took, err := a.confirmTook(refused, w.set, plain, plain)
		if err != nil || took {
			return diagnosis{cause: w.cause, detail: w.detail, hint: w.hint}, err
		}
	}
	return diagnosis{}, nil
}

// confirmTook returns whether the handler accepts two of two notices with changed
// members, and still refuses an unchanged one.
func (a *attack) confirmTook(refused Sent, set map[string]any, notify, asItWas func(order) error) (bool, error) {
	for range 2 {
		if set != nil {
			if err := a.set(set); err != nil {
				return false, err
			}
		}
		took, err := a.tookOne(refused, notify)
		if err = errors.Join(err, a.disarm()); err != nil || !took {
			return false, err
		}
	}
	took, err := a.tookOne(refused, asItWas)
	return !took, err
}

// tookOne notifies of a new order and returns whether the handler accepted it.
func (a *attack) tookOne(refused Sent, notify func(order) error) (bool, error) {
	o, err := a.order()
	if err != nil {
		return false, err
	}
	if err := notify(o); err != nil {
		return false, err
	}
	return a.tookLast(o, refused)
}
