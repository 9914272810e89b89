// Package frontdoor is the common path of every request of a SePay surface:
// traffic log, rate limit, faults and contract check. It owns the traffic log,
// the limiter, and their findings.
//
// It must not know any single surface: a [surface.Surface] renders its own
// answers. The emulator's control API does not use it.
package frontdoor
