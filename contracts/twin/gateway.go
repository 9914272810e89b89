package twin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// resigned posts a form with a corrected signature when when returns true.
func resigned(when func(f url.Values) bool) func(*Impostor, *http.Request) {
	return func(i *Impostor, r *http.Request) {
		body := bodyOf(r)
		f, _ := url.ParseQuery(body)
		secret := i.secrets[f.Get("merchant")]
		if secret == "" || !when(f) {
			return
		}
		setBody(r, []byte(signAgain(body, secret)))
	}
}

// signAgain corrects the signature of an encoded form.
func signAgain(body, secret string) string {
	var kept, parts []string
	for part := range strings.SplitSeq(body, "&") {
		name, value, _ := strings.Cut(part, "=")
		plain, _ := url.QueryUnescape(value)
		if name == "signature" {
			continue
		}
		kept = append(kept, part)
		if name != "custom_data" {
			parts = append(parts, name+"="+plain)
		}
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join(parts, ",")))
	return strings.Join(kept, "&") + "&signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

func always(url.Values) bool { return true }

// accepted replaces a refusal by the success of another request.
func accepted(code int, body string) func(*Impostor, *exchange) {
	return func(_ *Impostor, x *exchange) {
		if x.Status == code {
			x.Status, x.ResponseBody = 200, []byte(body)
			x.ResponseHeader.Del("WWW-Authenticate")
		}
	}
}

const post = "POST /v1/checkout/init"

