package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// patience is how long an answer may take before the row fails.
const patience = 30 * time.Second

// plan is what the connections send.
type plan struct {
	// cycle is sent in turn, over and over; without it, next makes each request.
	cycle [][]byte
	// next makes the request of a connection, and done, unless nil, gets the body of
	// its answer, which is valid until done returns. Each connection calls them from
	// its own goroutine.
	next func(connection int) ([]byte, error)
	done func(connection int, body []byte) error
	// status is what every answer has to have.
	status int
	// fresh opens a connection for each request.
	fresh bool
}

// extent is how much is sent: as many requests, or as long.
type extent struct {
	requests int
	duration time.Duration
}

// volley is what was answered, and how long it took.
type volley struct {
	requests int
	took     time.Duration
}

// gunner is one connection of a volley.
type gunner struct {
	plan    plan
	address string
	number  int
	conn    net.Conn
	in      *answers
	sent    int
}

// fire loads an address over several connections. Each sends a request once its
// last one was answered. An answer with another status, or none, is an error.
func fire(ctx context.Context, address string, p plan, connections int, e extent) (volley, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		all   sync.WaitGroup
		taken atomic.Int64
		total atomic.Int64
	)
	guns := make([]*gunner, connections)
	for i := range guns {
		guns[i] = &gunner{plan: p, address: address, number: i}
		defer guns[i].close()
		if err := guns[i].open(ctx); err != nil { // before the time begins
			return volley{}, err
		}
	}
	start := time.Now()
	more := func(sent int) bool {
		if e.requests > 0 {
			return taken.Add(1) <= int64(e.requests)
		}
		return sent == 0 || time.Since(start) < e.duration // at least one, however slow the machine
	}
	for _, g := range guns {
		all.Go(func() {
			for ctx.Err() == nil && more(g.sent) {
				if err := g.once(ctx); err != nil {
					cancel(err)
					return
				}
				total.Add(1)
			}
		})
	}
	all.Wait()
	took := time.Since(start)
	if ctx.Err() != nil {
		return volley{}, context.Cause(ctx)
	}
	return volley{int(total.Load()), took}, nil
}

func (g *gunner) open(ctx context.Context) error {
	if g.conn != nil {
		return nil
	}
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(ctx, "tcp", g.address)
	if err != nil {
		return err
	}
	g.conn, g.in = conn, newAnswers(conn)
	return nil
}

func (g *gunner) close() {
	if g.conn != nil {
		_ = g.conn.Close()
		g.conn = nil
	}
}

// once sends a request and reads its answer.
func (g *gunner) once(ctx context.Context) error {
	request, err := g.request()
	if err != nil {
		return err
	}
	if err := g.open(ctx); err != nil {
		return err
	}
	if err := g.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := g.conn.Write(request); err != nil {
		return err
	}
	status, body, err := g.in.next(g.plan.done != nil)
	if err != nil {
		return fmt.Errorf("request %d of a connection: %w", g.sent, err)
	}
	if status != g.plan.status {
		return fmt.Errorf("request %d of a connection is answered with %d, not %d", g.sent, status, g.plan.status)
	}
	if g.plan.fresh {
		g.close()
	}
	if g.plan.done != nil {
		return g.plan.done(g.number, body)
	}
	return nil
}

func (g *gunner) request() ([]byte, error) {
	g.sent++
	switch {
	case g.plan.next != nil:
		return g.plan.next(g.number)
	case len(g.plan.cycle) > 0:
		return g.plan.cycle[(g.number+g.sent)%len(g.plan.cycle)], nil
	}
	return nil, errors.New("there is no request to send")
}
