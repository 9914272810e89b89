package journal

import (
	"sync"
	"time"
)

// Type names what an event tells of.
type Type string

// The types of events.
const (
	Request     Type = "request"
	Transaction Type = "transaction"
	Order       Type = "order"
	Delivery    Type = "delivery"
	Finding     Type = "finding"
	Clock       Type = "clock"
	Fault       Type = "fault"
)

// Types lists the types of events.
func Types() []string {
	return []string{string(Request), string(Transaction), string(Order), string(Delivery), string(Finding), string(Clock), string(Fault)}
}

// Event is one thing that happened.
type Event struct {
	// Seq counts from 1 without gaps.
	Seq  int64     `json:"seq"`
	Type Type      `json:"type"`
	At   time.Time `json:"at"`
	// Data is the record as the control API shows it.
	Data any `json:"data"`
}

// Journal keeps the latest events and hands new ones to its readers. A nil
// *Journal drops all.
type Journal struct {
	now  func() time.Time
	size int64

	mu      sync.Mutex
	ring    []Event
	last    int64
	sink    func(Event)
	readers map[chan Event]struct{}
}

// New makes a journal of the given size; now stamps the events.
func New(size int, now func() time.Time) *Journal {
	return &Journal{now: now, size: int64(size), readers: map[chan Event]struct{}{}}
}

// SetSink gives every event to fn before Publish returns, so that none is
// lost and their order is kept. It is called before the journal is used.
func (j *Journal) SetSink(fn func(Event)) { j.sink = fn }

// Publish adds an event.
func (j *Journal) Publish(t Type, data any) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	e := Event{Seq: j.last, Type: t, At: j.now(), Data: data}
	if int64(len(j.ring)) < j.size {
		j.ring = append(j.ring, e)
	} else {
		j.ring[(e.Seq-1)%j.size] = e
	}
	if j.sink != nil {
		j.sink(e)
	}
	for ch := range j.readers {
		select {
		case ch <- e:
		default: // too slow: its channel is closed, and it may resume
			delete(j.readers, ch)
			close(ch)
		}
	}
}

// Subscribe returns the kept events after seq and a channel of those to come.
// The channel is closed when the reader falls behind by buffer events or when
// cancel is called.
func (j *Journal) Subscribe(after int64, buffer int) (kept []Event, events <-chan Event, cancel func()) {
	ch := make(chan Event, buffer)
	j.mu.Lock()
	defer j.mu.Unlock()
	for seq := max(after+1, j.last-int64(len(j.ring))+1); seq <= j.last; seq++ {
		kept = append(kept, j.ring[(seq-1)%j.size])
	}
	j.readers[ch] = struct{}{}
	return kept, ch, func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		if _, on := j.readers[ch]; on {
			delete(j.readers, ch)
			close(ch)
		}
	}
}

// Last returns the number of the latest event.
func (j *Journal) Last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}

// Dropped counts the events that fell out of the journal.
func (j *Journal) Dropped() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return max(0, j.last-j.size)
}
