package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAuditEndsWith6ForAHandlerThatFailsAnd2WhereNobodyAnswers(t *testing.T) {
	answer := `{"success":true}`
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(answer)) }))
	defer shop.Close()
	dir := t.TempDir()
	junit, sarif := filepath.Join(dir, "a.xml"), filepath.Join(dir, "a.sarif")
	code, out, errOut := verb(t, "audit", "--webhook", shop.URL, "--webhook-auth", "hmac:whsec_x", "--rule", "webhook-wrong-auth", "--junit", junit, "--sarif", sarif)
	if code != exitHandler || !strings.Contains(out, "✗ webhook-wrong-auth") || !strings.Contains(errOut, "not safe") {
		t.Errorf("exit %d, %s%s", code, out, errOut)
	}
	for _, name := range []string{junit, sarif} {
		if text, err := os.ReadFile(name); err != nil || !strings.Contains(string(text), "webhook-wrong-auth") {
			t.Errorf("%s: %v, %.200s", name, err, text)
		}
	}
	code, out, _ = verb(t, "audit", "--webhook", shop.URL, "--rule", "webhook-extra-fields", "--json")
	if code != 0 || !json.Valid([]byte(out)) {
		t.Errorf("exit %d, %s", code, out)
	}
	for name, args := range map[string][]string{
		"nobody there": {"--webhook", "http://127.0.0.1:1"}, "no handler": {}, "no such rule": {"--webhook", shop.URL, "--rule", "gravity"},
		"no pattern": {"--webhook", shop.URL, "--paid", "("}, "no such auth": {"--webhook", shop.URL, "--webhook-auth", "magic:x"},
	} {
		if code, out, errOut := verb(t, append([]string{"audit"}, args...)...); code != exitUsage || !strings.Contains(errOut, "hint:") {
			t.Errorf("%s: exit %d, %s%s", name, code, out, errOut)
		}
	}
}
