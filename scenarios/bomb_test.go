package scenarios_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/scenarios"
)

const begin = "name: bomb\npurpose: It would never end.\n"

func TestAScenarioThatHoldsItselfIsRefusedWithItsLine(t *testing.T) {
	for name, text := range map[string]string{
		"parallel":   begin + "steps: &s [{parallel: *s}]\n",
		"repeat":     begin + "steps: &s\n  - repeat: {times: 9, steps: *s}\n",
		"merge keys": begin + "steps:\n  - <<: {name: x}\n",
		"nesting":    begin + "steps: " + strings.Repeat("[{parallel: ", 100_000),
		"a body":     begin + "steps: [{call: {path: /x, json: " + strings.Repeat("[", 100_000),
	} {
		_, err := scenarios.Parse("bomb.yaml", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), "bomb.yaml:") || !strings.Contains(err.Error(), ": ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := emulator.ReadSeed([]byte("companies: &c\n  - id: a\n    name: *c\n")); err == nil || !strings.Contains(err.Error(), "line 3, column 11") {
		t.Errorf("a seed file: %v", err)
	}
	if _, err := drift.ParseAccepted("accepted.yaml", []byte("accepted: &a [*a]\n")); err == nil || !strings.Contains(err.Error(), "1") {
		t.Errorf("a list of accepted differences: %v", err)
	}
}

func TestAScenarioWhoseExpressionsNeverEndFails(t *testing.T) {
	bomb := "all(1..100000, all(1..100000, all(1..100000, true)))"
	for name, steps := range map[string]string{
		"an expectation": "  - check:\n    expect: {that: [\"" + bomb + "\"]}\n",
		"a memo":         "  - transfer: {amount: 1000, content: \"${" + bomb + "}\"}\n",
		"a capture":      "  - transfer: {amount: 1000}\n    capture: {x: \"" + bomb + "\"}\n",
		"a wait":         "  - wait: {until: {that: [\"" + bomb + "\"]}, within: 1ms}\n",
		"a body":         "  - call: {path: /v2/transactions}\n    expect: {answer: {body: {\"" + bomb + "\": true}}}\n",
	} {
		file := filepath.Join(t.TempDir(), "bomb.yaml")
		if err := os.WriteFile(file, []byte(begin+"steps:\n"+steps), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := scenarios.Load(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sepay := emulator.StartT(t, emulator.AllowPending())
		r := scenarios.Run(context.Background(), s, scenarios.Target{URL: sepay.URL()}, scenarios.Options{})
		if r.OK() || !strings.Contains(r.Failure.Mismatches[0].Seen, "million members") && !strings.Contains(r.Failure.Mismatches[0].Seen, "steps") {
			t.Errorf("%s: %+v", name, r.Failure)
		}
	}
}

func TestStepsThatRepeatWithoutEndAreStopped(t *testing.T) {
	text := begin + "steps:\n  - parallel:\n      - repeat: {times: 100000, steps: [{merchant: {}}, {merchant: {}}]}\n"
	s, err := scenarios.Parse("bomb.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	sepay := emulator.StartT(t)
	r := scenarios.Run(context.Background(), s, scenarios.Target{URL: sepay.URL()}, scenarios.Options{})
	if r.OK() || !strings.Contains(r.Failure.Mismatches[0].Seen, "more than 100000 steps") {
		t.Errorf("%+v", r.Failure)
	}
}
