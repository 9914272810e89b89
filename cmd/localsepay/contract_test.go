package main

import (
	"encoding/json"
	"encoding/xml"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/contracts/twin"
	"github.com/localsepay/localsepay/emulator"
)

// lying serves an emulator behind a bad twin and returns its address.
func lying(t *testing.T, name string) string {
	t.Helper()
	liar, ok := twin.Named(name)
	if !ok {
		t.Fatalf("there is no twin %q", name)
	}
	e := emulator.StartT(t, emulator.WithContract(emulator.ContractOff), emulator.AllowPending())
	impostor, err := twin.New(liar, e.Handler())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(impostor)
	t.Cleanup(func() {
		server.Close()
		_ = impostor.Close() // nothing is under way any more
	})
	return server.URL
}

func TestContractRunHoldsTheEmulatorAndWritesEveryReport(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	code, out, errOut := verb(t, "contract", "run", "--surface", "qr", "--surface", "userapi v2", "--html", file("r.html"), "--junit", file("r.xml"), "--sarif", file("r.sarif"))
	if code != 0 || !strings.Contains(out, "claims hold") || !strings.Contains(errOut, "userapi v2") {
		t.Fatalf("exit %d, %s%s", code, out, errOut)
	}
	for name, valid := range map[string]func([]byte) bool{
		"r.html":  func(b []byte) bool { return strings.Contains(string(b), "<!doctype html>") },
		"r.xml":   func(b []byte) bool { return xml.Unmarshal(b, new(struct{ XMLName xml.Name })) == nil },
		"r.sarif": json.Valid,
	} {
		if b, err := os.ReadFile(file(name)); err != nil || !valid(b) {
			t.Errorf("%s: %v, %.200s", name, err, b)
		}
	}
	code, out, _ = verb(t, "contract", "run", "--surface", "qr", "--json")
	var run result.Run
	if err := json.Unmarshal([]byte(out), &run); err != nil || code != 0 || len(run.Specs) == 0 || run.Kind != result.Emulator {
		t.Errorf("exit %d, %v, %.200s", code, err, out)
	}
}

func TestContractRunFindsOutATwinAndEndsWith1(t *testing.T) {
	code, out, errOut := verb(t, "contract", "run", "--target", lying(t, "amount_in is called amountIn"), "--surface", "userapi v2", "--quiet")
	if code != 1 || !strings.Contains(out, "$.data[*].amountIn") || !strings.Contains(errOut, "1 documented fact does not hold") {
		t.Errorf("exit %d, %s%s", code, out, errOut)
	}
}

func TestContractRunRefusesWhatItMustNotTouchAndSaysWhatItCouldNotVerify(t *testing.T) {
	for _, name := range []string{"SEPAY_API_TOKEN", "SEPAY_MERCHANT_ID", "SEPAY_SECRET_KEY", "SEPAY_ACCESS_TOKEN"} {
		t.Setenv(name, "")
	}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"a live merchant":          {[]string{"--target", "sandbox", "--merchant-id", "SP-LIVE-AB123456", "--secret-key", "x"}, "production"},
		"production":               {[]string{"--target", "production"}, "--i-mean-production"},
		"a surface that is none":   {[]string{"--surface", "userapi v3"}, "userapi v2"},
		"a target that is none":    {[]string{"--target", "moon"}, "http://127.0.0.1:8787"},
		"nobody at the address":    {[]string{"--target", "http://127.0.0.1:1"}, "no localsepay answers"},
		"a setting that is none":   {[]string{"--setting", "x=y"}, "no setting"},
		"no credentials":           {[]string{"--target", "sandbox", "--surface", "pgapi"}, "SEPAY_MERCHANT_ID"},
		"a filter without a claim": {[]string{"--label", "no-such-label"}, "Nothing was verified"},
	} {
		code, out, errOut := verb(t, append([]string{"contract", "run", "--quiet"}, c.args...)...)
		if code != exitUnverified || !strings.Contains(out+errOut, c.want) {
			t.Errorf("%s: exit %d, %s%s", name, code, out, errOut)
		}
	}
}

