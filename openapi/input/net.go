package input

import (
	"errors"
	"io"
	"net"
	"net/url"
	"syscall"
)

// NetError describes in a few words why a connection failed, without addresses,
// which the caller adds.
func NetError(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.As(err, &dns):
		return "there is no host " + dns.Name
	case errors.As(err, &timeout) && timeout.Timeout():
		return "it takes too long"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "the connection was closed without an answer"
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err.Error()
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err.Error()
	}
	return err.Error()
}
