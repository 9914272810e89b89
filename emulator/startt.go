package emulator

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/openapi/control"
)

// TB is what [StartT] needs of a test; *testing.T and *testing.B have it. Fatalf has to
// end the calling goroutine, as theirs does.
type TB interface {
	Helper()
	Cleanup(func())
	Failed() bool
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
}

// shownEvents is how much of the log a failed test prints.
const shownEvents = 50

// StartT starts an emulator for one test and stops it when the test ends. Its clock
// stands still at [Epoch] until [Emulator.Advance] moves it.
//
// A delivery that still waits at the end fails the test ([AllowPending] lets it), and so
// does an answer of the emulator that breaks its OpenAPI document, once however often.
// A test that fails prints the recent log. A handle that cannot do its work ends the
// test with Fatalf.
func StartT(tb TB, options ...Option) *Emulator {
	tb.Helper()
	r := &background{tb: tb}
	told := Option{func(s *settings) {
		s.fatal = func(text string) { tb.Helper(); tb.Fatalf("localsepay: %s%s", text, userLine()) }
		s.broken = func(text string) { r.tell(tb.Errorf, text) }
		s.config.Waiting = func(count int, first time.Time) { r.tell(tb.Logf, WaitingLine(count, first)) }
	}}
	e, err := Start(append([]Option{told}, options...)...)
	if err != nil {
		tb.Fatalf("localsepay: %v", err)
		return nil
	}
	tb.Cleanup(func() {
		tb.Helper()
		e.finish(tb)
		r.end()
	})
	return e
}

// background tells a test what happens in goroutines of the emulator, until the
// test has ended: after that a test takes nothing.
type background struct {
	tb    TB
	mu    sync.Mutex
	ended bool
}

func (b *background) tell(to func(format string, args ...any), text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ended {
		to("localsepay: %s", text)
	}
}

func (b *background) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
}

// userLine is the line of the test that called a handle, to stand behind a text.
func userLine() string {
	pc := make([]uintptr, 20)
	frames := runtime.CallersFrames(pc[:runtime.Callers(2, pc)])
	for {
		f, more := frames.Next()
		if f.Function != "" && !strings.HasPrefix(f.Function, packagePath+".") {
			return fmt.Sprintf("\n\tat %s:%d", f.File, f.Line)
		}
		if !more {
			return ""
		}
	}
}

// packagePath begins the names of this package's functions.
const packagePath = "github.com/localsepay/localsepay/emulator"

// finish checks that nothing is left, and closes the emulator.
func (e *Emulator) finish(tb TB) {
	tb.Helper()
	if !e.allowPending {
		e.settle(tb.Errorf)
		for _, status := range []string{control.DeliveryQueued, control.DeliverySending, control.DeliveryWaiting} {
			for _, d := range e.Deliveries(control.DeliveryFilter{Status: status}) {
				tb.Errorf("localsepay: delivery %d is left %s%s: Advance to its end, or start with AllowPending()", d.ID, d.Status, due(d))
			}
		}
	}
	for _, f := range e.engine.Findings(finding.Filter{Code: finding.CodeInternal}) {
		tb.Errorf("localsepay: %s: %s", f.Title, f.Detail)
	}
	e.engine.Flush()
	if tb.Failed() {
		var log strings.Builder
		for _, x := range slices.Backward(e.engine.Facts().Latest(fact.Filter{}, 0, 0, shownEvents)) {
			fmt.Fprintf(&log, "\n  %s", e.engine.Control().EventOf(x).Line())
		}
		tb.Logf("localsepay, the recent log:%s", log.String())
	}
	if err := e.Close(); err != nil {
		tb.Errorf("localsepay: close: %v", err)
	}
}

func due(d control.Delivery) string {
	if d.NextAttemptAt == nil {
		return ""
	}
	return ", due at " + *d.NextAttemptAt
}

// WaitingLine returns a sentence about deliveries that wait for a clock that stands
// still: how many, and when the first is due in Vietnam's time.
func WaitingLine(count int, first time.Time) string {
	at := first.In(clock.Vietnam).Format("15:04:05")
	if count == 1 {
		return fmt.Sprintf("1 delivery is due at %s, Advance to send it", at)
	}
	return fmt.Sprintf("%d deliveries are due from %s, Advance to send them", count, at)
}
