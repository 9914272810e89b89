package surface_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/surface"
)

func TestForwardedHeadersAreHeededFromLoopbackAndNamedProxiesOnly(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}
	for name, c := range map[string]struct{ from, host, proto, want string }{
		"loopback":                {"127.0.0.1:9", "shop.test", "https", "https://shop.test"},
		"loopback, IPv6":          {"[::1]:9", "shop.test", "https", "https://shop.test"},
		"mapped":                  {"[::ffff:127.0.0.1]:9", "shop.test", "https", "https://shop.test"},
		"a named proxy":           {"10.1.2.3:9", "shop.test:8443", "https", "https://shop.test:8443"},
		"somebody else":           {"10.2.0.1:9", "shop.test", "https", "http://here"},
		"the host alone":          {"127.0.0.1:9", "shop.test", "", "http://shop.test"},
		"the scheme alone":        {"127.0.0.1:9", "", "https", "https://here"},
		"a chain of proxies":      {"127.0.0.1:9", "Shop.Test, inner", "HTTPS, http", "https://shop.test"},
		"another scheme":          {"127.0.0.1:9", "shop.test", "javascript", "http://shop.test"},
		"a host with a path":      {"127.0.0.1:9", "shop.test/x", "https", "https://here"},
		"a host with a user":      {"127.0.0.1:9", "a@shop.test", "https", "https://here"},
		"a host that would break": {"127.0.0.1:9", "a\"><b>", "https", "https://here"},
		"an address":              {"127.0.0.1:9", "[2001:db8::1]:80", "http", "http://[2001:db8::1]:80"},
		"no headers":              {"127.0.0.1:9", "", "", "http://here"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr, r.Host = c.from, "here"
		if c.host != "" {
			r.Header.Set("X-Forwarded-Host", c.host)
		}
		if c.proto != "" {
			r.Header.Set("X-Forwarded-Proto", c.proto)
		}
		got := surface.Forwarded(r, proxies)
		if surface.Origin(got) != c.want || surface.DirectHost(got) != "here" || r.Host != "here" {
			t.Errorf("%s: %s by %s, want %s", name, surface.Origin(got), surface.DirectHost(got), c.want)
		}
	}
}
