package scenarios_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/scenarios"
)

// head begins a scenario that has a webhook and an IPN at the shop.
const head = "name: small\npurpose: A test of the engine.\nneeds: {webhook: {}, ipn: {}}\nsteps:\n"

// passes runs a scenario that has to pass.
func passes(t *testing.T, text string, o scenarios.Options) scenarios.Result {
	t.Helper()
	r := alone(t, parse(t, text), o)
	if !r.OK() {
		var b strings.Builder
		scenarios.WriteTree(&b, r)
		t.Errorf("%s", b.String())
	}
	return r
}

// fails runs a scenario that has to fail, and returns why.
func fails(t *testing.T, text string) scenarios.Failure {
	t.Helper()
	r := alone(t, parse(t, text), scenarios.Options{})
	if r.OK() || r.Failure == nil {
		t.Fatalf("it passes:\n%s", text)
	}
	return *r.Failure
}

func TestAFailureSaysWhatWasExpectedAndSeenAndHowToRepeatIt(t *testing.T) {
	s := parse(t, head+`
  - transfer: {amount: 1000, content: DH123456}
    as: paid
  - name: look at the order
    check:
    expect:
      check: [{url: /orders/DH123456, body: {credits: 2, credited: 1000}}]
  - advance: 1m
expect: {findings: none}
`)
	s.Seed = 7
	r := alone(t, s, scenarios.Options{})
	want := &scenarios.Failure{
		Step: "2", Title: "look at the order", Line: 8,
		Mismatches: []scenarios.Mismatch{{What: "check /orders/DH123456 credits", Expected: "2", Seen: "1"}},
		Traffic:    []string{`2026-01-05 09:00:00  <- webhook about 90000001, attempt 1: 200 {"success":true}`},
		Command:    "localsepay scenario run small --seed 7",
	}
	if r.Failure != nil {
		r.Failure.Mismatches[0].Diff = "" // its text is for people
	}
	if diff := cmp.Diff(want, r.Failure); diff != "" {
		t.Error(diff)
	}
	var states []string
	for _, step := range r.Steps {
		states = append(states, step.Path+" "+step.Status)
	}
	if diff := cmp.Diff([]string{"0 passed", "1 passed", "2 failed", "3 skipped", "end skipped"}, states); diff != "" {
		t.Error(diff)
	}
	var text bytes.Buffer
	scenarios.WriteTree(&text, r)
	for _, part := range []string{"✗ +0s", "expected: 2", "seen:     1", "<- webhook", "again: localsepay scenario run small --seed 7"} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("the tree lacks %q:\n%s", part, text.String())
		}
	}
}

func TestWhatCannotBeDoneFailsWithAReason(t *testing.T) {
	for text, want := range map[string]string{
		"  - pay: {order: NONE}\n":                                         "order",
		"  - replay: {kind: ipn}\n":                                        "no notice",
		"  - authorize: {}\n":                                              "needs.oauth",
		"  - token: {}\n":                                                  "needs.oauth",
		"  - call: {path: /v2/nowhere}\n":                                  "answered 404",
		"  - checkout: {invoice: A, amount: 0}\n":                          "not 302",
		"  - wait: {until: {notices: [{count: 1}]}, within: 40ms}\n":       "after 40ms",
		"  - check:\n    expect: {answer: {status: 200}}\n":                "makes no call",
		"  - check:\n    expect: {deliveries: [{kind: ipn}]}\n":            "none",
		"  - check:\n    expect: {that: [\"1 + 1\"]}\n":                    "2",
		"  - check:\n    expect: {balances: [{account: A, balance: 1}]}\n": "no account",
	} {
		f := fails(t, head+text)
		seen := ""
		for _, m := range f.Mismatches {
			seen += m.What + m.Expected + m.Seen
		}
		if f.Step != "1" || !strings.Contains(seen, want) {
			t.Errorf("%s: step %s: %s, want %s", text, f.Step, seen, want)
		}
	}
}

func TestStepsRepeatRunTogetherAndCapture(t *testing.T) {
	r := passes(t, head+`
  - repeat:
      times: 2
      every: 1h
      steps:
        - parallel:
            - transfer: {amount: 1000, content: "DH20000${i}"}
              as: left
              capture: {doubled: amount * 2}
            - transfer: {amount: 500, content: "DH30000${i}", count: 2}
expect:
  transactions: [{count: 6, sum: 4000}]
  that: [left.code == "DH200002", doubled == 2000]
`, scenarios.Options{})
	if r.Span != "2h" || r.Steps[1].Steps[1].Path != "1.2.1" || r.Steps[1].Steps[1].Steps[1].Path != "1.2.1.2" {
		t.Errorf("%+v", r)
	}
}

