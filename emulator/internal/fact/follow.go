package fact

import (
	"context"
	"errors"
	"sync"
	"time"
)

// flushTimeout is how long a flush waits, in real time, for a follower that
// takes no fact.
const flushTimeout = time.Second

// Follower calls a function with every fact, in order and one at a time, in a
// goroutine of its own: writers do not wait for it.
type Follower struct {
	cursor *Cursor
	take   func(Fact)
	// missed, which may be nil, is called with how many facts were lost, before
	// the fact that follows.
	missed func(int64)

	mu   sync.Mutex
	at   int64
	lost int64
	// moved, unless nil, is closed when a fact was taken.
	moved chan struct{}
}

// Follow makes a follower of what f selects from now on. missed, which may be
// nil, is called with the number of facts that were dropped because take was too
// slow. The caller handles a panic of both.
func (l *Log) Follow(f Filter, take func(Fact), missed func(int64)) *Follower {
	c := l.FromNow(f)
	return &Follower{cursor: c, take: take, missed: missed, at: c.after}
}

// Run passes on facts until ctx ends. What is left then is missed.
func (f *Follower) Run(ctx context.Context) error {
	for {
		before := f.cursor.Missed()
		facts, err := f.cursor.Next(ctx)
		switch {
		case errors.Is(err, ErrBehind):
			f.miss(f.cursor.Missed() - before)
		case err != nil:
			return nil // ctx ended
		}
		for i := range facts {
			if ctx.Err() != nil {
				f.miss(int64(len(facts)-i) + f.rest())
				return nil
			}
			f.take(facts[i])
			f.done(facts[i].Number)
		}
	}
}

// rest counts what was not read.
func (f *Follower) rest() (n int64) {
	before := f.cursor.Missed()
	for {
		facts, err := f.cursor.Ready()
		if err == nil && len(facts) == 0 {
			return n + f.cursor.Missed() - before
		}
		n += int64(len(facts))
	}
}

// miss counts the facts that the follower did not get.
func (f *Follower) miss(n int64) {
	f.mu.Lock()
	f.lost += n
	f.mu.Unlock()
	if f.missed != nil {
		f.missed(n)
	}
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

// Lost counts the facts that the follower missed because it was too slow.
func (f *Follower) Lost() int64 {
	if f == nil {
		return 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lost
}

// Flush returns when every fact that was committed before was taken, or when
// none was taken for a second.
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
		timer := time.NewTimer(flushTimeout)
		select {
		case <-moved:
			timer.Stop()
		case <-timer.C:
			return
		}
	}
}
