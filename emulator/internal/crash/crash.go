package crash

import (
	"fmt"
	"net/http"
	"path"
	"runtime"
	"strings"
)

// module is the beginning of the names of this module's functions.
const module = "github.com/localsepay/localsepay/"

// Error is a panic that was caught.
type Error struct {
	// Value is what was panicked with.
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

// Caught makes an error of what recover returned, nil of nothing. It is called by
// the deferred function itself, where the stack of the panic is still there. A
// panic that is meant for the server, which breaks an answer off, or for the
// whole process, goes on.
func Caught(value any) *Error {
	if value == nil {
		return nil
	}
	if _, deliberate := value.(Deliberate); deliberate || value == http.ErrAbortHandler { //nolint:errorlint // as net/http does
		panic(value)
	}
	return &Error{Value: value, Place: place()}
}

// Try runs fn; a panic that [Caught] takes is returned as an [*Error].
func Try(fn func() error) (err error) {
	defer func() {
		if caught := Caught(recover()); caught != nil {
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

// Deliberate is what a check of the emulator's own panics with when nobody but
// the process can be told. Nothing catches it.
type Deliberate string

// Error implements error.
func (d Deliberate) Error() string { return string(d) }

// Tell hands an error to a writer that wants to know why its answer says no
// more than that something failed.
func Tell(w http.ResponseWriter, err error) {
	if witness, ok := w.(interface{ Failed(error) }); ok {
		witness.Failed(err)
	}
}
