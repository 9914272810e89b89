package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// dial connects to a test server.
func dial(t *testing.T, s *httptest.Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestAnswersOfNetHTTPAreReadOneAfterAnother(t *testing.T) {
	long := strings.Repeat("0123456789", 10_000)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/sized":
			w.Header().Set("Content-Length", fmt.Sprint(len(long)))
			_, _ = io.WriteString(w, long)
		case "/chunked":
			w.WriteHeader(http.StatusCreated)
			for i := range 10 {
				_, _ = io.WriteString(w, long[i*10_000:(i+1)*10_000])
				w.(http.Flusher).Flush()
			}
		case "/trailer":
			w.Header().Set("Trailer", "X-Sum")
			_, _ = io.WriteString(w, "abc")
			w.Header().Set("X-Sum", "1")
		case "/early":
			w.WriteHeader(http.StatusEarlyHints)
			_, _ = io.WriteString(w, "late")
		case "/empty":
		case "/none":
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	defer s.Close()
	conn := dial(t, s)
	in := newAnswers(conn)
	for _, c := range []struct {
		path   string
		status int
		body   string
	}{
		{"/sized", 200, long}, {"/chunked", 201, long}, {"/trailer", 200, "abc"}, {"/early", 200, "late"},
		{"/empty", 200, ""}, {"/none", 204, ""}, {"/sized", 200, long},
	} {
		for _, keep := range []bool{true, false} {
			if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", c.path); err != nil {
				t.Fatal(err)
			}
			status, body, err := in.next(keep)
			if err != nil || status != c.status {
				t.Fatalf("%s, kept %v: %d %v", c.path, keep, status, err)
			}
			if keep && string(body) != c.body || !keep && body != nil {
				t.Errorf("%s, kept %v: a body of %d bytes", c.path, keep, len(body))
			}
		}
	}
}

func TestABodyMayEndWithItsConnection(t *testing.T) {
	in := newAnswers(strings.NewReader("HTTP/1.1 200 OK\r\n\r\nall of it"))
	if status, body, err := in.next(true); status != 200 || string(body) != "all of it" || err != nil {
		t.Errorf("%d %q %v", status, body, err)
	}
	if _, _, err := in.next(true); !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %v", err)
	}
}

func TestWhatIsNoAnswerIsAnError(t *testing.T) {
	for _, c := range []struct {
		text string
		want error
	}{
		{"", io.EOF},
		{"HTTP/1.1 2", io.ErrUnexpectedEOF},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", io.ErrUnexpectedEOF},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", io.ErrUnexpectedEOF},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", io.ErrUnexpectedEOF},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n", errMalformed},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", errMalformed},
		{"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", errMalformed},
		{"HTTP/1.1 200 OK\r\nno header\r\n\r\n", errMalformed},
		{"HTTP/1.1 abc OK\r\n\r\n", errMalformed},
		{"SSH-2.0-OpenSSH_9.9\r\n", errMalformed},
		{"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 20<<10) + "\r\n\r\n", errMalformed},
	} {
		for _, keep := range []bool{true, false} {
			if _, _, err := newAnswers(strings.NewReader(c.text)).next(keep); !errors.Is(err, c.want) {
				t.Errorf("%.60q, kept %v: %v, want %v", c.text, keep, err, c.want)
			}
		}
	}
}
