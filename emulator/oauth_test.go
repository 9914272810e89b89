package emulator_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"golang.org/x/oauth2"

	"github.com/localsepay/localsepay/emulator"
	wire "github.com/localsepay/localsepay/openapi/control"
)

const callback = "http://localhost:3000/callback"

// application is an OAuth2 client of the first company.
type application struct {
	sepay      *emulator.Emulator
	id, secret string
}

func newApplication(options ...emulator.Option) application {
	GinkgoHelper()
	options = append([]emulator.Option{emulator.WithCompany(wire.NewCompany{
		ID: "demo", OAuthApps: []wire.OAuthApp{{Name: "Shop <b>app</b>", RedirectURIs: []string{callback, "https://app.example/cb?tenant=1"}}, {RedirectURIs: []string{callback}, Scopes: []string{"profile"}}},
	})}, options...)
	sepay := emulator.StartT(GinkgoT(), options...)
	app := sepay.Company().State().OAuthApps[0]
	return application{sepay, app.ClientID, app.ClientSecret}
}

// query is an authorization request; pairs are more parameters, an empty value
// takes one away.
func (a application) query(pairs ...string) url.Values {
	q := url.Values{"response_type": {"code"}, "client_id": {a.id}, "redirect_uri": {callback}, "scope": {"profile company"}, "state": {"s t&=/ü"}}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	return q
}

// code lets a user say yes and returns the code.
func (a application) code(pairs ...string) string {
	GinkgoHelper()
	return a.decided(a.query(pairs...)).Get("code")
}

// decided returns what the client is told after a user said yes.
func (a application) decided(q url.Values) url.Values {
	GinkgoHelper()
	body, err := json.Marshal(wire.Decision{Query: q.Encode()})
	Expect(err).NotTo(HaveOccurred())
	status, answer := controlCall(a.sepay, http.MethodPost, "/oauth/authorize", string(body))
	Expect(status).To(Equal(http.StatusOK), answer)
	to, err := url.Parse(answer["location"].(string))
	Expect(err).NotTo(HaveOccurred())
	return to.Query()
}

// token posts a form to the token endpoint.
func (a application) token(pairs ...string) (int, http.Header, map[string]any) {
	GinkgoHelper()
	form := url.Values{"client_id": {a.id}, "client_secret": {a.secret}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			form.Del(pairs[i])
		}
	}
	req, err := http.NewRequest(http.MethodPost, a.sepay.URL()+"/oauth/token", strings.NewReader(form.Encode()))
	Expect(err).NotTo(HaveOccurred())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, h, body := do(req)
	return status, h, decode(body)
}

func (a application) exchange(code string, pairs ...string) (int, http.Header, map[string]any) {
	GinkgoHelper()
	return a.token(append([]string{"grant_type", "authorization_code", "redirect_uri", callback, "code", code}, pairs...)...)
}

func (a application) refresh(token any, pairs ...string) (int, http.Header, map[string]any) {
	GinkgoHelper()
	return a.token(append([]string{"grant_type", "refresh_token", "refresh_token", token.(string)}, pairs...)...)
}

// me calls the API with an access token and returns the status.
func (a application) me(token any) int {
	GinkgoHelper()
	status, _, _ := api{sepay: a.sepay, token: token.(string)}.get("/api/v1/me")
	return status
}

func claims(token any) map[string]any {
	GinkgoHelper()
	body, err := base64.RawURLEncoding.DecodeString(strings.Split(token.(string), ".")[1])
	Expect(err).NotTo(HaveOccurred())
	return decode(string(body))
}

// visitor is a browser with cookies that follows no redirect.
type visitor struct {
	client *http.Client
	base   string
}

func (a application) browser() visitor {
	GinkgoHelper()
	jar, err := cookiejar.New(nil)
	Expect(err).NotTo(HaveOccurred())
	return visitor{&http.Client{Jar: jar, CheckRedirect: noRedirect.CheckRedirect}, a.sepay.URL()}
}

func (b visitor) get(path string) (int, http.Header, string) {
	GinkgoHelper()
	req, err := http.NewRequest(http.MethodGet, b.base+path, nil)
	Expect(err).NotTo(HaveOccurred())
	return send(b.client, req)
}