func TestASnapshotBringsMoneyBack(t *testing.T) {
	passes(t, head+`
  - snapshot: before
  - transfer: {amount: 1000, content: DH123456}
    expect: {balances: [{balance: 1000}]}
  - restore: before
expect: {balances: [{balance: 0}]}
`, scenarios.Options{})
}

func TestACarelessShopCreditsTwiceAndACarefulOneDoesNot(t *testing.T) {
	for careless, credits := range map[string]int{"true": 2, "false": 1} {
		passes(t, head+fmt.Sprintf(`
  - merchant: {careless: %s}
  - transfer: {amount: 1000, content: DH123456}
  - replay: {}
expect: {check: [{url: /orders/DH123456, body: {credits: %d, notices: 2}}]}
`, careless, credits), scenarios.Options{})
	}
}

func TestTheShopRefusesWhatDoesNotProveItself(t *testing.T) {
	for auth, step := range map[string]string{
		"hmac": "change_webhook: {secret: another}", "api_key": "change_webhook: {secret: another}", "secret": "change_webhook: {auth: none}",
	} {
		passes(t, fmt.Sprintf(`name: small
purpose: A test of the engine.
needs: {webhook: {auth: %s}}
steps:
  - transfer: {amount: 1000, content: DH111111}
    expect: {notices: [{answers: [200]}], deliveries: [{auth: %s}]}
  - %s
  - transfer: {amount: 1000, content: DH222222}
expect:
  notices: [{answers: [200, 401]}]
  check: [{url: /orders/DH222222, body: {credits: 0}}]
`, auth, auth, step), scenarios.Options{})
	}
}

func TestTheBodyIsReadInEachOfItsForms(t *testing.T) {
	for _, format := range []string{"json", "form", "multipart"} {
		passes(t, fmt.Sprintf(`name: small
purpose: A test of the engine.
needs: {webhook: {auth: hmac, format: %s}}
steps:
  - transfer: {amount: 1000, content: DH111111 thanh toan}
expect:
  deliveries: [{body: {code: DH111111, transferType: in}}]
  notices: [{field: content, values: [DH111111 thanh toan]}]
`, format), scenarios.Options{})
	}
}

// handler is a merchant's own, which counts.
type handler struct {
	mu     sync.Mutex
	bodies []string
	header http.Header
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.Method == http.MethodGet {
		fmt.Fprintf(w, `{"paid":%d}`, len(h.bodies))
		return
	}
	body, _ := io.ReadAll(r.Body)
	h.bodies, h.header = append(h.bodies, string(body)), r.Header.Clone()
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"success":true,"own":1}`)
}

func TestTheUsersOwnHandlerIsToldAndItsAnswerCounts(t *testing.T) {
	own := &handler{}
	shop := httptest.NewServer(own)
	defer shop.Close()
	text := head + `
  - merchant: {answers: [{status: 500}]}
  - transfer: {amount: 1000, content: DH123456}
  - advance: 1m
expect:
  deliveries: [{answers: [500, 201], auth: api_key}]
  check: [{url: /orders/DH123456, body: {paid: 1}}]
`
	o := scenarios.Options{Webhook: shop.URL + "/hook", Check: shop.URL, Auth: "api_key", Secret: "k3y"}
	passes(t, text, o)
	own.mu.Lock()
	defer own.mu.Unlock()
	if len(own.bodies) != 1 || !strings.Contains(own.bodies[0], `"code":"DH123456"`) || own.header.Get("Authorization") != "Apikey k3y" {
		t.Errorf("%q %v", own.bodies, own.header)
	}
}

func TestAnOrderIsPlacedAtTheShopFirst(t *testing.T) {
	passes(t, head+`
  - call: {at: shop, method: POST, path: /orders/DH123456, json: {price: 2000}}
  - transfer: {amount: 1500, content: DH123456}
