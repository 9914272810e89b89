package scenarios

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator"
)

// bombs are expressions that would work for hours, or fill the memory.
var bombs = map[string]string{
	"nested all":           `all(1..100000, all(1..100000, all(1..100000, true)))`,
	"nested map":           `map(1..3000, map(1..3000, # * 2))`,
	"nested reduce":        `reduce(1..100000, #acc + reduce(1..100000, #acc + #, 0), 0)`,
	"nested count":         `count(1..100000, count(1..100000, # > 0) > 0)`,
	"a sum in a loop":      `all(1..100000, sum(1..100000) > 0)`,
	"find in find":         `find(1..100000, find(1..100000, # < 0) == 1)`,
	"sortBy in a loop":     `all(1..100000, len(sortBy(1..100000, -#)) > 0)`,
	"groupBy in a loop":    `all(1..100000, len(groupBy(1..100000, #)) > 0)`,
	"filter in filter":     `filter(1..100000, len(filter(1..100000, # > 5)) > 5)`,
	"many ranges":          strings.Repeat(`len(1..900000) + `, 100) + `0`,
	"a great range":        `len(1..999999999999)`,
	"doubled text":         `reduce(1..60, #acc + #acc, "xxxxxxxx")`,
	"doubled by let":       "let a = `xx`; " + doubled(40) + `len(a40)`,
	"repeated repeat":      `repeat(repeat(repeat("xxxxxxxxxx", 999999), 999999), 999999)`,
	"repeat in a loop":     `map(1..100000, repeat("x", 900000))`,
	"replaced by more":     `replace(repeat("x", 900000), "x", repeat("y", 900000))`,
	"replaced between":     `replace(repeat("x", 900000), "", repeat("y", 900000))`,
	"joined":               `join(map(1..900000, "x"), repeat("y", 900000))`,
	"a tree of itself":     `reduce(1..60, [#acc, #acc], "x")`,
	"itself as JSON":       `toJSON(reduce(1..60, [#acc, #acc], "x"))`,
	"itself compared":      `reduce(1..60, [#acc, #acc], "x") == reduce(1..60, [#acc, #acc], "x")`,
	"itself as text":       `string(reduce(1..60, {{"a": #acc, "b": #acc}}, "x"))`,
	"itself flattened":     `flatten(reduce(1..60, [#acc, #acc], "x"))`,
	"a deep value":         `reduce(1..900000, [#acc], "x")`,
	"each with each":       `uniq(1..900000)`,
	"a text apart":         `map(1..1000, split(repeat("x", 900000), ""))`,
	"concat in a loop":     `reduce(1..60, concat(#acc, #acc), [1])`,
	"sort in a loop":       `all(1..100000, len(sort(1..100000)) > 0)`,
	"a regular expression": `repeat("a", 900000) matches "(a*)*(a|b|c){1,900}(x+x+)+y"`,
	"matches in a loop":    `all(1..100000, not (repeat("a", 100000) matches "a*b"))`,
	"contains in a loop":   `all(1..100000, not (repeat("a", 900000) contains "b"))`,
	"upper in a loop":      `all(1..100000, len(upper(repeat("a", 900000))) > 0)`,
	"a long expression":    strings.Repeat("(", 200000) + "1" + strings.Repeat(")", 200000),
	"many parts":           strings.Repeat("1+", 2000) + "1",
	"what is asked":        `all(body, all(body, all(body, true)))`,
}

// doubled declares n variables, each twice the one before.
func doubled(n int) string {
	var b strings.Builder
	before := "a"
	for i := 1; i <= n; i++ {
		name := fmt.Sprintf("a%02d", i)
		b.WriteString("let " + name + " = " + before + " + " + before + "; ")
		before = name
	}
	return b.String()
}

