package notify

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/mask"
)

// laneWidth is how many requests an endpoint gets at a time.
const laneWidth = 16

// Config configures a [Notifier].
type Config struct {
	Store    store.Store
	Clock    *clock.Clock
	Seed     derive.Seed
	Settings setting.Values
	Egress   Egress
	// Resolver looks the merchants' hosts up; nil is the system's.
	Resolver *net.Resolver
	Findings *finding.Log
	// Faults are the rules for failures on purpose; nil has none.
	Faults *fault.Rules
	// Keep is how many deliveries the log holds; the oldest finished ones are
	// dropped. KeepBytes bounds attempts; above it the oldest lose headers and
	// bodies. 0 is no bound.
	Keep, KeepBytes int
	// Secrets gets the tokens of merchants' token endpoints.
	Secrets *mask.Masker
}

// Notifier is the outbox and its dispatcher. It is a [advance.Source].
type Notifier struct {
	config Config

	client senders
	tokens tokenCache
	memory attemptMemory

	attempts atomic.Int64
	dropped  atomic.Int64

	wake chan struct{}

	mu       sync.Mutex
	lanes    map[string]*lane
	inFlight int
	// plans are the faults of the deliveries under way.
	plans  map[int64]*fault.Hit
	idle   *sync.Cond
	paused bool
	// work is the context of the attempts under way; Pause cancels it.
	work     context.Context
	stopWork context.CancelFunc
}

// lane is the queue of one endpoint, so that a slow one delays only itself.
type lane struct {
	waiting []int64
	workers int
}

// New makes a notifier. It sends while Run runs.
func New(c Config) *Notifier {
	n := &Notifier{config: c, client: c.Egress.senders(c.Resolver), wake: make(chan struct{}, 1), lanes: map[string]*lane{}, plans: map[int64]*fault.Hit{}}
	n.tokens.clock = c.Clock
	n.idle = sync.NewCond(&n.mu)
	n.work, n.stopWork = context.WithCancel(context.Background())
	n.config.Store.Wake(n.wake, store.DueDeliveriesOrder())
	return n
}

// Finish sends what is due, waits for the attempts under way until ctx ends, and
// cancels the rest. Call it after Run has returned.
func (n *Notifier) Finish(ctx context.Context) error {
	err := n.RunDue(ctx)
	n.Pause()
	n.client.kept.CloseIdleConnections()
	return err
}

// Attempts counts the attempts made so far.
func (n *Notifier) Attempts() int64 { return n.attempts.Load() }

// Dropped counts the deliveries that were dropped from the log.
func (n *Notifier) Dropped() int64 { return n.dropped.Load() }

// Stripped counts the attempts that lost their headers and bodies.
func (n *Notifier) Stripped() int64 { return n.memory.stripped.Load() }

// Run sends what is due until ctx ends or an error occurs; it may be run again.
func (n *Notifier) Run(ctx context.Context) error {
	return clock.Loop{
		Clock: n.config.Clock, Next: n.NextDue, Wake: n.wake,
		Do: func(context.Context) error { return n.claim() },
	}.Run(ctx)
}

// NextDue implements [advance.Source].
func (n *Notifier) NextDue() (at time.Time, ok bool, err error) {
	err = n.config.Store.View(context.Background(), func(r store.Reader) (err error) {
		at, ok, err = store.NextDue(r)
		return err
	})
	return at, ok, err
}

// RunDue implements [advance.Source].
func (n *Notifier) RunDue(ctx context.Context) error {
	for {
		if err := n.claim(); err != nil {
			return err
		}
		if err := n.waitIdle(ctx); err != nil {
			return err
		}
		next, ok, err := n.NextDue()
		if err != nil || !ok || next.After(n.config.Clock.Now()) {
			return err
		}
		if n.isPaused() {
			return nil
		}
	}
}

func (n *Notifier) isPaused() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.paused
}

// waitIdle returns when no attempt is under way.
func (n *Notifier) waitIdle(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.idle.Broadcast()
	})()
	n.mu.Lock()
	defer n.mu.Unlock()
	for n.inFlight > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n.idle.Wait()
	}
	return nil
}

// Pause cancels the attempts under way and sends nothing until Resume.
// Cancelled attempts are not recorded: the caller is about to replace the
// state.
func (n *Notifier) Pause() {
	n.mu.Lock()
	n.paused = true
	n.stopWork()
	for _, l := range n.lanes {
		n.inFlight -= len(l.waiting)
		l.waiting = nil
	}
	for _, hit := range n.plans { // struck nothing
		n.config.Faults.GiveBack(hit)
	}
	clear(n.plans)
	for n.inFlight > 0 {
		n.idle.Wait()
	}
	n.mu.Unlock()
}

// Resume continues after Pause with what the store holds now. Deliveries that
// had an attempt under way are due again.
func (n *Notifier) Resume(ctx context.Context) error {
	err := n.config.Store.Update(ctx, func(w store.Writer) error {
		interrupted, err := store.SendingDeliveries(w)
		if err != nil {
			return err
		}
		for _, d := range interrupted {
			d.Status, d.NextAttemptAt = store.Waiting, n.config.Clock.Now()
			if err := store.Deliveries.Put(w, d); err != nil {
				return err
			}
		}
		return nil
	})
	n.memory.clear()
	n.mu.Lock()
	n.paused = false
	n.work, n.stopWork = context.WithCancel(context.Background())
	n.mu.Unlock()
	select { // what is due was passed over during the pause
	case n.wake <- struct{}{}:
	default:
	}
	return err
}
