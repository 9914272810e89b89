// Package control has the words of localsepay's own HTTP API, /_control/v1, and
// the one client of it.
//
// It owns the wire types: what a company, an account, a webhook, an order, a
// transfer, a delivery, a finding, a fault and the clock look like. The API's
// server, seed files, scenarios, contracts, the audit and the command use these
// types, and nobody has a second shape. They are described in
// openapi/control.yaml, and a test holds both together. Amounts are whole VND;
// instants are RFC 3339 with Vietnam's offset (+07:00) unless a comment says
// otherwise.
//
// [Client] has one method for each operation of the API. A refusal is a
// [*Problem] (RFC 9457).
//
// It must not know package emulator: a client needs an address and nothing else.
package control
