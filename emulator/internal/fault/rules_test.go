package fault_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/fault"
)

func surfaces() []fault.Surface {
	return []fault.Surface{
		{Name: "money api", Operations: []string{"money.list", "money.get"}, Companies: true},
		{Name: "page", Operations: []string{"page.show"}},
	}
}

func newRules(seed derive.Seed) *fault.Rules { return fault.New(seed, surfaces) }

// touch decides about one delivery and lets it count.
func touch(r *fault.Rules, d fault.Delivery) *fault.Hit {
	c := r.Choose()
	hit := c.Delivery(d)
	c.Count()
	return hit
}

func parse(t *testing.T, text string) fault.Rule {
	t.Helper()
	var r fault.Rule
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func add(t *testing.T, rules *fault.Rules, text string) fault.Rule {
	t.Helper()
	r, err := rules.Add(parse(t, text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return r
}

// struck lists which of n requests, from 1, a rule touches.
func struck(rules *fault.Rules, n int) []int {
	var out []int
	for i := 1; i <= n; i++ {
		if rules.Request(fault.Request{Surface: "money api", Operation: "money.list", Method: "GET", Path: "/money/7/list"}) != nil {
			out = append(out, i)
		}
	}
	return out
}

func TestAChoiceTakesTheNthTheFirstOrEvery(t *testing.T) {
	for text, want := range map[string][]int{
		`{"nth":3}`:   {3},
		`{"first":2}`: {1, 2},
		`{"every":4}`: {4, 8},
		`{}`:          {1, 2, 3, 4, 5, 6, 7, 8, 9},
	} {
		rules := newRules(1)
		add(t, rules, `{"when":`+text+`,"do":{"status":503}}`)
		if diff := cmp.Diff(want, struck(rules, 9)); diff != "" {
			t.Errorf("%s:\n%s", text, diff)
		}
		if r := rules.List()[0]; r.Matched != 9 || r.Fired != int64(len(want)) {
			t.Errorf("%s: matched %d, fired %d", text, r.Matched, r.Fired)
		}
	}
}

func TestForEveryNumberAChoiceTakesWhatItsNameSays(t *testing.T) {
	const requests = 30
	takes := map[string]func(i, n int) bool{
		"nth":   func(i, n int) bool { return i == n },
		"first": func(i, n int) bool { return i <= n },
		"every": func(i, n int) bool { return i%n == 0 },
	}
	for name, take := range takes {
		for n := 1; n <= requests+1; n++ {
			var want []int
			for i := 1; i <= requests; i++ {
				if take(i, n) {
					want = append(want, i)
				}
			}
			rules := newRules(1)
			add(t, rules, fmt.Sprintf(`{"when":{%q:%d},"do":{"status":503}}`, name, n))
			if diff := cmp.Diff(want, struck(rules, requests)); diff != "" {
				t.Errorf("%s %d:\n%s", name, n, diff)
			}
		}
	}
}

func TestTheSameSeedTakesTheSameChancesAndAnotherSeedOthers(t *testing.T) {
	choices := func(seed derive.Seed) []int {
		rules := newRules(seed)
		add(t, rules, `{"when":{"chance":0.25},"do":{"status":503}}`)
		return struck(rules, 400)
	}
	first := choices(1)
	if diff := cmp.Diff(first, choices(1)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(first, choices(2)) {
		t.Error("two seeds, one choice")
	}
	if len(first) < 70 || len(first) > 130 {
		t.Errorf("a quarter of 400 was %d", len(first))
	}
}

func TestTheFirstRuleThatFiresWinsAndAllThatMatchCount(t *testing.T) {
	rules := newRules(1)
	add(t, rules, `{"when":{"nth":2},"do":{"status":501}}`)
	add(t, rules, `{"when":{"method":"GET"},"do":{"status":502}}`)
	add(t, rules, `{"when":{"surface":"page"},"do":{"status":503}}`)
	var ids []int64
	for range 3 {
		ids = append(ids, rules.Request(fault.Request{Surface: "money api", Method: "GET"}).ID)
	}
	if diff := cmp.Diff([]int64{2, 1, 2}, ids); diff != "" {
		t.Error(diff)
	}
	var counts [][2]int64
	for _, r := range rules.List() {
		counts = append(counts, [2]int64{r.Matched, r.Fired})
	}
	if diff := cmp.Diff([][2]int64{{3, 1}, {3, 2}, {0, 0}}, counts); diff != "" {
		t.Error(diff)
	}
}

func TestWhenSelectsRequestsByEachOfItsMembers(t *testing.T) {
	x := fault.Request{Surface: "money api", Operation: "money.get", Method: "GET", Path: "/money/7/list", Company: "shop", Header: http.Header{"X-Run": {"a"}}}
	for text, want := range map[string]bool{
		`{"surface":"money api"}`:                  true,
		`{"surface":"page"}`:                       false,
		`{"operation":"money.get"}`:                true,
		`{"operation":"money.list"}`:               false,
		`{"method":"POST"}`:                        false,
		`{"path":"/money/*"}`:                      true,
		`{"path":"/money/*/list"}`:                 true,
		`{"path":"*7*"}`:                           true,
		`{"path":"/money"}`:                        false,
		`{"path":"/money/*/other"}`:                false,
		`{"company":"shop"}`:                       true,
		`{"company":"other"}`:                      false,
		`{"header":{"name":"x-run"}}`:              true,
		`{"header":{"name":"X-Run","value":"b"}}`:  false,
		`{"header":{"name":"X-Other"}}`:            false,
		`{"surface":"money api","method":"GET"}`:   true,
		`{"surface":"money api","method":"PATCH"}`: false,
	} {
		rules := newRules(1)
		add(t, rules, `{"when":`+text+`,"do":{"status":503}}`)
		if got := rules.Request(x) != nil; got != want {
			t.Errorf("%s: %v", text, got)
		}
		if touch(rules, fault.Delivery{Kind: fault.Webhook, Company: "shop", Attempt: 1}) != nil {
			t.Errorf("%s touches a delivery", text)
		}
	}
}

func TestWhenSelectsDeliveriesByEachOfItsMembers(t *testing.T) {
	d := fault.Delivery{Kind: fault.IPN, Company: "shop", Subject: "SO1", Attempt: 2}
	for text, want := range map[string]bool{
		`{}`:                    true,
		`{"surface":"ipn"}`:     true,
		`{"surface":"webhook"}`: false,
		`{"company":"other"}`:   false,
		`{"subject":"SO1"}`:     true,
		`{"subject":"SO2"}`:     false,
		`{"attempt":2}`:         true,
		`{"attempt":1}`:         false,
	} {
		rules := newRules(1)
		add(t, rules, `{"when":`+text+`,"do":{"duplicate":1}}`)
		if got := touch(rules, d) != nil; got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestARuleThatCannotBeIsRefusedWithAHint(t *testing.T) {
	for text, want := range map[string]string{
		`{"when":{"surface":"mony api"},"do":{"status":503}}`:                      `did you mean "money api"?`,
		`{"when":{"operation":"money.lst"},"do":{"status":503}}`:                   `did you mean "money.list"?`,
		`{"when":{"surface":"page","operation":"money.list"},"do":{"status":503}}`: "page.show",
		`{"when":{"surface":"webhok"},"do":{"duplicate":1}}`:                       `did you mean "webhook"?`,
		`{"when":{"surface":"webhook"},"do":{"status":503}}`:                       "does not fit deliveries",
		`{"when":{"surface":"page"},"do":{"duplicate":1}}`:                         "does not fit requests",
		`{"when":{"surface":"webhook","method":"POST"},"do":{"duplicate":1}}`:      "no operation, method",
		`{"when":{"surface":"page","subject":"1"},"do":{"status":503}}`:            "do not fit requests",
		`{"when":{"surface":"page","company":"shop"},"do":{"status":503}}`:         "by a credential",
		`{"do":{"drop":true}}`:                                                         "which are meant?",
		`{"do":{}}`:                                                                    "one of status",
		`{"do":{"status":503,"hang":true}}`:                                            "two things",
		`{"do":{"status":99}}`:                                                         "want 200 to 599",
		`{"do":{"hang":true,"body":"x"}}`:                                              "belong to status",
		`{"when":{"nth":1,"first":1},"do":{"status":503}}`:                             "exclude each other",
		`{"when":{"chance":1.5},"do":{"status":503}}`:                                  "want 0.000001 to 1",
		`{"when":{"surface":"page"},"do":{"delay":"soon"}}`:                            "not a duration",
		`{"phase":"before","do":{"truncate":1}}`:                                       "changes the answer",
		`{"phase":"between","do":{"status":503}}`:                                      "loses the notices",
		`{"phase":"afte","do":{"status":503}}`:                                         `did you mean "after"?`,
		`{"when":{"surface":"ipn"},"do":{"stale_timestamp":"6m"}}`:                     "no signed timestamp",
		`{"do":{"tamper":{}}}`:                                                         "say one of",
		`{"do":{"tamper":{"amount":1,"signature":"none"}}}`:                            "want keep or fresh",
		`{"when":{"surface":"page","header":{"name":""}},"do":{"rate_limited":{}}}`:    "say its name",
		`{"when":{"surface":"page"},"do":{"rate_limited":{"retry_after":-1}}}`:         "want 1 to 31536000",
		`{"when":{"surface":"page","method":"GTE"},"do":{"wrong_content_type":"a/b"}}`: `did you mean "GET"?`,
	} {
		_, err := newRules(1).Add(parse(t, text))
		var refused *fault.Error
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if said := refused.Detail + " " + refused.Hint; !strings.Contains(said, want) {
			t.Errorf("%s: %q does not say %q", text, said, want)
		}
	}
}

func TestARuleReadsAndWritesAsItIsOnTheWire(t *testing.T) {
	rules := newRules(1)
	for _, text := range []string{
		`{"id":1,"name":"a","when":{"surface":"page","every":2},"phase":"after","do":{"truncate":0},"matched":0,"fired":0}`,
		`{"id":2,"when":{},"do":{"wrong_auth":true},"matched":0,"fired":0}`,
		`{"id":3,"when":{},"do":{"wrong_auth":"missing"},"matched":0,"fired":0}`,
		`{"id":4,"when":{"surface":"page"},"phase":"between","do":{"drop":true},"matched":0,"fired":0}`,
	} {
		out, err := json.Marshal(add(t, rules, text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(text, string(out)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWithoutRulesNothingIsTouched(t *testing.T) {
	var none *fault.Rules
	none.Clear()
	none.Reset()
	if none.Armed() || none.Request(fault.Request{}) != nil || touch(none, fault.Delivery{}) != nil || len(none.List()) != 0 || none.Remove(1) {
		t.Error("nothing did something")
	}
	rules := newRules(1)
	one := add(t, rules, `{"do":{"status":503}}`)
	if !rules.Remove(one.ID) || rules.Remove(one.ID) || rules.Armed() {
		t.Error("a rule that was removed is armed")
	}
	if next := add(t, rules, `{"do":{"status":503}}`); next.ID != 2 {
		t.Errorf("id %d after 1", next.ID)
	}
	rules.Reset()
	if next := add(t, rules, `{"do":{"status":503}}`); next.ID != 1 {
		t.Errorf("id %d after a reset", next.ID)
	}
}

func TestAskingCostsNoMemoryWhileNothingIsArmed(t *testing.T) {
	rules := newRules(1)
	if n := testing.AllocsPerRun(100, func() { touch(rules, fault.Delivery{Kind: fault.IPN}) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAChoiceThatIsGivenUpCountsNothing(t *testing.T) {
	rules := newRules(1)
	if _, err := rules.Add(parse(t, `{"when":{"surface":"webhook","nth":2},"do":{"drop":true}}`)); err != nil {
		t.Fatal(err)
	}
	d := fault.Delivery{Kind: fault.Webhook, Attempt: 1}
	for range 3 { // a transaction that is run again, or not committed
		c := rules.Choose()
		if c.Delivery(d) != nil || c.Delivery(d) == nil || c.Delivery(d) != nil {
			t.Error("of three deliveries not just the second was touched")
		}
	}
	if r := rules.List()[0]; r.Matched != 0 || r.Fired != 0 {
		t.Errorf("matched %d, fired %d", r.Matched, r.Fired)
	}
	if touch(rules, d) != nil || touch(rules, d) == nil {
		t.Error("the second delivery that counts was not touched")
	}
	if r := rules.List()[0]; r.Matched != 2 || r.Fired != 1 {
		t.Errorf("matched %d, fired %d", r.Matched, r.Fired)
	}
}
