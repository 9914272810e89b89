// Package engine is one emulator: it creates and wires the parts, writes the seed
// data, routes requests by host name or path, checks answers against their
// contracts, and starts and stops the background work.
//
// What SePay does is decided in bank, payment, identity, oauth2 and notify; the
// surfaces render it. The package must not know tests or the command line.
package engine
