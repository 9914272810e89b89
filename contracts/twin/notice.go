package twin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
)

// nothing matches no request: the twin changes only notices.
const nothing = "NOTHING"

// noticeTwins are the twins of notices.
func noticeTwins() []Twin {
	return []Twin{
		{Name: "transferAmount is called amount", Surface: "webhook", at: nothing, notice: changed(renamed("transferAmount", "amount")), Points: "webhook.deliver"},
		{Name: "the id as a text", Surface: "webhook", at: nothing, notice: changed(turned("id", text)), Points: "webhook.deliver"},
		{Name: "members in another order", Surface: "webhook", at: nothing, notice: changed(rewritten(`^\{(.*),"id":(\d+)\}$`, `{"id":$2,$1}`)), Points: "SePay's order"},
		{Name: "a notice whose slashes are not escaped", Surface: "webhook", at: nothing, notice: changed(rewritten(`\\/`, `/`)), Points: "as PHP writes"},
		{Name: "a notice in UTF-8", Surface: "webhook", at: nothing, notice: changed(rewritten(`\\u00e0`, `à`)), Points: "as PHP writes"},
		{Name: "a test with a line break at its end", Surface: "webhook", at: nothing, notice: changed(rewritten(`"id":0\}$`, "\"id\":0}\n")), Points: "as PHP writes"},
		{Name: "subAccount is an empty text", Surface: "webhook", at: nothing, notice: changed(rewritten(`"subAccount":null`, `"subAccount":""`)), Points: "twelve fields"},
		{Name: "code is an empty text", Surface: "webhook", at: nothing, notice: changed(rewritten(`"code":null`, `"code":""`)), Points: "code is null"},
		{Name: "Bearer instead of Apikey", Surface: "webhook", at: nothing, notice: changed(func(_ *Impostor, x *exchange) {
			if a := x.ResponseHeader.Get("Authorization"); a != "" {
				x.ResponseHeader.Set("Authorization", strings.Replace(a, "Apikey", "Bearer", 1))
			}
		}), Points: "API key"},
		{Name: "a credential that nobody asked for", Surface: "webhook", at: nothing, notice: changed(func(_ *Impostor, x *exchange) { x.ResponseHeader.Set("X-Secret-Key", "x") }), Points: "without authentication"},
		{Name: "no signature", Surface: "webhook", at: nothing, notice: changed(gone("X-SePay-Signature")), Points: "signature"},
		{Name: "a signature without its prefix", Surface: "webhook", at: nothing, notice: changed(func(_ *Impostor, x *exchange) {
			if s := x.ResponseHeader.Get("X-SePay-Signature"); s != "" {
				x.ResponseHeader.Set("X-SePay-Signature", strings.TrimPrefix(s, "sha256="))
			}
		}), Points: "signature"},
		{Name: "a signature over the body alone", Surface: "webhook", at: nothing, notice: changed(func(_ *Impostor, x *exchange) {
			if x.ResponseHeader.Get("X-SePay-Signature") != "" {
				mac := hmac.New(sha256.New, []byte("whsec_0123456789abcdef0123456789abcdef"))
				mac.Write(x.ResponseBody)
				x.ResponseHeader.Set("X-SePay-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
			}
		}), Points: "signature"},
		{Name: "a retry with the first one's timestamp", Surface: "webhook", at: nothing, notice: func() func(*Impostor, *exchange) {
			first := map[string][2]string{}
			return changed(func(_ *Impostor, x *exchange) {
				to := x.URL.Query().Get("to")
				if x.attempt == 1 {
					first[to] = [2]string{x.ResponseHeader.Get("X-SePay-Timestamp"), x.ResponseHeader.Get("X-SePay-Signature")}
				} else if first[to][0] != "" {
					x.ResponseHeader.Set("X-SePay-Timestamp", first[to][0])
					x.ResponseHeader.Set("X-SePay-Signature", first[to][1])
				}
			})
		}(), Points: "signature"},
		{Name: "a dropped retry", Surface: "webhook", at: nothing, notice: func(_ *Impostor, x *exchange) {
			if x.attempt != 5 {
				x.forward()
			}
		}, Points: "eight times"},
		{Name: "a retry too many", Surface: "webhook", at: nothing, notice: func(_ *Impostor, x *exchange) {
			x.forward()
			if x.attempt == 8 {
				x.forward()
			}
		}, Points: "eight times"},
		{Name: "every notice comes twice", Surface: "webhook", at: nothing, notice: func(_ *Impostor, x *exchange) { x.forward(); x.forward() }, Points: "twelve fields"},
		{Name: "a schedule that is too fast", Surface: "webhook", at: "POST /_control/v1/clock/advance", ask: func(_ *Impostor, r *http.Request) {
			var by struct{ By string }
			_ = json.NewDecoder(r.Body).Decode(&by)
			if by.By == "59s" {
				by.By = "1m"
			}
			setBody(r, []byte(`{"by":"`+by.By+`"}`))
		}, Points: "eight times"},
		{Name: "the rule of success is ignored", Surface: "webhook", at: nothing, notice: func(_ *Impostor, x *exchange) {
			x.forward()
			x.Status = 500
		}, Points: "success is 200 or 201"},
		{Name: "any answer is a success", Surface: "webhook", at: nothing, notice: func() func(*Impostor, *exchange) {
			return func(_ *Impostor, x *exchange) { x.forward(); x.Status = 200 }
		}(), Points: "eight times"},
		{Name: "a retry with another id", Surface: "webhook", at: nothing, notice: changed(func(i *Impostor, x *exchange) {
			if x.attempt > 1 {
				turned("id", plus(1))(i, x)
			}
		}), Points: "byte for byte"},
		{Name: "event_type is ignored", Surface: "webhook", at: "POST /_control/v1/companies", ask: func(_ *Impostor, r *http.Request) {
			setBody(r, []byte(strings.ReplaceAll(bodyOf(r), `"Out_only"`, `"All"`)))
		}, Points: "filters keep"},
		{Name: "the prefix filter is ignored", Surface: "webhook", at: "POST /_control/v1/companies", ask: func(_ *Impostor, r *http.Request) {
			setBody(r, []byte(strings.ReplaceAll(bodyOf(r), `"prefix_filters":["HD"]`, `"prefix_filters":[]`)))
		}, Points: "filters keep"},
		{Name: "the amount with decimals", Surface: "webhook", at: nothing, notice: changed(rewritten(`"transferAmount":(\d+)`, `"transferAmount":$1.00`)), Points: "webhook.deliver"},
		{Name: "dates with an offset", Surface: "webhook", at: nothing, notice: changed(rewritten(`("transactionDate":"[^"]+)"`, `$1+07:00"`)), Points: "webhook.deliver"},
		{Name: "an empty memo is replaced", Surface: "webhook", at: nothing, notice: changed(rewritten(`"content":""`, `"content":"Giao dich"`)), Points: "empty memo"},
		{Name: "an empty reference is null", Surface: "webhook", at: nothing, notice: changed(rewritten(`"referenceCode":""`, `"referenceCode":null`)), Points: "empty referenceCode"},
		{Name: "a reference is used once", Surface: "webhook", at: nothing, notice: changed(rewritten(`"referenceCode":"4821"(.*"id":\d*[13579]\})`, `"referenceCode":"4822"$1`)), Points: "references may come again"},
		{Name: "memos arrive as they were typed", Surface: "webhook", at: "POST /_control/v1/companies", ask: func(_ *Impostor, r *http.Request) {
			setBody(r, []byte(strings.ReplaceAll(bodyOf(r), `"bank.memo":"habits"`, `"bank.memo":"ideal"`)))
		}, Points: "MBBank to its accounts"},
		{Name: "the bank's full minute has seconds", Surface: "webhook", at: "POST /_control/v1/companies", ask: func(_ *Impostor, r *http.Request) {
			setBody(r, []byte(strings.ReplaceAll(bodyOf(r), `"bank.time":"as_memo"`, `"bank.time":"seconds"`)))
		}, Points: "VPBank to its accounts"},
		{Name: "a form without the code", Surface: "webhook", at: nothing, notice: changed(rewritten(`&code=[^&]*`, ``)), Points: "forms carry"},

		{Name: "notification_type in small letters", Surface: "ipn", at: nothing, notice: changed(replaced("notification_type", "order_paid")), Points: "ipn.deliver"},
		{Name: "order_amount as a number", Surface: "ipn", at: nothing, notice: changed(turned("order.order_amount", text)), Points: "ipn.deliver"},
		{Name: "transaction_amount with decimals", Surface: "ipn", at: nothing, notice: changed(turned("transaction.transaction_amount", func(v any) any { return v.(string) + ".00" })), Points: "ORDER_PAID"},
		{Name: "no X-Secret-Key", Surface: "ipn", at: nothing, notice: changed(gone("X-Secret-Key")), Points: "X-Secret-Key"},
		{Name: "X-Secret-Key though none is configured", Surface: "ipn", at: nothing, notice: changed(func(_ *Impostor, x *exchange) { x.ResponseHeader.Set("X-Secret-Key", "contract-ipn-secret") }), Points: "X-Secret-Key"},
		{Name: "a dropped IPN retry", Surface: "ipn", at: nothing, notice: func(_ *Impostor, x *exchange) {
			if x.attempt != 2 {
				x.forward()
			}
		}, Points: "tried again"},
		{Name: "the page's card mask in the IPN", Surface: "ipn", at: nothing, notice: changed(turned("transaction.card_number", func(v any) any {
			if n, ok := v.(string); ok {
				return n[:4] + "XXXXXXXX" + n[12:]
			}
			return v
		})), Points: "a card is written"},
		{Name: "the page's expiry in the IPN", Surface: "ipn", at: nothing, notice: changed(rewritten(`"card_expiry":"(\d\d)(\d\d)"`, `"card_expiry":"$1\/$2"`)), Points: "a card is written"},
		{Name: "a card's IPN without agreement", Surface: "ipn", at: nothing, notice: changed(rewritten(`("payment_method":"CARD".*),"agreement":null\}$`, `$1}`)), Points: "same members"},
		{Name: "a brand for every card", Surface: "ipn", at: nothing, notice: changed(rewritten(`"UNKNOWN"`, `"VISA"`)), Points: "UNKNOWN"},
		{Name: "the page's order ids", Surface: "ipn", at: nothing, notice: changed(rewritten(`"order_id":"[^"]*([0-9A-F]{13})"`, `"order_id":"SEPAY-$1"`)), Points: "codes of orders"},
		{Name: "order ids in small letters", Surface: "ipn", at: nothing, notice: changed(turned("order.order_id", func(v any) any { return strings.ToLower(v.(string)) })), Points: "codes of orders"},
		{Name: "a card's code without trans-", Surface: "ipn", at: nothing, notice: changed(rewritten(`"trans-`, `"`)), Points: "codes of orders"},
		{Name: "the code of another moment", Surface: "ipn", at: nothing, notice: changed(rewritten(`("transaction_id":"(?:trans-)?)[0-9a-f]{8}`, `${1}6a2634fe`)), Points: "codes of orders"},
		{Name: "ids of rows at random", Surface: "ipn", at: nothing, notice: changed(rewritten(`("id":"[0-9a-f]{8}-[0-9a-f]{4}-)1`, `${1}4`)), Points: "ids of rows"},
		{Name: "a payment's id of another host", Surface: "ipn", at: nothing, notice: changed(turned("transaction.id", func(v any) any { id := v.(string); return id[:24] + "0299999999ff" })), Points: "ids of rows"},
		{Name: "an order's id of another moment", Surface: "ipn", at: nothing, notice: changed(turned("order.id", func(v any) any { return "00000000" + v.(string)[8:13] + "-11f0" + v.(string)[18:] })), Points: "ids of rows"},
		{Name: "a card's date seven hours ahead", Surface: "ipn", at: nothing, notice: changed(members("transaction.transaction_date", func(o map[string]any, name string) {
			if o["payment_method"] == "CARD" {
				o[name] = hoursLater(7)(o[name])
			}
		})), Points: "Vietnam's time"},
		{Name: "a transfer's date in UTC", Surface: "ipn", at: nothing, notice: changed(turned("transaction.transaction_date", hoursLater(-7))), Points: "Vietnam's time"},
		{Name: "slashes that are not escaped", Surface: "ipn", at: nothing, notice: changed(rewritten(`\\/`, `/`)), Points: "as PHP writes"},
		{Name: "letters that are not escaped", Surface: "ipn", at: nothing, notice: changed(rewritten(`\\u00e0`, `à`)), Points: "as PHP writes"},
		{Name: "escapes in capital digits", Surface: "ipn", at: nothing, notice: changed(rewritten(`\\ud83c\\udf89`, `\uD83C\uDF89`)), Points: "as PHP writes"},
		{Name: "escapes of HTML", Surface: "ipn", at: nothing, notice: changed(rewritten(`&`, `\u0026`)), Points: "as PHP writes"},
		{Name: "an IPN with blanks", Surface: "ipn", at: nothing, notice: changed(rewritten(`":`, `": `)), Points: "as PHP writes"},
		{Name: "an IPN with a line break at its end", Surface: "ipn", at: nothing, notice: changed(rewritten(`$`, "\n")), Points: "as PHP writes"},
		{Name: "timestamp in milliseconds", Surface: "ipn", at: nothing, notice: changed(turned("timestamp", func(v any) any { return json.Number(string(v.(json.Number)) + "000") })), Points: "timestamp"},
		{Name: "custom_data is null", Surface: "ipn", at: nothing, notice: changed(replaced("order.custom_data", nil)), Points: "ipn.deliver"},
		{Name: "every IPN comes twice", Surface: "ipn", at: nothing, notice: func(_ *Impostor, x *exchange) { x.forward(); x.forward() }, Points: "told once"},
		{Name: "a void is notified as a payment", Surface: "ipn", at: nothing, notice: changed(turned("notification_type", func(any) any { return "ORDER_PAID" })), Points: "TRANSACTION_VOID"},
		{Name: "201 is a success of the IPN", Surface: "ipn", at: nothing, notice: func(_ *Impostor, x *exchange) {
			x.forward()
			if x.Status == 201 {
				x.Status = 200
			}
		}, Points: "200 alone"},
	}
}
