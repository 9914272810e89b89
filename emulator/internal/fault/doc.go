// Package fault owns the rules that make requests and deliveries fail on
// purpose: their syntax, what they match, and when they fire. It decides and
// counts; the front door and the outbox apply the result. It knows no SePay
// product and no handler.
//
// A decision depends on the rule, the order of the matches and the seed alone:
// same seed, same decisions. Nothing is armed at the start, and a check without
// rules costs one atomic read.
package fault
