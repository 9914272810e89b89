// Package vietqr knows VietQR: the banks of Vietnam as SePay names them
// (https://qr.sepay.vn/banks.json), the payload that a bank's app scans, and
// its picture.
//
// The payload is EMVCo's merchant-presented QR code as NAPAS profiles it in
// "VietQR format for NAPAS247 fast transfer", v1.0, 09/2021 (a copy is in
// https://github.com/subiz/vietqr). [Payload.Encode] writes one, [Read] reads
// one, [Payload.PNG] and [Payload.SVGPath] draw one.
//
// It must not know accounts, callers, or HTTP.
package vietqr
