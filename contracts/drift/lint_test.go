package drift_test

import (
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/contracts/traffic"
)

func linted(t *testing.T, entries string) (drift.LintReport, error) {
	t.Helper()
	atlas, err := traffic.NewAtlas()
	if err != nil {
		t.Fatal(err)
	}
	var from iter.Seq2[traffic.Exchange, error] = traffic.ReadHAR(strings.NewReader(`{"log":{"entries":[` + entries + `]}}`))
	return drift.Lint(from, atlas, nil)
}

func entry(method, address, answer string) string {
	return `{"request":{"method":"` + method + `","url":"` + address + `"},"response":{"status":200,"content":{"mimeType":"application/json","text":` + quote(answer) + `}}}`
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func TestAnApplicationIsToldWhatItsRequestsBreak(t *testing.T) {
	v2 := "https://userapi.sepay.vn/v2/transactions"
	got, err := linted(t, strings.Join([]string{
		entry("GET", v2+"?transaction_date_min=2026-01-01&per_page=20", page(1)),
		entry("GET", v2+"?transaction_date_min=2026-01-01", page(1)),
		entry("PATCH", v2, page(1)),
		entry("GET", "http://userapi.sepay.vn/v2/transactions", page(1, `"accumulated":0`, `"accumulated":"0"`)),
		entry("GET", "https://shop.example/", "{}"),
	}, ","))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range got.Findings {
		lines = append(lines, strings.Join([]string{string(f.Severity), f.Code, f.Path, f.Sentence, strings.Join(f.Entries, ",")}, " | "))
		if f.Hint == "" || f.Source == "" || f.Example == "" {
			t.Errorf("something is missing in %+v", f)
		}
	}
	want := []string{
		"error | other-method |  | SePay documents another method for PATCH /v2/transactions: GET. | entry 3",
		"error | plain-http |  | The request goes to SePay over plain HTTP, which shows its credentials to everybody on the way. | entry 4",
		"error | unknown-parameter | transaction_date_min | The request has a parameter that does not exist, transaction_date_min. | entry 1,entry 2",
		"note | type | $.data[*].accumulated | SePay's answer differs from its document: another type of value in $.data[*].accumulated. | entry 4",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	if got.Judged != 4 || got.Ignored != 1 || got.Count(drift.Error) != 3 || got.Count(drift.Note) != 1 {
		t.Errorf("got %d judged, %d ignored", got.Judged, got.Ignored)
	}
}

func TestABrokenFileIsNoReport(t *testing.T) {
	if _, err := linted(t, `1`); err == nil || !strings.Contains(err.Error(), "entry 1") {
		t.Errorf("got %v", err)
	}
}

func TestEveryRuleHasASentence(t *testing.T) {
	for _, e := range []string{
		entry("POST", "https://pay.sepay.vn/v1/checkout/init", ""), entry("GET", "https://qr.sepay.vn/img?acc=1&acc=2", ""),
		entry("GET", "https://userapi.sepay.vn/v2/transactions?per_page=a&page=%25&x=%zz", "[1"), entry("GET", "https://my.sepay.vn/oauth/authorize?response_type=x", ""),
	} {
		got, err := linted(t, e)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Findings) == 0 {
			t.Errorf("nothing found in %s", e)
		}
		for _, f := range got.Findings {
			if !strings.HasSuffix(f.Sentence, ".") || !strings.HasSuffix(f.Hint, ".") || strings.Contains(f.Sentence, " at ") {
				t.Errorf("%s is told as %q, %q", f.Code, f.Sentence, f.Hint)
			}
		}
	}
}
