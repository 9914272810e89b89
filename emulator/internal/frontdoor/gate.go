package frontdoor

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
)

// ErrStopping is the cause of a context that [Gate.Break] ended.
var ErrStopping = errors.New("the emulator is stopping")

// Gate counts the requests that may change something and, once it is shut,
// refuses more of them: their changes would be lost when the process ends.
// Reads always pass. The zero value and nil are open.
type Gate struct {
	mu   sync.Mutex
	shut bool
	// inside ends the contexts of the requests that were admitted, by number.
	inside map[int64]context.CancelCauseFunc
	last   int64
	// empty is closed when the gate is shut and no request is inside.
	empty chan struct{}
}

// Enter admits a request that may change something; call leave when it has been
// answered. Its work is done under inside, which [Gate.Break] ends. ok is false
// once the gate is shut.
func (g *Gate) Enter(ctx context.Context) (inside context.Context, leave func(), ok bool) {
	if g == nil {
		return ctx, func() {}, true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		return ctx, nil, false
	}
	if g.inside == nil {
		g.inside = map[int64]context.CancelCauseFunc{}
	}
	inside, end := context.WithCancelCause(ctx)
	g.last++
	number := g.last
	g.inside[number] = end
	return inside, func() { g.leave(number); end(nil) }, true
}

func (g *Gate) leave(number int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.inside, number)
	g.closeIfEmpty()
}

// Break ends the contexts of the requests that are inside, with the cause
// [ErrStopping].
func (g *Gate) Break() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, end := range g.inside {
		end(ErrStopping)
	}
}

// Broken returns whether a request's context was ended by [Gate.Break].
func Broken(ctx context.Context) bool { return errors.Is(context.Cause(ctx), ErrStopping) }

// closeIfEmpty closes empty when no request is inside. The lock is held.
func (g *Gate) closeIfEmpty() {
	if g.shut && len(g.inside) == 0 && g.empty != nil {
		close(g.empty)
		g.empty = nil
	}
}

// Closed returns whether the gate is shut.
func (g *Gate) Closed() bool {
	if g == nil {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shut
}

// Shut admits no more requests, and waits for those inside until ctx ends.
func (g *Gate) Shut(ctx context.Context) error {
	g.mu.Lock()
	empty := make(chan struct{})
	g.shut, g.empty = true, empty
	g.closeIfEmpty()
	g.mu.Unlock()
	select {
	case <-empty:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter is the Retry-After, in seconds, while the emulator ends: a new one
// has started by then, or none will.
const retryAfter = 5

// Refuse writes the headers of the answer to a refused request.
func Refuse(h http.Header) {
	h.Set("Retry-After", strconv.Itoa(retryAfter))
	h.Set("Connection", "close")
}

// Reads returns whether a method changes nothing (RFC 9110, section 9.2.1).
func Reads(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// Through serves a request by next, or by refuse when the gate is shut and the
// request may change something.
func (g *Gate) Through(w http.ResponseWriter, r *http.Request, next, refuse http.HandlerFunc) {
	if Reads(r.Method) {
		next(w, r)
		return
	}
	ctx, leave, ok := g.Enter(r.Context())
	if !ok {
		Refuse(w.Header())
		refuse(w, r)
		return
	}
	defer leave()
	next(w, r.WithContext(ctx))
}
