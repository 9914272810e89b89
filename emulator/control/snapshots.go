package control

import (
	"context"
	"errors"
	"fmt"

	"github.com/localsepay/localsepay/emulator/clock"
	"github.com/localsepay/localsepay/emulator/journal"
	"github.com/localsepay/localsepay/emulator/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// maxSnapshots bounds what is kept; the oldest goes first.
const maxSnapshots = 100

// kept is a whole state: records, and the instant of a clock that stands still.
type kept struct {
	records store.Snapshot
	clock   clock.State
}

// Mark keeps the present state as the one that Reset goes back to.
func (c *Control) Mark(ctx context.Context) (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.initial, err = c.keep(ctx)
	return err
}

func (c *Control) keep(ctx context.Context) (kept, error) {
	records, err := c.Store.Snapshot(ctx)
	return kept{records: records, clock: c.Clock.State()}, err
}

// Snapshot keeps the whole state. Faults are no part of it.
func (c *Control) Snapshot(ctx context.Context) (Snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, err := c.keep(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	c.made++
	s := Snapshot{ID: fmt.Sprintf("s%d", c.made), At: stamp(k.clock.Now)}
	c.snapshots[s.ID] = k
	c.order = append(c.order, s.ID)
	if len(c.order) > maxSnapshots {
		delete(c.snapshots, c.order[0])
		c.order = c.order[1:]
	}
	return s, nil
}

// Restore puts a whole state back and cancels what was in flight.
func (c *Control) Restore(ctx context.Context, id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.snapshots[id]
	if !ok {
		return input.Refuse(store.ErrNotFound, "there is no snapshot %s", quoteHost(id))
	}
	return c.putBack(ctx, k)
}

// Reset goes back to the state after the start, forgets the logs, disarms all
// faults, and cancels what was in flight.
func (c *Control) Reset(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.putBack(ctx, c.initial); err != nil {
		return err
	}
	c.Faults.Reset()
	c.Traffic.Clear()
	c.Clients.Clear()
	c.Findings.Clear()
	return nil
}

// putBack replaces the records. A clock that stood still when they were kept
// goes back to its instant; one that ran goes on.
func (c *Control) putBack(ctx context.Context, k kept) error {
	if c.Clock.Held() {
		return clock.ErrAdvancing // before anything is replaced
	}
	c.Notifier.Pause()
	err := c.Store.Restore(ctx, k.records)
	if err == nil && k.clock.Mode == clock.Frozen {
		err = c.Clock.Set(k.clock)
	}
	c.Limiter.Clear()
	err = errors.Join(err, c.Notifier.Resume(ctx))
	c.Gateway.Wake()
	if s, stateErr := c.ClockState(ctx); stateErr == nil {
		c.Journal.Publish(journal.Clock, s)
	}
	return err
}
