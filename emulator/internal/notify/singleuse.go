package notify

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"math"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/localsepay/localsepay/openapi/guard"
)

// singleUseClient sends each request over a connection of its own. For a
// request of a few kilobytes it does what [http.Transport] does, without the
// two goroutines and the buffers of a connection that is kept.
type singleUseClient struct {
	rule guard.Rule
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	tls  *tls.Config
}

// past is a deadline that ends every wait on a connection.
var past = time.Unix(1, 0)

// roundTrip sends a request. The connection ends when the answer's body is
// closed or the request's context ends.
func (c singleUseClient) roundTrip(req *http.Request) (*http.Response, error) {
	if err := c.rule.Request(req); err != nil {
		return nil, err
	}
	conn, err := c.connect(req)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(req.Context(), func() { _ = conn.SetDeadline(past) }) // one that is closed has ended
	end := &singleUseConn{conn: conn, stop: stop, in: readers.Get().(*bufio.Reader)}
	res, err := end.exchange(req)
	if err != nil {
		_ = end.Close()
		return nil, err
	}
	end.Reader, res.Body = res.Body, end
	return res, nil
}

// connect dials the host of a request, with TLS for https.
func (c singleUseClient) connect(req *http.Request) (net.Conn, error) {
	port := req.URL.Port()
	secure := req.URL.Scheme == "https"
	switch {
	case port == "" && secure:
		port = "443"
	case port == "":
		port = "80"
	}
	conn, err := c.dial(req.Context(), "tcp", net.JoinHostPort(req.URL.Hostname(), port))
	if err != nil || !secure {
		return conn, err
	}
	host, err := guard.ParseHost(req.URL.Host)
	if err == nil {
		config := c.tls.Clone()
		config.ServerName = host.String()
		over := tls.Client(conn, config)
		if err = over.HandshakeContext(req.Context()); err == nil {
			return over, nil
		}
		err = &handshakeError{err}
	}
	_ = conn.Close() // the first error says more
	return nil, err
}

var (
	readers = sync.Pool{New: func() any { return bufio.NewReader(nil) }}
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
)

// singleUseConn is a connection with one exchange, and the body of its answer.
type singleUseConn struct {
	io.Reader
	conn net.Conn
	stop func() bool
	in   *bufio.Reader
}

// exchange writes the request and reads the head of the answer. An answer
// counts even when the handler closes before reading the whole request.
func (e *singleUseConn) exchange(req *http.Request) (*http.Response, error) {
	out := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(out)
	out.Reset()
	if err := req.Write(out); err != nil {
		return nil, err
	}
	_, unsent := e.conn.Write(out.Bytes())
	bounded := &io.LimitedReader{R: e.conn, N: guard.MaxHeader}
	e.in.Reset(bounded)
	for {
		res, err := http.ReadResponse(e.in, req)
		switch {
		case err != nil && unsent != nil:
			return nil, unsent
		case err != nil:
			return nil, err
		case res.StatusCode >= 200 || res.StatusCode == http.StatusSwitchingProtocols:
			bounded.N = math.MaxInt64
			return res, nil
		}
	}
}

// Close ends the connection.
func (e *singleUseConn) Close() error {
	e.stop()
	err := e.conn.Close()
	if e.in != nil {
		e.in.Reset(nil)
		readers.Put(e.in)
		e.in = nil
	}
	return err
}
