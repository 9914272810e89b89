// Package fault owns the rules by which requests and deliveries go wrong on
// purpose: what a rule may say, which requests and deliveries it matches, and
// which of those it touches. It decides and counts; the front door and the
// outbox do what it says. It knows no product of SePay's and no handler.
//
// A choice follows from the rule, the order of what matched and the seed alone:
// same seed, same choices. Nothing is armed at the start, and while nothing is,
// asking costs one atomic read.
package fault
