package vietqr

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// part is one object of a payload.
type part struct {
	tag    string // with the tags around it: "38-01"
	value  string
	offset int // of the value
}

func malformed(tag string, offset int, detail string) *Error {
	return &Error{Err: ErrMalformed, Tag: tag, Offset: offset, Detail: detail}
}

// split reads the objects of a text. Lengths count characters, as NAPAS
// defines, or bytes, as some writers do.
func split(text, within string, offset int, bytes bool) ([]part, error) {
	path := func(tag string) string {
		if within == "" {
			return tag
		}
		return within + "-" + tag
	}
	var parts []part
	rest, at := text, offset
	for rest != "" {
		if len(rest) < headLength {
			return nil, malformed(within, at, shortRest(rest, parts))
		}
		for i := range headLength {
			if !digit(rest[i]) {
				return nil, malformed(within, at, fmt.Sprintf("%q should be two digits of a tag and two of a length%s", clip(rest, headLength), after(parts)))
			}
		}
		tag, length := path(rest[:2]), int(rest[2]-'0')*10+int(rest[3]-'0')
		rest, at = rest[headLength:], at+headLength
		size, err := width(rest, length, bytes)
		if err != nil {
			return nil, malformed(tag, at, err.Error())
		}
		parts = append(parts, part{tag, rest[:size], at})
		rest, at = rest[size:], at+size
	}
	return parts, nil
}

// width returns the number of bytes of a length.
func width(text string, length int, bytes bool) (int, error) {
	if bytes {
		if length > len(text) || !utf8.ValidString(text[:length]) {
			return 0, fmt.Errorf("it declares %d bytes, but they are no text", length)
		}
		return length, nil
	}
	size := 0
	for i := range length {
		if size == len(text) {
			return 0, fmt.Errorf("it declares %d characters, but %d follow", length, i)
		}
		r, n := utf8.DecodeRuneInString(text[size:])
		if r == utf8.RuneError && n == 1 {
			return 0, fmt.Errorf("byte %d of its value is not UTF-8", size)
		}
		size += n
	}
	return size, nil
}

// shortRest explains a remainder that is no object, mostly after a length that
// is too small.
func shortRest(rest string, parts []part) string {
	if len(parts) == 0 {
		return fmt.Sprintf("%q is too short for a tag and a length", rest)
	}
	return fmt.Sprintf("%q is left over%s and is too short for a tag and a length: is the length before it too small?", rest, after(parts))
}

func after(parts []part) string {
	if len(parts) == 0 {
		return ""
	}
	last := parts[len(parts)-1]
	return fmt.Sprintf(" after tag %s with its %d characters", last.tag, utf8.RuneCountInString(last.value))
}

// clip truncates a text for an error.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

func find(parts []part, tag string) (part, bool) {
	for _, x := range parts {
		if x.tag == tag {
			return x, true
		}
	}
	return part{}, false
}
