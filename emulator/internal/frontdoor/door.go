package frontdoor

import (
	"bytes"
	"cmp"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi"
)

// maxName bounds the stored method, host and user agent, in bytes.
const maxName = 256

// maxKept is how much of a body the traffic log keeps, in bytes.
const maxKept = 64 << 10

// statusClientGone is the logged status of a request that its client aborted.
// Nobody read the answer, so no contract applies.
const statusClientGone = 499

// Door serves the requests of the surfaces.
type Door struct {
	Now      func() time.Time
	Settings setting.Values
	Traffic  *Traffic
	Limiter  *Limiter
	Findings *finding.Log
	// Clients counts how callers keep to the limits; nil counts nothing.
	Clients *Clients
	// Faults are the rules for failures on purpose; nil has none.
	Faults *fault.Rules
	// Gate refuses changes while the emulator ends; nil is always open.
	Gate *Gate
	// Contracts checks answers; nil checks nothing.
	Contracts *Checker
	// Unserved, which may be nil, explains why no route serves a request.
	Unserved func(*http.Request) finding.Finding
	// Facts gets a fact of each request after its answer; nil gets none.
	Facts *fact.Log
}

// Serve answers a request of a surface, whose router is next. env is the
// environment of the host name, empty on a plain address.
func (d *Door) Serve(s *surface.Surface, next http.Handler, env store.Environment, w http.ResponseWriter, r *http.Request) {
	passed := clock.Stopwatch()
	c := &call{door: d, surface: s, next: next}
	x, rec, body := &c.x, &c.rec, &c.body
	*x = surface.Exchange{ID: d.Traffic.NextID(), Environment: env, Unserved: d.Unserved}
	e := &Entry{
		ID: x.ID, At: d.Now(), Host: shorten(r.Host, maxName), Client: clientIP(r), Surface: s.Name,
		Exchange: openapi.Exchange{Request: openapi.Request{Method: shorten(r.Method, maxName), URL: r.URL, Header: r.Header}},
	}
	x.Record = func(f finding.Finding) {
		f.Request, f.Company = x.ID, cmp.Or(x.Company, x.Caller.ID, f.Company)
		e.Findings = append(e.Findings, d.Findings.Add(f))
	}
	rec.ResponseWriter, rec.silent, rec.x = w, r.Method == http.MethodHead, x
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = http.MaxBytesReader(rec, r.Body, surface.MaxBody)
		body.ReadCloser = r.Body
		r.Body = body
	}
	r = surface.With(r, x)
	rec.request, c.r, c.entry = r, r, e
	c.answer()
	defer d.recoverAfter(x) // a failure of the log does not change the answer
	e.Body = body.kept.Bytes()
	e.Operation, e.Company, e.Status = x.Operation, x.Company, rec.status()
	if rec.code == statusReset {
		e.Status = 0
	}
	if (r.Context().Err() != nil || Broken(c.r.Context())) && e.Status >= http.StatusInternalServerError {
		e.Status = statusClientGone // the work was broken off, not wrong
	}
	e.ResponseHeader, e.ResponseBody = rec.Header(), rec.kept.Bytes()
	limit := 0
	if s.RateLimit != "" {
		limit = setting.Values{}.Rate(s.RateLimit) // SePay's own, whatever is set here
	}
	by := d.Clients.call(Client{e.Client, s.Name, cmp.Or(e.Company, x.Caller.ID), shorten(r.UserAgent(), maxName)}, limit, e.Status, e.ResponseHeader)
	d.finish(s, e, by, passed())
	if rec.reset {
		breakOff(w)
	}
}

// authenticate finds the company of the request's credential.
func (c *call) authenticate() {
	if c.surface.Authenticate == nil {
		return
	}
	c.surface.Authenticate(c.r, &c.x)
	c.x.NoteSide(c.x.AuthError)
	if c.x.AuthError != nil {
		c.x.NoteQueryToken(c.r)
	}
}

// Record serves a request by next and returns the exchange without logging it,
// for a contract check of requests that do not pass the front door.
func Record(w http.ResponseWriter, r *http.Request, next http.Handler) *Entry {
	rec := &recorder{ResponseWriter: w, silent: r.Method == http.MethodHead}
	next.ServeHTTP(rec, r)
	return &Entry{
		Host: r.Host,
		Exchange: openapi.Exchange{
			Request: openapi.Request{Method: r.Method, URL: r.URL, Header: r.Header},
			Status:  rec.status(), ResponseHeader: rec.Header(), ResponseBody: rec.kept.Bytes(),
		},
	}
}

