package emulator_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// held is what the heap holds, in MiB.
func held() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// size is how many bytes a path answers.
func size(t *testing.T, h http.Handler, path string) int {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host, r.RemoteAddr = "localhost", "127.0.0.1:40000"
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s answers %d: %.200s", path, w.Code, w.Body)
	}
	return w.Body.Len()
}

func TestWhatCallersSendIsKeptToABoundInBytes(t *testing.T) {
	sepay := emulator.StartT(t, emulator.WithContract(emulator.ContractOff))
	h := sepay.Handler()
	long := strings.Repeat("x<", 28<<10)
	before := held()
	for i := range 6000 {
		r := httptest.NewRequest(http.MethodGet, "/v2/transactions", nil)
		r.Header.Set("User-Agent", fmt.Sprintf("%d %s", i, long))
		switch i % 4 {
		case 1:
			r.URL.RawQuery = fmt.Sprintf("%d=%s", i, long)
		case 2:
			r.Header.Set("Cookie", fmt.Sprintf("a=%d%s", i, long))
			if i < 200 { // the router is slow with long paths
				r.URL.Path = fmt.Sprintf("/v2/transactions/%d%s", i, long)
			}
		case 3:
			r.Host = fmt.Sprintf("%d%s", i, long)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	if kept := held() - before; kept > 48 {
		t.Errorf("6,000 long requests hold %.0f MiB", kept)
	} else {
		t.Logf("6,000 long requests hold %.1f MiB", kept)
	}
	for path, most := range map[string]int{"/clients": 4 << 20, "/requests?limit=500": 8 << 20, "/timeline?limit=500": 12 << 20} {
		n := size(t, h, "/_control/v1"+path)
		if n > most {
			t.Errorf("%s answers %d bytes", path, n)
		}
		t.Logf("%s answers %d KiB", path, n>>10)
	}
	if uses := sepay.ClientUses(); len(uses) < 1000 || len(uses[0].UserAgent) > 300 {
		t.Errorf("%d clients, the first with a user agent of %d bytes", len(uses), len(uses[0].UserAgent))
	}
}

func TestWhatHandlersAnswerIsKeptToABoundInBytes(t *testing.T) {
	long := strings.Repeat("y", 60<<10)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := range 200 {
			w.Header().Set(fmt.Sprintf("X-%d", i), long[:1000])
		}
		_, _ = w.Write([]byte(long))
	}))
	defer shop.Close()
	sepay := emulator.StartT(t, emulator.WithContract(emulator.ContractOff), emulator.WithWebhook(shop.URL, func(b *wire.WebhookBody) { b.RetryConditions = wire.RetryConditions(`[]`) }))
	before := held()
	for range 1500 {
		sepay.Company().Account().Receive(1_000, "x")
	}
	sepay.Settle()
	if kept := held() - before; kept > 72 {
		t.Errorf("1,500 answers of 260 KB hold %.0f MiB", kept)
	} else {
		t.Logf("1,500 answers of 260 KB hold %.1f MiB", kept)
	}
	state, err := sepay.Control().State(context.Background(), "")
	if err != nil || state.Dropped.Answers == 0 {
		t.Errorf("%d attempts are counted as stripped: %v", state.Dropped.Answers, err)
	}
	all := sepay.Deliveries(wire.DeliveryFilter{})
	if newest := all[0].Attempts[0]; len(newest.Response.Body) < 60<<10 || len(newest.Request.Headers) == 0 {
		t.Error("the newest attempt has to be whole")
	}
	oldest := sepay.Delivery(1).Attempts[0]
	if oldest.Response == nil || oldest.Response.Status != 200 || !oldest.Response.Truncated || oldest.Response.Body != "" {
		t.Errorf("the oldest attempt keeps %+v", oldest.Response)
	}
}

func TestFaultsAreBoundedInBytes(t *testing.T) {
	sepay := emulator.StartT(t)
	body := strings.Repeat("z", 900<<10)
	set := 0
	for range 20 {
		if _, err := sepay.Control().SetFault(wire.Fault{Do: faultStatus(503, body)}); err != nil {
			break
		}
		set++
	}
	if set < 3 || set > 5 {
		t.Errorf("%d faults of 900 KB are set", set)
	}
	if _, err := sepay.Control().SetFault(wire.Fault{Name: strings.Repeat("n", 300), Do: faultStatus(503, "")}); err == nil {
		t.Error("a name of 300 bytes is taken")
	}
}

// A sink that looks at the emulator, and moves it, waits for nobody but itself.
func TestASinkMayUseTheEmulator(t *testing.T) {
	var sepay *emulator.Emulator
	var mu sync.Mutex
	var seen []int64
	started, more := make(chan struct{}), sync.OnceFunc(func() { sepay.Company().Account().Receive(2_000, "from the sink") })
	var err error
	sepay, err = emulator.Start(emulator.WithSink(func(e emulator.Event) {
		select {
		case <-started:
		default:
			return
		}
		sepay.Timeline(wire.TimelineFilter{})
		more()
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, e.Seq)
	}))
	if err != nil {
		t.Fatal(err)
	}
	close(started)
	done := make(chan struct{})
	go func() {
		defer close(done)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 50 {
					sepay.Company().Account().Receive(1_000, "x")
				}
			})
		}
		all.Wait()
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("deadlock")
	}
	if err := sepay.Close(); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != 401 {
		t.Errorf("the sink got %d events", len(seen))
	}
	for i := 1; i < len(seen); i++ {
		if seen[i] != seen[i-1]+1 {
			t.Fatalf("event %d came after %d", seen[i], seen[i-1])
		}
	}
}

// A hundred streams that nobody reads end, with their sockets.
func TestStreamsThatNobodyReadAreDropped(t *testing.T) {
	sepay := emulator.StartT(t, emulator.WithContract(emulator.ContractOff))
	host := strings.TrimPrefix(sepay.URL(), "http://")
	before := runtime.NumGoroutine()
	const streams = 100
	for range streams {
		c, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(c, "GET /_control/v1/events HTTP/1.1\r\nHost: %s\r\n\r\n", host); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "the streams begin", func() bool { return runtime.NumGoroutine() >= before+streams })
	h, query := sepay.Handler(), strings.Repeat("q", 1900)
	dropped := func() int64 {
		state, err := sepay.Control().State(context.Background(), "")
		if err != nil {
			t.Fatal(err)
		}
		return state.Dropped.Streams
	}
	for i := 0; i < 20_000 && dropped() < streams; i++ {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/v2/transactions?"+query, nil))
	}
	await(t, "all are dropped", func() bool { return dropped() == streams })
	await(t, "their connections end", func() bool { return runtime.NumGoroutine() <= before+5 })
}

// await looks again and again, for half a minute.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 3000 {
		if holds() {
			return
		}
		<-tick.C
	}
	t.Fatalf("in vain: %s", what)
}

func faultStatus(status int, body string) fault.Do { return fault.Do{Status: status, Body: body} }
