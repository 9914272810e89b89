// Package scenarios runs scripts of payments: YAML files that say what a bank,
// a payer and a shop do, and what has to come of it. The library of scenarios
// that ships is [Library].
//
//	sepay := emulator.StartT(t)
//	scenarios.RunT(t, sepay, "ipn-late-paid-twice")
//
// A scenario gets a company of its own, so that many can run against one
// target, and a shop: an HTTP server on loopback that keeps an order book,
// checks what it is sent as a careful merchant does, and fails on demand. With
// [Options.Webhook] and [Options.IPN] it hands each notice on to the handler
// under test and gives that handler's answer back to SePay.
//
// The engine drives a target by its HTTP control API under /_control/v1 and by
// SePay's own surfaces, so the same file runs in process and against any
// localsepay by its address. The package must not know the emulator by
// anything else. Times in a result are the target's own, counted from the
// start of the scenario; a result holds nothing of the real clock or of
// addresses, so the same seed gives the same bytes.
package scenarios
