// Package vietqr knows the banks of Vietnam as SePay names them: code, BIN,
// short and full name (https://qr.sepay.vn/banks.json).
//
// It must not know accounts, money or HTTP.
package vietqr
