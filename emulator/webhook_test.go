package emulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	wire "github.com/localsepay/localsepay/openapi/control"
)

var _ = Describe("A webhook", func() {
	It("climbs SePay's ladder of retries, each signed afresh, and then fails", func() {
		s := newShop(refuse)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL, emulator.SignedWith("k")))
		paid := sepay.Company().Account().Receive(1_000, "DH123")
		Expect(paid.Wait().Status).To(Equal("waiting"))
		sepay.Advance(33*time.Minute - time.Second)
		Expect(s.requests()).To(HaveLen(7), "the eighth is due at 33 minutes")
		sepay.Advance(time.Second)

		d := sepay.Delivery(paid.Webhooks[0].DeliveryID)
		Expect(d.Status).To(Equal("failed"))
		var after []string
		for _, a := range d.Attempts {
			at, err := time.Parse(time.RFC3339, a.At)
			Expect(err).NotTo(HaveOccurred())
			after = append(after, at.Sub(emulator.Epoch).String())
		}
		Expect(after).To(Equal([]string{"0s", "1m0s", "2m0s", "4m0s", "7m0s", "12m0s", "20m0s", "33m0s"}))
		signatures := map[string]bool{}
		for _, r := range s.requests() {
			signatures[r.Header.Get("X-SePay-Signature")] = true
			Expect(r.Body).To(Equal(s.requests()[0].Body), "the body never changes")
		}
		Expect(signatures).To(HaveLen(8))
		sepay.Advance(24 * time.Hour)
		Expect(s.requests()).To(HaveLen(8))
	})

	It("stops climbing at the first success", func() {
		s := newShop(refuse, refuse, accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		paid := sepay.Company().Account().Receive(1_000, "x")
		sepay.Advance(time.Hour)
		d := paid.Wait()
		Expect(d.Status).To(Equal("succeeded"))
		Expect(d.Attempts).To(HaveLen(3))
	})

	DescribeTable("judges the answer as SePay does, and says what is wrong with it",
		func(handler http.HandlerFunc, status, finding string) {
			s := newShop(handler)
			sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL), emulator.AllowPending())
			d := sepay.Company().Account().Receive(1_000, "x").Wait()
			Expect(d.Status).To(Equal(status))
			if finding == "" {
				Expect(codes(sepay)).To(BeEmpty())
			} else {
				Expect(codes(sepay)).To(Equal([]string{finding}))
				Expect(d.Findings).To(HaveLen(1))
			}
			Expect(s.requests()).To(HaveLen(1), "a redirect is not followed")
		},
		Entry("200 and success", accept, "succeeded", ""),
		Entry("201 and success", answer(201, `{"success": true}`), "succeeded", ""),
		Entry("more members beside success", answer(200, `{"id":1,"success":true}`), "succeeded", ""),
		Entry("200 without success", answer(200, `{"status":"ok"}`), "failed", "webhook.wrong_body"),
		Entry("success as a text", answer(200, `{"success":"true"}`), "failed", "webhook.wrong_body"),
		Entry("success as a number", answer(200, `{"success":1}`), "failed", "webhook.wrong_body"),
		Entry("success: false", answer(200, `{"success":false}`), "failed", "webhook.wrong_body"),
		Entry("an empty 200", answer(200, ``), "failed", "webhook.wrong_body"),
		Entry("a list", answer(200, `[{"success":true}]`), "failed", "webhook.wrong_body"),
		Entry("204", answer(204, ``), "failed", "webhook.no_content"),
		Entry("202 and success", answer(202, `{"success":true}`), "failed", "webhook.wrong_status"),
		Entry("a web page", answer(200, `<!doctype html><p>ok`), "failed", "webhook.html"),
		Entry("a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, "waiting", "webhook.redirect"),
		Entry("401", answer(401, `{"success":false}`), "waiting", "webhook.rejects_default_auth"),
		Entry("500", refuse, "waiting", ""),
	)

	It("is retried after a wrong body too where the setting says so", func() {
		s := newShop(answer(200, "ok"), accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL), emulator.WithSetting("webhook.retry_on", "any_failure"))
		paid := sepay.Company().Account().Receive(1_000, "x")
		Expect(paid.Wait().Status).To(Equal("waiting"))
		sepay.Advance(time.Minute)
		Expect(paid.Wait().Status).To(Equal("succeeded"))
	})

	It("is not retried without the retry condition", func() {
		s := newShop(refuse)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL, func(b *wire.WebhookBody) { b.RetryConditions = json.RawMessage(`{"non_2xx_status_code":0}`) }))
		Expect(sepay.Company().Account().Receive(1_000, "x").Wait().Status).To(Equal("failed"))
	})

	DescribeTable("proves who it comes from",
		func(auth func(*wire.WebhookBody), header, value string) {
			s := newShop(accept)
			sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL, auth))
			sepay.Company().Account().Receive(1_000, "x").Wait()
			Expect(s.requests()[0].Header.Get(header)).To(Equal(value))
		},
		Entry("not at all", func(*wire.WebhookBody) {}, "Authorization", ""),
		Entry("with an API key", emulator.AuthorizedWith("0123abcd"), "Authorization", "Apikey 0123abcd"),
		Entry("with a secret key", func(b *wire.WebhookBody) { kind, key := "Secret_Key", "s3"; b.AuthenType, b.SecretKey = &kind, &key }, "X-Secret-Key", "s3"),
	)

	It("says what went wrong on the way, with cURL's number", func() {
		gone := httptest.NewServer(http.NotFoundHandler())
		gone.Close()
		broken := newShop(func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_ = c.Close()
			}
		})
		release := make(chan struct{})
		hanging := newShop(func(http.ResponseWriter, *http.Request) { <-release })
		DeferCleanup(func() { close(release) })
		sepay := emulator.StartT(GinkgoT(), emulator.AllowPending(), emulator.WithSetting("webhook.timeouts", "300ms/500ms"),
			emulator.WithWebhook(gone.URL), emulator.WithWebhook(broken.URL), emulator.WithWebhook(hanging.URL),
			emulator.WithWebhook("http://no-such-host.invalid/"))
		var got []string
		for _, d := range sepay.Company().Account().Receive(1_000, "x").WaitAll() {
			got = append(got, fmt.Sprint(d.Attempts[0].ErrorCode, " ", d.Attempts[0].Label))
		}
		Expect(got[:3]).To(Equal([]string{"7 Connection Refused", "56 Receive Error", "28 Timeout"}))
		Expect(got[3]).To(Or(Equal("6 DNS Error"), Equal("28 Timeout")), "a resolver may not answer in time")
	})

	It("does not wait for a slow endpoint to serve another", func() {
		release := make(chan struct{})
		slow := newShop(func(w http.ResponseWriter, r *http.Request) { <-release; accept(w, r) })
		quick := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(slow.URL), emulator.WithWebhook(quick.URL))
		for range 40 {
			sepay.Company().Account().Receive(1_000, "x")
		}
		Eventually(func() int { return len(quick.requests()) }).Should(Equal(40))
		close(release)
		sepay.Settle()
		Expect(slow.requests()).To(HaveLen(40))
	})

	It("is noted when it answers slowly", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL), emulator.WithSetting("webhook.slow_after", "1ns"))
		sepay.Company().Account().Receive(1_000, "x").Wait()
		Expect(codes(sepay)).To(Equal([]string{"webhook.slow"}))
	})

	It("can be replayed within SePay's two limits, past its filters, to its present URL", func() {
		first, second := newShop(accept), newShop(answer(200, `{"success":true,"duplicate":true}`))
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(first.URL))
		paid := sepay.Company().Account().Receive(1_000, "x")
		original := paid.Wait()
		out := "Out_only"
		status, _ := controlCall(sepay, "PATCH", "/webhooks/1", fmt.Sprintf(`{"webhook_url":%q,"event_type":"All","active":0}`, second.URL))
		Expect(status).To(Equal(200), out)

		again := sepay.Replay(original.ID)[0]
		Expect(again.Status).To(Equal("succeeded"))
		Expect(again.Label).To(Equal(fmt.Sprintf("Phát lại từ #%d", original.ID)))
		Expect(second.requests()[0].Body).To(Equal(first.requests()[0].Body))
		Expect(sepay.Delivery(original.ID)).To(Equal(original), "the original row stays as it is")
		Expect(codes(sepay)).To(Equal([]string{"webhook.replay_differs"}))

		for range 9 {
			sepay.Replay(original.ID)
		}
		status, problem := controlCall(sepay, "POST", fmt.Sprintf("/deliveries/%d/replay", original.ID), "")
		Expect(status).To(Equal(429), "%v", problem)
		sepay.Advance(time.Minute)
		Expect(sepay.Replay(original.ID)).To(HaveLen(1))
		ids := strings.Trim(strings.Repeat(fmt.Sprint(original.ID, ","), 21), ",")
		status, _ = controlCall(sepay, "POST", "/deliveries/replay", `{"ids":[`+ids+`]}`)
		Expect(status).To(Equal(422))
	})

	It("can be tested with a sample whose id is 0", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		Expect(sepay.Company().Webhooks()[0].Test().Status).To(Equal("succeeded"))
		Expect(decode(s.requests()[0].Body)).To(HaveKeyWithValue("id", BeEquivalentTo(0)))
	})

	It("is skipped with SePay's own words, and the skip is in the log", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook("http://127.0.0.1:9/", func(b *wire.WebhookBody) { yes := wire.Flag(true); b.SkipIfNoCode = &yes }))
		paid := sepay.Company().Account().Receive(1_000, "no code here")
		Expect(paid.Webhooks[0].Reason).To(Equal("Nội dung không chứa mã thanh toán"))
		Expect(sepay.Deliveries(wire.DeliveryFilter{Status: "skipped"})).To(HaveLen(1))
	})

	It("stays in the log after it was deleted, and no queued row is sent any more", func() {
		s := newShop(refuse)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		paid := sepay.Company().Account().Receive(1_000, "x")
		paid.Wait()
		sepay.Company().Webhooks()[0].Delete()
		sepay.Advance(time.Hour)
		Expect(s.requests()).To(HaveLen(1))
		Expect(paid.Wait().Status).To(Equal("failed"))
	})

	It("is no longer picked up when it is older than five hours", func() {
		s := newShop(refuse)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		paid := sepay.Company().Account().Receive(1_000, "x")
		paid.Wait()
		status, _ := controlCall(sepay, "PUT", "/clock", `{"now":"2026-01-05 14:00:01"}`)
		Expect(status).To(Equal(200))
		d := paid.Wait()
		Expect(d.Status).To(Equal("failed"))
		Expect(d.Reason).To(ContainSubstring("5 hours"))
		Expect(s.requests()).To(HaveLen(1))
	})
})

