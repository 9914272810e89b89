package finding

import (
	"time"

	"github.com/localsepay/localsepay/emulator/internal/fact"
)

// Filter selects findings. The zero value of a field does not filter.
type Filter struct {
	Request, Delivery int64
	// Company selects findings of just that company.
	Company string
	Code    string
	// Before selects ids smaller than it.
	Before int64
	// Undone selects also those that a reset or restore undid.
	Undone bool
}

func (f Filter) match(x Finding) bool {
	return (f.Request == 0 || f.Request == x.Request) &&
		(f.Delivery == 0 || f.Delivery == x.Delivery) &&
		(f.Company == "" || f.Company == x.Company) &&
		(f.Code == "" || f.Code == x.Code)
}

// Log adds findings from outside a store's transaction to the log of facts, and
// lists all findings. A nil *Log drops all.
type Log struct {
	facts *fact.Log
	now   func() time.Time
}

// NewLog makes a log over the facts. now stamps the findings.
func NewLog(facts *fact.Log, now func() time.Time) *Log { return &Log{facts: facts, now: now} }

// Add numbers and stamps a finding, keeps it and returns it.
func (l *Log) Add(f Finding) Finding {
	if l == nil {
		return f
	}
	f.At = l.now()
	f, _ = Of(l.facts.Note(Fact(f)))
	return f
}

// page is how many findings are read at a time.
const page = 256

// List returns what the filter selects, newest first, at most limit; a limit
// of 0 returns all.
func (l *Log) List(f Filter, limit int) []Finding {
	out := []Finding{}
	if l == nil {
		return out
	}
	by := fact.Filter{Type: fact.Finding, Company: f.Company, Subject: subject(f.Request, f.Delivery)}
	for before := f.Before; ; {
		facts := l.facts.Latest(by, 0, before, page)
		for _, x := range facts {
			if found, ok := Of(x); ok && (f.Undone || !x.Undone) && f.match(found) {
				if out = append(out, found); len(out) == limit {
					return out
				}
			}
		}
		if len(facts) < page {
			return out
		}
		before = facts[page-1].Number
	}
}

// Dropped counts the findings that were dropped from the log.
func (l *Log) Dropped() int64 {
	if l == nil {
		return 0
	}
	return l.facts.DroppedOf(fact.Finding)
}
