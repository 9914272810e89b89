package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

// errUnread: nobody reads an output of a process that is to end.
var errUnread = errors.New("nobody reads it")

// How long an output may hold up the end of the process: a single write, and all
// of them. The second is longer than a server may take for its deliveries.
const (
	unreadTimeout = time.Second
	outputTimeout = 6 * time.Second
)

// outlet is an output that cannot hold up the end of the process. Once ending is
// done, a write that is not taken in time fails with [errUnread], and so does
// every later one.
type outlet struct {
	to     io.Writer
	ending context.Context

	mu sync.Mutex
	// until is when no write is waited for any more; zero before the end.
	until time.Time
	gone  bool
}

func newOutlet(ending context.Context, to io.Writer) *outlet { return &outlet{to: to, ending: ending} }

// Unwrap returns the underlying writer.
func (o *outlet) Unwrap() io.Writer { return o.to }

// Write implements [io.Writer].
func (o *outlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gone {
		return 0, errUnread
	}
	type result struct {
		n   int
		err error
	}
	written, text := make(chan result, 1), bytes.Clone(p) // it may be written after the caller has gone on
	go func() {
		n, err := o.to.Write(text)
		written <- result{n, err}
	}()
	select {
	case r := <-written:
		return r.n, r.err
	case <-o.ending.Done():
	}
	if o.until.IsZero() {
		o.until = time.Now().Add(outputTimeout)
	}
	late := time.NewTimer(min(unreadTimeout, time.Until(o.until)))
	defer late.Stop()
	select {
	case r := <-written:
		return r.n, r.err
	case <-late.C:
		o.gone = true
		return 0, errUnread
	}
}
