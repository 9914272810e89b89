// Package notify sends what SePay sends: it decides for each webhook whether a
// transaction concerns it, writes the delivery into the transaction's own
// store transaction, sends it by the emulator's clock, judges the answer,
// retries on SePay's schedule and keeps the log.
//
// Pages: https://developer.sepay.vn/vi/sepay-webhooks/ tich-hop-webhook
// (payload, success), xac-thuc (authentication), xu-ly-loi (retries, errors),
// tao-webhook (filters), giam-sat (log and replay), bao-mat (addresses).
//
// When an attempt is due is a matter of the emulator's clock; how long it may
// take is a matter of real time. No store transaction is open during a
// request. The package must not know what a transfer is at the bank, nor who
// asks for a replay.
package notify
