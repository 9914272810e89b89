package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/localsepay/localsepay/openapi/guard"
)

// The cURL error numbers that SePay's delivery log shows
// (https://developer.sepay.vn/vi/sepay-webhooks/xu-ly-loi).
const (
	curlDNS         = 6
	curlConnect     = 7
	curlTimeout     = 28
	curlTLS         = 35
	curlCertificate = 51
	curlSend        = 55
	curlReceive     = 56
	curlCA          = 60
)

// curlError returns the cURL number of a failed request and SePay's label for
// it. No page has labels for the last three; these are ours.
func curlError(err error) (code int, label string) {
	code = curlCode(err)
	switch code {
	case curlDNS:
		return code, "DNS Error"
	case curlConnect:
		return code, "Connection Refused"
	case curlTimeout:
		return code, "Timeout"
	case curlTLS, curlCertificate, curlCA:
		return code, "SSL Error"
	case curlSend:
		return code, "Send Error"
	}
	return code, "Receive Error"
}

// handshakeError is a failed TLS handshake, by an alert or an end of the
// connection.
type handshakeError struct{ error }

// Unwrap returns the cause.
func (e *handshakeError) Unwrap() error { return e.error }

func curlCode(err error) int {
	var (
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		handshake *handshakeError
		op        *net.OpError
		netErr    net.Error
		refusal   *guard.Refusal
	)
	switch {
	case errors.As(err, &dns):
		return curlDNS
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &netErr) && netErr.Timeout():
		return curlTimeout
	case errors.As(err, &authority):
		return curlCA
	case errors.As(err, &host), errors.As(err, &invalid):
		return curlCertificate
	case errors.As(err, &record), errors.As(err, &handshake), errors.As(err, &op) && strings.HasSuffix(op.Op, " error"): // an alert of either side
		return curlTLS
	case errors.Is(err, syscall.ECONNREFUSED), errors.As(err, &refusal):
		return curlConnect
	case errors.As(err, &op) && op.Op == "dial":
		return curlConnect
	case errors.As(err, &op) && op.Op == "write":
		return curlSend
	}
	return curlReceive
}
