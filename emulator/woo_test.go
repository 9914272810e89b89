package emulator_test

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// wooShop is where the plugin of a shop is called back.
const wooShop = "https://shop.example/?wc-api=wc_gateway_sepay"

var _ = Describe("SePay's plugin for WooCommerce", func() {
	const state = "Zt3kQ0pXv7Lw2BnC9yRr5HsA1dEfGu8J"
	// begin asks for the address of consent and returns its path and query.
	begin := func(app application, pairs ...string) string {
		GinkgoHelper()
		form := url.Values{"redirect_uri": {wooShop}, "state": {state}}
		for i := 0; i < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		status, h, body := app.browser().post("/woo/oauth/init", form)
		Expect([]any{status, h.Get("Content-Type")}).To(Equal([]any{200, "application/json"}), body)
		at := decode(body)["oauth_url"].(string)
		Expect(at).To(HavePrefix(app.sepay.URL() + "/"))
		return strings.TrimPrefix(at, app.sepay.URL())
	}
	// back reads the query with which the browser returns to the shop.
	back := func(h http.Header, to string) url.Values {
		GinkgoHelper()
		Expect(h.Get("Location")).To(HavePrefix(to))
		u, err := url.Parse(h.Get("Location"))
		Expect(err).NotTo(HaveOccurred())
		return u.Query()
	}
	refresh := func(app application, token string) (int, map[string]any) {
		GinkgoHelper()
		status, _, body := app.browser().post("/woo/oauth/refresh", url.Values{"refresh_token": {token}})
		return status, decode(body)
	}

	It("asks the user on SePay's pages and comes back with tokens in the query, and without a code", func() {
		app := newApplication()
		b, at := app.browser(), begin(app)
		query := at[strings.Index(at, "?"):]
		status, _, body := b.get(at)
		Expect(status).To(Equal(200))
		Expect(body).To(ContainSubstring("SePay WooCommerce"))
		user := app.sepay.Company().State().Users[0]
		Expect(body).To(ContainSubstring(user.Email))
		status, h, _ := b.post("/oauth/login"+query, url.Values{"email": {user.Email}, "password": {user.Password}})
		Expect([]any{status, h.Get("Location")}).To(Equal([]any{303, at}))
		_, h, body = b.get(at)
		Expect(h.Get("Content-Security-Policy")).To(ContainSubstring("form-action 'self' https://shop.example;"))
		csrf := csrfField.FindStringSubmatch(body)[1]
		status, h, _ = b.post("/oauth/consent"+query, url.Values{"csrf": {csrf}, "decision": {"allow"}})
		Expect(status).To(Equal(302))
		got := back(h, wooShop+"&access_token=")
		Expect(got.Get("wc-api")).To(Equal("wc_gateway_sepay"))
		Expect([]string{got.Get("state"), got.Get("expires_in"), got.Get("code")}).To(Equal([]string{state, "3600", ""}))

		// The plugin reads accounts and company, and makes its webhook.
		client := api{sepay: app.sepay, token: got.Get("access_token")}
		for _, path := range []string{"/api/v1/me", "/api/v1/company", "/api/v1/bank-accounts"} {
			status, _, body := client.get(path)
			Expect(status).To(Equal(200), body)
		}
		Expect(claims(got.Get("access_token"))).To(HaveKeyWithValue("sub", jsonText(user.ID)))

		status, renewed := refresh(app, got.Get("refresh_token"))
		Expect(status).To(Equal(200))
		Expect(renewed).To(And(HaveKeyWithValue("expires_in", 3600.0), HaveKey("refresh_token")))
		Expect(app.me(renewed["access_token"])).To(Equal(200))
		status, again := refresh(app, got.Get("refresh_token"))
		Expect([]any{status, again["error"]}).To(Equal([]any{400, "invalid_grant"}))
		Expect(app.sepay.Company().State().OAuthApps).To(HaveLen(2), "the plugin is nobody's application")
	})

	It("tells the shop when the user says no", func() {
		app := newApplication()
		b, at := app.browser(), begin(app, "redirect_uri", "http://localhost:8000/woo")
		query := at[strings.Index(at, "?"):]
		user := app.sepay.Company().State().Users[0]
		b.post("/oauth/login"+query, url.Values{"email": {user.Email}, "password": {user.Password}})
		_, _, body := b.get(at)
		_, h, _ := b.post("/oauth/consent"+query, url.Values{"csrf": {csrfField.FindStringSubmatch(body)[1]}, "decision": {"deny"}})
		got := back(h, "http://localhost:8000/woo?")
		Expect([]string{got.Get("error"), got.Get("state"), got.Get("access_token")}).To(Equal([]string{"access_denied", state, ""}))
	})

	It("lets the plugin in at once where consent is automatic", func() {
		app := newApplication(emulator.WithAutoConsent())
		status, h, _ := app.browser().get(begin(app))
		Expect(status).To(Equal(302))
		Expect(app.me(back(h, wooShop+"&").Get("access_token"))).To(Equal(200))
	})

	It("is of the company whose user let it in", func() {
		app := newApplication()
		second := app.sepay.NewCompany(wire.NewCompany{ID: "second"}).State().Users[0]
		status, answer := controlCall(app.sepay, http.MethodPost, "/oauth/authorize", `{"query":"`+strings.SplitN(begin(app), "?", 2)[1]+`","email":"`+second.Email+`"}`)
		Expect(status).To(Equal(200), answer)
		u, err := url.Parse(answer["location"].(string))
		Expect(err).NotTo(HaveOccurred())
		Expect(claims(u.Query().Get("access_token"))).To(HaveKeyWithValue("sub", jsonText(second.ID)))
	})

	DescribeTable("refuses a call that cannot be",
		func(path string, form url.Values, code string) {
			app := newApplication()
			status, _, body := app.browser().post("/woo/oauth/"+path, form)
			Expect([]any{status, decode(body)["error"]}).To(Equal([]any{400, code}))
			Expect(codes(app.sepay)).To(ContainElement("woo." + code))
		},
		Entry("no redirect_uri", "init", url.Values{"state": {state}}, "invalid_request"),
		Entry("a redirect_uri of another kind", "init", url.Values{"state": {state}, "redirect_uri": {"javascript:alert(1)"}}, "invalid_request"),
		Entry("no state", "init", url.Values{"redirect_uri": {wooShop}}, "invalid_request"),
		Entry("no refresh token", "refresh", url.Values{}, "invalid_request"),
		Entry("an unknown refresh token", "refresh", url.Values{"refresh_token": {"def50200aa11"}}, "invalid_grant"),
	)

	It("does not renew another application's tokens, nor that its own", func() {
		app := newApplication(emulator.WithAutoConsent())
		_, _, theirs := app.exchange(app.code())
		status, body := refresh(app, theirs["refresh_token"].(string))
		Expect([]any{status, body["error"]}).To(Equal([]any{400, "invalid_grant"}))
		_, h, _ := app.browser().get(begin(app))
		status, _, body = app.refresh(back(h, wooShop+"&").Get("refresh_token"))
		Expect([]any{status, body["error"]}).To(Equal([]any{400, "invalid_grant"}))
	})

	It("opens its page for five minutes, and no page that it did not write", func() {
		app := newApplication()
		at := begin(app)
		for _, other := range []string{"/oauth/woo?woo=", "/oauth/woo?woo=eyJyIjoiaHR0cHM6Ly9ldmlsLmV4YW1wbGUiLCJzIjoieCIsImUiOjk5OTk5OTk5OTl9.c2ln", at + "x", strings.Replace(at, "woo=", "woo=A", 1)} {
			status, h, _ := app.browser().get(other)
			Expect([]any{status, h.Get("X-LocalSepay-Reason"), h.Get("Location")}).To(Equal([]any{400, "woo_request_unknown", ""}), other)
		}
		app.sepay.Advance(5*time.Minute - time.Second)
		status, _, _ := app.browser().get(at)
		Expect(status).To(Equal(200))
		app.sepay.Advance(time.Second)
		status, h, _ := app.browser().get(at)
		Expect([]any{status, h.Get("X-LocalSepay-Reason")}).To(Equal([]any{400, "woo_request_expired"}))
	})

	It("says how long to wait when there are too many calls", func() {
		app := newApplication(emulator.WithSetting(setting.WooRateLimit, "3"))
		var h http.Header
		var status int
		for range 4 {
			status, h, _ = app.browser().post("/woo/oauth/refresh", url.Values{"refresh_token": {"x"}})
		}
		Expect([]any{status, h.Get("Retry-After")}).To(Equal([]any{429, "1"}))
	})
})
