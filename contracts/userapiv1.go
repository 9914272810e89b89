package contracts

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/openapi/control"
)

// v1 calls the API v1 of a tenant; path begins below /userapi.
func (s *spec) v1(t tenant, path string) answer {
	return s.request("userapi_v1", http.MethodGet, s.target.Addresses["userapi_v1"]+path).bearer(t.token()).send()
}

// v1Claims are the claims about the API v1
// (https://developer.sepay.vn/vi/sepay-api/v1/gioi-thieu).
func (u *suite) v1Claims() {
	const (
		list, details, count    = "v1.transactions.list", "v1.transactions.details", "v1.transactions.count"
		banks, bank, banksCount = "v1.bankaccounts.list", "v1.bankaccounts.details", "v1.bankaccounts.count"
		transactions            = "/transactions/list"
	)
	all := func(s *spec) []row { return s.v1(s.own(), transactions).is(200).rows("transactions") }

	u.claim("transactions come newest first, with numbers in texts and money with two decimals", documented(list), func(s *spec) {
		rows := all(s)
		s.Expect(len(rows)).To(atLeast(1))
		dates := column(rows, "transaction_date")
		s.Expect(slices.IsSortedFunc(dates, func(a, b string) int { return strings.Compare(b, a) })).To(beTrue(), "dates %v", dates)
		for _, r := range rows {
			s.Expect(r["id"]).To(match(`^\d+$`))
			s.Expect(r["amount_in"]).To(match(`^\d+\.\d\d$`))
			s.Expect(r["amount_out"]).To(match(`^\d+\.\d\d$`))
		}
	})
	u.claim("since_id gives what came from a transaction on, with it", documented(list), func(s *spec) {
		rows := all(s)
		ids := numbers(rows)
		since := slices.Max(ids)
		if len(ids) > 3 {
			since = slices.Sorted(slices.Values(ids))[len(ids)-3]
		}
		for _, id := range numbers(s.v1(s.own(), transactions+query("since_id", strconv.Itoa(since))).is(200).rows("transactions")) {
			s.Expect(id).To(atLeast(since))
		}
		s.Expect(numbers(s.v1(s.own(), transactions+query("since_id", strconv.Itoa(since))).is(200).rows("transactions"))).To(containElement(since), "the transaction itself")
	})
	u.claim("rows and details are written as PHP writes JSON", assumed(list, details).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		m := s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[0].AccountNumber, Amount: 10_000, Content: new(phpText)})
		s.php(s.v1(t, transactions).is(200).Body, 1)
		s.php(s.v1(t, "/transactions/details/"+strconv.FormatInt(m.ID, 10)).is(200).Body, 1)
	})
	u.claim("limit bounds the rows", documented(list), func(s *spec) {
		s.Expect(s.v1(s.own(), transactions+"?limit=2").is(200).rows("transactions")).To(haveLen(min(2, len(all(s)))))
	})
	u.claim("filters by account, reference, exact amount and dates hold for every row", documented(list), func(s *spec) {
		rows := all(s)
		some := rows[len(rows)/2]
		side := "amount_in"
		if strings.HasPrefix(some.text(side), "0.") {
			side = "amount_out"
		}
		whole, _, _ := strings.Cut(some.text(side), ".")
		for _, f := range []struct {
			query string
			holds func(row) bool
		}{
			{query("account_number", some.text("account_number")), has("account_number", some.text("account_number"))},
			{query("reference_number", some.text("reference_number")), has("reference_number", some.text("reference_number"))},
			{query(side, whole), has(side, some.text(side))},
			{query("transaction_date_min", some.text("transaction_date")), func(r row) bool { return r.text("transaction_date") >= some.text("transaction_date") }},
			{query("transaction_date_max", some.text("transaction_date")), func(r row) bool { return r.text("transaction_date") <= some.text("transaction_date") }},
		} {
			got := s.v1(s.own(), transactions+f.query).is(200).rows("transactions")
			want := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return !f.holds(r) })
			if len(rows) < 1000 {
				s.same(slices.Sorted(slices.Values(column(got, "id"))), slices.Sorted(slices.Values(column(want, "id"))), "ids of "+f.query)
			}
		}
	})
	u.claim("the count is that of the list", documented(count), func(s *spec) {
		if rows := all(s); len(rows) < 1000 {
			s.same(s.v1(s.own(), "/transactions/count").is(200).number("count_transactions"), float64(len(rows)), "count_transactions")
		}
	})
	u.claim("details are what the list says", documented(list, details), func(s *spec) {
		r := all(s)[0]
		s.same(s.v1(s.own(), "/transactions/details/"+r.text("id")).is(200).at("transaction"), any(map[string]any(r)), "the details")
	})
	u.claim("bank accounts can be listed, counted and read one by one", documented(banks, bank, banksCount), func(s *spec) {
		rows := s.v1(s.own(), "/bankaccounts/list").is(200).rows("bankaccounts")
		s.Expect(len(rows)).To(atLeast(1))
		s.same(s.v1(s.own(), "/bankaccounts/details/"+rows[0].text("id")).is(200).at("bankaccount"), any(map[string]any(rows[0])), "the details")
		s.same(s.v1(s.own(), "/bankaccounts/count").is(200).number("count_bankaccounts"), float64(len(rows)), "count_bankaccounts")
		s.same(column(s.v1(s.own(), "/bankaccounts/list"+query("short_name", rows[0].text("bank_short_name"))).is(200).rows("bankaccounts"), "bank_short_name")[0], rows[0].text("bank_short_name"), "short_name")
	})
	u.claim("a transfer has the same numeric id here as in its webhook, a memo account in sub_account", documented(details).with(needsControl).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		tkp := t.BankAccounts[1].VirtualAccounts[0].Number
		m := s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[1].AccountNumber, Amount: 150_000, Content: new(memo("TKP" + tkp + " DH123456")), Reference: new("9981")})
		got := row(s.v1(t, "/transactions/details/"+strconv.FormatInt(m.ID, 10)).is(200).at("transaction").(map[string]any))
		s.same([]string{got.text("amount_in"), got.text("amount_out"), got.text("code"), got.text("sub_account"), got.text("reference_number"), got.text("account_number")},
			[]string{"150000.00", "0.00", "DH123456", tkp, "9981", t.BankAccounts[1].AccountNumber}, "amounts, code, sub_account, reference and account")
	})
	u.claim("errors of the business are told in the body of a 200", assumed(details, bank, list), func(s *spec) {
		for path, status := range map[string]float64{"/transactions/details/1": 404, "/bankaccounts/details/999999999": 404} {
			s.same(s.v1(s.own(), path).is(200).number("status"), status, "status in the body of "+path)
		}
	})
	u.claim("another company's transactions are as unknown as any", documented(details).with(needsControl).writing(), func(s *spec) {
		theirs := s.company(control.NewCompany{})
		m := s.transfer(control.NewTransfer{Company: theirs.ID, Account: theirs.BankAccounts[0].AccountNumber, Amount: 10_000})
		s.same(s.v1(s.own(), "/transactions/details/"+strconv.FormatInt(m.ID, 10)).is(200).number("status"), 404.0, "status in the body")
	})
	u.claim("a missing or unknown token gets 200 and an empty body, or 401, as the target is set", documented(list, details, count, banks, bank, banksCount), func(s *spec) {
		want := map[string][]int{"empty_200": {200}, "401": {401}, "": {200, 401}}[s.setting("userapi_v1.auth_error")]
		for _, path := range []string{transactions, "/transactions/details/1", "/transactions/count", "/bankaccounts/list", "/bankaccounts/details/1", "/bankaccounts/count"} {
			for _, token := range []string{"", strings.Repeat("A", 64)} {
				a := s.request("userapi_v1", http.MethodGet, s.target.Addresses["userapi_v1"]+path).bearer(token).send().is(want...)
				if a.Status == 200 {
					s.Expect(string(a.Body)).To(beEmpty(), "the body of "+path)
				}
			}
		}
	})
	u.claim("over its limit it answers 429 with its own header, and waiting as told is enough", documented(list, details, count, banks, bank, banksCount).with(needsControl), func(s *spec) {
		t := s.company(control.NewCompany{RateLimit: 2})
		for _, path := range []string{transactions, "/transactions/details/1", "/transactions/count", "/bankaccounts/list", "/bankaccounts/details/1", "/bankaccounts/count"} {
			s.overrun(2, func() answer { return s.v1(t, path) }, func(a answer) {
				s.Expect(a.Header.Get("x-sepay-userapi-retry-after")).To(match(`^[1-9]\d*$`), "x-sepay-userapi-retry-after")
			})
			s.wait(oneMinute)
		}
	})
}

// numbers are the ids of rows as numbers.
func numbers(rows []row) []int {
	out := make([]int, len(rows))
	for i, r := range rows {
		out[i], _ = strconv.Atoi(r.text("id"))
	}
	return out
}
