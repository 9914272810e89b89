package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// peer is an emulator of something else, which developers run as they run
// localsepay.
type peer struct {
	name string
	// install returns the program and its first arguments.
	install func(ctx context.Context, cache string) ([]string, error)
	// args are what starts it at an address.
	args func(address string) ([]string, error)
	// request is answered with 200 once it serves.
	request []byte
	reads   []peerRead
}

// peerRead is a request that is comparable with one of localsepay's rows.
type peerRead struct {
	name string
	// prepare makes what is read, and returns requests that are sent in turn.
	prepare func(context.Context, *server) ([][]byte, error)
	// text is in the answer.
	text string
}

const customers = "/v1/customers"

var peers = []peer{
	{
		name: "stripe-mock", install: goInstall("stripe-mock", "github.com/stripe/stripe-mock@v0.203.0"),
		args: func(address string) ([]string, error) {
			other, err := freeAddress() // it insists on TLS too
			return []string{"-http-addr", address, "-https-addr", other}, err
		},
		request: get("/v1/charges/ch_1", bearer("sk_test_1")),
		reads: []peerRead{
			{"detail", asking(get("/v1/charges/ch_1", bearer("sk_test_1"))), `"object":"charge"`},
			{"list", asking(get("/v1/charges?limit=20", bearer("sk_test_1"))), `"object":"list"`},
		},
	},
	{
		name: "emulate (stripe)", install: npmInstall("emulate", "0.8.0", "dist/index.js"),
		args: func(address string) ([]string, error) {
			_, port, err := net.SplitHostPort(address)
			return []string{"start", "--service", "stripe", "--port", port}, err
		},
		request: get(customers, bearer("sk_test_0")),
		reads:   []peerRead{{"detail", oneCustomer, `"object":"customer"`}, {"list of 20", twentyCustomers, `"object":"list"`}},
	},
	{
		name: "oauth2-mock-server", install: npmInstall("oauth2-mock-server", "9.3.0", "dist/oauth2-mock-server.mjs"),
		args: func(address string) ([]string, error) {
			host, port, err := net.SplitHostPort(address)
			return []string{"-a", host, "-p", port}, err
		},
		request: get("/jwks"),
		reads: []peerRead{
			{"JWKS detail", asking(get("/jwks")), `"keys"`},
			{"OAuth2 token", asking(postForm("/token", "grant_type=client_credentials&scope=profile")), `"access_token"`},
		},
	},
}

// peerRows measure each peer beside bare.
func peerRows() []measure {
	var out []measure
	for _, p := range peers {
		names := []string{p.name + ", cold start", p.name + ", memory, idle"}
		for _, r := range p.reads {
			names = append(names, p.name+", "+r.name)
		}
		out = append(out, measure{names, func(ctx context.Context, b *bench) ([]row, error) {
			program, err := p.install(ctx, b.config.Cache)
			if err != nil {
				return []row{{Name: names[0], Skipped: err.Error()}}, nil
			}
			apart := *b // the peaks are localsepay's
			return p.measure(ctx, &apart, names, program)
		}})
	}
	return out
}

func (p peer) measure(ctx context.Context, b *bench, names, program []string) ([]row, error) {
	up := start{func(address string) (*exec.Cmd, error) {
		args, err := p.args(address)
		return exec.CommandContext(ctx, program[0], append(program[1:len(program):len(program)], args...)...), err
	}, p.request}
	cold, err := b.coldStarts(ctx, names[0], up, b.bareStart(ctx))
	if err != nil {
		return nil, err
	}
	idle, err := b.idles(ctx, names[1], func() (*server, error) { return up.up(ctx, p.name) })
	if err != nil {
		return nil, err
	}
	rows := []row{cold, idle}
	for i, read := range p.reads {
		r, err := p.read(ctx, b, names[2+i], read, up)
		if err != nil {
			r = row{Name: names[2+i], Error: err.Error()}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// read loads a peer that was started for it.
func (p peer) read(ctx context.Context, b *bench, name string, r peerRead, up start) (row, error) {
	s, err := up.up(ctx, p.name)
	if err != nil {
		return row{}, err
	}
	defer s.stop()
	requests, err := r.prepare(ctx, s)
	if err != nil {
		return row{}, err
	}
	return b.beside(ctx, name, s, job{request: requests[0], check: ok(r.text), plan: func() plan {
		return plan{cycle: requests, status: http.StatusOK}
	}})
}

// asking repeats a request that needs no preparation.
func asking(request []byte) func(context.Context, *server) ([][]byte, error) {
	return func(context.Context, *server) ([][]byte, error) { return [][]byte{request}, nil }
}

// manyTokens repeats a request with many tokens: emulate counts 5,000 requests an
// hour for each.
func manyTokens(path string) [][]byte {
	var out [][]byte
	for i := range 200 {
		out = append(out, get(path, bearer(fmt.Sprint("sk_test_", i))))
	}
	return out
}

func oneCustomer(ctx context.Context, s *server) ([][]byte, error) {
	answer, err := s.ask(ctx, postForm(customers, "name=An&email=an%40shop.test", bearer("sk_test_0")))
	if err != nil {
		return nil, err
	}
	_, rest, _ := strings.Cut(string(answer.Body), `"id":"`)
	id, _, found := strings.Cut(rest, `"`)
	if !found {
		return nil, fmt.Errorf("%s makes no customer: %.200s", s.name, answer.Body)
	}
	return manyTokens(customers + "/" + id), nil
}

func twentyCustomers(ctx context.Context, s *server) ([][]byte, error) {
	for range 20 {
		if _, err := oneCustomer(ctx, s); err != nil {
			return nil, err
		}
	}
	return manyTokens(customers + "?limit=20"), nil
}

// goInstall builds a program from the module proxy, once.
func goInstall(name, module string) func(context.Context, string) ([]string, error) {
	return func(ctx context.Context, cache string) ([]string, error) {
		_, version, _ := strings.Cut(module, "@")
		dir := filepath.Join(cache, name+"-"+version)
		program := filepath.Join(dir, name)
		if runtime.GOOS == "windows" {
			program += ".exe"
		}
		if _, err := os.Stat(program); err == nil {
			return []string{program}, nil
		}
		cmd := exec.CommandContext(ctx, "go", "install", "-trimpath", "-ldflags", "-s -w", module)
		cmd.Env = append(os.Environ(), "GOBIN="+dir, "CGO_ENABLED=0", "GOFLAGS=")
		return []string{program}, quietly(cmd)
	}
}

// npmInstall installs a package into a folder of its own, once. The script is run
// by node itself: npx would stay in between as a process of its own.
func npmInstall(name, version, script string) func(context.Context, string) ([]string, error) {
	return func(ctx context.Context, cache string) ([]string, error) {
		node, err := exec.LookPath("node")
		if err != nil {
			return nil, errors.New("node is not on the path")
		}
		dir := filepath.Join(cache, name+"-"+version)
		program := filepath.Join(dir, "node_modules", name, filepath.FromSlash(script))
		if _, err := os.Stat(program); err == nil {
			return []string{node, program}, nil
		}
		cmd := exec.CommandContext(ctx, "npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", dir, name+"@"+version)
		return []string{node, program}, quietly(cmd)
	}
}

// quietly runs an installation; its error has the last line that was printed.
func quietly(cmd *exec.Cmd) error {
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return fmt.Errorf("it cannot be installed: %w: %.200s", err, lines[len(lines)-1])
}
