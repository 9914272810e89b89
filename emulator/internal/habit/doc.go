// Package habit knows how banks change a transfer before SePay sees it: which
// characters of a memo they drop, what they write around it, which times are
// rounded to minutes, and the form of their references. SePay's pages do not
// describe this; the table is habits.yaml, and each row names its evidence.
//
// It must not know accounts, the store or its callers: package bank decides
// whether habits apply.
package habit
