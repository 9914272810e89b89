package surface

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/mux"
	"pgregory.net/rapid"
)

// A path goes where the mux's own patterns would send it, with the same
// parameters.
func TestPathsMatchAsTheMuxMatchesThem(t *testing.T) {
	templates := []string{"/v2/transactions", "/v2/transactions/{id}", "/v2/accounts/{id}/va", "/v2/accounts/{id}/va/{va}", "/{a}/{b}", "/v2/{x}/va/{y}", "/"}
	part := rapid.OneOf(rapid.SampledFrom([]string{"v2", "transactions", "accounts", "va", "", "%2F", "a b", "{id}", "..", "%", "%zz", "é", "a%2fb", ";x", "*"}), rapid.StringN(0, 4, 8))
	rapid.Check(t, func(t *rapid.T) {
		template := rapid.SampledFrom(templates).Draw(t, "template")
		u := &url.URL{Path: "/"}
		for i := range rapid.IntRange(0, 6).Draw(t, "segments") {
			text := part.Draw(t, "segment")
			if i > 0 {
				u.Path += "/"
			}
			u.Path += text
		}
		if rapid.Bool().Draw(t, "raw") {
			if parsed, err := url.ParseRequestURI(u.Path); err == nil {
				u = parsed
			}
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL = u
		var want, got mux.RouteMatch
		m := mux.NewRouter().SkipClean(true).UseEncodedPath()
		matches := m.NewRoute().Path(template).Match(r, &want)
		if segments(template)(r, &got) != matches {
			t.Fatalf("%s at %q: the mux says %t", template, u.EscapedPath(), matches)
		}
		if diff := cmp.Diff(want.Vars, got.Vars); matches && diff != "" {
			t.Fatalf("%s at %q (-mux +ours):\n%s", template, u.EscapedPath(), diff)
		}
	})
}
