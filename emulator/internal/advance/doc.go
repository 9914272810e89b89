// Package advance moves the clock and runs, on the way, everything that falls due:
// each at its own instant, in order, and also what falls due because of it.
//
// The package must not know what the work is.
package advance
