package engine

import (
	"context"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// startReaders passes facts from now on to their readers: the sink of the
// configuration and, in a test, the contract check of deliveries.
func (e *Engine) startReaders() {
	facts := e.store.Facts()
	if sink := e.config.Sink; sink != nil {
		e.events = facts.Follow(fact.Filter{}, func(x fact.Fact) {
			err := crash.Try(func() error { sink(e.control.EventOf(x)); return nil })
			if err != nil && x.Type != fact.Finding { // or each finding would make the next
				e.findings.Add(finding.Internal("the sink", err))
			}
		}, func(n int64) {
			if e.config.Dropped == nil {
				return
			}
			if err := crash.Try(func() error { e.config.Dropped(n); return nil }); err != nil {
				e.findings.Add(finding.Internal("the sink", err))
			}
		})
		e.control.SetLogger(e.events)
		e.readers.start("the log of events", e.events.Run)
	}
	if notify := e.config.Waiting; notify != nil {
		e.readers.start("what waits", func(ctx context.Context) error { return e.watchWaiting(ctx, notify) })
	}
	if e.config.CheckContract == ContractInline {
		e.deliveries = facts.Follow(fact.Filter{Type: fact.Delivery}, e.checkDelivery, nil)
		e.readers.start("the contracts of deliveries", e.deliveries.Run)
	}
	e.readers.start("contract check", e.checker.Run)
}

// watchWaiting reports the deliveries that wait for a frozen clock.
func (e *Engine) watchWaiting(ctx context.Context, notify func(count int, first time.Time)) error {
	wake := make(chan struct{}, 1)
	e.store.Wake(wake, store.DueDeliveriesOrder())
	return clock.Loop{
		Clock: e.clock, Wake: wake,
		Next: func() (time.Time, bool, error) {
			if e.clock.State().Mode != clock.Frozen { // a running clock reaches it
				return time.Time{}, false, nil
			}
			return e.notifier.NextDue()
		},
		Do: func(context.Context) error { return nil },
		OnFrozen: func(next time.Time) {
			var count int
			err := e.store.View(ctx, func(r store.Reader) (err error) {
				count, err = store.CountDue(r)
				return err
			})
			if err == nil && next.After(e.clock.Now()) {
				notify(count, next)
			}
		},
	}.Run(ctx)
}

// Flush returns when the readers have every fact that was committed before, or
// take none for a second.
func (e *Engine) Flush() {
	e.events.Flush()
	e.deliveries.Flush()
}
