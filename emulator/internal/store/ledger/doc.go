// Package ledger checks that money is consistent. After every transaction that
// touched accounts, orders or payments it checks that
//
//   - an account's balance moved by exactly the transactions that were written,
//   - an order has one approved payment at most,
//   - what is captured is the approved payments less the voids.
//
// A transaction that breaks a rule is not committed. Tests run on a watched
// store; it costs a few lookups for each record that is written.
package ledger
