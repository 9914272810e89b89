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

// Emulator is one SePay with its bank, gateway and clock. Make it with [StartT],
// [Start] or [New].
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

// New makes an emulator that does not listen: serve it with [Emulator.Handler], call
// [Emulator.Listen], or reach it by [Emulator.Client]. It sends webhooks from the
// start, and [Emulator.Close] must be called. The error names an option that is wrong.
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

// Start makes an emulator that listens on a free loopback port, or at [WithListen].
// [Emulator.Close] must be called; a test calls [StartT] instead.
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

// report tells of what goes wrong in the background, each text once.
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

// Handler serves every surface and the control API on a listener of yours. It answers
// SePay's APIs at whatever Host a request has; [Emulator.Listen] answers them only at
// local names, SePay's host names and those of [WithAllowedHosts].
func (e *Emulator) Handler() http.Handler { return e.engine.Handler() }

// Listen serves at the address of [WithListen] and returns at once.
func (e *Emulator) Listen() error { return e.engine.Listen() }

// Serve answers on another listener too, with the rules of [Emulator.Listen], and
// returns at once. The listener may speak TLS. [Emulator.Close] closes it; a listener
// that ends before is a finding and an error of Close. On a closed emulator Serve
// closes the listener and returns [http.ErrServerClosed].
func (e *Emulator) Serve(l net.Listener) error { return e.engine.Serve(l) }

// URL returns the base address of [Emulator.Listen], such as http://127.0.0.1:40123,
// without a trailing slash. It is empty before Listen.
func (e *Emulator) URL() string { return e.engine.URL() }

// NetworkURLs lists the base addresses at which other machines and containers reach an
// emulator that listens on all interfaces; otherwise it is empty.
func (e *Emulator) NetworkURLs() []string { return e.engine.NetworkURLs() }

// State returns addresses, clock, settings and companies, with all credentials in
// clear text.
func (e *Emulator) State() control.State {
	s, err := e.engine.Control().State(context.Background(), "")
	if err != nil {
		e.fail("state: %v", err)
	}
	return s
}

// Client returns a client of the control API that calls this emulator directly,
// without a listener. Its calls return errors where a handle ends the test.
func (e *Emulator) Client() *control.Client {
	base := e.URL()
	if base == "" {
		base = "http://localhost"
	}
	return &control.Client{Base: base + control.Prefix, HTTP: &http.Client{Transport: inProcess{e.engine.Handler()}}}
}

// Operations lists the ids of the operations that the emulator serves, by the name of
// the OpenAPI document that describes them, such as "userapi_v2".
func (e *Emulator) Operations() map[string][]string { return maps.Clone(e.engine.Operations()) }

// LastTransaction returns the highest transaction id given out so far. A later
// emulator goes on after it with [WithFirstTransaction].
func (e *Emulator) LastTransaction() (int64, error) { return e.engine.LastTransaction() }

// Undelivered counts the deliveries that an emulator had not finished when it ended.
// They are lost, because its state is in memory.
type Undelivered struct {
	// UnderWay counts deliveries whose attempt was broken off.
	UnderWay int `json:"under_way"`
	// Waiting counts deliveries whose next attempt was not due yet.
	Waiting int `json:"waiting"`
}

// Drain stops changes and finishes deliveries: calls that would change something are
// answered 503, reads go on, and deliveries under way or due get up to 5 seconds. It
// returns what is left; the error names what hangs. A second call returns the same.
func (e *Emulator) Drain() (Undelivered, error) {
	left, err := e.engine.Drain()
	return Undelivered(left), err
}

// Close drains, stops listening and ends every goroutine of the emulator. The error
// names what did not end. A second call does nothing.
func (e *Emulator) Close() error { return e.engine.Close() }

// Now returns the time of the emulator's clock, in Vietnam's zone.
func (e *Emulator) Now() time.Time { return e.engine.Clock().Now() }
