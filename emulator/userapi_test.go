package emulator_test

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// furnished starts a company with two accounts and seven transfers, one an hour.
func furnished(options ...emulator.Option) (api, *emulator.Emulator) {
	GinkgoHelper()
	sepay := emulator.StartT(GinkgoT(), append([]emulator.Option{emulator.WithCompany(wire.NewCompany{
		ID: "shop", BankAccounts: []wire.NewBankAccount{
			{Bank: "ACB", AccountNumber: "0011002233", Label: "Web", VirtualAccounts: []wire.NewVirtualAccount{{Official: true, Number: "SHOP0001", Label: "Quay 3"}}},
			{Bank: "VPBank", AccountNumber: "5566", AccountHolderName: "TRAN THI MAU", AccountType: "enterprise", VirtualAccounts: []wire.NewVirtualAccount{{Number: "Z9Z"}}},
		},
	})}, options...)...)
	acb, vp := sepay.Company().AccountNumbered("0011002233"), sepay.Company().AccountNumbered("5566")
	for i, move := range []func(){
		func() { acb.Receive(100, "DH001 mot") },
		func() { acb.Receive(200, "DH002 hai") },
		func() { vp.Receive(300, "ba") },
		func() { acb.Send(50, "hoan tien") },
		func() { acb.Move(wire.NewTransfer{VA: "SHOP0001", Amount: 400, Reference: new("REF-VA")}) },
		func() { vp.Receive(200, "DH006 sau TKPZ9Z") },
		func() { acb.Receive(600, "DH007 bay") },
	} {
		if i > 0 {
			sepay.Advance(time.Hour)
		}
		move()
	}
	return api{sepay: sepay, token: sepay.Company().APIToken()}, sepay
}

// amounts lists what moved, in the order of a v2 page.
func amounts(page map[string]any) []int {
	out := []int{}
	for _, row := range rows(page) {
		out = append(out, int(row["amount_in"].(float64))+int(row["amount_out"].(float64)))
	}
	return out
}

