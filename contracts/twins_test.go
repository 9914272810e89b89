package contracts_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// twins are the ways in which an emulator could be wrong, one each.
var twins = slices.Concat(userapiTwins, noticeTwins, gatewayTwins, oauthTwins)

const (
	v2List   = "GET /v2/transactions$"
	v2Detail = "GET /v2/transactions/"
	v1List   = "GET /userapi/transactions/list"
	v1Detail = "GET /userapi/transactions/details/"
)

var userapiTwins = []twin{
	{name: "amount_in is called amountIn", surface: "userapi v2", at: v2List, answer: renamed("data.*.amount_in", "amountIn"), points: "v2.transactions.list"},
	{name: "reference_number is missing", surface: "userapi v2", at: v2Detail, answer: missing("data.reference_number"), points: "v2.transactions.detail"},
	{name: "a member too many", surface: "userapi v2", at: v2List, answer: extra("data.*.id", "bank_code"), points: "v2.transactions.list"},
	{name: "amounts in texts", surface: "userapi v2", at: v2Detail, answer: turned("data.amount_in", text), points: "v2.transactions.detail"},
	{name: "account_number is null", surface: "userapi v2", at: v2List, answer: replaced("data.*.account_number", nil), points: "v2.transactions.list"},
	{name: "code is an empty text instead of null", surface: "userapi v2", at: v2Detail, answer: turned("data.code", func(v any) any {
		if v == nil {
			return ""
		}
		return v
	}), points: "without a virtual account"},
	{name: "has_more is always false", surface: "userapi v2", at: v2List, answer: replaced("meta.pagination.has_more", false), points: "walk over the pages"},
	{name: "total is one too many", surface: "userapi v2", at: v2List, answer: turned("meta.pagination.total", plus(1)), points: "walk over the pages"},
	{name: "the page after the one that was asked for", surface: "userapi v2", at: v2List, ask: parameter("page", func(string) string { return "3" }), points: "walk over the pages"},
	{name: "since_id with the transaction itself", surface: "userapi v2", at: v2List, ask: func(_ *impostor, r *http.Request) {
		if q := r.URL.Query(); q.Has("since_id") && q.Has("per_page") {
			r.URL.RawQuery = "transaction_date_sort=asc&per_page=" + q.Get("per_page")
		}
	}, points: "since_id"},
	{name: "since_id leaves one out", surface: "userapi v2", at: v2List, answer: func(i *impostor, x *exchange) {
		if x.URL.Query().Has("since_id") {
			rows("data", func(list []any) []any { return list[min(1, len(list)):] })(i, x)
		}
	}, points: "since_id"},
	{name: "oldest first", surface: "userapi v2", at: v2List, answer: rows("data", func(list []any) []any { slices.Reverse(list); return list }), points: "newest first"},
	{name: "per_page without a bound", surface: "userapi v2", at: v2List, answer: func(i *impostor, x *exchange) {
		if x.URL.Query().Get("per_page") == "1000" {
			replaced("meta.pagination.per_page", 1000)(i, x)
		}
	}, points: "100 at most"},
	{name: "per_page is 50 by default", surface: "userapi v2", at: v2List, answer: func(i *impostor, x *exchange) {
		if !x.URL.Query().Has("per_page") {
			replaced("meta.pagination.per_page", 50)(i, x)
		}
	}, points: "per_page is 20"},
	{name: "sorting is ignored", surface: "userapi v2", at: v2List, ask: parameter("amount_in_sort", ignored), points: "sorted by date and by amount"},
	{name: "the account filter is ignored", surface: "userapi v2", at: v2List, ask: parameter("bank_account_id", ignored), points: "filters by account"},
	{name: "the amount's lower bound is exclusive", surface: "userapi v2", at: v2List, ask: parameter("amount_in_min", func(s string) string { return s + "0" }), points: "filters by account"},
	{name: "the virtual account filter is ignored", surface: "userapi v2", at: v2List, ask: parameter("va_id", ignored), points: "virtual account that they came through"},
	{name: "fields is ignored", surface: "userapi v2", at: v2List, ask: parameter("fields", ignored), points: "fields chooses"},
	{name: "iso8601 without an offset", surface: "userapi v2", at: v2List, answer: rewritten(`\+07:00"`, `"`), points: "iso8601"},
	{name: "va_id is always null", surface: "userapi v2", at: v2Detail, answer: replaced("data.va_id", nil), points: "on the list with the bank's words"},
	{name: "webhook_success counts nothing", surface: "userapi v2", at: v2Detail, answer: turned("data.webhook_success", func(v any) any {
		if v == nil {
			return v
		}
		return json.Number("0")
	}), points: "webhook_success"},
	{name: "outgoing money under amount_in", surface: "userapi v2", at: v2Detail, answer: members("data.amount_out", func(o map[string]any, name string) { o["amount_in"], o[name] = o[name], o["amount_in"] }), points: "v2.transactions.detail"},
	{name: "403 without a token", surface: "userapi v2", at: "GET /v2/", answer: status(401, 403), points: "401"},
	{name: "another error_code for a bad token", surface: "userapi v2", at: "GET /v2/", answer: only(401, replaced("error_code", "unauthenticated")), points: "unauthorized"},
	{name: "an unknown id is an empty success", surface: "userapi v2", at: v2Detail, answer: func(_ *impostor, x *exchange) {
		if x.status == 404 {
			x.status, x.body = 200, []byte(`{"status":"success","data":null}`)
		}
	}, points: "404"},
	{name: "another company's transaction is shown", surface: "userapi v2", at: v2Detail, answer: func(i *impostor, x *exchange) {
		for _, token := range i.tokens {
			if x.status == 404 {
				i.again(x, func(r *http.Request) { r.Header.Set("Authorization", token) })
			}
		}
	}, points: "another company's"},
	{name: "no Retry-After", surface: "userapi v2", at: "GET /v2/", answer: gone("Retry-After"), points: "429"},
	{name: "X-RateLimit-Reset is an epoch", surface: "userapi v2", at: "GET /v2/", answer: header("X-RateLimit-Reset", "1790000000"), points: "429"},
	{name: "the credential goes before the limit", surface: "userapi v2", at: "GET /v2/", answer: func(_ *impostor, x *exchange) {
		if x.status == 429 && x.Header.Get("Authorization") == "" {
			x.status, x.body = 401, []byte(`{"status":"error","message":"Missing Authorization header","error_code":"unauthorized"}`)
			for _, name := range []string{"Retry-After", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset"} {
				x.header.Del(name)
			}
		}
	}, points: "goes before the credential"},
	{name: "the wait that is told is too short", surface: "userapi v2", at: "POST /_control/v1/clock/advance", ask: func(_ *impostor, r *http.Request) { setBody(r, []byte(`{"by":"0s"}`)) }, points: "429"},
	{name: "JSON as text/plain", surface: "userapi v2", at: v2List, answer: header("Content-Type", "text/plain"), points: "v2.transactions.list"},
	{name: "virtual accounts without official", surface: "userapi v2", at: `GET /v2/bank-accounts/[^/]+/va`, answer: missing("data.*.official"), points: "v2.va.list"},
	{name: "active as a boolean", surface: "userapi v2", at: `GET /v2/bank-accounts$`, answer: replaced("data.*.active", true), points: "v2.bank-accounts.list"},

	{name: "money without decimals", surface: "userapi v1", at: v1List, answer: rewritten(`(\d)\.00"`, `$1"`), points: "v1.transactions.list"},
	{name: "ids as numbers", surface: "userapi v1", at: v1List, answer: turned("transactions.*.id", text), points: "v1.transactions.list"},
	{name: "v1's since_id without the transaction itself", surface: "userapi v1", at: v1List, answer: func(i *impostor, x *exchange) {
		if since := x.URL.Query().Get("since_id"); since != "" {
			rows("transactions", func(list []any) []any {
				return slices.DeleteFunc(list, func(v any) bool { return v.(map[string]any)["id"] == since })
			})(i, x)
		}
	}, points: "since_id"},
	{name: "401 instead of an empty 200", surface: "userapi v1", at: "GET /userapi/", answer: func(_ *impostor, x *exchange) {
		if x.status == 200 && len(x.body) == 0 {
			x.status = 401
		}
	}, points: "empty body"},
	{name: "v2's header on v1", surface: "userapi v1", at: "GET /userapi/", answer: moved("x-sepay-userapi-retry-after", "Retry-After"), points: "429"},
	{name: "limit is ignored", surface: "userapi v1", at: v1List, ask: parameter("limit", ignored), points: "limit bounds"},
	{name: "the count is one too many", surface: "userapi v1", at: "GET /userapi/transactions/count", answer: turned("count_transactions", plus(1)), points: "count"},
	{name: "a status of 404 for what is not found", surface: "userapi v1", at: v1Detail, answer: func(_ *impostor, x *exchange) {
		if bytes.Contains(x.body, []byte(`"status":404`)) {
			x.status = 404
		}
	}, points: "body of a 200"},
	{name: "sub_account is called va", surface: "userapi v1", at: v1Detail, answer: renamed("transaction.sub_account", "va"), points: "v1.transactions.details"},
	{name: "the date filter is ignored", surface: "userapi v1", at: v1List, ask: parameter("transaction_date_min", ignored), points: "filters"},
	{name: "bankaccount is called bank_account", surface: "userapi v1", at: "GET /userapi/bankaccounts/details/", answer: renamed("bankaccount", "bank_account"), points: "v1.bankaccounts.details"},

	{name: "a secret in the traffic log", surface: "webhook", at: `GET /_control/v1/requests/\d+`, answer: func(i *impostor, x *exchange) {
		x.body = edit(x.body, "path", func(o map[string]any, _ string) { o["query"] = strings.Join(i.tokens, " ") })
	}, points: "no secret"},
}

