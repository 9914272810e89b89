package contracts

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/openapi/control"
)

// v2 calls the API v2 of a tenant; path begins below /v2.
func (s *spec) v2(t tenant, path string) answer {
	return s.request("userapi_v2", http.MethodGet, s.target.Addresses["userapi_v2"]+path).bearer(t.token()).send()
}

// nobodysID is a UUID that no target has given to anything.
const nobodysID = "00000000-0000-1000-8000-000000000000"

// v2 are the claims about the API v2
// (https://developer.sepay.vn/vi/sepay-api/v2/gioi-thieu).
func (u *suite) v2Claims() {
	const (
		list, detail  = "v2.transactions.list", "v2.transactions.detail"
		banks, bank   = "v2.bank-accounts.list", "v2.bank-accounts.detail"
		vas, va       = "v2.va.list", "v2.va.detail"
		transactions  = "/transactions"
		unauthorized  = `a missing or unknown token is answered with 401 and error_code "unauthorized"`
		unknownIsGone = "an unknown id is 404 not_found, never an empty success"
	)
	u.claim("transactions come newest first", documented(list), func(s *spec) {
		dates := column(s.v2(s.own(), transactions+"?per_page=100").is(200).rows("data"), "transaction_date")
		s.Expect(slices.IsSortedFunc(dates, func(a, b string) int { return strings.Compare(b, a) })).To(beTrue(), "dates %v", dates)
		s.Expect(len(dates)).To(atLeast(1), "the company has transactions")
	})
	u.claim("a page and a transaction are written as PHP writes JSON", assumed(list, detail).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		m := s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[0].AccountNumber, Amount: 10_000, Content: new(phpText)})
		s.php(s.v2(t, transactions).is(200).Body, 1)
		s.php(s.v2(t, transactions+"/"+m.XID).is(200).Body, 1)
		s.php(s.v2(t, transactions+"?fields=id,transaction_content").is(200).Body, 1)
	})
	u.claim("transactions can be sorted by date and by amount, both ways", documented(list), func(s *spec) {
		t := s.own()
		for _, by := range []struct{ parameter, column string }{
			{"transaction_date_sort", "transaction_date"}, {"amount_in_sort", "amount_in"}, {"amount_out_sort", "amount_out"},
		} {
			up := s.v2(t, transactions+query(by.parameter, "asc", "per_page", "100")).is(200).rows("data")
			down := s.v2(t, transactions+query(by.parameter, "desc", "per_page", "100")).is(200).rows("data")
			s.Expect(ordered(up, by.column, 1)).To(beTrue(), "%s=asc gives %v", by.parameter, column(up, by.column))
			s.Expect(ordered(down, by.column, -1)).To(beTrue(), "%s=desc gives %v", by.parameter, column(down, by.column))
		}
	})
	u.claim("a walk over the pages meets every transaction once", documented(list), func(s *spec) {
		t := s.own()
		var met []string
		first := s.v2(t, transactions+"?per_page=20").is(200)
		total, last := int(first.number("meta.pagination.total")), int(first.number("meta.pagination.last_page"))
		for page := 1; page <= min(last, 6); page++ {
			a := s.v2(t, transactions+query("per_page", "20", "page", strconv.Itoa(page))).is(200)
			p := a.at("meta.pagination").(map[string]any)
			s.same(p, map[string]any{
				"total": float64(total), "per_page": 20.0, "current_page": float64(page), "last_page": float64(last), "has_more": page < last,
			}, "the pagination of page "+strconv.Itoa(page))
			met = append(met, column(a.rows("data"), "id")...)
		}
		if last <= 6 {
			s.Expect(met).To(haveLen(total), "as many rows as total says")
		}
		s.Expect(len(slices.Compact(slices.Sorted(slices.Values(met))))).To(equal(len(met)), "no row twice")
		s.Expect(last).To(equal(max(1, (total+19)/20)), "last_page follows from total")
	})
	u.claim("per_page is 20 unless asked for, and 100 at most", documented(list), func(s *spec) {
		t := s.own()
		s.same(s.v2(t, transactions).is(200).number("meta.pagination.per_page"), 20.0, "per_page by default")
		if s.setting("userapi_v2.invalid_parameter") != "strict" {
			s.Expect(s.v2(t, transactions+"?per_page=1000").is(200, 422).number("meta.pagination.per_page")).To(atMost(100.0))
		}
	})
	u.claim("since_id gives what came after a transaction, without it, oldest first", documented(list), func(s *spec) {
		t := s.own()
		oldest := s.v2(t, transactions+"?transaction_date_sort=asc&per_page=5").is(200).rows("data")
		s.Expect(len(oldest)).To(atLeast(3), "three transactions at least")
		since := s.v2(t, transactions+query("since_id", oldest[0].text("id"), "per_page", "2")).is(200).rows("data")
		s.same(column(since, "id"), column(oldest[1:3], "id"), "the two after the oldest")
	})
	u.claim("an unknown since_id is no error", assumed(list), func(s *spec) {
		s.same(s.v2(s.own(), transactions+"?since_id="+nobodysID).is(200).rows("data"), []row{}, "rows")
	})
	u.claim("filters by account, virtual account, direction, memo, reference, amount and date hold for every row", documented(list), func(s *spec) {
		t := s.own()
		all := s.v2(t, transactions+"?per_page=100").is(200).rows("data")
		some := all[len(all)/2]
		amount := max(some["amount_in"].(float64), some["amount_out"].(float64))
		side := "amount_" + some.text("transfer_type")
		number := strconv.FormatFloat(amount, 'f', 0, 64)
		for _, f := range []struct {
			query string
			holds func(row) bool
		}{
			{query("bank_account_id", some.text("bank_account_id")), has("bank_account_id", some.text("bank_account_id"))},
			{query("bank_brand_name", some.text("bank_brand_name")), has("bank_brand_name", some.text("bank_brand_name"))},
			{query("transfer_type", some.text("transfer_type")), has("transfer_type", some.text("transfer_type"))},
			{query("reference_number", some.text("reference_number")), has("reference_number", some.text("reference_number"))},
			{query("transaction_content", some.text("transaction_content")), has("transaction_content", some.text("transaction_content"))},
			{query("q", some.text("reference_number")), has("reference_number", some.text("reference_number"))},
			{query(side+"_min", number), func(r row) bool { return r[side].(float64) >= amount }},
			{query(side+"_max", number), func(r row) bool { return r[side].(float64) <= amount }},
			{query("transaction_date_from", some.text("transaction_date")), func(r row) bool { return r.text("transaction_date") >= some.text("transaction_date") }},
			{query("transaction_date_to", some.text("transaction_date")), func(r row) bool { return r.text("transaction_date") <= some.text("transaction_date") }},
		} {
			sep := "&"
			want := 0
			for _, r := range all {
				if f.holds(r) {
					want++
				}
			}
			got := s.v2(t, transactions+f.query+sep+"per_page=100").is(200)
			rows := got.rows("data")
			for _, r := range rows {
				s.Expect(f.holds(r)).To(beTrue(), "%s gives %v", f.query, r)
			}
			if len(all) < 100 { // all of the company's
				s.same(len(rows), want, "rows of "+f.query)
			}
			s.Expect(column(rows, "id")).To(containElement(some.text("id")), f.query)
		}
	})
	u.claim("transactions can be filtered by the virtual account that they came through", documented(list).with(needsControl), func(s *spec) {
		t := s.own()
		id, number := t.BankAccounts[0].VirtualAccounts[0].XID, t.BankAccounts[0].VirtualAccounts[0].Number
		rows := s.v2(t, transactions+query("va_id", id, "per_page", "100")).is(200).rows("data")
		s.Expect(len(rows)).To(atLeast(1))
		for _, r := range rows {
			s.same([]string{r.text("va_id"), r.text("va")}, []string{id, number}, "va_id and va")
		}
	})
	u.claim("fields chooses the members, timestamp_format=iso8601 the spelling of dates", documented(list), func(s *spec) {
		r := s.v2(s.own(), transactions+"?per_page=1&fields=id,transaction_date&timestamp_format=iso8601").is(200).rows("data")[0]
		s.Expect(r).To(haveLen(2), "%v", r)
		s.Expect(r.text("transaction_date")).To(match(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00$`))
	})
	u.claim("a transfer is on the list with the bank's words, its code and whole VND", documented(list, detail).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		a := t.BankAccounts[0]
		m := s.transfer(control.NewTransfer{Company: t.ID, VA: a.VirtualAccounts[0].Number, Amount: 150_000, Content: new(memo("DH123456 áo & quần")), Reference: new("FT26005000001")})
		got := s.v2(t, transactions+"/"+m.XID).is(200).at("data")
		s.same(got, map[string]any{
			"id": m.XID, "transaction_date": got.(map[string]any)["transaction_date"], "account_number": a.AccountNumber, "va": a.VirtualAccounts[0].Number,
			"transfer_type": "in", "amount_in": 150_000.0, "amount_out": 0.0, "accumulated": got.(map[string]any)["accumulated"],
			"transaction_content": memo("DH123456 áo & quần"), "reference_number": "FT26005000001", "code": "DH123456",
			"bank_brand_name": a.Bank, "bank_account_id": a.XID, "va_id": a.VirtualAccounts[0].XID, "webhook_success": nil,
		}, "the transaction")
		s.same(s.v2(t, transactions).is(200).at("data.0"), got, "the row of the list and the detail")
	})
	u.claim("outgoing money has direction out and amount_out; without a virtual account va_id is null", documented(detail).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		m := s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[0].AccountNumber, Direction: "out", Amount: 20_000, Content: new(memo("hoan tien"))})
		got := row(s.v2(t, transactions+"/"+m.XID).is(200).at("data").(map[string]any))
		s.same([]any{got["transfer_type"], got["amount_in"], got["amount_out"], got["va_id"], got["code"]}, []any{"out", 0.0, 20_000.0, nil, nil}, "direction, amounts, va_id, code")
	})
	u.claim("webhook_success counts deliveries that succeeded", observed(detail).with(needsControl).writing(), func(s *spec) {
		good, bad := s.hook(accepted), s.hook(reply{200, `{"success":false}`})
		t := s.company(control.NewCompany{Webhooks: []control.WebhookBody{webhookBody(good, control.WebhookBody{}), webhookBody(bad, control.WebhookBody{})}})
		m := s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[0].AccountNumber, Amount: 10_000, Content: new(memo("DH123"))})
		s.settle()
		s.same(s.v2(t, transactions+"/"+m.XID).is(200).number("data.webhook_success"), 1.0, "webhook_success")
		s.same(column(s.v2(t, transactions+"?webhook_success=1").is(200).rows("data"), "id"), []string{m.XID}, "webhook_success=1")
		s.same(s.v2(t, transactions+"?webhook_success=0").is(200).rows("data"), []row{}, "webhook_success=0")
	})
	u.claim("the detail is the row of the list", documented(list, detail), func(s *spec) {
		t := s.own()
		r := s.v2(t, transactions+"?per_page=1").is(200).rows("data")[0]
		s.same(s.v2(t, transactions+"/"+r.text("id")).is(200).at("data"), any(map[string]any(r)), "the detail")
	})
	u.claim("bank accounts can be listed, searched, filtered and read one by one", documented(banks, bank), func(s *spec) {
		t := s.own()
		all := s.v2(t, "/bank-accounts").is(200).rows("data")
		s.Expect(len(all)).To(atLeast(1))
		some := all[0]
		s.same(s.v2(t, "/bank-accounts/"+some.text("id")).is(200).at("data"), any(map[string]any(some)), "the detail")
		for _, q := range []string{query("bank_short_name", some.text("bank_short_name")), query("q", some.text("account_number")), query("active", some.text("active"))} {
			s.Expect(column(s.v2(t, "/bank-accounts"+q).is(200).rows("data"), "id")).To(containElement(some.text("id")), q)
		}
		s.same(s.v2(t, "/bank-accounts?q=no-such-account").is(200).rows("data"), []row{}, "a search that finds nothing")
	})
	u.claim("virtual accounts of an account can be listed and read one by one", documented(vas, va), func(s *spec) {
		t := s.own()
		for _, account := range s.v2(t, "/bank-accounts").is(200).rows("data") {
			at := "/bank-accounts/" + account.text("id") + "/va"
			for _, r := range s.v2(t, at).is(200).rows("data") {
				s.same(s.v2(t, at+"/"+r.text("id")).is(200).at("data"), any(map[string]any(r)), "the detail")
			}
		}
	})
	u.claim(unauthorized, documented(list, detail, banks, bank, vas, va), func(s *spec) {
		for _, path := range []string{transactions, transactions + "/" + nobodysID, "/bank-accounts", "/bank-accounts/" + nobodysID, "/bank-accounts/" + nobodysID + "/va", "/bank-accounts/" + nobodysID + "/va/" + nobodysID} {
			for _, token := range []string{"", strings.Repeat("A", 64)} {
				a := s.request("userapi_v2", http.MethodGet, s.target.Addresses["userapi_v2"]+path).bearer(token).send().is(401)
				s.same([]string{a.text("status"), a.text("error_code")}, []string{"error", "unauthorized"}, "status and error_code of "+path)
			}
		}
	})
	u.claim(unknownIsGone, documented(detail, bank, vas, va), func(s *spec) {
		t := s.own()
		account := s.v2(t, "/bank-accounts").is(200).rows("data")[0].text("id")
		for _, path := range []string{transactions + "/" + nobodysID, "/bank-accounts/" + nobodysID, "/bank-accounts/" + nobodysID + "/va", "/bank-accounts/" + account + "/va/" + nobodysID} {
			a := s.v2(t, path).is(404)
			s.same([]string{a.text("status"), a.text("error_code")}, []string{"error", "not_found"}, "status and error_code of "+path)
		}
	})
	u.claim("another company's records are as unknown as any", documented(detail, bank).with(needsControl).writing(), func(s *spec) {
		mine, theirs := s.own(), s.company(control.NewCompany{})
		m := s.transfer(control.NewTransfer{Company: theirs.ID, Account: theirs.BankAccounts[0].AccountNumber, Amount: 10_000})
		s.v2(mine, transactions+"/"+m.XID).is(404)
		s.v2(mine, "/bank-accounts/"+theirs.BankAccounts[0].XID).is(404)
		s.Expect(column(s.v2(mine, transactions+"?per_page=100").rows("data"), "id")).NotTo(containElement(m.XID))
	})
	u.claim("a parameter that cannot be read is ignored or refused with 422, as the target is set", assumed(list, detail, banks, bank, vas, va), func(s *spec) {
		want := map[string][]int{"lenient": {200}, "strict": {422}, "": {200, 422}}[s.setting("userapi_v2.invalid_parameter")]
		s.v2(s.own(), transactions+"?transfer_type=sideways&amount_in_min=much").is(want...)
		s.v2(s.own(), "/bank-accounts?active=perhaps").is(want...)
		at := "/bank-accounts/" + s.v2(s.own(), "/bank-accounts").is(200).rows("data")[0].text("id")
		for _, path := range []string{transactions + "/" + s.v2(s.own(), transactions).is(200).rows("data")[0].text("id"), at, at + "/va"} {
			s.v2(s.own(), path+"?timestamp_format=sundial").is(want...)
		}
		for _, r := range s.v2(s.own(), at+"/va").is(200).rows("data") {
			s.v2(s.own(), at+"/va/"+r.text("id")+"?timestamp_format=sundial").is(want...)
		}
	})
	u.claim("over its limit it answers 429 with headers, and waiting as told is enough", documented(list, detail, banks, bank, vas, va).with(needsControl), func(s *spec) {
		t := s.company(control.NewCompany{RateLimit: 3})
		account := t.BankAccounts[0]
		for _, path := range []string{transactions, transactions + "/" + nobodysID, "/bank-accounts", "/bank-accounts/" + account.XID, "/bank-accounts/" + account.XID + "/va", "/bank-accounts/" + account.XID + "/va/" + account.VirtualAccounts[0].XID} {
			s.overrun(3, func() answer { return s.v2(t, path) }, func(a answer) {
				s.same([]string{a.text("status"), a.text("error_code")}, []string{"error", "rate_limited"}, "status and error_code")
				s.same([]string{a.Header.Get("X-RateLimit-Limit"), a.Header.Get("X-RateLimit-Remaining")}, []string{"3", "0"}, "X-RateLimit-Limit and -Remaining")
				s.Expect(a.Header.Get("Retry-After")).To(match(`^[1-9]\d*$`), "Retry-After")
				s.Expect(a.Header.Get("X-RateLimit-Reset")).To(match(`^\d{1,3}$`), "X-RateLimit-Reset in seconds, not an epoch")
			})
			s.wait(oneMinute)
		}
	})
	u.claim("the limit goes before the credential: a caller over it gets 429, whatever the token", documented(list).with(needsControl), func(s *spec) {
		limit := s.limitOf("userapi_v2.rate_limit")
		s.overrun(limit, func() answer { return s.v2(tenant{}, transactions) }, func(a answer) {
			s.same(a.Header.Get("X-RateLimit-Limit"), strconv.Itoa(limit), "X-RateLimit-Limit")
		})
	})
}

// ordered says whether a column of numbers or texts goes up (1) or down (-1).
func ordered(rows []row, name string, direction int) bool {
	return slices.IsSortedFunc(rows, func(a, b row) int {
		x, isNumber := a[name].(float64)
		y, _ := b[name].(float64)
		if isNumber {
			return direction * int(x-y)
		}
		return direction * strings.Compare(a.text(name), b.text(name))
	})
}

func has(name, value string) func(row) bool {
	return func(r row) bool { return r.text(name) == value }
}
