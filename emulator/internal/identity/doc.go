// Package identity decides who a credential belongs to: companies, their API
// tokens, merchants and OAuth2 clients
// (https://developer.sepay.vn/vi/sepay-api/v2/xac-thuc).
//
// It must not know HTTP requests: a surface hands it the header's text.
package identity