expect: {check: [{url: /orders/DH123456, body: {price: 2000, status: underpaid}}]}
`, scenarios.Options{})
	r := alone(t, parse(t, head+"  - call: {at: shop, path: /orders/X}\n"), scenarios.Options{IPN: "http://127.0.0.1:1/"})
	if r.OK() || !strings.Contains(r.Failure.Mismatches[0].Seen, "--check") {
		t.Errorf("%+v", r.Failure)
	}
}

func TestWithoutItsAddressTheUsersShopIsNotAsked(t *testing.T) {
	shop := httptest.NewServer(&handler{})
	defer shop.Close()
	r := passes(t, head+"  - check:\nexpect: {check: [{url: /orders/X, body: {paid: 99}}]}\n", scenarios.Options{IPN: shop.URL})
	if notes := r.Steps[len(r.Steps)-1].Notes; len(notes) != 1 || !strings.Contains(notes[0], "--check") {
		t.Errorf("%v", notes)
	}
}

func TestAScenarioLeavesNothingArmedAtItsTarget(t *testing.T) {
	sepay := emulator.StartT(t, emulator.AllowPending())
	scenarios.RunT(t, sepay, "ipn-late-paid-twice")
	scenarios.RunT(t, sepay, "notice-of-a-transfer")
	state, err := sepay.Client().State(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range state.Companies {
		if c.Merchant.IPN.URL != nil {
			t.Errorf("company %s still has its IPN at %s", c.ID, *c.Merchant.IPN.URL)
		}
		for _, h := range c.Webhooks {
			if h.Active {
				t.Errorf("company %s still has a webhook", c.ID)
			}
		}
	}
}

func TestStepsAreToldAsTheyHappen(t *testing.T) {
	var seen []string
	clock := time.Duration(0)
	r := passes(t, head+"  - advance: 90m\n  - parallel:\n      - transfer: {amount: 1}\n", scenarios.Options{
		Observe: func(e scenarios.Event) {
			seen = append(seen, fmt.Sprint(e.Begun, " ", e.Step.Path, " ", e.Depth, " ", e.Step.At))
		},
		Stopwatch: func() func() time.Duration { return func() time.Duration { clock += time.Second; return clock } },
	})
	want := []string{"true 0 0 ", "false 0 0 0s", "true 1 0 ", "false 1 0 1h30m", "true 2 0 ", "true 2.1 1 ", "false 2.1 1 1h30m", "false 2 0 1h30m"}
	if diff := cmp.Diff(want, seen); diff != "" || r.Elapsed == 0 {
		t.Error(diff, r.Elapsed)
	}
}

// witness is a test that is watched failing.
type witness struct{ text []string }

func (w *witness) Helper()             {}
func (w *witness) Logf(string, ...any) {}
func (w *witness) Errorf(format string, args ...any) {
	w.text = append(w.text, fmt.Sprintf(format, args...))
}
func (w *witness) Fatalf(format string, args ...any) { w.Errorf(format, args...) }

func TestRunTFailsTheTest(t *testing.T) {
	sepay := emulator.StartT(t, emulator.AllowPending())
	nobody := func(o *scenarios.Options) { o.Webhook = "http://127.0.0.1:1/nobody" }
	var w witness
	scenarios.RunT(&w, sepay, "notice-of-a-transfer", nobody)
	scenarios.RunT(&w, sepay, "notice-of-a-transfr")
	scenarios.RunT(&w, sepay, "nowhere.yaml")
	want := []string{"scenario notice-of-a-transfer failed", `did you mean "notice-of-a-transfer"?`, "nowhere.yaml"}
	if len(w.text) != len(want) {
		t.Fatalf("%q", w.text)
	}
	for i, part := range want {
		if !strings.Contains(w.text[i], part) {
			t.Errorf("%s: want %s", w.text[i], part)
		}
	}
}

func TestATargetThatDoesNotAnswerIsNamed(t *testing.T) {
	r := scenarios.Run(context.Background(), parse(t, small), scenarios.Target{URL: "http://127.0.0.1:1"}, scenarios.Options{})
	if r.OK() || r.Failure.Step != "0" || !strings.Contains(r.Failure.Mismatches[0].Seen, "no localsepay answers") {
		t.Errorf("%+v", r.Failure)
	}
}

func TestARunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	sepay := emulator.StartT(t, emulator.AllowPending())
	r := scenarios.Run(ctx, parse(t, small+"  - advance: 1m\n"), scenarios.Target{URL: sepay.URL()}, scenarios.Options{
		Observe: func(e scenarios.Event) {
			if e.Step.Path == "1" && e.Begun {
				cancel()
			}
		},
	})
	if r.OK() || !slices.ContainsFunc(r.Failure.Mismatches, func(m scenarios.Mismatch) bool { return strings.Contains(m.Seen, "canceled") }) {
		t.Errorf("%+v", r.Failure)
	}
}

func TestAnotherSeedMakesOtherNames(t *testing.T) {
	s := parse(t, small)
	for seed, want := range map[uint64]string{0: "small --seed 1", 5: "small --seed 5"} {
		s.Expect = parse(t, small+"expect: {balances: [{balance: 1}]}\n").Expect
		r := alone(t, s, scenarios.Options{Seed: seed})
		if r.OK() || !strings.HasSuffix(r.Failure.Command, want) {
			t.Errorf("%+v", r.Failure)
		}
	}
}

// A scenario of the library against an emulator in this process.
func Example() {
	sepay, err := emulator.Start()
	if err != nil {
		panic(err)
	}
	defer sepay.Close()
	s, err := scenarios.Find("ipn-late-paid-twice")
	if err != nil {
		panic(err)
	}
	r := scenarios.Run(context.Background(), s, scenarios.Target{URL: sepay.URL()}, scenarios.Options{})
	fmt.Println(r.Status, "after", r.Span, "of SePay's time")
	// Output: passed after 2m of SePay's time
}
