// Package pgapi is the payment gateway's REST API: list and detail of orders,
// cancel and void, behind Basic auth
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/tong-quan). It parses and
// renders; package payment decides.
//
// SePay documents the statuses of errors but no body: the texts are the
// emulator's, and the setting pgapi.error_body chooses their shape.
package pgapi
