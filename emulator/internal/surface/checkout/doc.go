// Package checkout is the gateway's hosted payment page and the endpoint of its form
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan).
//
// The page needs no session: its signed query authorizes the customer to view
// and pay, and every form and link on it carries that query. The package parses
// and passes views to package page; package payment changes orders. Except for
// the two addresses that SePay documents, everything below /v1/checkout is the
// emulator's own.
package checkout
