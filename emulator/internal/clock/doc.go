// Package clock is the time that a client of the emulator can see: dates, token
// expiry, retry schedule, quotas, rate-limit refill. It runs with the system's
// clock, faster, or stands still, and can be advanced; then everything that
// falls due on the way runs first, in order, each at its own instant.
//
// It is the only package that reads the system's clock. It must not know what
// the work is that falls due: that is a [Source].
package clock
