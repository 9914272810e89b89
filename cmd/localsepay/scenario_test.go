package main

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/scenarios"
)

// script writes a scenario file and returns its path.
func script(t *testing.T, expect string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "own.yaml")
	text := "name: own\npurpose: A test.\nneeds: {webhook: {}}\nsteps:\n  - transfer: {amount: 1000, content: DH123456}\n" + expect
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAScenarioIsRunByItsNameAndByItsFile(t *testing.T) {
	code, out, errOut := verb(t, "scenario", "run", "ipn-late-paid-twice", script(t, ""))
	if code != 0 {
		t.Fatalf("exit %d, %s%s", code, out, errOut)
	}
	for _, want := range []string{"[1/2] ipn-late-paid-twice", "✓ +2m", "PASSED own", "2 passed, 0 failed"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
}

func TestAFailedScenarioSaysWhyAndExitsWith1(t *testing.T) {
	file := script(t, "expect: {balances: [{balance: 7}]}\n")
	code, out, errOut := verb(t, "scenario", "run", file, "--seed", "9")
	if code != exitFailed || !strings.Contains(errOut, "1 of 1 scenarios failed") {
		t.Fatalf("exit %d, %s", code, errOut)
	}
	for _, want := range []string{"✗ +0s", "expected: 7", "seen:     1000", "again: localsepay scenario run " + file + " --seed 9"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
}

func TestTheCommandThatIsPrintedRepeatsTheRun(t *testing.T) {
	sepay := emulator.StartT(t, emulator.AllowPending())
	shop := httptest.NewServer(http.NotFoundHandler())
	defer shop.Close()
	args := []string{"scenario", "run", script(t, "expect: {notices: [{answers: [200]}]}\n"), "--target", sepay.URL(), "--webhook", shop.URL, "--webhook-auth", "hmac:whsec_1"}
	_, out, _ := verb(t, args...)
	_, command, found := strings.Cut(out, "again: LOCALSEPAY_WEBHOOK_AUTH=… localsepay ")
	if !found || strings.Contains(out, "whsec_1") {
		t.Fatal(out)
	}
	t.Setenv("LOCALSEPAY_WEBHOOK_AUTH", "hmac:whsec_1")
	again := strings.Fields(strings.ReplaceAll(command, `"$LOCALSEPAY_WEBHOOK_AUTH"`, os.Getenv("LOCALSEPAY_WEBHOOK_AUTH")))
	if code, second, errOut := verb(t, again...); code != exitFailed || !strings.Contains(second, "seen:     [404]") {
		t.Errorf("exit %d, %s%s", code, second, errOut)
	}
}

func TestTheJSONReportHasTheSameBytesForTheSameSeed(t *testing.T) {
	var before string
	for range 2 {
		code, out, errOut := verb(t, "scenario", "run", "--all", "--json", "--seed", "3")
		if code != 0 || !json.Valid([]byte(out)) {
			t.Fatalf("exit %d, %s, %s", code, errOut, failures(out))
		}
		if before != "" && before != out {
			t.Error(cmp.Diff(before, out))
		}
		before = out
	}
}

// failures are the lines of a JSON report around what failed.
func failures(report string) string {
	_, after, found := strings.Cut(report, `"failure": {`)
	if !found {
		return ""
	}
	return after[:min(len(after), 3000)]
}

func TestTheJUnitReportHasACaseForEachStep(t *testing.T) {
	file := filepath.Join(t.TempDir(), "junit.xml")
	code, _, _ := verb(t, "scenario", "run", script(t, "  - advance: 1m\n    expect: {notices: [{count: 3}]}\n  - advance: 1m\n"), "--junit", file)
	text, err := os.ReadFile(file)
	var doc struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	if err == nil {
		err = xml.Unmarshal(text, &doc)
	}
	if code != exitFailed || err != nil || doc.Tests != 4 || doc.Failures != 1 || doc.Skipped != 1 || !strings.Contains(string(text), "expected 3, seen 1") {
		t.Errorf("exit %d, %v, %+v, %s", code, err, doc, text)
	}
}

func TestTheLibraryIsListedAndShown(t *testing.T) {
	all, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := verb(t, "scenario", "list")
	_, out, _ := verb(t, "scenario", "list", "--json")
	var rows []struct{ Name, Purpose string }
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) != len(all) {
		t.Errorf("%v, %d rows", err, len(rows))
	}
	for _, s := range all {
		if !strings.Contains(text, s.Name+"\n  "+s.Purpose) {
			t.Errorf("%s is not listed", s.Name)
		}
	}
	if code, out, _ := verb(t, "scenario", "show", "underpaid"); code != 0 || !strings.Contains(out, "name: underpaid") {
		t.Errorf("exit %d, %s", code, out)
	}
	if code, out, _ := verb(t, "scenario", "show", "--schema"); code != 0 || !json.Valid([]byte(out)) {
		t.Errorf("exit %d, %s", code, out)
	}
}

func TestANewFileRunsAtOnceAndReplacesNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "paid-late.yaml")
	if code, out, errOut := verb(t, "scenario", "new", file); code != 0 || !strings.Contains(out, "localsepay scenario run "+file) {
		t.Fatalf("exit %d, %s%s", code, out, errOut)
	}
	if code, out, _ := verb(t, "scenario", "run", file); code != 0 {
		t.Errorf("exit %d, %s", code, out)
	}
	if code, _, errOut := verb(t, "scenario", "new", file); code != exitUsage || !strings.Contains(errOut, "exists") {
		t.Errorf("exit %d, %s", code, errOut)
	}
}