var _ = Describe("API v2", func() {
	It("answers a transaction with its 15 fields in SePay's order", func() {
		client, sepay := furnished()
		_, headers, body := client.get("/v2/transactions?per_page=1")
		Expect(headers.Get("Content-Type")).To(Equal("application/json"))
		account := sepay.Company().State().BankAccounts[0]
		id := rows(decode(body))[0]["id"].(string)
		Expect(body).To(HavePrefix(`{"status":"success","data":[{"id":"` + id + `","transaction_date":"2026-01-05 15:00:00","account_number":"0011002233","va":"","transfer_type":"in","amount_in":600,"amount_out":0,"accumulated":0,"transaction_content":"DH007 bay","reference_number":"SB`))
		Expect(body).To(HaveSuffix(`"code":"DH007","bank_brand_name":"ACB","bank_account_id":"` + account.XID + `","va_id":null,"webhook_success":null}],"meta":{"pagination":{"total":7,"per_page":1,"current_page":1,"last_page":7,"has_more":true}}}`))
	})

	DescribeTable("filters and sorts",
		func(query string, want ...int) {
			client, sepay := furnished()
			account := sepay.Company().State().BankAccounts
			query = fmt.Sprintf(query+"%[3]s", account[1].XID, account[0].VirtualAccounts[0].XID, "")
			Expect(amounts(client.json("/v2/transactions?" + query))).To(HaveExactElements(want))
			Expect(codes(sepay)).NotTo(ContainElement("userapi_v2.invalid_parameter"))
		},
		Entry("newest first by default", "", 600, 200, 400, 50, 300, 200, 100),
		Entry("oldest first", "transaction_date_sort=asc", 100, 200, 300, 50, 400, 200, 600),
		Entry("by incoming amount", "amount_in_sort=desc", 600, 400, 300, 200, 200, 100, 50),
		Entry("by outgoing amount", "amount_out_sort=desc&per_page=1", 50),
		Entry("by two keys", "amount_in_sort=asc&transaction_date_sort=desc&per_page=2", 600, 200),
		Entry("one account", "bank_account_id=%[1]s", 200, 300),
		Entry("one virtual account", "va_id=%[2]s", 400),
		Entry("a bank by its code", "bank_brand_name=VPB", 200, 300),
		Entry("a bank by its name", "bank_brand_name=ACB&transfer_type=in", 600, 400, 200, 100),
		Entry("no such bank", "bank_brand_name=Nowhere"),
		Entry("from an instant, inclusive", "transaction_date_from=2026-01-05+14:00:00", 600, 200),
		Entry("to an instant, inclusive", "transaction_date_to=2026-01-05+10:00:00", 200, 100),
		Entry("a day", "transaction_date_from=2026-01-05&transaction_date_to=2026-01-05", 600, 200, 400, 50, 300, 200, 100),
		Entry("the day after", "transaction_date_from=2026-01-06"),
		Entry("an RFC 3339 instant", "transaction_date_from=2026-01-05T08:00:00Z", 600),
		Entry("amounts, inclusive", "amount_in_min=200&amount_in_max=300", 200, 300, 200),
		Entry("outgoing amounts", "amount_out_min=1", 50),
		Entry("a reference, exactly", "reference_number=REF-VA", 400),
		Entry("not a part of one", "reference_number=REF"),
		Entry("a part of the memo", "transaction_content=sau", 200),
		Entry("a search over code", "q=dh001", 100),
		Entry("a search over the reference", "q=ref-v", 400),
		Entry("out only", "transfer_type=out", 50),
		Entry("undelivered", "webhook_success=1"),
		Entry("a page in the middle", "page=2&per_page=3", 50, 300, 200),
		Entry("a page past the end", "page=9"),
		Entry("an unknown parameter changes nothing", "colour=red&per_page=1", 600),
	)

	It("goes on after a transaction: exclusive, ascending, whatever the sort says", func() {
		client, _ := furnished()
		all := rows(client.json("/v2/transactions?transaction_date_sort=asc"))
		page := client.json("/v2/transactions?transaction_date_sort=desc&since_id=" + all[4]["id"].(string))
		Expect(amounts(page)).To(Equal([]int{200, 600}))
		Expect(amounts(client.json("/v2/transactions?since_id=" + all[6]["id"].(string)))).To(BeEmpty())
		Expect(amounts(client.json("/v2/transactions?since_id=00000000-0000-1000-8000-000000000000"))).To(BeEmpty())
	})

	It("meets every row once on a walk over pages", func() {
		client, _ := furnished()
		seen := map[any]int{}
		for page := 1; ; page++ {
			list := client.json(fmt.Sprintf("/v2/transactions?per_page=2&page=%d", page))
			for _, id := range pluck(rows(list), "id") {
				seen[id]++
			}
			if list["meta"].(map[string]any)["pagination"].(map[string]any)["has_more"] == false {
				break
			}
		}
		Expect(seen).To(HaveLen(7))
		Expect(seen).To(HaveEach(1))
	})

	It("projects fields and rewrites dates", func() {
		client, _ := furnished()
		_, _, body := client.get("/v2/transactions?per_page=1&fields=code,amount_in,nonsense,transaction_date&timestamp_format=iso8601")
		Expect(body).To(ContainSubstring(`"data":[{"transaction_date":"2026-01-05T15:00:00+07:00","amount_in":600,"code":"DH007"}]`))
		_, _, body = client.get("/v2/transactions?per_page=1&fields=nonsense")
		Expect(rows(decode(body))[0]).To(HaveLen(15))
	})

	It("shows one transaction, and nobody else's", func() {
		client, sepay := furnished()
		id := rows(client.json("/v2/transactions"))[0]["id"].(string)
		Expect(client.json("/v2/transactions/" + id)["data"]).To(HaveKeyWithValue("id", id))
		other := api{sepay: sepay, token: sepay.NewCompany(wire.NewCompany{}).APIToken()}
		for _, path := range []string{id, "90000001", "nonsense", "%2e%2e", "00000000-0000-1000-8000-000000000000"} {
			status, _, body := other.get("/v2/transactions/" + path)
			Expect(status).To(Equal(404), path)
			Expect(decode(body)).To(HaveKeyWithValue("error_code", "not_found"))
		}
		Expect(amounts(other.json("/v2/transactions"))).To(BeEmpty())
		mine := sepay.Company().State().BankAccounts[0]
		for _, path := range []string{mine.XID, mine.XID + "/va", mine.XID + "/va/" + mine.VirtualAccounts[0].XID} {
			status, _, _ := other.get("/v2/bank-accounts/" + path)
			Expect(status).To(Equal(404), path)
		}
		Expect(amounts(other.json("/v2/transactions?bank_account_id=" + mine.XID))).To(BeEmpty())
		Expect(amounts(other.json("/v2/transactions?va_id=" + mine.VirtualAccounts[0].XID))).To(BeEmpty())
		Expect(amounts(other.json("/v2/transactions?since_id=" + id))).To(BeEmpty())
	})

	DescribeTable("lists bank accounts",
		func(query string, want ...any) {
			client, _ := furnished()
			Expect(pluck(rows(client.json("/v2/bank-accounts?"+query)), "account_number")).To(Equal(want))
		},
		Entry("by age", "created_at_sort=asc", "0011002233", "5566"),
		Entry("by the last transaction", "last_transaction_sort=asc", "5566", "0011002233"),
		Entry("by name of bank", "bank_short_name=VPBank", "5566"),
		Entry("by holder", "q=thi+mau", "5566"),
		Entry("by label", "q=WEB", "0011002233"),
		Entry("active", "active=1&created_at_sort=asc", "0011002233", "5566"),
		Entry("by the last transaction's time", "last_transaction_from=2026-01-05+15:00:00", "0011002233"),
	)

	It("shows a bank account and its virtual accounts with their fields", func() {
		client, sepay := furnished()
		account := sepay.Company().State().BankAccounts[0]
		_, _, body := client.get("/v2/bank-accounts/" + account.XID)
		Expect(body).To(Equal(`{"status":"success","data":{"id":"` + account.XID + `","account_holder_name":"` + account.AccountHolderName +
			`","account_number":"0011002233","accumulated":0,"last_transaction":"2026-01-05 15:00:00","label":"Web","account_type":"personal","active":1,"created_at":"2026-01-05 09:00:00","bank_short_name":"ACB","bank_full_name":"Ng\u00e2n h\u00e0ng TMCP \u00c1 Ch\u00e2u","bank_bin":"970416","bank_code":"ACB"}}`))
		va := account.VirtualAccounts[0]
		_, _, body = client.get("/v2/bank-accounts/" + account.XID + "/va/" + va.XID)
		Expect(body).To(Equal(`{"status":"success","data":{"id":"` + va.XID + `","va":"SHOP0001","sub_holder_name":"` + account.AccountHolderName +
			`","label":"Quay 3","active":1,"official":1,"static":1,"bank_account_id":"` + account.XID + `","created_at":"2026-01-05 09:00:00","updated_at":"2026-01-05 09:00:00"}}`))
		Expect(rows(client.json("/v2/bank-accounts/" + account.XID + "/va?official=0"))).To(BeEmpty())
		Expect(rows(client.json("/v2/bank-accounts/" + account.XID + "/va?q=quay&static=1&active=1"))).To(HaveLen(1))
		second := sepay.Company().State().BankAccounts[1]
		status, _, _ := client.get("/v2/bank-accounts/" + second.XID + "/va/" + va.XID)
		Expect(status).To(Equal(404), "a virtual account of another account")
	})

	DescribeTable("refuses who may not",
		func(header, message string) {
			sepay := emulator.StartT(GinkgoT())
			req, _ := http.NewRequest(http.MethodGet, sepay.URL()+"/v2/transactions", nil)
			if header != "" {
				req.Header.Set("Authorization", header)
			}
			status, _, body := do(req)
			Expect(status).To(Equal(401))
			Expect(body).To(Equal(`{"status":"error","message":"` + message + `","error_code":"unauthorized"}`))
		},
		Entry("without a header", "", "Missing Authorization header"),
		Entry("without the word Bearer", "abc", "Invalid Authorization header format"),
		Entry("with another scheme", "Basic YTpi", "Invalid Authorization header format"),
		Entry("with an empty token", "Bearer ", "Invalid Authorization header format"),
		Entry("with an unknown token", "Bearer ABCDEF", "Invalid API key"),
	)

	It("takes a token on the hosts of its environment only", func() {
		sepay := emulator.StartT(GinkgoT())
		live := sepay.NewCompany(wire.NewCompany{Environment: "production"})
		for _, c := range []struct {
			host, token string
			status      int
		}{
			{"userapi-sandbox.sepay.vn", sepay.Company().APIToken(), 200},
			{"userapi.sepay.vn", sepay.Company().APIToken(), 401},
			{"userapi.sepay.vn:443", live.APIToken(), 200},
			{"userapi-sandbox.sepay.vn", live.APIToken(), 401},
			{"", live.APIToken(), 200},
		} {
			status, _, _ := api{sepay: sepay, token: c.token, host: c.host}.get("/v2/transactions")
			Expect(status).To(Equal(c.status), "%+v", c)
		}
	})

	It("answers an unknown path or method as not found", func() {
		client, _ := furnished()
		status, _, body := client.get("/v2/orders")
		Expect(status).To(Equal(404))
		Expect(body).To(Equal(`{"status":"error","message":"Not found","error_code":"not_found"}`))
		req, _ := http.NewRequest(http.MethodDelete, client.sepay.URL()+"/v2/transactions", nil)
		status, _, _ = do(req)
		Expect(status).To(Equal(404))
	})

	DescribeTable("ignores or clamps what it cannot read, says so, and refuses it where the setting is strict",
		func(query string) {
			for mode, want := range map[string]int{"lenient": 200, "strict": 422} {
				client, sepay := furnished(emulator.WithSetting(setting.V2InvalidParameter, mode))
				status, _, body := client.get("/v2/transactions?" + query)
				Expect(status).To(Equal(want), body)
				Expect(codes(sepay)).To(ContainElement("userapi_v2.invalid_parameter"))
			}
		},
		Entry("too many a page", "per_page=101"),
		Entry("a page before the first", "page=0"),
		Entry("a page in words", "page=two"),
		Entry("a page past all numbers", "page=99999999999999999999"),
		Entry("a date that does not exist", "transaction_date_from=2026-02-31"),
		Entry("an unknown direction", "transfer_type=sideways"),
		Entry("an unknown order", "amount_in_sort=up"),
		Entry("an amount in words", "amount_in_min=many"),
		Entry("an id that is none", "bank_account_id=1"),
		Entry("a flag that is none", "webhook_success=yes"),
		Entry("an unknown form of dates", "timestamp_format=unix"),
		Entry("a NUL", "q=%00"),
	)

	It("ignores v1's parameters as SePay does, and says so", func() {
		client, sepay := furnished()
		Expect(rows(client.json("/v2/transactions?account_number=0011002233&limit=1"))).To(HaveLen(7))
		Expect(codes(sepay)).To(ContainElements("userapi_v2.v1_parameter", "userapi_v2.v1_parameter"))
		Expect(rows(client.json("/v2/transactions?since_id=90000001"))).To(BeEmpty())
		Expect(codes(sepay)).To(ContainElement("userapi_v2.v1_id"))
	})

	It("shows webhook_success as a count, or as a flag where the setting says so", func() {
		for mode, want := range map[string]int{"count": 2, "flag": 1} {
			s := newShop(accept)
			client, sepay := furnished(emulator.WithSetting(setting.V2WebhookSuccess, mode), emulator.WithWebhook(s.URL), emulator.WithWebhook(s.URL))
			sepay.Settle()
			Expect(rows(client.json("/v2/transactions?webhook_success=1&per_page=1"))[0]).To(HaveKeyWithValue("webhook_success", BeEquivalentTo(want)))
		}
	})
})

