package main

import (
	"os/exec"
	"strings"
	"testing"
)

// heavy are packages that the command does well without, and who may import what they
// are for. What BENCHMARKS.md says of its size and start depends on it.
var heavy = map[string]string{
	"github.com/chromedp/":                       "tests",
	"github.com/makiuchi-d/gozxing":              "tests; openapi/scan reads pictures",
	"github.com/onsi/gomega":                     "tests; the claims of contracts have matchers of their own",
	"github.com/Masterminds/semver/":             "nobody; Ginkgo has it from 2.24 on",
	"github.com/santhosh-tekuri/jsonschema/":     "tests; kin-openapi has it from 0.136 on, for OpenAPI 3.1",
	"github.com/shirou/gopsutil/":                "cmd/load",
	"golang.org/x/net/html":                      "nobody",
	"golang.org/x/tools/":                        "nobody; Ginkgo has it from 2.26 on",
	"golang.org/x/oauth2":                        "tests",
	"golang.org/x/text/encoding":                 "nobody: the character sets of the world weigh a megabyte",
	"go.yaml.in/yaml/v3":                         "nobody; v4 is here",
	"honnef.co/go/tools/":                        "the linter",
	"net/http/httptest":                          "tests",
	"net/http/pprof":                             "nobody",
	"pgregory.net/rapid":                         "tests",
	"github.com/onsi/ginkgo/v2/ginkgo/":          "Ginkgo's own command",
	"github.com/go-task/slim-sprig/":             "Ginkgo's own command",
	"github.com/google/pprof/":                   "Ginkgo's own command",
	"github.com/rogpeppe/go-internal/testscript": "tests",
}

func TestTheCommandImportsNothingHeavy(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for p := range strings.Lines(string(out)) {
		all = append(all, strings.TrimSpace(p))
	}
	for _, p := range all {
		for prefix, only := range heavy {
			if strings.HasPrefix(p, prefix) {
				t.Errorf("the command imports %s, which is for %s: go list -deps -f '{{.ImportPath}} {{.Imports}}' ./cmd/localsepay says who does", p, only)
			}
		}
	}
	if len(all) < 100 {
		t.Errorf("go list knows %d packages", len(all))
	}
}
