package userapiv1

import (
	"errors"
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// failure is an error inside the body of a 200, in CodeIgniter's form. No page
// shows one.
type failure struct {
	Status   int           `json:"status"`
	Code     int           `json:"error"`
	Messages failureReason `json:"messages"`
}

type failureReason struct {
	Error string `json:"error"`
}

func (f *failure) Error() string { return f.Messages.Error }

func newFailure(status int, message string) *failure {
	return &failure{Status: status, Code: status, Messages: failureReason{message}}
}

// The errors of the surface.
var (
	errNotFound = newFailure(http.StatusNotFound, "Not found")
	errInternal = newFailure(http.StatusInternalServerError, "Internal server error")
)

func badParameter(name, why string) error {
	return newFailure(http.StatusBadRequest, name+" "+why)
}

// refuse answers a bad token: 200 without a body, as the upgrade page says, or
// the 401 that many clients expect.
func (a *API) refuse(w http.ResponseWriter, x *surface.Exchange, err error) {
	x.Note(finding.Finding{
		Code: "userapi_v1.not_authorized", Severity: finding.Error, Title: "API v1 does not accept the token",
		Detail: "The answer is 200 with an empty body, and the reason here is: " + err.Error() + ".",
		Hint:   "Send \"Authorization: Bearer <API token>\", and treat an empty body as a refused token.",
		Source: "https://developer.sepay.vn/vi/sepay-api/v2/nang-cap-tu-v1",
	})
	status := http.StatusOK
	if a.Settings.Get(setting.V1AuthError) == "401" {
		status = http.StatusUnauthorized
	}
	writeEmpty(w, status)
}

// envelope is the answer around a payload, whose key differs by operation.
type envelope struct {
	Status   int      `json:"status"`
	Error    *string  `json:"error"`
	Messages messages `json:"messages"`
}

type messages struct {
	Success bool `json:"success"`
}

// write is the only function of the surface that writes bodies.
func write(w http.ResponseWriter, key string, value any, err error) {
	status := http.StatusOK
	text, err := encode(key, value, err)
	if err != nil {
		var f *failure
		if !errors.As(err, &f) {
			crash.Report(w, err)
			f, status = errInternal, http.StatusInternalServerError
		}
		text, _ = phpjson.Encode(f) // a struct of texts and numbers always encodes
	}
	surface.SendJSON(w, status, "application/json; charset=UTF-8", text)
}

// encode encodes the envelope with the payload as its last member, unless there
// was an error.
func encode(key string, value any, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	out, err := phpjson.Encode(envelope{Status: http.StatusOK, Messages: messages{Success: true}})
	if err != nil {
		return nil, err
	}
	out = append(out[:len(out)-len("}")], `,"`+key+`":`...)
	out, err = phpjson.AppendEncoded(out, value)
	return append(out, '}'), err
}

func writeEmpty(w http.ResponseWriter, status int) {
	w.Header()["Content-Length"] = []string{"0"}
	w.WriteHeader(status)
}
