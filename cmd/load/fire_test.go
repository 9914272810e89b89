package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

const hello = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"

// counting is a server that counts requests and connections.
func counting(t *testing.T, h http.HandlerFunc) (address string, requests, connections *atomic.Int64) {
	t.Helper()
	requests, connections = new(atomic.Int64), new(atomic.Int64)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		h(w, r)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), requests, connections
}

func TestAsManyAreSentAsAreAskedForOverKeptOrFreshConnections(t *testing.T) {
	for _, fresh := range []bool{false, true} {
		address, requests, connections := counting(t, func(http.ResponseWriter, *http.Request) {})
		v, err := fire(t.Context(), address, plan{cycle: [][]byte{[]byte(hello)}, status: 200, fresh: fresh}, 4, extent{requests: 100})
		if err != nil {
			t.Fatal(err)
		}
		want := int64(4)
		if fresh {
			want = 100
		}
		if v.requests != 100 || requests.Load() != 100 || connections.Load() < want || v.took <= 0 {
			t.Errorf("fresh %v: %d answers, %d requests, %d connections", fresh, v.requests, requests.Load(), connections.Load())
		}
	}
}

func TestAConnectionSeesItsAnswers(t *testing.T) {
	address, _, _ := counting(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, strings.TrimPrefix(r.URL.Path, "/"), "+") })
	last := []string{"a", "b"}
	p := plan{
		status: 200,
		next: func(connection int) ([]byte, error) {
			return fmt.Appendf(nil, "GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n", last[connection]), nil
		},
		done: func(connection int, body []byte) error {
			last[connection] = string(body)
			return nil
		},
	}
	for range 2 { // a second volley goes on
		if _, err := fire(t.Context(), address, p, 2, extent{requests: 10}); err != nil {
			t.Fatal(err)
		}
	}
	if sent := strings.Count(last[0]+last[1], "+"); sent != 20 || last[0][0] != 'a' || last[1][0] != 'b' {
		t.Errorf("the last answers were %q", last)
	}
	p.done = func(int, []byte) error { return errors.New("useless") }
	if _, err := fire(t.Context(), address, p, 2, extent{requests: 10}); err == nil || err.Error() != "useless" {
		t.Errorf("error %v", err)
	}
}

func TestAnAnswerThatIsNotExpectedFails(t *testing.T) {
	var n atomic.Int64
	address, _, _ := counting(t, func(w http.ResponseWriter, _ *http.Request) {
		if n.Add(1) == 50 {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	_, err := fire(t.Context(), address, plan{cycle: [][]byte{[]byte(hello)}, status: 200}, 4, extent{requests: 100})
	if err == nil || !strings.Contains(err.Error(), "429, not 200") {
		t.Errorf("error %v", err)
	}
	if _, err := fire(t.Context(), address, plan{status: 200}, 1, extent{requests: 1}); err == nil {
		t.Error("a plan without requests is no error")
	}
}
