package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
)

// verb runs the command line and returns the exit code and both outputs.
func verb(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), args, &o, &e)
	return code, o.String(), e.String()
}

func TestWhatIsWrongIsSaidInALineWithAHintAndExitCode2(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	bad := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(bad, []byte("companies:\n  - id: shop\n    bank_acounts: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	free := []string{"serve", "--listen", "127.0.0.1:0"}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"an unknown verb":          {[]string{"sing"}, "sing"},
		"an unknown flag":          {append(free, "--loud"), "--loud"},
		"the port is taken":        {[]string{"serve", "--listen", taken.Addr().String()}, "is taken"},
		"an address that is none":  {[]string{"serve", "--listen", "nowhere"}, "nowhere"},
		"a seed file with a slip":  {append(free, "--seed-file", bad), "line 3, column 5"},
		"no seed file":             {append(free, "--seed-file", bad+"x"), "no such file"},
		"a clock that is none":     {append(free, "--clock", "sundial"), "sundial"},
		"a rate that is none":      {append(free, "--rate-limit", "some"), "requests per second"},
		"an egress that is none":   {append(free, "--egress", "moon"), "moon"},
		"a log that is none":       {append(free, "--log", "xml"), "xml"},
		"auth of an unknown kind":  {append(free, "--webhook", "http://127.0.0.1/", "--webhook-auth", "magic:x"), "--webhook-auth"},
		"auth without its secret":  {append(free, "--webhook", "http://127.0.0.1/", "--webhook-auth", "hmac:"), "--webhook-auth"},
		"a webhook that is no URL": {append(free, "--webhook", "hook"), "--webhook \"hook\""},
		"live rules, local hook":   {append(free, "--webhook", "http://127.0.0.1/", "--egress", "live"), "https"},
		"an IPN that is no URL":    {append(free, "--ipn", "ipn"), "--ipn \"ipn\""},
		"a secret without an IPN":  {append(free, "--ipn-secret", "x"), "--ipn"},
		"a method that is none":    {[]string{"pay", "DH1", "--method", "CASH"}, "CASH"},
		"an unknown setting":       {append(free, "--setting", "x=y"), "no setting"},
		"an amount in words":       {[]string{"transfer", "much"}, "much"},
	} {
		code, _, errOut := verb(t, c.args...)
		if code != exitUsage || !strings.Contains(errOut, c.want) || !strings.Contains(errOut, "hint:") && name != "no seed file" {
			t.Errorf("%s: exit %d, %s", name, code, errOut)
		}
	}
}

func TestASecretOfAWrongFlagIsNotRepeated(t *testing.T) {
	_, out, errOut := verb(t, "serve", "--listen", "127.0.0.1:0", "--webhook", "http://127.0.0.1/", "--webhook-auth", "magic:hunter2")
	if strings.Contains(out+errOut, "hunter2") {
		t.Error(errOut)
	}
}

func TestVerbsWorkOnARunningOne(t *testing.T) {
	answers := []int{500, 200, 200, 200, 200}
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(answers[0])
		answers = answers[1:]
		_, _ = w.Write([]byte(`{"success":true}`))
	}))
	defer shop.Close()
	sepay := emulator.StartT(t, emulator.WithWebhook(shop.URL))
	at := func(args ...string) []string { return append(args, "--url", sepay.URL()) }

	if code, out, _ := verb(t, at("transfer", "150,000", "DH123456")...); code != exitHandler || !strings.Contains(out, "payment code DH123456") {
		t.Errorf("a refused transfer: exit %d, %s", code, out)
	}
	if code, out, errOut := verb(t, at("advance", "1m")...); code != 0 || !strings.Contains(out, "attempts on the way: 1") {
		t.Errorf("advance: exit %d, %s%s", code, out, errOut)
	}
	if code, out, errOut := verb(t, at("replay", "1")...); code != 0 || !strings.Contains(out, "Phát lại từ #1") {
		t.Errorf("replay: exit %d, %s%s", code, out, errOut)
	}
	code, out, errOut := verb(t, at("deliveries", "--json")...)
	var list control.List[control.Delivery]
	if err := json.Unmarshal([]byte(out), &list); code != 0 || err != nil || len(list.Data) != 2 {
		t.Errorf("deliveries: exit %d, %v, %s%s", code, err, out, errOut)
	}
	if code, out, _ := verb(t, at("deliveries", "1")...); code != 0 || strings.Count(out, "POST "+shop.URL) != 2 {
		t.Errorf("one delivery: exit %d, %s", code, out)
	}
	if code, out, _ := verb(t, at("env")...); code != 0 || !strings.Contains(out, "export SEPAY_API_TOKEN='"+sepay.Company().APIToken()+"'") {
		t.Errorf("env: exit %d, %s", code, out)
	}
	if code, out, _ := verb(t, at("state")...); code != 0 || !strings.Contains(out, sepay.Company().Account().Number()) {
		t.Errorf("state: exit %d, %s", code, out)
	}
	if code, _, errOut := verb(t, at("replay", "77")...); code != exitFailed || errOut == "" {
		t.Errorf("an unknown delivery: exit %d, %s", code, errOut)
	}
	if code, _, _ := verb(t, at("ready")...); code != 0 {
		t.Errorf("ready: exit %d", code)
	}
}

