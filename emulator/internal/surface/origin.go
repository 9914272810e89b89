package surface

import (
	"net/http"
	"net/url"
	"strings"
)

// WantsPage returns whether a browser asks for a page: its Accept lists HTML,
// unlike that of programs.
func WantsPage(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

// CrossOrigin returns whether a browser sent the request for another origin's
// page.
func CrossOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return false // a browser's own word, which no page can change
	case "":
	default:
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, r.Host)
}
