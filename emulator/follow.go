package emulator

import (
	"context"
	"time"

	"github.com/localsepay/localsepay/emulator/clock"
	"github.com/localsepay/localsepay/emulator/control"
	"github.com/localsepay/localsepay/emulator/crash"
	"github.com/localsepay/localsepay/emulator/fact"
	"github.com/localsepay/localsepay/emulator/finding"
	"github.com/localsepay/localsepay/emulator/store"
)

// Event is something that happened, as [WithSink] is given it.
type Event = control.Event

// follow hands the facts from now on to whoever wants them: the sink of the
// options and, in a test, the contracts of what is delivered.
func (e *Emulator) follow(ctx context.Context) {
	facts := e.store.Facts()
	if sink := e.options.Sink; sink != nil {
		e.follower = facts.Follow(fact.Filter{}, func(x fact.Fact) {
			err := crash.Try(func() error { sink(e.control.EventOf(x)); return nil })
			if err != nil && x.Type != fact.Finding { // or each finding would make the next
				e.findings.Add(finding.Internal("the sink", err))
			}
		})
		e.control.Follower = e.follower
		e.following.Go(func() { _ = e.follower.Run(ctx) }) // ends with ctx only
	}
	if tell := e.options.Waiting; tell != nil {
		e.following.Go(func() { e.watchWaiting(ctx, tell) })
	}
	if e.options.CheckContract == ContractInline {
		e.deliveries = facts.Follow(fact.Filter{Type: fact.Delivery}, e.checkDelivery)
		e.following.Go(func() { _ = e.deliveries.Run(ctx) })
	}
}

// watchWaiting tells what waits for a clock that stands still.
func (e *Emulator) watchWaiting(ctx context.Context, tell func(count int, first time.Time)) {
	wake := make(chan struct{}, 1)
	e.store.Wake(wake, store.DueDeliveriesOrder())
	clock.Loop{
		Clock: e.clock, Next: e.notifier.NextDue, Wake: wake,
		Do: func(context.Context) error { return nil },
		Stands: func(next time.Time) {
			var count int
			err := e.store.View(ctx, func(r store.Reader) (err error) {
				count, err = store.CountDue(r)
				return err
			})
			if err == nil && next.After(e.clock.Now()) {
				tell(count, next)
			}
		},
		Failed: func(error) {}, // the dispatcher reads the same, and says what fails
	}.Run(ctx)
}

// unfollow ends what follow began, once it has every fact.
func (e *Emulator) unfollow() {
	e.follower.Flush()
	e.deliveries.Flush()
	e.stopFollowing()
	e.following.Wait()
}
