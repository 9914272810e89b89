package surface

import (
	"net/http"
	"net/url"
	"strings"
)

// WantsPage says that a browser asks for a page: it lists HTML among what it
// takes, as programs do not.
func WantsPage(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

// CrossOrigin says that a browser sent the request for another page than ours.
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
