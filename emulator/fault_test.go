package emulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// setFault sets a fault over the control API.
func setFault(sepay *emulator.Emulator, rule string) map[string]any {
	GinkgoHelper()
	status, set := controlCall(sepay, "POST", "/faults", rule)
	Expect(status).To(Equal(http.StatusCreated), "%v", set)
	return set
}

// fetch asks for a path and keeps what comes of the body before an error.
func fetch(a api, path string) (*http.Response, string, error) {
	GinkgoHelper()
	req, err := http.NewRequest(http.MethodGet, a.sepay.URL()+path, nil)
	Expect(err).NotTo(HaveOccurred())
	req.Header.Set("Authorization", "Bearer "+a.token)
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res, string(body), err
}

func reset(err error) bool { return errors.Is(err, syscall.ECONNRESET) }

var _ = Describe("A fault on requests", func() {
	const accounts = "/v2/bank-accounts"
	var (
		sepay  *emulator.Emulator
		client api
	)
	BeforeEach(func() {
		sepay = emulator.StartT(GinkgoT())
		client = api{sepay: sepay, token: sepay.Company().APIToken()}
	})

	It("is not there at the start, and goes with a reset", func() {
		Expect(sepay.Faults()).To(BeEmpty())
		setFault(sepay, `{"do":{"status":503}}`)
		Expect(sepay.Faults()).To(HaveLen(1))
		status, _ := controlCall(sepay, "POST", "/reset", "")
		Expect(status).To(Equal(http.StatusNoContent))
		Expect(sepay.Faults()).To(BeEmpty())
		status, _, _ = client.get(accounts)
		Expect(status).To(Equal(http.StatusOK))
	})

	It("answers in the place of the surface, and the request names it", func() {
		setFault(sepay, `{"name":"down","when":{"surface":"userapi v2","operation":"v2.bank-accounts.list","nth":2},"do":{"status":503,"headers":{"X-Why":"test"},"body":"gone"}}`)
		status, _, _ := client.get(accounts)
		Expect(status).To(Equal(http.StatusOK))
		status, header, body := client.get(accounts)
		Expect([]any{status, header.Get("X-Why"), body}).To(Equal([]any{503, "test", "gone"}))
		_, log := controlCall(sepay, "GET", "/requests?limit=1", "")
		Expect(rows(log)[0]).To(HaveKeyWithValue("faults", []any{map[string]any{"id": 1.0, "name": "down", "did": "status 503"}}))
		_, list := controlCall(sepay, "GET", "/faults", "")
		Expect(rows(list)[0]).To(And(HaveKeyWithValue("matched", 2.0), HaveKeyWithValue("fired", 1.0), HaveKeyWithValue("phase", "before")))
		Expect(codes(sepay)).To(BeEmpty(), "no contract describes a fault's answer")
	})

	It("never touches the control API or the console", func() {
		setFault(sepay, `{"do":{"status":503}}`)
		status, _ := controlCall(sepay, "GET", "/state", "")
		Expect(status).To(Equal(http.StatusOK))
		status, _, _ = client.get("/_console/")
		Expect(status).NotTo(Equal(http.StatusServiceUnavailable))
		Expect(sepay.Faults()[0].Matched).To(BeZero())
	})

	DescribeTable("answers 429 as each surface does", func(surface, path, header string) {
		setFault(sepay, `{"when":{"surface":"`+surface+`"},"do":{"rate_limited":{"retry_after":7}}}`)
		status, headers, _ := client.get(path)
		Expect(status).To(Equal(http.StatusTooManyRequests))
		Expect(headers.Get(header)).To(Equal("7"))
	},
		Entry("version 2", "userapi v2", accounts, "Retry-After"),
		Entry("version 1", "userapi v1", "/userapi/bankaccounts/list", "x-sepay-userapi-retry-after"),
		Entry("one without a limit", "qr", "/img?acc=1&bank=MB", "Retry-After"),
	)

	It("resets the connection", func() {
		setFault(sepay, `{"when":{"surface":"userapi v2"},"do":{"drop":true}}`)
		_, _, err := fetch(client, accounts)
		Expect(reset(err)).To(BeTrue(), "%v", err)
		_, log := controlCall(sepay, "GET", "/requests?limit=1", "")
		Expect(rows(log)[0]).To(HaveKeyWithValue("status", 0.0))
	})

	It("sends a part of the body under the length of all of it", func() {
		_, whole, err := fetch(client, accounts)
		Expect(err).NotTo(HaveOccurred())
		setFault(sepay, `{"do":{"truncate":9}}`)
		res, part, err := fetch(client, accounts)
		Expect(err).To(HaveOccurred())
		Expect(part).To(Equal(whole[:9]))
		Expect(res.Header.Get("Content-Length")).To(Equal(strconv.Itoa(len(whole))))
	})

	It("sends the body slowly, and all of it", func() {
		_, whole, err := fetch(client, accounts)
		Expect(err).NotTo(HaveOccurred())
		setFault(sepay, `{"do":{"slow":3000}}`)
		_, slow, err := fetch(client, accounts)
		Expect(err).NotTo(HaveOccurred())
		Expect(slow).To(Equal(whole))
	})

	It("spoils the answer", func() {
		setFault(sepay, `{"when":{"nth":1},"do":{"malformed_json":true}}`)
		_, broken, err := fetch(client, accounts)
		Expect(err).NotTo(HaveOccurred())
		Expect(json.Valid([]byte(broken))).To(BeFalse())
		sepay.ClearFaults()
		setFault(sepay, `{"when":{"nth":1},"do":{"wrong_content_type":"text/html"}}`)
		res, body, err := fetch(client, accounts)
		Expect(err).NotTo(HaveOccurred())
		Expect(res.Header.Get("Content-Type")).To(Equal("text/html"))
		Expect(json.Valid([]byte(body))).To(BeTrue())
		sepay.ClearFaults()
		setFault(sepay, `{"do":{"html_error":true}}`)
		status, header, page := client.get(accounts)
		Expect(status).To(Equal(http.StatusBadGateway))
		Expect(header.Get("Content-Type")).To(HavePrefix("text/html"))
		Expect(page).To(ContainSubstring("502 Bad Gateway"))
	})

	DescribeTable("holds a request until its client gives up", func(rule string) {
		setFault(sepay, rule)
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, sepay.URL()+accounts, nil)
		Expect(err).NotTo(HaveOccurred())
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			res.Body.Close()
		}
		Expect(err).To(MatchError(context.DeadlineExceeded))
		Eventually(func() any {
			_, log := controlCall(sepay, "GET", "/requests?limit=1", "")
			return pluck(rows(log), "faults")
		}).Should(HaveLen(1), "the server lets go as well")
	},
		Entry("that hangs", `{"when":{"surface":"userapi v2"},"do":{"hang":true}}`),
		Entry("that is delayed", `{"when":{"surface":"userapi v2"},"do":{"delay":"60s"}}`),
	)

	It("lets a delayed request through in the end", func() {
		setFault(sepay, `{"when":{"surface":"userapi v2"},"do":{"delay":"10ms"}}`)
		Expect(client.json(accounts)).To(HaveKey("data"))
	})

	It("strikes before the work, or after it was committed", func() {
		t := newTill(sepay)
		cancelled := func(phase string) string {
			invoice := "DH-" + phase
			sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: invoice, Amount: 10_000, Method: "BANK_TRANSFER"})
			setFault(sepay, `{"when":{"surface":"pgapi"},"phase":"`+phase+`","do":{"status":500,"body":"{}"}}`)
			status, _, _ := t.rest(http.MethodPost, "/v1/order/cancel", `{"order_invoice_number":"`+invoice+`"}`)
			Expect(status).To(Equal(http.StatusInternalServerError))
			sepay.ClearFaults()
			return sepay.Company().Order(invoice).State().Status
		}
		Expect(cancelled("before")).To(Equal("AUTHENTICATION_NOT_NEEDED"))
		Expect(cancelled("after")).To(Equal("CANCELLED"))
	})

	It("strikes between the commit and the notice", func() {
		s := newShop(accept)
		sepay.Company().SetIPN(s.URL, "")
		order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 10_000, Method: "CARD"})
		order.PayByCard("visa")
		Expect(order.IPNs()).To(HaveLen(1))
		setFault(sepay, `{"name":"quiet","when":{"surface":"pgapi"},"phase":"between"}`)
		status, _, _ := newTill(sepay).rest(http.MethodPost, "/v1/order/voidTransaction", `{"order_invoice_number":"DH1"}`)
		Expect(status).To(Equal(http.StatusOK))
		Expect(order.State().Status).To(Equal("CANCELLED"))
		void := order.IPNs()[1]
		Expect([]string{void.Status, void.Reason}).To(Equal([]string{"failed", "lost (fault #1 notices lost (quiet))"}))
		Expect(void.Faults).To(Equal([]string{"#1 notices lost (quiet)"}))
		Expect(s.requests()).To(HaveLen(1), "the notice of the void is never sent")
	})

	It("is refused when it names what does not exist", func() {
		status, problem := controlCall(sepay, "POST", "/faults", `{"when":{"surface":"userapi v3"},"do":{"status":503}}`)
		Expect(status).To(Equal(http.StatusBadRequest))
		Expect(problem["hint"]).To(ContainSubstring(`did you mean "userapi v`))
		status, _ = controlCall(sepay, "POST", "/faults", `{"do":{"wrong_auth":"maybe"}}`)
		Expect(status).To(Equal(http.StatusBadRequest))
		status, _ = controlCall(sepay, "DELETE", "/faults/9", "")
		Expect(status).To(Equal(http.StatusNotFound))
		Expect(sepay.Faults()).To(BeEmpty())
	})

	It("chooses by the seed", func() {
		choices := func(seed uint64) (out []int) {
			sepay := emulator.StartT(GinkgoT(), emulator.WithSeed(seed))
			client := api{sepay: sepay, token: sepay.Company().APIToken()}
			setFault(sepay, `{"when":{"surface":"userapi v2","chance":0.5},"do":{"status":503}}`)
			for range 24 {
				status, _, _ := client.get(accounts)
				out = append(out, status)
			}
			return out
		}
		Expect(choices(1)).To(Equal(choices(1)))
		Expect(choices(1)).NotTo(Equal(choices(2)))
	})

	It("is set with the emulator, and is an event of the journal", func() {
		var mu sync.Mutex
		var told []string
		sepay := emulator.StartT(GinkgoT(), emulator.WithFault(wire.Fault{Name: "storm", Do: fault.Do{Status: 503}}), emulator.WithSink(func(e emulator.Event) {
			if e.Type == "fault" || e.Type == "request" {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, e.Line())
			}
		}))
		status, _, _ := api{sepay: sepay}.get(accounts)
		Expect(status).To(Equal(http.StatusServiceUnavailable))
		Eventually(func() []string {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(told)
		}).Should(HaveExactElements(
			HaveSuffix("fault     #1 status 503  request 1 [userapi v2]  storm"),
			And(ContainSubstring("request   503 GET /v2/bank-accounts"), HaveSuffix("fault #1 status 503")),
		))
	})
})

