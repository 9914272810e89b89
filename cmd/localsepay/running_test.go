package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/localsepay/localsepay/emulator"
)

// TestMain lets scripts run this program as localsepay.
func TestMain(m *testing.M) { testscript.Main(apart{m}, map[string]func(){"localsepay": main}) }

// apart keeps the tests out of the developer's own folders.
type apart struct{ m *testing.M }

// Run implements testscript.TestingM.
func (a apart) Run() int {
	dir, err := os.MkdirTemp("", "localsepay")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"LOCALSEPAY_LISTEN", "LOCALSEPAY_URL"} {
		_ = os.Unsetenv(name)
	}
	_ = os.Setenv("XDG_RUNTIME_DIR", dir)
	_ = os.Setenv("XDG_CONFIG_HOME", dir)
	return a.m.Run()
}

// lines is an output that can be read while it is written.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// serving runs the verb until the test ends, and returns its output once it
// serves.
func serving(t *testing.T, args ...string) *lines {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, errOut, done := &lines{}, &lines{}, make(chan int, 1)
	go func() { done <- run(ctx, append([]string{"serve"}, args...), out, errOut) }()
	t.Cleanup(func() {
		stop()
		if code := <-done; code != 0 {
			t.Errorf("serve ended with %d: %s", code, errOut)
		}
	})
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 2000 {
		if strings.Contains(out.String(), "Try, in another terminal") {
			return out
		}
		select {
		case <-tick.C:
		case code := <-done:
			done <- code
			t.Fatalf("serve ended with %d: %s", code, errOut)
		}
	}
	t.Fatalf("serve does not serve: %s%s", out, errOut)
	return nil
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func TestVerbsFindTheRunningOneOnAnyPort(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	port := freePort(t)
	serving(t, "--listen", "127.0.0.1:"+port)
	code, out, errOut := verb(t, "env")
	if code != 0 || !strings.Contains(out, "export LOCALSEPAY_URL='http://127.0.0.1:"+port+"'") {
		t.Errorf("exit %d, %s%s", code, out, errOut)
	}
	files, err := filepath.Glob(filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "localsepay", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	info, err := os.Stat(files[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil || strings.Contains(string(text), "spsk_") {
		t.Errorf("the file has %s, %v", text, err)
	}
}

// A verb that changes something says which of several it took, unless the user
// named it.
func TestAVerbSaysWhichOfSeveralItChanges(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	sepay := emulator.StartT(t)
	dir, err := runtimeFolder()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	runs := func(name, url string, started time.Time) {
		text, err := json.Marshal(running{url, os.Getpid(), started})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	changes := []string{"transfer 1000 DH1", "transfer 1000 DH1 --json", "advance 1s", "faults clear", `faults add {"do":{"status":503}}`}
	runs("1.json", sepay.URL(), time.Now())
	for _, line := range changes {
		if code, _, errOut := verb(t, strings.Fields(line)...); code != 0 || errOut != "" {
			t.Errorf("%s, where one runs: exit %d, %s", line, code, errOut)
		}
	}
	runs("2.json", "http://127.0.0.1:1", time.Now().Add(-time.Hour))
	said := "warning: 2 localsepays run, and the newest was taken, " + sepay.URL() + ": --url names another\n"
	for _, line := range changes {
		if code, _, errOut := verb(t, strings.Fields(line)...); code != 0 || errOut != said {
			t.Errorf("%s: exit %d, %q", line, code, errOut)
		}
		if code, _, errOut := verb(t, append(strings.Fields(line), "--url", sepay.URL())...); code != 0 || errOut != "" {
			t.Errorf("%s --url: exit %d, %q", line, code, errOut)
		}
	}
	for _, line := range []string{"state", "timeline", "env --json"} {
		if code, _, errOut := verb(t, strings.Fields(line)...); code != 0 || errOut != "" {
			t.Errorf("%s: exit %d, %q", line, code, errOut)
		}
	}
	t.Setenv("LOCALSEPAY_URL", sepay.URL())
	if code, _, errOut := verb(t, "transfer", "1000"); code != 0 || errOut != "" {
		t.Errorf("LOCALSEPAY_URL: exit %d, %q", code, errOut)
	}
}

func TestTheNoteOfAProcessThatIsGoneIsForgotten(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	now := time.Now()
	remove := leave("http://127.0.0.1:4711", now)
	if got := whereToLook(); got != "http://127.0.0.1:4711" {
		t.Errorf("looks at %s", got)
	}
	dir, err := runtimeFolder()
	if err != nil {
		t.Fatal(err)
	}
	gone, err := json.Marshal(running{"http://127.0.0.1:4712", 1 << 30, now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"1.json": string(gone), "2.json": "{", "3.json": `{"url":"javascript:x","pid":` + strconv.Itoa(os.Getpid()) + `}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := whereToLook(); got != "http://127.0.0.1:4711" {
		t.Errorf("looks at %s", got)
	}
	remove()
	if got := whereToLook(); got != defaultURL {
		t.Errorf("looks at %s after the end", got)
	}
}

func TestAListenAddressInTheEnvironmentIsHeededByVerbsToo(t *testing.T) {
	for listen, want := range map[string]string{
		"127.0.0.1:9999": "http://127.0.0.1:9999", "0.0.0.0:9999": "http://127.0.0.1:9999", ":9999": "http://127.0.0.1:9999",
		"[::]:9999": "http://127.0.0.1:9999", "[::1]:9999": "http://[::1]:9999", "shop.test:80": "http://shop.test:80",
	} {
		t.Setenv("LOCALSEPAY_LISTEN", listen)
		if got := whereToLook(); got != want {
			t.Errorf("%s: %s, want %s", listen, got, want)
		}
		if _, _, errOut := verb(t, "state"); !strings.Contains(errOut, want) {
			t.Errorf("%s: %s", listen, errOut)
		}
	}
}

func TestAWildcardPrintsAddressesThatWork(t *testing.T) {
	out := serving(t, "--listen", "0.0.0.0:"+freePort(t)).String()
	if strings.Contains(out, "[::]") || strings.Contains(out, "0.0.0.0") {
		t.Errorf("prints\n%s", out)
	}
	for _, line := range strings.Split(out, "\n") {
		_, address, also := strings.Cut(line, "containers: ")
		if !also {
			continue
		}
		if code, _, errOut := verb(t, "state", "--url", strings.TrimSpace(address)); code != 0 {
			t.Errorf("%s does not work: %s", address, errOut)
		}
	}
	_, rest, _ := strings.Cut(out, "' http")
	tried := "http" + strings.TrimSpace(strings.SplitN(rest, "\n", 2)[0])
	if code, _, errOut := verb(t, "transfer", "1000", "--url", strings.TrimSuffix(tried, "/_control/v1/transfers")); code != 0 {
		t.Errorf("%s does not work: %s", tried, errOut)
	}
}

// A reverse proxy puts its own name into the header Server.
func TestVerbsWorkBehindAProxyWithANameOfItsOwn(t *testing.T) {
	sepay := emulator.StartT(t)
	to, err := url.Parse(sepay.URL())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(to) },
		ModifyResponse: func(r *http.Response) error { r.Header.Set("Server", "nginx"); return nil },
	})
	defer server.Close()
	if code, _, errOut := verb(t, "transfer", "1000", "--url", server.URL); code != 0 {
		t.Errorf("code %d: %s", code, errOut)
	}
}
