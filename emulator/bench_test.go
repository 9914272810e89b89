package emulator_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// cpu returns the processor time that the process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// wireClient sends one prepared request over and over on one connection: it
// costs so little that what is measured is the server.
type wireClient struct {
	conn    net.Conn
	in      *bufio.Reader
	request []byte
	status  int
}

func newWireClient(b *testing.B, url, path, token string) *wireClient {
	b.Helper()
	address := strings.TrimPrefix(url, "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	request := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", path, address, token)
	return &wireClient{conn, bufio.NewReader(conn), []byte(request), http.StatusOK}
}

// once sends the request and reads the answer; it returns the body's length.
func (c *wireClient) once(b *testing.B) int {
	if _, err := c.conn.Write(c.request); err != nil {
		b.Fatal(err)
	}
	length := -1
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			b.Fatal(err)
		}
		if first && !strings.HasPrefix(string(line), fmt.Sprint("HTTP/1.1 ", c.status)) {
			b.Fatalf("answer %s", line)
		}
		if len(line) == 2 {
			break
		}
		if n, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
			_, _ = fmt.Sscan(n, &length)
		}
	}
	if _, err := c.in.Discard(length); err != nil {
		b.Fatal(err)
	}
	return length
}

func (c *wireClient) run(b *testing.B) {
	b.ReportAllocs()
	before := cpu()
	n := 0
	for b.Loop() {
		c.once(b)
		n++
	}
	b.ReportMetric(float64(cpu()-before)/float64(n), "cpu-ns/op")
}

// BenchmarkRequest measures a detail and a list of 20 on each API, with the
// journal on, beside a bare net/http handler that writes the same bytes.
func BenchmarkRequest(b *testing.B) {
	sepay, err := emulator.Start(emulator.WithClock(emulator.RealClock()), emulator.WithHistory(1000), emulator.WithContract(emulator.ContractSampled))
	if err != nil {
		b.Fatal(err)
	}
	defer sepay.Close()
	paid := sepay.Company().Account().Receive(1_000, "DH123456 thanh toan")
	for _, c := range []struct{ name, path string }{
		{"v2/detail", "/v2/transactions/" + paid.XID},
		{"v2/list20", "/v2/transactions"},
		{"v1/detail", fmt.Sprintf("/userapi/transactions/details/%d", paid.ID)},
		{"v1/list20", "/userapi/transactions/list?limit=20"},
	} {
		client := newWireClient(b, sepay.URL(), c.path, sepay.Company().APIToken())
		req, _ := http.NewRequest(http.MethodGet, sepay.URL()+c.path, nil)
		req.Header.Set("Authorization", "Bearer "+sepay.Company().APIToken())
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			h := w.Header()
			h["Content-Type"] = []string{"application/json"}
			h["Content-Length"] = []string{fmt.Sprint(len(body))}
			_, _ = w.Write(body)
		}))
		b.Run(c.name+"/sepay", client.run)
		b.Run(c.name+"/bare", newWireClient(b, bare.URL, c.path, "x").run)
		bare.Close()
	}
}

// BenchmarkStart measures start, one call and stop of an emulator, beside the
// same of a bare net/http server.
func BenchmarkStart(b *testing.B) {
	get := func(url string) {
		res, err := http.Get(url)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
	b.Run("sepay", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sepay, err := emulator.Start()
			if err != nil {
				b.Fatal(err)
			}
			get(sepay.URL() + "/_control/v1/health")
			if err := sepay.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s := httptest.NewServer(http.NotFoundHandler())
			get(s.URL)
			s.Close()
		}
	})
}

// BenchmarkDelivery measures transfers until all their webhooks were answered
// by a local sink, over fresh connections and over kept ones, beside the same
// requests sent by a bare client in the same ways.
func BenchmarkDelivery(b *testing.B) {
	sink := wireSink(b)
	for _, connection := range []string{setting.ConnectionFresh, setting.ConnectionKept} {
		b.Run(connection+"/sepay", func(b *testing.B) { deliverAll(b, sink, connection) })
		b.Run(connection+"/bare", func(b *testing.B) { postAll(b, sink, connection) })
	}
}

// wireSink answers every request with success, and costs so little that what is
// measured is the sender.
func wireSink(b *testing.B) (url string) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go sinkConn(conn)
		}
	}()
	return "http://" + l.Addr().String()
}

