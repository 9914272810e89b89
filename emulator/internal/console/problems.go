package console

import (
	"errors"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// refusal is an error of the banking app. Its kind selects a text of the page,
// so that it appears in the page's language.
type refusal page.Problem

// Error implements error.
func (r *refusal) Error() string { return r.Kind + ": " + r.Value + " " + r.Detail }

// problemOf returns what the page shows for an error.
func problemOf(err error) *page.Problem {
	var own *refusal
	if errors.As(err, &own) {
		return (*page.Problem)(own)
	}
	out := &page.Problem{Kind: "refused", Detail: err.Error()}
	var code *vietqr.Error
	if errors.As(err, &code) {
		out.Tag, out.At = code.Tag, code.Offset+1
	}
	for kind, sentinel := range map[string]error{
		"malformed": vietqr.ErrMalformed, "checksum": vietqr.ErrChecksum, "unsupported": vietqr.ErrUnsupported, "field": vietqr.ErrField,
		"picture": vietqr.ErrPicture, "no_code": vietqr.ErrNoCode, "account": bank.ErrNotFound,
	} {
		if errors.Is(err, sentinel) {
			out.Kind = kind
		}
	}
	return out
}
