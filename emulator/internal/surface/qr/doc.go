// Package qr is SePay's picture service, at qr.sepay.vn and, newer, at
// vietqr.app: GET /img draws the VietQR code of a transfer, GET /banks.json
// lists the banks (https://developer.sepay.vn/vi/tien-ich-khac/tao-qr-code and
// https://developer.sepay.vn/vi/sepay-webhooks/tao-qr-va-form-thanh-toan).
//
// It owns the query parameters, the effect of invalid ones, and the advice
// about them. It must not know accounts or companies: anybody may ask for any
// account's picture, and nothing is stored.
package qr
