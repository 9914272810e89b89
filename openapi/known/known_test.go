package known_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/known"
)

func TestTheTableNamesEachOperationOnceWithItsPage(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range known.Operations() {
		key := o.Method + " " + o.Path + " " + strings.Join(o.Hosts, " ")
		if seen[key] {
			t.Errorf("%s stands twice", key)
		}
		seen[key] = true
		if o.Product == "" || o.Name == "" || len(o.Hosts) == 0 || !strings.HasPrefix(o.Path, "/") || !strings.HasPrefix(o.Source, "https://developer.sepay.vn/") {
			t.Errorf("%+v is not whole", o)
		}
		if !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete}, o.Method) {
			t.Errorf("%+v has another method", o)
		}
		for _, host := range o.Hosts {
			if host != strings.ToLower(host) || !strings.HasSuffix(host, ".sepay.vn") {
				t.Errorf("%s is no host of SePay's", host)
			}
		}
	}
}

// What is emulated stands in the documents, and must not be called not emulated.
func TestNothingThatIsEmulatedIsInTheTable(t *testing.T) {
	for _, name := range openapi.Names() {
		c, err := openapi.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if c.AnyHost() {
			continue
		}
		for _, o := range known.Operations() {
			path := strings.NewReplacer("{", "x", "}", "x").Replace(o.Path)
			shared := slices.ContainsFunc(o.Hosts, func(h string) bool { return slices.Contains(c.Hosts(), h) })
			if op, ok := c.Operation(openapi.Request{Method: o.Method, URL: &url.URL{Path: path}}); ok && shared {
				t.Errorf("%s %s is %s of %s", o.Method, o.Path, op.ID, name)
			}
		}
	}
}

func TestFindGoesByHostWhereThatIsSePays(t *testing.T) {
	for _, c := range []struct{ method, host, path, product string }{
		{"POST", "bankhub-api.sepay.vn", "/v1/token", "Bank Hub"},
		{"POST", "einvoice-api-sandbox.sepay.vn", "/v1/token", "eInvoice"},
		{"POST", "127.0.0.1", "/v1/token", "Bank Hub"},
		{"GET", "userapi.sepay.vn", "/v2/bank-accounts/x/refunds/", "API v2, refunds"},
		{"GET", "my.sepay.vn", "/v2/bank-accounts/x/refunds", ""},
		{"PUT", "bankhub-api.sepay.vn", "/v1/token", ""},
		{"GET", "bankhub-api.sepay.vn", "/v1/company/", "Bank Hub"},
		{"GET", "127.0.0.1", "/v1/company//x", ""},
	} {
		o, ok := known.Find(c.method, c.host, c.path)
		if o.Product != c.product || ok != (c.product != "") {
			t.Errorf("%s %s%s: %q, want %q", c.method, c.host, c.path, o.Product, c.product)
		}
	}
	if known.Product("speaker-api.sepay.vn") != "SoundBox" || known.HasHost("evil.test") {
		t.Error("hosts")
	}
}
