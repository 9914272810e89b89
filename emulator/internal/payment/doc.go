// Package payment is the payment gateway without its pages: the signature of a
// checkout form, orders and their states, the emulator's cards, settlement, the
// matching of bank transfers to orders, and what an IPN says.
//
// It knows no HTTP: the surfaces checkout and pgapi parse and render, package
// bank moves the money, and package notify sends the IPNs, which are written in
// the same store transaction as the money.
//
// Public pages: https://developer.sepay.vn/vi/cong-thanh-toan/luong-thanh-toan
// (flow), …/API/don-hang/form-thanh-toan (form and signature), …/API/tong-quan
// (orders), …/IPN. What no page says is marked as assumed where it is decided.
package payment