func TestOrdersArePaidAndListed(t *testing.T) {
	answers := []int{200, 401}
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(answers[0])
		answers = answers[1:]
	}))
	defer shop.Close()
	sepay := emulator.StartT(t, emulator.WithIPN(shop.URL, ""), emulator.AllowPending())
	at := func(args ...string) []string { return append(args, "--url", sepay.URL()) }
	if code, out, _ := verb(t, at("orders")...); code != 0 || !strings.Contains(out, "No order yet") {
		t.Errorf("no order: exit %d, %s", code, out)
	}
	for _, invoice := range []string{"DH/1", "DH2", "DH3"} {
		sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: invoice, Amount: 90_000, SuccessURL: "https://shop.example/ok"})
	}
	if code, out, errOut := verb(t, at("pay", "DH/1")...); code != 0 || !strings.Contains(out, "CAPTURED (paid)") || !strings.Contains(out, "https://shop.example/ok") || !strings.Contains(out, "IPN") {
		t.Errorf("pay: exit %d, %s%s", code, out, errOut)
	}
	if code, out, _ := verb(t, at("pay", "DH2", "--card", "visa")...); code != exitHandler || !strings.Contains(out, "CARD PAYMENT APPROVED") || !strings.Contains(out, "finding:") {
		t.Errorf("an IPN handler that refuses: exit %d, %s", code, out)
	}
	if code, out, _ := verb(t, at("pay", "DH3", "--outcome", "less")...); code != 0 || !strings.Contains(out, "less") {
		t.Errorf("less: exit %d, %s", code, out)
	}
	if code, _, errOut := verb(t, at("pay", "DH2")...); code != exitFailed || !strings.Contains(errOut, "CAPTURED") {
		t.Errorf("paid before: exit %d, %s", code, errOut)
	}
	for _, args := range [][]string{{"pay", "none"}, {"pay", "DH3", "--card", "gold"}, {"orders", "none"}} {
		if code, _, errOut := verb(t, at(args...)...); code != exitFailed || errOut == "" {
			t.Errorf("%v: exit %d, %s", args, code, errOut)
		}
	}
	var list control.List[control.Order]
	code, out, _ := verb(t, at("orders", "--json", "--status", "CAPTURED")...)
	if err := json.Unmarshal([]byte(out), &list); code != 0 || err != nil || len(list.Data) != 2 {
		t.Errorf("orders: exit %d, %v, %s", code, err, out)
	}
	if code, out, _ := verb(t, at("orders", "DH/1")...); code != 0 || !strings.Contains(out, sepay.URL()+"/v1/checkout?") {
		t.Errorf("one order: exit %d, %s", code, out)
	}
	if code, out, _ := verb(t, at("cards")...); code != 0 || !strings.Contains(out, "5123450000000008") {
		t.Errorf("cards: exit %d, %s", code, out)
	}
}

func TestATokenIsGivenWithoutTheDance(t *testing.T) {
	sepay := emulator.StartT(t, emulator.WithCompany(control.NewCompany{ID: "demo", OAuthApps: []control.OAuthApp{{ClientID: "shop-app"}}}))
	at := func(args ...string) []string { return append(args, "--url", sepay.URL()) }
	code, out, errOut := verb(t, at("token", "--scope", "profile,company")...)
	if code != 0 || strings.Count(out, ".") != 2 {
		t.Fatalf("exit %d, %s%s", code, out, errOut)
	}
	req, err := http.NewRequest(http.MethodGet, sepay.URL()+"/api/v1/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(out))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("the API answers %s", res.Status)
	}
	for _, args := range [][]string{{"--email", "nobody@x.test"}, {"--client", "none"}, {"--company", "none"}} {
		if code, _, errOut := verb(t, at(append([]string{"token"}, args...)...)...); code != exitFailed || errOut == "" {
			t.Errorf("%v: exit %d, %s", args, code, errOut)
		}
	}
	if code, _, errOut := verb(t, at("token", "--scope", "profil")...); code != exitUsage || !strings.Contains(errOut, `did you mean "profile"?`) {
		t.Errorf("a scope that is none: exit %d, %s", code, errOut)
	}
}

func TestReadyFailsWhereNothingAnswers(t *testing.T) {
	if code, _, errOut := verb(t, "ready", "--url", "http://127.0.0.1:1"); code != exitFailed || !strings.Contains(errOut, "hint:") {
		t.Errorf("exit %d, %s", code, errOut)
	}
	if code, out, _ := verb(t, "version", "--json"); code != 0 || !json.Valid([]byte(out)) {
		t.Errorf("version: exit %d, %s", code, out)
	}
}

func TestServeOpensWithItsBlockAndEndsWhenInterrupted(t *testing.T) {
	for _, c := range []struct{ flag, want string }{{"--log=text", "API token"}, {"--json", `"type":"state"`}, {"--quiet", ""}} {
		ctx, stop := context.WithCancel(context.Background())
		out := &opening{stop: stop}
		if c.want == "" {
			stop()
		}
		var errOut bytes.Buffer
		if code := run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--clock", "x60", c.flag}, out, &errOut); code != 0 && c.want != "" {
			t.Errorf("%s: exit %d, %s", c.flag, code, errOut.String())
		}
		if !strings.Contains(out.text.String(), c.want) || (c.want == "" && out.text.Len() > 0) {
			t.Errorf("%s printed %q", c.flag, out.text.String())
		}
		stop()
	}
}

// opening is a terminal whose user interrupts once the block is out.
type opening struct {
	text bytes.Buffer
	stop func()
}

func (o *opening) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "/_control/v1/transfers") || strings.Contains(string(b), `"type":"state"`) {
		o.stop()
	}
	return o.text.Write(b)
}
