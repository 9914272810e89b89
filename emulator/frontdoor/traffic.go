package frontdoor

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/localsepay/localsepay/emulator/fault"
	"github.com/localsepay/localsepay/emulator/finding"
)

// Entry is one request and its answer in the traffic log.
type Entry struct {
	ID        int64
	At        time.Time
	Method    string
	Host      string
	URL       *url.URL
	Client    string
	Surface   string
	Operation string
	Company   string
	Status    int
	// Duration is real time.
	Duration        time.Duration
	RequestHeaders  http.Header
	RequestBody     []byte
	ResponseHeaders http.Header
	ResponseBody    []byte
	Findings        []finding.Finding
	// Faults are those that touched the request. Its Status is 0 when the
	// connection was reset without an answer.
	Faults []fault.Mark

	// replaced says that the answer is a fault's, which no contract describes.
	replaced bool
}

// size estimates how much memory the entry holds, in bytes.
func (e *Entry) size() int {
	n := 512 + len(e.RequestBody) + len(e.ResponseBody) + len(e.URL.RawQuery) + len(e.URL.Path)
	for name, values := range e.RequestHeaders {
		n += len(name)
		for _, v := range values {
			n += len(v)
		}
	}
	return n
}

// Traffic keeps the latest requests, bounded in number and in bytes.
type Traffic struct {
	maxEntries, maxBytes int

	mu      sync.Mutex
	last    int64
	entries []*Entry // a queue: the oldest is at head
	head    int
	bytes   int
	dropped int64
}

// NewTraffic makes a log of at most so many entries and bytes.
func NewTraffic(maxEntries, maxBytes int) *Traffic {
	return &Traffic{maxEntries: maxEntries, maxBytes: maxBytes}
}

// NextID numbers a request when it comes in.
func (t *Traffic) NextID() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	return t.last
}

// Add keeps a finished request.
func (t *Traffic) Add(e *Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries = append(t.entries, e)
	t.bytes += e.size()
	for len(t.entries)-t.head > 1 && (len(t.entries)-t.head > t.maxEntries || t.bytes > t.maxBytes) {
		t.bytes -= t.entries[t.head].size()
		t.entries[t.head] = nil
		t.head++
		t.dropped++
	}
	if t.head > t.maxEntries {
		t.entries = slices.Clone(t.entries[t.head:])
		t.head = 0
	}
}

// Filter selects entries. The zero value of a field does not filter.
type Filter struct {
	Company, Surface string
	// Before selects ids smaller than it.
	Before int64
}

// List returns what the filter selects, the last finished first, at most limit.
func (t *Traffic) List(f Filter, limit int) []*Entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []*Entry
	for i := len(t.entries) - 1; i >= t.head && len(out) < limit; i-- {
		e := t.entries[i]
		if (f.Company == "" || e.Company == f.Company) && (f.Surface == "" || e.Surface == f.Surface) && (f.Before == 0 || e.ID < f.Before) {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *Entry) int { return int(b.ID - a.ID) })
	return out
}

// Get returns one entry, or false when it is not (or no longer) there.
func (t *Traffic) Get(id int64) (*Entry, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range t.entries[t.head:] {
		if e.ID == id {
			return e, true
		}
	}
	return nil, false
}

// Clear forgets all entries; the numbers go on.
func (t *Traffic) Clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries, t.head, t.bytes = nil, 0, 0
}

// Dropped counts the entries that fell out of the log.
func (t *Traffic) Dropped() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.dropped
}

// secretHeaders carry credentials.
var secretHeaders = []string{"Authorization", "Cookie", "Set-Cookie", "X-Secret-Key", "X-Sepay-Signature"}
