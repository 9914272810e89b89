// Package frontdoor is what every request of a SePay surface passes, in order:
// traffic log, rate limit, contract check. It owns the traffic log, the
// limiter, and the findings that come from them.
//
// It must not know any single surface: a [surface.Surface] brings its own
// dialect. The emulator's control API does not pass here.
package frontdoor
