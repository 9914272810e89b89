package control_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/control"
	wire "github.com/localsepay/localsepay/openapi/control"
)

func TestWhoIsLetIn(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"a program of this machine":             {func(*http.Request) {}, 200},
		"over IPv6":                             {func(r *http.Request) { r.RemoteAddr, r.Host = "[::1]:1", "[::1]:8787" }, 200},
		"by a name below localhost":             {func(r *http.Request) { r.Host = "sepay.localhost:8787" }, 200},
		"by a name that was allowed":            {func(r *http.Request) { r.Host = "sepay.test" }, 200},
		"by the name of another site":           {func(r *http.Request) { r.Host = "evil.example" }, 403},
		"by a name that ends like localhost":    {func(r *http.Request) { r.Host = "evillocalhost" }, 403},
		"another machine":                       {func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1" }, 401},
		"another machine with the token":        {func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1"; r.Header.Set("Authorization", "Bearer letmein") }, 200},
		"with the token by any name":            {func(r *http.Request) { r.Host = "evil.example"; r.Header.Set("Authorization", "bearer letmein") }, 200},
		"another machine with another token":    {func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1"; r.Header.Set("Authorization", "Bearer letmei") }, 401},
		"another machine with the token, Basic": {func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1"; r.Header.Set("Authorization", "Basic letmein") }, 401},
		"somebody through a proxy":              {func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.5") }, 401},
		"this machine through a proxy":          {func(r *http.Request) { r.Header.Set("X-Forwarded-For", "127.0.0.1") }, 200},
		"a page of another site":                {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"a page of another origin":              {func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:9999") }, 403},
		"a page of another origin, with token": {func(r *http.Request) {
			r.Header.Set("Origin", "https://evil.example")
			r.Header.Set("Authorization", "Bearer letmein")
		}, 403},
		"a page of ours": {func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:8787") }, 200},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, func(c *control.Config) { c.Token, c.AllowHosts = "letmein", []string{"sepay.test"} })
			r := request("GET", "/health", "")
			c.change(r)
			a := h.send(r)
			if a.Code != c.status {
				t.Fatalf("status %d: %s", a.Code, a.Body)
			}
			if challenged := a.Header().Get("WWW-Authenticate") != ""; challenged != (c.status == 401) {
				t.Errorf("headers %v", a.Header())
			}
			if c.status != 200 {
				a.problem(c.status, "")
			}
			if strings.Contains(a.Body.String(), "letmein") {
				t.Error("the answer has the token")
			}
		})
	}
}

func TestWithoutATokenNobodyFromElsewhereIsLetIn(t *testing.T) {
	h := build(t)
	for _, header := range []string{"", "Bearer", "Bearer ", "Bearer x"} {
		r := request("GET", "/health", "")
		r.RemoteAddr = "192.0.2.1:1"
		r.Header.Set("Authorization", header)
		h.send(r).problem(401, "by its token only")
	}
}

func TestAPageKeepsThePassAndNotTheToken(t *testing.T) {
	h := build(t, func(c *control.Config) { c.Token = "letmein" })
	pages := h.Enter(h.GuardPages(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })))
	visit := func(target string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, target, http.NoBody)
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, r)
		return w
	}
	w := visit("/_console/phone?control_token=letmein&lang=en")
	got := w.Result().Cookies()
	if w.Code != 303 || w.Header().Get("Location") != "/_console/phone?lang=en" || len(got) != 1 || w.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	pass := got[0]
	if !pass.HttpOnly || pass.SameSite != http.SameSiteStrictMode || strings.Contains(pass.Value, "letmein") || pass.Secure {
		t.Errorf("cookie %+v", pass)
	}
	if w := visit("/_console/phone", pass); w.Code != http.StatusTeapot {
		t.Errorf("with the pass: %d", w.Code)
	}
	if w := visit("/_console/phone?control_token=wrong"); w.Code != 303 || len(w.Result().Cookies()) > 0 {
		t.Errorf("with a wrong token: %d %v", w.Code, w.Header())
	}
	if w := visit("/_console/phone", &http.Cookie{Name: pass.Name, Value: "letmein"}); w.Code != 401 {
		t.Errorf("with the token as pass: %d", w.Code)
	}
	r := request("GET", "/health", "") // the pass opens pages, not the API
	r.RemoteAddr = "192.0.2.1:1"
	r.AddCookie(pass)
	h.send(r).problem(401, "")
}

func TestWhatNoCallIs(t *testing.T) {
	h := build(t)
	for _, call := range [][2]string{{"GET", "/none"}, {"GET", ""}, {"GET", "/orders/A/none"}} {
		h.call(call[0], call[1], "").problem(404, "there is no such control call")
	}
	if a := h.call("HEAD", "/health", ""); a.Code != 200 {
		t.Errorf("HEAD: %d", a.Code)
	}
	r := request("GET", "/health", "")
	r.URL.Path = "/elsewhere"
	h.send(r).problem(404, "there is no such control call")
}

func TestWhatIsWrongWithABodyIsSaid(t *testing.T) {
	h := build(t)
	for body, says := range map[string]string{
		`{"amount":"5"}`:                "amount: want a whole number, not a text",
		`{"amount":1.5}`:                "amount: want a whole number, not 1.5",
		`{"amount":true}`:               "amount: want a whole number, not true or false",
		`{"content":5}`:                 "content: want a text, not",
		`{"bank_habits":[]}`:            "bank_habits: want true or false, not a list",
		`{"amuont":5}`:                  `there is no member "amuont"`,
		`{"amount":5,}`:                 "the body is not JSON",
		`{"amount":5`:                   "it ends too early",
		`{"amount":5}{}`:                "more than one JSON value",
		`[]`:                            "want an object, not a list",
		`{"amount":5,"at":"yesterday"}`: "at:",
	} {
		h.call("POST", "/transfers", body).problem(400, says)
	}
	h.call("POST", "/transfers", `{"amuont":5}`).problem(400, "amount")
	h.call("POST", "/transfers", `{"content":"`+strings.Repeat("x", 1<<20)+`"}`).problem(413, "larger than 1048576 bytes")
	if n := len(h.call("GET", "/timeline?type=transaction", "").rows()); n > 0 {
		t.Errorf("%d transfers were made", n)
	}
}

func TestWhatIsWrongWithAQueryIsSaid(t *testing.T) {
	h := build(t)
	for path, c := range map[string]struct {
		status int
		says   string
	}{
		"/orders?limit=x":                      {400, "limit: want a number"},
		"/orders?after=-1":                     {400, "after: want a number"},
		"/orders?status=PAID":                  {400, "status cannot be"},
		"/deliveries?kind=email":               {400, "kind cannot be"},
		"/deliveries?status=lost":              {400, "status cannot be"},
		"/deliveries?webhook=x":                {400, "webhook: want a number"},
		"/deliveries?limit=x":                  {400, "limit: want a number"},
		"/requests?after=99999999999999999999": {400, "after: want a number"},
		"/findings?request=x":                  {400, "request: want a number"},
		"/findings?delivery=x":                 {400, "delivery: want a number"},
		"/timeline?type=none":                  {400, "type cannot be"},
		"/timeline?from=never":                 {400, "from:"},
		"/timeline?to=never":                   {400, "to:"},
		"/timeline?limit=x":                    {400, "limit: want a number"},
		"/webhooks/x":                          {404, "there is no id"},
		"/webhooks/0":                          {404, "there is no id"},
		"/webhooks/99":                         {404, ""},
		"/deliveries/99":                       {404, ""},
		"/requests/99":                         {404, "there is no request 99"},
		"/orders/none":                         {404, `there is no order "none"`},
	} {
		t.Run(path, func(t *testing.T) { answer{h.call("GET", path, "").ResponseRecorder, t}.problem(c.status, c.says) })
	}
}

func TestAnUnknownCompanySelectsNothingInSilenceNowhere(t *testing.T) {
	h := build(t)
	for _, path := range []string{"/orders", "/deliveries", "/requests", "/findings", "/timeline", "/webhooks", "/events"} {
		w := answer{httptest.NewRecorder(), t}
		h.handler.ServeHTTP(w, request("GET", path+"?company=shopp", ""))
		w.problem(404, "shop")
	}
}

func TestAFailureOfTheEmulatorIsOneAndIsKept(t *testing.T) {
	h := build(t)
	if err := h.parts.Store.Close(); err != nil {
		t.Fatal(err)
	}
	h.call("GET", "/clock", "").problem(500, "please report this")
	if list := h.FindingList(findingsOf(""), 10).Data; len(list) != 1 || !strings.Contains(list[0].Title+list[0].Detail, "/clock") {
		t.Errorf("findings %+v", list)
	}
	w := httptest.NewRecorder()
	control.Stopping(w, request("POST", "/reset", ""))
	answer{w, t}.problem(503, "localsepay is stopping")
	broken := build(t, func(c *control.Config) { c.Addresses = func(string) wire.Addresses { panic(errors.New("no address")) } })
	broken.call("GET", "/state", "").problem(500, "no address")
}
