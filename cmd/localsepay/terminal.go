package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/term"

	"github.com/localsepay/localsepay/openapi/printable"
)

// terminal is a verb's environment and output. Both outputs escape untrusted
// text.
type terminal struct {
	ctx      context.Context
	out, err io.Writer
	// found says once which of several running localsepays is changed; nil when
	// the user named it.
	found *sync.Once
}

// newTerminal makes a terminal whose context ends when standard output can no
// longer be written. No output holds up the end of the process.
func newTerminal(ctx context.Context, out, errOut io.Writer) (t terminal, done func()) {
	w, errW := printable.NewWriter(newOutlet(ctx, out)), printable.NewWriter(newOutlet(ctx, errOut))
	ctx, cancel := context.WithCancel(ctx)
	w.OnError(func(error) { cancel() })
	return terminal{ctx: ctx, out: w, err: errW}, cancel
}

// warn prints a warning in one line on standard error.
func (t terminal) warn(format string, args ...any) {
	fmt.Fprintf(t.err, "warning: %s\n", printable.Line(fmt.Sprintf(format, args...)))
}

// lost returns why standard output could not be written; nil when all was
// written.
func (t terminal) lost() error {
	w := printable.NewWriter(t.out)
	return errors.Join(w.Flush(), w.Err())
}

// closedPipe returns whether the reader of a pipe has closed it.
func closedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}

// fileOf returns the file behind an output, or nil.
func fileOf(w io.Writer) *os.File {
	for {
		over, ok := w.(interface{ Unwrap() io.Writer })
		if !ok {
			break
		}
		w = over.Unwrap()
	}
	f, _ := w.(*os.File)
	return f
}

// isTerminal returns whether the output is a terminal.
func isTerminal(w io.Writer) bool {
	f := fileOf(w)
	return f != nil && term.IsTerminal(int(f.Fd()))
}

// coloured returns whether to use colours: on a terminal, unless NO_COLOR is
// set.
func coloured(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

// maxInput is the maximum size of standard input, or of a named file that is
// read whole, in bytes.
const maxInput = 16 << 20

// readAll reads standard input until its end, or until ctx ends.
func readAll(ctx context.Context, in io.Reader) ([]byte, error) {
	type all struct {
		text []byte
		err  error
	}
	read := make(chan all, 1)
	go func() {
		text, err := io.ReadAll(io.LimitReader(in, maxInput+1))
		read <- all{text, err}
	}()
	select {
	case a := <-read:
		if len(a.text) > maxInput {
			return nil, fmt.Errorf("standard input has more than %d bytes", maxInput)
		}
		return a.text, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
