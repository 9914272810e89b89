package finding

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// Finding is one thing noticed.
type Finding = control.Finding

// Severity says how bad a finding is.
type Severity = control.Severity

// The severities; see [control.Severity].
const (
	Error   = control.SeverityError
	Warning = control.SeverityWarning
	Note    = control.SeverityNote
)

// CodeInternal is the code of what went wrong in the emulator itself.
const CodeInternal = "emulator.internal"

// maxText bounds each text of a finding, in bytes: what a client sent is repeated
// in some.
const maxText = 2 << 10

// bounded cuts the texts of a finding.
func bounded(f Finding) Finding {
	for _, s := range []*string{&f.Code, &f.Title, &f.Detail, &f.Hint, &f.Source, &f.Company} {
		if len(*s) > maxText {
			*s = strings.ToValidUTF8((*s)[:maxText], "") + "…"
		}
	}
	return f
}

// Filter selects findings. The zero value of a field does not filter.
type Filter struct {
	Request, Delivery int64
	Company           string
	Code              string
	// Before selects ids smaller than it.
	Before int64
}

func (f Filter) match(x Finding) bool {
	return (f.Request == 0 || f.Request == x.Request) &&
		(f.Delivery == 0 || f.Delivery == x.Delivery) &&
		(f.Company == "" || f.Company == x.Company) &&
		(f.Code == "" || f.Code == x.Code) &&
		(f.Before == 0 || x.ID < f.Before)
}

// Log keeps the latest findings. A nil *Log drops all.
type Log struct {
	now    func() time.Time
	notify func(Finding)
	size   int

	mu      sync.Mutex
	last    int64
	kept    []Finding // a ring: next is the oldest once it is full
	next    int
	dropped int64
}

// NewLog makes a log of the given size. now stamps the findings; notify, which
// may be nil, is told of each one after it was added.
func NewLog(size int, now func() time.Time, notify func(Finding)) *Log {
	return &Log{now: now, notify: notify, size: size}
}

// Add numbers and stamps a finding, keeps it and returns it.
func (l *Log) Add(f Finding) Finding {
	if l == nil {
		return f
	}
	f = bounded(f)
	f.At = l.now()
	l.mu.Lock()
	l.last++
	f.ID = l.last
	if len(l.kept) < l.size {
		l.kept = append(l.kept, f)
	} else {
		l.kept[l.next] = f
		l.next = (l.next + 1) % l.size
		l.dropped++
	}
	l.mu.Unlock()
	if l.notify != nil {
		l.notify(f)
	}
	return f
}

// Internal is a finding about a failure of the emulator itself in doing what.
func Internal(what string, err error) Finding {
	return Finding{
		Code: CodeInternal, Severity: Error, Title: "localsepay itself failed", Detail: what + ": " + err.Error(),
		Hint: "please report this", Source: "https://github.com/localsepay/localsepay/issues",
	}
}

// List returns what the filter selects, newest first, at most limit; a limit
// of 0 returns all.
func (l *Log) List(f Filter, limit int) []Finding {
	out := []Finding{}
	if l == nil {
		return out
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.kept) - 1; i >= 0; i-- {
		x := l.kept[(l.next+i)%len(l.kept)]
		if f.match(x) {
			out = append(out, x)
		}
		if limit > 0 && len(out) == limit {
			break
		}
	}
	return slices.Clip(out)
}

// Clear forgets all findings; the numbers go on.
func (l *Log) Clear() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept, l.next = nil, 0
}

// Dropped counts the findings that fell out of the log.
func (l *Log) Dropped() int64 {
	if l == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dropped
}
