package journal

import (
	"sync"
	"time"
)

const (
	// maxQueued and maxQueuedBytes are how far the sink may fall behind before
	// publishers wait for it, patience how long they do so in real time.
	maxQueued      = 4096
	maxQueuedBytes = 8 << 20
	patience       = time.Second
	// turn is how many events one publisher hands over; then a goroutine goes on,
	// so that no request waits for the events of all others.
	turn = 64
)

// teller hands events to a sink in order and one at a time, without a lock of
// the journal's. A nil *teller has no sink.
type teller struct {
	fn func(Event)

	mu    sync.Mutex
	queue []Event
	bytes int
	// busy says that somebody hands events over.
	busy bool
	// stuck says that the sink did not move for so long that nobody waits for it.
	stuck bool
	// moved, unless nil, is closed when the sink has taken an event.
	moved   chan struct{}
	dropped int64
}

func (t *teller) full() bool { return len(t.queue) >= maxQueued || t.bytes >= maxQueuedBytes }

// wait lets a sink that is behind catch up.
func (t *teller) wait() {
	if t == nil {
		return
	}
	t.mu.Lock()
	behind := t.full() && !t.stuck
	t.mu.Unlock()
	if behind {
		t.until(func() bool { return !t.full() })
	}
}

// until waits for a condition, as long as the sink moves.
func (t *teller) until(done func() bool) {
	for {
		t.mu.Lock()
		if done() || t.stuck {
			t.mu.Unlock()
			return
		}
		if t.moved == nil {
			t.moved = make(chan struct{})
		}
		moved := t.moved
		t.mu.Unlock()
		timer := time.NewTimer(patience)
		select {
		case <-moved:
		case <-timer.C:
			t.mu.Lock()
			t.stuck = t.moved == moved
			t.mu.Unlock()
		}
		timer.Stop()
	}
}

// add queues an event. What a sink that is stuck has no room for is dropped.
func (t *teller) add(e Event) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.full() && t.stuck {
		t.dropped++
		return
	}
	t.queue = append(t.queue, e)
	t.bytes += e.size
}

// tell hands over what is queued, unless somebody does so already: a sink that
// publishes something itself is told of it next.
func (t *teller) tell() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.busy {
		return
	}
	t.busy = true
	defer func() { t.busy = false }()
	for n := 0; len(t.queue) > 0; n++ {
		if n == turn {
			go t.tell()
			return
		}
		e := t.queue[0]
		t.queue[0] = Event{}
		t.queue = t.queue[1:]
		t.bytes -= e.size
		t.give(e)
		t.stuck = false
		if t.moved != nil {
			close(t.moved)
			t.moved = nil
		}
	}
	t.queue = nil
}

// give calls the sink without the lock, which is held before and after.
func (t *teller) give(e Event) {
	t.mu.Unlock()
	defer t.mu.Lock()
	t.fn(e)
}

func (t *teller) flush() {
	if t != nil {
		t.until(func() bool { return len(t.queue) == 0 && !t.busy })
	}
}

func (t *teller) lost() int64 {
	if t == nil {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.dropped
}
