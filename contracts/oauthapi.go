package contracts

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// access is an access token of a tenant's first user with these scopes; all of
// them when none is named.
func (s *spec) access(t tenant, scopes ...string) string {
	if s.target.Addresses.Control() == "" {
		return s.target.AccessToken
	}
	if len(scopes) == 0 {
		scopes = allScopes
	}
	got := ask(s, func(c *control.Client, ctx context.Context) (control.Tokens, error) {
		return c.Tokens(ctx, control.TokenRequest{Company: t.ID, Scopes: scopes})
	})
	s.secret(got.AccessToken)
	return got.AccessToken
}

// allScopes are the seven of https://developer.sepay.vn/vi/sepay-oauth2/tong-quan.
var allScopes = strings.Fields("bank-account:read transaction:read webhook:read webhook:write webhook:delete profile company")

// api calls the OAuth2 API; path begins below /api/v1. A body is sent as JSON.
func (s *spec) api(token, method, path string, body any) answer {
	c := s.request("oauth_api", method, s.target.Addresses["oauth_api"]+path).bearer(token)
	if body != nil {
		c.json(body)
	}
	return c.send()
}

// newHook is the least that the creation of a webhook needs; more changes it.
func newHook(address string, more map[string]any) map[string]any {
	body := map[string]any{
		"name": "Contract", "event_type": "In_only", "authen_type": "No_Authen", "webhook_url": address, "bank_account_id": 0,
		"is_verify_payment": 0, "skip_if_no_code": 0, "request_content_type": "Json",
	}
	for name, value := range more {
		body[name] = value
	}
	return body
}