var _ = Describe("A fault on deliveries", func() {
	pay := func(rule string, options ...emulator.Option) (*emulator.Emulator, *shop, *emulator.Transfer) {
		GinkgoHelper()
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), append(options, emulator.WithWebhook(s.URL, emulator.SignedWith("k")))...)
		setFault(sepay, rule)
		return sepay, s, sepay.Company().Account().Receive(1_000, "DH123")
	}
	// holds says whether a handler that checks the signature takes a request.
	holds := func(sepay *emulator.Emulator, r received) error {
		return notify.Verify("k", r.Header.Get(notify.HeaderSignature), r.Header.Get(notify.HeaderTimestamp), []byte(r.Body), sepay.Now(), 5*time.Minute)
	}

	It("sends copies of an attempt", func() {
		_, s, paid := pay(`{"name":"again","when":{"surface":"webhook"},"do":{"duplicate":2}}`)
		d := paid.Wait()
		Expect(s.requests()).To(HaveLen(3))
		Expect(s.requests()[2]).To(Equal(s.requests()[0]))
		Expect(d.Status).To(Equal("succeeded"))
		Expect(d.Faults).To(Equal([]string{"#1 duplicate 2 (again)"}))
		var numbers []int
		for _, a := range d.Attempts {
			numbers = append(numbers, a.Number)
		}
		Expect(numbers).To(Equal([]int{1, 1, 1}), "a copy is no attempt of SePay's")
	})

	It("puts an attempt off", func() {
		sepay, s, paid := pay(`{"when":{"surface":"webhook","nth":1},"do":{"delay":"10m"}}`)
		Expect(paid.Wait().Status).To(Equal("waiting"))
		sepay.Advance(10*time.Minute - time.Second)
		Expect(s.requests()).To(BeEmpty())
		sepay.Advance(time.Second)
		Expect(s.requests()).To(HaveLen(1))
		Expect(paid.Wait().Faults).To(Equal([]string{"#1 delay 10m"}))
	})

	It("is put off by more than a queued one may wait", func() {
		sepay, s, paid := pay(`{"when":{"surface":"webhook"},"do":{"delay":"48h"}}`)
		sepay.Advance(48 * time.Hour)
		Expect(s.requests()).To(HaveLen(1))
		Expect(paid.Wait().Status).To(Equal("succeeded"))
	})

	It("lets the next one overtake", func() {
		sepay, s, first := pay(`{"when":{"surface":"webhook","nth":1},"do":{"reorder":true}}`)
		first.Wait()
		Expect(s.requests()).To(BeEmpty())
		second := sepay.Company().Account().Receive(2_000, "DH124")
		second.Wait()
		Expect(s.requests()).To(HaveLen(2))
		Expect(decode(s.requests()[0].Body)).To(HaveKeyWithValue("transferAmount", 2000.0))
		Expect(decode(s.requests()[1].Body)).To(HaveKeyWithValue("transferAmount", 1000.0))
	})

	It("lets one that nothing overtakes wait for an hour", func() {
		sepay, s, _ := pay(`{"when":{"surface":"webhook"},"do":{"reorder":true}}`)
		sepay.Advance(time.Hour - time.Second)
		Expect(s.requests()).To(BeEmpty())
		sepay.Advance(time.Second)
		Expect(s.requests()).To(HaveLen(1))
	})

	It("loses one for good", func() {
		sepay, s, paid := pay(`{"when":{"surface":"webhook"},"do":{"drop":true}}`)
		sepay.Advance(24 * time.Hour)
		d := paid.Wait()
		Expect(s.requests()).To(BeEmpty())
		Expect([]string{d.Status, d.Reason}).To(Equal([]string{"failed", "lost (fault #1 drop)"}))
	})

	DescribeTable("sends another body than it signed", func(tamper, want string) {
		sepay, s, paid := pay(`{"when":{"surface":"webhook"},"do":{"tamper":` + tamper + `}}`)
		d := paid.Wait()
		got := s.requests()[0]
		Expect(got.Body).To(MatchRegexp(want))
		Expect(holds(sepay, got)).To(MatchError(notify.ErrSignatureWrong))
		Expect(d.Attempts[0].Request.Body).To(Equal(got.Body), "the log shows what was sent")
	},
		Entry("all of it", `{"body":"{}"}`, `^\{\}$`),
		Entry("a member", `{"set":{"transferAmount":"1"}}`, `^\{"gateway":.*"transferAmount":"1","referenceCode"`),
		Entry("a text, as PHP writes it", `{"set":{"content":"Trà / <b>"}}`, `,"content":"Tr\\u00e0 \\/ <b>","transferType"`),
		Entry("a new member with a name that PHP escapes", `{"set":{"á/b":{ "k" : "é" }}}`, `,"\\u00e1\\/b":\{"k":"\\u00e9"\}\}$`),
		Entry("a new member", `{"set":{"extra.deep":[1]}}`, `,"extra":\{"deep":\[1\]\}\}$`),
		Entry("without a member", `{"remove":["code"]}`, `"subAccount":null,"content":`),
		Entry("another amount", `{"amount":7}`, `"transferAmount":7,`),
		Entry("a flipped bit", `{"flip_byte":0}`, `^z"gateway"`),
	)

	It("signs another body where it is told to", func() {
		sepay, s, _ := pay(`{"when":{"surface":"webhook"},"do":{"tamper":{"amount":7,"signature":"fresh"}}}`)
		sepay.Settle()
		Expect(holds(sepay, s.requests()[0])).To(Succeed())
	})

	It("signs with an old timestamp", func() {
		sepay, s, _ := pay(`{"when":{"surface":"webhook"},"do":{"stale_timestamp":"6m"}}`)
		sepay.Settle()
		Expect(holds(sepay, s.requests()[0])).To(MatchError(notify.ErrSignatureOld))
	})

	It("comes with a wrong credential, or with none", func() {
		sepay, s, _ := pay(`{"when":{"surface":"webhook","nth":1},"do":{"wrong_auth":true}}`)
		sepay.Settle()
		Expect(holds(sepay, s.requests()[0])).To(MatchError(notify.ErrSignatureWrong))
		setFault(sepay, `{"when":{"surface":"webhook"},"do":{"wrong_auth":"missing"}}`)
		sepay.Company().Account().Receive(1_000, "x").Wait()
		Expect(s.requests()[1].Header).NotTo(HaveKey(http.CanonicalHeaderKey(notify.HeaderSignature)))
	})

	DescribeTable("tampers with every encoding", func(kind, want, without string) {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL, emulator.SignedWith("k"), func(b *wire.WebhookBody) { b.RequestContentType = &kind }))
		setFault(sepay, `{"when":{"surface":"webhook"},"do":{"tamper":{"amount":7,"set":{"extra":"a b"},"remove":["gateway"]}}}`)
		sepay.Company().Account().Receive(1_000, "DH123").Wait()
		body := s.requests()[0].Body
		Expect(body).To(MatchRegexp(want))
		Expect(body).NotTo(ContainSubstring(without))
	},
		Entry("a form", "application_x-www-form-urlencoded", `^transactionDate=.*&transferAmount=7&.*&extra=a\+b$`, "gateway"),
		Entry("parts", "multipart_form-data", `(?s)^--.*name="transferAmount"\r\n\r\n7\r\n--.*name="extra"\r\n\r\na b\r\n-+[0-9a-f]{16}--\r\n$`, `"gateway"`),
	)

	It("touches IPNs as it does webhooks", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, "s3"))
		pay := func(rule string) received {
			sepay.ClearFaults()
			set := setFault(sepay, rule)
			order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: fmt.Sprint("DH", set["id"]), Amount: 10_000})
			order.Pay()
			order.IPNs()
			return s.requests()[len(s.requests())-1]
		}
		got := decode(pay(`{"when":{"surface":"ipn"},"do":{"tamper":{"amount":7}}}`).Body)
		Expect(got["order"]).To(HaveKeyWithValue("order_amount", "7.00"))
		Expect(got["transaction"]).To(HaveKeyWithValue("transaction_amount", "7"))
		Expect(pay(`{"when":{"surface":"ipn"},"do":{"wrong_auth":true}}`).Header.Get("X-Secret-Key")).NotTo(Or(BeEmpty(), Equal("s3")))
		Expect(pay(`{"when":{"surface":"ipn"},"do":{"wrong_auth":"missing"}}`).Header.Get("X-Secret-Key")).To(BeEmpty())
		Expect(pay(`{"when":{"surface":"webhook"},"do":{"drop":true}}`).Header.Get("X-Secret-Key")).To(Equal("s3"))
	})

	It("is forgotten with the state that it put off", func() {
		sepay, s, _ := pay(`{"when":{"surface":"webhook"},"do":{"delay":"10m"}}`)
		sepay.Settle()
		status, _ := controlCall(sepay, "POST", "/reset", "")
		Expect(status).To(Equal(http.StatusNoContent))
		sepay.Advance(time.Hour)
		Expect(s.requests()).To(BeEmpty())
	})

	It("leaves a replay of what it lost alone once it is disarmed", func() {
		sepay, s, paid := pay(`{"when":{"surface":"webhook"},"do":{"drop":true}}`)
		lost := paid.Wait()
		sepay.ClearFaults()
		again := sepay.Replay(lost.ID)[0]
		Expect([]any{again.Status, again.Faults}).To(Equal([]any{"succeeded", []string{}}))
		Expect(s.requests()).To(HaveLen(1))
	})

	DescribeTable("says when it found nothing to change", func(do, did string) {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		setFault(sepay, `{"when":{"surface":"webhook"},"do":`+do+`}`)
		Expect(sepay.Company().Account().Receive(1_000, "x").Wait().Faults).To(Equal([]string{"#1 " + did}))
	},
		Entry("no credential", `{"wrong_auth":true}`, "wrong_auth wrong, without effect"),
		Entry("no signed timestamp", `{"stale_timestamp":"6m"}`, "stale_timestamp 6m, without effect"),
		Entry("no such member", `{"tamper":{"remove":["order.code"]}}`, "tamper, without effect"),
	)

	It("strikes the attempt that it names", func() {
		s := newShop(refuse, accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		setFault(sepay, `{"when":{"surface":"webhook","attempt":2},"do":{"duplicate":1}}`)
		paid := sepay.Company().Account().Receive(1_000, "x")
		paid.Wait()
		sepay.Advance(time.Hour)
		Expect(s.requests()).To(HaveLen(3))
	})
})