func TestContractDriftTellsWhatMovedAndWhoDiffers(t *testing.T) {
	base := filepath.Join(t.TempDir(), "observed.json")
	if code, out, errOut := verb(t, "contract", "drift", "--surface", "userapi v2", "--write", base, "--quiet"); code != 0 {
		t.Fatalf("exit %d, %s%s", code, out, errOut)
	}
	if code, out, _ := verb(t, "contract", "drift", "--surface", "userapi v2", "--baseline", base, "--quiet"); code != 0 {
		t.Errorf("nothing moved, but exit %d: %s", code, out)
	}
	whole := filepath.Join(t.TempDir(), "whole.json")
	if code, out, _ := verb(t, "contract", "drift", "--write", whole, "--quiet"); code != 0 {
		t.Fatalf("exit %d, %s", code, out)
	}
	for _, part := range [][]string{{"--surface", "pgapi"}, {"--label", "read"}, {"--name", "since_id"}} {
		if code, out, _ := verb(t, append([]string{"contract", "drift", "--baseline", whole, "--quiet"}, part...)...); code != 0 {
			t.Errorf("%v of a whole baseline: exit %d, %s", part, code, out)
		}
	}
	code, out, _ := verb(t, "contract", "drift", "--target", lying(t, "code is an empty text instead of null"), "--surface", "userapi v2", "--baseline", base, "--three-way", "--quiet")
	if code != 1 || !strings.Contains(out, "MOVED") && !strings.Contains(out, "THREE WAYS") {
		t.Errorf("exit %d, %s", code, out)
	}
	code, _, errOut := verb(t, "contract", "drift", "--baseline", base+"x")
	if code != exitUsage || !strings.Contains(errOut, "--write") {
		t.Errorf("exit %d, %s", code, errOut)
	}
	kept, err := os.ReadFile(base)
	if err != nil || strings.Contains(string(kept), "MBBank") || !strings.Contains(string(kept), "amount_in") {
		t.Errorf("a baseline keeps names and types, no values: %v, %.300s", err, kept)
	}
}

func TestAcceptedDifferencesExcuseUntilTheyExpire(t *testing.T) {
	address := lying(t, "banks with a logo")
	for expires, want := range map[string]int{"2099-01-01": 1, "2020-01-01": 1} {
		file := filepath.Join(t.TempDir(), "accepted.yaml")
		text := "accepted:\n  - {operation: qr.banks, rule: undeclared-property, path: '$.data[*].logo', reason: announced, expires: " + expires + "}\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, _ := verb(t, "contract", "run", "--target", address, "--surface", "qr", "--accepted", file, "--json")
		var run result.Run
		if err := json.Unmarshal([]byte(out), &run); err != nil || code != want {
			t.Fatalf("exit %d, %v, %.200s", code, err, out)
		}
		expired := len(run.Drift.Problems) > 0 && run.Drift.Problems[0].Fails
		if expired != (expires < "2026") {
			t.Errorf("%s: problems %+v", expires, run.Drift.Problems)
		}
	}
}

func TestContractLintReadsRecordedTraffic(t *testing.T) {
	har := filepath.Join(t.TempDir(), "app.har")
	entry := `{"request":{"method":"GET","url":"https://userapi.sepay.vn/v2/transactions?limit=5","headers":[],"queryString":[]},"response":{"status":200,"headers":[{"name":"Content-Type","value":"application/json"}],"content":{"mimeType":"application/json","text":"{\"status\":\"success\",\"data\":[],\"meta\":{\"pagination\":{\"total\":0,\"per_page\":20,\"current_page\":1,\"last_page\":1,\"has_more\":false}}}"}}}`
	if err := os.WriteFile(har, []byte(`{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[`+entry+`]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := verb(t, "contract", "lint", har)
	if code != 1 || !strings.Contains(out, "limit") {
		t.Errorf("exit %d, %s%s", code, out, errOut)
	}
	if code, out, _ := verb(t, "contract", "lint", har, "--json"); code != 1 || !json.Valid([]byte(out)) {
		t.Errorf("exit %d, %s", code, out)
	}
	if err := os.WriteFile(har, []byte(`{"log":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errOut := verb(t, "contract", "lint", har); code != exitUsage || !strings.Contains(errOut, "hint:") {
		t.Errorf("exit %d, %s", code, errOut)
	}
}

func TestContractTemplateTwinAndExplain(t *testing.T) {
	if code, out, _ := verb(t, "contract", "template"); code != 0 || !strings.Contains(out, "merchant_id:") {
		t.Errorf("template: exit %d, %s", code, out)
	}
	if code, out, _ := verb(t, "contract", "twin"); code != 0 || strings.Count(out, "\n") != len(twin.All()) {
		t.Errorf("twin: exit %d, %s", code, out)
	}
	if code, _, errOut := verb(t, "contract", "twin", "none such"); code != exitUsage || !strings.Contains(errOut, "none such") {
		t.Errorf("twin: exit %d, %s", code, errOut)
	}
	if code, out, _ := verb(t, "explain", "webhook.retry_on"); code != 0 || !strings.Contains(out, "any_failure") || !strings.Contains(out, "https://developer.sepay.vn/") {
		t.Errorf("explain: exit %d, %s", code, out)
	}
	if code, out, _ := verb(t, "explain", "ipn.ids"); code != 0 || !strings.Contains(out, "uuid1: captured; uuid4: a page's example") {
		t.Errorf("explain: exit %d, %s", code, out)
	}
	if code, out, _ := verb(t, "explain", "--json"); code != 0 || !json.Valid([]byte(out)) {
		t.Errorf("explain: exit %d, %s", code, out)
	}
	if code, _, errOut := verb(t, "explain", "gravity"); code != exitUsage || !strings.Contains(errOut, "gravity") {
		t.Errorf("explain: exit %d, %s", code, errOut)
	}
}
