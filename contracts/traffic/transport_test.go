package traffic_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/contracts/traffic"
)

func TestATransportRecordsWhatGoesThroughItAndChangesNothing(t *testing.T) {
	long := strings.Repeat("x", 5<<20)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/long" {
			body = []byte(long)
		}
		w.Header().Set("X-Echo", r.Host)
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write(body)
	}))
	defer server.Close()
	atlas, err := traffic.NewAtlas()
	if err != nil {
		t.Fatal(err)
	}
	var got []traffic.Exchange
	client := &http.Client{Transport: &traffic.Transport{Atlas: atlas, Keep: func(e traffic.Exchange) { got = append(got, e) }}}
	for _, call := range []struct{ path, body, want string }{{"/v2/transactions", "hello", "hello"}, {"/long", "", long}} {
		answer, err := client.Post(server.URL+call.path, "text/plain", strings.NewReader(call.body))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || string(body) != call.want {
			t.Errorf("%s answered %d bytes, %v", call.path, len(body), err)
		}
	}
	server.Close()
	if answer, err := client.Get(server.URL + "/v2/transactions"); err == nil {
		_ = answer.Body.Close()
		t.Error("a closed server answered")
	}
	if len(got) != 3 {
		t.Fatalf("%d exchanges were kept", len(got))
	}
	first, second, third := got[0], got[1], got[2]
	if first.Document != "userapi_v2" || first.Status != 202 || string(first.RequestBody) != "hello" || string(first.ResponseBody) != "hello" || first.ResponseHeader.Get("X-Echo") == "" {
		t.Errorf("got %+v", first)
	}
	if !second.ResponseBodyLost || second.ResponseBody != nil || second.Document != "" {
		t.Error("a long body was kept")
	}
	if third.Status != 0 || third.Operation != "v2.transactions.list" {
		t.Errorf("got %+v", third)
	}
}
