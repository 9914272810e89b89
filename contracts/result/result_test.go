package result_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/openapi"
)

const source = "https://developer.sepay.vn/vi/sepay-api/v2/giao-dich/danh-sach"

func row(class drift.Class, rule, path, expected, seen string) drift.Row {
	r := drift.Row{
		Class: class, Document: "userapi_v2", Operation: "v2.transactions.list", Side: drift.Response, Status: 200, Part: "body", Path: path,
		Place: strings.Replace(path, "[*]", "[0]", 1), Expected: expected, Seen: seen, Evidence: "documented", Source: source, Count: 40, In: 12, Of: 14,
		Example: "GET /v2/transactions?page=1 → 200", Spec: "A page holds its rows, newest first",
	}
	if class == drift.Suspect {
		r.Evidence = "observed"
	}
	if class == drift.Learnt {
		r.Evidence, r.Source = "assumed", "nobody says; the most sensible answer"
	}
	r.Rule = openapi.Rule(rule)
	return r
}

// sample is a run in which everything that a report can show happened.
func sample() result.Run {
	news := row(drift.News, "undeclared-property", "$.data[*].<b>note</b>", "no such property", `"<script>alert(1)</script>"`)
	excused := row(drift.Drift, "enum", "$.data[*].transfer_type", "one of in, out", `"debit"`)
	excused.Accepted = &drift.Entry{Operation: "v2.transactions.list", Rule: "enum", Path: "$.data[*].transfer_type", Reason: "announced for January", Expires: "2026-12-31", Line: 3}
	many := row(drift.Suspect, "range", "$.data[*].webhook_success", "at least 0", "number -1")
	many.Also = []string{"number -2", "number -3"}
	header := row(drift.Learnt, "type", "X-RateLimit-Limit", "an integer", `"many"`)
	header.Part, header.Place, header.Count, header.In = "header", header.Path, 1, 1
	gateway := row(drift.News, "undocumented-status", "", "one of 200, 401", "500")
	gateway.Document, gateway.Operation, gateway.Status, gateway.Part, gateway.Place = "pgapi", "listOrders", 500, "status", ""
	verdict := drift.Verdict{Document: "userapi_v2", Operation: "v2.transactions.list", Status: 200, Path: "$.data[*].amount_in", What: "type",
		Differs: "The sandbox differs from the document and the emulator.", Evidence: "documented", Source: source}
	verdict.Says.Document, verdict.Says.Emulator, verdict.Says.Sandbox = "an integer", "as the document says", `"189000.00"`
	return result.Run{
		Tool: "localsepay", Version: "1.2.3", Target: "http://127.0.0.1:8787", Kind: result.Emulator, Seed: 7, DurationMS: 4210,
		Started: time.Date(2026, 11, 25, 21, 0, 0, 0, time.FixedZone("", 7*3600)),
		Specs: []result.Spec{
			{Surface: "userapi_v2", Name: "since_id is exclusive: the walk does not meet the row again", Operations: []string{"v2.transactions.list"}, Evidence: "documented",
				State: result.Failed, Failure: "Expected\n    <int>: 3\nto equal\n    <int>: 2", Expected: "2 rows after the given one", Seen: "3 rows, the given one first", Source: source,
				Exchanges: []string{"GET /v2/transactions → 200", "GET /v2/transactions?since_id=6f96 → 200"}, DurationMS: 12},
			{Surface: "pgapi", Name: "an order is cancelled once & for all", Operations: []string{"cancelOrder"}, Evidence: "assumed", State: result.Failed, Failure: "timed out\nwaiting"},
			{Surface: "userapi_v2", Name: "a page is as long as asked", Operations: []string{"v2.transactions.list"}, Evidence: "documented", State: result.Passed, DurationMS: 3},
			{Surface: "checkout", Name: "a card is refused", State: result.Skipped, Reason: "needs:browser, and there is none"},
			{Surface: "checkout", Name: "a code expires", State: result.Skipped, Reason: "needs:browser, and there is none"},
		},
		Drift: drift.Report{
			Exchanges: 212,
			Rows: []drift.Row{
				row(drift.Drift, "type", "$.data[*].amount_in", "an integer", `"189000.00"`), excused, many, header, gateway, news,
			},
			Moves: []drift.Move{
				{Document: "userapi_v2", Operation: "v2.transactions.list", Status: 200, Path: "$.data[*].code", What: "null-gone", Before: "null in 40 of 40", Now: "null in 0 of 38"},
				{Document: "userapi_v2", Operation: "v2.transactions.list", Status: 401, What: "status-new", Before: "in 0 of 2", Now: "in 1 of 2", Thin: true},
			},
			ThreeWay: []drift.Verdict{verdict},
			Problems: []drift.Problem{{Text: "accepted.yaml:9: the entry excuses nothing: the difference is gone, remove the entry", Fails: true}},
		},
		Coverage: []result.Coverage{
			{Document: "userapi_v2", Exercised: 9, Described: 10, Missing: []string{"v2.transactions.list 503"}},
			{Document: "pgapi", Exercised: 8, Described: 8},
		},
		Skipped: []result.SkippedSurface{{Surface: "oauth", Reason: "no SEPAY_OAUTH_CLIENT_ID"}},
	}
}

