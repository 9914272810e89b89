package traffic

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// scanner walks through JSON of any size. It keeps the requested part of a
// value and skips the rest byte by byte.
type scanner struct {
	in *bufio.Reader
	// open are the open brackets of a skipped value.
	open []byte
}

// maxOpen is the maximum nesting of skipped values, as in encoding/json.
const maxOpen = 10_000

var (
	errDeep   = errors.New("brackets stand in each other too deep")
	errSyntax = errors.New("this is no JSON")
)

func newScanner(r io.Reader) *scanner {
	in := bufio.NewReaderSize(r, 64<<10)
	if bom, err := in.Peek(3); err == nil && string(bom) == "\uFEFF" {
		_, _ = in.Discard(3)
	}
	return &scanner{in: in}
}

// next returns the next non-blank byte without consuming it.
func (s *scanner) next() (byte, error) {
	for {
		c, err := s.in.ReadByte()
		if err != nil {
			return 0, err
		}
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c, s.in.UnreadByte()
		}
	}
}

// take consumes one of several bytes.
func (s *scanner) take(want string) (byte, error) {
	c, err := s.next()
	if err != nil {
		return 0, err
	}
	if strings.IndexByte(want, c) < 0 {
		return 0, fmt.Errorf("%w: want one of %s, found %q", errSyntax, want, c)
	}
	_, err = s.in.ReadByte()
	return c, err
}

// object walks through the members of an object; member consumes the value.
func (s *scanner) object(member func(name string) error) error {
	return s.between('{', '}', func() error {
		name, _, err := s.value(maxName)
		if err != nil {
			return err
		}
		if len(name) < 2 || name[0] != '"' {
			return errSyntax
		}
		if _, err := s.take(":"); err != nil {
			return err
		}
		return member(string(name[1 : len(name)-1]))
	})
}

// maxName is how much of a member's name is kept, in bytes.
const maxName = 64

// array walks through the items of an array; member consumes each.
func (s *scanner) array(member func() error) error { return s.between('[', ']', member) }

func (s *scanner) between(from, to byte, member func() error) error {
	if _, err := s.take(string(from)); err != nil {
		return err
	}
	if c, err := s.next(); err != nil {
		return err
	} else if c == to {
		_, err = s.take(string(to))
		return err
	}
	for {
		if err := member(); err != nil {
			return err
		}
		if c, err := s.take("," + string(to)); err != nil || c == to {
			return err
		}
	}
}

// value consumes one value, keeps at most keep bytes of it, and returns its
// size. Beyond that only brackets and texts are checked.
func (s *scanner) value(keep int) (kept []byte, size int64, err error) {
	first, err := s.next()
	if err != nil {
		return nil, 0, err
	}
	s.open = s.open[:0]
	text, escaped := false, false
	for {
		if text && !escaped {
			plain := s.plain()
			kept, size = append(kept, plain[:max(0, min(keep-len(kept), len(plain)))]...), size+int64(len(plain))
			_, _ = s.in.Discard(len(plain))
		}
		c, err := s.in.ReadByte()
		if err == io.EOF && len(s.open) == 0 && !text && size > 0 && strings.IndexByte(`{["`, first) < 0 {
			return kept, size, nil // a number ends where the file does
		}
		if err != nil {
			return nil, size, err
		}
		if len(s.open) == 0 && !text && size > 0 && strings.IndexByte(",]} \t\r\n", c) >= 0 {
			return kept, size, s.in.UnreadByte()
		}
		if size++; len(kept) < keep {
			kept = append(kept, c)
		}
		switch {
		case escaped:
			escaped = false
		case text:
			text, escaped = c != '"', c == '\\'
		case c == '"':
			text = true
		case c == '{' || c == '[':
			if len(s.open) == maxOpen {
				return nil, size, errDeep
			}
			s.open = append(s.open, c)
		case c == '}' || c == ']':
			last := len(s.open) - 1
			if last < 0 || s.open[last] != c-2 { // in ASCII the pairs are two apart
				return nil, size, errSyntax
			}
			s.open = s.open[:last]
		}
		if len(s.open) == 0 && !text && (c == '}' || c == ']' || c == '"') {
			return kept, size, nil
		}
	}
}

// plain returns the buffered bytes up to the end of a text, or to an escape.
func (s *scanner) plain() []byte {
	buffered, _ := s.in.Peek(s.in.Buffered())
	for i, c := range buffered {
		if c == '"' || c == '\\' {
			return buffered[:i]
		}
	}
	return buffered
}
