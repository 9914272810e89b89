// Package audit tests whether a merchant's webhook and IPN handlers are safe:
// duplicates, replays, forgeries, wrong amounts, accounts and orders, odd
// bodies and honest ones that break handlers, one rule after another, each with
// its reason and a fix.
//
// Money moves at an emulator, which sends notices as SePay does. They pass a
// relay of the audit on their way to the handler, so that a rule can repeat a
// notice, change it or cut the connection. The package uses only the emulator's
// control API and surfaces; the emulator must be able to reach this machine.
//
// The shop's own status page ([Options].Check) decides when there is one. Without
// it the verdict depends on the handler's answers, and says where they are not
// enough. The emulator's settings determine what an answer means to SePay.
//
// All rules depend on the first rule of their handler, that an honest notice is
// credited. When that fails, the others are not verifiable, and the audit
// searches for the known mistake that explains the refusal, by sending the notice
// as a handler with that mistake would accept it (diagnose.go). When only some
// characters are refused, the other rules avoid them.
//
// The sources are https://developer.sepay.vn/vi/sepay-webhooks/xac-thuc, the
// pages beside it, and https://developer.sepay.vn/vi/cong-thanh-toan/IPN.
package audit
