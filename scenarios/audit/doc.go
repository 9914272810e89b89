// Package audit attacks a merchant's own webhook and IPN handler and says
// whether it is safe: duplicates, replays, forgeries, wrong amounts, accounts
// and orders, and odd bodies, one rule after the other, each with why it
// matters and how to fix what failed.
//
// Everything that is sent goes the way of real notices: money moves at an
// emulator, whose faults change what it tells. The package knows the emulator
// by its control API and surfaces only. What the shop believes is read from the
// shop itself when it has a status page ([Options].Check); without one, the
// verdict rests on what the handler answered, and says where that is not
// enough.
//
// The sources are https://developer.sepay.vn/vi/sepay-webhooks/xac-thuc and its
// neighbours, and https://developer.sepay.vn/vi/cong-thanh-toan/IPN.
package audit
