// Package emulator runs SePay, Vietnam's payment platform, inside a Go test or
// program: bank transfers that reach your webhook signed and retried, a payment
// gateway with hosted pages and IPNs, OAuth2, and the APIs that show it all. It
// needs no account and no network, and no money moves.
//
// A test imports this package, and openapi/control for the types and values of
// what it reads and sends:
//
//	func TestShopIsPaid(t *testing.T) {
//		shop := httptest.NewServer(myHandler)
//		defer shop.Close()
//		sepay := emulator.StartT(t, emulator.WithWebhook(shop.URL, emulator.SignedWith("whsec_test")))
//		paid := sepay.Company().Account().Receive(150_000, "DH123456 thanh toan")
//		if d := paid.Wait(); d.Status != control.DeliverySucceeded {
//			t.Errorf("delivery %s: %s", d.Status, d.Reason)
//		}
//	}
//
// [StartT] stops the emulator when the test ends, and fails the test if a delivery
// still waits then. Outside of a test use [Start], or [New] for an emulator without
// a listener, and [Emulator.Close].
//
// # Handles
//
// [Emulator.Company] leads to everything else: a [Company] has an [Account] that
// receives and sends money, a [Webhook], and with [Company.Checkout] an [Order] of
// the payment gateway. A call that cannot be carried out ends the test with Fatalf,
// so handles return no error; outside of a test they panic. Call them from the
// test's own goroutine. [Emulator.Client] has the same calls with errors.
//
// # Time
//
// The clock stands still at [Epoch] until [Emulator.Advance] moves it. What is due
// now is sent now; a retry in one minute waits until the test advances one minute.
// [WithClock] takes a clock that runs. Instants are in Vietnam's zone,
// Asia/Ho_Chi_Minh (+07:00), amounts are whole VND.
//
// # What repeats
//
// Ids, secrets and names are the same in every run; [WithSeed] makes others. Two
// emulators in one process share nothing. Webhooks and IPNs go only to the URLs
// that a test names, and never to SePay's own hosts.
//
// # Inside
//
// The package holds options and handles. Package internal/engine wires the parts
// together, starts and ends them, and places requests by host name or by path. Bank,
// payment, identity, oauth2 and notify decide what SePay does, the surfaces decide how
// it looks on the wire, and package control is behind the handles.
package emulator