// tokenEndpoint is a merchant's OAuth2 token endpoint.
type tokenEndpoint struct {
	*shop
	grants []string
}

func newTokenEndpoint(answer func(grant string, r *http.Request, body string) string) *tokenEndpoint {
	e := &tokenEndpoint{}
	e.shop = newShop(accept)
	e.shop.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		body := string(raw)
		grant := "custom"
		if strings.Contains(body, "grant_type=") {
			grant = strings.Split(strings.Split(body, "grant_type=")[1], "&")[0]
		} else if strings.Contains(body, "refreshToken") {
			grant = "custom refresh"
		}
		e.mu.Lock()
		e.grants = append(e.grants, grant)
		e.mu.Unlock()
		_, _ = io.WriteString(w, answer(grant, r, body))
	})
	return e
}

func (e *tokenEndpoint) seen() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.grants)
}

func oauthWebhook(tokenURL string) func(*wire.WebhookBody) {
	return func(b *wire.WebhookBody) {
		kind, id, secret := "OAuth2.0", "shop", "s3cret"
		b.AuthenType, b.OAuth2AccessTokenURL, b.OAuth2ClientID, b.OAuth2ClientSecret = &kind, &tokenURL, &id, &secret
	}
}

var _ = Describe("A webhook with OAuth2.0", func() {
	It("gets a standard token once, keeps it, and refreshes it in its last ten seconds", func() {
		n := 0
		tokens := newTokenEndpoint(func(_ string, r *http.Request, body string) string {
			id, secret, ok := r.BasicAuth()
			Expect(ok && id == "shop" && secret == "s3cret" && strings.Contains(body, "client_secret=s3cret")).To(BeTrue())
			n++
			return fmt.Sprintf(`{"access_token":"t%d","token_type":"Bearer","expires_in":100,"refresh_token":"r"}`, n)
		})
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL, oauthWebhook(tokens.URL)))
		pay := func() string {
			sepay.Company().Account().Receive(1_000, "x").Wait()
			got := s.requests()
			return got[len(got)-1].Header.Get("Authorization")
		}
		Expect(pay()).To(Equal("Bearer t1"))
		sepay.Advance(90 * time.Second)
		Expect(pay()).To(Equal("Bearer t1"), "ten seconds are left, which is enough")
		sepay.Advance(time.Second)
		Expect(pay()).To(Equal("Bearer t2"))
		Expect(tokens.seen()).To(Equal([]string{"client_credentials", "refresh_token"}))
	})

	It("falls back to the older form when the answer has the wrong shape", func() {
		tokens := newTokenEndpoint(func(grant string, _ *http.Request, body string) string {
			if grant != "custom" {
				return `{"error":"what?"}`
			}
			Expect(body).To(MatchJSON(`{"clientId":"shop","clientSecret":"s3cret"}`))
			return `{"data":{"accessToken":"old","refreshToken":"r","expiredIn":3600}}`
		})
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL, oauthWebhook(tokens.URL)))
		sepay.Company().Account().Receive(1_000, "x").Wait()
		Expect(s.requests()[0].Header.Get("Authorization")).To(Equal("Bearer old"))
		Expect(tokens.seen()).To(Equal([]string{"client_credentials", "custom"}))
	})

	It("sends nothing without a token, tries again on schedule, and says why", func() {
		tokens := newTokenEndpoint(func(string, *http.Request, string) string { return `{}` })
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.AllowPending(), emulator.WithWebhook(s.URL, oauthWebhook(tokens.URL)))
		d := sepay.Company().Account().Receive(1_000, "x").Wait()
		Expect(d.Status).To(Equal("waiting"))
		Expect(d.Attempts[0].Error).To(ContainSubstring("Phản hồi OAuth không đúng định dạng"))
		Expect(s.requests()).To(BeEmpty())
		Expect(codes(sepay)).To(Equal([]string{"webhook.oauth_token"}))
	})
})
