// Package oauthapi is the REST API behind an OAuth2 access token: the user, the
// company, bank accounts, transactions and webhooks
// (https://developer.sepay.vn/en/sepay-oauth2/tong-quan and the pages below it).
//
// It owns the parameters, envelopes, types and errors of that API, and which
// scope, permission or role a call needs. Package oauth2 finds a token's owner,
// package notify validates webhooks, and package bank payment codes.
//
// SePay documents the statuses of errors but no texts: the texts are the
// emulator's. An invalid parameter is ignored, as no page describes the effect.
package oauthapi
