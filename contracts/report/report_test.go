package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/contracts/report"
)

func TestJUnitCountsAndKeepsEveryOutcome(t *testing.T) {
	var b bytes.Buffer
	err := report.JUnit(&b, "localsepay contract", []report.Suite{{
		Name:       "userapi_v2",
		Properties: []report.Property{{Name: "target", Value: "emulator"}},
		Cases: []report.Case{
			{Name: "answers a page", Duration: 1500 * time.Millisecond, Properties: []report.Property{{Name: "evidence", Value: "documented"}}},
			{Class: "v2.transactions.get", Name: "refuses", Failure: &report.Failure{Kind: "drift", Message: `expected "a" & <b>`, Text: "\x1b[1mred\x1b[0m \x00]]>"}},
			{Name: "waits", Skipped: new("no \"clock\"")},
		},
	}, {Name: "empty"}})
	if err != nil {
		t.Fatal(err)
	}
	want := `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="localsepay contract" tests="3" failures="1" skipped="1" time="1.500">
  <testsuite name="userapi_v2" tests="3" failures="1" skipped="1" time="1.500">
    <properties>
      <property name="target" value="emulator"></property>
    </properties>
    <testcase classname="userapi_v2" name="answers a page" time="1.500">
      <properties>
        <property name="evidence" value="documented"></property>
      </properties>
    </testcase>
    <testcase classname="v2.transactions.get" name="refuses">
      <failure type="drift" message="expected &#34;a&#34; &amp; &lt;b&gt;">red ` + "\uFFFD" + `]]&gt;</failure>
    </testcase>
    <testcase classname="userapi_v2" name="waits">
      <skipped message="no &#34;clock&#34;"></skipped>
    </testcase>
  </testsuite>
  <testsuite name="empty" tests="0" failures="0" skipped="0"></testsuite>
</testsuites>
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	if err := xml.Unmarshal(b.Bytes(), new(struct{})); err != nil {
		t.Error(err)
	}
}

func log() report.Log {
	return report.Log{
		Tool:  report.Tool{Name: "localsepay", Version: "1.2.3", URI: "https://github.com/localsepay/localsepay"},
		Rules: []report.Rule{{ID: "type", Title: "A value of another type", HelpURI: "nobody says"}, {ID: "enum", Title: "New", Help: "A value never seen", HelpURI: "https://developer.sepay.vn/", Level: report.LevelNote}},
		Results: []report.Result{
			{Rule: "enum", Message: "a <b>", File: "a b.har", Line: 3, Logical: "v2.transactions.list $.data[*].id", Properties: map[string]any{"evidence": "documented"}},
			{Rule: "type", Level: report.LevelError, Message: "m"},
		},
	}
}

func TestSARIFHasTheStructureOfTheStandard(t *testing.T) {
	var b bytes.Buffer
	if err := report.SARIF(&b, log()); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		"version": "2.1.0",
		"runs": []any{map[string]any{
			"tool": map[string]any{"driver": map[string]any{
				"name": "localsepay", "version": "1.2.3", "informationUri": "https://github.com/localsepay/localsepay",
				"rules": []any{
					map[string]any{"id": "type", "shortDescription": map[string]any{"text": "A value of another type"},
						"help": map[string]any{"text": "A value of another type"}, "defaultConfiguration": map[string]any{"level": "warning"}},
					map[string]any{"id": "enum", "shortDescription": map[string]any{"text": "New"}, "help": map[string]any{"text": "A value never seen"},
						"helpUri": "https://developer.sepay.vn/", "defaultConfiguration": map[string]any{"level": "note"}},
				},
			}},
			"results": []any{
				map[string]any{"ruleId": "enum", "ruleIndex": 1.0, "level": "note", "message": map[string]any{"text": "a <b>"},
					"properties": map[string]any{"evidence": "documented"},
					"locations": []any{map[string]any{
						"physicalLocation": map[string]any{"artifactLocation": map[string]any{"uri": "a%20b.har"}, "region": map[string]any{"startLine": 3.0}},
						"logicalLocations": []any{map[string]any{"fullyQualifiedName": "v2.transactions.list $.data[*].id"}},
					}}},
				map[string]any{"ruleId": "type", "ruleIndex": 0.0, "level": "error", "message": map[string]any{"text": "m"}},
			},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSARIFWithoutResultsStillSaysThatItRan(t *testing.T) {
	var b bytes.Buffer
	if err := report.SARIF(&b, report.Log{Tool: report.Tool{Name: "x"}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `"results": []`) || !strings.Contains(b.String(), `"rules": []`) {
		t.Error(b.String())
	}
}

func TestSARIFRefusesWhatNobodyExplains(t *testing.T) {
	unexplained, twice := log(), log()
	unexplained.Results[0].Rule = "other"
	twice.Rules = append(twice.Rules, twice.Rules[0])
	for _, l := range []report.Log{unexplained, twice} {
		if err := report.SARIF(new(bytes.Buffer), l); err == nil {
			t.Error("no error")
		}
	}
}

func TestSARIFSpellsEveryFileAsAURIReference(t *testing.T) {
	for _, file := range []string{"a b.har", `dir\x.har`, "c:/x.har", "über%.har", "https://x.example/a.har"} {
		l := log()
		l.Results = []report.Result{{Rule: "type", Message: "m", File: file}}
		var b bytes.Buffer
		if err := report.SARIF(&b, l); err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(b.String(), `"uri": "`)
		uri, _, _ := strings.Cut(after, `"`)
		if _, err := url.Parse(uri); err != nil || strings.ContainsAny(uri, ` \`) {
			t.Errorf("%s is spelled %q: %v", file, uri, err)
		}
	}
}
