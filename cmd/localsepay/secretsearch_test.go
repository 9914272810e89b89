package main

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/mask"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// hoard is every credential that went into a run.
type hoard struct {
	values []string
	// shown counts the texts that were searched.
	shown int
}

func (h *hoard) put(values ...string) {
	for _, v := range values {
		if len(v) >= 6 && v != "password" && !slices.Contains(h.values, v) {
			h.values = append(h.values, v)
		}
	}
}

// learn takes every text that stands under the name of a credential.
func (h *hoard) learn(v any, secret bool) {
	switch v := v.(type) {
	case string:
		if secret {
			h.put(v)
		}
	case []any:
		for _, item := range v {
			h.learn(item, secret)
		}
	case map[string]any:
		for name, item := range v {
			h.learn(item, secret || mask.SecretName(name))
		}
	}
}

// spelled is a credential as it may stand in an output.
func spelled(t *testing.T, s string) []string {
	t.Helper()
	inGo, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	inPHP, err := phpjson.Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := json.Marshal(string(inPHP))
	if err != nil {
		t.Fatal(err)
	}
	out := []string{
		s, url.QueryEscape(s), url.PathEscape(s), string(inGo[1 : len(inGo)-1]), string(inPHP[1 : len(inPHP)-1]), string(twice[3 : len(twice)-3]),
		strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(s)), "="), base64.RawURLEncoding.EncodeToString([]byte(s)),
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// search fails the test for every credential in an output.
func (h *hoard) search(t *testing.T, where, text string) {
	t.Helper()
	h.shown++
	if text == "" {
		t.Errorf("%s is empty: there is nothing to search", where)
	}
	// A signed link to a payment page works, so that it has what the shop wrote
	// into its form, but no credential that the emulator knows.
	links := regexp.MustCompile(`/v1/checkout\?[^"\s]*`)
	for _, secret := range h.values {
		text := text
		if secret == inReturn {
			text = links.ReplaceAllString(text, "")
		}
		for _, form := range spelled(t, secret) {
			if i := strings.Index(text, form); i >= 0 {
				t.Errorf("%s shows %q:\n…%s…", where, secret, text[max(0, i-120):min(len(text), i+len(form)+40)])
			}
		}
	}
}

// controlReads lists the paths of the control API that are read, without those
// that hand credentials out.
func controlReads(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../openapi/control.yaml")
	if err != nil {
		t.Fatal(err)
	}
	operation := regexp.MustCompile(`(?m)^  /_control/v1(/\S*):\n(?:    parameters:\n(?:      .*\n)+)?    get:\n      operationId: (\S+)`)
	var out []string
	for _, m := range operation.FindAllStringSubmatch(string(text), -1) {
		if !slices.Contains(control.SecretOperations(), m[2]) {
			out = append(out, m[1])
		}
	}
	if len(out) < 10 {
		t.Fatalf("only %v are read", out)
	}
	return out
}