// gatewayTwins are the twins of the gateway.
func gatewayTwins() []Twin {
	return []Twin{
		{Name: "the signature is not checked", Surface: "checkout", at: post, ask: resigned(always), Points: "signed with another secret"},
		{Name: "a missing signature is accepted", Surface: "checkout", at: post, ask: resigned(func(f url.Values) bool { return !f.Has("signature") }), Points: "without a signature"},
		{Name: "a signature in hexadecimal is accepted", Surface: "checkout", at: post, ask: resigned(func(f url.Values) bool { return len(f.Get("signature")) == 64 }), Points: "hexadecimal"},
		{Name: "fields may be added after signing", Surface: "checkout", at: post, ask: func(_ *Impostor, r *http.Request) {
			before, _, _ := strings.Cut(bodyOf(r), "&success_url=https%3A%2F%2Fevil")
			setBody(r, []byte(before))
		}, Points: "added afterwards"},
		{Name: "values are trimmed before they are checked", Surface: "checkout", at: post, ask: func(_ *Impostor, r *http.Request) {
			setBody(r, []byte(strings.ReplaceAll(bodyOf(r), "=+vi%E1%BB%81n+", "=vi%E1%BB%81n")))
		}, Points: "posted order"},
		{Name: "303 instead of 302", Surface: "checkout", at: post, answer: status(302, 303), Points: "302"},
		{Name: "a Location on another path", Surface: "checkout", at: post, answer: func(_ *Impostor, x *exchange) {
			if l := x.ResponseHeader.Get("Location"); l != "" {
				x.ResponseHeader.Set("Location", strings.Replace(l, "/v1/checkout?", "/checkout?", 1))
			}
		}, Points: "302 to /v1/checkout"},
		{Name: "a link without order_id", Surface: "checkout", at: post, answer: func(_ *Impostor, x *exchange) {
			if l := x.ResponseHeader.Get("Location"); l != "" {
				x.ResponseHeader.Set("Location", strings.Replace(l, "&order_id=", "&ref=", 1))
			}
		}, Points: "order_id"},
		{Name: "a refusal without SePay's words", Surface: "checkout", at: post, answer: rewritten("Yêu cầu không hợp lệ", "Error"), Points: "refused"},
		{Name: "a refusal of 422", Surface: "checkout", at: post, answer: status(400, 422), Points: "refused"},
		{Name: "an amount of 0 is accepted", Surface: "checkout", at: post, ask: func(i *Impostor, r *http.Request) {
			body := bodyOf(r)
			f, _ := url.ParseQuery(body)
			if f.Get("order_amount") == "0" {
				setBody(r, []byte(signAgain(strings.Replace(body, "order_amount=0", "order_amount=1", 1), i.secrets[f.Get("merchant")])))
			}
		}, Points: "amount 0"},
		{Name: "a changed link opens", Surface: "checkout", at: "GET /v1/checkout$", ask: func(i *Impostor, r *http.Request) {
			if secret := i.secrets[r.URL.Query().Get("merchant")]; secret != "" && !r.URL.Query().Has("order_id") {
				r.URL.RawQuery = signAgain(strings.Replace(r.URL.RawQuery, "order_amount=1000", "order_amount=185000", 1), secret)
			}
		}, Points: "link that was changed"},
		{Name: "a GET of the form's address is a page", Surface: "checkout", at: "GET /v1/checkout/init", answer: status(404, 200), Points: "GET of the form's address"},

		{Name: "order_amount without decimals", Surface: "pgapi", at: "GET /v1/order", answer: rewritten(`("order_amount":"\d+)\.00"`, `$1"`), Points: "listOrders|getOrderDetails"},
		{Name: "orders in UTF-8", Surface: "pgapi", at: "GET /v1/order", answer: rewritten(`\\u00e0`, `à`), Points: "as PHP writes"},
		{Name: "transactions in the list", Surface: "pgapi", at: "GET /v1/order$", answer: members("data.*.id", func(o map[string]any, _ string) { o["transactions"] = []any{} }), Points: "listOrders"},
		{Name: "PAID instead of CAPTURED", Surface: "pgapi", at: "GET /v1/order/detail/", answer: rewritten("CAPTURED", "PAID"), Points: "CAPTURED"},
		{Name: "page_count is called last_page", Surface: "pgapi", at: "GET /v1/order$", answer: renamed("meta.page_count", "last_page"), Points: "listOrders"},
		{Name: "a page that repeats a row", Surface: "pgapi", at: "GET /v1/order$", ask: parameter("page", func(s string) string { return strings.Replace(s, "3", "2", 1) }), Points: "walk over the pages"},
		{Name: "the status filter is ignored", Surface: "pgapi", at: "GET /v1/order$", ask: parameter("order_status", ignored), Points: "searched, filtered"},
		{Name: "the SDKs' to_created_at is not known", Surface: "pgapi", at: "GET /v1/order$", ask: parameter("to_created_at", ignored), Points: "both spellings"},
		{Name: "the IPN's card mask in REST", Surface: "pgapi", at: "GET /v1/order/detail/", answer: rewritten(`512345xxxxxx0008`, `5123XXXXXXXX0008`), Points: "card masked"},
		{Name: "card_expiry with a slash", Surface: "pgapi", at: "GET /v1/order/detail/", answer: rewritten(`"card_expiry":"(\d\d)(\d\d)"`, `"card_expiry":"$1/$2"`), Points: "getOrderDetails"},
		{Name: "no order by SePay's code", Surface: "pgapi", at: "GET /v1/order/detail/(PAY|SP-)", answer: status(200, 404), Points: "SePay's code"},
		{Name: "403 for wrong credentials", Surface: "pgapi", at: "(GET|POST) /v1/order", answer: status(401, 403), Points: "401"},
		{Name: "a paid order can be cancelled", Surface: "pgapi", at: "POST /v1/order/cancel", answer: accepted(422, `{"message":"Đã hủy đơn hàng thành công"}`), Points: "cannot be cancelled"},
		{Name: "a settled payment can be voided", Surface: "pgapi", at: "POST /v1/order/voidTransaction", answer: accepted(422, `{"message":"Đã hủy giao dịch thành công"}`), Points: "settlement"},
		{Name: "an unknown order is 422", Surface: "pgapi", at: "(GET|POST) /v1/order/", answer: status(404, 422), Points: "404"},
		{Name: "a cancel that does nothing", Surface: "pgapi", at: "POST /v1/order/cancel", ask: func(_ *Impostor, r *http.Request) { r.URL.Path = "/v1/order/nothing" }, answer: func(_ *Impostor, x *exchange) {
			x.Status, x.ResponseBody = 200, []byte(`{"message":"Đã hủy đơn hàng thành công"}`)
			x.ResponseHeader.Set("Content-Type", "application/json")
		}, Points: "is CANCELLED"},
		{Name: "another message", Surface: "pgapi", at: "POST /v1/order/cancel", answer: only(200, replaced("message", "OK")), Points: "cancelled, once"},
		{Name: "429 without Retry-After", Surface: "pgapi", at: "(GET|POST) /v1/order", answer: gone("Retry-After"), Points: "429"},

		{Name: "404 for an unknown bank", Surface: "qr", at: "GET /img", answer: func(_ *Impostor, x *exchange) {
			if strings.HasPrefix(x.ResponseHeader.Get("Content-Type"), "text/html") {
				x.Status = 404
			}
		}, Points: "unknown bank"},
		{Name: "half of the banks", Surface: "qr", at: "GET /banks.json", answer: rows("data", func(list []any) []any { return list[:len(list)/2] }), Points: "23 banks"},
		{Name: "banks in another order", Surface: "qr", at: "GET /banks.json", answer: rows("data", func(list []any) []any { slices.Reverse(list); return list }), Points: "23 banks"},
		{Name: "another BIN", Surface: "qr", at: "GET /banks.json", answer: rewritten(`"bin":"970440"`, `"bin":"970441"`), Points: "23 banks"},
		{Name: "a bank that is not supported", Surface: "qr", at: "GET /banks.json", answer: rewritten(`("short_name":"PublicBank","supported":)true`, `${1}false`), Points: "23 banks"},
		{Name: "a bank under its old name", Surface: "qr", at: "GET /banks.json", answer: rewritten(`L\\u1ed9c Ph\\u00e1t Vi\\u1ec7t Nam`, `B\u01b0u \u0110i\u1ec7n Li\u00ean Vi\u1ec7t`), Points: "23 banks"},
		{Name: "no logos", Surface: "qr", at: "GET /assets/img/banklogo/", answer: status(200, 404), Points: "logo by its code"},
		{Name: "a page for a logo that is not there", Surface: "qr", at: "GET /assets/img/banklogo/", answer: status(404, 200), Points: "logo by its code"},
		{Name: "no icons at the dashboard", Surface: "qr", at: "GET /assets/images/banklogo/[^/]*-icon", answer: status(200, 404), Points: "dashboard"},
		{Name: "an alias that is another bank", Surface: "qr", at: "GET /img", ask: parameter("bank", func(s string) string {
			if s == "MBB" {
				return "MSB"
			}
			return s
		}), Points: "alias"},
		{Name: "no_banks as a number", Surface: "qr", at: "GET /banks.json", answer: turned("no_banks", text), Points: "qr.banks"},
		{Name: "a picture that is none", Surface: "qr", at: "GET /img", answer: rewritten("(?s)PNG.*", "JPG"), Points: "picture"},
		{Name: "banks with a logo", Surface: "qr", at: "GET /banks.json", answer: extra("data.*.bin", "logo"), Points: "qr.banks"},
		{Name: "download is ignored", Surface: "qr", at: "GET /img", answer: gone("Content-Disposition"), Points: "download"},
		{Name: "every download is a file", Surface: "qr", at: "GET /img", ask: parameter("download", func(string) string { return "true" }), Points: "download"},
		{Name: "memos are cut at NAPAS's 25 characters", Surface: "qr", at: "GET /img", ask: parameter("des", func(s string) string { return s[:min(len(s), 25)] }), Points: "carried whole"},
		{Name: "a memo loses its end", Surface: "qr", at: "GET /img", ask: parameter("des", func(s string) string { return s[:max(0, len(s)-1)] }), Points: "account, amount and memo"},
		{Name: "one dong more in the code", Surface: "qr", at: "GET /img", ask: parameter("amount", func(s string) string { return strings.TrimSuffix(s, "0") + "1" }), Points: "account, amount and memo"},
		{Name: "no amount in the code", Surface: "qr", at: "GET /img", ask: parameter("amount", ignored), Points: "account, amount and memo"},
		{Name: "another bank in the code", Surface: "qr", at: "GET /img", ask: parameter("bank", func(string) string { return "ACB" }), Points: "account, amount and memo"},
		{Name: "a template with another account", Surface: "qr", at: "GET /img", ask: func(_ *Impostor, r *http.Request) {
			if strings.Contains(r.URL.RawQuery, "template=standee") {
				r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "acc=VQRQ12345678", "acc=VQRQ12345679", 1)
			}
		}, Points: "every template"},
		{Name: "templates are ignored", Surface: "qr", at: "GET /img", ask: parameter("template", ignored), Points: "every template"},
		{Name: "null is no amount and gets a picture", Surface: "qr", at: "GET /img", ask: parameter("amount", func(s string) string { return strings.Trim(s, "nulNa") }), Points: "amount that is none"},
	}
}
