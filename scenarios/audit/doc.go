// Package audit attacks a merchant's own webhook and IPN handler and says
// whether it is safe: duplicates, replays, forgeries, wrong amounts, accounts
// and orders, odd bodies and honest ones that handlers stumble over, one rule
// after the other, each with why it matters and how to fix what failed.
//
// Money moves at an emulator, whose notices are as SePay's. They pass a relay of
// the audit's on their way to the handler, so that a rule can send one again,
// change it or cut the connection. The package knows the emulator by its control
// API and surfaces only; the emulator has to reach this machine.
//
// What the shop believes is read from the shop itself when it has a status page
// ([Options].Check), and then the page decides. Without one, the verdict rests on
// what the handler answered, and says where that is not enough. What an answer
// means to SePay is told by the settings in force at the emulator.
//
// A rule rests on the first rule of its handler, that an honest notice is
// credited. Where that one does not hold, the others are not verifiable, and the
// audit looks for the known mistake that explains the refusal instead, by sending
// the notice as a handler with that mistake would want it (diagnose.go). Where
// only some characters are refused, the others go on without these.
//
// The sources are https://developer.sepay.vn/vi/sepay-webhooks/xac-thuc and its
// neighbours, and https://developer.sepay.vn/vi/cong-thanh-toan/IPN.
package audit
