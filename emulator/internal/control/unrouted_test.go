package control_test

import (
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/localsepay/localsepay/openapi"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// methods are the methods of each path of the document.
func methods(t *testing.T) map[string][]string {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct{ Responses map[string]any }
	}
	text, _ := openapi.Document("control")
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for path, all := range document.Paths {
		for method, o := range all {
			if o.Responses["405"] == nil {
				t.Errorf("%s %s does not declare 405", method, path)
			}
			out[path] = append(out[path], strings.ToUpper(method))
			if method == "get" {
				out[path] = append(out[path], "HEAD")
			}
		}
	}
	return out
}

func TestAPathSaysWhichMethodsItTakes(t *testing.T) {
	h := build(t)
	h.open("DH-1", "50000")
	all := methods(t)
	for path, allowed := range all {
		called := strings.NewReplacer(wire.Prefix, "", "{id}", "1", "{order}", "DH-1").Replace(path)
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
			if slices.Contains(allowed, method) {
				continue
			}
			want := slices.Clone(allowed)
			if called == "/deliveries/replay" { // by its letters a delivery's id
				if method == "GET" || method == "HEAD" {
					continue
				}
				want = append(want, all[wire.Prefix+"/deliveries/{id}"]...)
			}
			slices.Sort(want)
			a := h.call(method, called, "")
			if got := a.Header().Get("Allow"); got != strings.Join(want, ", ") {
				t.Errorf("%s %s: %d, Allow %q, want %v", method, path, a.Code, got, want)
			}
			if method == "HEAD" {
				if a.Code != 405 {
					t.Errorf("HEAD %s: %d", path, a.Code)
				}
				continue
			}
			a.problem(405, "it takes "+strings.Join(want, ", "))
		}
	}
	for _, path := range []string{"/nothing", "/state/", "/state/more", "/orders/DH-1/refund", "/webhooks//test", ""} {
		a := h.call("POST", path, "")
		a.problem(404, "there is no such control call")
		if a.Header().Get("Allow") != "" {
			t.Errorf("%s: Allow %s", path, a.Header().Get("Allow"))
		}
	}
}
