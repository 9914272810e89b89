package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"golang.org/x/term"

	"github.com/localsepay/localsepay/openapi/printable"
)

// terminal is where a verb reads its environment and writes to. Both outputs
// escape what came from outside.
type terminal struct {
	ctx      context.Context
	out, err io.Writer
}

// newTerminal makes a terminal whose context ends when standard output cannot
// be written any more.
func newTerminal(ctx context.Context, out, errOut io.Writer) (t terminal, done func()) {
	ctx, cancel := context.WithCancel(ctx)
	w := printable.NewWriter(out)
	w.OnError(func(error) { cancel() })
	return terminal{ctx, w, printable.NewWriter(errOut)}, cancel
}

// warn says on one line of standard error what goes on though the user may not
// want it.
func (t terminal) warn(format string, args ...any) {
	fmt.Fprintf(t.err, "warning: %s\n", printable.Line(fmt.Sprintf(format, args...)))
}

// lost is why standard output could not be written; nil when all was written.
func (t terminal) lost() error {
	w := printable.NewWriter(t.out)
	return errors.Join(w.Flush(), w.Err())
}

// closedPipe says that the reader of a pipe has ended, which is its right.
func closedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}

// fileOf is the file behind an output, nil when there is none.
func fileOf(w io.Writer) *os.File {
	if over, ok := w.(interface{ Unwrap() io.Writer }); ok {
		w = over.Unwrap()
	}
	f, _ := w.(*os.File)
	return f
}

// isTerminal says whether a person reads the output.
func isTerminal(w io.Writer) bool {
	f := fileOf(w)
	return f != nil && term.IsTerminal(int(f.Fd()))
}

// coloured says whether a person reads the output, who may like colours.
func coloured(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

// maxInput is how much is read of standard input, or of a file that is named to
// be read whole, in bytes.
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
