package emulator_test

import (
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// present starts the emulator at the present, so that its clock is no suspect.
func present() emulator.Option { return emulator.WithClock(emulator.FrozenClock(time.Now())) }

var _ = Describe("A handler that does not believe a notice", func() {
	refused := answer(http.StatusUnauthorized, `{"success":false}`)

	DescribeTable("raises a finding that says what to check, and the delivery's reason says it too",
		func(auth func(*wire.WebhookBody), code, detail, hint string) {
			s := newShop(refused)
			sepay := emulator.StartT(GinkgoT(), present(), emulator.WithWebhook(s.URL, auth), emulator.AllowPending())
			d := sepay.Company().Account().Receive(150_000, "DH123 / Nguyễn").Wait()
			Expect(codes(sepay)).To(Equal([]string{code}))
			f := sepay.Findings()[0]
			Expect(f.Detail).To(And(HavePrefix("It answered 401"), ContainSubstring(detail)))
			Expect(f.Hint).To(ContainSubstring(hint))
			Expect(d.Reason).To(And(HavePrefix("the endpoint answered 401"), ContainSubstring(f.Title), ContainSubstring(hint)))
			Expect(f.Detail + f.Hint + d.Reason).NotTo(ContainSubstring("s3cret"))
		},
		Entry("a signature", emulator.SignedWith("s3cret"), "webhook.rejects_signature", `{"gateway":"MBBank"`, "(1) the secret is that of this webhook"),
		Entry("an API key", emulator.AuthorizedWith("s3cret"), "webhook.rejects_secret", "Apikey", "not ApiKey, Bearer or the bare key"),
		Entry("a secret", func(b *wire.WebhookBody) { b.AuthenType, b.SecretKey = text("Secret_Key"), text("s3cret") }, "webhook.rejects_secret", "X-Secret-Key", "the header X-Secret-Key"),
		Entry("nothing at all", func(*wire.WebhookBody) {}, "webhook.rejects_default_auth", "No_Authen", "Set the authentication"),
	)

	It("is shown the very text that was signed", func() {
		s := newShop(refused)
		sepay := emulator.StartT(GinkgoT(), present(), emulator.WithWebhook(s.URL, emulator.SignedWith("k")), emulator.AllowPending())
		sepay.Company().Account().Receive(150_000, "DH123 / Nguyễn").Wait()
		got := s.requests()[0]
		Expect(sepay.Findings()[0].Detail).To(HaveSuffix("The signed text: " + got.Header.Get(notify.HeaderTimestamp) + "." + got.Body))
		Expect(sepay.Findings()[0].Hint).To(ContainSubstring(`this body has \/ or \u00e1`))
	})

	It("is told of the clock first when the emulator's is another time", func() {
		s := newShop(refused)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL, emulator.SignedWith("k")), emulator.AllowPending())
		d := sepay.Company().Account().Receive(150_000, "DH123").Wait()
		Expect(d.Reason).To(ContainSubstring("(1) the handler's clock"))
	})

	It("is told of the raw body first when it has taken plain notices before", func() {
		s := newShop(accept, refused)
		sepay := emulator.StartT(GinkgoT(), present(), emulator.WithWebhook(s.URL, emulator.SignedWith("k")), emulator.AllowPending())
		sepay.Company().Account().Receive(150_000, "DH123").Wait()
		d := sepay.Company().Account().Receive(150_000, "DH123 / 5").Wait()
		Expect(d.Reason).To(ContainSubstring("(1) the HMAC is computed over the raw bytes"))
		Expect(d.Reason).To(ContainSubstring("so secret and timestamp are right"))
	})

	It("is told of the timestamp first when its own answer speaks of it", func() {
		s := newShop(answer(http.StatusUnauthorized, `{"message":"Request expired"}`))
		sepay := emulator.StartT(GinkgoT(), present(), emulator.WithWebhook(s.URL, emulator.SignedWith("k")), emulator.AllowPending())
		Expect(sepay.Company().Account().Receive(150_000, "DH123").Wait().Reason).To(ContainSubstring("(1) the age of the timestamp"))
	})

	It("may say so with another status, in words", func() {
		for status, said := range map[int]string{400: `{"error":"Invalid signature"}`, 422: `Chữ ký không hợp lệ`} {
			s := newShop(answer(status, said))
			sepay := emulator.StartT(GinkgoT(), present(), emulator.WithWebhook(s.URL, emulator.SignedWith("k")), emulator.AllowPending())
			sepay.Company().Account().Receive(150_000, "DH123").Wait()
			Expect(codes(sepay)).To(Equal([]string{"webhook.rejects_signature"}))
		}
		s := newShop(answer(404, `{"error":"no such order"}`))
		sepay := emulator.StartT(GinkgoT(), present(), emulator.WithWebhook(s.URL, emulator.SignedWith("k")), emulator.AllowPending())
		sepay.Company().Account().Receive(150_000, "DH123").Wait()
		Expect(codes(sepay)).To(BeEmpty())
	})

	It("is right to refuse what a fault forged", func() {
		for _, do := range []fault.Do{{WrongAuth: fault.AuthMissing}, {WrongAuth: fault.AuthWrong}, {StaleTimestamp: "6m"}, {Tamper: &fault.Tamper{Amount: new(int64)}}} {
			s := newShop(refused)
			sepay := emulator.StartT(GinkgoT(), present(), emulator.WithWebhook(s.URL, emulator.SignedWith("k")), emulator.WithIPN(s.URL, "k"), emulator.AllowPending())
			sepay.Fault(fault.Rule{When: fault.When{Surface: fault.Webhook}, Do: do})
			sepay.Company().Account().Receive(150_000, "DH123").Wait()
			Expect(codes(sepay)).To(BeEmpty())
		}
	})

	It("names the company's other secrets", func() {
		s := newShop(refused)
		sepay := emulator.StartT(GinkgoT(), present(), emulator.WithWebhook(s.URL, emulator.SignedWith("k")), emulator.WithWebhook(s.URL, emulator.AuthorizedWith("l")), emulator.WithIPN(s.URL, "m"), emulator.AllowPending())
		paid := sepay.Company().Account().Receive(150_000, "DH123")
		Expect(paid.Wait().Reason).To(ContainSubstring("not another of the company: webhook 2's, the IPN's, the merchant's secret key, an API token"))
		order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000})
		order.Pay()
		Expect(order.IPNs()[0].Reason).To(And(ContainSubstring("the IPN's secret, which may differ"), ContainSubstring("webhook 1's, webhook 2's, the merchant's secret key")))
	})
})

