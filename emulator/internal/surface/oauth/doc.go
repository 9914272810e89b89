// Package oauth is SePay's authorization server as seen from outside: the
// authorization endpoint with its login and consent pages, and the token
// endpoint (https://developer.sepay.vn/en/sepay-oauth2/luong-xac-thuc). What is
// granted is decided in package oauth2.
//
// Beside GET /oauth/authorize and POST /oauth/token every address is the
// emulator's own.
package oauth
