// Package notify sends SePay's notices: it filters transactions for each
// webhook, writes the delivery in the transaction's own store transaction,
// sends it by the emulator's clock, evaluates the answer, retries on SePay's
// schedule and keeps the log.
//
// Pages: https://developer.sepay.vn/vi/sepay-webhooks/ tich-hop-webhook
// (payload, success), xac-thuc (authentication), xu-ly-loi (retries, errors),
// tao-webhook (filters), giam-sat (log and replay), bao-mat (addresses).
//
// Attempts are due by the emulator's clock; their timeouts are real time. No
// store transaction is open during a request. The package must not know
// transfers at the bank, nor the callers of a replay.
package notify
