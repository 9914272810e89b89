package control

import (
	"context"
	"errors"
	"fmt"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// maxSnapshots bounds what is kept; the oldest goes first.
const maxSnapshots = 100

// kept is a whole state: records, and how the clock ran.
type kept struct {
	records store.Snapshot
	clock   clock.Kept
}

// Mark keeps the present state as the one that Reset goes back to.
func (c *Control) Mark(ctx context.Context) (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.initial, err = c.keep(ctx)
	return err
}

// keep takes records and clock of one instant: during an advance time may move
// on between the two.
func (c *Control) keep(ctx context.Context) (kept, error) {
	for {
		before := c.config.Clock.Keep()
		records, err := c.config.Store.Snapshot(ctx)
		if err == nil {
			err = ctx.Err()
		}
		if before.Mode != clock.Frozen && !c.config.Clock.Held() || err != nil || c.config.Clock.State() == before.State {
			return kept{records: records, clock: before}, err
		}
	}
}

// Snapshot keeps the whole state. Faults are no part of it.
func (c *Control) Snapshot(ctx context.Context) (wire.Snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, err := c.keep(ctx)
	if err != nil {
		return wire.Snapshot{}, err
	}
	c.made++
	s := wire.Snapshot{ID: fmt.Sprintf("s%d", c.made), At: stamp(k.clock.Now)}
	c.snapshots[s.ID] = k
	c.order = append(c.order, s.ID)
	if len(c.order) > maxSnapshots {
		delete(c.snapshots, c.order[0])
		c.order = c.order[1:]
	}
	return s, nil
}

// Restore puts a whole state back and cancels what was in flight. A clock that
// stood still when it was kept goes back to its instant; one that ran goes on.
// The error is [clock.ErrAdvancing] when somebody else moves the clock, and then
// nothing was changed.
func (c *Control) Restore(ctx context.Context, id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.snapshots[id]
	if !ok {
		return input.Refuse(store.ErrNotFound, "there is no snapshot %s", quoteHost(id))
	}
	to := &k.clock
	if to.Mode != clock.Frozen {
		to = nil
	}
	return c.putBack(ctx, k.records, to, fact.Fact{Type: fact.Restore, Data: PutBack{wire.PutBack{Snapshot: id}}})
}

// Reset goes back to the state after the start, the clock included, forgets the
// logs, disarms all faults, and cancels what was in flight. The error is as that
// of [Control.Restore].
func (c *Control) Reset(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.putBack(ctx, c.initial.records, &c.initial.clock, fact.Fact{Type: fact.Reset, Data: PutBack{}}); err != nil {
		return err
	}
	c.config.Faults.Reset()
	c.config.Traffic.Clear()
	c.config.Clients.Clear()
	c.config.Findings.Clear()
	return nil
}

// putBack replaces the records and, unless to is nil, the clock's time, as one
// decision that a fact tells of, at the instant from which it is made.
func (c *Control) putBack(ctx context.Context, records store.Snapshot, to *clock.Kept, told fact.Fact) error {
	err := c.config.Clock.GoBack(to, func() error {
		c.config.Notifier.Pause()
		told.At = c.config.Clock.Now()
		return c.config.Store.Restore(ctx, records, told)
	})
	if errors.Is(err, clock.ErrAdvancing) {
		return err
	}
	err = errors.Join(err, c.config.Notifier.Resume(ctx))
	_, clockErr := c.emitClock(ctx)
	return errors.Join(err, clockErr)
}
