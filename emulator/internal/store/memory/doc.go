// Package memory owns the in-memory store: package store's interface over
// copy-on-write ordered trees. A snapshot and a restore cost one pointer copy
// each, so a test can use them often.
//
// A state has one tree of blocks per table, each with the records of adjacent ids
// and the columns that lists filter and sort by, and one tree of keys per order. It
// never changes once it is published: an update works on a copy that shares
// every tree until it is first written, and publishing swaps one pointer. So
// views take no lock, a rollback drops the copy, and updates are serialised by
// a mutex.
//
// The trees of keys are B+ trees whose nodes know how many keys they have, so the
// total and any page of a list are found without reading what lies before it. Two
// things keep a write small. A key that comes last in its leaf is appended in
// place, behind the end of what older states see. And a leaf whose keys have the
// same scope or value stores it once.
//
// The package must not know any record or list: it sees tables and orders only.
// Its data ends with the process.
package memory
