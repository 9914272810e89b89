// Package oauth is the HTTP side of SePay's authorization server: the
// authorization endpoint with its login and consent pages, and the token
// endpoint (https://developer.sepay.vn/en/sepay-oauth2/luong-xac-thuc). Package
// oauth2 makes the decisions.
//
// Except for GET /oauth/authorize and POST /oauth/token every address is the
// emulator's own.
package oauth
