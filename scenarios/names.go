package scenarios

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
	"go.yaml.in/yaml/v4"

	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// names follows a file in the order in which it runs, and reports what only a
// run would have found: expressions that are none, names that no earlier step
// gave, and references to companies, faults and snapshots that are not there.
type names struct {
	c *input.Checker
	// known are the names that expressions may use from here on.
	known                        map[string]bool
	companies, faults, snapshots map[string]bool
}

// checkNames looks through a whole file.
func checkNames(c *input.Checker, root *yaml.Node, s Scenario) {
	n := names{
		c: c, known: map[string]bool{"seed": true, "run": true, "shop": true, "sepay": true, "company": true, "companies": true},
		companies: map[string]bool{}, faults: map[string]bool{}, snapshots: map[string]bool{},
	}
	for name := range s.Needs.Others {
		n.companies[name] = true
	}
	if needs := member(root, "needs"); needs != nil {
		n.value(needs)
	}
	if steps := member(root, "steps"); steps != nil {
		n.steps(steps)
	}
	if expect := member(root, "expect"); expect != nil {
		n.expect(expect)
	}
}

// member returns the value of a key, or nil.
func member(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func (n *names) steps(list *yaml.Node) {
	for _, step := range list.Content {
		n.step(step)
	}
}

func (n *names) step(step *yaml.Node) {
	for i := 0; i+1 < len(step.Content); i += 2 {
		value := step.Content[i+1]
		switch key := step.Content[i].Value; key {
		case "name", "as", "capture", "expect":
		case "parallel":
			n.parallel(value)
		case "repeat":
			n.counted(func() {
				if steps := member(value, "steps"); steps != nil {
					n.steps(steps)
				}
			})
		case "transfer":
			n.counted(func() { n.value(value) })
			if amount := member(value, "amount"); amount != nil && (strings.HasPrefix(amount.Value, "-") || strings.Trim(amount.Value, "0") == "") {
				n.c.Report(amount, "money that moves is 1 VND at least", "amount cannot be %s", input.Quote(amount))
			}
		case "wait":
			if until := member(value, "until"); until != nil {
				n.expect(until)
			}
		default:
			n.value(value)
			n.refer(key, value)
		}
	}
	if as := member(step, "as"); as != nil {
		n.known[as.Value] = true
	}
	if capture := member(step, "capture"); capture != nil {
		for i := 0; i+1 < len(capture.Content); i += 2 {
			n.syntax(capture.Content[i+1], capture.Content[i+1].Value)
			n.known[capture.Content[i].Value] = true
		}
	}
	if expect := member(step, "expect"); expect != nil {
		n.expect(expect)
	}
}

// parallel checks each step without the names that its siblings give: they may
// come later.
func (n *names) parallel(list *yaml.Node) {
	before, after := n.known, maps.Clone(n.known)
	for _, step := range list.Content {
		n.known = maps.Clone(before)
		n.step(step)
		maps.Copy(after, n.known)
	}
	n.known = after
}

// counted checks a part in which ${i} counts.
func (n *names) counted(check func()) {
	had := n.known["i"]
	n.known["i"] = true
	check()
	if !had {
		delete(n.known, "i")
	}
}

// refer checks and keeps the names of faults and snapshots.
func (n *names) refer(action string, value *yaml.Node) {
	switch action {
	case "fault":
		if name := member(value, "name"); name != nil {
			n.faults[name.Value] = true
		}
	case "fault_off":
		n.among(value, n.faults, "fault", "all")
	case "snapshot":
		n.snapshots[value.Value] = true
	case "restore":
		n.among(value, n.snapshots, "snapshot")
	}
}

func (n *names) among(value *yaml.Node, known map[string]bool, what string, more ...string) {
	if known[value.Value] || slices.Contains(more, value.Value) || strings.Contains(value.Value, "${") {
		return
	}
	hint := map[string]string{"company": "needs.others makes more companies"}[what]
	if hint == "" {
		hint = "no step before this one makes one"
	}
	if len(known) > 0 {
		hint = input.Hint(value.Value, slices.Sorted(maps.Keys(known)))
	}
	n.c.Report(value, hint, "there is no %s %q here", what, value.Value)
}

// value checks the ${…} of everything below a node, and the companies that it
// names.
func (n *names) value(node *yaml.Node) {
	if node.Kind == yaml.ScalarNode {
		for _, part := range splitExpressions(node.Value) {
			n.expression(node, part.text)
		}
		return
	}
	if company := member(node, "company"); company != nil && company.Kind == yaml.ScalarNode && company.Value != "" {
		n.among(company, n.companies, "company")
	}
	for _, child := range node.Content {
		n.value(child)
	}
}

// expect checks an expectation: that has whole expressions, the keys of body
// and fields are expressions over what was answered.
func (n *names) expect(node *yaml.Node) {
	n.value(node)
	if that := member(node, "that"); that != nil {
		for _, code := range that.Content {
			if len(splitExpressions(code.Value)) == 0 {
				n.expression(code, code.Value)
			}
		}
	}
	n.lookups(node)
}

// lookups checks keys that are expressions, and regular expressions.
func (n *names) lookups(node *yaml.Node) {
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i].Value, node.Content[i+1]
		switch {
		case (key == "body" || key == "fields") && value.Kind == yaml.MappingNode:
			for k := 0; k+1 < len(value.Content); k += 2 {
				n.syntax(value.Content[k], value.Content[k].Value)
			}
		case key == "field" && value.Kind == yaml.ScalarNode:
			n.syntax(value, value.Value)
		case key == "matches" && value.Kind == yaml.ScalarNode && !strings.Contains(value.Value, "${"):
			if _, err := regexp.Compile(value.Value); err != nil {
				n.c.Report(value, "see https://pkg.go.dev/regexp/syntax", "%q is no regular expression: %s", value.Value, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
			}
		}
	}
	for _, child := range node.Content {
		n.lookups(child)
	}
}

const exprHelp = "see https://expr-lang.org for what an expression may be"

// syntax checks an expression over an answer, whose names are not known yet.
func (n *names) syntax(at *yaml.Node, code string) {
	if _, err := parser.Parse(code); err != nil {
		n.c.Report(at, exprHelp, "%q: %s", code, firstLine(err))
	}
}

var unknownName = pattern.Lazy(`^unknown name (\w+)`)

// expression checks an expression over the names that are known here.
func (n *names) expression(at *yaml.Node, code string) {
	env := types.Map{}
	plain := map[string]any{}
	for name := range n.known {
		env[name], plain[name] = types.Any, nil
	}
	_, err := expr.Compile(code, append(free(plain), expr.Env(env))...)
	if err == nil {
		return
	}
	text, hint := firstLine(err), exprHelp
	if m := unknownName().FindStringSubmatch(text); m != nil {
		hint = input.Hint(m[1], slices.Sorted(maps.Keys(n.known)))
		text = "nothing before this is called " + m[1]
	}
	n.c.Report(at, hint, "%q: %s", code, text)
}
