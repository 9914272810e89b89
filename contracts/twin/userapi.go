package twin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

const (
	v2List   = "GET /v2/transactions$"
	v2Detail = "GET /v2/transactions/"
	v1List   = "GET /userapi/transactions/list"
	v1Detail = "GET /userapi/transactions/details/"
)

// userapiTwins are the twins of the user APIs.
func userapiTwins() []Twin {
	return []Twin{
		{Name: "amount_in is called amountIn", Surface: "userapi v2", at: v2List, answer: renamed("data.*.amount_in", "amountIn"), Points: "v2.transactions.list"},
		{Name: "reference_number is missing", Surface: "userapi v2", at: v2Detail, answer: missing("data.reference_number"), Points: "v2.transactions.detail"},
		{Name: "a member too many", Surface: "userapi v2", at: v2List, answer: extra("data.*.id", "bank_code"), Points: "v2.transactions.list"},
		{Name: "amounts in texts", Surface: "userapi v2", at: v2Detail, answer: turned("data.amount_in", text), Points: "v2.transactions.detail"},
		{Name: "account_number is null", Surface: "userapi v2", at: v2List, answer: replaced("data.*.account_number", nil), Points: "v2.transactions.list"},
		{Name: "code is an empty text instead of null", Surface: "userapi v2", at: v2Detail, answer: turned("data.code", func(v any) any {
			if v == nil {
				return ""
			}
			return v
		}), Points: "without a virtual account"},
		{Name: "has_more is always false", Surface: "userapi v2", at: v2List, answer: replaced("meta.pagination.has_more", false), Points: "walk over the pages"},
		{Name: "total is one too many", Surface: "userapi v2", at: v2List, answer: turned("meta.pagination.total", plus(1)), Points: "walk over the pages"},
		{Name: "the page after the one that was asked for", Surface: "userapi v2", at: v2List, ask: parameter("page", func(string) string { return "3" }), Points: "walk over the pages"},
		{Name: "since_id with the transaction itself", Surface: "userapi v2", at: v2List, ask: func(_ *Impostor, r *http.Request) {
			if q := r.URL.Query(); q.Has("since_id") && q.Has("per_page") {
				r.URL.RawQuery = "transaction_date_sort=asc&per_page=" + q.Get("per_page")
			}
		}, Points: "since_id"},
		{Name: "since_id leaves one out", Surface: "userapi v2", at: v2List, answer: func(i *Impostor, x *exchange) {
			if x.URL.Query().Has("since_id") {
				rows("data", func(list []any) []any { return list[min(1, len(list)):] })(i, x)
			}
		}, Points: "since_id"},
		{Name: "oldest first", Surface: "userapi v2", at: v2List, answer: rows("data", func(list []any) []any { slices.Reverse(list); return list }), Points: "newest first"},
		{Name: "per_page without a bound", Surface: "userapi v2", at: v2List, answer: func(i *Impostor, x *exchange) {
			if x.URL.Query().Get("per_page") == "1000" {
				replaced("meta.pagination.per_page", 1000)(i, x)
			}
		}, Points: "100 at most"},
		{Name: "per_page is 50 by default", Surface: "userapi v2", at: v2List, answer: func(i *Impostor, x *exchange) {
			if !x.URL.Query().Has("per_page") {
				replaced("meta.pagination.per_page", 50)(i, x)
			}
		}, Points: "per_page is 20"},
		{Name: "sorting is ignored", Surface: "userapi v2", at: v2List, ask: parameter("amount_in_sort", ignored), Points: "sorted by date and by amount"},
		{Name: "the account filter is ignored", Surface: "userapi v2", at: v2List, ask: parameter("bank_account_id", ignored), Points: "filters by account"},
		{Name: "the amount's lower bound is exclusive", Surface: "userapi v2", at: v2List, ask: parameter("amount_in_min", func(s string) string { return s + "0" }), Points: "filters by account"},
		{Name: "the virtual account filter is ignored", Surface: "userapi v2", at: v2List, ask: parameter("va_id", ignored), Points: "virtual account that they came through"},
		{Name: "fields is ignored", Surface: "userapi v2", at: v2List, ask: parameter("fields", ignored), Points: "fields chooses"},
		{Name: "iso8601 without an offset", Surface: "userapi v2", at: v2List, answer: rewritten(`\+07:00"`, `"`), Points: "iso8601"},
		{Name: "va_id is always null", Surface: "userapi v2", at: v2Detail, answer: replaced("data.va_id", nil), Points: "on the list with the bank's words"},
		{Name: "webhook_success counts nothing", Surface: "userapi v2", at: v2Detail, answer: turned("data.webhook_success", func(v any) any {
			if v == nil {
				return v
			}
			return json.Number("0")
		}), Points: "webhook_success"},
		{Name: "outgoing money under amount_in", Surface: "userapi v2", at: v2Detail, answer: members("data.amount_out", func(o map[string]any, name string) { o["amount_in"], o[name] = o[name], o["amount_in"] }), Points: "v2.transactions.detail"},
		{Name: "403 without a token", Surface: "userapi v2", at: "GET /v2/", answer: status(401, 403), Points: "401"},
		{Name: "another error_code for a bad token", Surface: "userapi v2", at: "GET /v2/", answer: only(401, replaced("error_code", "unauthenticated")), Points: "unauthorized"},
		{Name: "an unknown id is an empty success", Surface: "userapi v2", at: v2Detail, answer: func(_ *Impostor, x *exchange) {
			if x.Status == 404 {
				x.Status, x.ResponseBody = 200, []byte(`{"status":"success","data":null}`)
			}
		}, Points: "404"},
		{Name: "another company's transaction is shown", Surface: "userapi v2", at: v2Detail, answer: func(i *Impostor, x *exchange) {
			for _, token := range i.tokens {
				if x.Status == 404 {
					i.again(x, func(r *http.Request) { r.Header.Set("Authorization", token) })
				}
			}
		}, Points: "another company's"},
		{Name: "no Retry-After", Surface: "userapi v2", at: "GET /v2/", answer: gone("Retry-After"), Points: "429"},
		{Name: "X-RateLimit-Reset is an epoch", Surface: "userapi v2", at: "GET /v2/", answer: header("X-RateLimit-Reset", "1790000000"), Points: "429"},
		{Name: "the credential goes before the limit", Surface: "userapi v2", at: "GET /v2/", answer: func(_ *Impostor, x *exchange) {
			if x.Status == 429 && x.in.Header.Get("Authorization") == "" {
				x.Status, x.ResponseBody = 401, []byte(`{"status":"error","message":"Missing Authorization header","error_code":"unauthorized"}`)
				for _, name := range []string{"Retry-After", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset"} {
					x.ResponseHeader.Del(name)
				}
			}
		}, Points: "goes before the credential"},
		{Name: "the wait after a 429 is too short", Surface: "userapi v2", at: "POST /_control/v1/clock/advance", ask: func(_ *Impostor, r *http.Request) { setBody(r, []byte(`{"by":"0s"}`)) }, Points: "429"},
		{Name: "JSON as text/plain", Surface: "userapi v2", at: v2List, answer: header("Content-Type", "text/plain"), Points: "v2.transactions.list"},
		{Name: "virtual accounts without official", Surface: "userapi v2", at: `GET /v2/bank-accounts/[^/]+/va`, answer: missing("data.*.official"), Points: "v2.va.list"},
		{Name: "active as a boolean", Surface: "userapi v2", at: `GET /v2/bank-accounts$`, answer: replaced("data.*.active", true), Points: "v2.bank-accounts.list"},

		{Name: "v2 in UTF-8", Surface: "userapi v2", at: v2List, answer: rewritten(`\\u00e0`, `à`), Points: "as PHP writes"},
		{Name: "v1 in UTF-8", Surface: "userapi v1", at: v1List, answer: rewritten(`\\u00e0`, `à`), Points: "as PHP writes"},
		{Name: "v1 with slashes that are not escaped", Surface: "userapi v1", at: v1Detail, answer: rewritten(`\\/`, `/`), Points: "as PHP writes"},
		{Name: "money without decimals", Surface: "userapi v1", at: v1List, answer: rewritten(`(\d)\.00"`, `$1"`), Points: "v1.transactions.list"},
		{Name: "ids as numbers", Surface: "userapi v1", at: v1List, answer: turned("transactions.*.id", text), Points: "v1.transactions.list"},
		{Name: "v1's since_id without the transaction itself", Surface: "userapi v1", at: v1List, answer: func(i *Impostor, x *exchange) {
			if since := x.URL.Query().Get("since_id"); since != "" {
				rows("transactions", func(list []any) []any {
					return slices.DeleteFunc(list, func(v any) bool { return v.(*object).members["id"] == since })
				})(i, x)
			}
		}, Points: "since_id"},
		{Name: "401 instead of an empty 200", Surface: "userapi v1", at: "GET /userapi/", answer: func(_ *Impostor, x *exchange) {
			if x.Status == 200 && len(x.ResponseBody) == 0 {
				x.Status = 401
			}
		}, Points: "empty body"},
		{Name: "v2's header on v1", Surface: "userapi v1", at: "GET /userapi/", answer: moved("x-sepay-userapi-retry-after", "Retry-After"), Points: "429"},
		{Name: "limit is ignored", Surface: "userapi v1", at: v1List, ask: parameter("limit", ignored), Points: "limit bounds"},
		{Name: "the count is one too many", Surface: "userapi v1", at: "GET /userapi/transactions/count", answer: turned("count_transactions", plus(1)), Points: "count"},
		{Name: "a status of 404 for what is not found", Surface: "userapi v1", at: v1Detail, answer: func(_ *Impostor, x *exchange) {
			if bytes.Contains(x.ResponseBody, []byte(`"status":404`)) {
				x.Status = 404
			}
		}, Points: "body of a 200"},
		{Name: "sub_account is called va", Surface: "userapi v1", at: v1Detail, answer: renamed("transaction.sub_account", "va"), Points: "v1.transactions.details"},
		{Name: "the date filter is ignored", Surface: "userapi v1", at: v1List, ask: parameter("transaction_date_min", ignored), Points: "filters"},
		{Name: "bankaccount is called bank_account", Surface: "userapi v1", at: "GET /userapi/bankaccounts/details/", answer: renamed("bankaccount", "bank_account"), Points: "v1.bankaccounts.details"},

		{Name: "a secret in the traffic log", Surface: "webhook", at: `GET /_control/v1/requests/\d+`, answer: func(i *Impostor, x *exchange) {
			x.ResponseBody = edit(x.ResponseBody, "path", func(o map[string]any, _ string) { o["query"] = strings.Join(i.tokens, " ") })
		}, Points: "no secret"},
	}
}
