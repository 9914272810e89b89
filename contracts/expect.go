package contracts

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
)

// The few words of Gomega that claims use, without Gomega: it brings a comparer, a
// YAML reader, an HTML reader and a test server into the command, and every start
// initialises them.

// matcher says whether a value is as a claim wants it.
type matcher struct {
	// words end the sentence "expected it …".
	words string
	holds func(actual any) bool
}

func equal(v any) matcher {
	return matcher{"to equal " + shown(v), func(a any) bool { return reflect.DeepEqual(a, v) }}
}

func beTrue() matcher {
	return matcher{"to be true", func(a any) bool { return a == true }}
}

func beNil() matcher {
	return matcher{"to be nil", func(a any) bool {
		v := reflect.ValueOf(a)
		return a == nil || nilable(v.Kind()) && v.IsNil()
	}}
}

func nilable(k reflect.Kind) bool {
	switch k {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Interface, reflect.Chan:
		return true
	}
	return false
}

func beEmpty() matcher {
	return matcher{"to be empty", func(a any) bool { return length(a) == 0 }}
}

func haveLen(n int) matcher {
	return matcher{"to have length " + strconv.Itoa(n), func(a any) bool { return length(a) == n }}
}

// length is the number of members or bytes of a value; -1 for one without.
func length(a any) int {
	switch v := reflect.ValueOf(a); v.Kind() {
	case reflect.String, reflect.Slice, reflect.Array, reflect.Map:
		return v.Len()
	}
	return -1
}

func match(pattern string) matcher {
	return matcher{"to match " + pattern, func(a any) bool {
		text, ok := a.(string)
		return ok && regexp.MustCompile(pattern).MatchString(text)
	}}
}

func contain(part string) matcher {
	return matcher{"to contain " + shown(part), func(a any) bool {
		text, ok := a.(string)
		return ok && strings.Contains(text, part)
	}}
}

func containElement(member any) matcher {
	return matcher{"to have the member " + shown(member), func(a any) bool {
		v := reflect.ValueOf(a)
		if v.Kind() != reflect.Slice {
			return false
		}
		for i := range v.Len() {
			if reflect.DeepEqual(v.Index(i).Interface(), member) {
				return true
			}
		}
		return false
	}}
}

func atLeast(n any) matcher {
	return matcher{"to be at least " + shown(n), func(a any) bool { return number(a) >= number(n) }}
}

func atMost(n any) matcher {
	return matcher{"to be at most " + shown(n), func(a any) bool { return number(a) <= number(n) }}
}

// number is the value of an int or float. Another kind is a mistake of the claim.
func number(v any) float64 {
	if n, ok := v.(int); ok {
		return float64(n)
	}
	return v.(float64)
}

// shown writes a value with its type, shortened.
func shown(v any) string {
	return fmt.Sprintf("<%T> %.*s", v, shownValue, inWords(v))
}

// expectation is a value that a claim has something to say about.
type expectation struct {
	s      *spec
	actual any
}

// Expect begins a sentence about a value.
func (s *spec) Expect(actual any) expectation { return expectation{s, actual} }

// To ends the claim unless the matcher holds. about is a text, or a format and its
// values, and leads the failure.
func (e expectation) To(m matcher, about ...any) { e.demand(m, true, about) }

// NotTo ends the claim if the matcher holds.
func (e expectation) NotTo(m matcher, about ...any) { e.demand(m, false, about) }

func (e expectation) demand(m matcher, wanted bool, about []any) {
	if m.holds(e.actual) == wanted {
		return
	}
	words := m.words
	if !wanted {
		words = "not " + words
	}
	e.s.failed(2, e.actual, words, about)
}

// failed ends the claim with a sentence, skip frames above the caller.
func (s *spec) failed(skip int, actual any, words string, about []any) {
	lead := ""
	if len(about) > 0 {
		format, _ := about[0].(string)
		if lead = format; len(about) > 1 {
			lead = fmt.Sprintf(format, about[1:]...)
		}
		lead += "\n"
	}
	ginkgo.Fail(s.redact(fmt.Sprintf("%sexpected it %s\nseen     %s", lead, words, shown(actual))), skip+1)
}

// eventually asks again and again until the matcher holds, and ends the claim when it
// does not within a time, in real time, or the run is broken off.
func (s *spec) eventually(ask func() any, within, every time.Duration, m matcher, about ...any) {
	limit := time.NewTimer(within)
	defer limit.Stop()
	again := time.NewTicker(every)
	defer again.Stop()
	for {
		last := ask()
		if m.holds(last) {
			return
		}
		select {
		case <-again.C:
		case <-limit.C:
			s.failed(1, last, m.words+fmt.Sprintf(", within %v", within), about)
		case <-s.ctx.Done():
			s.failed(1, last, m.words+", before the run was broken off", about)
		}
	}
}
