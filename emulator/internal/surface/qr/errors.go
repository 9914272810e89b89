package qr

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// failure is the reason for an answer without a picture.
type failure struct {
	status  int // in strict mode
	code    string
	message string
	hint    string
}

func (f *failure) Error() string { return f.message }

var (
	errNotFound = &failure{http.StatusNotFound, "not_found", "There is nothing at this address.", "The pictures are at /img, the banks at /banks.json, their logos below /assets/img/banklogo/."}
	errInternal = &failure{http.StatusInternalServerError, "internal_error", "The picture cannot be drawn.", ""}
)

// failed answers after a failure of the emulator itself.
func (s *Service) failed(w http.ResponseWriter, _ *http.Request, err error) {
	crash.Report(w, err)
	s.refuse(w, errInternal)
}

// refuse answers without a picture: with status 200 and a page or, in strict
// mode, with an error. Errors other than a bad request keep their status.
func (s *Service) refuse(w http.ResponseWriter, f *failure) {
	if s.strict() {
		text, err := phpjson.Encode(map[string]any{"error": map[string]string{"code": f.code, "message": f.message}})
		if err != nil { // texts always encode
			text = nil
		}
		send(w, f.status, "application/json", noStore, text)
		return
	}
	status := f.status
	if status == http.StatusBadRequest {
		status = http.StatusOK
	}
	// The real service answers with a page too; its text is unknown.
	v := page.Message{Kind: "no_picture", Detail: f.message}
	if slices.Contains([]string{"unknown_bank", "missing_parameter", "invalid_amount", "invalid_account"}, f.code) {
		v.Kind = f.code
	} else if f == errNotFound {
		v.Kind = "qr_unknown"
	}
	page.Show(w, status, v)
}

// The caching of answers. A picture depends on its address alone; minutes
// suffice for a page that is reloaded, and are short enough for a new version.
const (
	noStore  = "no-store"
	cachable = "public, max-age=300"
	// forADay is for pictures that never change.
	forADay = "public, max-age=86400"
)

// send is the only function of the surface that writes answers. It owns body
// afterwards.
func send(w http.ResponseWriter, status int, contentType, cache string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", cache)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	surface.WriteBody(w, body)
}
