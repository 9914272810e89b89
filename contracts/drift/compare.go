package drift

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Compare lists what changed between two runs, even where the document allows
// both. Operations, answers and places that only one run reached are not moves,
// as the other run might have shown the same.
func Compare(before, now Shapes) []Move {
	var moves []Move
	for _, name := range slices.Sorted(maps.Keys(now.Operations)) {
		was, is := before.Operations[name], now.Operations[name]
		if was == nil {
			continue
		}
		document, operation, _ := strings.Cut(name, " ")
		c := comparison{at: Move{Document: document, Operation: operation}}
		c.operation(was, is)
		moves = append(moves, c.moves...)
	}
	slices.SortStableFunc(moves, func(a, b Move) int {
		return cmp.Or(
			thinLast(a.Thin, b.Thin), cmp.Compare(a.Document, b.Document), cmp.Compare(a.Operation, b.Operation),
			cmp.Compare(a.Status, b.Status), cmp.Compare(a.Path, b.Path), cmp.Compare(a.What, b.What),
		)
	})
	return moves
}

func thinLast(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

type comparison struct {
	at    Move
	moves []Move
}

func (c *comparison) operation(was, is *OperationShape) {
	for _, kind := range union(was.Answers, is.Answers) {
		before, now := was.Answers[kind], is.Answers[kind]
		status, _ := strconv.Atoi(kind)
		c.at.Status = status
		c.appears("status", "", kind, share{before.count(), was.Exchanges}, share{now.count(), is.Exchanges})
		if before == nil || now == nil {
			continue
		}
		for _, name := range union(before.Headers, now.Headers) {
			c.appears("header", name, "", share{before.Headers[name], before.Count}, share{now.Headers[name], now.Count})
		}
		for _, name := range union(before.ContentTypes, now.ContentTypes) {
			c.appears("content-type", "Content-Type", name, share{before.ContentTypes[name], before.Count}, share{now.ContentTypes[name], now.Count})
		}
		if before.Body != nil && now.Body != nil {
			c.value("$", before.Body, now.Body)
		}
	}
}

func (a *AnswerShape) count() int {
	if a == nil {
		return 0
	}
	return a.Count
}

// value compares one place. It does not go below a member that one side lacks.
func (c *comparison) value(path string, was, is *Value) {
	before, now := was.seen(), is.seen()
	for _, kind := range union(was.Types, is.Types) {
		what := "type"
		if kind == "null" {
			what = "null"
		}
		c.appears(what, path, kind, share{was.Types[kind], before}, share{is.Types[kind], now})
	}
	for _, value := range union(was.Enum, is.Enum) {
		c.appears("enum", path, value, share{was.Enum[value], before}, share{is.Enum[value], now})
	}
	if was.Items != nil && is.Items != nil {
		c.value(path+"[*]", was.Items, is.Items)
	}
	for _, name := range union(was.Members, is.Members) {
		a, b := was.Members[name], is.Members[name]
		below := path + step(name)
		if a != nil && b != nil {
			if name != anyName {
				c.property(below, a.seen(), b.seen(), was.Types["object"], is.Types["object"])
			}
			c.value(below, a, b)
			continue
		}
		first, second := share{of: was.Types["object"]}, share{of: is.Types["object"]}
		if a != nil {
			first.n = a.seen()
		}
		if b != nil {
			second.n = b.seen()
		}
		if name != anyName {
			c.appears("property", below, "", first, second)
		}
	}
}

// property reports one that was always present and now sometimes is not.
func (c *comparison) property(path string, before, now, beforeOf, nowOf int) {
	if before < beforeOf || now >= nowOf {
		return
	}
	c.move("property-optional", path, share{before, beforeOf}.text(""), share{now, nowOf}.text(""),
		!unlikely(share{nowOf - now, nowOf}, beforeOf))
}

// share is n of so many.
type share struct{ n, of int }

func (s share) text(what string) string {
	if what != "" {
		what += " "
	}
	return fmt.Sprintf("%sin %d of %d", what, s.n, s.of)
}

// appears reports what is new, or no longer seen, provided that both runs could
// have shown it.
func (c *comparison) appears(what, path, name string, before, now share) {
	switch {
	case before.of == 0 || now.of == 0:
	case before.n == 0 && now.n > 0:
		c.move(what+"-new", path, before.text(name), now.text(name), !unlikely(now, before.of))
	case before.n > 0 && now.n == 0:
		c.move(what+"-gone", path, before.text(name), now.text(name), !unlikely(before, now.of))
	}
}

// unlikely returns whether something met in this share would, with a chance
// below one in twenty, be missing from so many other observations. The share is
// corrected, so that one of one is not certainty.
func unlikely(met share, others int) bool {
	p := float64(met.n+1) / float64(met.of+2)
	return math.Pow(1-p, float64(others)) < 0.05
}

func (c *comparison) move(what, path, before, now string, thin bool) {
	m := c.at
	m.What, m.Path, m.Before, m.Now, m.Thin = what, path, before, now, thin
	c.moves = append(c.moves, m)
}

// step formats a member of a path as package openapi does.
func step(name string) string {
	for _, r := range name {
		if r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return "['" + strings.ReplaceAll(name, "'", `\'`) + "']"
		}
	}
	return "." + name
}

func union[V any](a, b map[string]V) []string {
	names := slices.Collect(maps.Keys(a))
	names = append(names, slices.Collect(maps.Keys(b))...)
	slices.Sort(names)
	return slices.Compact(names)
}
