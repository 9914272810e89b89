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

// ballast remembers what each attempt holds, in the order in which they were
// made, so that the log is bounded in bytes too.
type ballast struct {
	stripped atomic.Int64

	mu    sync.Mutex
	queue []load
	bytes int
}

// load is what one attempt of a delivery holds, in bytes.
type load struct {
	delivery int64
	bytes    int
}

// perLoad is what the queue itself holds of an attempt, in bytes.
const perLoad = 32

// over returns the deliveries of the oldest attempts that are more than the log
// may hold, each once, and how many attempts these are. The lock is held.
func (b *ballast) over(most int) (deliveries []int64, attempts int) {
	for bytes := b.bytes; bytes > most && attempts < len(b.queue)-1; attempts++ {
		oldest := b.queue[attempts]
		bytes -= oldest.bytes
		if !slices.Contains(deliveries, oldest.delivery) {
			deliveries = append(deliveries, oldest.delivery)
		}
	}
	return deliveries, attempts
}

// drop forgets the oldest attempts. The lock is held.
func (b *ballast) drop(attempts int) {
	for _, l := range b.queue[:attempts] {
		b.bytes -= l.bytes
	}
	b.queue = b.queue[attempts:]
}

// clear forgets what was counted: the records were replaced.
func (b *ballast) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue, b.bytes = nil, 0
}

// trim counts what an attempt holds, and takes headers and bodies from the
// oldest attempts that are more than the log may hold. The deliveries stay, and
// how they ended.
func (n *Notifier) trim(ctx context.Context, delivery int64, bytes int) {
	if n.config.KeepBytes == 0 {
		return
	}
	b := &n.ballast
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue = append(b.queue, load{delivery, bytes + perLoad})
	b.bytes += bytes + perLoad
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

// strip takes what is bulky from an attempt, and says whether there was any.
func strip(a *store.Attempt) bool {
	some := a.RequestHeaders != nil || a.Body != nil || a.Response != nil && !a.Response.Truncated
	a.RequestHeaders, a.Body = nil, nil
	if a.Response != nil {
		a.Response = &store.Answer{Status: a.Response.Status, Headers: map[string]string{}, Truncated: true}
	}
	return some
}
