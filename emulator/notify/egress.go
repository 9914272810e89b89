package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// Egress says which addresses a webhook may have.
type Egress string

// The rules of SePay's test mode and of live mode
// (https://developer.sepay.vn/vi/sepay-webhooks/bao-mat).
const (
	// EgressTest takes http, private addresses and self-signed certificates.
	EgressTest Egress = "test"
	// EgressLive takes https to public addresses with valid certificates only.
	EgressLive Egress = "live"
)

// errRefused: the address is not one that a webhook may have.
var errRefused = errors.New("refused: not a public address")

// maxURL is the greatest length of a webhook URL.
const maxURL = 300

// CheckURL says whether a webhook may have the URL. Under live rules a host
// name is resolved.
func (e Egress) CheckURL(ctx context.Context, text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return errors.New("want an absolute URL such as https://shop.example/hook")
	case len(text) > maxURL:
		return fmt.Errorf("want %d characters at most", maxURL)
	case u.Scheme != "http" && u.Scheme != "https":
		return errors.New("want http or https")
	case u.User != nil:
		return errors.New("want no user name in the URL")
	case e != EgressLive:
		return nil
	case u.Scheme != "https":
		return errors.New("live mode takes https only")
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return fmt.Errorf("live mode takes hosts that resolve: %w", err)
	}
	for _, a := range addrs {
		if !public(a) {
			return fmt.Errorf("live mode takes public addresses only, not %s", a)
		}
	}
	return nil
}

// reserved are the ranges that are not private, but not for the public either.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("fec0::/10"),
}

// public says that an address belongs to a host on the internet.
func public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	for _, r := range reserved {
		if r.Contains(a) {
			return false
		}
	}
	return true
}

type connectTimeoutKey struct{}

// transport makes the client of the outbox. It follows no redirect, asks no
// proxy, and under live rules connects to public addresses only, whatever a
// name resolves to at that moment.
func (e Egress) transport() *http.Transport {
	dialer := &net.Dialer{}
	if e == EgressLive {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			ap, err := netip.ParseAddrPort(address)
			if err != nil || !public(ap.Addr()) {
				return errRefused
			}
			return nil
		}
	}
	return &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if connect, ok := ctx.Value(connectTimeoutKey{}).(time.Duration); ok {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, connect)
				defer cancel()
			}
			return dialer.DialContext(ctx, network, addr)
		},
		// Test mode does not verify certificates; live mode does.
		TLSClientConfig:     &tls.Config{InsecureSkipVerify: e != EgressLive, MinVersion: tls.VersionTLS12},
		MaxIdleConnsPerHost: laneWidth,
		MaxIdleConns:        256,
		IdleConnTimeout:     30 * time.Second,
		DisableCompression:  true,
		ForceAttemptHTTP2:   false,
	}
}
