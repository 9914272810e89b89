package oauthapi

import (
	"errors"
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// failure is an error of the surface. A client was observed to read a status
// "error" and a message text; no page shows a body.
type failure struct {
	status  int
	Status  string `json:"status"`
	Message string `json:"message"`
}

func (f *failure) Error() string { return f.Message }

func newFailure(status int, message string) *failure {
	return &failure{status: status, Status: "error", Message: message}
}

// The errors of the surface.
var (
	errNotFound = newFailure(http.StatusNotFound, "There is no such record")
	errNoRoute  = newFailure(http.StatusNotFound, "There is no such resource")
	errTooMany  = newFailure(http.StatusTooManyRequests, "Too many requests")
	errStopping = newFailure(http.StatusServiceUnavailable, "The server is stopping")
	errInternal = newFailure(http.StatusInternalServerError, "Internal server error")
)

func forbidden(message string) *failure  { return newFailure(http.StatusForbidden, message) }
func badRequest(message string) *failure { return newFailure(http.StatusBadRequest, message) }

// denial is the 401. Its form is that of PHP's League resource server, and
// SePay's plugin for WooCommerce renews its token on the code in error.
type denial struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
	Hint        string `json:"hint"`
	Message     string `json:"message"`
}

func (d *denial) Error() string { return d.Message }

const deniedText = "The resource owner or authorization server denied the request."

// The two kinds of missing access.
var (
	errNoToken  = &denial{"access_denied", deniedText, "Missing \"Authorization\" header", deniedText}
	errBadToken = &denial{"access_denied", deniedText, "Access token could not be verified", deniedText}
)

// denied maps an access error to the surface's error.
func (a *API) denied(r *http.Request, x *surface.Exchange, err error) error {
	if !errors.Is(err, oauth2.ErrToken) {
		return err
	}
	a.noteToken(r, x)
	if r.Header.Get("Authorization") == "" {
		return errNoToken
	}
	return errBadToken
}

// found maps the store's error for one record to the surface's: another
// company's record is not found.
func (c call) found(owner string, err error) error {
	if errors.Is(err, store.ErrNotFound) || (err == nil && owner != c.access.Company.ID) {
		return errNotFound
	}
	return err
}

// write is the only function of the surface that writes answers.
func write(w http.ResponseWriter, body any, err error) {
	status, h := http.StatusOK, w.Header()
	var d *denial
	switch {
	case errors.As(err, &d):
		status, body = http.StatusUnauthorized, d
		h.Set("WWW-Authenticate", `Bearer realm="SePay"`)
	case err != nil:
		f := errInternal
		if !errors.As(err, &f) {
			crash.Report(w, err)
		}
		status, body = f.status, f
	}
	surface.WriteJSON(w, status, body)
}
