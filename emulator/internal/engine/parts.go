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

// restAfter is how long, in real time, a part rests that failed.
const restAfter = time.Second

// parts run side by side until they are stopped: the dispatcher, the timekeeper,
// the checker and those that follow the facts. The error of one is a finding,
// and the part goes on.
type parts struct {
	findings *finding.Log
	ctx      context.Context
	stop     context.CancelFunc

	mu      sync.Mutex
	running []string
	// ended is closed when the last one has ended; nil while none was started.
	ended chan struct{}
}

func newParts(findings *finding.Log) *parts {
	p := &parts{findings: findings}
	p.ctx, p.stop = context.WithCancel(context.Background())
	return p
}

// start runs a part. name says in a finding what failed.
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

// finish stops the parts and waits for them until ctx ends. The error says which
// did not end.
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
