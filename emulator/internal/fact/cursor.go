package fact

import (
	"context"
	"errors"
)

// ErrBehind: facts were dropped from the log after a reader began, and before it
// had read them.
var ErrBehind = errors.New("the reader fell behind, and facts are lost")

// batch is how many facts a cursor takes at a time.
const batch = 256

// Cursor reads a log in order. It is for one goroutine.
type Cursor struct {
	log    *Log
	filter Filter
	after  int64
	// next are the places in each ring of the oldest fact that is not read yet: a
	// ring that begins behind it has dropped facts which the cursor misses.
	next [classes]int64
	// missed counts them.
	missed int64
	// read is what the cursor returned last, to be used again.
	read []Fact
}

// From returns a cursor over the facts that f selects, after the given number.
// Those that were dropped from the log before are not missed.
func (l *Log) From(after int64, f Filter) *Cursor {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.from(after, f)
}

// FromNow returns a cursor over the facts that f selects from now on.
func (l *Log) FromNow(f Filter) *Cursor {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.from(l.last, f)
}

// from is [Log.From] with the lock held.
func (l *Log) from(after int64, f Filter) *Cursor {
	c := &Cursor{log: l, filter: f, after: after}
	c.place()
	return c
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

// Missed counts the facts, selected or not, that were dropped before the cursor
// had come to them.
func (c *Cursor) Missed() int64 { return c.missed }

// look reads the facts that there are, or returns a channel that is closed when
// there are more.
func (c *Cursor) look() (facts []Fact, moved <-chan struct{}, err error) {
	l := c.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := c.overtaken(); n > 0 {
		c.missed += n
		c.place()
		return nil, nil, ErrBehind
	}
	facts = l.appendTo(c.read[:0], &c.filter, c.after, l.last+1, batch, false)
	c.read = facts
	if n := len(facts); n == batch {
		c.after = facts[n-1].Number
	} else {
		c.after = l.last // the rest was looked at, too
	}
	c.place()
	if len(facts) > 0 {
		return facts, nil, nil
	}
	if l.moved == nil {
		l.moved = make(chan struct{})
	}
	return nil, l.moved, nil
}

// place notes where the cursor is in each ring. The lock of the log is held.
func (c *Cursor) place() {
	for i := range c.log.rings {
		c.next[i] = c.log.rings[i].following(c.after)
	}
}

// overtaken counts the facts that were dropped before the cursor had come to
// them, in the rings that may hold what it selects. The lock of the log is held.
func (c *Cursor) overtaken() (n int64) {
	for i := range c.log.rings {
		if c.filter.Type == "" || classOf(c.filter.Type) == class(i) {
			n += max(0, c.log.rings[i].first-c.next[i])
		}
	}
	return n
}

// Drop counts a stream that was ended because its reader read nothing or too
// slowly.
func (l *Log) Drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.slow++
}

// DroppedStreams counts the streams that were ended so.
func (l *Log) DroppedStreams() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.slow
}
