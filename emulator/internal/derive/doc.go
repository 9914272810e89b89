// Package derive makes ids, secrets, names and jitter from a seed. Every value
// is a function of seed, purpose and number alone, so runs with the same seed
// agree whatever the order of goroutines.
//
// The values look random but are not: they protect nothing real.
package derive
