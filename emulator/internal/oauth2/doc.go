// Package oauth2 is the authorization server without its pages: authorization
// requests, codes and tokens
// (https://developer.sepay.vn/en/sepay-oauth2/tong-quan). It knows no HTTP:
// surfaces parse and render, and records are in package store.
//
// What each file implements:
//
//   - authorize.go: RFC 6749 §3.1 and §4.1.1 to §4.1.2.1 (the request, the
//     code, and errors that go to the client or must not), RFC 6749 §3.3
//     (scope), RFC 9700 §2.1 (redirect URIs compared as exact texts)
//   - token.go: RFC 6749 §3.2, §4.1.3, §5 and §6 (exchange, refresh, errors),
//     §10.5 (a code that is used twice revokes its tokens), RFC 9700 §4.14.2
//     (rotation)
//   - pkce.go: RFC 7636 §4.2 and §4.6
//   - jwt.go: RFC 7515 and RFC 7519 with RS256 alone, RFC 7517 for the public key
//   - access.go: RFC 6750 §2.1, the bearer of an access token
//   - server.go: RFC 6749 §2.3.1, the client's password
package oauth2
