// Package guard decides which hosts our clients may connect to: it normalises
// host names, knows SePay's hosts, and dials only what a [Rule] allows. Nothing
// is sent to SePay's production, not even a query of its name.
//
// Every client of this module is made here. A request's host is checked before
// anything is sent, and again when it is dialled, so redirects, proxies of the
// environment and changing names cannot bypass the check. Clients follow no
// redirects.
//
// A name of another owner that leads to SePay's machines is not recognised, but
// its certificate does not match. The package must not know what is sent.
package guard
