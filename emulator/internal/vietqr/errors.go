package vietqr

import (
	"errors"
	"fmt"
)

// The reasons why a payload cannot be written or read.
var (
	// ErrMalformed: the objects (tag, length, value) do not fit together.
	ErrMalformed = errors.New("malformed payload")
	// ErrChecksum: the CRC in tag 63 is not that of the text before it.
	ErrChecksum = errors.New("wrong checksum")
	// ErrUnsupported: well-formed, but no Vietnamese transfer or payment.
	ErrUnsupported = errors.New("not a VietQR payload")
	// ErrField: a value that its tag may not have, such as a memo that is too long.
	ErrField = errors.New("invalid field")
	// ErrTemplate: there is no picture of that name.
	ErrTemplate = errors.New("unknown template")
)

// Error says what is wrong with a payload and where. It wraps [ErrMalformed],
// [ErrChecksum], [ErrUnsupported] or [ErrField].
type Error struct {
	Err error
	// Tag is the path of tags, "38-01-01"; empty when it is about the whole.
	Tag string
	// Offset is where in the text, in bytes from 0; -1 when writing.
	Offset int
	// Detail says what was found and what was expected.
	Detail string
}

// Error implements the error interface.
func (e *Error) Error() string {
	text := "vietqr: " + e.Err.Error()
	if e.Tag != "" {
		text += ": tag " + e.Tag
	}
	if e.Offset >= 0 {
		text += fmt.Sprintf(" at byte %d", e.Offset)
	}
	return text + ": " + e.Detail
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }
