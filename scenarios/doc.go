// Package scenarios runs payment scripts: YAML files that say what a bank, a customer
// and a shop do, and what has to come of it. A library of them ships with the package.
//
// In a test, import this package and emulator:
//
//	func TestPaidTwice(t *testing.T) {
//		sepay := emulator.StartT(t, emulator.AllowPending())
//		scenarios.RunT(t, sepay, "ipn-late-paid-twice")
//	}
//
// By default a shop of the package's own takes the webhooks and IPNs. To test your own
// handler, name its address:
//
//	scenarios.RunT(t, sepay, "ipn-late-paid-twice", func(o *scenarios.Options) { o.IPN = shop.URL + "/ipn" })
//
// [Library] lists the scenarios that ship; [Parse] and [Load] read files of yours,
// [Template] writes one to begin with, and [Schema] is the JSON Schema for editors.
// [Export] turns what happened at a localsepay into a scenario.
//
// # A run
//
// Each scenario gets a company of its own, so that many can run against one target,
// and a shop: an HTTP server on loopback that keeps an order book, checks what it is
// sent as a careful merchant does, and fails on demand. With [Options].Webhook and
// [Options].IPN the shop hands notices on to the handler under test, and hands the
// handler's answers back to SePay.
//
// Times in a [Result] count from the start of the scenario on the target's clock.
// Amounts are whole VND. The same seed gives the same result, byte for byte.
//
// # Types
//
// [Scenario], [Step], [Needs], [Expect] and the types below them are the form of a
// file: the tags hold the key, the values that are allowed, and a sentence about each
// field.
//
// The package reaches a target by its HTTP API only, in this process or by an address,
// and does not import the emulator.
package scenarios
