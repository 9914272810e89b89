package scenarios

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/vm/runtime"
)

// evaluate runs an expression over names, within a budget of its own and until
// ctx ends. The language runs a loop, or one of its functions, to the end once
// it began; so each pass of a loop takes a step first, and what a function is
// given is weighed first. The language's optimizer is off: it calculates before
// anything is counted.
func evaluate(ctx context.Context, code string, names map[string]any, options ...expr.Option) (any, error) {
	if len(code) > maxCode {
		return nil, &expressionError{code, errCode, true}
	}
	b := &budget{ctx: ctx, steps: maxSteps}
	options = append(options, free(names)...)
	options = append(options, expr.Env(names), expr.Optimize(false), expr.MaxNodes(maxNodes), expr.Patch(meter{}))
	program, err := expr.Compile(code, append(options, b.functions()...)...)
	if err != nil {
		return nil, &expressionError{code, err, true}
	}
	out, err := expr.Run(program, names)
	switch {
	case err == nil:
		err = b.weigh(out)
	case strings.Contains(err.Error(), "memory budget exceeded"): // of the language's own, 1,000,000
		err = errMemory
	}
	if err != nil {
		return nil, &expressionError{code, err, false}
	}
	return out, nil
}

// expressionError is what is wrong with an expression.
type expressionError struct {
	code string
	err  error
	// early says that it is no expression, whatever the names hold.
	early bool
}

func (e *expressionError) Error() string {
	text := firstLine(e.err)
	if bound := boundOf(e.err); bound != nil {
		text = bound.Error()
	}
	return fmt.Sprintf("expression %s: %s", shortened(e.code), text)
}

func (e *expressionError) Unwrap() error { return e.err }

// boundOf is the bound that stopped an expression; nil when none did.
func boundOf(err error) error {
	for _, bound := range []error{errSteps, errText, errNesting, errMemory, errCode, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, bound) {
			return bound
		}
	}
	return nil
}

// shownCode is how much of an expression an error shows, in bytes.
const shownCode = 200

func shortened(code string) string {
	if len(code) <= shownCode {
		return code
	}
	return code[:shownCode] + "…"
}

// The functions that the meter calls. A file cannot name them otherwise.
const (
	fnStep    = "$step"
	fnWeigh   = "$weigh"
	fnSquared = "$squared"
	fnApart   = "$apart"
	fnWritten = "$written"
	fnMatches = "$matches"
	fnRepeat  = "$repeat"
	fnReplace = "$replace"
	fnJoin    = "$join"
)

// functions are those of the meter.
func (b *budget) functions() []expr.Option {
	through := func(name string, cost func(any) error) expr.Option {
		return expr.Function(name, func(args ...any) (any, error) { return args[0], cost(args[0]) }, new(func(any) any))
	}
	return []expr.Option{
		expr.Function(fnStep, func(...any) (any, error) { return true, b.spend(1) }, new(func() bool)),
		through(fnWeigh, b.weigh), through(fnSquared, b.squared), through(fnApart, b.apart), through(fnWritten, b.written),
		expr.Function(fnMatches, func(args ...any) (any, error) {
			if args[0] == nil || args[1] == nil {
				return false, nil
			}
			texts, err := allTexts(args)
			if err != nil {
				return nil, err
			}
			return b.matches(texts[0], texts[1])
		}, new(func(any, any) bool)),
		expr.Function(fnRepeat, func(args ...any) (any, error) {
			texts, err := allTexts(args[:1])
			if err != nil {
				return nil, err
			}
			return b.repeat(texts[0], runtime.ToInt(args[1]))
		}, new(func(any, any) string)),
		expr.Function(fnReplace, func(args ...any) (any, error) {
			texts, err := allTexts(args[:3])
			if err != nil {
				return nil, err
			}
			most := -1
			if len(args) > 3 {
				most = runtime.ToInt(args[3])
			}
			return b.replace(texts[0], texts[1], texts[2], most)
		}, new(func(any, any, any) string), new(func(any, any, any, any) string)),
		expr.Function(fnJoin, func(args ...any) (any, error) {
			list, ok := args[0].([]string)
			if items, mixed := args[0].([]any); mixed {
				var err error
				if list, err = allTexts(items); err != nil {
					return nil, err
				}
			} else if !ok {
				return nil, fmt.Errorf("join wants a list of texts, not %T", args[0])
			}
			texts, err := allTexts(args[1:])
			if err != nil {
				return nil, err
			}
			return b.join(list, append(texts, "")[0])
		}, new(func(any) string), new(func(any, any) string)),
	}
}

