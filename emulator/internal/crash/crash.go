package crash

import (
	"fmt"
	"net/http"
	"path"
	"runtime"
	"strings"
)

// module is the prefix of the names of this module's functions.
const module = "github.com/localsepay/localsepay/"

// Error is a panic that was caught.
type Error struct {
	// Value is the value passed to panic.
	Value any
	// Place is the function of this module in which it happened, with file and
	// line: "emulator/internal/bank.(*Bank).Record (transfer.go:120)".
	Place string
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("panic: %v at %s", e.Value, e.Place) }

// Unwrap returns the value when it was an error.
func (e *Error) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Recovered makes an error of the value that recover returned; nil for nil. The
// deferred function must call it directly, where the panic's stack is still
// available. [Deliberate] and [http.ErrAbortHandler] panic again.
func Recovered(value any) *Error {
	if value == nil {
		return nil
	}
	if _, deliberate := value.(Deliberate); deliberate || value == http.ErrAbortHandler { //nolint:errorlint // as net/http does
		panic(value)
	}
	return &Error{Value: value, Place: place()}
}

// Try runs fn; a panic that [Recovered] accepts is returned as an [*Error].
func Try(fn func() error) (err error) {
	defer func() {
		if caught := Recovered(recover()); caught != nil {
			err = caught
		}
	}()
	return fn()
}

// place finds the innermost function of this module above the panic.
func place() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	panicked, first := false, ""
	for {
		f, more := frames.Next()
		switch {
		case strings.HasPrefix(f.Function, "runtime."):
			panicked = panicked || f.Function == "runtime.gopanic" || f.Function == "runtime.sigpanic"
		case panicked:
			here := fmt.Sprintf("%s (%s:%d)", strings.TrimPrefix(f.Function, module), path.Base(f.File), f.Line)
			if strings.HasPrefix(f.Function, module) {
				return here
			}
			if first == "" {
				first = here
			}
		}
		if !more {
			return first
		}
	}
}

// Deliberate is the panic value of the emulator's internal checks when only the
// process can report the failure. [Recovered] does not catch it.
type Deliberate string

// Error implements error.
func (d Deliberate) Error() string { return string(d) }

// Report passes an error to a response writer that records why its answer is
// only a general failure.
func Report(w http.ResponseWriter, err error) {
	if noter, ok := w.(interface{ Failed(error) }); ok {
		noter.Failed(err)
	}
}
