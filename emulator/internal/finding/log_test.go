package finding_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
)

func now() time.Time { return time.Unix(1790000000, 0).UTC() }

func codes(list []finding.Finding) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

func TestFindingsAreBoundedAndCountWhatTheyForget(t *testing.T) {
	log := finding.NewLog(fact.NewLog(fact.Keep{Findings: fact.Bound{Facts: 3}}), now)
	for i := range 5 {
		log.Add(finding.Finding{Code: fmt.Sprint(i)})
	}
	if got := codes(log.List(finding.Filter{}, 0)); got != "4 3 2" || log.Dropped() != 2 {
		t.Errorf("kept %s, dropped %d", got, log.Dropped())
	}
}

func TestFindingsAreListed(t *testing.T) {
	facts := fact.NewLog(fact.Keep{})
	log := finding.NewLog(facts, now)
	first := log.Add(finding.Finding{Code: "a", Request: 7, Company: "acme"})
	facts.Commit([]fact.Fact{finding.Fact(finding.Finding{Code: "b", Delivery: 7, Company: "acme", At: now()})}, func(fact.Mark) {})
	log.Add(finding.Finding{Code: "c", Request: 8})
	last := log.Add(finding.Finding{Code: "d", Request: 7, Company: "other"})
	for _, c := range []struct {
		name   string
		filter finding.Filter
		limit  int
		want   string
	}{
		{"all, newest first", finding.Filter{}, 0, "d c b a"},
		{"no more than asked for", finding.Filter{}, 2, "d c"},
		{"of a request", finding.Filter{Request: 7}, 0, "d a"},
		{"of a delivery", finding.Filter{Delivery: 7}, 0, "b"},
		{"of just one company", finding.Filter{Company: "acme"}, 0, "b a"},
		{"of a code", finding.Filter{Code: "c"}, 0, "c"},
		{"before an id", finding.Filter{Before: last.ID}, 0, "c b a"},
		{"of a request and a company", finding.Filter{Request: 7, Company: "acme"}, 0, "a"},
	} {
		if got := codes(log.List(c.filter, c.limit)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if first.ID == 0 || first.ID >= last.ID || !first.At.Equal(now()) {
		t.Errorf("first %+v, last %+v", first, last)
	}
	facts.Clear()
	if got := codes(log.List(finding.Filter{}, 0)); got != "b" {
		t.Errorf("after a clear there are %q", got)
	}
	facts.Restore(fact.Mark{}, nil, func(fact.Mark) {})
	if got := codes(log.List(finding.Filter{}, 0)); got != "" {
		t.Errorf("after a restore there are %q", got)
	}
	if got := codes(log.List(finding.Filter{Undone: true}, 0)); got != "d c b a" {
		t.Errorf("with those that were undone there are %q", got)
	}
	if kept := facts.After(fact.Filter{Type: fact.Finding}, 0, 10); len(kept) != 4 {
		t.Errorf("%d facts are left", len(kept))
	}
	var none *finding.Log
	if diff := cmp.Diff([]finding.Finding{}, none.List(finding.Filter{}, 0)); diff != "" || none.Add(first) != first {
		t.Errorf("a log that is off: %s", diff)
	}
}

func TestLongTextsOfAFindingAreCut(t *testing.T) {
	log := finding.NewLog(fact.NewLog(fact.Keep{}), now)
	if f := log.Add(finding.Finding{Detail: strings.Repeat("đ", 5000)}); len(f.Detail) > 2100 || !strings.HasSuffix(f.Detail, "…") {
		t.Errorf("%d bytes are kept", len(f.Detail))
	}
}
