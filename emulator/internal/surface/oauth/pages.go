package oauth

import (
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// notFound answers an unknown address or method. Programs get a line of text.
func notFound(w http.ResponseWriter, r *http.Request) {
	if !surface.WantsPage(r) {
		http.NotFound(w, r)
		return
	}
	page.Show(w, http.StatusNotFound, page.Message{Kind: "oauth_unknown", Value: r.Method + " " + r.URL.Path})
}
