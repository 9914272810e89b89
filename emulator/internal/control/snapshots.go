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

// maxSnapshots is the maximum number of snapshots; the oldest is dropped first.
const maxSnapshots = 100

// kept is a saved state: records and clock.
type kept struct {
	records store.Snapshot
	clock   clock.Kept
}

// Mark saves the present state as the one that Reset restores.
func (c *Control) Mark(ctx context.Context) (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.initial, err = c.keep(ctx)
	return err
}

// keep saves records and clock of one instant: during an advance the time may
// change between the two reads.
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

// Snapshot saves the whole state, without faults.
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

// Restore restores a snapshot and cancels what was in flight. A clock that was
// frozen when the snapshot was taken goes back to its instant; a running one
// keeps running. On [clock.ErrAdvancing], during an advance, nothing was
// changed.
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

// Reset restores the state after the start, the clock included, clears the logs,
// disarms all faults, and cancels what was in flight. Its error is that of
// [Control.Restore].
func (c *Control) Reset(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.putBack(ctx, c.initial.records, &c.initial.clock, fact.Fact{Type: fact.Reset, Data: PutBack{}}); err != nil {
		return err
	}
	c.config.Faults.Reset()
	c.config.Traffic.Clear()
	c.config.Clients.Clear()
	c.config.Store.Facts().Clear()
	return nil
}

// putBack restores the records and, unless to is nil, the clock, and records
// the given fact with them, at the instant before the change.
func (c *Control) putBack(ctx context.Context, records store.Snapshot, to *clock.Kept, moved fact.Fact) error {
	err := c.config.Clock.GoBack(to, func() error {
		c.config.Notifier.Pause()
		moved.At = c.config.Clock.Now()
		return c.config.Store.Restore(ctx, records, moved)
	})
	if errors.Is(err, clock.ErrAdvancing) {
		return err
	}
	err = errors.Join(err, c.config.Notifier.Resume(ctx))
	_, clockErr := c.emitClock(ctx)
	return errors.Join(err, clockErr)
}
