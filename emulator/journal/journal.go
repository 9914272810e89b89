package journal

import (
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/localsepay/localsepay/openapi/mask"
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
	Seq  int64
	Type Type
	At   time.Time
	// Data is the record as the control API shows it.
	Data any

	size int
	mask *mask.Masker
}

// Shower is data that masks itself, beyond what a masker finds by value.
type Shower interface {
	Shown(*mask.Masker) any
}

// Show is Data with what is secret masked, as far as it masks itself.
func (e Event) Show() any {
	if s, ok := e.Data.(Shower); ok {
		return s.Shown(e.mask)
	}
	return e.Data
}

// Payload is Data in JSON, with what is secret masked.
func (e Event) Payload() ([]byte, error) {
	text, err := json.Marshal(e.Show())
	if err != nil {
		return nil, err
	}
	return e.mask.Values(text), nil
}

// Mask masks what is secret in a text about the event.
func (e Event) Mask(text string) string { return e.mask.Known(text) }

// MarshalJSON implements [json.Marshaler]; what is secret is masked.
func (e Event) MarshalJSON() ([]byte, error) {
	data, err := e.Payload()
	if err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		Seq  int64           `json:"seq"`
		Type Type            `json:"type"`
		At   time.Time       `json:"at"`
		Data json.RawMessage `json:"data"`
	}{e.Seq, e.Type, e.At, data})
}

// Sizer is data that knows how much memory it holds, in bytes.
type Sizer interface{ Size() int }

// plainSize is what an event holds whose data does not know.
const plainSize = 512

// Config says how much a journal keeps, and of what time it is.
type Config struct {
	// Events and Bytes bound what is kept; without Bytes only Events does.
	Events, Bytes int
	// Now stamps the events.
	Now func() time.Time
	// Mask takes credentials out of what is shown of an event; nil masks by
	// shape alone.
	Mask *mask.Masker
	// Sink, which may be nil, is given every event in order, one at a time, and
	// may use the emulator.
	Sink func(Event)
}

// Journal keeps the latest events and hands new ones to its readers. A nil
// *Journal drops all.
type Journal struct {
	Config
	teller *teller

	mu      sync.Mutex
	kept    []Event // a queue: the oldest is at head
	head    int
	bytes   int
	last    int64
	readers map[chan Event]struct{}
	slow    int64
}

// New makes a journal.
func New(c Config) *Journal {
	j := &Journal{Config: c, readers: map[chan Event]struct{}{}}
	if c.Sink != nil {
		j.teller = &teller{fn: c.Sink}
	}
	return j
}

// Publish adds an event.
func (j *Journal) Publish(t Type, data any) {
	if j == nil {
		return
	}
	size := plainSize
	if s, ok := data.(Sizer); ok {
		size += s.Size()
	}
	j.teller.wait()
	j.mu.Lock()
	j.last++
	e := Event{Seq: j.last, Type: t, At: j.Now(), Data: data, size: size, mask: j.Mask}
	j.keep(e)
	for ch := range j.readers {
		select {
		case ch <- e:
		default: // too slow: its channel is closed, and it may resume
			j.drop(ch)
		}
	}
	j.teller.add(e)
	j.mu.Unlock()
	j.teller.tell() // whoever listens may come back here, so that no lock is held
}

// keep adds an event to those kept, and forgets the oldest. The lock is held.
func (j *Journal) keep(e Event) {
	j.kept = append(j.kept, e)
	j.bytes += e.size
	for n := len(j.kept) - j.head; n > j.Events || n > 1 && j.Bytes > 0 && j.bytes > j.Bytes; n-- {
		j.bytes -= j.kept[j.head].size
		j.kept[j.head] = Event{}
		j.head++
	}
	if j.head > j.Events {
		j.kept, j.head = slices.Clone(j.kept[j.head:]), 0
	}
}

// drop ends the stream of a reader that is too slow. The lock is held.
func (j *Journal) drop(ch chan Event) {
	delete(j.readers, ch)
	close(ch)
	j.slow++
}

// Subscribe returns the kept events after seq and a channel of those to come.
// The channel is closed when the reader falls behind by buffer events or when
// cancel is called.
func (j *Journal) Subscribe(after int64, buffer int) (kept []Event, events <-chan Event, cancel func()) {
	ch := make(chan Event, buffer)
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range j.kept[j.head:] {
		if e.Seq > after {
			kept = append(kept, e)
		}
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

// Drop ends the stream of a reader that does not take what it is given, and
// counts it.
func (j *Journal) Drop(events <-chan Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for ch := range j.readers {
		if (<-chan Event)(ch) == events {
			j.drop(ch)
			return
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
	return j.last - int64(len(j.kept)-j.head)
}

// DroppedReaders counts the readers that were too slow.
func (j *Journal) DroppedReaders() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.slow
}

// DroppedBySink counts the events that the sink did not take in time.
func (j *Journal) DroppedBySink() int64 { return j.teller.lost() }

// Flush returns when the sink has every event that was published before, or
// takes none for a while.
func (j *Journal) Flush() { j.teller.flush() }
