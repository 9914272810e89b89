// Package bank is the simulated bank: accounts, virtual accounts and transfers,
// the recognition of payment codes in a memo, and what is special about single
// banks (https://developer.sepay.vn/vi/sepay-webhooks/tai-khoan-ngan-hang,
// …/cau-hinh-ma-thanh-toan, …/tien-ich-khac/test-mode).
//
// A transfer is one store transaction that also writes the deliveries that
// follow from it, through package notify. The package must not know HTTP, nor
// how a delivery is filtered and sent.
package bank
