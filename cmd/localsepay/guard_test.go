package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/control"
)

// unheard puts a name server in the place of the system's, and counts what it
// is asked. Nothing that it says leads anywhere.
func unheard(t *testing.T) *atomic.Int64 {
	t.Helper()
	var asked atomic.Int64
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		asked.Add(1)
		return nil, errors.New("no name server")
	}}
	t.Cleanup(func() { net.DefaultResolver = before })
	return &asked
}

// proxied is a proxy that the environment names, and counts what it is sent.
func proxied(t *testing.T) *atomic.Int64 {
	t.Helper()
	var sent atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { sent.Add(1) }))
	t.Cleanup(proxy.Close)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
		t.Setenv(strings.ToLower(name), proxy.URL)
	}
	return &sent
}

// spellings are addresses of SePay's production.
var spellings = []string{
	"https://pgapi.sepay.vn", "https://PGAPI.SePay.VN/v1", "https://userapi.sepay.vn./v2", "https://userapi.sepay.vn:443", "https://user:pass@userapi.sepay.vn/v2",
	"https://userapi。sepay。vn/v2", "https://ｕｓｅｒａｐｉ．ｓｅｐａｙ．ｖｎ", "http://user\u00adapi.sepay.vn", "https://my.sepay.vn/userapi", "https://bankhub-api.sepay.vn",
	"https://einvoice-api.sepay.vn", "https://unheard-of.sepay.vn",
}

func TestNoVerbSendsAByteToProduction(t *testing.T) {
	asked, sent := unheard(t), proxied(t)
	dir := t.TempDir()
	for _, address := range spellings {
		for _, args := range [][]string{
			{"contract", "run", "--quiet", "--target", address}, {"contract", "drift", "--quiet", "--target", address}, {"contract", "twin", "403 without a token", "--listen", "127.0.0.1:0", "--url", address},
			{"contract", "run", "--quiet", "--receiver-url", address},
			{"scenario", "run", "answer-without-success-is-lost", "--target", address}, {"scenario", "run", "answer-without-success-is-lost", "--webhook", address}, {"scenario", "run", "answer-without-success-is-lost", "--ipn", address},
			{"scenario", "run", "answer-without-success-is-lost", "--check", address}, {"scenario", "run", "answer-without-success-is-lost", "--prepare", address}, {"scenario", "export", filepath.Join(dir, "x.yaml"), "--url", address},
			{"audit", "--webhook", address}, {"audit", "--ipn", address}, {"audit", "--webhook", "http://127.0.0.1:1", "--prepare", address}, {"audit", "--webhook", "http://127.0.0.1:1", "--cancel", address},
			{"audit", "--webhook", "http://127.0.0.1:1", "--check", address + "/{code}"}, {"audit", "--ipn", "http://127.0.0.1:1", "--return", address + "/{invoice}"},
			{"serve", "--listen", "127.0.0.1:0", "--webhook", address}, {"serve", "--listen", "127.0.0.1:0", "--ipn", address},
			{"serve", "--listen", "127.0.0.1:0", "--webhook", "http://127.0.0.1:1", "--webhook-auth", "oauth2:" + address + "/token,id,secret"},
			{"transfer", "1000", "x", "--url", address}, {"pay", "DH1", "--url", address}, {"orders", "--url", address}, {"token", "--url", address}, {"deliveries", "--url", address},
			{"replay", "1", "--url", address}, {"advance", "1m", "--url", address}, {"state", "--url", address}, {"env", "--url", address}, {"ready", "--url", address}, {"timeline", "--url", address},
			{"clients", "--url", address}, {"cards", "--url", address}, {"faults", "list", "--url", address},
		} {
			code, _, errOut := verb(t, args...)
			if code != exitUsage || !strings.Contains(errOut, "SePay's own host") || !strings.Contains(errOut, "hint: ") {
				t.Errorf("%v: exit %d, %s", args, code, errOut)
			}
		}
	}
	if asked.Load() != 0 || sent.Load() != 0 {
		t.Errorf("%d questions to a name server, %d requests to the proxy", asked.Load(), sent.Load())
	}
}

