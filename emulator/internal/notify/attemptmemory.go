package notify

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// attemptMemory records the size of each attempt, oldest first, to bound the
// log in bytes too.
type attemptMemory struct {
	stripped atomic.Int64

	mu    sync.Mutex
	queue []attemptSize
	bytes int
}

// attemptSize is the size of one attempt of a delivery, in bytes.
type attemptSize struct {
	delivery int64
	bytes    int
}

// perAttempt is the size of a queue entry itself, in bytes.
const perAttempt = 32

// over returns the deliveries of the oldest attempts above the bound, each
// once, and the number of these attempts. The lock is held.
func (b *attemptMemory) over(most int) (deliveries []int64, attempts int) {
	for bytes := b.bytes; bytes > most && attempts < len(b.queue)-1; attempts++ {
		oldest := b.queue[attempts]
		bytes -= oldest.bytes
		if !slices.Contains(deliveries, oldest.delivery) {
			deliveries = append(deliveries, oldest.delivery)
		}
	}
	return deliveries, attempts
}

// drop removes the oldest attempts. The lock is held.
func (b *attemptMemory) drop(attempts int) {
	for _, l := range b.queue[:attempts] {
		b.bytes -= l.bytes
	}
	b.queue = b.queue[attempts:]
}

// clear resets the count after the records were replaced.
func (b *attemptMemory) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue, b.bytes = nil, 0
}

// trim counts an attempt's size, and removes headers and bodies from the oldest
// attempts above the bound. The deliveries and their results stay.
func (n *Notifier) trim(ctx context.Context, delivery int64, bytes int) {
	if n.config.KeepBytes == 0 {
		return
	}
	b := &n.memory
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue = append(b.queue, attemptSize{delivery, bytes + perAttempt})
	b.bytes += bytes + perAttempt
	over, attempts := b.over(n.config.KeepBytes)
	if len(over) == 0 {
		return
	}
	stripped := int64(0)
	err := n.config.Store.Update(ctx, func(w store.Writer) error {
		stripped = 0
		for _, id := range over {
			d, err := store.Deliveries.Get(w, id)
			if errors.Is(err, store.ErrNotFound) {
				continue // pruned, or from before a reset
			}
			if err != nil {
				return err
			}
			d.Attempts = slices.Clone(d.Attempts)
			last := len(d.Attempts)
			if id == delivery {
				last-- // the attempt that was just made
			}
			for i := range d.Attempts[:last] {
				if strip(&d.Attempts[i]) {
					stripped++
				}
			}
			if err := store.Deliveries.Put(w, d); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err == nil:
		b.drop(attempts)
		b.stripped.Add(stripped)
	case ctx.Err() == nil:
		n.config.Findings.Add(finding.Internal("the bound of the delivery log", err))
	}
}

// strip removes headers and bodies from an attempt; false when it had none.
func strip(a *store.Attempt) bool {
	some := a.RequestHeaders != nil || a.Body != nil || a.Response != nil && !a.Response.Truncated
	a.RequestHeaders, a.Body = nil, nil
	if a.Response != nil {
		a.Response = &store.Answer{Status: a.Response.Status, Headers: map[string]string{}, Truncated: true}
	}
	return some
}
