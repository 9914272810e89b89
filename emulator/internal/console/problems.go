package console

import (
	"errors"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// refusal is what the banking app says of a mistake: a word of the page's texts,
// so that the payer reads it in the language of the page.
type refusal page.Problem

// Error implements error.
func (r *refusal) Error() string { return r.Kind + ": " + r.Value + " " + r.Detail }

// problemOf is what the page shows of an error.
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
