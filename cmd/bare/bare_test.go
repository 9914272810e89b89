package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func read(t *testing.T, res *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestARouteIsAnsweredWithItsBytes(t *testing.T) {
	s := httptest.NewServer(newHandler([]route{
		{Method: "GET", Path: "/a?b=1", Status: 203, Header: http.Header{"X-A": {"1", "2"}, "Content-Length": {"3"}}, Body: []byte("abc")},
		{Method: "POST", Path: "/a?b=1", Status: 302, Header: http.Header{"Location": {"/x"}}},
	}))
	defer s.Close()
	res, err := http.Get(s.URL + "/a?b=1")
	if body := read(t, res, err); body != "abc" || res.StatusCode != http.StatusNonAuthoritativeInfo || strings.Join(res.Header["X-A"], " ") != "1 2" {
		t.Errorf("%s %v %q", res.Status, res.Header, body)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err = client.Post(s.URL+"/a?b=1", "text/plain", strings.NewReader(strings.Repeat("x", 1<<20)))
	if read(t, res, err); res.StatusCode != http.StatusFound || res.Header.Get("Location") != "/x" {
		t.Errorf("%s %v", res.Status, res.Header)
	}
	res, err = http.Get(s.URL + "/a?b=2")
	if read(t, res, err); res.StatusCode != http.StatusNotFound {
		t.Errorf("another query is answered %s", res.Status)
	}
}

func TestTheSinkCountsAndAWaiterIsAnsweredWhenAllCame(t *testing.T) {
	s := httptest.NewServer(newHandler(nil))
	defer s.Close()
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			res, err := http.Post(s.URL+"/sink", "application/json", strings.NewReader(`{"id":1}`))
			if body := read(t, res, err); body != `{"success":true}` {
				t.Errorf("answer %q", body)
			}
		})
	}
	for range 3 { // a second one waits as the first did
		res, err := http.Get(s.URL + "/sink/count?wait=50")
		if body := read(t, res, err); body != "50\n" {
			t.Errorf("count %q", body)
		}
	}
	all.Wait()
}

func TestItPrintsItsAddressAndReadsItsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "routes.json")
	text, err := json.Marshal([]route{{Method: "GET", Path: "/", Status: 200, Body: []byte("ok")}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	in, out := io.Pipe()
	go func() { _ = serve("127.0.0.1:0", file, out) }() // ends with the test
	address, err := bufio.NewReader(in).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(strings.TrimSpace(address) + "/")
	if body := read(t, res, err); body != "ok" {
		t.Errorf("answer %q", body)
	}
	if err := serve("127.0.0.1:0", file+".none", io.Discard); err == nil {
		t.Error("a file that does not exist is no error")
	}
}
