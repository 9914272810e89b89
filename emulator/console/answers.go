package console

import (
	"net/http"

	"github.com/localsepay/localsepay/emulator/page"
)

// write answers with a page.
func write(w http.ResponseWriter, status int, v page.View) {
	if err := page.Write(w, status, v); err != nil {
		broken(w, err)
	}
}

// broken says that the emulator failed. The error is for the developer.
func broken(w http.ResponseWriter, err error) {
	if page.Write(w, http.StatusInternalServerError, page.Message{Kind: "failed", Detail: err.Error()}) != nil {
		http.Error(w, "localsepay failed: "+err.Error(), http.StatusInternalServerError)
	}
}

// notAllowed is the answer to a method that a page does not take.
func notAllowed(w http.ResponseWriter, r *http.Request) {
	write(w, http.StatusMethodNotAllowed, page.Message{Kind: "method", Value: r.Method + " " + r.URL.Path, Home: "/"})
}
