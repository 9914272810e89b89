package vietqr

import (
	"errors"
	"fmt"
)

// The reasons why a payload cannot be written or read.
var (
	// ErrMalformed: the objects (tag, length, value) are inconsistent.
	ErrMalformed = errors.New("malformed payload")
	// ErrChecksum: the CRC in tag 63 does not match the text before it.
	ErrChecksum = errors.New("wrong checksum")
	// ErrUnsupported: well-formed, but not a Vietnamese transfer or payment.
	ErrUnsupported = errors.New("not a VietQR payload")
	// ErrField: a value that its tag does not allow, such as a memo that is too
	// long.
	ErrField = errors.New("invalid field")
	// ErrTemplate: an unknown template.
	ErrTemplate = errors.New("unknown template")
)

// Error describes what is wrong with a payload and where. It wraps
// [ErrMalformed], [ErrChecksum], [ErrUnsupported] or [ErrField].
type Error struct {
	Err error
	// Tag is the path of tags, "38-01-01"; empty for the whole payload.
	Tag string
	// Offset is the position in the text, in bytes from 0; -1 when writing.
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
