package contracts

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// oauthApp is the application of a tenant, as its developer knows it.
type oauthApp struct {
	s          *spec
	t          tenant
	id, secret string
}

func (s *spec) app(t tenant) oauthApp {
	return oauthApp{s, t, t.OAuthApps[0].ClientID, t.OAuthApps[0].ClientSecret}
}

// values are pairs of names and values in turn; an empty value takes one away.
func values(v url.Values, pairs []string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			v.Del(pairs[i])
		}
	}
	return v
}

// query is an authorization request.
func (a oauthApp) query(pairs ...string) url.Values {
	return values(url.Values{
		"response_type": {"code"}, "client_id": {a.id}, "redirect_uri": {callback}, "scope": {"profile company"}, "state": {"s t&=/ü"},
	}, pairs)
}

// authorize opens the authorization endpoint.
func (a oauthApp) authorize(pairs ...string) answer {
	return a.s.page("oauth", a.s.target.Addresses["oauth"]+"/authorize?"+a.query(pairs...).Encode())
}

// code lets a user say yes and returns the code.
func (a oauthApp) code(pairs ...string) string {
	decided := a.s.decide(control.Decision{Query: a.query(pairs...).Encode()})
	at, err := url.Parse(decided.Location)
	if err != nil || at.Query().Get("code") == "" {
		a.s.fail("the authorization request\nexpected a code\nseen     %s", decided.Location)
	}
	return at.Query().Get("code")
}

// token posts a form to the token endpoint.
func (a oauthApp) token(pairs ...string) answer {
	form := values(url.Values{"client_id": {a.id}, "client_secret": {a.secret}}, pairs)
	return a.s.request("oauth", http.MethodPost, a.s.target.Addresses["oauth"]+"/token").form(form.Encode()).send()
}

func (a oauthApp) exchange(code string, pairs ...string) answer {
	return a.token(append([]string{"grant_type", "authorization_code", "redirect_uri", callback, "code", code}, pairs...)...)
}

func (a oauthApp) refresh(token string, pairs ...string) answer {
	return a.token(append([]string{"grant_type", "refresh_token", "refresh_token", token}, pairs...)...)
}

// lets says whether an access token is let in.
func (a oauthApp) lets(token string) answer {
	return a.s.request("oauth_api", http.MethodGet, a.s.target.Addresses["oauth_api"]+"/me").bearer(token).send()
}

// refusedGrant demands an error of the token endpoint.
func (s *spec) refusedGrant(a answer, status int, code string) {
	a.is(status)
	s.same(a.text("error"), code, "error")
	s.Expect(a.text("error_description")).NotTo(beEmpty(), "error_description")
	s.same(a.Header.Get("Cache-Control"), "no-store", "Cache-Control")
}

var csrfToken = pattern.Lazy(`name="csrf" value="([0-9a-f]+)"`)

