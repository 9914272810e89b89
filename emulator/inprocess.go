package emulator

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// inProcess answers requests by a handler, without a connection.
type inProcess struct{ handler http.Handler }

// RoundTrip implements [http.RoundTripper]. It returns when the handler has begun
// to answer; the rest of the body comes as it is written.
func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RequestURI, in.RemoteAddr, in.Host = r.URL.RequestURI(), "127.0.0.1:1", r.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	read, write := io.Pipe()
	w := &pipeWriter{header: http.Header{}, body: write, begun: make(chan struct{})}
	go func() {
		defer func() {
			w.begin(http.StatusOK)
			_ = write.Close() // a pipe always closes
			_ = in.Body.Close()
		}()
		p.handler.ServeHTTP(w, in)
	}()
	select {
	case <-w.begun:
	case <-r.Context().Done():
		_ = read.Close()
		return nil, r.Context().Err()
	}
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: read, ContentLength: -1, Request: r,
	}, nil
}

// pipeWriter writes an answer into a pipe.
type pipeWriter struct {
	header http.Header
	body   *io.PipeWriter
	once   sync.Once
	// begun is closed when status and headers are known.
	begun  chan struct{}
	status int
	sent   http.Header
}

func (w *pipeWriter) begin(status int) {
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		close(w.begun)
	})
}

// Header implements [http.ResponseWriter].
func (w *pipeWriter) Header() http.Header { return w.header }

// WriteHeader implements [http.ResponseWriter].
func (w *pipeWriter) WriteHeader(status int) {
	if status >= http.StatusOK {
		w.begin(status)
	}
}

// Write implements [http.ResponseWriter].
func (w *pipeWriter) Write(b []byte) (int, error) {
	w.begin(http.StatusOK)
	return w.body.Write(b)
}

// Flush implements [http.Flusher].
func (w *pipeWriter) Flush() { w.begin(http.StatusOK) }

// SetReadDeadline does nothing: a pipe has no deadline. Handlers set one.
func (w *pipeWriter) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing; see SetReadDeadline.
func (w *pipeWriter) SetWriteDeadline(time.Time) error { return nil }
