package frontdoor

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
)

// maxClients and maxClientBytes bound the memory of [Clients]; later clients
// are counted as dropped. A user agent counts by its first 256 bytes.
const (
	maxClients     = 4096
	maxClientBytes = 1 << 20
)

// Client is one caller of a surface.
type Client struct {
	Address, Surface, Company, UserAgent string
}

// Use is how a client kept to the rate limits.
type Use struct {
	Client
	// Calls counts requests, Refused those that were answered with 429.
	Calls, Refused int64
	// Waited counts the times that the client waited as a 429 asked, Early those
	// that it did not.
	Waited, Early int64
	// Limit is SePay's documented limit in requests per second, 0 for none;
	// WouldBeRefused counts the calls that it would have refused. PeakPerSecond is
	// the most calls within a second, sliding by tenths.
	Limit          int
	WouldBeRefused int64
	PeakPerSecond  int
}

// Call is what a request adds to the count of its client.
type Call struct {
	Client Client
	// Limit is SePay's documented limit of the surface in requests per second, 0
	// for none.
	Limit, Status int
	// Wait is the wait that a 429 asked for.
	Wait time.Duration
	// clock and turn are the emulator's time of the answer, real is the real time
	// since the start of the count.
	clock clock.State
	turn  uint64
	real  time.Duration
}

// Clients counts how callers keep to the limits, from the facts about requests,
// even while no limit is in force. A nil *Clients counts nothing.
//
// WouldBeRefused comes from a shadow bucket on the emulator's time. While the
// clock is frozen, real time is added, because all calls would share an
// instant.
type Clients struct {
	clock *clock.Clock
	real  func() time.Duration

	mu      sync.Mutex
	facts   *fact.Cursor
	uses    map[Client]*use
	bytes   int
	dropped int64
	// last and at are the real time and the emulator's at the last call, turn is
	// the clock's turn then. shadow advances by the time passed since and never
	// goes back, even when the clock is set back.
	last   time.Duration
	at     time.Time
	turn   uint64
	shadow time.Duration
}

type use struct {
	Use
	// until is when a refused client may come back, by the emulator's clock.
	until time.Time
	// full is when the shadow bucket is full again.
	full time.Duration
	// recent counts the calls of the last second by tenths, slot is the present
	// tenth of the shadow's time.
	recent [slots]int
	slot   int64
}

// slots are the tenths of a second over which the peak slides. A call drops what
// is older than memory. The shadow's time restarts from 0 at maxShadow, which is
// whole seconds.
const (
	slots     = 10
	slot      = time.Second / slots
	memory    = 2 * time.Second
	maxShadow = 24 * time.Hour
)

// NewClients makes a count, on a clock, of requests from now on.
func NewClients(c *clock.Clock, facts *fact.Log) *Clients {
	return &Clients{
		clock: c, real: clock.Stopwatch(), uses: map[Client]*use{}, at: c.Now(),
		facts: facts.FromNow(fact.Filter{Type: fact.Request}),
	}
}

// call describes an answered request.
func (c *Clients) call(who Client, limit, status int, h http.Header) (out Call) {
	if c == nil {
		return out
	}
	out = Call{Client: who, Limit: limit, Status: status, real: c.real()}
	out.clock, out.turn = c.clock.Reading()
	if status == http.StatusTooManyRequests {
		out.Wait = waitAsked(h)
	}
	return out
}

// CatchUp counts the requests that are not counted yet.
func (c *Clients) CatchUp() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.catchUp()
}

func (c *Clients) catchUp() {
	for {
		facts, err := c.facts.Ready()
		for _, x := range facts {
			if a, ok := x.Data.(*Answered); ok {
				c.count(a.Call)
			}
		}
		if err == nil && len(facts) == 0 {
			return
		}
	}
}

