package input_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/openapi/input"
)

const whenEmpty = "write something"

func TestShortcutsAndBombsOfYAMLAreRefusedWithTheirPlace(t *testing.T) {
	laughs := "a0: &a0 [lol]\n"
	for i := 1; i < 30; i++ {
		laughs += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	deep := func(opening string, n int) string { return "a: " + strings.Repeat(opening, n) }
	var blocks strings.Builder
	for i := range 400 {
		fmt.Fprintf(&blocks, "%s- \n", strings.Repeat(" ", i))
	}
	for name, c := range map[string]struct{ text, want string }{
		"an alias":                  {"a: 1\nb: *x\n", "x"},
		"an anchor":                 {"a:\n  b: &x 1\n", "line 2, column 6: an anchor is not taken here: &x"},
		"an anchor and its alias":   {"a: &x 1\nb: *x\n", "line 2, column 4: an alias"},
		"one that holds itself":     {"steps: &s [{parallel: *s}]\n", "line 1, column 23: an alias"},
		"an anchor of a key":        {"&k a: 1\n", "line 1, column 1: an anchor"},
		"a merge key":               {"a: {b: 1}\nc:\n  <<: {d: 1}\n", "line 3, column 3: a merge key"},
		"a billion laughs":          {laughs, "line 2, column 10: an alias"},
		"a type":                    {"a: !!binary aGk=\n", "line 1, column 4: a type"},
		"a type of a program's own": {"a: !exec rm\n", "line 1, column 4: a type"},
		"nested lists":              {deep("[", 65) + strings.Repeat("]", 65), "more than 64 deep"},
		"nested lists, endless":     {deep("[", 500_000), "more than 64 deep"},
		"nested objects":            {deep("{a: ", 200_000), "more than 64 deep"},
		"nested blocks":             {blocks.String(), "more than 64 deep"},
		"hyphens":                   {strings.Repeat("- ", 200_000) + "1", "more than 64 deep"},
		"question marks":            {strings.Repeat("? ", 200_000) + "1", "more than 64 deep"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := input.ReadNode([]byte(c.text), 1<<20, whenEmpty)
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "line ") || strings.Count(err.Error(), ": ") < 2 || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s: %v", name, err)
		}
		if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 200 {
			t.Errorf("%s takes %d MiB", name, took)
		}
	}
}

func TestWhatStandsWithinTheBoundsIsRead(t *testing.T) {
	for _, text := range []string{"a: " + strings.Repeat("[", 60) + strings.Repeat("]", 60), "a: \"<<\"\nb: '*x &y'\n", "a: 0x10\nb: 2026-01-02\nc: ~\n", "\"<<\": 1\n"} {
		if _, err := input.ReadNode([]byte(text), 1<<20, whenEmpty); err != nil {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}
