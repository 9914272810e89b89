package userapiv2

import (
	"errors"
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// failure is an error of the surface
// (https://developer.sepay.vn/vi/sepay-api/v2/xac-thuc).
type failure struct {
	status  int
	Status  string `json:"status"`
	Message string `json:"message"`
	Code    string `json:"error_code"`
	// Errors describes each invalid parameter; the form is assumed.
	Errors map[string]string `json:"errors,omitempty"`
}

func (f *failure) Error() string { return f.Message }

func newFailure(status int, code, message string) *failure {
	return &failure{status: status, Status: "error", Message: message, Code: code}
}

// The errors of the surface. Only the text for a missing header is documented.
var (
	errMissing   = newFailure(http.StatusUnauthorized, "unauthorized", "Missing Authorization header")
	errMalformed = newFailure(http.StatusUnauthorized, "unauthorized", "Invalid Authorization header format")
	errUnknown   = newFailure(http.StatusUnauthorized, "unauthorized", "Invalid API key")
	errNotFound  = newFailure(http.StatusNotFound, "not_found", "Not found")
	errTooMany   = newFailure(http.StatusTooManyRequests, "rate_limited", "Too many requests")
	errInternal  = newFailure(http.StatusInternalServerError, "internal_error", "Internal server error")
)

func invalidParameters(errs map[string]string) *failure {
	f := newFailure(http.StatusUnprocessableEntity, "validation_error", "Validation failed")
	f.Errors = errs
	return f
}

func authError(err error) error {
	switch {
	case errors.Is(err, identity.ErrMissing):
		return errMissing
	case errors.Is(err, identity.ErrMalformed):
		return errMalformed
	case errors.Is(err, identity.ErrUnknown):
		return errUnknown
	}
	return err
}

// write is the only function of the surface that writes answers.
func write(w http.ResponseWriter, body any, err error) {
	status := http.StatusOK
	if err != nil {
		f := errInternal
		if !errors.As(err, &f) {
			crash.Report(w, err)
		}
		status, body = f.status, f
	}
	surface.WriteJSON(w, status, body)
}
