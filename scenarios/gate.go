package scenarios

import (
	"net"
	"sync"
)

// gate keeps the shop's address while the shop is down: connections are reset
// then. An address that was given up could be somebody else's by the time the
// shop is back.
type gate struct {
	net.Listener

	mu sync.Mutex
	in *gateListener // nil while the shop is down
	// ended is closed when the gate has let its last connection go.
	ended chan struct{}
}

// gateListener is the gate while it is open, for one server.
type gateListener struct {
	gate  *gate
	conns chan net.Conn
	shut  chan struct{}
	once  sync.Once
}

func newGate(address string) (*gate, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	g := &gate{Listener: l, ended: make(chan struct{})}
	go g.watch()
	return g, nil
}

// watch lets connections in, or resets them.
func (g *gate) watch() {
	defer close(g.ended)
	for {
		conn, err := g.Listener.Accept()
		if err != nil {
			return // it was closed
		}
		g.mu.Lock()
		in := g.in
		g.mu.Unlock()
		if in == nil {
			reset(conn)
			continue
		}
		select {
		case in.conns <- conn:
		case <-in.shut:
			reset(conn)
		}
	}
}

// open begins to let connections in, through the gateListener.
func (g *gate) open() *gateListener {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.in = &gateListener{gate: g, conns: make(chan net.Conn), shut: make(chan struct{})}
	return g.in
}

// close gives the address up.
func (g *gate) close() error {
	err := g.Listener.Close()
	<-g.ended
	return err
}

// reset ends a connection as a machine does on which nobody listens.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // without it the connection ends politely, which will do
	}
	_ = conn.Close() // nobody waits for what it has to say
}

// Accept implements [net.Listener].
func (e *gateListener) Accept() (net.Conn, error) {
	select {
	case conn := <-e.conns:
		return conn, nil
	case <-e.shut:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener]: the gate stays.
func (e *gateListener) Close() error {
	e.once.Do(func() {
		e.gate.mu.Lock()
		defer e.gate.mu.Unlock()
		if e.gate.in == e {
			e.gate.in = nil
		}
		close(e.shut)
	})
	return nil
}

// Addr implements [net.Listener].
func (e *gateListener) Addr() net.Addr { return e.gate.Addr() }