// sinkConn reads requests with a length, one after the other.
func sinkConn(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 1<<10)
	for {
		length := 0
		for {
			line, err := in.ReadSlice('\n')
			if err != nil {
				return
			}
			if len(line) == 2 {
				break
			}
			if n, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
				length, _ = strconv.Atoi(strings.TrimSpace(n))
			}
		}
		if _, err := in.Discard(length); err != nil {
			return
		}
		if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"success\":true}"); err != nil {
			return
		}
	}
}

// hooks is how many webhooks are told of a transfer: what is measured is how
// they are told.
const hooks = 20

// deliverAll lets each iteration be a delivery, and waits for the answers.
func deliverAll(b *testing.B, url, connection string) {
	options := []emulator.Option{emulator.WithContract(emulator.ContractOff), emulator.WithSetting(setting.WebhookConnection, connection)}
	for range hooks {
		options = append(options, emulator.WithWebhook(url, emulator.SignedWith("whsec_x")))
	}
	sepay, err := emulator.New(options...)
	if err != nil {
		b.Fatal(err)
	}
	defer sepay.Close()
	account := sepay.Company().Account()
	b.ReportAllocs()
	before, took := cpu(), clock.Stopwatch()
	b.ResetTimer()
	for range (b.N + hooks - 1) / hooks {
		account.Receive(1_000, "DH123456 thanh toan")
	}
	sepay.Settle()
	b.ReportMetric(float64(b.N)/took().Seconds(), "deliveries/s")
	b.ReportMetric(float64(cpu()-before)/float64(b.N), "cpu-ns/op")
	for _, d := range sepay.Deliveries(wire.DeliveryFilter{Status: "failed"}) {
		b.Fatalf("delivery %d: %s", d.ID, d.Reason)
	}
}

// postAll sends as many requests from 16 goroutines, as many as an endpoint gets
// at a time.
func postAll(b *testing.B, url, connection string) {
	client := bareClient(connection)
	defer client.CloseIdleConnections()
	b.ReportAllocs()
	b.SetParallelism(8)
	before, took := cpu(), clock.Stopwatch()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := post(client, url); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/took().Seconds(), "deliveries/s")
	b.ReportMetric(float64(cpu()-before)/float64(b.N), "cpu-ns/op")
}

// BenchmarkAdvanceWithTenThousandPending moves the clock while 10,000
// deliveries wait for their next attempt: past none of them, and past all, beside
// as many requests of a bare client.
func BenchmarkAdvanceWithTenThousandPending(b *testing.B) {
	const pending = 10_000
	for name, by := range map[string]time.Duration{"none due": 0, "all due": time.Minute} {
		b.Run(name, func(b *testing.B) {
			shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
			defer shop.Close()
			e, err := emulator.Start(emulator.WithWebhook(shop.URL), emulator.WithContract(emulator.ContractOff))
			if err != nil {
				b.Fatal(err)
			}
			defer e.Close()
			for range pending {
				e.Company().Account().Receive(1000, "DH123456")
			}
			e.Settle()
			b.ResetTimer()
			for range b.N {
				e.Advance(by)
			}
		})
	}
	b.Run("bare client", func(b *testing.B) {
		shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
		defer shop.Close()
		for b.Loop() {
			postTimes(b, shop.URL, setting.ConnectionFresh, pending)
		}
	})
}

// postTimes sends so many requests as postAll does.
func postTimes(b *testing.B, url, connection string, times int) {
	client := bareClient(connection)
	defer client.CloseIdleConnections()
	var left atomic.Int64
	left.Store(int64(times))
	var senders sync.WaitGroup
	for range 16 {
		senders.Go(func() {
			for left.Add(-1) >= 0 {
				if err := post(client, url); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	senders.Wait()
}

// bareClient is a client that keeps 16 connections, or none.
func bareClient(connection string) *http.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	if connection == setting.ConnectionFresh {
		transport.MaxIdleConnsPerHost = -1
	}
	return &http.Client{Transport: transport}
}

// webhookBody has the size of a webhook's.
var webhookBody = strings.Repeat("x", 316)

func post(client *http.Client, url string) error {
	res, err := client.Post(url, "application/json", strings.NewReader(webhookBody))
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, res.Body)
	return res.Body.Close()
}
