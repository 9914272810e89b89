// Package oauthapi is the REST API behind an OAuth2 access token: the user, the
// company, bank accounts, transactions and webhooks
// (https://developer.sepay.vn/en/sepay-oauth2/tong-quan and the pages below it).
//
// It owns the parameters, envelopes, types and errors of that API, and which
// scope, permission or role a call needs. Who a token belongs to is decided in
// package oauth2, what a webhook may be in package notify, and what a payment
// code may be in package bank.
//
// SePay documents which statuses errors have, but no text of one: the texts
// are the emulator's. A parameter that cannot be read is ignored, as no page
// says what happens to it.
package oauthapi
