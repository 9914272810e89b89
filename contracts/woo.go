package contracts

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// wooReturn is where a shop's plugin is called back.
const wooReturn = "https://shop.example/?wc-api=wc_gateway_sepay"

// wooState is as the plugin makes it: 32 letters and digits.
const wooState = "Zt3kQ0pXv7Lw2BnC9yRr5HsA1dEfGu8J"

// woo posts a form to a call of SePay's WooCommerce plugin.
func (s *spec) woo(call string, pairs ...string) answer {
	base := strings.TrimSuffix(s.target.Addresses["oauth"], "/oauth")
	return s.request("oauth", http.MethodPost, base+"/woo/oauth/"+call).form(values(url.Values{}, pairs).Encode()).send()
}

// wooPage begins and returns a person at the page that asks for consent.
func (s *spec) wooPage() *browsing {
	got := s.woo("init", "redirect_uri", wooReturn, "state", wooState).is(200)
	s.php(got.Body, 0)
	at, err := url.Parse(got.text("oauth_url"))
	if err != nil || at.Host == "" || at.RawQuery == "" {
		s.fail("init\nexpected an oauth_url\nseen     %s", got.shown())
	}
	return &browsing{s: s, query: at.Query(), cookies: map[string]string{}}
}

// wooBack reads the query with which the browser returns to the shop.
func (s *spec) wooBack(a answer) url.Values {
	to := a.is(302).Header.Get("Location")
	at, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, wooReturn+"&") {
		s.fail("the redirect\nexpected %s&…\nseen     %s", wooReturn, to)
	}
	s.secret(at.Query().Get("access_token"), at.Query().Get("refresh_token"))
	s.same(at.Query().Get("state"), wooState, "state")
	return at.Query()
}

// wooTokens lets the first user of a tenant let the plugin in.
func (s *spec) wooTokens(t tenant) url.Values {
	page := s.wooPage()
	decided := s.decide(control.Decision{Query: page.query.Encode(), Email: t.Users[0].Email})
	return s.wooBack(answer{s: s, Status: 302, Header: http.Header{"Location": {decided.Location}}})
}

// wooClaims are the claims about what SePay's WooCommerce plugin calls, as its
// code does (https://wordpress.org/plugins/sepay-gateway/).
func (u *suite) wooClaims() {
	const start, renew, page, login, consent = "initWoo", "refreshWoo", "authorizeWoo", "login", "consent"
	u.claim("a user lets the WooCommerce plugin in, and the browser returns to the shop with tokens and state in the query, and no code", observed(start, page).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		got := s.wooTokens(t)
		s.same([]any{got.Get("expires_in"), got.Has("code"), got.Get("wc-api")}, []any{"3600", false, "wc_gateway_sepay"}, "expires_in, a code, the shop's own query")
		for _, path := range []string{"/me", "/company", "/bank-accounts", "/webhooks"} {
			s.api(got.Get("access_token"), http.MethodGet, path, nil).is(200)
		}
		s.same(s.api(got.Get("access_token"), http.MethodGet, "/me", nil).at("data.id"), any(float64(t.Users[0].ID)), "the user behind the token")
	})
	u.claim("the plugin's refresh token renews its access once, and then is invalid_grant", observed(renew).writing(), func(s *spec) {
		first := s.wooTokens(s.company(control.NewCompany{})).Get("refresh_token")
		got := s.woo("refresh", "refresh_token", first).is(200)
		s.php(got.Body, 0)
		s.secret(got.text("access_token"), got.text("refresh_token"))
		s.same(got.number("expires_in"), 3600.0, "expires_in")
		s.api(got.text("access_token"), http.MethodGet, "/me", nil).is(200)
		s.same(s.woo("refresh", "refresh_token", first).is(400).text("error"), "invalid_grant", "error of the old refresh token")
		if next := got.text("refresh_token"); next != "" {
			s.woo("refresh", "refresh_token", next).is(200)
		}
	})
	u.claim("a refresh token of another application is invalid_grant for the plugin", assumed(renew).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		theirs := a.exchange(a.code()).is(200).text("refresh_token")
		s.same(s.woo("refresh", "refresh_token", theirs).is(400).text("error"), "invalid_grant", "error")
		a.refresh(theirs).is(200)
	})
	u.claim("init without a web address or without state is refused", assumed(start), func(s *spec) {
		for _, pairs := range [][]string{{"state", wooState}, {"state", wooState, "redirect_uri", "ftp://shop.example/"}, {"redirect_uri", wooReturn}} {
			s.same(s.woo("init", pairs...).is(400).text("error"), "invalid_request", "error")
		}
	})
	u.claim("the plugin's page asks who the user is, and tells the shop yes or no", assumed(page, login, consent).with(needsBrowser).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		b := s.wooPage()
		if s.setting("oauth.auto_consent") == "on" {
			s.wooBack(b.get("woo"))
			return
		}
		b.get("woo").is(200)
		b.post("login", url.Values{"email": {t.Users[0].Email}, "password": {t.Users[0].Password}}).is(303)
		shown := string(b.get("woo").is(200).Body)
		found := csrfToken().FindStringSubmatch(shown)
		if found == nil {
			s.fail("the consent page has no token against forged forms: %.300s", shown)
		}
		no := s.wooBack(b.post("consent", url.Values{"csrf": {found[1]}, "decision": {"deny"}}))
		s.same([]any{no.Get("error"), no.Has("access_token")}, []any{"access_denied", false}, "error, and a token after a no")
		yes := s.wooBack(b.post("consent", url.Values{"csrf": {found[1]}, "decision": {"allow"}}))
		s.api(yes.Get("access_token"), http.MethodGet, "/me", nil).is(200)
	})
	u.claim("an address of the plugin's page that init did not give leads nowhere", assumed(page).writing(), func(s *spec) {
		b := s.wooPage()
		for name := range b.query {
			b.query.Set(name, b.query.Get(name)+"x")
		}
		s.same(b.get("woo").is(400).Header.Get("Location"), "", "Location")
	})
	u.claim("too many calls of the plugin are 429 with Retry-After, and waiting as told is enough", observed(start, renew), func(s *spec) {
		n := s.limitOf("woo.rate_limit")
		for _, call := range []string{"init", "refresh"} {
			s.overrun(n, func() answer { return s.woo(call, "redirect_uri", wooReturn, "state", wooState, "refresh_token", "x") }, func(a answer) {
				s.Expect(a.Header.Get("Retry-After")).To(match(`^[1-9]\d*$`), "Retry-After")
			})
			s.wait(time.Minute)
		}
	})
}
