package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/shirou/gopsutil/v4/process"
)

// startPatience is how long a server may take to its first answer.
const startPatience = 60 * time.Second

// health and count are what localsepay and bare are asked until they answer.
var health, count = get("/_control/v1/health"), get("/sink/count")

// server is a process that is measured.
type server struct {
	name string
	// url is the base address, address its host and port.
	url, address string
	cmd          *exec.Cmd
	account      *process.Process
	errors       *tail
	ended        chan struct{}
}

// launch starts a process; base is its address. What it prints is kept for
// error messages, as far as it is not read otherwise.
func launch(ctx context.Context, name, base string, cmd *exec.Cmd) (*server, error) {
	s := &server{name: name, cmd: cmd, errors: &tail{}, ended: make(chan struct{})}
	s.at(base)
	if cmd.Stderr == nil {
		cmd.Stderr = s.errors
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	go func() {
		_ = cmd.Wait() // stop kills it
		close(s.ended)
	}()
	var err error
	if s.account, err = process.NewProcessWithContext(ctx, int32(cmd.Process.Pid)); err != nil {
		s.stop()
		return nil, fmt.Errorf("the accounting of %s: %w", name, err)
	}
	return s, nil
}

func (s *server) at(base string) {
	s.url = base
	s.address = strings.TrimPrefix(base, "http://")
}

// stop kills the process and waits for its end.
func (s *server) stop() {
	_ = s.cmd.Process.Kill()
	<-s.ended
}

// errEnded is wrapped when a server ended by itself.
var errEnded = errors.New("ended")

// until tries until it succeeds, the server ends, or patience does.
func (s *server) until(ctx context.Context, pause time.Duration, try func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for !try() {
		select {
		case <-s.ended:
			return fmt.Errorf("%s %w: %s", s.name, errEnded, s.errors)
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w %s", s.name, ctx.Err(), s.errors)
		case <-time.After(pause):
		}
	}
	return nil
}

// ready returns whether a request is answered with 200, on a connection of its own.
func (s *server) ready(ctx context.Context, request []byte) bool {
	answer, err := s.ask(ctx, request)
	return err == nil && answer.Status == http.StatusOK
}

// options are how a localsepay is started, besides what every one gets.
type options struct {
	listen string
	args   []string
	env    []string
	stderr io.Writer
}

// serveCommand is "localsepay serve" with a fixed seed, without limits, and with
// files of its own, so that it neither reads nor writes those of the user. Its log
// is written, to nobody.
func serveCommand(ctx context.Context, binary, dir string, o options) *exec.Cmd {
	args := []string{
		"serve", "--seed", "1", "--rate-limit", "off",
		"--listen", o.listen, "--state-file", filepath.Join(dir, "identity.json"),
	}
	cmd := exec.CommandContext(ctx, binary, append(args, o.args...)...)
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "LOCALSEPAY_") && !strings.HasPrefix(e, "XDG_RUNTIME_DIR=") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	cmd.Env = append(append(cmd.Env, "XDG_RUNTIME_DIR="+dir), o.env...)
	cmd.Stderr = o.stderr
	return cmd
}

// startLocalsepay starts one on a port of its own choice, which it leaves in its
// runtime folder for other verbs.
func (b *bench) startLocalsepay(ctx context.Context, o options) (*server, error) {
	dir, err := os.MkdirTemp(b.dir, "serve")
	if err != nil {
		return nil, err
	}
	o.listen = "127.0.0.1:0"
	s, err := launch(ctx, "localsepay", "", serveCommand(ctx, b.binaries.localsepay, dir, o))
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "localsepay", fmt.Sprintf("%d.json", s.cmd.Process.Pid))
	err = s.until(ctx, time.Millisecond, func() bool {
		var left struct{ URL string }
		if readJSON(file, &left) != nil {
			return false
		}
		s.at(left.URL)
		return s.ready(ctx, health)
	})
	if err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// startBare starts the control with the answers that it gives.
func (b *bench) startBare(ctx context.Context, routes []route) (*server, error) {
	file, err := os.CreateTemp(b.dir, "routes")
	if err != nil {
		return nil, err
	}
	_ = file.Close()
	if err := writeJSON(file.Name(), routes); err != nil {
		return nil, err
	}
	printed := &tail{}
	cmd := exec.CommandContext(ctx, b.binaries.bare, "-routes", file.Name())
	cmd.Stdout = printed
	s, err := launch(ctx, "bare", "", cmd)
	if err != nil {
		return nil, err
	}
	err = s.until(ctx, time.Millisecond, func() bool {
		base, whole := strings.CutSuffix(printed.String(), "\n")
		s.at(base)
		return whole && s.ready(ctx, count)
	})
	if err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// freeAddress is a loopback address that nobody listens on for now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// tail keeps the last bytes that were written.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if over := len(t.text) - 4<<10; over > 0 {
		t.text = append(t.text[:0], t.text[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
