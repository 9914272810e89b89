// Package clock is the emulator's time: dates, token expiry, retry schedule,
// quotas and rate limits follow it. It runs with the system's clock, faster or
// slower, or is frozen, and can be advanced.
//
// It is the only package that reads the system's clock. It must not know the
// work that becomes due.
package clock
