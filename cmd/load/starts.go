package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// startRow measures from the start of the process to its first 200, beside bare.
func startRow() measure {
	const name = "cold start"
	return measure{[]string{name}, func(ctx context.Context, b *bench) ([]row, error) {
		own := func(address string) (*exec.Cmd, error) {
			dir, err := os.MkdirTemp(b.dir, "serve")
			return serveCommand(ctx, b.binaries.localsepay, dir, options{listen: address}), err
		}
		r, err := b.coldStarts(ctx, name, start{own, health}, b.bareStart(ctx))
		return []row{r}, err
	}}
}

// start is how a server is started at an address, and the request that it answers
// with 200 once it serves.
type start struct {
	command func(address string) (*exec.Cmd, error)
	request []byte
}

func (b *bench) bareStart(ctx context.Context) start {
	return start{func(address string) (*exec.Cmd, error) {
		return exec.CommandContext(ctx, b.binaries.bare, "-listen", address), nil
	}, count}
}

// coldStarts starts two servers in turn.
func (b *bench) coldStarts(ctx context.Context, name string, own, bare start) (row, error) {
	var a, c []float64
	for range b.config.Rounds {
		for _, one := range []struct {
			start
			to *[]float64
		}{{own, &a}, {bare, &c}} {
			took, err := one.once(ctx, name)
			if err != nil {
				return row{}, err
			}
			*one.to = append(*one.to, took)
		}
	}
	return row{Name: name, Unit: "ms", Own: spreadOf(a), Control: spreadOf(c), Ratio: ratioOf(a, c), Note: "to the first 200"}, nil
}

// once starts and kills a server, and returns the milliseconds to its first 200.
func (o start) once(ctx context.Context, name string) (float64, error) {
	from := time.Now()
	s, err := o.up(ctx, name)
	if err != nil {
		return 0, err
	}
	took := milliseconds(time.Since(from))
	s.stop()
	return took, nil
}

// up starts a server and waits for its first 200.
func (o start) up(ctx context.Context, name string) (*server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	cmd, err := o.command(address)
	if err != nil {
		return nil, err
	}
	s, err := launch(ctx, name, "http://"+address, cmd)
	if err != nil {
		return nil, err
	}
	if err := s.until(ctx, 200*time.Microsecond, func() bool { return s.ready(ctx, o.request) }); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// first is a request that a surface gets first after a start.
type first struct {
	surface string
	// request is made with the credentials of the seed, which are the same after each
	// start; prepare, unless nil, asks a started one for what else is needed.
	request func(*shop) []byte
	prepare func(context.Context, *shop) ([]byte, error)
	status  int
}

// firsts has a request for each surface.
var firsts = []first{
	{surface: "checkout", status: http.StatusFound, request: func(s *shop) []byte { return s.init("FIRST") }},
	{surface: "hosted page", status: http.StatusOK, prepare: func(ctx context.Context, s *shop) ([]byte, error) {
		o, err := s.order(ctx, "FIRST")
		return get(o.CheckoutURL), err
	}},
	{surface: "orders API", status: http.StatusOK, request: func(s *shop) []byte { return get("/v1/order", s.pair()) }},
	{surface: "API v1", status: http.StatusOK, request: func(s *shop) []byte { return get("/userapi/transactions/list", s.token()) }},
	{surface: "API v2", status: http.StatusOK, request: func(s *shop) []byte { return get("/v2/transactions", s.token()) }},
	{surface: "OAuth2", status: http.StatusCreated, request: func(*shop) []byte { return postJSON(control.Prefix+"/oauth/tokens", "{}") }},
	{surface: "OAuth2 API", status: http.StatusOK, prepare: func(ctx context.Context, s *shop) ([]byte, error) {
		t, err := s.api.Tokens(ctx, control.TokenRequest{})
		return get("/api/v1/me", bearer(t.AccessToken)), err
	}},
	{surface: "QR", status: http.StatusOK, request: func(*shop) []byte {
		return get("/img?acc=0010000000355&bank=Vietcombank&amount=100000&des=DH000123")
	}},
	{surface: "control API", status: http.StatusOK, request: func(*shop) []byte { return get(control.Prefix + "/state") }},
	{surface: "console", status: http.StatusOK, request: func(*shop) []byte { return get("/_console/phone") }},
}

// firstRows measures the first request of each surface after a start, and the
// second, beside bare's.
func firstRows() []measure {
	var out []measure
	for _, f := range firsts {
		names := []string{"first request, " + f.surface, "second request, " + f.surface}
		out = append(out, measure{names, func(ctx context.Context, b *bench) ([]row, error) {
			return b.firstRequests(ctx, f, names)
		}})
	}
	return out
}

func (b *bench) firstRequests(ctx context.Context, f first, names []string) ([]row, error) {
	probe, err := b.startLocalsepay(ctx, options{})
	if err != nil {
		return nil, err
	}
	defer probe.stop()
	known, err := newShop(ctx, probe)
	if err != nil {
		return nil, err
	}
	request, err := f.of(ctx, known)
	if err != nil {
		return nil, err
	}
	answer, err := probe.ask(ctx, request)
	if err == nil {
		err = answer.expect(f.status, "")
	}
	if err != nil {
		return nil, err
	}
	var own, bare [2][]float64
	for range b.config.Rounds {
		s, err := b.startLocalsepay(ctx, options{})
		if err == nil {
			err = s.twice(ctx, func(s *server) ([]byte, error) { return f.of(ctx, &shop{s, control.NewClient(s.url), known.company}) }, f.status, &own)
		}
		if err != nil {
			return nil, err
		}
		s, err = b.startBare(ctx, []route{answer})
		if err == nil {
			err = s.twice(ctx, func(*server) ([]byte, error) { return request, nil }, f.status, &bare)
		}
		if err != nil {
			return nil, err
		}
	}
	var rows []row
	for i, name := range names {
		rows = append(rows, row{Name: name, Unit: "ms", Own: spreadOf(own[i]), Control: spreadOf(bare[i]), Ratio: ratioOf(own[i], bare[i])})
	}
	return rows, nil
}

func (f first) of(ctx context.Context, s *shop) ([]byte, error) {
	if f.prepare != nil {
		return f.prepare(ctx, s)
	}
	return f.request(s), nil
}

// twice sends a request two times over one connection that is open, adds the
// milliseconds of each, and stops the server.
func (s *server) twice(ctx context.Context, request func(*server) ([]byte, error), status int, to *[2][]float64) error {
	defer s.stop()
	text, err := request(s)
	if err != nil {
		return err
	}
	g := &gunner{plan: plan{cycle: [][]byte{bytes.Clone(text)}, status: status}, address: s.address}
	defer g.close()
	if err := g.open(ctx); err != nil {
		return err
	}
	for i := range to {
		from := time.Now()
		if err := g.once(ctx); err != nil {
			return fmt.Errorf("asking %s: %w", s.name, err)
		}
		to[i] = append(to[i], milliseconds(time.Since(from)))
	}
	return nil
}
