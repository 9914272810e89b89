package contracts

import (
	"iter"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/onsi/ginkgo/v2"
)

const oneMinute = time.Minute

// overrun calls until the limit of n in a second is reached, looks at the 429,
// waits as it was told and demands that this was enough.
func (s *spec) overrun(n int, call func() answer, look func(answer)) {
	s.limited = true
	defer func() { s.limited = false }()
	var early answer
	for i := 0; i <= n; i++ {
		if early = call(); early.Status == 429 {
			break
		}
	}
	early.is(429)
	look(early)
	s.wait(early.told())
	if a := call(); a.Status == 429 {
		s.fail("%s\nexpected an answer after the wait of %v that was asked for\nseen     status 429 again", a.request, early.told())
	}
}

// limitOf reads a rate from the target's settings; a target without one skips
// the claim.
func (s *spec) limitOf(setting string) int {
	n, err := strconv.Atoi(s.setting(setting))
	if err != nil {
		ginkgo.Skip("the target has its limit " + setting + " switched off")
	}
	return n
}

// sorted walks a map by its names, so that runs are alike.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			if !yield(name, m[name]) {
				return
			}
		}
	}
}
