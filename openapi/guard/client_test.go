package guard_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/localsepay/localsepay/openapi/guard"
)

// names is a name server in the process: it gives each address of a name in
// turn, and counts its questions.
type names struct {
	mu    sync.Mutex
	of    map[string][]netip.Addr
	asked map[string]int
}

func (n *names) resolver() *net.Resolver {
	n.asked = map[string]int{}
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go n.serve(there)
		return here, nil
	}}
}

// serve answers one question, with a length before each message as over TCP.
func (n *names) serve(conn net.Conn) {
	defer conn.Close()
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return
	}
	text := make([]byte, binary.BigEndian.Uint16(size[:]))
	var m dnsmessage.Message
	if _, err := io.ReadFull(conn, text); err != nil || m.Unpack(text) != nil {
		return
	}
	out, err := (&dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true}, Questions: m.Questions, Answers: n.answer(m.Questions[0])}).Pack()
	if err != nil {
		return
	}
	_, _ = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...)) // the client sees that nothing comes
}

func (n *names) answer(q dnsmessage.Question) []dnsmessage.Resource {
	n.mu.Lock()
	defer n.mu.Unlock()
	name := strings.TrimSuffix(q.Name.String(), ".")
	list := n.of[name]
	if q.Type != dnsmessage.TypeA || len(list) == 0 {
		return nil
	}
	a := list[min(n.asked[name], len(list)-1)]
	n.asked[name]++
	return []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: a.As4()}}}
}

func (n *names) questions() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	total := 0
	for _, c := range n.asked {
		total += c
	}
	return total
}

// counted is a server that counts its requests.
func counted(t *testing.T) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { n.Add(1) }))
	t.Cleanup(s.Close)
	return s, &n
}