func clean() result.Run {
	r := sample()
	r.Specs, r.Skipped, r.Drift = r.Specs[2:3], nil, drift.Report{Exchanges: 3}
	return r
}

func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheVerdictIsOneSentence(t *testing.T) {
	skipped, recorded, empty := clean(), clean(), clean()
	skipped.Specs = sample().Specs[3:]
	recorded.Specs = nil
	empty.Specs, empty.Drift.Exchanges = nil, 0
	for _, tt := range []struct {
		name string
		run  result.Run
		want string
		exit int
	}{
		{"clean", clean(), "The one claim holds, and 3 exchanges agree with the documents.", 0},
		{"different", sample(), "2 of 3 claims failed, 1 documented fact does not hold, 1 observed fact does not hold, 1 thing moved since the baseline and 1 accepted difference does not stand; skipped: 2 claims and 1 whole surface.", 1},
		{"all skipped", skipped, "Nothing was verified: 2 claims skipped.", 2},
		{"judged only", recorded, "3 exchanges agree with the documents.", 0},
		{"nothing", empty, "Nothing was verified.", 2},
	} {
		if got := tt.run.Sentence(); got != tt.want || tt.run.ExitCode() != tt.exit {
			t.Errorf("%s: %d, %s", tt.name, tt.run.ExitCode(), got)
		}
	}
}

func TestTheTextShowsTheVerdictFirstAndBothSides(t *testing.T) {
	got := written(t, func(w io.Writer) error { return result.Text(w, sample(), false) })
	if strings.Contains(got, "\x1b") {
		t.Error("it is coloured without being asked")
	}
	at := 0
	for _, want := range []string{
		"localsepay 1.2.3 · emulator http://127.0.0.1:8787 · 2026-11-25 21:00:00 +07:00 · seed 7 · 4.21s", "✗ 2 of 3 claims failed",
		"DRIFT  documented facts", "type  $.data[*].amount_in  status 200 · documented", `seen      "189000.00"`, "in 12 of 14 exchanges, 40 times, first at $.data[0].amount_in; GET", source,
		"SUSPECT", "number -1, also number -2, number -3", "LEARNT", "nobody says", "NEWS", "MOVED", "before    null in 40 of 40", "too few observations", "THREE WAYS",
		"The sandbox differs", "sandbox   \"189000.00\"",
		"FAILED CLAIMS", "since_id is exclusive", "expected  2 rows after", "seen      3 rows", "an order is cancelled once & for all", "timed out\n", "waiting\n", "ACCEPTED", "excuses nothing", "COVERAGE", "userapi_v2    9 of  10  not: v2.transactions.list 503", "SKIPPED SURFACES",
		"oauth  no SEPAY_OAUTH_CLIENT_ID", "2 claims  needs:browser",
	} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("no %q after byte %d of\n%s", want, at, got)
		}
		at += i
	}
	coloured := written(t, func(w io.Writer) error { return result.Text(w, sample(), true) })
	if diff := cmp.Diff(got, regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(coloured, "")); diff != "" {
		t.Errorf("colour changes the text: %s", diff)
	}
}

func TestATerminalDoesNotObeyWhatATargetSent(t *testing.T) {
	r := sample()
	r.Specs[0].Seen = "\x1b[2Jgone\u009b"
	r.Specs[0].Name = "\x07"
	if got := written(t, func(w io.Writer) error { return result.Text(w, r, false) }); strings.ContainsAny(got, "\x1b\x07\u009b") {
		t.Errorf("got %q", got)
	}
}

