package frontdoor

import (
	"context"
	"net/http"
	"strconv"
	"sync"
)

// Gate counts the requests that may change something and, once it is shut, lets
// no more of them in: what they were told would be lost when the process ends.
// Reads pass at any time. The zero value is open, and so is nil.
type Gate struct {
	mu     sync.Mutex
	shut   bool
	inside int
	// empty is closed when the gate is shut and nobody is inside.
	empty chan struct{}
}

// Enter lets a request in that may change something; leave is called when it
// has been answered. It says no once the gate is shut.
func (g *Gate) Enter() (leave func(), ok bool) {
	if g == nil {
		return func() {}, true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		return nil, false
	}
	g.inside++
	return g.leave, true
}

func (g *Gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	g.told()
}

// told closes empty when there is nothing to wait for. The lock is held.
func (g *Gate) told() {
	if g.shut && g.inside == 0 && g.empty != nil {
		close(g.empty)
		g.empty = nil
	}
}

// Closed says that the gate is shut.
func (g *Gate) Closed() bool {
	if g == nil {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shut
}

// Shut lets nobody in any more, and waits for those inside until ctx ends.
func (g *Gate) Shut(ctx context.Context) error {
	g.mu.Lock()
	empty := make(chan struct{})
	g.shut, g.empty = true, empty
	g.told()
	g.mu.Unlock()
	select {
	case <-empty:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter is how many seconds a client is told to wait that comes while the
// emulator ends: a new one has started by then, or none will.
const retryAfter = 5

// Refuse writes the headers of an answer to a request that came too late.
func Refuse(h http.Header) {
	h.Set("Retry-After", strconv.Itoa(retryAfter))
	h.Set("Connection", "close")
}

// Reads says that a method changes nothing (RFC 9110, section 9.2.1).
func Reads(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// Through serves a request by next, or by refuse once the gate is shut and the
// request may change something.
func (g *Gate) Through(w http.ResponseWriter, r *http.Request, next, refuse http.HandlerFunc) {
	if Reads(r.Method) {
		next(w, r)
		return
	}
	leave, ok := g.Enter()
	if !ok {
		Refuse(w.Header())
		refuse(w, r)
		return
	}
	defer leave()
	next(w, r)
}
