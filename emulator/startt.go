package emulator

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// TB is what [StartT] needs of a test; *testing.T has it.
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

// StartT starts an emulator for one test and stops it at its end. A failed
// test prints the recent log. A delivery that still waits then, or a goroutine
// that does not end, fails the test; see [AllowPending].
//
// The clock stands still at [Epoch] until [Emulator.Advance] moves it.
func StartT(tb TB, options ...Option) *Emulator {
	tb.Helper()
	var ended atomic.Bool
	waiting := WithWaiting(func(count int, first time.Time) {
		if !ended.Load() {
			tb.Logf("localsepay: %s", WaitingLine(count, first))
		}
	})
	e, err := Start(append([]Option{waiting}, options...)...)
	if err != nil {
		tb.Fatalf("localsepay: %v", err)
	}
	e.mu.Lock()
	e.fatal = func(text string) { tb.Helper(); tb.Fatalf("localsepay: %s", text) }
	e.broken = func(text string) { tb.Helper(); tb.Errorf("localsepay: %s", text) }
	e.mu.Unlock()
	tb.Cleanup(func() {
		tb.Helper()
		e.finish(tb)
		ended.Store(true)
	})
	return e
}

// finish checks that nothing is left, and closes the emulator.
func (e *Emulator) finish(tb TB) {
	tb.Helper()
	if !e.allowPending {
		e.settle(tb.Errorf)
		for _, status := range []string{wire.DeliveryQueued, wire.DeliverySending, wire.DeliveryWaiting} {
			for _, d := range e.Deliveries(wire.DeliveryFilter{Status: status}) {
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

func due(d wire.Delivery) string {
	if d.NextAttemptAt == nil {
		return ""
	}
	return ", due at " + *d.NextAttemptAt
}

// WaitingLine says in words what waits for a clock that stands still.
func WaitingLine(count int, first time.Time) string {
	at := first.In(clock.Vietnam).Format("15:04:05")
	if count == 1 {
		return fmt.Sprintf("1 delivery is due at %s, Advance to send it", at)
	}
	return fmt.Sprintf("%d deliveries are due from %s, Advance to send them", count, at)
}