func TestProgramsGetTheSameFacts(t *testing.T) {
	var run struct {
		Verdict, Sentence string
		Drift             drift.Report
	}
	if err := json.Unmarshal([]byte(written(t, func(w io.Writer) error { return result.JSON(w, sample()) })), &run); err != nil {
		t.Fatal(err)
	}
	if run.Verdict != "drift" || run.Sentence != sample().Sentence() || len(run.Drift.Rows) != 6 {
		t.Errorf("got %+v", run)
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	if err := xml.Unmarshal([]byte(written(t, func(w io.Writer) error { return result.JUnit(w, sample()) })), &suites); err != nil {
		t.Fatal(err)
	}
	// 5 claims, 1 surface, 6 rows, 1 move, 1 problem; of them failed 2 claims, drift, suspect, move, problem.
	if suites.Tests != 14 || suites.Failures != 6 || suites.Skipped != 4 {
		t.Errorf("got %+v", suites)
	}
	var log struct {
		Runs []struct {
			Results []struct{ RuleID, Level string }
		}
	}
	if err := json.Unmarshal([]byte(written(t, func(w io.Writer) error { return result.SARIF(w, sample()) })), &log); err != nil {
		t.Fatal(err)
	}
	var levels []string
	for _, r := range log.Runs[0].Results {
		levels = append(levels, r.RuleID+" "+r.Level)
	}
	want := []string{"claim error", "claim error", "drift/type error", "drift/enum note", "suspect/range warning", "learnt/type note", "news/undocumented-status note", "news/undeclared-property note", "moved/null-gone warning"}
	if diff := cmp.Diff(want, levels); diff != "" {
		t.Error(diff)
	}
}

func TestThePageNeedsNothingBesidesItself(t *testing.T) {
	text := written(t, func(w io.Writer) error { return result.HTML(w, sample()) })
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	policy, style, ids := "", "", map[string]bool{}
	for n := range doc.Descendants() {
		switch n.Data {
		case "script", "img", "iframe", "object":
			t.Errorf("the page has a <%s>", n.Data)
		case "link":
			for _, a := range n.Attr {
				if a.Key == "href" && !strings.HasPrefix(a.Val, "data:image/svg+xml,") || a.Key == "rel" && a.Val != "icon" {
					t.Errorf("the page has a link %s=%s", a.Key, a.Val)
				}
			}
			continue
		case "style":
			style = n.FirstChild.Data
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "src":
				t.Errorf("<%s> has %s", n.Data, a.Key)
			case a.Key == "href" && !strings.HasPrefix(a.Val, "https://developer.sepay.vn/"):
				t.Errorf("a link to %s", a.Val)
			case a.Key == "content" && strings.Contains(a.Val, "default-src"):
				policy = a.Val
			case a.Key == "id":
				ids[a.Val] = true
			}
		}
	}
	sum := sha256.Sum256([]byte(style))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, want) {
		t.Errorf("the policy %q does not allow the style, %s", policy, want)
	}
	for _, id := range []string{"s-all", "s0", "s1", "s2", "e-documented", "e-captured", "e-observed", "e-assumed"} {
		if !ids[id] {
			t.Errorf("no filter %s", id)
		}
		if id != "s-all" && !strings.Contains(style, "#"+id+":checked") {
			t.Errorf("the filter %s does nothing", id)
		}
	}
	for _, want := range []string{"&lt;script&gt;alert(1)", "&lt;b&gt;note", "once &amp; for all", "<h1>2 of 3 claims failed", "<p>skipped: 2 claims and 1 whole surface.</p>", "The sandbox differs", "announced for January", "no SEPAY_OAUTH_CLIENT_ID", "v2.transactions.list 503"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestFactsAreCountedByHowTheyAreKnown(t *testing.T) {
	r := sample()
	held := row(drift.Suspect, "pattern", "$.transaction.card_number", "a mask", `"4111XXXXXXXX1111"`)
	held.Evidence, held.Source = openapi.Captured, "an IPN captured in June 2026"
	r.Drift.Rows = append(r.Drift.Rows, held, held)
	if got, want := r.Sentence(), "1 documented fact does not hold, 2 captured facts do not hold, 1 observed fact does not hold"; !strings.Contains(got, want) {
		t.Errorf("%q lacks %q", got, want)
	}
	for name, write := range map[string]func(io.Writer, result.Run) error{
		"text": func(w io.Writer, r result.Run) error { return result.Text(w, r, false) }, "JSON": result.JSON, "JUnit": result.JUnit, "SARIF": result.SARIF, "HTML": result.HTML,
	} {
		if text := written(t, func(w io.Writer) error { return write(w, r) }); !strings.Contains(text, "captured") || !strings.Contains(text, "an IPN captured in June 2026") {
			t.Errorf("%s does not say that a fact was captured", name)
		}
	}
}

func TestALinkOfNoSchemeButHTTPSIsProse(t *testing.T) {
	r := sample()
	r.Specs[0].Source = "javascript:alert(1)"
	if text := written(t, func(w io.Writer) error { return result.HTML(w, r) }); strings.Contains(text, `href="javascript`) || strings.Contains(text, "ZgotmplZ") {
		t.Error("a script may be clicked on")
	}
}

func TestACleanRunHasAPageToo(t *testing.T) {
	for _, r := range []result.Run{clean(), {}} {
		text := written(t, func(w io.Writer) error { return result.HTML(w, r) })
		if !strings.Contains(text, r.Sentence()) || strings.Contains(text, "Failed claims") {
			t.Error("the page of a clean run is wrong")
		}
	}
}

func lint() result.Lint {
	return result.Lint{Tool: "localsepay", Version: "1", File: "app traffic.har", LintReport: drift.LintReport{Judged: 3, Ignored: 1, Findings: []drift.Finding{
		{Code: "unknown-parameter", Severity: drift.Error, Sentence: "The request has a parameter that does not exist, limit.", Hint: "Take the name from the source.", Document: "userapi_v2",
			Operation: "v2.transactions.list", Side: drift.Request, Path: "limit", Expected: "no such parameter", Seen: "a text of 2 characters", Evidence: "documented", Source: source,
			Count: 2, Entries: []string{"entry 1", "entry 4"}, Example: "GET /v2/transactions?limit=20 → 200"},
		{Code: "type", Severity: drift.Note, Sentence: "SePay's answer differs.", Hint: "Nothing to do.", Document: "userapi_v2", Operation: "v2.transactions.list", Side: drift.Response, Count: 1},
	}}}
}

func TestFindingsAreShownWithPlaceAndHint(t *testing.T) {
	got := written(t, func(w io.Writer) error { return result.LintText(w, lint(), false) })
	for _, want := range []string{"error  The request has a parameter", "where     entry 1, entry 4 (2 times)", "hint      Take the name", "source    " + source, "3 exchanges with SePay: 1 error, 0 warnings and 1 note."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if text := written(t, func(w io.Writer) error { return result.LintSARIF(w, lint()) }); !strings.Contains(text, `"uri": "app%20traffic.har"`) || !strings.Contains(text, `"ruleId": "request/unknown-parameter"`) {
		t.Error(text)
	}
	if text := written(t, func(w io.Writer) error { return result.LintJUnit(w, lint()) }); !strings.Contains(text, `tests="2" failures="1"`) {
		t.Error(text)
	}
	if text := written(t, func(w io.Writer) error { return result.LintJSON(w, lint()) }); !strings.Contains(text, `"file": "app traffic.har"`) || !strings.Contains(text, `"findings": [`) {
		t.Error(text)
	}
}

func TestLintFailsOnRequestsOnlyAndWithoutTraffic(t *testing.T) {
	notes, nothing := lint(), result.Lint{}
	notes.Findings = notes.Findings[1:]
	if lint().ExitCode() != 1 || notes.ExitCode() != 0 || nothing.ExitCode() != 2 {
		t.Errorf("exit codes %d, %d, %d", lint().ExitCode(), notes.ExitCode(), nothing.ExitCode())
	}
	if text := written(t, func(w io.Writer) error { return result.LintJUnit(w, nothing) }); !strings.Contains(text, `failures="1"`) {
		t.Error("a file without traffic passes")
	}
}

func TestASkippedSurfaceAndItsReasonAreSaidOnce(t *testing.T) {
	const reason = "the target has no merchant, so that nothing can be bought"
	r := result.Run{Tool: "localsepay", Target: "http://127.0.0.1:1", Kind: result.Emulator, Skipped: []result.SkippedSurface{{Surface: "checkout", Reason: reason}, {Surface: "checkout", Reason: reason}}}
	for _, name := range []string{"a form opens a page", "a page shows a code"} {
		r.Specs = append(r.Specs, result.Spec{Surface: "checkout", Name: name, State: result.Skipped, Reason: reason})
	}
	r.Specs = append(r.Specs, result.Spec{Surface: "checkout", Name: "a limit holds", State: result.Skipped, Reason: "there is no limit"})
	page := written(t, func(w io.Writer) error { return result.HTML(w, r) })
	if strings.Count(page, reason) != 1 || strings.Count(page, "<th>checkout</th>") != 1 || !strings.Contains(page, "there is no limit") || !strings.Contains(page, "a page shows a code") {
		t.Errorf("the page repeats itself: %s", page[strings.Index(page, "Skipped"):])
	}
	if text := written(t, func(w io.Writer) error { return result.Text(w, r, false) }); strings.Count(text, reason) != 1 {
		t.Errorf("the text repeats itself: %s", text)
	}
}
