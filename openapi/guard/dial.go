package guard

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
	"time"
)

type connectKey struct{}

// WithConnectTime sets the connect timeout of requests under ctx, in real time.
func WithConnectTime(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, connectKey{}, d)
}

// connectTime is the connect timeout when the request has none.
const connectTime = 30 * time.Second

// dialer connects to hosts that its rule allows.
type dialer struct {
	rule     Rule
	resolver *net.Resolver
}

// Dialer returns a dial function for hosts that the rule allows. A nil resolver
// is the system's.
func (r Rule) Dialer(resolver *net.Resolver) func(ctx context.Context, network, address string) (net.Conn, error) {
	return dialer{r, resolver}.dial
}

func (d dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, unfit(address)
	}
	h, err := ParseHost(host)
	if err != nil {
		return nil, err
	}
	if err := d.rule.Host(h); err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(host); err != nil { // an address keeps its zone
		host = h.String() // what was judged, in a form that every resolver reads the same way
	}
	limit, ok := ctx.Value(connectKey{}).(time.Duration)
	if !ok {
		limit = connectTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	// Keep-alive probes are off: no such connection idles.
	dial := net.Dialer{Resolver: d.resolver, KeepAlive: -1}
	if d.rule.Public {
		dial.Control = publicOnly
	}
	return retryPorts(ctx, func() (net.Conn, error) { return dial.DialContext(ctx, network, net.JoinHostPort(host, port)) })
}

// publicOnly checks the dialled address.
func publicOnly(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !Public(ap.Addr()) {
		return &Refusal{Err: ErrNotPublic, What: address, Hint: "live mode takes hosts on the internet only"}
	}
	return nil
}

// portPause is the pause between two attempts to get a free port.
const portPause = 10 * time.Millisecond

// retryPorts connects again while this machine has no free port for the host:
// ports of closed connections are freed after some seconds. Nothing has been
// sent then.
func retryPorts(ctx context.Context, connect func() (net.Conn, error)) (net.Conn, error) {
	for {
		conn, err := connect()
		if !outOfPorts(err) {
			return conn, err
		}
		timer := time.NewTimer(portPause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, err
		}
	}
}

// outOfPorts distinguishes a lack of ports from a lack of addresses, as a
// machine without IPv6 returns the same error. Connecting by UDP sends nothing.
func outOfPorts(err error) bool {
	var op *net.OpError
	if !errors.Is(err, syscall.EADDRNOTAVAIL) || !errors.As(err, &op) || op.Addr == nil {
		return false
	}
	conn, err := net.Dial("udp", op.Addr.String())
	if err != nil {
		return false
	}
	return conn.Close() == nil
}
