// Package checkout is the hosted payment page of the gateway and the form that
// leads to it (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan).
//
// The page needs no session: its signed query is the customer's right to pay
// and to look, and every form and link on it carries that query along. The
// package parses, and hands views to package page; orders are moved by package
// payment. Beside the two addresses that SePay documents, everything below
// /v1/checkout is the emulator's own.
package checkout