// catchUpEvery is the number of requests after which clients are counted,
// before their facts are dropped from the log.
const catchUpEvery = 256

// LeastRequests is how many request facts a log has to keep, so that the client
// count misses none.
const LeastRequests = 4 * catchUpEvery

// finish records the request.
func (d *Door) finish(s *surface.Surface, e *Entry, by Call, took time.Duration) {
	e.Duration = took
	d.Traffic.Add(e)
	if d.Facts != nil {
		d.Facts.Note(e.fact(by))
		if e.ID%catchUpEvery == 0 {
			d.Clients.CatchUp()
		}
	}
	d.Contracts.check(s, e)
}

// admit applies the rate limit, before the credential's rights are checked.
func (d *Door) admit(s *surface.Surface, x *surface.Exchange, w http.ResponseWriter, client string) bool {
	perSecond := 0
	if s.RateLimit != "" {
		perSecond = d.Settings.Rate(s.RateLimit)
	}
	own := x.Caller.RateLimit
	if own == 0 && perSecond == 0 {
		return true
	}
	key := s.Name + " ip " + client
	if own > 0 {
		perSecond, key = own, s.Name+" company "+x.Caller.ID
	}
	limit, early := d.Limiter.Take(key, perSecond)
	if early {
		x.Note(finding.Finding{
			Code: "rate_limit.early_return", Severity: finding.Warning, Title: "The client came back too early",
			Detail: "After a 429 it did not wait for as long as the answer said.",
			Hint:   "Wait for the seconds of Retry-After (v2) or x-sepay-userapi-retry-after (v1) before the next request.",
			Source: "https://developer.sepay.vn/vi/sepay-api/v2/xac-thuc",
		})
	}
	if !limit.Allowed {
		s.TooMany(w, limit)
		return false
	}
	if s.LimitHeaders != nil {
		s.LimitHeaders(w.Header(), limit)
	}
	return true
}

// clientIP returns the address of the connection. Forwarding headers are
// ignored.
func clientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// recorder passes an answer on and keeps its first bytes.
type recorder struct {
	http.ResponseWriter
	code int
	kept bytes.Buffer
	// silent says that the server sends no body, as for HEAD.
	silent bool
	// reset closes the connection after the request was logged.
	reset bool
	// x and request are where failures are recorded.
	x       *surface.Exchange
	request *http.Request
}

// Failed records a failure of the emulator itself; see [crash.Report]. A failure
// after the client aborted the request is ignored.
func (r *recorder) Failed(err error) {
	if r.x != nil && r.request.Context().Err() == nil {
		r.x.Note(finding.Internal(r.request.Method+" "+r.request.URL.Path, err))
	}
}

func (r *recorder) WriteHeader(code int) {
	if r.code == 0 && code >= 200 {
		r.code = code
	}
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	if room := min(maxKept-r.kept.Len(), len(b)); room > 0 && !r.silent {
		r.kept.Grow(room)
		r.kept.Write(b[:room])
	}
	return r.ResponseWriter.Write(b)
}

// WriteOwned implements [surface.Owner].
func (r *recorder) WriteOwned(b []byte) {
	if r.kept.Len() > 0 || len(b) >= maxKept || r.silent {
		_, _ = r.Write(b)
		return
	}
	if r.code == 0 {
		r.code = http.StatusOK
	}
	r.kept = *bytes.NewBuffer(b)
	_, _ = r.ResponseWriter.Write(b)
}

// Unwrap returns the underlying writer for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) status() int {
	if r.code == 0 {
		return http.StatusOK
	}
	return r.code
}

// Whole returns whether request and answer were kept in full, so that they can
// be checked against a contract.
func (e *Entry) Whole() bool { return whole(e.Body) && whole(e.ResponseBody) }

// whole returns whether a body was kept in full.
func whole(body []byte) bool { return len(body) < maxKept }

// keeper keeps the first bytes of a body while it is read.
type keeper struct {
	io.ReadCloser
	kept bytes.Buffer
}

func (k *keeper) Read(p []byte) (int, error) {
	n, err := k.ReadCloser.Read(p)
	if room := maxKept - k.kept.Len(); room > 0 {
		k.kept.Write(p[:min(room, n)])
	}
	return n, err
}
