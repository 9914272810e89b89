package main

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const bareServer = `package main

import (
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) })
	_ = http.ListenAndServe(os.Args[1], nil)
}
`

// BenchmarkColdStart measures the built binary from its start to the first
// 200, beside a bare net/http server built and started in the same run.
func BenchmarkColdStart(b *testing.B) {
	dir := b.TempDir()
	source := filepath.Join(dir, "bare.go")
	if err := os.WriteFile(source, []byte(bareServer), 0o600); err != nil {
		b.Fatal(err)
	}
	build := func(name, what string) string {
		out := filepath.Join(dir, name)
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, what)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, text)
		}
		return out
	}
	for _, c := range []struct {
		name, binary, path string
		args               []string
	}{
		{"sepay", build("localsepay", "."), "/_control/v1/health", []string{"serve", "--quiet", "--listen"}},
		{"bare", build("bare", source), "/", nil},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				startOnce(b, c.binary, c.path, c.args)
			}
		})
	}
}

// startOnce starts a server, asks until it answers, and stops it.
func startOnce(b *testing.B, binary, path string, args []string) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	cmd := exec.Command(binary, append(append([]string{}, args...), address)...)
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		res, err := client.Get("http://" + address + path)
		if err != nil {
			continue // not listening yet
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			b.Fatalf("answer %s", res.Status)
		}
		break
	}
	b.StopTimer()
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	b.StartTimer()
}
