package surface

import (
	"net/http"
	"strconv"
	"time"
)

// Limit is a rate limiter's result for one request.
type Limit struct {
	// Allowed says that the request may continue.
	Allowed bool
	// PerSecond is the limit, Remaining the requests left.
	PerSecond, Remaining int
	// RetryAfter is the wait until a request is allowed again.
	RetryAfter time.Duration
}

// Seconds returns the wait in whole seconds, 1 at least.
func (l Limit) Seconds() int {
	return max(1, int((l.RetryAfter+time.Second-1)/time.Second))
}

// LimitHeaders writes a limit in API v2's headers
// (https://developer.sepay.vn/vi/sepay-api/v2/xac-thuc).
func LimitHeaders(h http.Header, l Limit) {
	h["X-RateLimit-Limit"] = []string{strconv.Itoa(l.PerSecond)}
	h["X-RateLimit-Remaining"] = []string{strconv.Itoa(l.Remaining)}
	h["X-RateLimit-Reset"] = []string{strconv.Itoa(l.Seconds())}
}

// RefuseRate writes the headers of API v2's 429.
func RefuseRate(h http.Header, l Limit) {
	h.Set("Retry-After", strconv.Itoa(l.Seconds()))
	LimitHeaders(h, l)
}
