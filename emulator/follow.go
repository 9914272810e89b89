package emulator

import (
	"context"

	"github.com/localsepay/localsepay/emulator/control"
	"github.com/localsepay/localsepay/emulator/crash"
	"github.com/localsepay/localsepay/emulator/fact"
	"github.com/localsepay/localsepay/emulator/finding"
	"github.com/localsepay/localsepay/emulator/notify"
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
	if waiting := e.options.Waiting; waiting != nil {
		f := facts.Follow(fact.Filter{Type: fact.Waiting}, func(x fact.Fact) {
			if w, ok := x.Data.(notify.Waits); ok {
				waiting(w.Count, w.First)
			}
		})
		e.following.Go(func() { _ = f.Run(ctx) })
	}
	if e.options.CheckContract == ContractInline {
		e.deliveries = facts.Follow(fact.Filter{Type: fact.Delivery}, e.checkDelivery)
		e.following.Go(func() { _ = e.deliveries.Run(ctx) })
	}
}

// unfollow ends what follow began, once it has every fact.
func (e *Emulator) unfollow() {
	e.follower.Flush()
	e.deliveries.Flush()
	e.stopFollowing()
	e.following.Wait()
}
