// Package guard decides whom a client of ours may talk to: it brings host names
// into one form, knows which of them are SePay's, and dials only what a [Rule]
// allows. SePay's production gets no byte from it, not even a question to a
// name server.
//
// Every client that this module has is made here. The host of a request is
// judged before anything is sent, and once more when it is dialled, so that
// neither a redirect nor a proxy of the environment nor a name that changes
// gets round it. Clients follow no redirects.
//
// A name of somebody's own that leads to SePay's machines is not recognised:
// there the certificate does not fit. The package must not know what is sent.
package guard
