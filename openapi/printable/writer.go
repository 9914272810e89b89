package printable

import (
	"io"
	"sync"
)

// Style is a text style of a terminal, as the parameter of an SGR sequence.
type Style string

// The styles.
const (
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"
	Blue   Style = "34"
	Bold   Style = "1"
	Faint  Style = "2"
)

// Writer writes text for people, or JSON, escaped as by [Text]. The program's
// own styles go through [Writer.Styled] and [Writer.ClearLine]. After the first
// error nothing more is written. It may be used by several goroutines.
type Writer struct {
	mu     sync.Mutex
	to     io.Writer
	clean  cleaner
	buffer []byte
	err    error
	failed func(error)
}

// NewWriter makes a writer over w, or returns w when it is one.
func NewWriter(w io.Writer) *Writer {
	if already, ok := w.(*Writer); ok {
		return already
	}
	return &Writer{to: w}
}

// OnError calls f with the first error, once, from the goroutine that wrote.
func (w *Writer) OnError(f func(error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = f
}

// Err returns the first write error, or nil.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// Unwrap returns the underlying writer.
func (w *Writer) Unwrap() io.Writer { return w.to }

// Write implements [io.Writer].
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.clean.cut) == 0 && !w.clean.joiner && plainRun(p) == len(p) {
		w.clean.symbol = false
		return len(p), w.put(p)
	}
	w.buffer = w.clean.clean(w.buffer[:0], p)
	return len(p), w.put(w.buffer)
}

// Styled writes an escaped text in a style.
func (w *Writer) Styled(s Style, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if text == "" {
		return
	}
	_ = w.put([]byte(string(w.clean.rest()) + "\x1b[" + string(s) + "m" + Text(text) + "\x1b[0m"))
}

// ClearLine clears the last line of a terminal.
func (w *Writer) ClearLine() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.put(append(w.clean.rest(), "\r\x1b[K"...))
}

// Flush writes what was held back for the rest of a character.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.put(w.clean.rest())
}

func (w *Writer) put(p []byte) error {
	if w.err != nil || len(p) == 0 {
		return w.err
	}
	if _, w.err = w.to.Write(p); w.err != nil && w.failed != nil {
		w.failed(w.err)
	}
	return w.err
}
