package scenarios_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/scenarios"
)

var update = flag.Bool("update", false, "write schema.json anew")

// small is a scenario without expectations.
const small = `name: small
purpose: A test of the engine.
needs: {webhook: {}, ipn: {}}
steps:
  - transfer: {amount: 1000, content: DH123456}
    as: paid
`

func parse(t testing.TB, text string) scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s.File = ""
	return s
}

func TestAMistakeInAFileHasItsPlaceAndAWayOut(t *testing.T) {
	head := "name: a\npurpose: b\n"
	for name, c := range map[string]struct{ text, want string }{
		"an unknown key":            {head + "stesp: []\n", `t.yaml:3:1: there is no key "stesp" here: did you mean "steps"?`},
		"an unknown action":         {head + "steps:\n  - tranfser: {amount: 1}\n", `t.yaml:4:5: there is no key "tranfser" here: did you mean "transfer"?`},
		"a key deep inside":         {head + "steps:\n  - pay: {order: A, crad: visa}\n", `t.yaml:4:21: there is no key "crad" here: did you mean "card"?`},
		"a value out of a list":     {head + "steps:\n  - pay: {order: A, card: vissa}\n", `t.yaml:4:27: card cannot be "vissa": did you mean "visa"?`},
		"a value far from any":      {head + "steps:\n  - restart: everything\n", `t.yaml:4:14: restart cannot be "everything": there are: sepay, shop`},
		"a text for a number":       {head + "steps:\n  - transfer: {amount: much}\n", `t.yaml:4:24: amount cannot be "much": want a whole number`},
		"what has to be there":      {head + "steps:\n  - checkout: {amount: 1}\n", "t.yaml:4:15: invoice is missing: The shop's invoice number."},
		"two actions":               {head + "steps:\n  - advance: 1m\n    check:\n", "t.yaml:4:5: a step has one action, this one has 2"},
		"no action":                 {head + "steps:\n  - name: x\n", "t.yaml:4:5: a step has one action, this one has 0"},
		"no steps":                  {head + "steps: []\n", "t.yaml:3:8: there are no steps: add a step"},
		"a span in words":           {head + "steps:\n  - advance: a while\n", `t.yaml:4:14: "a while" is no time span: want a time span such as 90s`},
		"a name with blanks":        {"name: A b\npurpose: c\nsteps: [{check: {}}]\n", `t.yaml:1:7: name cannot be "A b"`},
		"a key twice":               {head + "purpose: c\nsteps: [{check: {}}]\n", `t.yaml:3:1: the key "purpose" stands twice`},
		"an expression with a slip": {head + "steps:\n  - transfer: {amount: 1, content: \"${1 +}\"}\n", `t.yaml:4:36: "1 +"`},
		"a matcher with a slip":     {head + "steps: [{check: {}}]\nexpect: {balances: [{balance: {atleast: 3}}]}\n", `did you mean "at_least"?`},
		"findings that are none":    {head + "steps: [{check: {}}]\nexpect: {findings: nothing}\n", `t.yaml:4:20: findings cannot be "nothing": write none`},
		"no YAML":                   {head + "steps: [\n", "t.yaml:"},
		"a name that nothing gave":  {head + "steps: [{transfer: {amount: 1, content: \"${nope.id}\"}}]\n", `t.yaml:3:41: "nope.id": nothing before this is called nope: there are: companies, company`},
		"a name that is nearly one": {head + "steps:\n  - transfer: {amount: 1}\n    as: paid\n  - replay: {subject: \"${pade.id}\"}\n", `t.yaml:6:23: "pade.id": nothing before this is called pade: did you mean "paid"?`},
		"a name of a later step":    {head + "steps:\n  - replay: {subject: \"${paid.id}\"}\n  - transfer: {amount: 1}\n    as: paid\n", `nothing before this is called paid`},
		"a name of a sibling":       {head + "steps:\n  - parallel:\n      - {transfer: {amount: 1}, as: left}\n      - {replay: {subject: \"${left.id}\"}}\n", `nothing before this is called left`},
		"i outside of a repetition": {head + "steps: [{pay: {order: \"A${i}\"}}]\n", `"i": nothing before this is called i`},
		"half an expression":        {head + "steps: [{check: {}}]\nexpect: {that: [\"1 +\"]}\n", `t.yaml:4:17: "1 +": unexpected token EOF`},
		"a key that is none":        {head + "steps: [{check: {}}]\nexpect: {check: [{url: /, body: {\"a[\": 1}}]}\n", `"a[": unexpected`},
		"half a regular expression": {head + "steps: [{check: {}}]\nexpect: {balances: [{balance: {matches: \"(\"}}]}\n", `"(" is no regular expression`},
		"a company that is none":    {head + "steps: [{transfer: {amount: 1, company: other}}]\n", `t.yaml:3:41: there is no company "other" here`},
		"a company nearly right":    {head + "needs: {others: {second: {}}}\nsteps: [{transfer: {amount: 1, company: secnod}}]\n", `did you mean "second"?`},
		"a snapshot that is none":   {head + "steps: [{restore: never}]\n", `there is no snapshot "never" here`},
		"a fault that is none":      {head + "steps: [{fault_off: storm}]\n", `there is no fault "storm" here`},
		"money with decimals":       {head + "steps: [{transfer: {amount: 150.000}}]\n", `amount cannot be "150.000": want a whole number`},
		"a second document":         {head + "steps: [{check: {}}]\n---\nname: b\n", `t.yaml:4:1: a second document begins here`},
		"an empty file":             {"", "t.yaml:1:1: the file is empty"},
		"a list for an object":      {"- a\n", "t.yaml:1:1: a list has to be an object"},
	} {
		_, err := scenarios.Parse("t.yaml", []byte(c.text))
		var problems scenarios.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestAllMistakesOfAFileAreToldAtOnce(t *testing.T) {
	_, err := scenarios.Parse("t.yaml", []byte("nam: a\nsteps:\n  - pay: {}\n  - adv: 1m\n"))
	var problems scenarios.Problems
	if !errors.As(err, &problems) || len(problems) != 5 {
		t.Errorf("%v", err)
	}
}

func TestAnAccountNumberKeepsItsZeros(t *testing.T) {
	s := parse(t, "name: a\npurpose: b\nneeds: {accounts: [{bank: MBBank, number: 0071000123456}]}\nsteps: [{transfer: {amount: 1, account: 0071000123456}}]\n")
	if s.Needs.Accounts[0].Number != "0071000123456" || s.Steps[0].Transfer.Account != "0071000123456" {
		t.Errorf("%+v", s.Needs.Accounts)
	}
}

func TestTheSchemaFileIsThatOfTheTypes(t *testing.T) {
	want, err := scenarios.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("go test ./scenarios -run Schema -update writes it anew\n%s", diff)
	}
}

// schema compiles the schema file.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// asJSON reads YAML as a schema sees it.
func asJSON(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := yaml.Load(text, &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheSchemaTakesTheLibraryAndRefusesMistakes(t *testing.T) {
	s := schema(t)
	files, err := filepath.Glob("library/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(asJSON(t, text)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if !bytes.HasPrefix(text, []byte("# yaml-language-server: $schema=../schema.json\nname: "+strings.TrimSuffix(filepath.Base(file), ".yaml")+"\n")) {
			t.Errorf("%s does not begin with its schema and its name", file)
		}
	}
	for name, text := range map[string]string{
		"an unknown key": small + "stepps: []\n",
		"two actions":    small + "    check: {}\n",
		"no purpose":     "name: a\nsteps: [{check: {}}]\n",
		"a wrong value":  small + "  - restart: everything\n",
	} {
		if s.Validate(asJSON(t, []byte(text))) == nil {
			t.Errorf("%s passes", name)
		}
		if _, err := scenarios.Parse("t.yaml", []byte(text)); err == nil {
			t.Errorf("the reader takes %s", name)
		}
	}
}

func TestATemplateIsAScenarioThatEditorsComplete(t *testing.T) {
	for _, from := range []string{"", "underpaid"} {
		text, err := scenarios.Template("my-own", from)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "# yaml-language-server: $schema="+scenarios.SchemaURL+"\n") || strings.Count(string(text), "$schema") != 1 {
			t.Errorf("%s", text)
		}
		if r := alone(t, parse(t, string(text)), scenarios.Options{}); !r.OK() || r.Scenario != "my-own" {
			t.Errorf("%+v", r.Failure)
		}
	}
	for _, c := range [][2]string{{"My own", ""}, {"a", "underpayd"}} {
		if text, err := scenarios.Template(c[0], c[1]); err == nil {
			t.Errorf("%v makes %s", c, text)
		}
	}
}
