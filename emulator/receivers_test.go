package emulator_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// receiver answers each connection by hand, after it has read the request.
func receiver(t *testing.T, answer func(net.Conn)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				req, err := http.ReadRequest(bufio.NewReader(conn))
				if err == nil {
					_, err = io.Copy(io.Discard, req.Body)
				}
				if err == nil {
					answer(conn)
				}
			})
		}
	})
	return "http://" + l.Addr().String() + "/hook"
}

const success = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"success\":true}"

// A handler that answers and closes, and does not say so, must not cost a
// notice: over a connection that is kept, the next one meets its end.
func TestAHandlerThatClosesWithoutNoticeGetsEveryNotice(t *testing.T) {
	const notices = 300
	url := receiver(t, func(conn net.Conn) { _, _ = io.WriteString(conn, success) })
	sepay := emulator.StartT(t, emulator.WithWebhook(url), emulator.WithIPN(url, ""))
	for range notices {
		sepay.Company().Account().Receive(1_000, "DH123456")
	}
	for i := range 20 {
		sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: fmt.Sprint("DH", i), Amount: 1_000}).Pay()
	}
	sepay.Settle()
	if n := len(sepay.Deliveries(wire.DeliveryFilter{Status: "succeeded"})); n < notices+20 {
		t.Errorf("%d notices succeeded, want %d", n, notices+20)
	}
	for _, d := range sepay.Deliveries(wire.DeliveryFilter{}) {
		if d.Status != "succeeded" || len(d.Attempts) != 1 {
			t.Fatalf("delivery %d is %s after %d attempts: %s", d.ID, d.Status, len(d.Attempts), d.Reason)
		}
	}
}

func TestEachAttemptHasAConnectionOfItsOwnUnlessASettingKeepsThem(t *testing.T) {
	for value, want := range map[string]func(conns, requests int64) bool{
		setting.ConnectionFresh: func(conns, requests int64) bool { return conns == requests },
		setting.ConnectionKept:  func(conns, requests int64) bool { return conns <= 16 },
	} {
		var conns, requests, announced atomic.Int64
		shop := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			if r.Close {
				announced.Add(1)
			}
			if r.URL.Path == "/token" {
				_, _ = io.WriteString(w, `{"access_token":"x","expires_in":1}`)
				return
			}
			_, _ = io.WriteString(w, `{"success":true}`)
		}))
		shop.Config.ConnState = func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				conns.Add(1)
			}
		}
		shop.Start()
		sepay := emulator.StartT(t, emulator.WithSetting(setting.WebhookConnection, value), emulator.WithIPN(shop.URL, ""),
			emulator.WithWebhook(shop.URL), emulator.WithWebhook(shop.URL, func(b *wire.WebhookBody) {
				kind, token, id := "OAuth2.0", shop.URL+"/token", "id"
				b.AuthenType, b.OAuth2AccessTokenURL, b.OAuth2ClientID, b.OAuth2ClientSecret = &kind, &token, &id, &id
			}))
		for i := range 20 {
			sepay.Company().Account().Receive(1_000, "DH123456")
			sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: fmt.Sprint("DH", i), Amount: 1_000}).Pay()
			sepay.Settle()
		}
		if c, r := conns.Load(), requests.Load(); r < 80 || !want(c, r) || announced.Load() != 0 {
			t.Errorf("%s: %d requests over %d connections, %d of them announced", value, r, c, announced.Load())
		}
		shop.Close()
	}
}

// endless writes a text again and again until the other side has gone, and at
// most so many bytes; it returns how many went.
func endless(conn net.Conn, head, text string, most int) (sent int) {
	text = strings.Repeat(text, 1+(16<<10)/len(text))
	n, err := io.WriteString(conn, head)
	for sent = n; err == nil && sent < most; sent += n {
		n, err = io.WriteString(conn, text)
	}
	return sent
}

// What a receiver may cost: bytes that it can get rid of, which are those that
// fit between two sockets, memory, and real time.
const (
	costBytes  = 16 << 20
	costMemory = 16 << 20
	costTime   = 10 * time.Second
)

