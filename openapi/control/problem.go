package control

import (
	"errors"
	"fmt"

	"github.com/localsepay/localsepay/openapi/input"
)

// Problem is an RFC 9457 problem detail, the shape of every control error. It is
// also the error of a [Client] whose call is refused.
type Problem struct {
	// Type is the address of a page about the kind of problem.
	Type  string `json:"type"`
	Title string `json:"title"`
	// Status is the answer's HTTP status.
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Hint says what to do about it.
	Hint string `json:"hint,omitempty"`
}

// Error implements error, so that a client can hand a problem on.
func (p *Problem) Error() string {
	if p.Hint != "" {
		return p.Detail + " (" + p.Hint + ")"
	}
	return p.Detail
}

// Refused says that err is a [*Problem] with this HTTP status.
func Refused(err error, status int) bool {
	var p *Problem
	return errors.As(err, &p) && p.Status == status
}

// NoAnswerError says that no localsepay answers at an address: nothing listens
// there, or the connection ended before the answer did.
type NoAnswerError struct {
	// Address is that of the localsepay that was meant, as [Client.Address] is.
	Address string
	// Err is what the connection failed of.
	Err error
}

func (e *NoAnswerError) Error() string {
	return fmt.Sprintf("no localsepay answers at %s: %s", e.Address, input.NetError(e.Err))
}

// Unwrap returns what the connection failed of.
func (e *NoAnswerError) Unwrap() error { return e.Err }

// ForeignError says that something answers at an address, and that it is no
// control API of a localsepay.
type ForeignError struct {
	// Address is that of the localsepay that was meant, as [Client.Address] is.
	Address string
	// Status is the HTTP status of the answer.
	Status int
	// Location is where a redirect leads to, without a password; no call follows it.
	Location string
	// Err is why the answer could not be read; nil when it was not tried.
	Err error
}

func (e *ForeignError) Error() string {
	switch {
	case e.Location != "":
		return fmt.Sprintf("%s redirects to %q, and no localsepay's control API does", e.Address, e.Location)
	case e.Err != nil:
		return fmt.Sprintf("what %s answered with status %d is not localsepay's control API: %v", e.Address, e.Status, e.Err)
	}
	return fmt.Sprintf("%s answered with status %d, which is not localsepay's control API", e.Address, e.Status)
}

// Unwrap returns why the answer could not be read.
func (e *ForeignError) Unwrap() error { return e.Err }
