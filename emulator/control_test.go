package emulator_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	wire "github.com/localsepay/localsepay/openapi/control"
)

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func host(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }

var _ = Describe("The control API", func() {
	DescribeTable("answers local programs, and no web page of another origin",
		func(status int, change ...func(*http.Request)) {
			sepay := emulator.StartT(GinkgoT(), emulator.WithAllowedHosts("sepay.test"))
			got, body := controlCall(sepay, "POST", "/transfers", `{"amount":1000}`, change...)
			Expect(got).To(Equal(status), "%v", body)
			Expect(sepay.Company().State().BankAccounts[0].Balance).To(BeEquivalentTo(map[int]int{201: 1000}[status]))
		},
		Entry("by address", 201),
		Entry("by name", 201, host("localhost:8787")),
		Entry("by IPv6", 201, host("[::1]:8787")),
		Entry("by an allowed name", 201, host("sepay.test:8787")),
		Entry("of its own page", 201, host("localhost:8787"), header("Origin", "http://localhost:8787"), header("Sec-Fetch-Site", "same-origin")),
		Entry("not under a rebound name", 403, host("evil.example")),
		Entry("not under a name that only begins locally", 403, host("localhost.evil.example")),
		Entry("not under SePay's names", 403, host("127.0.0.1.nip.io")),
		Entry("not for another page", 403, header("Origin", "https://evil.example")),
		Entry("not for a page on another local port", 403, host("localhost:8787"), header("Origin", "http://localhost:3000")),
		Entry("not for a sandboxed page", 403, header("Origin", "null")),
		Entry("not for a page that hides its origin", 403, header("Sec-Fetch-Site", "cross-site")),
		Entry("not for a sibling site", 403, header("Sec-Fetch-Site", "same-site")),
	)

	DescribeTable("says what is wrong, and changes nothing",
		func(method, path, body string, status int, detail string) {
			sepay := emulator.StartT(GinkgoT())
			_, before := controlCall(sepay, "GET", "/state", "")
			got, problem := controlCall(sepay, method, path, body)
			Expect(got).To(Equal(status), "%v", problem)
			Expect(problem).To(HaveKeyWithValue("status", BeEquivalentTo(status)))
			Expect(problem["detail"]).To(ContainSubstring(detail))
			_, after := controlCall(sepay, "GET", "/state", "")
			Expect(after).To(Equal(before))
		},
		Entry("no JSON", "POST", "/transfers", `{"amount":`, 400, ""),
		Entry("a typing mistake", "POST", "/transfers", `{"amout":1}`, 400, "amout"),
		Entry("two values", "POST", "/transfers", `{"amount":1} {}`, 400, "more than one"),
		Entry("an amount as text", "POST", "/transfers", `{"amount":"1"}`, 400, "amount"),
		Entry("an amount with decimals", "POST", "/transfers", `{"amount":1.5}`, 400, "amount"),
		Entry("a body without end", "POST", "/transfers", `{"content":"`+strings.Repeat("x", 1<<20)+`"}`, 413, "larger"),
		Entry("an unknown account", "POST", "/transfers", `{"amount":1,"account":"9"}`, 404, "no account"),
		Entry("an unknown company", "POST", "/transfers", `{"amount":1,"company":"x"}`, 404, "no company"),
		Entry("an unknown virtual account", "POST", "/transfers", `{"amount":1,"va":"x"}`, 404, "no virtual account"),
		Entry("a date that is none", "POST", "/transfers", `{"amount":1,"at":"soon"}`, 400, "RFC 3339"),
		Entry("a company that exists", "POST", "/companies", `{"id":"demo"}`, 422, "already"),
		Entry("a company id with blanks", "POST", "/companies", `{"id":"a b"}`, 422, "a company cannot be called"),
		Entry("an unknown bank", "POST", "/companies", `{"bank_accounts":[{"bank":"Gringotts"}]}`, 404, "Gringotts"),
		Entry("an unknown setting", "POST", "/companies", `{"settings":{"x":"y"}}`, 422, "no setting"),
		Entry("a company whose second account is wrong", "POST", "/companies", `{"id":"half","bank_accounts":[{"bank":"ACB"},{"bank":"MB","account_number":"?"}]}`, 422, "bank_accounts[1]"),
		Entry("a webhook without a URL", "POST", "/webhooks", `{}`, 422, "webhook_url"),
		Entry("a webhook of an unknown kind", "POST", "/webhooks", `{"webhook_url":"http://127.0.0.1/","event_type":"Some"}`, 422, "event_type"),
		Entry("a webhook without its secret", "POST", "/webhooks", `{"webhook_url":"http://127.0.0.1/","authen_type":"HMAC_SHA256"}`, 422, "secret_key"),
		Entry("a flag that is none", "POST", "/webhooks", `{"webhook_url":"http://127.0.0.1/","active":"yes"}`, 400, "true, false, 1 or 0"),
		Entry("a foreign account", "POST", "/webhooks", `{"webhook_url":"http://127.0.0.1/","bank_account_id":77}`, 422, "77"),
		Entry("money out at a bank that has none", "POST", "/webhooks", `{"webhook_url":"http://127.0.0.1/","event_type":"Out_only","bank_account_id":1}`, 422, "Out_only"),
		Entry("an unknown delivery", "GET", "/deliveries/7", ``, 404, ""),
		Entry("an id that is none", "GET", "/deliveries/first", ``, 404, ""),
		Entry("a limit in words", "GET", "/deliveries?limit=all", ``, 400, "limit"),
		Entry("an unknown request", "GET", "/requests/7", ``, 404, ""),
		Entry("a duration in words", "POST", "/clock/advance", `{"by":"a while"}`, 400, "13m"),
		Entry("backwards", "POST", "/clock/advance", `{"by":"-1m"}`, 422, "backwards"),
		Entry("an unknown clock", "PUT", "/clock", `{"mode":"sundial"}`, 422, "sundial"),
		Entry("an unknown snapshot", "POST", "/snapshots/s9/restore", ``, 404, "s9"),
		Entry("an unknown path", "GET", "/nothing", ``, 404, "no such control call"),
	)

	It("shows addresses, credentials and accounts in one call", func() {
		sepay := emulator.StartT(GinkgoT())
		status, state := controlCall(sepay, "GET", "/state", "")
		Expect(status).To(Equal(200))
		Expect(state["addresses"]).To(HaveKeyWithValue("userapi_v2", sepay.URL()+"/v2"))
		company := state["companies"].([]any)[0].(map[string]any)
		Expect(company["merchant"]).To(HaveKeyWithValue("merchant_id", HavePrefix("SP-TEST-")))
		Expect(company["api_tokens"].([]any)[0]).To(HaveLen(64))
		Expect(sepay.Company().State().Environment).To(Equal("sandbox"))
	})

	It("registers, shows, changes and deletes webhooks in SePay's words", func() {
		sepay := emulator.StartT(GinkgoT())
		status, made := controlCall(sepay, "POST", "/webhooks", `{"webhook_url":"http://127.0.0.1:9/","retry_conditions":["non_2xx_status_code"],"bank_account_id":1,"skip_if_no_code":1}`)
		Expect(status).To(Equal(201))
		Expect(made).To(HaveKeyWithValue("retry_conditions", HaveKeyWithValue("non_2xx_status_code", BeEquivalentTo(1))))
		Expect(made).To(HaveKeyWithValue("bank_mode", "single"))
		Expect(made).To(HaveKeyWithValue("skip_if_no_code", true))
		_, changed := controlCall(sepay, "PATCH", "/webhooks/1", `{"retry_conditions":{"non_2xx_status_code":0},"bank_account_id":0}`)
		Expect(changed).To(HaveKeyWithValue("retry_conditions", HaveKeyWithValue("non_2xx_status_code", BeEquivalentTo(0))))
		Expect(changed).To(HaveKeyWithValue("bank_mode", "all"))
		_, list := controlCall(sepay, "GET", "/webhooks", "")
		Expect(rows(list)).To(HaveLen(1))
		status, _ = controlCall(sepay, "DELETE", "/webhooks/1", "")
		Expect(status).To(Equal(204))
		status, _ = controlCall(sepay, "GET", "/webhooks/1", "")
		Expect(status).To(Equal(404))
	})

	It("keeps the traffic with secrets masked, and pages through it", func() {
		client, sepay := furnished()
		for range 3 {
			client.json("/v2/bank-accounts?secret_token=0123456789abcdef")
		}
		_, page := controlCall(sepay, "GET", "/requests?limit=2", "")
		Expect(pluck(rows(page), "id")).To(Equal([]any{3.0, 2.0}))
		_, page = controlCall(sepay, "GET", "/requests?limit=2&after="+page["next"].(string), "")
		Expect(pluck(rows(page), "id")).To(Equal([]any{1.0}))
		Expect(page["next"]).To(BeNil())
		_, one := controlCall(sepay, "GET", "/requests/1", "")
		Expect(one["request_headers"]).To(HaveKeyWithValue("Authorization", "Bearer ****"+client.token[60:]))
		Expect(one["response_body"]).To(ContainSubstring(`"per_page":20`))
		Expect(fmt.Sprint(one)).NotTo(ContainSubstring(client.token))
		Expect(fmt.Sprint(one)).NotTo(ContainSubstring("0123456789abcdef"))
		Expect(one["operation"]).To(Equal("v2.bank-accounts.list"))
	})

	It("shows every attempt of a delivery, with its request and its answer", func() {
		s := newShop(refuse, accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		paid := sepay.Company().Account().Receive(1_000, "x")
		sepay.Settle()
		sepay.Advance(time.Minute)
		_, d := controlCall(sepay, "GET", fmt.Sprintf("/deliveries/%d", paid.Webhooks[0].DeliveryID), "")
		attempts := d["attempts"].([]any)
		Expect(attempts).To(HaveLen(2))
		Expect(attempts[0]).To(HaveKeyWithValue("label", "HTTP 500"))
		Expect(attempts[0]).To(HaveKeyWithValue("response", HaveKeyWithValue("body", `{"success":false}`)))
		Expect(attempts[1]).To(HaveKeyWithValue("request", HaveKeyWithValue("body", s.requests()[1].Body)))
		_, list := controlCall(sepay, "GET", "/deliveries?status=succeeded&company=demo&subject="+fmt.Sprint(paid.ID), "")
		Expect(rows(list)).To(HaveLen(1))
	})

	It("puts a whole state back, twice, and cancels what was in flight", func() {
		s := newShop(refuse)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		_, snapshot := controlCall(sepay, "POST", "/snapshots", "")
		for range 2 {
			first := sepay.Company().Account().Receive(1_000, "x")
			Expect(first.ID).To(BeEquivalentTo(90000001), "counters are part of the state")
			sepay.Advance(5 * time.Minute)
			status, _ := controlCall(sepay, "POST", fmt.Sprintf("/snapshots/%s/restore", snapshot["id"]), "")
			Expect(status).To(Equal(204))
			Expect(sepay.Now()).To(BeTemporally("==", emulator.Epoch))
			Expect(sepay.Deliveries(wire.DeliveryFilter{})).To(BeEmpty())
		}
		sent := len(s.requests())
		sepay.Advance(time.Hour)
		Expect(s.requests()).To(HaveLen(sent))
	})

	It("breaks off a delivery under way when it is reset", func() {
		entered, release := make(chan struct{}), make(chan struct{})
		s := newShop(func(w http.ResponseWriter, r *http.Request) { close(entered); <-release })
		DeferCleanup(func() { close(release) })
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		sepay.Company().Account().Receive(1_000, "x")
		Eventually(entered).Should(BeClosed())
		status, _ := controlCall(sepay, "POST", "/reset", "")
		Expect(status).To(Equal(204))
		Expect(sepay.Deliveries(wire.DeliveryFilter{})).To(BeEmpty())
		Expect(sepay.Company().State().BankAccounts[0].Balance).To(BeZero())
		Expect(sepay.Company().Webhooks()).To(HaveLen(1))
	})

	It("refuses to advance or to reset while another call advances", func() {
		var sepay *emulator.Emulator
		var inner, reset int
		s := newShop(refuse, func(w http.ResponseWriter, r *http.Request) {
			inner, _ = controlCall(sepay, "POST", "/clock/advance", `{"by":"1m"}`)
			reset, _ = controlCall(sepay, "POST", "/reset", "")
			accept(w, r)
		})
		sepay = emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		sepay.Company().Account().Receive(1_000, "x").Wait()
		sepay.Advance(time.Minute)
		Expect(inner).To(Equal(http.StatusConflict))
		Expect(reset).To(Equal(http.StatusConflict), "nor to replace the state under it")
		Expect(s.requests()).To(HaveLen(2))
	})

	It("streams what happens, and resumes after the last event that was seen", func() {
		sepay := emulator.StartT(GinkgoT())
		sepay.Company().Account().Receive(1_000, "before")
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, sepay.URL()+"/_control/v1/events", nil)
		req.Header.Set("Last-Event-ID", "0")
		res, err := http.DefaultClient.Do(req)
		Expect(err).NotTo(HaveOccurred())
		defer res.Body.Close()
		Expect(res.Header.Get("Content-Type")).To(Equal("text/event-stream"))
		lines := bufio.NewScanner(res.Body)
		next := func(prefix string) string {
			for lines.Scan() {
				if text, ok := strings.CutPrefix(lines.Text(), prefix); ok {
					return text
				}
			}
			return "the stream ended"
		}
		Expect(next("id: ")).To(Equal("1"))
		Expect(next("event: ")).To(Equal("transaction"))
		Expect(next("data: ")).To(ContainSubstring(`"content":"before"`))
		sepay.Company().Account().Receive(1_000, "after")
		Expect(next("data: ")).To(ContainSubstring(`"content":"after"`))
	})
})

var _ = Describe("GET /", func() {
	It("says where everything is, under a strict policy", func() {
		sepay := emulator.StartT(GinkgoT())
		req, _ := http.NewRequest(http.MethodGet, sepay.URL()+"/", nil)
		status, headers, body := do(req)
		Expect(status).To(Equal(200))
		Expect(headers.Get("Content-Security-Policy")).To(ContainSubstring("default-src 'none'"))
		Expect(body).To(ContainSubstring("/_control/v1/state"))
		req, _ = http.NewRequest(http.MethodGet, sepay.URL()+"/nowhere", nil)
		status, _, _ = do(req)
		Expect(status).To(Equal(404))
	})
})