// oauthClaims are the claims about the authorization server
// (https://developer.sepay.vn/vi/sepay-oauth2/luong-xac-thuc).
func (u *suite) oauthClaims() {
	const authorize, token, login, consent, logout, revoke = "authorize", "token", "login", "consent", "logout", "revoke"

	u.claim("a code buys a Bearer token of an hour and a refresh token, not to be stored", documented(token).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		got := a.exchange(a.code()).is(200)
		s.same([]any{got.at("token_type"), got.at("expires_in"), got.Header.Get("Cache-Control")}, []any{"Bearer", 3600.0, "no-store"}, "token_type, expires_in, Cache-Control")
		s.Expect(got.text("refresh_token")).NotTo(beEmpty())
		s.php(got.Body, 0)
	})
	u.claim("an access token is an RS256 JWT with iss, sub, aud, iat, exp and scope", documented(token).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		parts := strings.Split(a.exchange(a.code()).is(200).text("access_token"), ".")
		s.Expect(parts).To(haveLen(3), "three parts")
		head, claims := unpack(s, parts[0]), unpack(s, parts[1])
		s.same([]any{head["alg"], head["typ"], claims["iss"], claims["sub"], claims["aud"], claims["scope"]},
			[]any{"RS256", "JWT", "https://my.sepay.vn", strconv.FormatInt(a.t.Users[0].ID, 10), a.id, "profile company"}, "alg, typ, iss, sub, aud, scope")
		s.same(claims["exp"].(float64)-claims["iat"].(float64), 3600.0, "seconds between iat and exp")
	})
	u.claim("a token is let in for an hour, and no longer", documented(token).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		access := a.exchange(a.code()).is(200).text("access_token")
		s.advance(time.Hour - time.Minute)
		a.lets(access).is(200)
		s.advance(time.Minute)
		a.lets(access).is(401)
	})
	u.claim("a code works once", documented(token).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		code := a.code()
		a.exchange(code).is(200)
		s.refusedGrant(a.exchange(code), 400, "invalid_grant")
	})
	u.claim("the second use of a code leaves the tokens of the first alone, or takes them back, as the target is set", assumed(token).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		code := a.code()
		first := a.exchange(code).is(200)
		a.exchange(code).is(400)
		if s.setting("oauth.code_reuse") == "revoke" {
			a.lets(first.text("access_token")).is(401)
			s.refusedGrant(a.refresh(first.text("refresh_token")), 400, "invalid_grant")
			return
		}
		a.lets(first.text("access_token")).is(200)
		a.refresh(first.text("refresh_token")).is(200)
	})
	u.claim("a code lives for five minutes", documented(token).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		young, old := a.code(), a.code()
		s.advance(5*time.Minute - time.Second)
		a.exchange(young).is(200)
		s.advance(time.Second)
		s.refusedGrant(a.exchange(old), 400, "invalid_grant")
	})
	u.claim("a refresh gives new tokens of both kinds, and the old refresh token is dead", documented(token).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		first := a.exchange(a.code()).is(200)
		second := a.refresh(first.text("refresh_token")).is(200)
		s.Expect(second.text("access_token")).NotTo(equal(first.text("access_token")), "access_token")
		s.Expect(second.text("refresh_token")).NotTo(equal(first.text("refresh_token")), "refresh_token")
		s.refusedGrant(a.refresh(first.text("refresh_token")), 400, "invalid_grant")
		a.refresh(second.text("refresh_token")).is(200)
	})
	u.claim("a refresh token lives for a month", documented(token).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		young, old := a.exchange(a.code()).is(200), a.exchange(a.code()).is(200)
		s.advance(27 * 24 * time.Hour) // February is a month too
		a.refresh(young.text("refresh_token")).is(200)
		s.advance(5 * 24 * time.Hour)
		s.refusedGrant(a.refresh(old.text("refresh_token")), 400, "invalid_grant")
	})
	u.claim("a refresh cannot widen the scope", assumed(token).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		s.refusedGrant(a.refresh(a.exchange(a.code()).text("refresh_token"), "scope", "profile webhook:write"), 400, "invalid_scope")
	})
	u.claim("the client's secret is taken from the form, from JSON and from Basic", assumed(token).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		fields := func() url.Values {
			return url.Values{"grant_type": {"authorization_code"}, "redirect_uri": {callback}, "code": {a.code()}}
		}
		at := s.target.Addresses["oauth"] + "/token"
		s.request("oauth", http.MethodPost, at).basic(a.id, a.secret).form(fields().Encode()).send().is(200)
		s.request("oauth", http.MethodPost, at).json(map[string]any{"grant_type": "authorization_code", "redirect_uri": callback, "code": a.code(), "client_id": a.id, "client_secret": a.secret}).send().is(200)
		wrong := s.request("oauth", http.MethodPost, at).basic(a.id, "wrong").form(fields().Encode()).send()
		s.refusedGrant(wrong, 401, "invalid_client")
		s.Expect(wrong.Header.Get("WWW-Authenticate")).To(match(`^Basic`))
	})
	for name, c := range sorted(map[string]struct {
		status int
		code   string
		try    func(oauthApp) answer
	}{
		"no grant type":            {400, "invalid_request", func(a oauthApp) answer { return a.token() }},
		"another grant type":       {400, "unsupported_grant_type", func(a oauthApp) answer { return a.token("grant_type", "client_credentials") }},
		"no code":                  {400, "invalid_request", func(a oauthApp) answer { return a.exchange("") }},
		"an unknown code":          {400, "invalid_grant", func(a oauthApp) answer { return a.exchange("def50200") }},
		"another redirect_uri":     {400, "invalid_grant", func(a oauthApp) answer { return a.exchange(a.code(), "redirect_uri", callback+"x") }},
		"a wrong secret":           {401, "invalid_client", func(a oauthApp) answer { return a.exchange(a.code(), "client_secret", "x") }},
		"no client":                {401, "invalid_client", func(a oauthApp) answer { return a.exchange(a.code(), "client_id", "") }},
		"an unknown refresh token": {400, "invalid_grant", func(a oauthApp) answer { return a.refresh("def50200") }},
		"a wrong PKCE verifier": {400, "invalid_grant", func(a oauthApp) answer {
			return a.exchange(a.code("code_challenge", challenge("right"), "code_challenge_method", "S256"), "code_verifier", strings.Repeat("wrong", 10))
		}},
		"a PKCE verifier left out": {400, "invalid_grant", func(a oauthApp) answer {
			return a.exchange(a.code("code_challenge", challenge("right"), "code_challenge_method", "S256"))
		}},
		"a code of another client": {400, "invalid_grant", func(a oauthApp) answer { return a.s.app(a.s.company(control.NewCompany{})).exchange(a.code()) }},
		"a refresh token of another client": {400, "invalid_grant", func(a oauthApp) answer {
			return a.s.app(a.s.company(control.NewCompany{})).refresh(a.exchange(a.code()).text("refresh_token"))
		}},
	}) {
		u.claim("a token request is refused with "+c.code+": "+name, documented(token).writing(), func(s *spec) {
			s.refusedGrant(c.try(s.app(s.company(control.NewCompany{}))), c.status, c.code)
		})
	}
	u.claim("a right PKCE verifier is taken", assumed(token).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		a.exchange(a.code("code_challenge", challenge("right"), "code_challenge_method", "S256"), "code_verifier", strings.Repeat("right", 10)).is(200)
	})
	u.claim("forged, edited and foreign tokens are not let in", documented(token).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		access := a.exchange(a.code()).is(200).text("access_token")
		parts := strings.Split(access, ".")
		none := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"none"}`))
		edited := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(decoded(parts[1])), `"profile company"`, `"profile webhook:delete"`, 1)))
		for name, forged := range map[string]string{
			"alg none": none + "." + parts[1] + ".", "edited claims": parts[0] + "." + edited + "." + parts[2], "no signature": parts[0] + "." + parts[1] + ".", "an API token": a.t.token(),
		} {
			if got := a.lets(forged); got.Status != 401 {
				s.fail("%s\nexpected status 401\nseen     status %d", name, got.Status)
			}
		}
	})
	for name, pairs := range sorted(map[string][]string{
		"an unknown client": {"client_id", "nobody"}, "an unregistered redirect_uri": {"redirect_uri", "https://evil.example/callback"},
		"a redirect_uri with a longer path": {"redirect_uri", "https://app.example/callback/x?tenant=1"}, "no redirect_uri": {"redirect_uri", ""},
	}) {
		u.claim("an authorization request with "+name+" gets a page, never a redirect", assumed(authorize).writing(), func(s *spec) {
			got := s.app(s.company(control.NewCompany{})).authorize(pairs...).is(400)
			s.same(got.Header.Get("Location"), "", "Location")
		})
	}
	for name, c := range sorted(map[string]struct {
		code  string
		pairs []string
	}{
		"no response_type": {"invalid_request", []string{"response_type", ""}}, "the implicit grant": {"unsupported_response_type", []string{"response_type", "token"}},
		"an unknown scope": {"invalid_scope", []string{"scope", "profile everything"}}, "scopes joined by commas": {"invalid_scope", []string{"scope", "profile,company"}},
	}) {
		u.claim("the client is told "+c.code+" of "+name+", with its state byte for byte", assumed(authorize).writing(), func(s *spec) {
			got := s.app(s.company(control.NewCompany{})).authorize(c.pairs...).is(302)
			at, err := url.Parse(got.Header.Get("Location"))
			if err != nil || !strings.HasPrefix(got.Header.Get("Location"), callback) {
				s.fail("expected a Location at %s\nseen     %s", callback, got.Header.Get("Location"))
			}
			s.same([]string{at.Query().Get("error"), at.Query().Get("state"), at.Query().Get("tenant")}, []string{c.code, "s t&=/ü", "1"}, "error, state and the redirect_uri's own query")
		})
	}
	u.claim("parameters that it does not know are tolerated", observed(authorize).writing(), func(s *spec) {
		s.app(s.company(control.NewCompany{})).authorize("approval_prompt", "auto").is(200, 302)
	})
	u.claim("a person logs in, sees what is asked, says yes or no, and the client is told", documented(authorize, login, consent, logout).with(needsBrowser).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		if s.setting("oauth.auto_consent") == "on" {
			a.authorize().is(302)
			return
		}
		b := s.browse(a)
		b.get("authorize").is(200)
		b.post("login", url.Values{"email": {a.t.Users[0].Email}, "password": {"wrong"}}).is(200)
		in := b.post("login", url.Values{"email": {a.t.Users[0].Email}, "password": {a.t.Users[0].Password}}).is(303)
		s.Expect(in.Header.Get("Set-Cookie")).To(contain("HttpOnly"))
		page := string(b.get("authorize").is(200).Body)
		found := csrfToken().FindStringSubmatch(page)
		if found == nil {
			s.fail("the consent page has no token against forged forms: %.300s", page)
		}
		for decision, want := range map[string]string{"deny": "error", "allow": "code"} {
			to := b.post("consent", url.Values{"csrf": {found[1]}, "decision": {decision}}).is(302)
			at, err := url.Parse(to.Header.Get("Location"))
			if err != nil || at.Query().Get(want) == "" || at.Query().Get("state") != "s t&=/ü" {
				s.fail("after %s\nexpected a Location with %s and state\nseen     %s", decision, want, to.Header.Get("Location"))
			}
		}
		b.post("consent", url.Values{"decision": {"allow"}}).is(403)
		b.post("logout", url.Values{"csrf": {"0"}}).is(403)
		b.post("logout", url.Values{"csrf": {found[1]}}).is(303)
		s.Expect(string(b.get("authorize").is(200).Body)).To(contain(`name="password"`))
	})
	u.claim("the forms of the pages are refused from another site, and for a client that is unknown", assumed(login, consent).with(needsBrowser).writing(), func(s *spec) {
		b := s.browse(s.app(s.company(control.NewCompany{})))
		b.origin = "https://evil.example"
		b.post("login", url.Values{"email": {"x"}, "password": {"y"}}).is(403)
		b.origin = ""
		b.query.Set("client_id", "nobody")
		b.post("login", url.Values{"email": {"x"}, "password": {"y"}}).is(400)
		b.post("consent", url.Values{"decision": {"allow"}}).is(400, 403)
	})
	u.claim("a login that has ended leads back to the login", assumed(consent).with(needsBrowser).writing(), func(s *spec) {
		s.browse(s.app(s.company(control.NewCompany{}))).post("consent", url.Values{"csrf": {strings.Repeat("0", 64)}, "decision": {"allow"}}).is(303, 403)
	})
	u.claim("a token can be taken back by its client alone", assumed(revoke).writing(), func(s *spec) {
		a := s.app(s.company(control.NewCompany{}))
		got := a.exchange(a.code()).is(200)
		post := func(pairs ...string) answer {
			v := values(url.Values{"client_id": {a.id}, "client_secret": {a.secret}, "token": {got.text("refresh_token")}}, pairs)
			return s.request("oauth", http.MethodPost, s.target.Addresses["oauth"]+"/revoke").form(v.Encode()).send()
		}
		s.refusedGrant(post("client_secret", "x"), 401, "invalid_client")
		s.refusedGrant(s.request("oauth", http.MethodPost, s.target.Addresses["oauth"]+"/revoke").basic(a.id, "x").form("token=x").send(), 401, "invalid_client")
		s.refusedGrant(post("token", ""), 400, "invalid_request")
		a.lets(got.text("access_token")).is(200)
		post().is(200)
		a.lets(got.text("access_token")).is(401)
	})
}

// browsing is a person at the pages of the OAuth2 server: it keeps cookies.
type browsing struct {
	s       *spec
	query   url.Values
	cookies map[string]string
	origin  string
}

func (s *spec) browse(a oauthApp) *browsing {
	return &browsing{s: s, query: a.query(), cookies: map[string]string{}}
}

func (b *browsing) get(page string) answer { return b.send(http.MethodGet, page, nil) }
func (b *browsing) post(page string, form url.Values) answer {
	return b.send(http.MethodPost, page, form)
}

func (b *browsing) send(method, page string, form url.Values) answer {
	c := b.s.request("oauth", method, b.s.target.Addresses["oauth"]+"/"+page+"?"+b.query.Encode()).set("Accept", "text/html")
	if form != nil {
		c.form(form.Encode())
	}
	if b.origin != "" {
		c.set("Origin", b.origin)
	}
	var jar []string
	for name, value := range b.cookies {
		jar = append(jar, name+"="+value)
	}
	if len(jar) > 0 {
		c.set("Cookie", strings.Join(jar, "; "))
	}
	a := c.send()
	for _, cookie := range (&http.Response{Header: a.Header}).Cookies() {
		b.cookies[cookie.Name] = cookie.Value
		b.s.secret(cookie.Value)
	}
	return a
}

// challenge is the S256 challenge of a verifier of ten words.
func challenge(word string) string {
	sum := sha256.Sum256([]byte(strings.Repeat(word, 10)))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func decoded(part string) []byte {
	b, _ := base64.RawURLEncoding.DecodeString(part)
	return b
}

func unpack(s *spec, part string) row {
	var r row
	if err := json.Unmarshal(decoded(part), &r); err != nil {
		s.fail("a part of the token\nexpected JSON\nseen     %v", err)
	}
	return r
}
