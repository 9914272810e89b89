// Package userapiv2 is SePay's API v2, reading: transactions, bank accounts and
// virtual accounts (https://developer.sepay.vn/vi/sepay-api/v2/gioi-thieu and
// the pages below it).
//
// It owns the parameters, envelopes, types and errors of v2. It only reads the
// store.
package userapiv2