// nothing matches no request: the twin lies in its notices only.
const nothing = "NOTHING"

var noticeTwins = []twin{
	{name: "transferAmount is called amount", surface: "webhook", at: nothing, notice: told(renamed("transferAmount", "amount")), points: "webhook.deliver"},
	{name: "the id as a text", surface: "webhook", at: nothing, notice: told(turned("id", text)), points: "webhook.deliver"},
	{name: "members in another order", surface: "webhook", at: nothing, notice: told(rewritten(`^\{(.*),"id":(\d+)\}$`, `{"id":$2,$1}`)), points: "SePay's order"},
	{name: "subAccount is an empty text", surface: "webhook", at: nothing, notice: told(rewritten(`"subAccount":null`, `"subAccount":""`)), points: "twelve fields"},
	{name: "code is an empty text", surface: "webhook", at: nothing, notice: told(rewritten(`"code":null`, `"code":""`)), points: "code is null"},
	{name: "Bearer instead of Apikey", surface: "webhook", at: nothing, notice: told(func(_ *impostor, x *exchange) {
		if a := x.header.Get("Authorization"); a != "" {
			x.header.Set("Authorization", strings.Replace(a, "Apikey", "Bearer", 1))
		}
	}), points: "API key"},
	{name: "a credential that nobody asked for", surface: "webhook", at: nothing, notice: told(func(_ *impostor, x *exchange) { x.header.Set("X-Secret-Key", "x") }), points: "without authentication"},
	{name: "no signature", surface: "webhook", at: nothing, notice: told(gone("X-SePay-Signature")), points: "signature"},
	{name: "a signature without its prefix", surface: "webhook", at: nothing, notice: told(func(_ *impostor, x *exchange) {
		if s := x.header.Get("X-SePay-Signature"); s != "" {
			x.header.Set("X-SePay-Signature", strings.TrimPrefix(s, "sha256="))
		}
	}), points: "signature"},
	{name: "a signature over the body alone", surface: "webhook", at: nothing, notice: told(func(_ *impostor, x *exchange) {
		if x.header.Get("X-SePay-Signature") != "" {
			mac := hmac.New(sha256.New, []byte("whsec_0123456789abcdef0123456789abcdef"))
			mac.Write(x.body)
			x.header.Set("X-SePay-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
		}
	}), points: "signature"},
	{name: "a retry with the first one's timestamp", surface: "webhook", at: nothing, notice: func() func(*impostor, *exchange) {
		first := map[string][2]string{}
		return told(func(_ *impostor, x *exchange) {
			to := x.URL.Query().Get("to")
			if x.attempt == 1 {
				first[to] = [2]string{x.header.Get("X-SePay-Timestamp"), x.header.Get("X-SePay-Signature")}
			} else if first[to][0] != "" {
				x.header.Set("X-SePay-Timestamp", first[to][0])
				x.header.Set("X-SePay-Signature", first[to][1])
			}
		})
	}(), points: "signature"},
	{name: "a dropped retry", surface: "webhook", at: nothing, notice: func(_ *impostor, x *exchange) {
		if x.attempt != 5 {
			x.forward()
		}
	}, points: "eight times"},
	{name: "a retry too many", surface: "webhook", at: nothing, notice: func(_ *impostor, x *exchange) {
		x.forward()
		if x.attempt == 8 {
			x.forward()
		}
	}, points: "eight times"},
	{name: "every notice comes twice", surface: "webhook", at: nothing, notice: func(_ *impostor, x *exchange) { x.forward(); x.forward() }, points: "twelve fields"},
	{name: "a schedule that is too fast", surface: "webhook", at: "POST /_control/v1/clock/advance", ask: func(_ *impostor, r *http.Request) {
		var by struct{ By string }
		_ = json.NewDecoder(r.Body).Decode(&by)
		if by.By == "59s" {
			by.By = "1m"
		}
		setBody(r, []byte(`{"by":"`+by.By+`"}`))
	}, points: "eight times"},
	{name: "the rule of success is ignored", surface: "webhook", at: nothing, notice: func(_ *impostor, x *exchange) {
		x.forward()
		x.status = 500
	}, points: "success is 200 or 201"},
	{name: "any answer is a success", surface: "webhook", at: nothing, notice: func() func(*impostor, *exchange) {
		return func(_ *impostor, x *exchange) { x.forward(); x.status = 200 }
	}(), points: "eight times"},
	{name: "a retry with another id", surface: "webhook", at: nothing, notice: told(func(i *impostor, x *exchange) {
		if x.attempt > 1 {
			turned("id", plus(1))(i, x)
		}
	}), points: "byte for byte"},
	{name: "event_type is ignored", surface: "webhook", at: "POST /_control/v1/companies", ask: func(_ *impostor, r *http.Request) {
		setBody(r, []byte(strings.ReplaceAll(bodyOf(r), `"Out_only"`, `"All"`)))
	}, points: "filters keep"},
	{name: "the prefix filter is ignored", surface: "webhook", at: "POST /_control/v1/companies", ask: func(_ *impostor, r *http.Request) {
		setBody(r, []byte(strings.ReplaceAll(bodyOf(r), `"prefix_filters":["HD"]`, `"prefix_filters":[]`)))
	}, points: "filters keep"},
	{name: "the amount with decimals", surface: "webhook", at: nothing, notice: told(rewritten(`"transferAmount":(\d+)`, `"transferAmount":$1.00`)), points: "webhook.deliver"},
	{name: "dates with an offset", surface: "webhook", at: nothing, notice: told(rewritten(`("transactionDate":"[^"]+)"`, `$1+07:00"`)), points: "webhook.deliver"},
	{name: "a form without the code", surface: "webhook", at: nothing, notice: told(rewritten(`&code=[^&]*`, ``)), points: "forms carry"},

	{name: "notification_type in small letters", surface: "ipn", at: nothing, notice: told(replaced("notification_type", "order_paid")), points: "ipn.deliver"},
	{name: "order_amount as a number", surface: "ipn", at: nothing, notice: told(turned("order.order_amount", text)), points: "ipn.deliver"},
	{name: "transaction_amount with decimals", surface: "ipn", at: nothing, notice: told(turned("transaction.transaction_amount", func(v any) any { return v.(string) + ".00" })), points: "ORDER_PAID"},
	{name: "no X-Secret-Key", surface: "ipn", at: nothing, notice: told(gone("X-Secret-Key")), points: "X-Secret-Key"},
	{name: "X-Secret-Key though none is configured", surface: "ipn", at: nothing, notice: told(func(_ *impostor, x *exchange) { x.header.Set("X-Secret-Key", "contract-ipn-secret") }), points: "X-Secret-Key"},
	{name: "a dropped IPN retry", surface: "ipn", at: nothing, notice: func(_ *impostor, x *exchange) {
		if x.attempt != 2 {
			x.forward()
		}
	}, points: "tried again"},
	{name: "REST's card mask in the IPN", surface: "ipn", at: nothing, notice: told(turned("transaction.card_number", func(v any) any {
		if n, ok := v.(string); ok {
			return n[:4] + "11xxxxxx" + n[12:]
		}
		return v
	})), points: "mask"},
	{name: "timestamp in milliseconds", surface: "ipn", at: nothing, notice: told(turned("timestamp", func(v any) any { return json.Number(string(v.(json.Number)) + "000") })), points: "timestamp"},
	{name: "custom_data is null", surface: "ipn", at: nothing, notice: told(replaced("order.custom_data", nil)), points: "ipn.deliver"},
	{name: "every IPN comes twice", surface: "ipn", at: nothing, notice: func(_ *impostor, x *exchange) { x.forward(); x.forward() }, points: "told once"},
	{name: "a void is told as a payment", surface: "ipn", at: nothing, notice: told(turned("notification_type", func(any) any { return "ORDER_PAID" })), points: "TRANSACTION_VOID"},
	{name: "201 is a success of the IPN", surface: "ipn", at: nothing, notice: func(_ *impostor, x *exchange) {
		x.forward()
		if x.status == 201 {
			x.status = 200
		}
	}, points: "200 alone"},
}

// resigned posts a form as if its signature had been right, when when says so.
func resigned(when func(f url.Values) bool) func(*impostor, *http.Request) {
	return func(i *impostor, r *http.Request) {
		body := bodyOf(r)
		f, _ := url.ParseQuery(body)
		secret := i.secrets[f.Get("merchant")]
		if secret == "" || !when(f) {
			return
		}
		setBody(r, []byte(signAgain(body, secret)))
	}
}

// signAgain replaces the signature of an encoded form by the right one.
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

// accepted turns a refusal into the success of another request.
func accepted(code int, body string) func(*impostor, *exchange) {
	return func(_ *impostor, x *exchange) {
		if x.status == code {
			x.status, x.body = 200, []byte(body)
			x.header.Del("WWW-Authenticate")
		}
	}
}

const post = "POST /v1/checkout/init"

var gatewayTwins = []twin{
	{name: "the signature is not checked", surface: "checkout", at: post, ask: resigned(always), points: "signed with another secret"},
	{name: "a missing signature is accepted", surface: "checkout", at: post, ask: resigned(func(f url.Values) bool { return !f.Has("signature") }), points: "without a signature"},
	{name: "a signature in hexadecimal is accepted", surface: "checkout", at: post, ask: resigned(func(f url.Values) bool { return len(f.Get("signature")) == 64 }), points: "hexadecimal"},
	{name: "fields may be added after signing", surface: "checkout", at: post, ask: func(_ *impostor, r *http.Request) {
		before, _, _ := strings.Cut(bodyOf(r), "&success_url=https%3A%2F%2Fevil")
		setBody(r, []byte(before))
	}, points: "added afterwards"},
	{name: "values are trimmed before they are checked", surface: "checkout", at: post, ask: func(_ *impostor, r *http.Request) {
		setBody(r, []byte(strings.ReplaceAll(bodyOf(r), "=+vi%E1%BB%81n+", "=vi%E1%BB%81n")))
	}, points: "posted order"},
	{name: "303 instead of 302", surface: "checkout", at: post, answer: status(302, 303), points: "302"},
	{name: "a Location on another path", surface: "checkout", at: post, answer: func(_ *impostor, x *exchange) {
		if l := x.header.Get("Location"); l != "" {
			x.header.Set("Location", strings.Replace(l, "/v1/checkout?", "/checkout?", 1))
		}
	}, points: "302 to /v1/checkout"},
	{name: "a link without order_id", surface: "checkout", at: post, answer: func(_ *impostor, x *exchange) {
		if l := x.header.Get("Location"); l != "" {
			x.header.Set("Location", strings.Replace(l, "&order_id=", "&ref=", 1))
		}
	}, points: "order_id"},
	{name: "a refusal without SePay's words", surface: "checkout", at: post, answer: rewritten("Yêu cầu không hợp lệ", "Error"), points: "refused"},
	{name: "a refusal of 422", surface: "checkout", at: post, answer: status(400, 422), points: "refused"},
	{name: "an amount of 0 is accepted", surface: "checkout", at: post, ask: func(i *impostor, r *http.Request) {
		body := bodyOf(r)
		f, _ := url.ParseQuery(body)
		if f.Get("order_amount") == "0" {
			setBody(r, []byte(signAgain(strings.Replace(body, "order_amount=0", "order_amount=1", 1), i.secrets[f.Get("merchant")])))
		}
	}, points: "amount 0"},
	{name: "a changed link opens", surface: "checkout", at: "GET /v1/checkout$", ask: func(i *impostor, r *http.Request) {
		if secret := i.secrets[r.URL.Query().Get("merchant")]; secret != "" && !r.URL.Query().Has("order_id") {
			r.URL.RawQuery = signAgain(strings.Replace(r.URL.RawQuery, "order_amount=1000", "order_amount=185000", 1), secret)
		}
	}, points: "link that was changed"},
	{name: "a GET of the form's address is a page", surface: "checkout", at: "GET /v1/checkout/init", answer: status(404, 200), points: "GET of the form's address"},

	{name: "order_amount without decimals", surface: "pgapi", at: "GET /v1/order", answer: rewritten(`("order_amount":"\d+)\.00"`, `$1"`), points: "listOrders|getOrderDetails"},
	{name: "transactions in the list", surface: "pgapi", at: "GET /v1/order$", answer: members("data.*.id", func(o map[string]any, _ string) { o["transactions"] = []any{} }), points: "listOrders"},
	{name: "PAID instead of CAPTURED", surface: "pgapi", at: "GET /v1/order/detail/", answer: rewritten("CAPTURED", "PAID"), points: "CAPTURED"},
	{name: "page_count is called last_page", surface: "pgapi", at: "GET /v1/order$", answer: renamed("meta.page_count", "last_page"), points: "listOrders"},
	{name: "a page that repeats a row", surface: "pgapi", at: "GET /v1/order$", ask: parameter("page", func(s string) string { return strings.Replace(s, "3", "2", 1) }), points: "walk over the pages"},
	{name: "the status filter is ignored", surface: "pgapi", at: "GET /v1/order$", ask: parameter("order_status", ignored), points: "searched, filtered"},
	{name: "the SDKs' to_created_at is not known", surface: "pgapi", at: "GET /v1/order$", ask: parameter("to_created_at", ignored), points: "both spellings"},
	{name: "the IPN's card mask in REST", surface: "pgapi", at: "GET /v1/order/detail/", answer: rewritten(`512345xxxxxx0008`, `5123XXXXXXXX0008`), points: "card masked"},
	{name: "card_expiry with a slash", surface: "pgapi", at: "GET /v1/order/detail/", answer: rewritten(`"card_expiry":"(\d\d)(\d\d)"`, `"card_expiry":"$1/$2"`), points: "getOrderDetails"},
	{name: "no order by SePay's code", surface: "pgapi", at: "GET /v1/order/detail/SEPAY-", answer: status(200, 404), points: "SePay's code"},
	{name: "403 for wrong credentials", surface: "pgapi", at: "(GET|POST) /v1/order", answer: status(401, 403), points: "401"},
	{name: "a paid order can be cancelled", surface: "pgapi", at: "POST /v1/order/cancel", answer: accepted(422, `{"message":"Đã hủy đơn hàng thành công"}`), points: "cannot be cancelled"},
	{name: "a settled payment can be voided", surface: "pgapi", at: "POST /v1/order/voidTransaction", answer: accepted(422, `{"message":"Đã hủy giao dịch thành công"}`), points: "settlement"},
	{name: "an unknown order is 422", surface: "pgapi", at: "(GET|POST) /v1/order/", answer: status(404, 422), points: "404"},
	{name: "a cancel that does nothing", surface: "pgapi", at: "POST /v1/order/cancel", ask: func(_ *impostor, r *http.Request) { r.URL.Path = "/v1/order/nothing" }, answer: func(_ *impostor, x *exchange) {
		x.status, x.body = 200, []byte(`{"message":"Đã hủy đơn hàng thành công"}`)
		x.header.Set("Content-Type", "application/json")
	}, points: "is CANCELLED"},
	{name: "another message", surface: "pgapi", at: "POST /v1/order/cancel", answer: only(200, replaced("message", "OK")), points: "cancelled, once"},
	{name: "429 without Retry-After", surface: "pgapi", at: "(GET|POST) /v1/order", answer: gone("Retry-After"), points: "429"},

	{name: "404 for an unknown bank", surface: "qr", at: "GET /img", answer: func(_ *impostor, x *exchange) {
		if strings.HasPrefix(x.header.Get("Content-Type"), "text/html") {
			x.status = 404
		}
	}, points: "unknown bank"},
	{name: "no_banks as a number", surface: "qr", at: "GET /banks.json", answer: turned("no_banks", text), points: "qr.banks"},
	{name: "a picture that is none", surface: "qr", at: "GET /img", answer: rewritten("(?s)PNG.*", "JPG"), points: "picture"},
	{name: "banks with a logo", surface: "qr", at: "GET /banks.json", answer: extra("data.*.bin", "logo"), points: "qr.banks"},
	{name: "download is ignored", surface: "qr", at: "GET /img", answer: gone("Content-Disposition"), points: "download"},
}

// lax answers a refused grant with the last tokens that were given.
func lax(when func(x *exchange, said string) bool) func(*impostor, *exchange) {
	return func(i *impostor, x *exchange) {
		var e struct {
			ErrorDescription string `json:"error_description"`
		}
		_ = json.Unmarshal(x.body, &e)
		if x.status == 400 && when(x, e.ErrorDescription) && i.good["/oauth/token"] != nil {
			x.status, x.body = 200, i.good["/oauth/token"]
		}
	}
}

func grant(x *exchange) url.Values {
	f, _ := url.ParseQuery(string(x.sent))
	return f
}

const tokens = "POST /oauth/token"

var oauthTwins = []twin{
	{name: "expires_in as a text", surface: "oauth", at: tokens, answer: turned("expires_in", text), points: "token"},
	{name: "a token of a day", surface: "oauth", at: tokens, answer: only(200, replaced("expires_in", json.Number("86400"))), points: "of an hour"},
	{name: "an expired code is accepted", surface: "oauth", at: tokens, answer: lax(func(_ *exchange, said string) bool { return strings.Contains(said, "code expired") }), points: "five minutes"},
	{name: "a code works twice", surface: "oauth", at: tokens, answer: lax(func() func(*exchange, string) bool {
		used := map[string]bool{}
		return func(x *exchange, _ string) bool {
			code := grant(x).Get("code")
			was := used[code]
			used[code] = true
			return was || (code != "" && len(code) > 60)
		}
	}()), points: "works once"},
	{name: "a refresh token is taken again", surface: "oauth", at: tokens, answer: lax(func(x *exchange, _ string) bool {
		return len(grant(x).Get("refresh_token")) > 60 && !grant(x).Has("scope")
	}), points: "refresh token is dead"},
	{name: "refresh tokens are not rotated", surface: "oauth", at: tokens, answer: func(i *impostor, x *exchange) {
		if old := grant(x).Get("refresh_token"); old != "" {
			replaced("refresh_token", old)(i, x)
		}
	}, points: "new tokens of both kinds"},
	{name: "no Cache-Control", surface: "oauth", at: tokens, answer: gone("Cache-Control"), points: "token"},
	{name: "401 for a bad grant", surface: "oauth", at: tokens, answer: status(400, 401), points: "refused with invalid_grant"},
	{name: "400 for a bad client", surface: "oauth", at: tokens, answer: status(401, 400), points: "invalid_client"},
	{name: "another error for a bad grant", surface: "oauth", at: tokens, answer: rewritten("invalid_grant", "invalid_code"), points: "refused with invalid_grant"},
	{name: "no error_description", surface: "oauth", at: tokens, answer: missing("error_description"), points: "refused"},
	{name: "PKCE is not checked", surface: "oauth", at: tokens, answer: lax(func(x *exchange, _ string) bool { return strings.HasPrefix(grant(x).Get("code_verifier"), "wrong") }), points: "PKCE"},
	{name: "scopes can be widened", surface: "oauth", at: tokens, answer: lax(func(x *exchange, _ string) bool { return grant(x).Has("scope") }), points: "widen"},
	{name: "the redirect_uri is not compared", surface: "oauth", at: tokens, answer: lax(func(x *exchange, _ string) bool { return strings.HasSuffix(grant(x).Get("redirect_uri"), "x") }), points: "another redirect_uri"},
	{name: "state is not echoed", surface: "oauth", at: "GET /oauth/authorize", answer: func(_ *impostor, x *exchange) {
		if l := x.header.Get("Location"); l != "" {
			x.header.Set("Location", strings.Replace(l, "&state=", "&was=", 1))
		}
	}, points: "state byte for byte"},
	{name: "a bad client is redirected", surface: "oauth", at: "GET /oauth/authorize", answer: func(_ *impostor, x *exchange) {
		if x.status == 400 {
			x.status = 302
			x.header.Set("Location", x.URL.Query().Get("redirect_uri"))
		}
	}, points: "never a redirect"},
	{name: "an unknown scope is let through", surface: "oauth", at: "GET /oauth/authorize", ask: parameter("scope", func(string) string { return "profile" }), points: "invalid_scope"},
	{name: "tokens never expire", surface: "oauth", at: "GET /api/v1/me", answer: func(i *impostor, x *exchange) {
		if x.status == 401 && i.good["/api/v1/me"] != nil && strings.Count(x.Header.Get("Authorization"), ".") == 2 {
			x.status, x.body = 200, i.good["/api/v1/me"]
			x.header.Del("WWW-Authenticate")
		}
	}, points: "for an hour"},
	{name: "alg none is accepted", surface: "oauth", at: "GET /api/v1/me", ask: func(i *impostor, r *http.Request) {
		for _, token := range i.tokens {
			if strings.HasSuffix(r.Header.Get("Authorization"), ".") && strings.Contains(token, strings.Split(r.Header.Get("Authorization"), ".")[1]) && !strings.HasSuffix(token, ".") {
				r.Header.Set("Authorization", token)
			}
		}
	}, answer: func(i *impostor, x *exchange) {
		if x.status == 401 && strings.HasSuffix(x.Header.Get("Authorization"), ".") {
			x.status, x.body = 200, []byte(`{"status":"success","data":{"id":1,"first_name":"a","last_name":"b","email":"a@b.test","phone":"","avatar":"https://www.gravatar.com/avatar/0"}}`)
			x.header.Del("WWW-Authenticate")
		}
	}, points: "forged"},
	{name: "a form from another site is taken", surface: "oauth", at: "POST /oauth/login", ask: func(_ *impostor, r *http.Request) { r.Header.Del("Origin") }, points: "another site"},
	{name: "the cookie can be read by scripts", surface: "oauth", at: "POST /oauth/login", answer: func(_ *impostor, x *exchange) {
		if c := x.header.Get("Set-Cookie"); c != "" {
			x.header.Set("Set-Cookie", strings.Replace(c, "; HttpOnly", "", 1))
		}
	}, points: "logs in"},

	{name: "401 for a missing scope", surface: "oauth api", at: "[A-Z]+ /api/v1/", answer: status(403, 401), points: "403"},
	{name: "403 for what is unknown", surface: "oauth api", at: "[A-Z]+ /api/v1/", answer: status(404, 403), points: "404"},
	{name: "has_more in the pagination", surface: "oauth api", at: "GET /api/v1/transactions", answer: members("meta.pagination.total", func(o map[string]any, _ string) { o["has_more"] = false }), points: "has_more"},
	{name: "flags as 0 and 1", surface: "oauth api", at: `GET /api/v1/webhooks/\d+`, answer: replaced("data.active", json.Number("1")), points: "webhook"},
	{name: "secrets are masked", surface: "oauth api", at: `GET /api/v1/webhooks/\d+`, answer: turned("data.api_key", func(any) any { return "****-key" }), points: "api_key in full|sent from"},
	{name: "retry_conditions as a list in answers", surface: "oauth api", at: `GET /api/v1/webhooks/\d+`, answer: replaced("data.retry_conditions", []any{"non_2xx_status_code"}), points: "webhook"},
	{name: "a deletion that does nothing", surface: "oauth api", at: `DELETE /api/v1/webhooks/`, ask: func(_ *impostor, r *http.Request) { r.Method = "GET" }, answer: only(200, func(_ *impostor, x *exchange) { x.body = []byte(`{"status":"success","message":"ok"}`) }), points: "deleted"},
	{name: "the new id at the root", surface: "oauth api", at: `POST /api/v1/webhooks`, answer: only(200, func(_ *impostor, x *exchange) {
		x.body = edit(x.body, "data", func(o map[string]any, _ string) { o["id"] = o["data"].(map[string]any)["id"] })
	}), points: "made is sent from"},
	{name: "me's id as a text", surface: "oauth api", at: "GET /api/v1/me", answer: turned("data.id", text), points: "me"},
	{name: "paycode as a number", surface: "oauth api", at: "GET /api/v1/company", answer: replaced("data.configurations.paycode", json.Number("1")), points: "company"},
	{name: "the reference filter is ignored", surface: "oauth api", at: "GET /api/v1/transactions", ask: parameter("reference_number", ignored), points: "filters"},
	{name: "permissions are ignored", surface: "oauth api", at: `PATCH /_control/v1/users/`, ask: func(_ *impostor, r *http.Request) { setBody(r, []byte(`{}`)) }, points: "permission"},
	{name: "429 of the OAuth2 API without Retry-After", surface: "oauth api", at: "[A-Z]+ /api/v1/", answer: gone("Retry-After"), points: "429"},
	{name: "another company's account is shown", surface: "oauth api", at: "GET /api/v1/bank-accounts/", answer: func(i *impostor, x *exchange) {
		for _, token := range i.tokens {
			if x.status == 404 {
				i.again(x, func(r *http.Request) { r.Header.Set("Authorization", token) })
			}
		}
	}, points: "another company's"},
}
