// Package advance moves the clock and runs everything that becomes due on the way,
// in order and each at its own instant, including work that other work adds.
//
// The package must not know what the work is.
package advance