func TestAMistakeInAScenarioIsAMistakeOfUsage(t *testing.T) {
	for want, args := range map[string][]string{
		"own.yaml:6:1":                     {"run", script(t, "stesp: []\n")},
		`did you mean "underpaid"`:         {"run", "underpayd"},
		"no scenario is named":             {"run"},
		`--webhook-auth cannot be "magic"`: {"run", "underpaid", "--webhook-auth", "magic:x"},
		"--junit":                          {"run", "underpaid", "--junit", filepath.Join(t.TempDir(), "no", "file")},
		"cannot be called":                 {"new", filepath.Join(t.TempDir(), "My file.yaml")},
		`no scenario "nothing"`:            {"show", "nothing"},
	} {
		if code, _, errOut := verb(t, append([]string{"scenario"}, args...)...); code != exitUsage || !strings.Contains(errOut, want) || !strings.Contains(errOut, "hint:") {
			t.Errorf("%v: exit %d, %s", args, code, errOut)
		}
	}
}

// rewriting is a terminal that changes the file after the first run and
// interrupts after the second.
type rewriting struct {
	text   strings.Builder
	change func()
	stop   func()
}

func (r *rewriting) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "PASSED") {
		r.change()
	}
	if strings.Contains(string(b), "FAILED") {
		r.stop()
	}
	return r.text.Write(b)
}

func TestWatchingRunsAgainWhenTheFileChanges(t *testing.T) {
	file := script(t, "expect: {balances: [{balance: 1000}]}\n")
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out := &rewriting{stop: stop, change: func() {
		text, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(file, []byte(strings.Replace(string(text), "balance: 1000", "balance: 10001", 1)), 0o600)
		}
		if err != nil {
			t.Error(err)
		}
	}}
	var errOut strings.Builder
	if code := run(ctx, []string{"scenario", "run", "--watch", file}, out, &errOut); code != 0 && code != exitFailed {
		t.Errorf("exit %d, %s", code, errOut.String())
	}
	if !strings.Contains(out.text.String(), "expected: 10001") {
		t.Errorf("%s", out.text.String())
	}
}

func TestScenarioExportWritesWhatHappenedAndItRuns(t *testing.T) {
	sepay := emulator.StartT(t)
	sepay.Company().Account().Receive(150_000, "DH123456")
	file := filepath.Join(t.TempDir(), "what-happened.yaml")
	if code, out, errOut := verb(t, "scenario", "export", file, "--url", sepay.URL(), "--from", "2026-01-05 09:00:00"); code != 0 || !strings.Contains(out, "scenario run") {
		t.Fatalf("exit %d, %s%s", code, out, errOut)
	}
	if code, out, errOut := verb(t, "scenario", "run", file); code != 0 {
		t.Errorf("exit %d, %s%s", code, out, errOut)
	}
	if code, _, errOut := verb(t, "scenario", "export", file, "--url", sepay.URL()); code != exitUsage || !strings.Contains(errOut, "does not exist yet") {
		t.Errorf("exit %d, %s", code, errOut)
	}
	if code, _, errOut := verb(t, "scenario", "export", file+"2.yaml", "--from", "yesterday"); code != exitUsage || !strings.Contains(errOut, "timeline") {
		t.Errorf("exit %d, %s", code, errOut)
	}
}
