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

// WithConnectTime bounds how long a request may take to connect, in real time.
func WithConnectTime(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, connectKey{}, d)
}

// connectTime bounds a connection where the request has no bound of its own.
const connectTime = 30 * time.Second

// dialer connects to what its rule allows.
type dialer struct {
	rule     Rule
	resolver *net.Resolver
}

// Dialer connects to a host and port that the rule allows. A nil resolver is the
// system's.
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
	// Nothing idles on such a connection: probes would only cost system calls.
	dial := net.Dialer{Resolver: d.resolver, KeepAlive: -1}
	if d.rule.Public {
		dial.Control = publicOnly
	}
	return patiently(ctx, func() (net.Conn, error) { return dial.DialContext(ctx, network, net.JoinHostPort(host, port)) })
}

// publicOnly looks at the address that is dialled.
func publicOnly(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !Public(ap.Addr()) {
		return &Refusal{Err: ErrNotPublic, What: address, Hint: "live mode takes hosts on the internet only"}
	}
	return nil
}

// portPause is between two looks for a free port.
const portPause = 10 * time.Millisecond

// patiently connects again while this machine has no port left for the host:
// ports of connections that were closed come back after some seconds. Nothing
// was sent then.
func patiently(ctx context.Context, connect func() (net.Conn, error)) (net.Conn, error) {
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

// outOfPorts tells a lack of ports from a lack of addresses: a machine without
// IPv6 answers with the same error. To connect by UDP sends nothing.
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
