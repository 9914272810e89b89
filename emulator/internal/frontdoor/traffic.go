package frontdoor

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/openapi"
)

// Entry is one request and its answer in the traffic log.
type Entry struct {
	ID int64
	At time.Time
	// The status is 0 when the connection was reset without an answer.
	openapi.Exchange
	Host      string
	Client    string
	Surface   string
	Operation string
	Company   string
	// Duration is real time.
	Duration time.Duration
	Findings []finding.Finding
	// Faults are those that applied to the request.
	Faults []fault.Mark

	// replaced says that the answer is not the surface's, so no contract applies.
	replaced bool
	// size is the size with which the log counts the entry.
	size int
}

// perField is the memory of a header field besides its texts, in bytes.
const perField = 64

// Size estimates how much memory the entry holds, in bytes.
func (e *Entry) Size() int {
	n := 512 + len(e.Body) + len(e.ResponseBody) + len(e.Host) + len(e.Method) + len(e.Client) + len(e.Faults)*perField
	if e.URL != nil {
		n += 2*len(e.URL.Path) + len(e.URL.RawPath) + len(e.URL.RawQuery)
	}
	for _, h := range []http.Header{e.Header, e.ResponseHeader} {
		for name, values := range h {
			n += perField + len(name)
			for _, v := range values {
				n += perField + len(v)
			}
		}
	}
	for i := range e.Findings {
		n += e.Findings[i].Size()
	}
	return n
}

// maxLine bounds each text of a line of the log, in bytes.
const maxLine = 2 << 10

// Line returns the entry without headers and bodies, and with path and query
// truncated.
func (e *Entry) Line() Entry {
	line := *e
	line.Body, line.ResponseBody, line.Header, line.ResponseHeader = nil, nil, nil, nil
	if u := e.URL; len(u.Path) > maxLine || len(u.RawQuery) > maxLine {
		line.URL = &url.URL{Path: shorten(u.Path, maxLine), RawQuery: shorten(u.RawQuery, maxLine)}
	}
	return line
}

// Answered is the data of a fact about a request: its line of the log, and its
// part in the client count.
type Answered struct {
	Entry
	Call Call
}

// aboutRequest is the prefix of a request's subject.
var aboutRequest = fact.About(fact.Request, "")

// fact returns the fact of an answered request.
func (e *Entry) fact(by Call) fact.Fact {
	subject := strconv.AppendInt(append(make([]byte, 0, 32), aboutRequest...), e.ID, 10)
	return fact.Fact{At: e.At, Company: e.Company, Subject: string(subject), Type: fact.Request, Data: &Answered{e.Line(), by}}
}

// shorten truncates a text to so many bytes and marks it; the rest is not kept
// in memory.
func shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
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
	e.size = e.Size() // what is added later must not unbalance the sum
	t.bytes += e.size
	for len(t.entries)-t.head > 1 && (len(t.entries)-t.head > t.maxEntries || t.bytes > t.maxBytes) {
		t.bytes -= t.entries[t.head].size
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

// List returns at most limit entries that the filter selects, the last finished
// first.
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

// Get returns an entry; false when it is not in the log.
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

// Clear removes all entries; numbering continues.
func (t *Traffic) Clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries, t.head, t.bytes = nil, 0, 0
}

// Dropped counts the entries that were dropped from the log.
func (t *Traffic) Dropped() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.dropped
}
