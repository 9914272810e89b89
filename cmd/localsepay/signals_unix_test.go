//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary is this program as users run it.
func binary(t testing.TB) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "localsepay")
	if err := os.Symlink(self, name); err != nil {
		t.Fatal(err)
	}
	return name
}

// process is a running localsepay in a process group of its own.
type process struct {
	*exec.Cmd
	out, err *lines
	in       io.WriteCloser
	ended    chan int
}

func startVerb(t testing.TB, args ...string) *process {
	t.Helper()
	return startWith(t, nil, args...)
}

// startWith starts a verb whose standard output is the process's own lines when
// stdout is nil.
func startWith(t testing.TB, stdout io.Writer, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(binary(t), args...), out: &lines{}, err: &lines{}, ended: make(chan int, 1)}
	p.Stdout, p.Stderr = p.out, p.err
	if stdout != nil {
		p.Stdout = stdout
	}
	in, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.in = in
	setGroup(p.Cmd)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { killGroup(p.Cmd) })
	go func() {
		var exit *exec.ExitError
		code := 0
		if err := p.Wait(); errors.As(err, &exit) {
			code = exit.ExitCode()
		} else if err != nil {
			code = -2
		}
		p.ended <- code
	}()
	return p
}

// shows waits for a text on either output.
func (p *process) shows(t testing.TB, text string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 6000 {
		if strings.Contains(p.out.String()+p.err.String(), text) {
			return
		}
		select {
		case code := <-p.ended:
			t.Fatalf("ended with %d: %s%s", code, p.out, p.err)
		case <-tick.C:
		}
	}
	t.Fatalf("never shows %q: %s%s", text, p.out, p.err)
}

// interrupt sends a signal and waits for the end.
func (p *process) interrupt(t testing.TB, s syscall.Signal) (code int, took time.Duration) {
	t.Helper()
	passed := stopwatch()
	if err := syscall.Kill(-p.Process.Pid, s); err != nil {
		t.Fatal(err)
	}
	select {
	case code := <-p.ended:
		return code, passed()
	case <-time.After(20 * time.Second):
		t.Fatalf("does not end: %s%s", p.out, p.err)
		return 0, 0
	}
}

// silent accepts calls and never answers; asked tells of each.
func silent(t testing.TB) (url string, asked chan struct{}) {
	t.Helper()
	asked = make(chan struct{}, 10_000)
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select {
		case <-r.Context().Done():
		case <-release:
		}
	}))
	t.Cleanup(func() {
		close(release)
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL, asked
}

// atOnce is what "within a second" may take on a machine that is busy.
const atOnce = 1500 * time.Millisecond

func (p *process) endsInOrder(t testing.TB, name string) {
	t.Helper()
	before := strings.Count(p.err.String(), "\n")
	code, took := p.interrupt(t, syscall.SIGINT)
	said := p.err.String()
	if !strings.HasSuffix(said, "localsepay: interrupted\n") || strings.Count(said, "\n") > before+2 || strings.Contains(said, "panic") {
		t.Errorf("%s says %q", name, said)
	}
	if code != exitInterrupted || took > atOnce {
		t.Errorf("%s ends with %d after %s", name, code, took)
	}
}

func TestAnInterruptEndsEveryVerbThatWaitsForAnAnswer(t *testing.T) {
	paid, err := filepath.Abs("../../scenarios/library/notice-of-a-transfer.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{
		"state", "env", "cards", "orders", "orders DH1", "deliveries", "deliveries 1", "timeline", "clients", "token", "advance 1h", "ready --wait 1h",
		"transfer 1000 DH123", "pay DH1", "replay 1", "faults", `faults add {"do":{"status":503}}`, "faults remove 1", "faults clear", "scenario export x.yaml",
		"scenario run " + paid + " --target", "contract run --target", "contract drift --target", "contract drift --three-way --target",
		"audit --code-prefix DH --webhook",
	} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			url, asked := silent(t)
			args := strings.Fields(verb)
			if last := args[len(args)-1]; !strings.HasPrefix(last, "--") {
				args = append(args, "--url")
			}
			p := startVerb(t, append(args, url)...)
			select {
			case <-asked:
			case code := <-p.ended:
				t.Fatalf("ended with %d: %s%s", code, p.out, p.err)
			}
			p.endsInOrder(t, verb)
		})
	}
}

func TestAnInterruptEndsEveryVerbThatWorksByItself(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "traffic.har")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	url, _ := silent(t)
	feed := func(p *process) {
		_, _ = p.in.Write(bytes.Repeat([]byte(" "), 1<<20)) // more than a pipe holds: it reads
	}
	for name, c := range map[string]struct {
		args  []string
		ready func(*process)
	}{
		"serve":            {[]string{"serve", "--listen", "127.0.0.1:0"}, func(p *process) { p.shows(t, "Try, in another") }},
		"a twin":           {[]string{"contract", "twin", "a member too many", "--listen", "127.0.0.1:0", "--url", url}, func(p *process) { p.shows(t, "http://") }},
		"scenarios":        {[]string{"scenario", "run", "--all"}, func(p *process) { p.shows(t, "needs") }},
		"a watch":          {[]string{"scenario", "run", "declined-card", "--watch"}, func(p *process) { p.shows(t, "PASSED") }},
		"the contracts":    {[]string{"contract", "run"}, func(p *process) { p.shows(t, "webhook") }},
		"a fault of stdin": {[]string{"faults", "add", "-", "--url", url}, feed},
		"a code of stdin":  {[]string{"qr", "decode", "-"}, feed},
		"traffic": {[]string{"contract", "lint", fifo}, func(p *process) {
			f, err := os.OpenFile(fifo, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { f.Close() })
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p := startVerb(t, c.args...)
			c.ready(p)
			p.endsInOrder(t, name)
		})
	}
}

// A delivery is under way at a handler that hangs: serve waits for it, and does
// not when it is asked a second time.
func TestASecondInterruptEndsAtOnce(t *testing.T) {
	url, asked := silent(t)
	p := startVerb(t, "serve", "--listen", "127.0.0.1:0", "--webhook", url)
	p.shows(t, "Try, in another")
	_, rest, _ := strings.Cut(p.out.String(), "control")
	control := strings.TrimSuffix(strings.Fields(rest)[0], "/_control/v1")
	if code, _, errOut := verb(t, "transfer", "1000", "DH123456", "--no-wait", "--url", control); code != 0 {
		t.Fatal(errOut)
	}
	<-asked
	if err := syscall.Kill(p.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	p.shows(t, "stopping")
	if code, took := p.interrupt(t, syscall.SIGINT); code != exitInterrupted || took > atOnce {
		t.Errorf("ends with %d after %s", code, took)
	}
}

func TestAServerThatIsToldToStopHasNotFailed(t *testing.T) {
	p := startVerb(t, "serve", "--listen", "127.0.0.1:0")
	p.shows(t, "Try, in another")
	if code, _ := p.interrupt(t, syscall.SIGTERM); code != 0 || p.err.String() != "" {
		t.Errorf("ends with %d: %s", code, p.err)
	}
}
