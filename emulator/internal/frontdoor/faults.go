package frontdoor

import (
	"cmp"
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi/input"
)

// call is one request on its way through the door. Whatever ends with the
// request is in one piece of memory, since each request needs all of it.
type call struct {
	door    *Door
	surface *surface.Surface
	next    http.Handler
	x       surface.Exchange
	entry   *Entry
	rec     recorder
	body    keeper
	r       *http.Request
}

// operation is what a route says that the request is, empty without a route.
func (c *call) operation() string {
	if routes, ok := c.next.(*surface.Router); ok {
		return routes.OperationOf(c.r)
	}
	return ""
}

// pass serves the request, unless it would change something while the emulator
// ends.
func (c *call) pass() {
	changes := c.surface.Stopping != nil && (!Reads(c.r.Method) || c.door.Gate.Closed() && c.surface.ChangesBy(c.operation()))
	if changes {
		ctx, leave, ok := c.door.Gate.Enter(c.r.Context())
		if !ok {
			c.entry.replaced = true // no document has this answer
			c.x.Operation = c.operation()
			Refuse(c.rec.Header())
			c.surface.Stopping(&c.rec, c.r)
			return
		}
		defer leave()
		c.r = c.r.WithContext(ctx)
	}
	if c.door.Faults.Armed() {
		c.faulted()
	} else {
		c.work(&c.rec, c.r)
	}
}

// faulted serves the request, or applies a fault to it.
func (c *call) faulted() {
	operation := c.operation()
	hit := c.door.Faults.Request(fault.Request{
		ID: c.x.ID, Surface: c.surface.Name, Operation: operation, Method: c.r.Method, Path: c.r.URL.Path,
		Company: c.x.Caller.ID, Header: c.r.Header,
	})
	if hit == nil {
		c.work(&c.rec, c.r)
		return
	}
	// The server's time for reading a request must not end a wait.
	_ = http.NewResponseController(&c.rec).SetReadDeadline(time.Time{})
	c.x.Operation = operation
	c.entry.Faults = append(c.entry.Faults, hit.Mark())
	if c.door.Facts != nil {
		fired := fault.Fired{FaultMark: hit.Mark(), Request: c.x.ID, Surface: c.surface.Name, Operation: operation}
		c.door.Facts.Note(fault.Fact(fired, c.door.Now(), c.x.Caller.ID))
	}
	c.strike(hit)
}

// work applies the rate limit and then serves the request.
func (c *call) work(w http.ResponseWriter, r *http.Request) {
	if c.door.admit(c.surface, &c.x, w, c.entry.Client) {
		c.next.ServeHTTP(w, r)
	}
}

// strike applies a fault.
func (c *call) strike(hit *fault.Hit) {
	do := hit.Do
	if hit.Phase == fault.Between {
		c.work(&c.rec, c.r.WithContext(fault.LoseNotices(c.r.Context(), hit)))
		return
	}
	if do.Delay != "" {
		c.delay(hit)
		return
	}
	c.entry.replaced = true
	if hit.Phase == fault.Before {
		c.instead(do)
		return
	}
	made := c.hold()
	c.work(made, c.r)
	if !c.answered(do, made) {
		c.instead(do)
	}
}

// delay holds the request before its work, or the answer after it.
func (c *call) delay(hit *fault.Hit) {
	wait, _ := input.Duration(hit.Do.Delay) // was checked when the rule was set
	wait = min(wait, fault.MaxWait)
	if hit.Phase == fault.Before {
		if clock.Wait(c.r.Context(), wait) {
			c.work(&c.rec, c.r)
		} else {
			c.rec.code = statusClientGone
		}
		return
	}
	made := c.hold()
	c.work(made, c.r)
	if clock.Wait(c.r.Context(), wait) {
		made.send(&c.rec)
	} else {
		c.rec.code = statusClientGone
	}
}

// instead sends an answer in place of the surface's.
func (c *call) instead(do fault.Do) {
	switch {
	case do.Status != 0:
		answer := &held{header: http.Header{}, code: do.Status}
		if json.Valid([]byte(do.Body)) {
			answer.header.Set("Content-Type", "application/json")
		}
		for name, value := range do.Headers {
			answer.header.Set(name, value)
		}
		answer.body = []byte(do.Body)
		answer.send(&c.rec)
	case do.RateLimited != nil:
		c.tooMany(max(1, do.RateLimited.RetryAfter))
	case do.HTMLError:
		answer := &held{header: http.Header{"Content-Type": {"text/html"}}, code: http.StatusBadGateway, body: []byte(badGateway)}
		answer.send(&c.rec)
	case do.Hang:
		clock.Wait(c.r.Context(), fault.MaxWait)
		c.reset()
	default: // drop
		c.reset()
	}
}

