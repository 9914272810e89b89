package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// restAfter is the pause, in real time, before a failed part runs again.
const restAfter = time.Second

// parts run concurrently until they are stopped: the dispatcher, the timekeeper,
// the checker and those that follow the facts. An error of one is a finding, and
// the part is run again.
type parts struct {
	findings *finding.Log
	ctx      context.Context
	stop     context.CancelFunc

	mu      sync.Mutex
	running []string
	// ended is closed when the last one has ended; nil before the first start.
	ended chan struct{}
}

func newParts(findings *finding.Log) *parts {
	p := &parts{findings: findings}
	p.ctx, p.stop = context.WithCancel(context.Background())
	return p
}

// start runs a part. name identifies it in findings.
func (p *parts) start(name string, run func(context.Context) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.running) == 0 {
		p.ended = make(chan struct{})
	}
	p.running = append(p.running, name)
	go func() {
		defer p.end(name)
		for p.ctx.Err() == nil {
			err := crash.Try(func() error { return run(p.ctx) })
			if err == nil || p.ctx.Err() != nil {
				return
			}
			if !errors.Is(err, store.ErrClosed) {
				p.findings.Add(finding.Internal(name, err))
			}
			clock.Wait(p.ctx, restAfter)
		}
	}()
}

func (p *parts) end(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.running, name)
	if p.running = slices.Delete(p.running, i, i+1); len(p.running) == 0 {
		close(p.ended)
	}
}

// finish stops the parts and waits for them until ctx ends. The error names
// those that did not end.
func (p *parts) finish(ctx context.Context) error {
	p.stop()
	p.mu.Lock()
	ended := p.ended
	p.mu.Unlock()
	if ended == nil {
		return nil
	}
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.running) == 0 {
		return nil
	}
	return fmt.Errorf("still running: %s", strings.Join(p.running, ", "))
}
