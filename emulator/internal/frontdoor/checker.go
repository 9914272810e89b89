package frontdoor

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// CheckMode says when answers are checked against their contract.
type CheckMode int

// The modes of a [Checker].
const (
	// CheckInline checks each exchange before the answer is complete: for tests.
	CheckInline CheckMode = iota
	// CheckSampled checks in the background: the first exchanges of each operation
	// and status, and a sample of the others.
	CheckSampled
)

const (
	// alwaysChecked is how many exchanges of each operation and status are
	// checked before sampling begins; then one in sampleEvery is.
	alwaysChecked = 3
	sampleEvery   = 1000
	checkQueue    = 64
)

// Contract checks an exchange against a surface's document. broken are the
// emulator's mistakes, client the client's.
type Contract func(document string, e *Entry) (broken, client []finding.Finding)

// Checker checks exchanges against contracts. A nil *Checker checks nothing.
type Checker struct {
	mode     CheckMode
	contract Contract
	findings *finding.Log
	// onBroken is called when an answer of the emulator breaks its contract.
	onBroken func(finding.Finding)

	seen  sync.Map // operation and status → *atomic.Int64
	queue chan checked
}

type checked struct {
	document string
	entry    *Entry
}

// NewChecker makes a checker; onBroken may be nil. Sampling needs Run.
func NewChecker(mode CheckMode, contract Contract, findings *finding.Log, onBroken func(finding.Finding)) *Checker {
	return &Checker{mode: mode, contract: contract, findings: findings, onBroken: onBroken, queue: make(chan checked, checkQueue)}
}

// Run checks in the background until ctx ends. A panic in a check ends it; it
// may be run again.
func (c *Checker) Run(ctx context.Context) error {
	if c == nil {
		return nil
	}
	for {
		select {
		case x := <-c.queue:
			if err := crash.Try(func() error { c.run(x); return nil }); err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// check checks an exchange against the document of its surface. A surface
// without a document, which answers what is not emulated, is not checked.
func (c *Checker) check(s *surface.Surface, e *Entry) {
	if c == nil || s.Document == "" || e.replaced || e.Status == statusClientGone || !whole(e.ResponseBody) || !whole(e.Body) {
		return
	}
	x := checked{document: s.Document, entry: e}
	if c.mode == CheckInline {
		c.run(x)
		return
	}
	if !c.sampled(e) {
		return
	}
	select {
	case c.queue <- x:
	default: // busy: the next one will do
	}
}

// sampled returns whether to check this exchange.
func (c *Checker) sampled(e *Entry) bool {
	key := opStatus{e.Operation, e.Status}
	count, ok := c.seen.Load(key)
	if !ok {
		count, _ = c.seen.LoadOrStore(key, new(atomic.Int64))
	}
	n := count.(*atomic.Int64).Add(1)
	return n <= alwaysChecked || n%sampleEvery == 0
}

type opStatus struct {
	operation string
	status    int
}

func (c *Checker) run(x checked) {
	broken, client := c.contract(x.document, x.entry)
	for _, f := range append(client, broken...) {
		f.Request, f.Company = x.entry.ID, x.entry.Company
		c.findings.Add(f)
	}
	if c.onBroken == nil {
		return
	}
	for _, f := range broken {
		c.onBroken(f)
	}
}
