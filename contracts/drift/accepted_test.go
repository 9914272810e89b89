package drift_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/contracts/drift"
)

const acceptedFile = `# reviewed
accepted:
  - operation: v2.transactions.list
    rule: undeclared-property
    path: $.data[*].note
    reason: announced
    expires: 2026-12-31
`

func accepted(t *testing.T, text string) drift.Accepted {
	t.Helper()
	a, err := drift.ParseAccepted("accepted.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnAcceptedDifferenceIsExcusedUntilItExpires(t *testing.T) {
	a := accepted(t, acceptedFile)
	typed := strings.NewReplacer("undeclared-property", "type", "note", "account_number").Replace(acceptedFile)
	noted := judged(t, listed(page(1, `"va":""`, `"va":"","note":1`)))
	wrong := judged(t, listed(page(1, `"account_number":"0938475610"`, `"account_number":1`)))
	last, after := time.Date(2026, 12, 31, 23, 59, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name     string
		accepted drift.Accepted
		report   drift.Report
		today    time.Time
		fails    bool
		problem  string
	}{
		{"excused", accepted(t, typed), wrong, last, false, ""},
		{"expired", accepted(t, typed), wrong, after, true, "accepted.yaml:3: the entry expired on 2026-12-31 and the difference is still there"},
		{"news too", a, noted, last, false, ""},
		{"gone", a, judged(t, listed(page(1))), last, true, "accepted.yaml:3: the entry excuses nothing"},
		{"gone and expired", a, judged(t, listed(page(1))), after, true, "remove it"},
		{"not asked", a, judged(t), last, false, "not judged"},
	} {
		got := tt.accepted.Apply(tt.report, tt.today)
		text := ""
		for _, p := range got.Problems {
			text += p.Text
		}
		if got.Failed() != tt.fails || !strings.Contains(text, tt.problem) || (tt.problem == "") != (text == "") {
			t.Errorf("%s: failed %t, said %q", tt.name, got.Failed(), text)
		}
	}
	if wrong.Rows[0].Accepted != nil {
		t.Error("the report itself was changed")
	}
}

func TestAMoveIsAcceptedToo(t *testing.T) {
	r := judged(t, listed(page(1)))
	r.Moves = drift.Compare(observed(t, times(9, listed(page(1)))...), observed(t, times(9, listed(page(1, `"va":"",`, "")))...))
	file := strings.NewReplacer("undeclared-property", "property-gone", "note", "va").Replace(acceptedFile)
	if !r.Failed() || accepted(t, file).Apply(r, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).Failed() {
		t.Errorf("moves: %+v", r.Moves)
	}
}

func TestEverythingWrongWithAnAcceptedFileIsToldWithItsLine(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"unknown key":    {"accepted:\n  - operation: me\n    why: x\n", "accepted.yaml:3:5: there is no key \"why\""},
		"unknown top":    {"acepted: []\n", "accepted.yaml:1:1: there is no key \"acepted\" here: did you mean \"accepted\"?"},
		"no YAML":        {"a: [", "accepted.yaml"},
		"many":           {"accepted:\n  - operation: nothing\n    rule: nothing\n    expires: 2026-02-30\n", "accepted.yaml:2: operation \"nothing\" is in no document\naccepted.yaml:2: rule \"nothing\" is none: it is what the report calls a row, e.g. undeclared-property\naccepted.yaml:2: no reason: say why the difference is fine, and where it is written\naccepted.yaml:2: expires \"2026-02-30\" is no day: write it like 2027-01-31"},
		"the same twice": {acceptedFile + strings.SplitN(acceptedFile, "\n", 3)[2], "accepted.yaml:8: the entry of line 3 again"},
	} {
		_, err := drift.ParseAccepted("accepted.yaml", []byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for _, empty := range []string{"", "\n", "accepted:\n", "accepted: []\n"} {
		if a := accepted(t, empty); len(a.Entries) != 0 {
			t.Errorf("%q has %v", empty, a.Entries)
		}
	}
	want := drift.Entry{Operation: "v2.transactions.list", Rule: "undeclared-property", Path: "$.data[*].note", Reason: "announced", Expires: "2026-12-31", Line: 3}
	if diff := cmp.Diff([]drift.Entry{want}, accepted(t, acceptedFile).Entries); diff != "" {
		t.Error(diff)
	}
}

func FuzzParseAccepted(f *testing.F) {
	f.Add(acceptedFile)
	f.Add("accepted:\n  - &a {operation: me, rule: type, reason: x, expires: 2026-01-01}\n  - *a\n")
	f.Add("accepted: [{}]\nother: 1")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := drift.ParseAccepted("f", []byte(text))
		if err != nil {
			return
		}
		for _, e := range a.Entries {
			if e.Line < 1 || e.Reason == "" {
				t.Errorf("an entry without line or reason passed: %+v", e)
			}
		}
		a.Apply(drift.Report{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	})
}
