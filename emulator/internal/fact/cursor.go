package fact

import (
	"context"
	"errors"
)

// ErrBehind: facts were dropped from the log before a reader had read them.
var ErrBehind = errors.New("the reader fell behind, and facts are lost")

// batch is how many facts a cursor takes at a time.
const batch = 256

// Cursor reads a log in order. It is for one goroutine.
type Cursor struct {
	log    *Log
	filter Filter
	after  int64
	// seen is true after the first read: facts dropped before that are not missed.
	seen bool
	// read is what the cursor returned last, to be used again.
	read []Fact
}

// From returns a cursor over the facts that f selects, after the given number.
func (l *Log) From(after int64, f Filter) *Cursor {
	return &Cursor{log: l, filter: f, after: after}
}

// Next returns the facts that follow, oldest first, and waits until there is
// one. The list is valid until the next call. The error is that of ctx, or
// [ErrBehind], after which the cursor continues with the oldest fact that is kept.
func (c *Cursor) Next(ctx context.Context) ([]Fact, error) {
	for {
		facts, moved, err := c.look()
		if err != nil || len(facts) > 0 {
			return facts, err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Ready is [Cursor.Next] without waiting.
func (c *Cursor) Ready() ([]Fact, error) {
	facts, _, err := c.look()
	return facts, err
}

// look reads the facts that there are, or returns a channel that is closed when
// there are more.
func (c *Cursor) look() (facts []Fact, moved <-chan struct{}, err error) {
	l := c.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if missed := l.gone(&c.filter); c.seen && missed > c.after {
		c.after = missed
		l.slow++
		return nil, nil, ErrBehind
	}
	c.seen = true
	facts = l.appendTo(c.read[:0], &c.filter, c.after, l.last+1, batch, false)
	c.read = facts
	if n := len(facts); n > 0 {
		c.after = facts[n-1].Number
		if n < batch {
			c.after = l.last // the rest was looked at, too
		}
		return facts, nil, nil
	}
	c.after = l.last
	if l.moved == nil {
		l.moved = make(chan struct{})
	}
	return nil, l.moved, nil
}

// gone is the number of the latest dropped fact that f may select. The lock is
// held.
func (l *Log) gone(f *Filter) (number int64) {
	for c := range l.rings {
		if f.Type == "" || classOf(f.Type) == class(c) {
			number = max(number, l.rings[c].gone)
		}
	}
	return number
}

// Drop counts a reader that was given up because it read nothing.
func (l *Log) Drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.slow++
}

// DroppedReaders counts the readers that were given up or fell behind.
func (l *Log) DroppedReaders() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.slow
}
