package emulator_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// partner is an application on another site whose users let it in.
type partner struct {
	*httptest.Server
	application
	mu   sync.Mutex
	came []url.Values
}

func newPartner(name string) *partner {
	GinkgoHelper()
	p := &partner{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.came = append(p.came, r.URL.Query())
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!doctype html><link rel="icon" href="data:,"><title>app</title><h1>back</h1>`))
	}))
	DeferCleanup(p.Close)
	p.URL = strings.Replace(p.URL, "127.0.0.1", "app.test", 1)
	sepay := emulator.StartT(GinkgoT(), emulator.WithCompany(wire.NewCompany{ID: "demo", OAuthApps: []wire.OAuthApp{{Name: name, RedirectURIs: []string{p.URL + "/cb"}}}}))
	app := sepay.Company().State().OAuthApps[0]
	p.application = application{sepay, app.ClientID, app.ClientSecret}
	return p
}

func (p *partner) ask(pairs ...string) string {
	return p.sepay.URL() + "/oauth/authorize?" + p.query(append([]string{"redirect_uri", p.URL + "/cb", "scope", strings.Join([]string{"profile", "bank-account:read", "webhook:write"}, " ")}, pairs...)...).Encode()
}

// told is what the application heard last.
func (p *partner) told() url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.came) == 0 {
		return nil
	}
	return p.came[len(p.came)-1]
}

var _ = Describe("In a browser, a user", Label("browser"), func() {
	It("logs in, sees who asks for what, and lets the application in", func() {
		p := newPartner("Shop app")
		t := newTab()
		t.visit(p.ask())
		t.picture("login-vi")
		user := p.sepay.Company().State().Users[0]
		t.write("#email", user.Email)
		t.write("#password", "wrong")
		t.click("button.button")
		t.shows("Email hoặc mật khẩu không đúng.")
		t.write("#password", user.Password)
		t.click("button.button")
		t.shows("Cấp quyền truy cập", "Shop app", "Xem tài khoản ngân hàng", "Tạo và sửa webhook", user.Email)
		t.picture("consent-vi")
		t.click(`.bar a`)
		t.shows("Allow access", "View bank accounts")
		t.picture("consent-en")
		t.click(`button[value="allow"]`)
		becomes[string](t, "location.href", HavePrefix(p.URL+"/cb?"))
		status, _, _ := p.exchange(p.told().Get("code"), "redirect_uri", p.URL+"/cb")
		Expect(status).To(Equal(http.StatusOK))
		// The login lasts; the next question is the consent alone.
		t.visit(p.ask())
		t.shows("Cấp quyền truy cập")
		t.click(`button[value="deny"]`)
		becomes[string](t, "location.href", HavePrefix(p.URL+"/cb?"))
		Expect(p.told().Get("error")).To(Equal("access_denied"))
		Expect(p.told().Get("state")).To(Equal("s t&=/ü"))
	})

	It("does so on a phone and without JavaScript, and no name of an application runs as script", func() {
		p := newPartner(`"><script>window.__pwned = true</script><img src=x onerror="window.__pwned = true">`)
		t := newTab()
		t.size(390, 844)
		t.visit(p.ask("state", `"><script>window.__pwned = true</script>`))
		Expect(eval[bool](t, "document.documentElement.scrollWidth <= innerWidth")).To(BeTrue())
		Expect(eval[bool](t, "window.__pwned === undefined")).To(BeTrue())
		t.shows(`<script>window.__pwned = true</script>`)

		q := newPartner("Shop app")
		plain := newTab(noScript)
		plain.visit(q.ask())
		user := q.sepay.Company().State().Users[0]
		plain.write("#email", user.Email)
		plain.write("#password", user.Password)
		plain.click("button.button")
		plain.click(`button[value="allow"]`)
		Eventually(q.told).Should(HaveKey("code"))
	})

	It("is shown an error page when the application cannot be trusted", func() {
		p := newPartner("Shop app")
		t := newTab()
		t.visit(p.ask("redirect_uri", "http://evil.example/"))
		t.shows("Yêu cầu không hợp lệ")
		Expect(t.met().statuses).To(HaveKeyWithValue(p.sepay.URL()+"/oauth/authorize", BeNumerically("==", http.StatusBadRequest)))
		t.picture("oauth-untrusted-vi")
	})
})
