package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// answering is a shop that answers every request alike.
func answering(t *testing.T, kind string, status int, body string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestAuditEndsWith6ForAHandlerThatFails(t *testing.T) {
	shop := answering(t, "application/json", 200, `{"success":true}`)
	dir := t.TempDir()
	junit, sarif := filepath.Join(dir, "a.xml"), filepath.Join(dir, "a.sarif")
	code, out, errOut := verb(t, "audit", "--webhook", shop, "--webhook-auth", "hmac:whsec_x", "--rule", "webhook-wrong-auth", "--junit", junit, "--sarif", sarif)
	if code != exitHandler || !strings.Contains(out, "✗ webhook-wrong-auth") || !strings.Contains(errOut, "not safe") || strings.Contains(errOut, "webhook-wrong-auth") {
		t.Errorf("exit %d, %s%s", code, out, errOut)
	}
	for _, name := range []string{junit, sarif} {
		if text, err := os.ReadFile(name); err != nil || !strings.Contains(string(text), "webhook-wrong-auth") {
			t.Errorf("%s: %v, %.200s", name, err, text)
		}
	}
	code, out, _ = verb(t, "audit", "--webhook", shop, "--rule", "webhook-extra-fields", "--json")
	if code != 0 || !json.Valid([]byte(out)) {
		t.Errorf("exit %d, %s", code, out)
	}
}

func TestAuditEndsWith2AndSaysWhyWhenNothingCanBeSaid(t *testing.T) {
	refusing := answering(t, "application/json", 401, `{}`)
	code, out, errOut := verb(t, "audit", "--webhook", refusing, "--webhook-auth", "hmac:whsec_x")
	if code != exitUnverified || strings.Contains(out, "✗ webhook") || !strings.Contains(errOut, "--webhook-auth may not be the shop's") || !strings.Contains(errOut, "hint: Compare the secret") || strings.Count(errOut, "\n") != 2 {
		t.Errorf("exit %d, %s%s", code, out, errOut)
	}
	code, out, _ = verb(t, "audit", "--webhook", answering(t, "application/json", 204, ``), "--rule", "webhook-accepts", "--setting", "webhook.retry_on=any_failure")
	if code != 0 || !strings.Contains(out, "sends it again, seven times at most") {
		t.Errorf("exit %d, %s", code, out)
	}
}

func TestAuditSaysMistakesInOneLineBeforeItBegins(t *testing.T) {
	shop := answering(t, "application/json", 200, `{"success":true}`)
	page := answering(t, "text/html", 200, `<html>paid</html>`)
	for _, c := range []struct {
		args       []string
		says, hint string
	}{
		{[]string{"--webhook", "foo"}, `--webhook "foo" is not an address`, "http://127.0.0.1:3000/webhook"},
		{[]string{"--webhook", "127.0.0.1:3000/hook"}, `--webhook "127.0.0.1:3000/hook"`, "did you mean http://127.0.0.1:3000/hook?"},
		{[]string{"--ipn", "ftp://x/y"}, `--ipn "ftp://x/y"`, "http://127.0.0.1:3000/ipn"},
		{[]string{"--webhook", shop, "--check", "foo"}, `--check "foo" is not an address`, "http://127.0.0.1:3000/orders/{code}"},
		{[]string{"--webhook", shop, "--check", shop + "/orders"}, "has neither {code} nor {invoice}", "orders/{code}"},
		{[]string{"--webhook", shop, "--check", page + "/{code}"}, "answers a web page, not JSON", `{"status": "paid"`},
		{[]string{"--webhook", shop, "--prepare", "foo"}, `--prepare "foo" is not an address`, "http://127.0.0.1:3000/orders"},
		{[]string{"--webhook", shop, "--prepare", "http://127.0.0.1:1/orders"}, "--prepare: nobody answers at http://127.0.0.1:1/orders: connection refused", "is the shop running"},
		{[]string{"--webhook", shop, "--cancel", "foo"}, `--cancel "foo" is not an address`, "/cancel"},
		{[]string{"--webhook", shop, "--return", "foo"}, `--return "foo" is not an address`, "/thanks/{invoice}"},
		{[]string{"--webhook", "http://127.0.0.1:1/hook"}, "nobody answers at http://127.0.0.1:1/hook: connection refused", "is the shop running"},
		{[]string{"--webhook", "https://my.sepay.vn/hook"}, "SePay's own host", "your own shop"},
		{[]string{"--webhook", "https://MY.SePay.vn./hook"}, "SePay's own host", "your own shop"},
		{[]string{}, "neither a webhook nor an IPN handler", "--webhook"},
		{[]string{"--webhook", shop, "--webhook-auth", "bogus"}, `--webhook-auth cannot be "bogus"`, "apikey:KEY"},
		{[]string{"--webhook", shop, "--webhook-auth", "hmca:x"}, `--webhook-auth cannot be "hmca"`, "did you mean hmac?"},
		{[]string{"--webhook", shop, "--webhook-auth", "hmac"}, "the secret is missing", "hmac:SECRET"},
		{[]string{"--webhook", shop, "--webhook-auth", "apikey:"}, "the secret is missing", "apikey:KEY"},
		{[]string{"--webhook", shop, "--webhook-auth", "none:x"}, "none takes no secret", "want none"},
		{[]string{"--webhook", shop, "--webhook-auth", "oauth2:a,b,c"}, "does not play OAuth2", "want none"},
		{[]string{"--ipn", shop, "--webhook-auth", "hmac:x"}, "--webhook-auth without --webhook", "name the handler"},
		{[]string{"--webhook", shop, "--ipn-secret", "x"}, "--ipn-secret without --ipn", "name the handler"},
		{[]string{"--webhook", shop, "--account", "a b"}, `--account cannot be "a b"`, "letters or digits"},
		{[]string{"--webhook", shop, "--account", ""}, "--account is empty", "takes money on"},
		{[]string{"--webhook", shop, "--code-prefix", "dh"}, `--code-prefix cannot be "dh"`, `did you mean "DH"?`},
		{[]string{"--webhook", shop, "--code-prefix", "D1"}, `--code-prefix cannot be "D1"`, "letters A-Z"},
		{[]string{"--webhook", shop, "--code-prefix", ""}, "--code-prefix is empty", "DH"},
		{[]string{"--webhook", shop, "--credits", ""}, "--credits is empty", "data.credits"},
		{[]string{"--webhook", shop, "--rule", "webhook-duplicat"}, `no rule "webhook-duplicat"`, `did you mean "webhook-duplicate"?`},
		{[]string{"--webhook", shop, "--rule", "reference"}, `no rule "reference"`, "webhook-reference-empty, webhook-reference-repeated"},
		{[]string{"--webhook", shop, "--rule", "gravity"}, `no rule "gravity"`, "lists the rules"},
		{[]string{"--webhook", shop, "--paid", "("}, `--paid "(" is not a pattern`, "regular expression"},
		{[]string{"--webhook", shop, "--texts", "usal"}, `--texts cannot be "usal"`, `did you mean "usual"?`},
		{[]string{"--webhook", shop, "--patience", "0s"}, "--patience cannot be 0", "10s"},
		{[]string{"--webhook", shop, "--setting", "webhook.retry=x"}, `no setting "webhook.retry"`, "explain"},
		{[]string{"--webhook", shop, "--junit", "/nonexist/x.xml"}, "--junit /nonexist/x.xml", "a folder that exists"},
		{[]string{"--webhook", shop, "--sarif", "/nonexist/x.sarif"}, "--sarif /nonexist/x.sarif", "a folder that exists"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			code, out, errOut := verb(t, append([]string{"audit"}, c.args...)...)
			lines := strings.Split(strings.TrimSpace(errOut), "\n")
			if code != exitUsage || out != "" || len(lines) != 2 || !strings.Contains(lines[0], c.says) || !strings.HasPrefix(lines[1], "hint: ") || !strings.Contains(lines[1], c.hint) && !strings.Contains(lines[0], c.hint) {
				t.Errorf("exit %d, out %q\n%s", code, out, errOut)
			}
		})
	}
}
