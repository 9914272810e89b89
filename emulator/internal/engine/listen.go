package engine

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/finding"
)

// Handler serves everything without a listener of the emulator's own. Behind
// your own listener, SePay's APIs answer any Host; with [Engine.Listen] they
// answer local names, SePay's hosts and allowed ones.
func (e *Engine) Handler() http.Handler { return e.handler }

// The limits of the server. There is no write timeout: an advance takes as
// long as the merchant's handlers do.
const (
	readTimeout    = 30 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 64 << 10
	closeTimeout   = 5 * time.Second
	// breakTimeout is how long a call that was broken off may take to end.
	breakTimeout = time.Second
)

// Listen serves on the address of the options.
func (e *Engine) Listen() error {
	l, err := net.Listen("tcp", e.config.Listen)
	if err != nil {
		return err
	}
	if err := e.Serve(l); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listener = l
	return nil
}

// Serve answers on one more listener, as [Engine.Listen] does on the address of
// the options, and returns at once. The listener may use TLS. The emulator owns
// it: [Engine.Close] closes it. One that ends by itself is a finding, and an
// error of Close. On a closed emulator the listener is closed and the error is
// [http.ErrServerClosed].
func (e *Engine) Serve(l net.Listener) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return errors.Join(http.ErrServerClosed, l.Close())
	}
	if e.server == nil {
		e.server = &http.Server{Handler: e.handler.listening(), ReadTimeout: readTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes}
	}
	server := e.server
	e.serving.Go(func() {
		err := server.Serve(l)
		if errors.Is(err, http.ErrServerClosed) {
			return
		}
		err = fmt.Errorf("listening on %s ended: %w", l.Addr(), err)
		e.findings.Add(finding.Internal("a listener", err))
		e.mu.Lock()
		defer e.mu.Unlock()
		e.ended = errors.Join(e.ended, err)
	})
	return nil
}

// URL is the base address of [Engine.Listen], without a trailing slash; empty
// before.
func (e *Engine) URL() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listener == nil {
		return ""
	}
	return "http://" + reachable(e.listener.Addr())
}

// reachable returns an address that works from this machine: loopback for a
// wildcard.
func reachable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return a.String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
}

// NetworkURLs lists base addresses by which other machines or containers reach an
// emulator that listens on a wildcard address; otherwise it is empty.
func (e *Engine) NetworkURLs() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listener == nil {
		return nil
	}
	tcp, ok := e.listener.Addr().(*net.TCPAddr)
	if !ok {
		return nil
	}
	var out []string
	for _, host := range ownHosts(tcp.IP) {
		out = append(out, "http://"+net.JoinHostPort(host, strconv.Itoa(tcp.Port)))
	}
	return out
}

// ownHosts lists the addresses of this machine's interfaces when listen is the
// wildcard address, without loopback and those that need a zone. Only a page
// loaded from such an address can have it in its Host header.
func ownHosts(listen net.IP) []string {
	if listen != nil && !listen.IsUnspecified() {
		return nil
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var out []string
	for _, a := range addresses {
		n, ok := a.(*net.IPNet)
		if ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			out = append(out, n.IP.String())
		}
	}
	return out
}

// allowedHosts are the host names that control accepts besides local ones:
// those of the options and, on a wildcard address, this machine's own.
func (c Config) allowedHosts() []string {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil || host != "" && net.ParseIP(host) == nil {
		return c.AllowHosts
	}
	return append(slices.Clone(c.AllowHosts), ownHosts(net.ParseIP(host))...)
}
