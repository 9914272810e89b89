package crash_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/crash"
)

func divide(a, b int) int { return a / b }

func TestAPanicIsAnErrorThatNamesItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		fn    func() error
		says  string
		place string
	}{
		"a runtime error":       {func() error { return fmt.Errorf("%d", divide(1, 0)) }, "divide by zero", "crash_test.divide (crash_test.go:14)"},
		"a value":               {func() error { panic("boom") }, "boom", "crash_test.TestAPanicIsAnErrorThatNamesItsPlace"},
		"below another package": {func() error { slices.SortFunc([]int{2, 1}, func(int, int) int { panic("cmp") }); return nil }, "cmp", "crash_test.TestAPanic"},
		"an error":              {func() error { panic(io.ErrUnexpectedEOF) }, "unexpected EOF", "crash_test.TestAPanic"},
	} {
		t.Run(name, func(t *testing.T) {
			err := crash.Try(c.fn)
			var e *crash.Error
			if !errors.As(err, &e) {
				t.Fatalf("error: %v", err)
			}
			if !strings.Contains(e.Error(), c.says) || !strings.Contains(e.Place, c.place) {
				t.Errorf("it says %q at %q", e, e.Place)
			}
		})
	}
	if !errors.Is(crash.Try(func() error { panic(io.EOF) }), io.EOF) {
		t.Error("the error that was panicked with cannot be found")
	}
}

func TestWithoutAPanicTheErrorIsTheFunctionsOwn(t *testing.T) {
	if err := crash.Try(func() error { return io.EOF }); err != io.EOF {
		t.Errorf("error: %v", err)
	}
	if err := crash.Try(func() error { return nil }); err != nil {
		t.Errorf("error: %v", err)
	}
}
