package control

import (
	"net/http"
)

// Prefix is where the control API is.
const Prefix = "/_control/v1"

// ServerName is what the control API calls itself in the header Server.
const ServerName = "localsepay"

// ContentPolicy is the Content-Security-Policy of every answer.
const ContentPolicy = "default-src 'none'; frame-ancestors 'none'"

// Answered says that an answer is the control API's: by the header Server, or,
// behind a proxy that puts its own name there, by what the guard sets.
func Answered(h http.Header) bool {
	return h.Get("Server") == ServerName || h.Get("Content-Security-Policy") == ContentPolicy && h.Get("Cache-Control") == "no-store"
}
