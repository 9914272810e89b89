// Package derive makes ids, secrets, names and jitter out of a seed. Every
// value is a function of seed, purpose and number alone, so two runs with the
// same seed agree whatever the order in which goroutines ask.
//
// The values look random and are not: nothing here protects anything real.
package derive
