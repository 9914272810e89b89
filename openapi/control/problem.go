package control

import (
	"errors"
	"fmt"

	"github.com/localsepay/localsepay/openapi/input"
)

// Problem is the answer to a call that the API refuses (RFC 9457), and the error of the
// [Client] for it.
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

// Error implements error: Detail, and Hint in brackets.
func (p *Problem) Error() string {
	if p.Hint != "" {
		return p.Detail + " (" + p.Hint + ")"
	}
	return p.Detail
}

// Refused says whether err is a [*Problem] with this HTTP status.
func Refused(err error, status int) bool {
	var p *Problem
	return errors.As(err, &p) && p.Status == status
}

// NoAnswerError says that nothing answers at an address: no process listens there, or
// the connection ended before the answer did.
type NoAnswerError struct {
	// Address is that of [Client.Address].
	Address string
	// Err is the error of the connection.
	Err error
}

// Error implements error.
func (e *NoAnswerError) Error() string {
	return fmt.Sprintf("no localsepay answers at %s: %s", e.Address, input.NetError(e.Err))
}

// Unwrap returns the error of the connection.
func (e *NoAnswerError) Unwrap() error { return e.Err }

// ForeignError says that what answers at an address is not the control API of a
// localsepay.
type ForeignError struct {
	// Address is that of [Client.Address].
	Address string
	// Status is the HTTP status of the answer.
	Status int
	// Location is where a redirect leads, without a password. It is not followed.
	Location string
	// Err says why the answer could not be read; nil when that was not tried.
	Err error
}

// Error implements error.
func (e *ForeignError) Error() string {
	switch {
	case e.Location != "":
		return fmt.Sprintf("%s redirects to %q, and no localsepay's control API does", e.Address, e.Location)
	case e.Err != nil:
		return fmt.Sprintf("what %s answered with status %d is not localsepay's control API: %v", e.Address, e.Status, e.Err)
	}
	return fmt.Sprintf("%s answered with status %d, which is not localsepay's control API", e.Address, e.Status)
}

// Unwrap returns the reason why the answer could not be read.
func (e *ForeignError) Unwrap() error { return e.Err }
