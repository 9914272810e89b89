package pattern

import (
	"regexp"
	"sync"
)

// Lazy returns a function that compiles the expression at its first call, and
// panics like [regexp.MustCompile] when it is none. The function may be called
// by several goroutines.
func Lazy(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
