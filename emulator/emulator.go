package emulator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/engine"
	"github.com/localsepay/localsepay/openapi/control"
)

// Emulator is one SePay. Make it with [New], [Start] or [StartT].
type Emulator struct {
	engine *engine.Engine
	// allowPending leaves waiting deliveries at the end of a test alone.
	allowPending bool

	// fatal ends the test that uses a handle, broken is told of what went wrong in
	// the background. Without a test both panic.
	fatal, broken func(text string)

	mu sync.Mutex
	// told are the texts that broken was given: each goes there once.
	told map[string]bool
}

// New makes an emulator without a listener: use [Emulator.Handler], or
// [Emulator.Listen]. It sends webhooks from the start and must be closed.
func New(options ...Option) (*Emulator, error) {
	s := usual()
	for _, o := range options {
		o.set(&s)
	}
	e := &Emulator{allowPending: s.allowPending, fatal: s.fatal, broken: s.broken, told: map[string]bool{}}
	s.config.Fail = e.report
	made, err := engine.New(s.config)
	e.engine = made
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Start makes an emulator that listens.
func Start(options ...Option) (*Emulator, error) {
	e, err := New(options...)
	if err != nil {
		return nil, err
	}
	if err := e.Listen(); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// fail ends the test: what a handle was to do cannot be done.
func (e *Emulator) fail(format string, args ...any) { e.fatal(fmt.Sprintf(format, args...)) }

// report tells, once each, of what goes wrong in the background.
func (e *Emulator) report(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	e.mu.Lock()
	known := e.told[text]
	e.told[text] = true
	e.mu.Unlock()
	if !known {
		e.broken(text)
	}
}

// Handler serves everything without a listener of the emulator's own. Behind a
// listener of yours, SePay's APIs answer whatever Host a request has; those of
// [Emulator.Listen] answer local names, SePay's hosts and allowed ones.
func (e *Emulator) Handler() http.Handler { return e.engine.Handler() }

// Listen serves on the address of [WithListen].
func (e *Emulator) Listen() error { return e.engine.Listen() }

// Serve answers on one more listener, as [Emulator.Listen] does, and returns at
// once. The listener may speak TLS. It belongs to the emulator from here on:
// [Emulator.Close] closes it. One that ends by itself is a finding, and an error
// of Close. On a closed emulator the listener is closed and the error is
// [http.ErrServerClosed].
func (e *Emulator) Serve(l net.Listener) error { return e.engine.Serve(l) }

// URL is the base address of [Emulator.Listen], without a trailing slash; empty
// before.
func (e *Emulator) URL() string { return e.engine.URL() }

// NetworkURLs lists base addresses by which other machines, or containers, reach
// an emulator that listens on a wildcard address; otherwise it is empty.
func (e *Emulator) NetworkURLs() []string { return e.engine.NetworkURLs() }

// State returns everything about the emulator, with its secrets.
func (e *Emulator) State() control.State {
	s, err := e.engine.Control().State(context.Background(), "")
	if err != nil {
		e.fail("state: %v", err)
	}
	return s
}

// Client returns a client of the control API that reaches this emulator without a
// listener. Where the handles end the test, its calls return an error.
func (e *Emulator) Client() *control.Client {
	base := e.URL()
	if base == "" {
		base = "http://localhost"
	}
	return &control.Client{Base: base + control.Prefix, HTTP: &http.Client{Transport: inProcess{e.engine.Handler()}}}
}

// Operations lists the operations that the emulator serves, by the OpenAPI
// document that describes them.
func (e *Emulator) Operations() map[string][]string { return maps.Clone(e.engine.Operations()) }

// LastTransaction returns the greatest id that a transaction had so far; see
// [WithFirstTransaction].
func (e *Emulator) LastTransaction() (int64, error) { return e.engine.LastTransaction() }

// Undelivered is what an emulator could not do before it ended: deliveries under way
// that were broken off, and those whose next attempt was not due. Its state is in
// memory, so that they are lost.
type Undelivered = engine.Left

// Drain takes no more changes: calls that would make one are answered 503, reads
// go on. It waits a few seconds for the changes and deliveries under way, with
// those that are due, and says what is left. The error says what hangs. A second
// call returns what the first did.
func (e *Emulator) Drain() (Undelivered, error) { return e.engine.Drain() }

// Close drains, stops listening, and ends every goroutine of the emulator. The
// error says what did not end. A second call does nothing.
func (e *Emulator) Close() error { return e.engine.Close() }

// Now returns the emulator's instant, in Vietnam's zone.
func (e *Emulator) Now() time.Time { return e.engine.Clock().Now() }
