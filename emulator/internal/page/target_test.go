package page_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/page"
)

func TestThePolicyLetsAConsentLeadToItsClientAndNowhereElse(t *testing.T) {
	for uri, want := range map[string]string{
		"http://localhost:3000/callback?x=1":    "form-action 'self' http://localhost:3000;",
		"https://app.example/cb":                "form-action 'self' https://app.example;",
		"com.example.shop:/callback":            "form-action 'self' com.example.shop:;",
		"":                                      "form-action 'self';",
		"/relative":                             "form-action 'self';",
		"https://a.example; script-src *":       "form-action 'self';",
		"https://a.example'; default-src 'x/cb": "form-action 'self';",
	} {
		w := httptest.NewRecorder()
		if err := page.Write(w, http.StatusOK, page.Consent{Target: page.Target{RedirectURI: uri}}); err != nil {
			t.Fatal(err)
		}
		if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, want) {
			t.Errorf("%q: no %q in %q", uri, want, policy)
		}
	}
}