// badGateway is a proxy's page when its upstream is gone.
const badGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n" +
	"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"

// usualLimit is the limit in a 429 when none is set.
const usualLimit = 2

func (c *call) tooMany(seconds int) {
	if c.surface.TooMany == nil {
		c.rec.Header().Set("Retry-After", strconv.Itoa(seconds))
		http.Error(&c.rec, "Too many requests", http.StatusTooManyRequests)
		return
	}
	limit := surface.Limit{PerSecond: c.x.Caller.RateLimit, RetryAfter: time.Duration(seconds) * time.Second}
	if limit.PerSecond == 0 && c.surface.RateLimit != "" {
		limit.PerSecond = c.door.Settings.Rate(c.surface.RateLimit)
	}
	limit.PerSecond = cmp.Or(limit.PerSecond, usualLimit)
	c.surface.TooMany(&c.rec, limit)
}

// answered sends the surface's own answer, changed as the fault says, or
// returns false when the fault needs another one.
func (c *call) answered(do fault.Do, made *held) bool {
	switch {
	case do.Truncate != nil:
		c.truncate(made, *do.Truncate)
	case do.Slow != 0:
		c.drip(made, do.Slow)
	case do.MalformedJSON:
		made.body = malformed(made.body)
		made.send(&c.rec)
	case do.WrongContentType != "":
		made.header.Set("Content-Type", do.WrongContentType)
		made.send(&c.rec)
	default:
		return false
	}
	return true
}

// malformed makes JSON invalid: the last byte of a value becomes a comma.
func malformed(body []byte) []byte {
	text := strings.TrimSpace(string(body))
	if text == "" {
		return []byte("{")
	}
	return []byte(text[:len(text)-1] + ",")
}

// truncate sends n bytes of the body with the Content-Length of all of it.
func (c *call) truncate(made *held, n int) {
	made.head(&c.rec)
	_, _ = c.rec.Write(made.body[:min(n, len(made.body))])
	_ = http.NewResponseController(&c.rec).Flush()
	c.reset()
}

// drips is how many chunks a second a slow body is sent in.
const drips = 10

// drip sends the body slowly, and after a minute the rest at once.
func (c *call) drip(made *held, perSecond int) {
	made.head(&c.rec)
	flush := http.NewResponseController(&c.rec).Flush
	size, pause := max(1, perSecond/drips), time.Second/drips
	if perSecond < drips {
		pause = time.Second / time.Duration(perSecond)
	}
	body := made.body
	for spent := time.Duration(0); len(body) > size && spent < fault.MaxWait; spent += pause {
		if _, err := c.rec.Write(body[:size]); err != nil || flush() != nil {
			return
		}
		body = body[size:]
		if !clock.Wait(c.r.Context(), pause) {
			return
		}
	}
	_, _ = c.rec.Write(body)
}

// reset closes the connection without an answer, after the request is logged.
func (c *call) reset() {
	if c.rec.code == 0 {
		c.rec.code = statusReset
	}
	c.rec.reset = true
}

// statusReset is the logged status of a request without an answer.
const statusReset = -1

// breakOff resets the connection of a writer: the client sees a reset. Without
// access to the connection, the server ends it.
func breakOff(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// held is a buffered answer.
type held struct {
	header http.Header
	code   int
	body   []byte
	// rec records failures.
	rec *recorder
}

// hold makes a buffered answer with the call's headers.
func (c *call) hold() *held { return &held{header: c.rec.Header().Clone(), rec: &c.rec} }

// Failed passes the failure on; see [crash.Report].
func (h *held) Failed(err error) { h.rec.Failed(err) }

// Header implements [http.ResponseWriter].
func (h *held) Header() http.Header { return h.header }

// WriteHeader implements [http.ResponseWriter].
func (h *held) WriteHeader(code int) {
	if h.code == 0 && code >= http.StatusOK {
		h.code = code
	}
}

// Write implements [http.ResponseWriter].
func (h *held) Write(b []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	h.body = append(h.body, b...)
	return len(b), nil
}

// head sends status and headers, with the length of the whole body.
func (h *held) head(w http.ResponseWriter) {
	maps.Copy(w.Header(), h.header)
	code := cmp.Or(h.code, http.StatusOK)
	if code != http.StatusNoContent && code != http.StatusNotModified {
		w.Header().Set("Content-Length", strconv.Itoa(len(h.body)))
	}
	w.WriteHeader(code)
}

func (h *held) send(w http.ResponseWriter) {
	h.head(w)
	if len(h.body) > 0 {
		_, _ = w.Write(h.body)
	}
}
