package emulator_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator"
)

// The address of the connection, or the token, lets a caller in; what a header
// says can only keep it out.
func TestTheControlAPIAnswersThisMachineAndWhoKnowsTheToken(t *testing.T) {
	const token = "a-token-of-the-test"
	s := soaked(t, emulator.WithControlToken(token), emulator.WithAllowedHosts("sepay.shop.test"))
	type caller struct {
		peer, host string
		headers    map[string]string
		want       int
	}
	for name, c := range map[string]caller{
		"this machine":               {"127.0.0.1:1", "localhost:8787", nil, 200},
		"this machine, IPv6":         {"[::1]:1", "[::1]:8787", nil, 200},
		"this machine, mapped":       {"[::ffff:127.0.0.1]:1", "127.0.0.1", nil, 200},
		"an allowed host":            {"127.0.0.1:1", "sepay.shop.test", nil, 200},
		"a rebound page":             {"127.0.0.1:1", "evil.test", nil, 403},
		"the network":                {"192.168.1.9:1", "localhost:8787", nil, 401},
		"the network, link-local":    {"[fe80::1%eth0]:1", "localhost", nil, 401},
		"nobody":                     {"", "localhost", nil, 401},
		"a proxy for another":        {"127.0.0.1:1", "localhost", map[string]string{"X-Forwarded-For": "203.0.113.7"}, 401},
		"a proxy, in a chain":        {"127.0.0.1:1", "localhost", map[string]string{"X-Forwarded-For": "203.0.113.7, 127.0.0.1"}, 401},
		"a proxy by RFC 7239":        {"127.0.0.1:1", "localhost", map[string]string{"Forwarded": `proto=https;for="[2001:db8::1]:4711"`}, 401},
		"a proxy with X-Real-Ip":     {"127.0.0.1:1", "localhost", map[string]string{"X-Real-Ip": "203.0.113.7"}, 401},
		"a proxy for this machine":   {"127.0.0.1:1", "localhost", map[string]string{"X-Forwarded-For": "127.0.0.1, ::1", "Forwarded": "for=127.0.0.1"}, 200},
		"a header that says local":   {"192.168.1.9:1", "localhost", map[string]string{"X-Forwarded-For": "127.0.0.1"}, 401},
		"the network with the token": {"192.168.1.9:1", "192.168.1.2:8787", map[string]string{"Authorization": "Bearer " + token}, 200},
		"another case":               {"192.168.1.9:1", "localsepay", map[string]string{"Authorization": "bearer " + token}, 200},
		"a wrong token":              {"192.168.1.9:1", "localhost", map[string]string{"Authorization": "Bearer " + token + "x"}, 401},
		"no token":                   {"192.168.1.9:1", "localhost", map[string]string{"Authorization": "Bearer "}, 401},
		"a page with the token":      {"192.168.1.9:1", "localhost", map[string]string{"Authorization": "Bearer " + token, "Origin": "https://evil.test"}, 403},
	} {
		r := httptest.NewRequest(http.MethodGet, "/_control/v1/health", nil)
		r.RemoteAddr, r.Host = c.peer, c.host
		for header, value := range c.headers {
			r.Header.Set(header, value)
		}
		w := httptest.NewRecorder()
		s.sepay.Handler().ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d: %s", name, w.Code, c.want, w.Body)
		}
	}
}

func TestABrowserElsewhereKeepsTheTokenAsACookieOfThePagesAlone(t *testing.T) {
	const token = "a-token-of-the-test"
	s := soaked(t, emulator.WithControlToken(token))
	visit := func(path string, cookies []*http.Cookie) *http.Response {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr, r.Host = "192.168.1.9:1", "192.168.1.2:8787"
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		s.sepay.Handler().ServeHTTP(w, r)
		return w.Result()
	}
	in := visit("/_console/phone?control_token="+token+"&lang=en", nil)
	kept := in.Cookies()
	if in.StatusCode != http.StatusSeeOther || in.Header.Get("Location") != "/_console/phone?lang=en" || len(kept) != 1 || !kept[0].HttpOnly || kept[0].SameSite != http.SameSiteStrictMode {
		t.Fatalf("%d to %s with %v", in.StatusCode, in.Header.Get("Location"), kept)
	}
	if strings.Contains(kept[0].Value, token) {
		t.Error("the cookie shows the token")
	}
	for _, c := range []struct {
		path    string
		cookies []*http.Cookie
		want    int
	}{{"/_console/phone", kept, 200}, {"/_console/phone", nil, 401}, {"/_control/v1/state", kept, 401}} {
		if got := visit(c.path, c.cookies); got.StatusCode != c.want {
			t.Errorf("%s with %v: %d, want %d", c.path, c.cookies, got.StatusCode, c.want)
		}
	}
	if wrong := visit("/_console/phone?control_token=x", nil); len(wrong.Cookies()) != 0 {
		t.Errorf("a wrong token gives %v", wrong.Cookies())
	}
}

func TestAListenerAnswersSePaysHostsLocalNamesAndAllowedOnes(t *testing.T) {
	sepay := emulator.StartT(t, emulator.WithAllowedHosts("Sepay.Shop.test"))
	token := sepay.Company().APIToken()
	for host, want := range map[string]int{
		"localhost": 200, "127.0.0.1:8787": 200, "[::1]": 200, "shop.localhost": 200, "localsepay": 200, "localsepay:8787": 200, "sepay.shop.test": 200,
		"userapi-sandbox.sepay.vn": 200, "USERAPI-SANDBOX.sepay.vn.": 200, "evil.test": 421, "evil.test:8787": 421, "10.0.0.9": 421,
		"userapi.sepay.vn.evil.test": 421, "localhost.evil.test": 421, "127.0.0.1.evil.test": 421, "[2001:db8::1]": 421,
	} {
		r, err := http.NewRequest(http.MethodGet, sepay.URL()+"/v2/transactions", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%q: %d, want %d", host, res.StatusCode, want)
		}
	}
}

// A page of another origin cannot use the forms of the payment page; its link can
// be followed from anywhere.
func TestTheFormsOfThePaymentPageAreItsOwn(t *testing.T) {
	s := soaked(t)
	order := s.sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "OWN", Amount: 50_000, Method: "BANK_TRANSFER"})
	at, err := url.Parse(order.State().CheckoutURL)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, action string, headers map[string]string) int {
		r := httptest.NewRequest(method, "http://127.0.0.1:8787/v1/checkout"+action+"?"+at.RawQuery, strings.NewReader("outcome=paid"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		return s.serve(r).Code
	}
	foreign := []map[string]string{{"Origin": "https://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}}
	for _, headers := range foreign {
		for action, method := range map[string]string{"/pay": "POST", "/card": "POST", "/challenge": "POST", "/cancel": "GET"} {
			if code := ask(method, action, headers); code != http.StatusForbidden {
				t.Errorf("%s %s with %v: %d", method, action, headers, code)
			}
		}
		if code := ask("GET", "", headers); code != http.StatusOK {
			t.Errorf("the page with %v: %d", headers, code)
		}
	}
	if state := order.State().State; state != "waiting" {
		t.Errorf("the order is %s", state)
	}
	if code := ask("POST", "/pay", map[string]string{"Origin": "http://127.0.0.1:8787"}); code != http.StatusSeeOther || order.State().State != "paid" {
		t.Errorf("its own form: %d, %s", code, order.State().State)
	}
}