func TestHostileReceiversCostLittleAndAreTold(t *testing.T) {
	const flood = 100 << 20
	var redirects, sent atomic.Int64
	count := func(answer func(net.Conn) int) func(net.Conn) {
		return func(conn net.Conn) { sent.Store(int64(answer(conn))) }
	}
	plain := func(text string) func(net.Conn) {
		return func(conn net.Conn) { _, _ = io.WriteString(conn, text) }
	}
	var loop string
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	if _, err := io.CopyN(w, zeros{}, flood/5); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		answer func(net.Conn)
		status string
		code   int
		label  string
	}{
		"100 MB": {count(func(conn net.Conn) int {
			return endless(conn, "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n", "x", flood)
		}), "failed", 0, "HTTP 200"},
		"no length": {count(func(conn net.Conn) int { return endless(conn, "HTTP/1.1 200 OK\r\n\r\n", "x", flood) }), "failed", 0, "HTTP 200"},
		"endless headers": {count(func(conn net.Conn) int {
			return endless(conn, "HTTP/1.1 200 OK\r\n", "X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", flood)
		}), "waiting", 56, "Receive Error"},
		"one endless line": {count(func(conn net.Conn) int { return endless(conn, "HTTP/1.1 200 OK\r\nX: ", "a", flood) }), "waiting", 56, "Receive Error"},
		"endless status":   {count(func(conn net.Conn) int { return endless(conn, "HTTP/1.1 200 ", "a", flood) }), "waiting", 56, "Receive Error"},
		"endless 1xx": {count(func(conn net.Conn) int {
			return endless(conn, "", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", flood)
		}), "waiting", 56, "Receive Error"},
		"endless chunks": {count(func(conn net.Conn) int {
			return endless(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "4\r\nabcd\r\n", flood)
		}), "failed", 0, "HTTP 200"},
		"endless extension": {count(func(conn net.Conn) int {
			return endless(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=", "a", flood)
		}), "waiting", 56, "Receive Error"},
		"endless trailer": {count(func(conn net.Conn) int {
			return endless(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X-A: a\r\n", flood)
		}), "waiting", 56, "Receive Error"},
		"gzip bomb": {func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
			_, _ = conn.Write(bomb.Bytes())
		}, "failed", 0, "HTTP 200"},
		"no HTTP":         {plain("SSH-2.0-OpenSSH_9\r\n\r\n"), "waiting", 56, "Receive Error"},
		"another version": {plain("HTTP/9.9 200 OK\r\n\r\n"), "failed", 0, "HTTP 200"},
		"no status":       {plain("HTTP/1.1 abc OK\r\n\r\n"), "waiting", 56, "Receive Error"},
		"two lengths":     {plain("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), "waiting", 56, "Receive Error"},
		"a negative one":  {plain("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabcd"), "waiting", 56, "Receive Error"},
		"cut in the body": {plain("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"succ"), "waiting", 56, "Receive Error"},
		"a broken chunk":  {plain("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabcd"), "waiting", 56, "Receive Error"},
		"nothing":         {func(net.Conn) {}, "waiting", 56, "Receive Error"},
		"a redirect loop": {func(conn net.Conn) {
			redirects.Add(1)
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 307 X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", loop)
		}, "waiting", 0, "HTTP 307"},
		"a byte at a time": {trickle, "waiting", 28, "Timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			sent.Store(0)
			loop = receiver(t, c.answer)
			sepay := emulator.StartT(t, emulator.WithWebhook(loop), emulator.AllowPending(), emulator.WithSetting(setting.WebhookTimeouts, "2s/2s"))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			took := clock.Stopwatch()
			d := sepay.Company().Account().Receive(1_000, "DH123456").Wait()
			runtime.ReadMemStats(&after)
			a := d.Attempts[0]
			if d.Status != c.status || a.ErrorCode != c.code || a.Label != c.label {
				t.Errorf("delivery is %s, code %d, %q: %s", d.Status, a.ErrorCode, a.Label, d.Reason)
			}
			if n, m := sent.Load(), after.TotalAlloc-before.TotalAlloc; n > costBytes || m > costMemory || took() > costTime {
				t.Errorf("it took %d bytes, %d bytes of memory and %s", n, m, took())
			}
			if a.Response != nil && len(a.Response.Body) > 64<<10 {
				t.Errorf("%d bytes of the answer are kept", len(a.Response.Body))
			}
		})
	}
	if redirects.Load() != 1 {
		t.Errorf("the redirect was asked %d times", redirects.Load())
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// trickle never ends its header: a byte whenever the other side has waited.
func trickle(conn net.Conn) {
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nX: ")
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if _, err := io.WriteString(conn, "a"); err != nil {
			return
		}
	}
}

func TestTLSThatDoesNotComeAboutIsAnSSLError(t *testing.T) {
	closing := httptest.NewUnstartedServer(http.NotFoundHandler())
	closing.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, io.ErrUnexpectedEOF }}
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	for _, s := range []*httptest.Server{closing, old} {
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.StartTLS()
		defer s.Close()
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	hangUp := receiver(t, func(net.Conn) {}) // it reads no HTTP, and closes
	for name, url := range map[string]string{"no TLS": "https" + strings.TrimPrefix(plain.URL, "http"), "an alert": closing.URL, "an old version": old.URL, "a hang-up": "https" + strings.TrimPrefix(hangUp, "http")} {
		sepay := emulator.StartT(t, emulator.WithWebhook(url), emulator.AllowPending())
		d := sepay.Company().Account().Receive(1_000, "DH123456").Wait()
		if a := d.Attempts[0]; d.Status != "waiting" || a.Label != "SSL Error" || a.ErrorCode != 35 {
			t.Errorf("%s: %s, %q, %v: %s", name, d.Status, a.Label, a.ErrorCode, d.Reason)
		}
	}
}
