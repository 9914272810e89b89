// Package habit knows what banks make of a transfer before SePay tells of it:
// which characters of a memo vanish, what they write around it, which times are
// full minutes, and what their references look like. SePay's pages are silent
// about it; the table is habits.yaml, and each row says how it is known.
//
// It must not know accounts, the store or who asks: package bank decides
// whether habits are played.
package habit
