package drift_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/contracts/traffic"
)

func observed(t *testing.T, exchanges ...traffic.Exchange) drift.Shapes {
	t.Helper()
	s, err := drift.Observe("test", exchanges)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func times(n int, e traffic.Exchange) []traffic.Exchange {
	return slices.Repeat([]traffic.Exchange{e}, n)
}

func TestShapesHoldNoValueButThoseOfEnums(t *testing.T) {
	e := listed(page(2, `"va":""`, `"va":"","extra":{"0938475610":1,"2026-01-01":"v"}`))
	e.ResponseHeader.Set("X-RateLimit-Limit", "77")
	s := observed(t, e)
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"0938475610", uuid, "189000", "2026", "DH1", "ACB", "77"} {
		if strings.Contains(b.String(), value) {
			t.Errorf("the value %s is kept", value)
		}
	}
	item := s.Operations["userapi_v2 v2.transactions.list"].Answers["200"].Body.Members["data"].Items
	want := &drift.Value{Types: map[string]int{"string": 2}, Enum: map[string]int{"in": 2}}
	if diff := cmp.Diff(want, item.Members["transfer_type"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&drift.Value{Types: map[string]int{"null": 2}}, item.Members["code"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{"integer": 2, "string": 2}, item.Members["extra"].Members["*"].Types); diff != "" {
		t.Error(diff)
	}
	read, err := drift.ReadShapes(&b)
	if err != nil {
		t.Fatal(err)
	}
	if moves := drift.Compare(s, read); len(moves) != 0 {
		t.Errorf("a file moved by being read: %v", moves)
	}
}

func TestWhatMovedBetweenTwoRunsIsToldWithTheObservationsBehindIt(t *testing.T) {
	changed := listed(page(1, `"code":null`, `"code":"DH1"`, `"amount_in":189000`, `"amount_in":189000.5`, `"transfer_type":"in"`, `"transfer_type":"out"`, `"va":"",`, ``))
	changed.ResponseHeader.Set("X-RateLimit-Limit", "2")
	refused := listed(`{"status":"error","message":"x","error_code":"y"}`)
	refused.Status = 401
	before := observed(t, times(8, listed(page(1)))...)
	now := observed(t, append(times(8, changed), refused)...)
	at := drift.Move{Document: "userapi_v2", Operation: "v2.transactions.list", Status: 200}
	move := func(what, path, before, now string) drift.Move {
		m := at
		m.What, m.Path, m.Before, m.Now = what, path, before, now
		return m
	}
	thin := move("status-new", "", "401 in 0 of 8", "401 in 1 of 9")
	thin.Status, thin.Thin = 401, true
	want := []drift.Move{
		move("type-gone", "$.data[*].amount_in", "integer in 8 of 8", "integer in 0 of 8"),
		move("type-new", "$.data[*].amount_in", "number in 0 of 8", "number in 8 of 8"),
		move("null-gone", "$.data[*].code", "null in 8 of 8", "null in 0 of 8"),
		move("type-new", "$.data[*].code", "string in 0 of 8", "string in 8 of 8"),
		move("enum-gone", "$.data[*].transfer_type", "in in 8 of 8", "in in 0 of 8"),
		move("enum-new", "$.data[*].transfer_type", "out in 0 of 8", "out in 8 of 8"),
		move("property-gone", "$.data[*].va", "in 8 of 8", "in 0 of 8"),
		move("header-new", "X-Ratelimit-Limit", "in 0 of 8", "in 8 of 8"),
		thin,
	}
	if diff := cmp.Diff(want, drift.Compare(before, now)); diff != "" {
		t.Error(diff)
	}
}

func TestThinEvidenceIsNotCalledMovement(t *testing.T) {
	some := listed(page(1, `"code":null`, `"code":"DH1"`))
	for _, tt := range []struct {
		name        string
		before, now drift.Shapes
		thin        bool
	}{
		{"one against one", observed(t, listed(page(1))), observed(t, some), true},
		{"many against one", observed(t, times(20, listed(page(1)))...), observed(t, some), false},
		{"rare before, few now", observed(t, append(times(20, listed(page(1))), some)...), observed(t, times(5, listed(page(1)))...), true},
		{"usual before, few now", observed(t, append(times(5, some), times(5, listed(page(1)))...)...), observed(t, times(6, listed(page(1)))...), false},
	} {
		moves := drift.Compare(tt.before, tt.now)
		i := slices.IndexFunc(moves, func(m drift.Move) bool { return strings.HasPrefix(m.What, "type-") })
		if i < 0 || moves[i].Thin != tt.thin {
			t.Errorf("%s: got %+v", tt.name, moves)
		}
	}
}

func TestAPropertyThatIsSometimesMissingIsAMove(t *testing.T) {
	without := listed(page(1, `"va":"",`, ``))
	moves := drift.Compare(observed(t, times(8, listed(page(1)))...), observed(t, append(times(4, without), times(4, listed(page(1)))...)...))
	want := []drift.Move{{Document: "userapi_v2", Operation: "v2.transactions.list", Status: 200, Path: "$.data[*].va", What: "property-optional", Before: "in 8 of 8", Now: "in 4 of 8"}}
	if diff := cmp.Diff(want, moves); diff != "" {
		t.Error(diff)
	}
}

func TestWhatOnlyOneRunAskedIsNoMove(t *testing.T) {
	empty := listed(page(0))
	if moves := drift.Compare(observed(t, empty), observed(t, times(9, listed(page(3)))...)); len(moves) != 0 {
		t.Errorf("an empty page knows nothing of rows: %v", moves)
	}
	other := listed(page(1))
	other.Operation = "v2.transactions.get"
	if moves := drift.Compare(observed(t, other), observed(t, listed(page(1)))); len(moves) != 0 {
		t.Errorf("got %v", moves)
	}
}

func TestABaselineThatIsNoneIsRefused(t *testing.T) {
	for _, text := range []string{
		"", "[]", `{"version":2}`, `{"version":1,"other":1}`, `{"version":1,"operations":{"a b":null}}`, `{"version":1,"operations":{"ab":{}}}`,
		`{"version":1,"operations":{"a b":{"answers":{"200":null}}}}`, `{"version":1,"operations":{"a b":{"answers":{"200":{"body":{"members":{"x":null}}}}}}}`,
	} {
		if _, err := drift.ReadShapes(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "baseline") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestThreeWaySaysWhoDiffersFromWhom(t *testing.T) {
	run := func(exchanges ...traffic.Exchange) drift.Evidenced {
		return drift.Evidenced{Report: judged(t, exchanges...), Shapes: observed(t, exchanges...)}
	}
	right := listed(page(1))
	typed := listed(page(1, `"account_number":"0938475610"`, `"account_number":938475610`))
	asList := listed(page(1, `"account_number":"0938475610"`, `"account_number":[]`))
	coded := listed(page(1, `"code":null`, `"code":"DH1"`))
	for _, tt := range []struct {
		name              string
		emulator, sandbox drift.Evidenced
		want              []string
	}{
		{"all agree", run(right), run(right), nil},
		{"sandbox", run(right), run(typed), []string{"The sandbox differs from the document and the emulator. a string | as the document says | number 938475610"}},
		{"emulator", run(typed), run(right), []string{"The emulator differs from the document and the sandbox. a string | number 938475610 | as the document says"}},
		{"document", run(typed), run(typed), []string{"The document differs from the emulator and the sandbox. a string | number 938475610 | number 938475610"}},
		{"all", run(typed), run(asList), []string{"All three differ. a string | number 938475610 | an array of 0"}},
		{"emulator not asked", run(), run(typed), []string{"The sandbox differs from the document; the emulator was not asked. a string | not asked | number 938475610"}},
		{"sandbox not asked", run(typed), run(), []string{"The emulator differs from the document; the sandbox was not asked. a string | number 938475610 | not asked"}},
		{"allowed", run(times(9, right)...), run(times(9, coded)...), []string{
			"The emulator and the sandbox differ; the document allows both. allows both | null in 9 of 9 | null in 0 of 9",
			"The emulator and the sandbox differ; the document allows both. allows both | string in 0 of 9 | string in 9 of 9",
		}},
	} {
		var got []string
		for _, v := range drift.ThreeWay(tt.emulator, tt.sandbox) {
			got = append(got, v.Differs+" "+v.Says.Document+" | "+v.Says.Emulator+" | "+v.Says.Sandbox)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
