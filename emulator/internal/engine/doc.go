// Package engine is one emulator: it makes the parts, wires them together, writes
// the seed data, places a request by host name or path, holds answers against
// their contracts, and starts and ends what runs by itself.
//
// What SePay does is decided in bank, payment, identity, oauth2 and notify; how
// it looks is up to the surfaces. The package must not know a test, nor the
// command line.
package engine
