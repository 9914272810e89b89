// Package identity finds the owner of a credential: companies, their API
// tokens, merchants and OAuth2 clients
// (https://developer.sepay.vn/vi/sepay-api/v2/xac-thuc).
//
// It must not know HTTP requests: a surface passes it the header's text.
package identity