// count counts a call. The lock is held.
func (c *Clients) count(call Call) {
	c.newTurn(call.turn)
	who := call.Client
	u := c.uses[who]
	if u == nil {
		size := perField + len(who.Address) + len(who.Surface) + len(who.Company) + len(who.UserAgent)
		if len(c.uses) >= maxClients || c.bytes+size > maxClientBytes {
			c.dropped++
			return
		}
		c.bytes += size
		u = &use{Use: Use{Client: who, Limit: call.Limit}}
		c.uses[who] = u
	}
	u.Calls++
	u.wait(call)
	u.shadow(c.time(call))
}

// newTurn drops the waits from before the clock was set back. Callers hold the
// lock.
func (c *Clients) newTurn(turn uint64) {
	if turn == c.turn {
		return
	}
	c.turn, c.at = turn, time.Time{}
	for _, u := range c.uses {
		u.until = time.Time{}
	}
}

// time returns the shadow's time. Callers hold the lock.
func (c *Clients) time(call Call) time.Duration {
	var step time.Duration
	switch now := call.clock.Now; {
	case c.at.IsZero(): // the time was set back
		c.at = now
	case now.After(c.at): // else a call that was answered before the last
		step, c.at = now.Sub(c.at), now
	}
	if passed := call.real - c.last; passed > 0 {
		c.last = call.real
		if call.clock.Mode == clock.Frozen {
			step += passed
		}
	}
	c.shadow += min(step, memory)
	if c.shadow >= maxShadow {
		c.shadow -= maxShadow
		for _, u := range c.uses {
			u.full -= maxShadow
			u.slot -= int64(maxShadow / slot)
		}
	}
	return c.shadow
}

// wait counts whether the client waited as the 429 asked.
func (u *use) wait(call Call) {
	now := call.clock.Now
	if !u.until.IsZero() {
		if now.Before(u.until) {
			u.Early++
		} else {
			u.Waited++
		}
		u.until = time.Time{}
	}
	if call.Status != http.StatusTooManyRequests {
		return
	}
	u.Refused++
	u.until = now.Add(call.Wait)
}

// waitAsked returns the wait that a 429 asks for; a second by default.
func waitAsked(h http.Header) time.Duration {
	for name, values := range h {
		if !strings.EqualFold(name, "Retry-After") && !strings.EqualFold(name, "X-Sepay-Userapi-Retry-After") || len(values) == 0 {
			continue
		}
		if n, err := strconv.Atoi(values[0]); err == nil && n > 0 {
			return time.Duration(n) * time.Second
		}
	}
	return time.Second
}

// shadow takes a call from the bucket of SePay's documented limit, and counts
// the peak.
func (u *use) shadow(at time.Duration) {
	u.peak(int64(at / slot))
	if u.Limit == 0 {
		return
	}
	u.full = max(u.full, at)
	next := u.full + time.Second/time.Duration(u.Limit)
	if next-at > time.Second {
		u.WouldBeRefused++
		return
	}
	u.full = next
}

// peak counts a call in its tenth of a second, and the calls of the last ten
// tenths.
func (u *use) peak(at int64) {
	for u.slot = max(u.slot, at-slots); u.slot < at; {
		u.slot++
		u.recent[(u.slot%slots+slots)%slots] = 0
	}
	u.recent[at%slots]++
	sum := 0
	for _, n := range u.recent {
		sum += n
	}
	u.PeakPerSecond = max(u.PeakPerSecond, sum)
}

// List returns the clients, most refusals first, and how many were dropped.
func (c *Clients) List() (list []Use, dropped int64) {
	if c == nil {
		return nil, 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.catchUp()
	for _, u := range c.uses {
		list = append(list, u.Use)
	}
	slices.SortFunc(list, func(a, b Use) int {
		return cmp.Or(
			cmp.Compare(b.Refused+b.WouldBeRefused, a.Refused+a.WouldBeRefused), cmp.Compare(b.Calls, a.Calls), strings.Compare(a.Surface, b.Surface),
			strings.Compare(a.Company, b.Company), strings.Compare(a.Address, b.Address), strings.Compare(a.UserAgent, b.UserAgent),
		)
	})
	return list, c.dropped
}

// Clear removes all clients.
func (c *Clients) Clear() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.catchUp()
	clear(c.uses)
	c.bytes, c.dropped = 0, 0
}
