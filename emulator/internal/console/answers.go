package console

import (
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/page"
)

// notAllowed answers a method that a page does not accept.
func notAllowed(w http.ResponseWriter, r *http.Request) {
	page.Show(w, http.StatusMethodNotAllowed, page.Message{Kind: "method", Value: r.Method + " " + r.URL.Path, Home: "/"})
}
