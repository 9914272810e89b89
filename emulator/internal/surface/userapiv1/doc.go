// Package userapiv1 is SePay's API v1, reading: transactions and bank accounts
// (https://developer.sepay.vn/vi/sepay-api/v1/gioi-thieu and the pages below).
//
// It implements v1's conventions: every value is a text, the status is in the
// body, errors come with HTTP 200, and a bad token gets no body at all. It only
// reads the store.
package userapiv1
