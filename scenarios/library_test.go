package scenarios_test

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/scenarios"
)

// library returns all scenarios that ship.
func library(t testing.TB) []scenarios.Scenario {
	t.Helper()
	all, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// alone runs a scenario on an emulator of its own.
func alone(t testing.TB, s scenarios.Scenario, o scenarios.Options) scenarios.Result {
	t.Helper()
	e, err := emulator.Start(emulator.WithSeed(s.Seed), emulator.WithContract(emulator.ContractOff))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}()
	return scenarios.Run(context.Background(), s, scenarios.Target{URL: e.URL()}, o)
}

func TestEveryScenarioOfTheLibraryPassesAlone(t *testing.T) {
	all := library(t)
	if len(all) < 30 {
		t.Errorf("the library has %d scenarios", len(all))
	}
	purposes := map[string]string{}
	for _, s := range all {
		if other := purposes[s.Purpose]; other != "" {
			t.Errorf("%s and %s have one purpose", s.Name, other)
		}
		purposes[s.Purpose] = s.Name
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			scenarios.RunT(t, emulator.StartT(t, emulator.AllowPending()), s.Name)
		})
	}
}

func TestTheWholeLibraryPassesOnOneTargetAndAgain(t *testing.T) {
	sepay := emulator.StartT(t, emulator.AllowPending())
	for range 2 {
		for _, s := range library(t) {
			scenarios.RunT(t, sepay, s.Name)
		}
	}
}

func TestTheSameSeedGivesTheSameBytesOfReport(t *testing.T) {
	var reports []string
	for range 2 {
		var results []scenarios.Result
		for _, s := range library(t) {
			results = append(results, alone(t, s, scenarios.Options{}))
		}
		failing := parse(t, "expect: {findings: [nothing.like_this], balances: [{balance: 1}]}\n"+small)
		results = append(results, alone(t, failing, scenarios.Options{}))
		var b bytes.Buffer
		if err := scenarios.WriteJSON(&b, results); err != nil {
			t.Fatal(err)
		}
		reports = append(reports, b.String())
	}
	if diff := cmp.Diff(reports[0], reports[1]); diff != "" {
		t.Error(diff)
	}
	for _, real := range []string{"127.0.0.1", "elapsed"} {
		if strings.Contains(reports[0], real) {
			t.Errorf("the report has %q", real)
		}
	}
}

// mutant is a scenario with one expectation altered.
type mutant struct {
	what string
	text string
}

// selectors choose what an expectation looks at. To alter one asks another
// question instead of giving a wrong answer.
var selectors = map[string]bool{"company": true, "kind": true, "subject": true, "origin": true, "order": true, "account": true, "direction": true, "field": true, "url": true}

// mutants alters each value of each expectation, one at a time.
func mutants(t *testing.T, text []byte) []mutant {
	t.Helper()
	var root yaml.Node
	if err := yaml.Load(text, &root); err != nil {
		t.Fatal(err)
	}
	var out []mutant
	keep := func(what string) {
		b, err := yaml.Dump(&root)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, mutant{what, string(b)})
	}
	var within func(n *yaml.Node, key string)
	within = func(n *yaml.Node, key string) {
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i < len(n.Content); i += 2 {
				name := n.Content[i].Value
				selectsCode := name == "code" && key == "transactions"
				if !selectors[name] && !selectsCode {
					within(n.Content[i+1], name)
				}
			}
		case yaml.SequenceNode:
			for _, item := range n.Content {
				within(item, key)
			}
			if key == "findings" || key == "received" || key == "answers" {
				extra := map[string]string{"findings": "a.code", "received": "paid", "answers": "200"}[key]
				n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: extra})
				keep(key + " with one more")
				n.Content = n.Content[:len(n.Content)-1]
			}
		case yaml.ScalarNode:
			was := *n
			alter(n, key)
			keep(key + ": " + was.Value + " → " + n.Value)
			*n = was
		}
	}
	var find func(n *yaml.Node)
	find = func(n *yaml.Node) {
		for i, child := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "expect" {
				within(child, "expect")
			} else {
				find(child)
			}
		}
	}
	find(&root)
	return out
}

// alter gives a scalar another value that cannot be right.
func alter(n *yaml.Node, key string) {
	_, err := strconv.Atoi(n.Value)
	switch tag := n.ShortTag(); {
	case key == "findings" && n.Value != "none":
		n.Value = "a.code"
	case key == "findings":
		*n = yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "a.code"}}}
	case key == "that":
		n.Value = "not (" + n.Value + ")"
	case key == "auth":
		n.Value = map[string]string{"none": "secret", "hmac": "secret"}[n.Value] + map[string]string{"secret": "hmac", "api_key": "hmac"}[n.Value]
	case key == "at":
		n.Value += "1s"
	case key == "not":
		*n = yaml.Node{Kind: yaml.ScalarNode, Value: "CANCELLED"}
	case key == "at_most":
		n.Value = "-1"
	case key == "at_least":
		n.Value = "1000000000"
	case key == "exists":
		n.Value = map[string]string{"true": "false", "false": "true"}[n.Value]
	case tag == "!!bool":
		n.Value = map[string]string{"true": "false", "false": "true"}[n.Value]
	case err == nil:
		n.Value += "7"
	case tag == "!!null":
		*n = yaml.Node{Kind: yaml.ScalarNode, Value: "something"}
	default:
		n.Value += "zz"
	}
}

func TestEveryExpectationOfTheLibraryCanFail(t *testing.T) {
	for _, s := range library(t) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			text, err := scenarios.Text(s.Name)
			if err != nil {
				t.Fatal(err)
			}
			all := mutants(t, text)
			if len(all) == 0 {
				t.Error("it expects nothing")
			}
			for _, m := range all {
				altered, err := scenarios.Parse("mutant", []byte(m.text))
				if err != nil {
					t.Errorf("%s: %v\n%s", m.what, err, m.text)
					continue
				}
				if r := alone(t, altered, scenarios.Options{}); r.OK() {
					t.Errorf("it passes with %s", m.what)
				}
			}
		})
	}
}

// BenchmarkLibrary runs the whole library once a round, each scenario on an
// emulator of its own.
func BenchmarkLibrary(b *testing.B) {
	all := library(b)
	for b.Loop() {
		for _, s := range all {
			if r := alone(b, s, scenarios.Options{}); !r.OK() {
				b.Fatal(s.Name)
			}
		}
	}
}
