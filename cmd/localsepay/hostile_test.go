package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
)

// hostile steers a terminal by escapes of seven and eight bits, turns text
// round, hides, and passes for a line of the program's own.
const hostile = "\x1b[2J\x1b]0;owned\x07\u009b31m\u202eevil\u2066\u200b\u00ad\ufeff\U000e0041\r\b\x00\x7fend\nlocalsepay: all is well"

// sober fails the test for what a terminal would obey, and what passes for a line
// of the program's own.
func sober(t *testing.T, what, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("%s prints what is no UTF-8: %q", what, out)
	}
	for _, r := range out {
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) {
			t.Errorf("%s prints %U: %q", what, r, out)
			return
		}
	}
	if strings.Contains(out, "\nlocalsepay: all is well") {
		t.Errorf("%s prints a line of somebody else's: %q", what, out)
	}
}

// hostileShop answers everything, wrongly, with the hostile text.
func hostileShop(t *testing.T) string {
	t.Helper()
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Powered-By", "\u202eevil\x9b31m")
		w.Header().Set("Content-Type", "application/json")
		text, _ := json.Marshal(hostile)
		w.WriteHeader(http.StatusTeapot)
		_, _ = fmt.Fprintf(w, `{"success":false,"message":%s}`, text)
		_, _ = w.Write([]byte("\xff\xfe" + hostile))
	}))
	t.Cleanup(shop.Close)
	return shop.URL
}

func TestNoVerbLetsOutsideTextSteerTheTerminal(t *testing.T) {
	shop := hostileShop(t)
	company := control.NewCompany{ID: "demo", Name: "X" + hostile, OAuthApps: []control.OAuthApp{{ClientID: "shop-app", Name: hostile}}}
	sepay := emulator.StartT(t, emulator.WithCompany(company), emulator.WithWebhook(shop+"/?x=\u202e"), emulator.WithIPN(shop, "s\u202e\u009b"), emulator.AllowPending())
	at := func(args ...string) []string { return append(args, "--url", sepay.URL()) }
	sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH2", Amount: 90_000, SuccessURL: "https://shop.example/\u202eok"})
	for _, path := range []string{"/v2/transactions?q=%1b%5b2J%e2%80%ae", "/nowhere/%1b%5b2J%E2%80%AE"} {
		req, err := http.NewRequest(http.MethodGet, sepay.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("User-Agent", "evil\u202e\u009b31m")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	rule := `{"name":"` + strings.ReplaceAll("\u202e\u009b31m", `"`, "") + `","when":{"surface":"userapi v2"},"do":{"status":503,"body":"\u001b[2J"}}`
	for _, args := range [][]string{
		at("transfer", "1000", hostile), at("transfer", "1000", "DH2\u202e", "--reference", hostile), at("pay", "DH2"), at("orders"), at("orders", "DH2"), at("orders", hostile),
		at("deliveries"), at("deliveries", "1"), at("replay", "1"), at("timeline"), at("clients"), at("state"), at("env"), at("token"), at("token", "--scope", hostile), at("advance", "1m"),
		at("faults", "add", rule), at("faults"), at("faults", "add", `{"do":`+hostile), at("pay", hostile), at("env", "--company", hostile),
		{"state", "--url", "http://127.0.0.1:1/" + hostile}, {hostile}, {"serve", "--" + hostile}, {"serve", "--listen", hostile}, {"serve", "--listen", hostile + ":0"}, {"serve", "--listen", "127.0.0.1:" + hostile, "--state-file", "/dev/null/" + hostile}, {"scenario", "run", hostile}, {"explain", hostile},
		{"qr", "decode", hostile}, {"qr", "decode", "000201" + hostile}, {"contract", "run", "--surface", hostile}, {"contract", "twin", hostile},
		{"scenario", "run", "notice-of-a-transfer", "--webhook", shop}, {"audit", "--webhook", shop, "--ipn", shop, "--check", shop + "/{code}", "--patience", "100ms", "--rule", "webhook-accepts"},
	} {
		for _, machine := range []bool{false, true} {
			if machine {
				args = append(args, "--json")
			}
			_, out, errOut := verb(t, args...)
			sober(t, fmt.Sprintf("%.60q", args), out+errOut)
			if machine && strings.HasPrefix(out, "{") && !json.Valid([]byte(out)) {
				t.Errorf("%.60q prints no JSON: %s", args, out)
			}
		}
	}
}

func TestNoAnswerOfATargetSteersTheTerminal(t *testing.T) {
	imposter := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", control.ServerName)
		w.WriteHeader(http.StatusConflict)
		_ = json.NewEncoder(w).Encode(control.Problem{Title: hostile, Detail: "no " + hostile, Hint: hostile})
	}))
	defer imposter.Close()
	for _, line := range []string{"state", "env", "orders", "deliveries", "timeline", "clients", "cards", "token", "advance 1m", "transfer 1000", "pay DH1", "replay 1", "faults", "faults clear", "scenario export " + filepath.Join(t.TempDir(), "x.yaml")} {
		code, out, errOut := verb(t, append(strings.Fields(line), "--url", imposter.URL)...)
		if code == 0 || !strings.Contains(errOut, "end") {
			t.Errorf("%s: exit %d, %q", line, code, errOut)
		}
		sober(t, line, out+errOut)
	}
	shop := hostileShop(t)
	for _, args := range [][]string{{"contract", "run", "--target", shop}, {"scenario", "run", "notice-of-a-transfer", "--target", shop}} {
		_, out, errOut := verb(t, args...)
		sober(t, fmt.Sprint(args), out+errOut)
	}
}

func TestNoRecordedTrafficSteersTheTerminal(t *testing.T) {
	text, err := json.Marshal(hostile)
	if err != nil {
		t.Fatal(err)
	}
	har := filepath.Join(t.TempDir(), "x.har")
	entry := fmt.Sprintf(`{"request":{"method":"GET","url":"https://userapi.sepay.vn/v2/transactions?x=%%1b","headers":[{"name":"X","value":%s}]},"response":{"status":200,"headers":[{"name":"Content-Type","value":"application/json"}],"content":{"size":9,"text":%s}}}`, text, text)
	if err := os.WriteFile(har, []byte(`{"log":{"entries":[`+entry+`]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"contract", "lint", har}, {"contract", "lint", har, "--json"}} {
		code, out, errOut := verb(t, args...)
		if code == 2 {
			t.Errorf("exit %d, %s", code, errOut)
		}
		sober(t, fmt.Sprint(args), out+errOut)
	}
}

func TestAnEnvironmentArrivesAsItIs(t *testing.T) {
	for text, want := range map[string]string{"it's": `'it'\''s'`, "a\u202eb'\\n\n": `$'a\u202eb\'\\n\n'`} {
		if got := shellWord(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