func TestNoExpressionWorksOnForEver(t *testing.T) {
	list := make([]any, 2000)
	for i := range list {
		list[i] = i
	}
	for name, code := range bombs {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			passed := stopwatch()
			_, err := evaluate(context.Background(), code, map[string]any{"body": list})
			took := passed()
			runtime.ReadMemStats(&after)
			allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%s, %d MiB allocated: %v", took.Round(time.Millisecond), allocated, err)
			if err == nil || took > 10*time.Second || allocated > 4096 {
				t.Errorf("%s, %d MiB, %v", took, allocated, err)
			}
		})
	}
}

func TestAnExpressionEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := evaluate(ctx, `all(1..10, true)`, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
	if _, err := look(ctx, map[string]any{}, `all(1..10, true)`); !errors.Is(err, context.Canceled) {
		t.Errorf("a look after the end: %v", err)
	}
	late, stop := context.WithDeadline(context.Background(), emulator.Epoch.AddDate(-20, 0, 0))
	defer stop()
	if _, err := evaluate(late, `1 + 1 == 2`, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("after the time: %v", err)
	}
}

func TestTheMeterChangesNoMeaning(t *testing.T) {
	env := map[string]any{
		"n": 3, "f": 1.5, "s": "Trà sen", "none": nil, "list": []any{1, 2, 2, 3}, "texts": []any{"b", "a"},
		"rows": []any{map[string]any{"id": 1, "in": 5}, map[string]any{"id": 2, "in": 0}}, "object": map[string]any{"a": map[string]any{"b": 7}},
	}
	for code, want := range map[string]any{
		`n + 1 == 4 && f < 2`:                          true,
		`"a" + "b" + s`:                                "abTrà sen",
		`none == nil`:                                  true,
		`none ?? "x"`:                                  "x",
		`object?.a?.b`:                                 7,
		`object.x?.y == nil`:                           true,
		`n in list`:                                    true,
		`"a" in object`:                                true,
		`"id" not in object`:                           true,
		`s matches "^Tr"`:                              true,
		`not (s matches "x$")`:                         true,
		`s contains "sen" and s startsWith "T"`:        true,
		`len(filter(rows, .in > 0))`:                   1,
		`map(rows, .id)`:                               []any{1, 2},
		`filter(rows, {.in == 0})[0].id`:               2,
		`reduce(list, #acc + #, 0)`:                    8,
		`sum(list)`:                                    8,
		`sum(rows, .in)`:                               5,
		`count(list, # == 2)`:                          2,
		`uniq(list)`:                                   []any{1, 2, 3},
		`join(texts, "-")`:                             "b-a",
		`join(sort(texts))`:                            "ab",
		`replace("aXbX", "X", "")`:                     "ab",
		`replace("aXbX", "X", "-", 1)`:                 "a-bX",
		`repeat("ab", 3)`:                              "ababab",
		`split("a,b", ",")`:                            []string{"a", "b"},
		`toJSON({"a": 1}) contains "\"a\": 1"`:         true,
		`fromJSON("[1]")[0]`:                           1.0,
		`string(n) + "/" + upper(s)`:                   "3/TRÀ SEN",
		`list[1:3]`:                                    []any{2, 2},
		`max(list) - min(list)`:                        2,
		`n > 2 ? "more" : "less"`:                      "more",
		`let x = n * 2; x + 1`:                         7,
		`all(1..3, # > 0) and none(list, # > 9)`:       true,
		`sortBy(rows, .in)[0].id`:                      2,
		`groupBy(rows, .in > 0)[true][0].id`:           1,
		`first(list) == 1 && last(list) == 3`:          true,
		`findIndex(list, # == 2)`:                      1,
		`keys(object)`:                                 []any{"a"},
		`date("2026-01-31").Year()`:                    2026,
		`date("2026-01-31") + duration("24h") < now()`: true,
	} {
		env := env
		if strings.HasPrefix(code, "all(") {
			env = map[string]any{"list": env["list"]} // "none" is the function here
		}
		got, err := evaluate(context.Background(), code, env)
		if err != nil {
			t.Errorf("%s: %v", code, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", code, diff)
		}
	}
}

// stopwatch starts a measurement of real time.
func stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}
