package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// The exit codes of a process ended by a signal: 128 and the signal's number.
const (
	exitInterrupted = 130
	exitTerminated  = 143
)

// signalled is the cause of a context cancelled by a signal.
type signalled struct{ code int }

func (s *signalled) Error() string {
	if s.code == exitTerminated {
		return "terminated"
	}
	return "interrupted"
}

// signalOf returns the signal that cancelled a context, or nil.
func signalOf(ctx context.Context) *signalled {
	s, _ := context.Cause(ctx).(*signalled)
	return s
}

// stopTimeout is how long a verb may take to end after the first signal.
const stopTimeout = 900 * time.Millisecond

// ownShutdown is set by a verb that ends in its own time, such as a server with
// deliveries under way.
var ownShutdown atomic.Bool

// untilSignalled returns a context that the first interrupt cancels. A verb
// that has not ended after stopTimeout is ended, and a second signal ends the
// process at once.
func untilSignalled(errOut io.Writer) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signal.Ignore(syscall.SIGPIPE) // the write says so, and the verb ends in order
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		first := cause(<-signals)
		cancel(first)
		late := time.NewTimer(stopTimeout)
		defer late.Stop()
		for {
			select {
			case again := <-signals:
				said := ""
				if ownShutdown.Load() {
					said = " at once: which deliveries and lines of the log are lost is left unsaid"
				}
				exit(cause(again), said, errOut)
			case <-late.C:
				if !ownShutdown.Load() {
					exit(first, "", errOut)
				}
			}
		}
	}()
	return ctx, func() { signal.Stop(signals) }
}

// exit ends the process with a line on standard error, if that is taken.
func exit(s *signalled, said string, errOut io.Writer) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	fmt.Fprintln(newOutlet(ended, errOut), "localsepay:", s.Error()+said)
	os.Exit(s.code)
}

func cause(s os.Signal) *signalled {
	if s == syscall.SIGTERM {
		return &signalled{exitTerminated}
	}
	return &signalled{exitInterrupted}
}