func TestProductionGetsNoByteAndNoQuestionIsAsked(t *testing.T) {
	sink, requests := counted(t)
	loopback := netip.MustParseAddr("127.0.0.1")
	port := sink.URL[strings.LastIndexByte(sink.URL, ':'):]
	dns := &names{of: map[string][]netip.Addr{}}
	for _, name := range []string{"userapi.sepay.vn", "pay.sepay.vn", "new.sepay.vn", "userapi-sandbox.sepay.vn", "www.sepay.vn", "userapi.sepay.vn.evil.test"} {
		dns.of[name] = []netip.Addr{loopback}
	}
	resolver := dns.resolver()
	for _, c := range []struct {
		rule         guard.Rule
		method, host string
		want         error
	}{
		{guard.Rule{}, "GET", "userapi.sepay.vn", guard.ErrProduction},
		{guard.Rule{}, "GET", "USERAPI.sepay.vn.", guard.ErrProduction},
		{guard.Rule{}, "GET", "userapi。sepay。vn", guard.ErrProduction},
		{guard.Rule{}, "POST", "x:y@new.sepay.vn", guard.ErrProduction},
		{guard.Rule{}, "GET", "userapi-sandbox.sepay.vn", guard.ErrSePay},
		{guard.Rule{}, "GET", "www.sepay.vn", guard.ErrSePay},
		{guard.Rule{Sandbox: true}, "GET", "pay.sepay.vn", guard.ErrProduction},
		{guard.Rule{Sandbox: true}, "GET", "www.sepay.vn", guard.ErrSePay},
		{guard.Rule{Sandbox: true, Only: []string{"shop.test"}}, "GET", "userapi.sepay.vn.evil.test", guard.ErrElsewhere},
		{guard.Rule{Sandbox: true}, "GET", "1.1.1.1", guard.ErrNumber},
		{guard.Rule{Sandbox: true}, "GET", "0x1010101", guard.ErrNumber},
		{guard.Rule{Production: true}, "POST", "pay.sepay.vn", guard.ErrProduction},
		{guard.Rule{Public: true}, "GET", "127.1", guard.ErrNotPublic},
		{guard.Rule{Public: true}, "GET", "[::ffff:127.0.0.1]", guard.ErrNotPublic},
	} {
		client := c.rule.Client(guard.Options{Resolver: resolver})
		req, err := http.NewRequest(c.method, "http://"+c.host+port+"/v2", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		if res, err := client.Do(req); !errors.Is(err, c.want) {
			t.Errorf("%+v %s %s: %v, %v", c.rule, c.method, c.host, res, err)
		}
		if conn, err := c.rule.Dialer(nil)(t.Context(), "tcp", strings.TrimPrefix(c.host, "x:y@")+port); err == nil {
			if c.method == "GET" {
				t.Errorf("%+v dials %s", c.rule, c.host)
			}
			_ = conn.Close()
		}
	}
	if n, q := requests.Load(), dns.questions(); n != 0 || q != 0 {
		t.Errorf("%d requests and %d questions went out", n, q)
	}
	for _, c := range []struct {
		rule guard.Rule
		host string
	}{{guard.Rule{Sandbox: true}, "userapi-sandbox.sepay.vn"}, {guard.Rule{Production: true}, "pay.sepay.vn"}, {guard.Rule{}, "userapi.sepay.vn.evil.test"}, {guard.Rule{Sandbox: true, Only: []string{"USERAPI.sepay.vn.evil.test:80"}}, "userapi.sepay.vn.evil.test"}} {
		client := c.rule.Client(guard.Options{Resolver: resolver})
		res, err := client.Get("http://" + c.host + port)
		if err != nil {
			t.Errorf("%+v %s: %v", c.rule, c.host, err)
			continue
		}
		_ = res.Body.Close()
		client.CloseIdleConnections()
	}
	if requests.Load() != 4 {
		t.Errorf("%d of the requests that are meant came", requests.Load())
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	sink, requests := counted(t)
	for _, to := range []string{sink.URL, "https://userapi.sepay.vn/v2", "/again"} {
		first := httptest.NewServer(http.RedirectHandler(to, http.StatusTemporaryRedirect))
		client := guard.Rule{}.Client(guard.Options{Fresh: true})
		res, err := client.Post(first.URL, "text/plain", strings.NewReader("secret"))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		first.Close()
		if res.StatusCode != http.StatusTemporaryRedirect || requests.Load() != 0 {
			t.Errorf("%s: %d, %d requests", to, res.StatusCode, requests.Load())
		}
	}
}

func TestANameIsJudgedByTheAddressThatIsDialled(t *testing.T) {
	sink, requests := counted(t)
	port := sink.URL[strings.LastIndexByte(sink.URL, ':'):]
	public, loopback := netip.MustParseAddr("1.1.1.1"), netip.MustParseAddr("127.0.0.1")
	dns := &names{of: map[string][]netip.Addr{"inside.test": {loopback}, "changing.test": {public, loopback}}}
	resolver := dns.resolver()
	live := guard.Rule{Public: true}
	if err := live.LookUp(t.Context(), resolver, "https://inside.test/"); !errors.Is(err, guard.ErrNotPublic) {
		t.Errorf("a name that leads inside: %v", err)
	}
	if err := live.LookUp(t.Context(), resolver, "https://changing.test/"); err != nil {
		t.Errorf("a name that leads outside: %v", err)
	}
	for _, name := range []string{"inside.test", "changing.test", "localhost"} {
		if _, err := live.Client(guard.Options{Resolver: resolver}).Get("http://" + name + port); !errors.Is(err, guard.ErrNotPublic) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if requests.Load() != 0 {
		t.Error("a request went inside")
	}
	if err := live.LookUp(t.Context(), resolver, "https://nobody.test/"); err == nil {
		t.Error("a name that does not resolve is taken")
	}
	before := dns.questions()
	if err := (guard.Rule{}).LookUp(t.Context(), resolver, "https://inside.test/"); err != nil || dns.questions() != before {
		t.Errorf("names are looked up where any address is taken: %v", err)
	}
}

func TestAProxyOfTheEnvironmentGetsRoundNothing(t *testing.T) {
	proxy, requests := counted(t)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("HTTPS_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	t.Setenv("https_proxy", proxy.URL)
	for _, o := range []guard.Options{{}, {Proxy: true}} {
		client := guard.Rule{Sandbox: true}.Client(o)
		for _, address := range []string{"http://userapi.sepay.vn/v2", "https://userapi。sepay。vn/v2"} {
			if _, err := client.Get(address); !errors.Is(err, guard.ErrProduction) {
				t.Errorf("%s: %v", address, err)
			}
		}
	}
	dns := &names{of: map[string][]netip.Addr{}}
	if _, err := (guard.Rule{}).Client(guard.Options{Resolver: dns.resolver()}).Get("http://shop.test/"); err == nil {
		t.Error("a client that heeds no proxy found the shop")
	}
	if requests.Load() != 0 {
		t.Errorf("the proxy got %d requests", requests.Load())
	}
}

func TestAFreshConnectionIsOneForEachRequestAndAnnouncesNothing(t *testing.T) {
	var mu sync.Mutex
	conns := map[string]int{}
	announced := 0
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		conns[r.RemoteAddr]++
		if r.Close || r.Header.Get("Connection") != "" {
			announced++
		}
	}))
	defer s.Close()
	get := func(o guard.Options) int {
		clear(conns)
		client := guard.Rule{}.Client(o)
		defer client.CloseIdleConnections()
		for range 5 {
			res, err := client.Get(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
		}
		return len(conns)
	}
	if n := get(guard.Options{Fresh: true}); n != 5 || announced != 0 {
		t.Errorf("5 requests over %d connections, %d announced that", n, announced)
	}
	if n := get(guard.Options{}); n != 1 {
		t.Errorf("5 requests over %d kept connections", n)
	}
}

func TestConnectingIsBounded(t *testing.T) {
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done() // a name server that does not answer
		return nil, ctx.Err()
	}}
	ctx := guard.WithConnectTime(t.Context(), 20*time.Millisecond)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://slow.test/", nil)
	if err != nil {
		t.Fatal(err)
	}
	var timeout net.Error
	if _, err := (guard.Rule{}).Client(guard.Options{Resolver: resolver}).Do(req); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("%v", err)
	}
}

func TestARefusalSaysWhatToDo(t *testing.T) {
	_, err := guard.Rule{}.URL("https://u:secret@USERAPI.sepay.vn./v2?token=secret")
	var refused *guard.Refusal
	if !errors.As(err, &refused) || refused.Hint == "" || strings.Contains(err.Error(), "secret") || !strings.HasPrefix(err.Error(), "userapi.sepay.vn: ") {
		t.Errorf("%v", err)
	}
	if err := (guard.Rule{}).Request(&http.Request{URL: &url.URL{Scheme: "ftp", Host: "x"}}); !errors.Is(err, guard.ErrAddress) {
		t.Error(err)
	}
	if err := (guard.Rule{}).Request(&http.Request{}); !errors.Is(err, guard.ErrAddress) {
		t.Error(err)
	}
}
