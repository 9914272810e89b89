package main

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The help of a verb does not say which grammar it is from.
func TestAVerbAloneHasTheHelpOfTheWholeCommandLine(t *testing.T) {
	verbs := reflect.TypeFor[cli]()
	tried := 0
	for i := range verbs.NumField() {
		if _, is := verbs.Field(i).Tag.Lookup("cmd"); !is {
			continue
		}
		tried++
		args := []string{strings.ToLower(verbs.Field(i).Name), "--help"}
		var alone, whole bytes.Buffer
		var c, all cli
		if g := newGrammar(&alone, &alone); g.parseVerb(&c, args) == nil && !g.printed {
			t.Errorf("%s has no grammar of its own", args[0])
		}
		_, _ = newGrammar(&whole, &whole).parseWhole(&all, args) // what is missing beside --help
		if diff := cmp.Diff(whole.String(), alone.String()); diff != "" {
			t.Errorf("%s: (-whole +alone)\n%s", args[0], diff)
		}
	}
	if tried < 20 {
		t.Errorf("only %d verbs were tried", tried)
	}
}

// What is wrong is said by the whole grammar, whose words know the other verbs.
func TestAMistakeIsLeftToTheWholeGrammar(t *testing.T) {
	for _, args := range [][]string{nil, {"srve"}, {"serve", "--lisen", "x"}, {"serve", "--egress", "moon"}, {"faults", "ad"}, {"--version"}} {
		var out bytes.Buffer
		var c cli
		if g := newGrammar(&out, &out); g.parseVerb(&c, args) != nil || g.printed {
			t.Errorf("%q was parsed by the grammar of a verb", args)
		}
	}
}
