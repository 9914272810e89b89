package control

import (
	"net/http"
)

// Prefix is the path of the control API.
const Prefix = "/_control/v1"

// ServerName is the value of the header Server of the control API.
const ServerName = "localsepay"

// ContentPolicy is the Content-Security-Policy of every answer of the control API.
const ContentPolicy = "default-src 'none'; frame-ancestors 'none'"

// Answered says whether an answer with these headers comes from a control API, also
// behind a proxy that replaces the header Server.
func Answered(h http.Header) bool {
	return h.Get("Server") == ServerName || h.Get("Content-Security-Policy") == ContentPolicy && h.Get("Cache-Control") == "no-store"
}
