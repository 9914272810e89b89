package console

import (
	"net/http"

	"github.com/localsepay/localsepay/emulator/page"
)

// write answers with a page.
func write(w http.ResponseWriter, r *http.Request, status int, v page.View) {
	if err := page.Write(w, status, v); err != nil {
		broken(w, r, err)
	}
}

// broken says that the emulator failed. The error is for the developer.
func broken(w http.ResponseWriter, r *http.Request, err error) {
	if page.Write(w, http.StatusInternalServerError, page.Message{Frame: page.Frame{Language: frame(r).Language}, Kind: "failed", Value: err.Error()}) != nil {
		http.Error(w, "localsepay failed: "+err.Error(), http.StatusInternalServerError)
	}
}

// notAllowed is the answer to a method that a page does not take.
func notAllowed(w http.ResponseWriter, r *http.Request) {
	write(w, r, http.StatusMethodNotAllowed, page.Message{Kind: "method", Value: r.Method + " " + r.URL.Path, Home: "/"})
}