var _ = Describe("API v1", func() {
	list := func(client api, query string) []string {
		GinkgoHelper()
		body := client.json("/userapi/transactions/list?" + query)
		Expect(body).To(HaveKeyWithValue("status", BeEquivalentTo(200)))
		var out []string
		for _, row := range body["transactions"].([]any) {
			r := row.(map[string]any)
			in, out2 := r["amount_in"].(string), r["amount_out"].(string)
			if in == "0.00" {
				in = "-" + out2
			}
			out = append(out, in)
		}
		return out
	}

	It("answers texts, in the list's key order", func() {
		client, sepay := furnished()
		id := sepay.Company().State()
		_, _, body := client.get("/userapi/transactions/list?reference_number=REF-VA")
		Expect(body).To(MatchRegexp(`^\{"status":200,"error":null,"messages":\{"success":true\},"transactions":\[\{"id":"90000005","bank_brand_name":"ACB","account_number":"0011002233","transaction_date":"2026-01-05 13:00:00","amount_out":"0.00","amount_in":"400.00","accumulated":"0.00","transaction_content":"Giao dich sandbox 05\\/01\\/2026 13:00:00","reference_number":"REF-VA","code":null,"sub_account":"SHOP0001","bank_account_id":"1"\}\]\}$`), id.ID)
	})

	It("answers details in another key order", func() {
		client, _ := furnished()
		_, _, body := client.get("/userapi/transactions/details/90000005")
		Expect(body).To(Equal(`{"status":200,"error":null,"messages":{"success":true},"transaction":{"id":"90000005","transaction_date":"2026-01-05 13:00:00","account_number":"0011002233","sub_account":"SHOP0001","amount_in":"400.00","amount_out":"0.00","accumulated":"0.00","code":null,"transaction_content":"Giao dich sandbox 05\/01\/2026 13:00:00","reference_number":"REF-VA","bank_brand_name":"ACB","bank_account_id":"1"}}`))
	})

	DescribeTable("filters",
		func(query string, want ...string) {
			client, _ := furnished()
			Expect(list(client, query)).To(HaveExactElements(want))
			if u, err := url.ParseQuery(query); err == nil && !u.Has("limit") {
				Expect(client.json("/userapi/transactions/count?" + query)).To(HaveKeyWithValue("count_transactions", BeEquivalentTo(len(want))))
			}
		},
		Entry("newest first", "", "600.00", "200.00", "400.00", "-50.00", "300.00", "200.00", "100.00"),
		Entry("an account", "account_number=5566", "200.00", "300.00"),
		Entry("no such account", "account_number=1"),
		Entry("from a date", "transaction_date_min=2026-01-05+14:00:00", "600.00", "200.00"),
		Entry("to a date", "transaction_date_max=2026-01-05+09:00:00", "100.00"),
		Entry("a day", "transaction_date_min=2026-01-06"),
		Entry("an id, inclusive", "since_id=90000006", "600.00", "200.00"),
		Entry("an id and an account", "since_id=90000003&account_number=5566", "200.00", "300.00"),
		Entry("a limit", "limit=2", "600.00", "200.00"),
		Entry("an amount, exactly", "amount_in=200", "200.00", "200.00"),
		Entry("an amount with decimals", "amount_in=200.00", "200.00", "200.00"),
		Entry("an amount that no transfer has", "amount_in=200.50"),
		Entry("an outgoing amount", "amount_out=50", "-50.00"),
		Entry("a reference", "reference_number=REF-VA", "400.00"),
	)

	DescribeTable("answers errors with 200 and the status in the body",
		func(path string, code int) {
			client, _ := furnished()
			body := client.json("/userapi" + path)
			Expect(body).To(HaveKeyWithValue("status", BeEquivalentTo(code)))
			Expect(body["messages"]).To(HaveKey("error"))
		},
		Entry("an unknown id", "/transactions/details/1", 404),
		Entry("an id that is none", "/transactions/details/abc", 404),
		Entry("an id past all numbers", "/transactions/details/99999999999999999999", 404),
		Entry("an unknown account", "/bankaccounts/details/77", 404),
		Entry("a since_id in words", "/transactions/list?since_id=first", 400),
		Entry("a limit in words", "/transactions/list?limit=all", 400),
		Entry("an amount in words", "/transactions/list?amount_in=many", 400),
		Entry("an infinite amount", "/transactions/list?amount_in=Inf", 400),
		Entry("a date that does not exist", "/transactions/list?transaction_date_min=2026-02-31", 400),
		Entry("the same on count", "/transactions/count?since_id=x", 400),
		Entry("the same on accounts", "/bankaccounts/list?accumulated_min=x", 400),
	)

	It("answers a bad token with 200 and nothing, or with 401 where the setting says so", func() {
		for mode, want := range map[string]int{"empty_200": 200, "401": 401} {
			client, sepay := furnished(emulator.WithSetting(setting.V1AuthError, mode))
			for _, token := range []string{"", "WRONG"} {
				client.token = token
				status, headers, body := client.get("/userapi/transactions/list")
				Expect(status).To(Equal(want))
				Expect(body).To(BeEmpty())
				Expect(headers.Get("Content-Type")).To(BeEmpty())
			}
			Expect(codes(sepay)).To(ContainElement("userapi_v1.not_authorized"))
		}
	})

	It("lists, shows and counts bank accounts", func() {
		client, _ := furnished()
		_, _, body := client.get("/userapi/bankaccounts/details/2")
		Expect(body).To(Equal(`{"status":200,"error":null,"messages":{"success":true},"bankaccount":{"id":"2","account_holder_name":"TRAN THI MAU","account_number":"5566","accumulated":"0.00","last_transaction":"2026-01-05 14:00:00","label":"","active":"1","created_at":"2026-01-05 09:00:00","bank_short_name":"VPBank","bank_full_name":"Ng\u00e2n h\u00e0ng TMCP Vi\u1ec7t Nam Th\u1ecbnh V\u01b0\u1ee3ng","bank_bin":"970432","bank_code":"VPB"}}`))
		accounts := func(query string) []any {
			var out []any
			for _, a := range client.json("/userapi/bankaccounts/list?" + query)["bankaccounts"].([]any) {
				out = append(out, a.(map[string]any)["id"])
			}
			return out
		}
		Expect(accounts("")).To(Equal([]any{"2", "1"}), "the last added first")
		Expect(accounts("short_name=ACB")).To(Equal([]any{"1"}))
		Expect(accounts("since_id=2")).To(Equal([]any{"2"}))
		Expect(accounts("limit=1")).To(Equal([]any{"2"}))
		Expect(accounts("last_transaction_date_min=2026-01-05+15:00:00")).To(Equal([]any{"1"}))
		Expect(accounts("accumulated_min=1")).To(BeEmpty())
		Expect(accounts("accumulated_min=-0.5&accumulated_max=0.5")).To(HaveLen(2))
		Expect(client.json("/userapi/bankaccounts/count?short_name=ACB")).To(HaveKeyWithValue("count_bankaccounts", BeEquivalentTo(1)))
	})

	It("shows nothing of another company", func() {
		client, sepay := furnished()
		client.token = sepay.NewCompany(wire.NewCompany{}).APIToken()
		Expect(list(client, "")).To(BeEmpty())
		Expect(client.json("/userapi/transactions/details/90000001")).To(HaveKeyWithValue("status", BeEquivalentTo(404)))
		Expect(client.json("/userapi/bankaccounts/details/1")).To(HaveKeyWithValue("status", BeEquivalentTo(404)))
		Expect(list(client, "account_number=0011002233")).To(BeEmpty())
	})

	It("ignores v2's parameters, and says so", func() {
		client, sepay := furnished()
		Expect(list(client, "per_page=1&page=2")).To(HaveLen(7))
		Expect(codes(sepay)).To(ContainElement("userapi_v1.v2_parameter"))
	})

	It("has no other paths", func() {
		client, _ := furnished()
		status, _, body := client.get("/userapi/MB/1/orders")
		Expect(status).To(Equal(404))
		Expect(body).To(BeEmpty())
	})
})

