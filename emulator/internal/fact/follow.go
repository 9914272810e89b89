package fact

import (
	"context"
	"errors"
	"sync"
	"time"
)

// patience is how long a flush waits, in real time, for a follower that takes
// no fact.
const patience = time.Second

// Follower hands every fact to a function, in order and one at a time, by a
// goroutine of its own: nobody waits for it.
type Follower struct {
	cursor *Cursor
	take   func(Fact)

	mu   sync.Mutex
	at   int64
	lost int64
	// moved, unless nil, is closed when a fact was taken.
	moved chan struct{}
}

// Follow makes a follower of what f selects from now on. A take that panics is
// the caller's to recover.
func (l *Log) Follow(f Filter, take func(Fact)) *Follower {
	last := l.Last()
	c := l.From(last, f)
	c.seen = true
	return &Follower{cursor: c, take: take, at: last}
}

// Run hands facts over until ctx ends.
func (f *Follower) Run(ctx context.Context) error {
	for {
		facts, err := f.cursor.Next(ctx)
		switch {
		case errors.Is(err, ErrBehind):
			f.miss(f.cursor.after)
		case err != nil:
			return nil // ctx ended
		}
		for i := range facts {
			f.take(facts[i])
			f.done(facts[i].Number)
		}
	}
}

// miss counts what the follower did not get: the numbers up to to.
func (f *Follower) miss(to int64) {
	f.mu.Lock()
	f.lost += max(0, to-f.at)
	f.mu.Unlock()
	f.done(to)
}

func (f *Follower) done(number int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = number
	if f.moved != nil {
		close(f.moved)
		f.moved = nil
	}
}

// Lost counts the facts that the follower was too slow for.
func (f *Follower) Lost() int64 {
	if f == nil {
		return 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lost
}

// Flush returns when every fact that was committed before was taken, or none
// was for a second.
func (f *Follower) Flush() {
	if f == nil {
		return
	}
	var last int64
	for _, x := range f.cursor.log.Latest(f.cursor.filter, 0, 0, 1) {
		last = x.Number
	}
	for {
		f.mu.Lock()
		if f.at >= last {
			f.mu.Unlock()
			return
		}
		if f.moved == nil {
			f.moved = make(chan struct{})
		}
		moved := f.moved
		f.mu.Unlock()
		timer := time.NewTimer(patience)
		select {
		case <-moved:
			timer.Stop()
		case <-timer.C:
			return
		}
	}
}
