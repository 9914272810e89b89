package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// errMalformed is wrapped by errors about bytes that are no HTTP/1.1 answer.
var errMalformed = errors.New("malformed answer")

// answers reads HTTP/1.1 answers to GET and POST from a connection. It costs
// little, so that the loader takes few of the processors that it shares with the
// server: a header is looked at only where it says how long the body is.
type answers struct {
	in *bufio.Reader
	// body is that of the last answer, when it was kept.
	body []byte
}

func newAnswers(r io.Reader) *answers { return &answers{in: bufio.NewReaderSize(r, 16<<10)} }

// next reads an answer to its end. The body stays valid until the next call, and
// is nil unless keep. The error is io.EOF when the connection ended before the answer.
func (a *answers) next(keep bool) (status int, body []byte, err error) {
	a.body = a.body[:0]
	for status < 200 { // 100 and 103 come before the answer
		if status, err = a.head(); err != nil {
			return 0, nil, err
		}
		length, chunked, err := a.headers()
		switch {
		case err != nil:
			return 0, nil, err
		case status < 200, status == 204, status == 304: // no body
		case chunked:
			err = a.chunks(keep)
		case length < 0:
			err = a.rest(keep)
		default:
			err = a.take(length, keep)
		}
		if err != nil {
			return 0, nil, unfinished(err)
		}
	}
	if keep {
		return status, a.body, nil
	}
	return status, nil, nil
}

// unfinished names an end in the middle of an answer.
func unfinished(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// line reads a line without its end.
func (a *answers) line() ([]byte, error) {
	line, err := a.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return nil, fmt.Errorf("%w: a line of more than %d bytes", errMalformed, a.in.Size())
	}
	if err != nil {
		if len(line) > 0 {
			err = unfinished(err)
		}
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

// head reads the first line.
func (a *answers) head() (int, error) {
	line, err := a.line()
	if err != nil {
		return 0, err
	}
	if len(line) < len("HTTP/1.1 200") || string(line[:len("HTTP/1.1 ")]) != "HTTP/1.1 " {
		return 0, fmt.Errorf("%w: it begins with %.40q", errMalformed, line)
	}
	status, err := strconv.Atoi(string(line[9:12]))
	if err != nil || status < 100 {
		return 0, fmt.Errorf("%w: it begins with %.40q", errMalformed, line)
	}
	return status, nil
}

// headers reads the headers. length is -1 when none says it.
func (a *answers) headers() (length int64, chunked bool, err error) {
	length = -1
	for {
		line, err := a.line()
		if err != nil {
			return 0, false, unfinished(err)
		}
		if len(line) == 0 {
			return length, chunked, nil
		}
		name, value, found := bytes.Cut(line, []byte(":"))
		if !found {
			return 0, false, fmt.Errorf("%w: the header %.40q", errMalformed, line)
		}
		switch {
		case len(name) == len("Content-Length") && bytes.EqualFold(name, []byte("Content-Length")):
			length, err = strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64)
			if err != nil || length < 0 {
				return 0, false, fmt.Errorf("%w: the length %.40q", errMalformed, value)
			}
		case len(name) == len("Transfer-Encoding") && bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = bytes.EqualFold(bytes.TrimSpace(value), []byte("chunked"))
		}
	}
}

// take reads n bytes of a body.
func (a *answers) take(n int64, keep bool) error {
	if !keep {
		for n > 0 {
			d, err := a.in.Discard(int(min(n, 1<<30)))
			if err != nil {
				return err
			}
			n -= int64(d)
		}
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(a.in, n))
	a.body = append(a.body, body...)
	if err == nil && int64(len(body)) < n {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// rest reads a body that ends with its connection.
func (a *answers) rest(keep bool) (err error) {
	if !keep {
		_, err = io.Copy(io.Discard, a.in)
		return err
	}
	a.body, err = io.ReadAll(a.in)
	return err
}

// chunks reads a chunked body (RFC 9112, section 7.1) with its trailers.
func (a *answers) chunks(keep bool) error {
	for {
		line, err := a.line()
		if err != nil {
			return err
		}
		digits, _, _ := bytes.Cut(line, []byte(";"))
		n, err := strconv.ParseUint(string(bytes.TrimSpace(digits)), 16, 31)
		if err != nil {
			return fmt.Errorf("%w: the chunk size %.40q", errMalformed, line)
		}
		if n == 0 {
			_, _, err := a.headers()
			return err
		}
		if err := a.take(int64(n), keep); err != nil {
			return err
		}
		if line, err = a.line(); err != nil {
			return err
		}
		if len(line) > 0 {
			return fmt.Errorf("%w: after a chunk %.40q", errMalformed, line)
		}
	}
}
