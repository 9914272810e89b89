package scenarios

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/localsepay/localsepay/openapi/input"
)

var (
	durationType = reflect.TypeFor[Duration]()
	matcherType  = reflect.TypeFor[Matcher]()
	findingsType = reflect.TypeFor[Findings]()
	stepType     = reflect.TypeFor[Step]()
	anyType      = reflect.TypeFor[any]()
	rulesType    = reflect.TypeFor[rules]()
)

// newChecker holds a scenario's nodes against the Go types.
func newChecker() *input.Checker {
	return &input.Checker{
		Special: map[reflect.Type]func(*input.Checker, *yaml.Node, input.Field){
			durationType: checkDuration, matcherType: checkMatcher, findingsType: checkFindings,
		},
		Object: func(c *input.Checker, n *yaml.Node, t reflect.Type, actions []string) {
			if t == stepType && len(actions) != 1 {
				c.Report(n, "want exactly one of "+strings.Join(actionNames(), ", "), "a step has one action, this one has %d", len(actions))
			}
		},
	}
}

func checkDuration(c *input.Checker, n *yaml.Node, _ input.Field) {
	if _, err := input.Duration(n.Value); n.Kind != yaml.ScalarNode || err != nil {
		c.Report(n, "want a time span such as 90s, 13m, 2h or 3d12h", "%s is no time span", input.Quote(n))
	}
}

func checkMatcher(c *input.Checker, n *yaml.Node, _ input.Field) {
	switch {
	case n.ShortTag() == "!!null":
		// The library would leave a null out of its list or object.
		rule := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "equals", Line: n.Line, Column: n.Column}
		null := *n
		*n = yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{&rule, &null}, Line: n.Line, Column: n.Column}
	case n.Kind == yaml.MappingNode:
		c.Struct(n, rulesType)
	}
}

func checkFindings(c *input.Checker, n *yaml.Node, _ input.Field) {
	if n.Kind != yaml.SequenceNode && n.Value != "none" {
		c.Report(n, "write none, or a list of codes such as [webhook.wrong_body]", "findings cannot be %s", input.Quote(n))
	}
}

func actionNames() []string {
	return input.Names(slices.DeleteFunc(input.Fields(stepType), func(f input.Field) bool { return !f.Action }))
}