var _ = Describe("The reason of a delivery", func() {
	It("says why the last attempt failed, also while the next one is ahead, and ends with a success", func() {
		s := newShop(refuse, answer(http.StatusFound, ``), accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		paid := sepay.Company().Account().Receive(1_000, "x")
		Expect(paid.Wait().Reason).To(Equal("the endpoint answered 500; 200 or 201 is needed"))
		sepay.Advance(time.Minute)
		Expect(paid.Wait().Reason).To(Equal("the endpoint answered 302; 200 or 201 is needed"))
		sepay.Advance(time.Minute)
		Expect(paid.Wait().Reason).To(BeEmpty())
	})

	It("says so when nobody listens", func() {
		gone := newShop(accept)
		gone.Close()
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(gone.URL), emulator.AllowPending())
		Expect(strings.ToLower(sepay.Company().Account().Receive(1_000, "x").Wait().Reason)).To(ContainSubstring("refused"))
	})
})

var _ = Describe("What a failed answer leads to", func() {
	DescribeTable("is told by the retry rule in force",
		func(status int, body string, want string, options ...emulator.Option) {
			s := newShop(answer(status, body))
			sepay := emulator.StartT(GinkgoT(), append([]emulator.Option{emulator.AllowPending()}, options...)...)
			if len(options) < 2 {
				sepay.Company().Webhook(s.URL)
			} else {
				sepay.Company().Webhook(s.URL, func(b *wire.WebhookBody) { b.RetryConditions = []byte(`[]`) })
			}
			sepay.Company().Account().Receive(1_000, "x").Wait()
			Expect(sepay.Findings()[0].Detail).To(ContainSubstring(want))
		},
		Entry("204", 204, "", "it is not even tried again, because only other statuses than 2xx are"),
		Entry("202", 202, "", "it is not even tried again, because only other statuses than 2xx are"),
		Entry("success: false", 200, `{"success":false}`, "it is not even tried again, because only other statuses than 2xx are"),
		Entry("204 where any failure is retried", 204, "", "it is tried again, eight times in all", emulator.WithSetting("webhook.retry_on", "any_failure")),
		Entry("204 where any failure is retried, without automatic retry", 204, "", "the webhook's automatic retry is off", emulator.WithSetting("webhook.retry_on", "any_failure"), emulator.WithSeed(2)),
	)
})

func text(s string) *string { return &s }