func TestCredentialsFilesLeadToNoProduction(t *testing.T) {
	asked, sent := unheard(t), proxied(t)
	for _, name := range []string{"SEPAY_API_TOKEN", "SEPAY_MERCHANT_ID", "SEPAY_SECRET_KEY", "SEPAY_ACCESS_TOKEN"} {
		t.Setenv(name, "")
	}
	file := filepath.Join(t.TempDir(), "sepay.yaml")
	refused := func(name, text, want string, flags ...string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, errOut := verb(t, append([]string{"contract", "run", "--quiet", "--target", "sandbox", "--credentials", file}, flags...)...)
		if code != exitUsage || !strings.Contains(errOut, want) || strings.Contains(errOut, "_live_x") {
			t.Errorf("%s: exit %d, %s", name, code, errOut)
		}
	}
	for _, address := range spellings {
		for _, s := range openapi.Surfaces().Addressed() {
			refused(s.Key+" "+address, fmt.Sprintf("api_token: x\naddresses: {%s: %q}\n", s.Key, address), "SePay's own host")
		}
	}
	refused("an address in numbers", "api_token: x\naddresses: {userapi_v2: \"https://1.1.1.1/v2\"}\n", "does not say whose it is")
	refused("another way to write it", "api_token: x\naddresses: {userapi_v2: \"https://0x01010101/v2\"}\n", "does not say whose it is")
	refused("credentials to the pictures", "api_token: x\naddresses: {userapi_v2: \"https://qr.sepay.vn/v2\"}\n", "only the surface qr")
	refused("credentials to a page", "api_token: x\naddresses: {userapi_v2: \"https://developer.sepay.vn/v2\"}\n", "SePay's own host")
	const live = "live credentials"
	refused("a live key in the file", "merchant_id: SP-TEST-AB123456\nsecret_key: spsk_live_x\n", live)
	refused("a live merchant in the file", "merchant_id: sp-live-AB123456\nsecret_key: x\n", live)
	refused("a live key by flag", "access_token: x\n", live, "--secret-key", "SPSK_LIVE_x")
	refused("a live key where a token belongs", "access_token: x\n", live, "--api-token", "spsk_live_x")
	t.Setenv("SEPAY_SECRET_KEY", "spsk_live_x")
	refused("a live key in the environment", "access_token: x\n", live)
	t.Setenv("SEPAY_SECRET_KEY", "")
	for name, args := range map[string][]string{
		"production, with a live key": {"contract", "run", "--quiet", "--target", "production", "--i-mean-production", "--secret-key", "spsk_live_x"},
		"the audit":                   {"audit", "--ipn", "http://127.0.0.1:1", "--ipn-secret", "spsk_live_x"},
		"the audit's webhook":         {"audit", "--webhook", "http://127.0.0.1:1", "--webhook-auth", "secret:spsk_live_x"},
		"a scenario":                  {"scenario", "run", "answer-without-success-is-lost", "--ipn", "http://127.0.0.1:1", "--ipn-secret", "spsk_live_x"},
		"a scenario's webhook":        {"scenario", "run", "answer-without-success-is-lost", "--webhook", "http://127.0.0.1:1", "--webhook-auth", "hmac:spsk_live_x"},
	} {
		if code, _, errOut := verb(t, args...); code != exitUsage || !strings.Contains(errOut, live) || strings.Contains(errOut, "_live_x") {
			t.Errorf("%s: exit %d, %s", name, code, errOut)
		}
	}
	if asked.Load() != 0 || sent.Load() != 0 {
		t.Errorf("%d questions to a name server, %d requests to the proxy", asked.Load(), sent.Load())
	}
}

// What answers at --target may say that its surfaces are at SePay's, or at
// somebody else's; only the first is refused, as the second was named by it.
func TestATargetCannotLeadTheSuiteToProduction(t *testing.T) {
	asked, sent := unheard(t), proxied(t)
	for _, address := range spellings {
		stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Server", control.ServerName) // without it the target is no localsepay, and is not asked
			_, _ = fmt.Fprintf(w, `{"addresses":{"control":"http://127.0.0.1:1/_control/v1","pgapi":%q}}`, address)
		}))
		code, _, errOut := verb(t, "contract", "run", "--quiet", "--target", stranger.URL)
		if code != exitUsage || !strings.Contains(errOut, "SePay's own host") {
			t.Errorf("%s: exit %d, %s", address, code, errOut)
		}
		stranger.Close()
	}
	if asked.Load() != 0 || sent.Load() != 0 {
		t.Errorf("%d questions to a name server, %d requests to the proxy", asked.Load(), sent.Load())
	}
}

func TestVerbsFollowNoRedirectAndAskNoProxy(t *testing.T) {
	sent := proxied(t)
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		elsewhere.Add(1)
		w.Header().Set("Server", control.ServerName)
	}))
	defer other.Close()
	for _, to := range []string{other.URL, "https://pgapi.sepay.vn/v1", "//userapi.sepay.vn/"} {
		first := httptest.NewServer(http.RedirectHandler(to, http.StatusTemporaryRedirect))
		for _, args := range [][]string{
			{"state", "--url"}, {"transfer", "1000", "x", "--url"}, {"ready", "--url"}, {"deliveries", "--url"}, {"contract", "run", "--quiet", "--target"}, {"scenario", "run", "answer-without-success-is-lost", "--target"},
			{"scenario", "export", filepath.Join(t.TempDir(), "x.yaml"), "--url"},
		} {
			if code, _, errOut := verb(t, append(slices.Clone(args), first.URL)...); code == 0 {
				t.Errorf("%v, to %s: exit %d, %s", args, to, code, errOut)
			}
		}
		first.Close()
	}
	e := emulator.StartT(t)
	if code, _, errOut := verb(t, "state", "--url", e.URL()); code != 0 {
		t.Errorf("exit %d, %s", code, errOut)
	}
	if elsewhere.Load() != 0 || sent.Load() != 0 {
		t.Errorf("%d requests to the other host, %d to the proxy", elsewhere.Load(), sent.Load())
	}
}