var _ = Describe("The rate limit", func() {
	It("of v2 is told before authentication, in its headers, and waiting as told is enough", func() {
		client, sepay := furnished(emulator.WithRateLimit("3"))
		client.token = "WRONG"
		for range 3 {
			status, _, _ := client.get("/v2/transactions")
			Expect(status).To(Equal(401))
		}
		status, headers, body := client.get("/v2/transactions")
		Expect(status).To(Equal(429))
		Expect(body).To(Equal(`{"status":"error","message":"Too many requests","error_code":"rate_limited"}`))
		Expect(headers).To(HaveKeyWithValue("Retry-After", []string{"1"}))
		Expect(headers).To(HaveKeyWithValue("X-Ratelimit-Limit", []string{"3"}))
		Expect(headers).To(HaveKeyWithValue("X-Ratelimit-Remaining", []string{"0"}))
		Expect(headers).To(HaveKeyWithValue("X-Ratelimit-Reset", []string{"1"}))
		sepay.Advance(time.Second)
		status, headers, _ = client.get("/v2/transactions")
		Expect(status).To(Equal(401))
		Expect(headers).NotTo(HaveKey("X-Ratelimit-Limit"))
		Expect(codes(sepay)).NotTo(ContainElement("rate_limit.early_return"))
	})

	It("of v1 has its own header and no body", func() {
		client, _ := furnished(emulator.WithRateLimit("2"))
		client.json("/userapi/bankaccounts/count")
		client.json("/userapi/bankaccounts/count")
		status, headers, body := client.get("/userapi/bankaccounts/count")
		Expect(status).To(Equal(429))
		Expect(headers["X-Sepay-Userapi-Retry-After"]).To(Equal([]string{"1"}))
		Expect(body).To(BeEmpty())
		client.json("/v2/bank-accounts") // v2 counts apart
	})

	It("notes a client that comes back before the time it was told", func() {
		client, sepay := furnished(emulator.WithRateLimit("1"))
		client.json("/v2/bank-accounts")
		client.get("/v2/bank-accounts")
		sepay.Advance(500 * time.Millisecond)
		client.get("/v2/bank-accounts")
		Expect(codes(sepay)).To(Equal([]string{"rate_limit.early_return"}))
	})

	It("of a company of its own does not starve the others", func() {
		client, sepay := furnished(emulator.WithRateLimit("1"))
		own := api{sepay: sepay, token: sepay.NewCompany(wire.NewCompany{RateLimit: 5}).APIToken()}
		for range 5 {
			own.json("/v2/bank-accounts")
		}
		status, headers, _ := own.get("/v2/bank-accounts")
		Expect(status).To(Equal(429))
		Expect(headers.Get("X-RateLimit-Limit")).To(Equal("5"))
		client.json("/v2/bank-accounts")
	})
})