// oauthAPIClaims are the claims about the OAuth2 API
// (https://developer.sepay.vn/vi/sepay-oauth2/tong-quan).
func (u *suite) oauthAPIClaims() {
	const (
		me, company, patch    = "me", "company", "updateCompanyConfigurations"
		banks, bank, subs     = "listBankAccounts", "bankAccount", "listSubAccounts"
		list, detail          = "listTransactions", "transaction"
		hooks, hook           = "listWebhooks", "webhook"
		create, update, erase = "createWebhook", "updateWebhook", "deleteWebhook"
	)
	every := []string{me, company, patch, banks, bank, subs, list, detail, hooks, hook, create, update, erase}

	u.claim("me is the user behind the token", documented(me), func(s *spec) {
		got := s.api(s.access(s.own(), "profile"), http.MethodGet, "/me", nil).is(200)
		s.same(got.text("status"), "success", "status")
		if s.target.Addresses.Control() != "" {
			user := s.own().Users[0]
			s.same([]any{got.at("data.id"), got.at("data.email")}, []any{float64(user.ID), user.Email}, "id and email")
		}
	})
	u.claim("company has its configurations, with JSON booleans and numbers", documented(company), func(s *spec) {
		got := s.api(s.access(s.own(), "company"), http.MethodGet, "/company", nil).is(200)
		_, isBool := got.at("data.configurations.paycode").(bool)
		_, isText := got.at("data.configurations.data_storage_time").(string)
		s.same([]bool{isBool, isText}, []bool{true, true}, "paycode is a boolean, data_storage_time a text")
	})
	u.claim("payment-code formats are merged by prefix, answered whole, and recognised at once", assumed(patch).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		got := s.api(s.access(t, "company"), http.MethodPatch, "/company/configurations", map[string]any{
			"payment_code_formats": []any{map[string]any{"prefix": "HD", "suffix_from": 4, "suffix_to": 6, "character_type": "NumberAndLetter", "is_active": 1}},
		}).is(200)
		s.same(column(got.rows("data.payment_code_formats"), "prefix"), []string{"DH", "HD"}, "prefixes")
		m := s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[0].AccountNumber, Amount: 10_000, Content: new(memo("HD12AB"))})
		s.Expect(m.Code).NotTo(beNil())
		s.same(*m.Code, "HD12AB", "the code of a transfer")
	})
	u.claim("a configuration or webhook that breaks its rules is refused with 400", documented(patch, create, update).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		token := s.access(t)
		s.api(token, http.MethodPatch, "/company/configurations", map[string]any{"payment_code_formats": []any{map[string]any{"prefix": "MUCHTOOLONGPREFIX"}}}).is(400)
		s.api(token, http.MethodPost, "/webhooks", map[string]any{}).is(400)
		s.api(token, http.MethodPost, "/webhooks", newHook("ftp://x/", nil)).is(400)
		id := s.api(token, http.MethodPost, "/webhooks", newHook("http://127.0.0.1:9/", nil)).is(200).number("data.id")
		s.api(token, http.MethodPatch, "/webhooks/"+strconv.Itoa(int(id)), map[string]any{"event_type": "Sometimes"}).is(400)
	})
	u.claim("bank accounts and their sub-accounts can be listed and read one by one", documented(banks, bank, subs), func(s *spec) {
		token := s.access(s.own(), "bank-account:read")
		for _, r := range s.api(token, http.MethodGet, "/bank-accounts", nil).is(200).rows("data") {
			s.same(s.api(token, http.MethodGet, "/bank-accounts/"+r.text("id"), nil).is(200).at("data"), any(map[string]any(r)), "the account")
			s.api(token, http.MethodGet, "/bank-accounts/"+r.text("id")+"/sub-accounts", nil).is(200)
		}
		s.same(s.api(token, http.MethodGet, "/bank-accounts?limit=1", nil).is(200).number("meta.pagination.per_page"), 1.0, "per_page")
	})
	u.claim("transactions come newest first, twenty a page, without has_more", documented(list), func(s *spec) {
		token := s.access(s.own(), "transaction:read")
		var met []string
		first := s.api(token, http.MethodGet, "/transactions?limit=20", nil).is(200)
		last := int(first.number("meta.pagination.last_page"))
		for page := 1; page <= min(last, 4); page++ {
			a := s.api(token, http.MethodGet, "/transactions"+query("limit", "20", "page", strconv.Itoa(page)), nil).is(200)
			s.same(a.at("meta.pagination"), any(map[string]any{
				"total": first.number("meta.pagination.total"), "per_page": 20.0, "current_page": float64(page), "last_page": float64(last),
			}), "the pagination of page "+strconv.Itoa(page))
			met = append(met, column(a.rows("data"), "id")...)
			dates := column(a.rows("data"), "transaction_date")
			s.Expect(slices.IsSortedFunc(dates, func(a, b string) int { return strings.Compare(b, a) })).To(beTrue(), "dates %v", dates)
		}
		s.Expect(len(slices.Compact(slices.Sorted(slices.Values(met))))).To(equal(len(met)), "no row twice")
	})
	u.claim("rows and details are written as PHP writes JSON", assumed(list, detail, banks).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		m := s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[0].AccountNumber, Amount: 10_000, Content: new(phpText)})
		token := s.access(t)
		s.php(s.api(token, http.MethodGet, "/transactions", nil).is(200).Body, 1)
		s.php(s.api(token, http.MethodGet, "/transactions/"+strconv.FormatInt(m.ID, 10), nil).is(200).Body, 1)
		all := s.api(token, http.MethodGet, "/bank-accounts", nil).is(200).Body
		s.php(all, 0)
		s.Expect(string(all)).To(contain(`Ng\u00e2n h\u00e0ng TMCP Qu\u00e2n \u0111\u1ed9i`), "the name of MBBank")
	})
	u.claim("filters by account, reference, amount and date hold for every row", documented(list), func(s *spec) {
		token := s.access(s.own(), "transaction:read")
		all := s.api(token, http.MethodGet, "/transactions?limit=100", nil).is(200).rows("data")
		some := all[len(all)/2]
		for _, f := range []struct {
			query string
			holds func(row) bool
		}{
			{query("bank_account_id", some.text("bank_account_id")), has("bank_account_id", some.text("bank_account_id"))},
			{query("account_number", some.text("account_number")), has("account_number", some.text("account_number"))},
			{query("reference_number", some.text("reference_number")), has("reference_number", some.text("reference_number"))},
			{query("amount_in", some.text("amount_in")), has("amount_in", some.text("amount_in"))},
			{query("from_date", some.text("transaction_date")[:10]), func(r row) bool { return r.text("transaction_date") >= some.text("transaction_date")[:10] }},
			{query("to_date", some.text("transaction_date")[:10]), func(r row) bool { return r.text("transaction_date")[:10] <= some.text("transaction_date")[:10] }},
		} {
			rows := s.api(token, http.MethodGet, "/transactions"+f.query+"&limit=100", nil).is(200).rows("data")
			for _, r := range rows {
				s.Expect(f.holds(r)).To(beTrue(), "%s gives %v", f.query, r)
			}
			s.Expect(column(rows, "id")).To(containElement(some.text("id")), f.query)
		}
	})
	u.claim("a transaction has the numeric id of its webhook, and amounts as numbers", documented(detail, list), func(s *spec) {
		token := s.access(s.own(), "transaction:read")
		r := s.api(token, http.MethodGet, "/transactions?limit=1", nil).is(200).rows("data")[0]
		s.same(s.api(token, http.MethodGet, "/transactions/"+r.text("id"), nil).is(200).at("data"), any(map[string]any(r)), "the detail")
	})
	u.claim("a webhook that is made is sent from, changed, listed and deleted", documented(create, update, hook, hooks, erase).with(needsControl).writing(), func(s *spec) {
		m := s.hook()
		t := s.company(control.NewCompany{})
		token := s.access(t)
		made := s.api(token, http.MethodPost, "/webhooks", newHook(m.URL, map[string]any{"authen_type": "Api_Key", "api_key": "contract-key", "retry_conditions": []string{"non_2xx_status_code"}})).is(200)
		id := strconv.Itoa(int(made.number("data.id")))
		_, atRoot := made.json().(map[string]any)["id"]
		s.same(atRoot, s.setting("oauth_api.create_id") == "root", "an id at the root")
		got := row(s.api(token, http.MethodGet, "/webhooks/"+id, nil).is(200).at("data").(map[string]any))
		s.same([]any{got["webhook_url"], got["api_key"], got["active"], got["is_verify_payment"], got["retry_conditions"]},
			[]any{m.URL, "contract-key", true, false, map[string]any{"non_2xx_status_code": 1.0}}, "webhook_url, api_key in full, active and is_verify_payment as booleans, retry_conditions as a map")
		s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[0].AccountNumber, Amount: 10_000})
		s.settle()
		s.same(s.got(m, 1, "a transfer")[0].Header.Get("Authorization"), "Apikey contract-key", "Authorization")
		s.api(token, http.MethodPatch, "/webhooks/"+id, map[string]any{"active": 0}).is(200)
		s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[0].AccountNumber, Amount: 10_000})
		s.settle()
		s.got(m, 1, "a transfer while the webhook is switched off")
		for q, want := range map[string]int{"": 1, "?active=0": 1, "?active=1": 0, "?webhook_url=/hook/": 1, "?webhook_url=nowhere": 0, "?api_key=contract-key": 1} {
			s.same(len(s.api(token, http.MethodGet, "/webhooks"+q, nil).is(200).rows("data")), want, "webhooks of "+q)
		}
		s.same(s.api(token, http.MethodDelete, "/webhooks/"+id, nil).is(200).text("status"), "success", "status")
		s.api(token, http.MethodGet, "/webhooks/"+id, nil).is(404)
	})
	u.claim("retry_conditions is taken as a list; as a map it works or fails with 500, as the target is set", observed(create, update).with(needsControl).writing(), func(s *spec) {
		token := s.access(s.company(control.NewCompany{}))
		want := map[string]int{"lenient": 200, "strict": 500}[s.setting("oauth_api.retry_conditions")]
		s.api(token, http.MethodPost, "/webhooks", newHook("http://127.0.0.1:9/", map[string]any{"retry_conditions": map[string]any{"non_2xx_status_code": 1}})).is(want)
		id := s.api(token, http.MethodPost, "/webhooks", newHook("http://127.0.0.1:9/", map[string]any{"retry_conditions": []string{"non_2xx_status_code"}})).is(200).number("data.id")
		s.api(token, http.MethodPatch, "/webhooks/"+strconv.Itoa(int(id)), map[string]any{"retry_conditions": map[string]any{"non_2xx_status_code": 1}}).is(want)
	})
	u.claim("each scope opens its own calls, and 403 closes the others", documented(every...).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{Webhooks: []control.WebhookBody{{WebhookURL: new("http://127.0.0.1:9/")}}})
		m := s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[0].AccountNumber, Amount: 10_000, Direction: "out"})
		account, transaction := strconv.FormatInt(t.BankAccounts[0].ID, 10), strconv.FormatInt(m.ID, 10)
		webhook := s.api(s.access(t), http.MethodGet, "/webhooks", nil).rows("data")[0].text("id")
		for _, c := range []struct {
			method, path string
			body         any
			scope        string
		}{
			{"GET", "/me", nil, "profile"}, {"GET", "/company", nil, "company"}, {"PATCH", "/company/configurations", map[string]any{"payment_code_formats": []any{map[string]any{"prefix": "DH", "is_active": 1}}}, "company"},
			{"GET", "/bank-accounts", nil, "bank-account:read"}, {"GET", "/bank-accounts/" + account, nil, "bank-account:read"}, {"GET", "/bank-accounts/" + account + "/sub-accounts", nil, "bank-account:read"},
			{"GET", "/transactions", nil, "transaction:read"}, {"GET", "/transactions/" + transaction, nil, "transaction:read"},
			{"GET", "/webhooks", nil, "webhook:read"}, {"GET", "/webhooks/" + webhook, nil, "webhook:read"}, {"POST", "/webhooks", newHook("http://127.0.0.1:9/", nil), "webhook:write"},
			{"PATCH", "/webhooks/" + webhook, map[string]any{"active": 1}, "webhook:write"}, {"DELETE", "/webhooks/" + webhook, nil, "webhook:delete"},
		} {
			others := slices.DeleteFunc(slices.Clone(allScopes), func(scope string) bool { return scope == c.scope })
			s.same(s.api(s.access(t, others...), c.method, c.path, c.body).is(403).text("status"), "error", "status")
			s.api(s.access(t, c.scope), c.method, c.path, c.body).is(200)
			s.same(s.api("", c.method, c.path, c.body).is(401).text("error"), "access_denied", "error without a token")
		}
	})
	u.claim("a user without the permission is refused, whatever the token's scopes", documented(list, hooks).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		token := s.access(t)
		s.api(token, http.MethodGet, "/transactions", nil).is(200)
		ask(s, func(c *control.Client, ctx context.Context) (control.User, error) {
			return c.UpdateUser(ctx, t.Users[0].ID, control.NewUser{Role: "User", Permissions: &[]string{"webhooks:view_list"}})
		})
		s.api(token, http.MethodGet, "/transactions", nil).is(403)
		s.api(token, http.MethodGet, "/webhooks", nil).is(200)
		s.api(token, http.MethodGet, "/company", nil).is(403)
	})
	u.claim("what is unknown, or another company's, is 404", documented(bank, subs, detail, hook, update, erase).with(needsControl).writing(), func(s *spec) {
		theirs := s.company(control.NewCompany{Webhooks: []control.WebhookBody{{WebhookURL: new("http://127.0.0.1:9/")}}})
		token := s.access(s.company(control.NewCompany{}))
		foreign := strconv.FormatInt(theirs.BankAccounts[0].ID, 10)
		hook := s.api(s.access(theirs), http.MethodGet, "/webhooks", nil).rows("data")[0].text("id")
		for _, c := range [][2]string{{"GET", "/bank-accounts/999999"}, {"GET", "/bank-accounts/" + foreign}, {"GET", "/bank-accounts/" + foreign + "/sub-accounts"}, {"GET", "/transactions/1"}, {"GET", "/webhooks/" + hook}, {"PATCH", "/webhooks/" + hook}, {"DELETE", "/webhooks/" + hook}} {
			var body any
			if c[0] == "PATCH" {
				body = map[string]any{"active": 0}
			}
			s.same(s.api(token, c[0], c[1], body).is(404).text("status"), "error", "status of "+c[0]+" "+c[1])
		}
	})
	u.claim("a removed user's token is refused", documented(me).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		token := s.access(t, "profile")
		ask(s, func(c *control.Client, ctx context.Context) (struct{}, error) {
			return struct{}{}, c.DeleteUser(ctx, t.Users[0].ID)
		})
		s.api(token, http.MethodGet, "/me", nil).is(401)
	})
	u.claim("over a limit, 429 says how long to wait, and waiting as told is enough", assumed(every...).with(needsControl), func(s *spec) {
		token := s.access(s.company(control.NewCompany{RateLimit: 3}))
		for _, c := range [][2]string{
			{"GET", "/me"}, {"GET", "/company"}, {"PATCH", "/company/configurations"}, {"GET", "/bank-accounts"}, {"GET", "/bank-accounts/1"}, {"GET", "/bank-accounts/1/sub-accounts"},
			{"GET", "/transactions"}, {"GET", "/transactions/1"}, {"GET", "/webhooks"}, {"GET", "/webhooks/1"}, {"POST", "/webhooks"}, {"PATCH", "/webhooks/1"}, {"DELETE", "/webhooks/1"},
		} {
			s.overrun(3, func() answer { return s.api(token, c[0], c[1], nil) }, func(a answer) {
				s.same(a.text("status"), "error", "status")
				s.Expect(a.Header.Get("Retry-After")).To(match(`^[1-9]\d*$`), "Retry-After")
			})
			s.wait(time.Minute)
		}
	})
}