func (b visitor) post(path string, form url.Values, change ...func(*http.Request)) (int, http.Header, string) {
	GinkgoHelper()
	req, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	Expect(err).NotTo(HaveOccurred())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range change {
		c(req)
	}
	return send(b.client, req)
}

var csrfField = regexp.MustCompile(`name="csrf" value="([0-9a-f]+)"`)

var _ = Describe("The authorization server", func() {
	It("is danced with by golang.org/x/oauth2, with PKCE, and refreshes by itself", func() {
		app := newApplication()
		config := oauth2.Config{
			ClientID: app.id, ClientSecret: app.secret, RedirectURL: callback, Scopes: []string{"profile"},
			Endpoint: oauth2.Endpoint{AuthURL: app.sepay.URL() + "/oauth/authorize", TokenURL: app.sepay.URL() + "/oauth/token"},
		}
		verifier := oauth2.GenerateVerifier()
		to, err := url.Parse(config.AuthCodeURL("xyz", oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("approval_prompt", "auto")))
		Expect(err).NotTo(HaveOccurred())
		told := app.decided(to.Query())
		Expect(told.Get("state")).To(Equal("xyz"))
		token, err := config.Exchange(context.Background(), told.Get("code"), oauth2.VerifierOption(verifier))
		Expect(err).NotTo(HaveOccurred())
		Expect(token.TokenType).To(Equal("Bearer"))
		Expect(token.ExpiresIn).To(BeEquivalentTo(3600))
		old := *token
		token.Expiry = time.Unix(1, 0) // the library's clock is the system's
		renewed, err := config.TokenSource(context.Background(), token).Token()
		Expect(err).NotTo(HaveOccurred())
		Expect(renewed.AccessToken).NotTo(Equal(old.AccessToken))
		Expect(renewed.RefreshToken).NotTo(Equal(old.RefreshToken))
		res, err := config.Client(context.Background(), renewed).Get(app.sepay.URL() + "/api/v1/me")
		Expect(err).NotTo(HaveOccurred())
		defer res.Body.Close()
		Expect(res.StatusCode).To(Equal(http.StatusOK))
	})

	It("gives an RS256 token with the documented claims for an hour", func() {
		app := newApplication()
		status, h, got := app.exchange(app.code())
		Expect(status).To(Equal(http.StatusOK), got)
		Expect(h.Get("Cache-Control")).To(Equal("no-store"))
		Expect(got).To(And(HaveKeyWithValue("token_type", "Bearer"), HaveKeyWithValue("expires_in", 3600.0), HaveKeyWithValue("refresh_token", HavePrefix("def50200"))))
		Expect(got).NotTo(HaveKey("scope"))
		user := app.sepay.Company().State().Users[0]
		c := claims(got["access_token"])
		Expect(c).To(And(
			HaveKeyWithValue("iss", "https://my.sepay.vn"), HaveKeyWithValue("sub", jsonText(user.ID)), HaveKeyWithValue("aud", app.id),
			HaveKeyWithValue("iat", BeNumerically("==", emulator.Epoch.Unix())), HaveKeyWithValue("exp", BeNumerically("==", emulator.Epoch.Unix()+3600)), HaveKeyWithValue("scope", "profile company"),
		))
		app.sepay.Advance(time.Hour - time.Second)
		Expect(app.me(got["access_token"])).To(Equal(200))
		app.sepay.Advance(time.Second)
		Expect(app.me(got["access_token"])).To(Equal(401))
	})

	DescribeTable("answers an authorization request that it cannot trust with a page, never with a redirect",
		func(change func(url.Values)) {
			app := newApplication()
			q := app.query()
			change(q)
			status, h, body := app.browser().get("/oauth/authorize?" + q.Encode())
			Expect(status).To(Equal(http.StatusBadRequest))
			Expect(h).NotTo(HaveKey("Location"))
			Expect(body).To(ContainSubstring("Yêu cầu không hợp lệ"))
		},
		Entry("no client", func(q url.Values) { q.Del("client_id") }),
		Entry("an unknown client", func(q url.Values) { q.Set("client_id", "x") }),
		Entry("two clients", func(q url.Values) { q.Add("client_id", "x") }),
		Entry("no redirect_uri", func(q url.Values) { q.Del("redirect_uri") }),
		Entry("another host", func(q url.Values) { q.Set("redirect_uri", "http://evil.example/callback") }),
		Entry("a longer path", func(q url.Values) { q.Set("redirect_uri", callback+"/x") }),
		Entry("a query behind", func(q url.Values) { q.Set("redirect_uri", callback+"?x=1") }),
		Entry("user info before", func(q url.Values) { q.Set("redirect_uri", "http://localhost:3000@evil.example/callback") }),
		Entry("another case", func(q url.Values) { q.Set("redirect_uri", "http://LOCALHOST:3000/callback") }),
		Entry("two redirect URIs", func(q url.Values) { q.Add("redirect_uri", "http://evil.example/") }),
		Entry("a script", func(q url.Values) { q.Set("redirect_uri", "javascript:alert(1)") }),
	)

	DescribeTable("tells the client of every other error, with the state byte for byte",
		func(code string, change func(url.Values)) {
			app := newApplication()
			q := app.query()
			change(q)
			status, h, _ := app.browser().get("/oauth/authorize?" + q.Encode())
			Expect(status).To(Equal(http.StatusFound))
			to, err := url.Parse(h.Get("Location"))
			Expect(err).NotTo(HaveOccurred())
			Expect(h.Get("Location")).To(HavePrefix(callback + "?"))
			Expect(to.Query().Get("error")).To(Equal(code))
			Expect(to.Query().Get("error_description")).NotTo(BeEmpty())
			Expect(to.Query().Get("state")).To(Equal(q.Get("state")))
		},
		Entry("no response_type", "invalid_request", func(q url.Values) { q.Del("response_type") }),
		Entry("the implicit grant", "unsupported_response_type", func(q url.Values) { q.Set("response_type", "token") }),
		Entry("an unknown scope", "invalid_scope", func(q url.Values) { q.Set("scope", "profile everything") }),
		Entry("scopes with commas", "invalid_scope", func(q url.Values) { q.Set("scope", "profile,company") }),
		Entry("a double scope parameter", "invalid_request", func(q url.Values) { q.Add("scope", "company") }),
		Entry("a challenge that is too short", "invalid_request", func(q url.Values) { q.Set("code_challenge", "x") }),
		Entry("an unknown challenge method", "invalid_request", func(q url.Values) {
			q.Set("code_challenge", strings.Repeat("x", 43))
			q.Set("code_challenge_method", "S512")
		}),
		Entry("a method without a challenge", "invalid_request", func(q url.Values) { q.Set("code_challenge_method", "S256") }),
	)

	It("asks who the user is and what they allow, and tells the client", func() {
		app := newApplication()
		b := app.browser()
		at := "/oauth/authorize?" + app.query("redirect_uri", "https://app.example/cb?tenant=1").Encode()
		query := strings.TrimPrefix(at, "/oauth/authorize")
		status, h, body := b.get(at)
		Expect(status).To(Equal(http.StatusOK))
		Expect(body).To(ContainSubstring("Shop &lt;b&gt;app&lt;/b&gt;"))
		Expect(h.Get("Content-Security-Policy")).To(And(ContainSubstring("frame-ancestors 'none'"), ContainSubstring("form-action 'self' https://app.example;")))
		Expect(h.Get("X-Frame-Options")).To(Equal("DENY"))
		user := app.sepay.Company().State().Users[0]
		status, _, body = b.post("/oauth/login"+query, url.Values{"email": {user.Email}, "password": {"wrong"}})
		Expect(status).To(Equal(http.StatusOK))
		Expect(body).To(ContainSubstring("aria-invalid"))
		status, h, _ = b.post("/oauth/login"+query, url.Values{"email": {strings.ToUpper(user.Email)}, "password": {user.Password}})
		Expect(status).To(Equal(http.StatusSeeOther))
		Expect(h.Get("Set-Cookie")).To(And(ContainSubstring("HttpOnly"), ContainSubstring("SameSite=Lax")))
		_, _, body = b.get(h.Get("Location"))
		Expect(body).To(And(ContainSubstring("profile"), ContainSubstring("company"), Not(ContainSubstring("webhook:write"))))
		token := csrfField.FindStringSubmatch(body)[1]

		status, h, _ = b.post("/oauth/consent"+query, url.Values{"csrf": {token}, "decision": {"deny"}})
		Expect(status).To(Equal(http.StatusFound))
		denied, _ := url.Parse(h.Get("Location"))
		Expect(denied.Query()).To(And(HaveKeyWithValue("error", []string{"access_denied"}), HaveKeyWithValue("tenant", []string{"1"}), HaveKeyWithValue("state", []string{"s t&=/ü"})))
		_, h, _ = b.post("/oauth/consent"+query, url.Values{"csrf": {token}, "decision": {"allow"}})
		allowed, _ := url.Parse(h.Get("Location"))
		Expect(allowed.Host).To(Equal("app.example"))
		status, _, _ = app.exchange(allowed.Query().Get("code"), "redirect_uri", "https://app.example/cb?tenant=1")
		Expect(status).To(Equal(http.StatusOK))

		status, h, _ = b.post("/oauth/logout"+query, url.Values{"csrf": {token}})
		Expect(status).To(Equal(http.StatusSeeOther))
		_, _, body = b.get(h.Get("Location"))
		Expect(body).To(ContainSubstring(`name="password"`))
	})

	It("takes no form from another site, nor without the login's own token", func() {
		app := newApplication()
		b := app.browser()
		query := "?" + app.query().Encode()
		user := app.sepay.Company().State().Users[0]
		foreign := func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }
		status, _, _ := b.post("/oauth/login"+query, url.Values{"email": {user.Email}, "password": {user.Password}}, foreign)
		Expect(status).To(Equal(http.StatusForbidden))
		b.post("/oauth/login"+query, url.Values{"email": {user.Email}, "password": {user.Password}})
		status, _, _ = b.post("/oauth/consent"+query, url.Values{"decision": {"allow"}})
		Expect(status).To(Equal(http.StatusForbidden))
		status, _, _ = b.post("/oauth/consent"+query, url.Values{"decision": {"allow"}, "csrf": {strings.Repeat("0", 64)}})
		Expect(status).To(Equal(http.StatusForbidden))
		status, _, _ = b.post("/oauth/consent"+query, url.Values{"decision": {"allow"}}, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") })
		Expect(status).To(Equal(http.StatusForbidden))
	})

	It("lets applications in at once when it is told to", func() {
		app := newApplication(emulator.WithAutoConsent())
		status, h, _ := app.browser().get("/oauth/authorize?" + app.query("scope", "").Encode())
		Expect(status).To(Equal(http.StatusFound))
		to, _ := url.Parse(h.Get("Location"))
		_, _, got := app.exchange(to.Query().Get("code"))
		Expect(strings.Fields(claims(got["access_token"])["scope"].(string))).To(HaveLen(7), "without a scope, all that are registered")
	})

	DescribeTable("takes a code once, and back what it gave where that is set",
		func(means int, options ...emulator.Option) {
			app := newApplication(options...)
			code := app.code()
			status, _, first := app.exchange(code)
			Expect(status).To(Equal(200))
			Expect(app.me(first["access_token"])).To(Equal(200))
			status, _, again := app.exchange(code)
			Expect(status).To(Equal(400))
			Expect(again).To(HaveKeyWithValue("error", "invalid_grant"))
			Expect(codes(app.sepay)).To(ContainElement("oauth.code_replayed"))
			Expect(app.me(first["access_token"])).To(Equal(means))
			status, _, _ = app.refresh(first["refresh_token"])
			Expect(status).To(Equal(map[int]int{200: 200, 401: 400}[means]))
		},
		Entry("by default it is refused, and no more", 200),
		Entry("as RFC 6749 recommends", 401, emulator.WithSetting("oauth.code_reuse", "revoke")),
	)

	It("takes a code for five minutes", func() {
		app := newApplication()
		late := app.code()
		app.sepay.Advance(5 * time.Minute)
		status, _, body := app.exchange(late)
		Expect(status).To(Equal(400))
		Expect(body).To(Equal(map[string]any{"error": "invalid_grant", "error_description": "Authorization code expired"}))
	})

	It("rotates refresh tokens, lets them live for a month, and widens no scope", func() {
		app := newApplication()
		_, _, first := app.exchange(app.code())
		status, _, body := app.refresh(first["refresh_token"], "scope", "profile webhook:write")
		Expect([]any{status, body["error"]}).To(Equal([]any{400, "invalid_scope"}))
		status, _, second := app.refresh(first["refresh_token"], "scope", "profile")
		Expect(status).To(Equal(200))
		Expect(claims(second["access_token"])).To(HaveKeyWithValue("scope", "profile"))
		status, _, body = app.refresh(first["refresh_token"])
		Expect([]any{status, body["error"]}).To(Equal([]any{400, "invalid_grant"}))
		Expect(app.me(first["access_token"])).To(Equal(200), "the old access token lives on")
		_, _, third := app.refresh(second["refresh_token"])
		Expect(claims(third["access_token"])).To(HaveKeyWithValue("scope", "profile company"))
		app.sepay.Advance(31 * 24 * time.Hour)
		status, _, _ = app.refresh(third["refresh_token"])
		Expect(status).To(Equal(400))
	})

	It("lets one of many that refresh at once win, and only one", func() {
		app := newApplication()
		_, _, got := app.exchange(app.code())
		var won atomic.Int32
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				defer GinkgoRecover()
				if status, _, _ := app.refresh(got["refresh_token"]); status == http.StatusOK {
					won.Add(1)
				}
			})
		}
		all.Wait()
		Expect(won.Load()).To(BeEquivalentTo(1))
	})

	It("burns a code only for its own client", func() {
		app := newApplication()
		code := app.code()
		other := app.sepay.Company().State().OAuthApps[1]
		for _, wrong := range [][]string{{"client_secret", "x"}, {"client_id", other.ClientID, "client_secret", other.ClientSecret}, {"redirect_uri", "http://localhost:3000/x"}} {
			status, _, _ := app.exchange(code, wrong...)
			Expect(status).NotTo(Equal(200))
		}
		status, _, _ := app.exchange(code)
		Expect(status).To(Equal(200))
	})

	It("revokes a token when the client asks", func() {
		app := newApplication()
		_, _, got := app.exchange(app.code())
		status, _, _ := app.browser().post("/oauth/revoke", url.Values{"client_id": {app.id}, "client_secret": {app.secret}, "token": {got["refresh_token"].(string)}})
		Expect(status).To(Equal(200))
		Expect(app.me(got["access_token"])).To(Equal(401))
	})

	DescribeTable("refuses a token request",
		func(status int, code string, request func(application) (int, http.Header, map[string]any)) {
			app := newApplication()
			got, h, body := request(app)
			Expect([]any{got, body["error"]}).To(Equal([]any{status, code}), body["error_description"])
			Expect(h.Get("Cache-Control")).To(Equal("no-store"))
			Expect(body).To(HaveKeyWithValue("error_description", Not(BeEmpty())))
		},
		Entry("no grant type", 400, "invalid_request", func(a application) (int, http.Header, map[string]any) { return a.token() }),
		Entry("another grant type", 400, "unsupported_grant_type", func(a application) (int, http.Header, map[string]any) {
			return a.token("grant_type", "client_credentials")
		}),
		Entry("no code", 400, "invalid_request", func(a application) (int, http.Header, map[string]any) { return a.exchange("") }),
		Entry("an unknown code", 400, "invalid_grant", func(a application) (int, http.Header, map[string]any) { return a.exchange("def50200") }),
		Entry("no redirect_uri", 400, "invalid_request", func(a application) (int, http.Header, map[string]any) {
			return a.exchange(a.code(), "redirect_uri", "")
		}),
		Entry("another redirect_uri", 400, "invalid_grant", func(a application) (int, http.Header, map[string]any) {
			return a.exchange(a.code(), "redirect_uri", "https://app.example/cb?tenant=1")
		}),
		Entry("no client", 401, "invalid_client", func(a application) (int, http.Header, map[string]any) {
			return a.exchange(a.code(), "client_id", "")
		}),
		Entry("no secret", 401, "invalid_client", func(a application) (int, http.Header, map[string]any) {
			return a.exchange(a.code(), "client_secret", "")
		}),
		Entry("a wrong secret", 401, "invalid_client", func(a application) (int, http.Header, map[string]any) {
			return a.exchange(a.code(), "client_secret", "x")
		}),
		Entry("a code of another client", 400, "invalid_grant", func(a application) (int, http.Header, map[string]any) {
			other := a.sepay.Company().State().OAuthApps[1]
			return a.exchange(a.code(), "client_id", other.ClientID, "client_secret", other.ClientSecret)
		}),
		Entry("a refresh token of another client", 400, "invalid_grant", func(a application) (int, http.Header, map[string]any) {
			_, _, got := a.exchange(a.code())
			other := a.sepay.Company().State().OAuthApps[1]
			return a.refresh(got["refresh_token"], "client_id", other.ClientID, "client_secret", other.ClientSecret)
		}),
		Entry("no refresh token", 400, "invalid_request", func(a application) (int, http.Header, map[string]any) {
			return a.token("grant_type", "refresh_token")
		}),
		Entry("a wrong verifier", 400, "invalid_grant", func(a application) (int, http.Header, map[string]any) {
			return a.exchange(a.code("code_challenge", challenge("right"), "code_challenge_method", "S256"), "code_verifier", strings.Repeat("wrong", 10))
		}),
		Entry("no verifier", 400, "invalid_grant", func(a application) (int, http.Header, map[string]any) {
			return a.exchange(a.code("code_challenge", challenge("right"), "code_challenge_method", "S256"))
		}),
		Entry("a plain verifier that is another", 400, "invalid_grant", func(a application) (int, http.Header, map[string]any) {
			return a.exchange(a.code("code_challenge", strings.Repeat("right", 10)), "code_verifier", strings.Repeat("wrong", 10))
		}),
	)

	It("reads the client's secret from a form, from JSON and from Basic", func() {
		app := newApplication()
		body, err := json.Marshal(map[string]string{"grant_type": "authorization_code", "redirect_uri": callback, "code": app.code(), "client_id": app.id, "client_secret": app.secret})
		Expect(err).NotTo(HaveOccurred())
		req, err := http.NewRequest(http.MethodPost, app.sepay.URL()+"/oauth/token", strings.NewReader(string(body)))
		Expect(err).NotTo(HaveOccurred())
		req.Header.Set("Content-Type", "application/json")
		status, _, _ := do(req)
		Expect(status).To(Equal(200))
		for secret, want := range map[string]int{app.secret: 200, "wrong": 401} {
			form := url.Values{"grant_type": {"authorization_code"}, "redirect_uri": {callback}, "code": {app.code()}}
			req, err = http.NewRequest(http.MethodPost, app.sepay.URL()+"/oauth/token", strings.NewReader(form.Encode()))
			Expect(err).NotTo(HaveOccurred())
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.SetBasicAuth(app.id, secret)
			status, h, _ := do(req)
			Expect(status).To(Equal(want))
			if want == 401 {
				Expect(h.Get("WWW-Authenticate")).To(HavePrefix("Basic"))
			}
		}
	})

	It("lets in no forged token, none of another seed and none of another environment", func() {
		app := newApplication()
		_, _, got := app.exchange(app.code())
		token := got["access_token"].(string)
		parts := strings.Split(token, ".")
		none := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"none"}`))
		edited := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(mustDecode(parts[1]), `"profile company"`, `"webhook:delete"`, 1)))
		stranger := newApplication(emulator.WithSeed(7))
		_, _, foreign := stranger.exchange(stranger.code())
		for name, forged := range map[string]string{
			"alg none": none + "." + parts[1] + ".", "alg none with the signature": none + "." + parts[1] + "." + parts[2], "edited claims": parts[0] + "." + edited + "." + parts[2],
			"no signature": parts[0] + "." + parts[1] + ".", "another key": foreign["access_token"].(string), "cut": token[:len(token)-4], "an API token": app.sepay.Company().APIToken(),
		} {
			Expect(app.me(forged)).To(Equal(401), name)
		}
		for host, want := range map[string]int{"my.dev.sepay.vn": 200, "my.sepay.vn": 401} {
			status, _, _ := api{sepay: app.sepay, token: token, host: host}.get("/api/v1/me")
			Expect(status).To(Equal(want), host)
		}
	})

	It("publishes its key on the control side only, and it verifies the tokens", func() {
		app := newApplication()
		status, set := controlCall(app.sepay, http.MethodGet, "/oauth/jwks", "")
		Expect(status).To(Equal(200))
		Expect(set["keys"]).To(ConsistOf(And(HaveKeyWithValue("kty", "RSA"), HaveKeyWithValue("alg", "RS256"))))
		status, _, _ = app.browser().get("/oauth/jwks")
		Expect(status).To(Equal(404))
	})

	It("takes a user's rights away in the middle of a test", func() {
		app := newApplication()
		user := app.sepay.Company().State().Users[0]
		token := app.sepay.Company().AccessToken("profile", "company", "bank-account:read")
		get := func(path string) int {
			status, _, _ := api{sepay: app.sepay, token: token}.get(path)
			return status
		}
		Expect(get("/api/v1/company")).To(Equal(200))
		status, _ := controlCall(app.sepay, http.MethodPatch, "/users/"+jsonText(user.ID), `{"role":"User","permissions":["bank_accounts:view_list"]}`)
		Expect(status).To(Equal(200))
		Expect([]int{get("/api/v1/company"), get("/api/v1/bank-accounts"), get("/api/v1/me")}).To(Equal([]int{403, 200, 200}))
		app.sepay.Company().UpdateUser(user.ID, wire.NewUser{Permissions: &[]string{}})
		Expect(get("/api/v1/bank-accounts")).To(Equal(403))
		status, _ = controlCall(app.sepay, http.MethodDelete, "/users/"+jsonText(user.ID), "")
		Expect(status).To(Equal(204))
		Expect(get("/api/v1/me")).To(Equal(401))
	})
})

// challenge is the S256 challenge of a word repeated to a verifier's length.
func challenge(word string) string {
	sum := sha256.Sum256([]byte(strings.Repeat(word, 10)))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func jsonText(v any) string {
	GinkgoHelper()
	text, err := json.Marshal(v)
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

func mustDecode(part string) string {
	GinkgoHelper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

var _ = Describe("An OAuth2 client that knows nothing of SePay", func() {
	It("dances with it, refreshes, and understands its errors", func() {
		app := newApplication(emulator.WithAutoConsent())
		state := app.sepay.Company().State()
		got := node(app.sepay, []string{
			"SEPAY_OAUTH_URL=" + app.sepay.URL() + "/oauth", "SEPAY_OAUTH_API_URL=" + app.sepay.URL() + "/api/v1",
			"SEPAY_OAUTH_CLIENT_ID=" + app.id, "SEPAY_OAUTH_CLIENT_SECRET=" + app.secret, "SEPAY_JWKS_URL=" + app.sepay.URL() + "/_control/v1/oauth/jwks",
		}, "oauth.mjs")
		for _, auth := range []string{"post", "basic"} {
			Expect(got[auth]).To(Equal(map[string]any{"type": "bearer", "expires": 3600.0, "rotated": true, "status": 200.0, "email": state.Users[0].Email}))
		}
		Expect(got["denied scope"]).To(HaveKeyWithValue("error", "invalid_scope"))
		Expect(got["wrong secret"]).To(Equal(map[string]any{"error": "invalid_client", "status": 401.0}))
		Expect(got["wrong verifier"]).To(Equal(map[string]any{"error": "invalid_grant", "status": 400.0}))
		Expect(got["jwks"]).To(HaveKeyWithValue("verified", true))
	})
})
