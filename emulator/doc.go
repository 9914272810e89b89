// Package emulator is SePay on your own machine, inside your own process: a bank
// whose transfers show up on SePay's APIs and are told to your webhook, signed
// and retried as SePay does; a payment gateway with its hosted pages and IPNs;
// and the OAuth2 server and API that applications use.
//
// In a test, [StartT] is one line:
//
//	sepay := emulator.StartT(t, emulator.WithWebhook(shop.URL))
//	paid := sepay.Company().Account().Receive(150_000, "DH123456 thanh toan")
//	if got := paid.Wait().Status; got != "succeeded" { … }
//
//	order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 185_000})
//	order.Pay()
//
// Its clock stands still at [Epoch] until [Emulator.Advance] moves it: what is
// due now is sent now, a retry in a minute waits to be advanced to. Ids and
// secrets repeat run for run. Two emulators in one process share nothing.
//
// The package wires the others together and places requests: by host name, or
// by path on a plain address. What SePay does is decided in bank, payment,
// identity, oauth2 and notify; how it looks is up to the surfaces.
package emulator