func allTexts(args []any) ([]string, error) {
	out := make([]string, len(args))
	for i, a := range args {
		text, ok := a.(string)
		if !ok {
			return nil, fmt.Errorf("want a text, not %T", a)
		}
		out[i] = text
	}
	return out, nil
}

// meter puts the calls into a parsed expression that spend its budget.
type meter struct{}

// weighed are the operators whose work depends on what they are given.
var weighed = []string{"+", "==", "!=", "<", ">", "<=", ">=", "in", "contains", "startsWith", "endsWith"}

// Visit implements ast.Visitor.
func (meter) Visit(at *ast.Node) {
	switch n := (*at).(type) {
	case *ast.PredicateNode:
		n.Node = &ast.SequenceNode{Nodes: []ast.Node{called(fnStep), n.Node}}
	case *ast.BinaryNode:
		switch {
		case n.Operator == "matches":
			ast.Patch(at, called(fnMatches, n.Left, n.Right))
		case slices.Contains(weighed, n.Operator):
			n.Left, n.Right = called(fnWeigh, n.Left), called(fnWeigh, n.Right)
		}
	case *ast.SliceNode:
		n.Node = called(fnWeigh, n.Node)
	case *ast.CallNode:
		for i := range n.Arguments {
			n.Arguments[i] = called(fnWeigh, n.Arguments[i])
		}
	case *ast.BuiltinNode:
		if own := map[string]string{"repeat": fnRepeat, "replace": fnReplace, "join": fnJoin}[n.Name]; own != "" {
			arguments := make([]ast.Node, len(n.Arguments))
			for i, a := range n.Arguments {
				arguments[i] = called(fnWeigh, a)
			}
			ast.Patch(at, called(own, arguments...))
			return
		}
		n.Arguments = weighedArguments(n.Name, n.Arguments)
	}
}

// weighedArguments are those of a function of the language. One with a
// predicate takes a step for each member anyway.
func weighedArguments(name string, arguments []ast.Node) []ast.Node {
	cost := map[string]string{"uniq": fnSquared, "split": fnApart, "splitAfter": fnApart, "toJSON": fnWritten, "fromJSON": fnApart}[name]
	if cost == "" {
		cost = fnWeigh
	}
	predicate := slices.ContainsFunc(arguments, func(a ast.Node) bool { _, ok := a.(*ast.PredicateNode); return ok })
	out := slices.Clone(arguments)
	for i, a := range arguments {
		if _, skip := a.(*ast.PredicateNode); !skip && !(predicate && i == 0) {
			out[i] = called(cost, a)
		}
	}
	return out
}

func called(name string, arguments ...ast.Node) ast.Node {
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: arguments}
}

// free lets names of a file stand before the language's own functions: a step
// may well be called first.
func free(env map[string]any) []expr.Option {
	var out []expr.Option
	for name := range env {
		if _, taken := builtin.Index[name]; taken {
			out = append(out, expr.DisableBuiltin(name))
		}
	}
	return out
}

// look evaluates an expression over an answer; what is not there is nil.
func look(ctx context.Context, over any, code string) (any, error) {
	env := map[string]any{"body": over}
	if object, ok := over.(map[string]any); ok {
		for name, value := range object {
			env[name] = value
		}
	}
	out, err := evaluate(ctx, code, env, expr.AllowUndefinedVariables())
	var compiled *expressionError
	if err == nil || boundOf(err) != nil || errors.As(err, &compiled) && compiled.early {
		return out, err
	}
	return nil, nil // the way leads through something that is not there
}
