package surface

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// forwarded is what a reverse proxy says about a request.
type forwarded struct {
	// scheme is http or https, as the browser uses it; empty when not given.
	scheme string
	// direct is the Host header of the proxy's own request.
	direct string
}

type forwardedKey struct{}

var forwardedHost = pattern.Lazy(`^[A-Za-z0-9._\-]+(?::[0-9]{1,5})?$|^\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?$`)

// Forwarded applies X-Forwarded-Host and X-Forwarded-Proto of a request from a
// loopback address or one of the proxies: the returned request has the host
// that the browser asked for. From other senders the headers are ignored.
func Forwarded(r *http.Request, proxies []netip.Prefix) *http.Request {
	hosts, schemes := r.Header["X-Forwarded-Host"], r.Header["X-Forwarded-Proto"]
	if len(hosts) == 0 && len(schemes) == 0 || !fromProxy(r.RemoteAddr, proxies) {
		return r
	}
	f := forwarded{direct: r.Host}
	if scheme := first(schemes); scheme == "http" || scheme == "https" {
		f.scheme = scheme
	}
	r = r.WithContext(context.WithValue(r.Context(), forwardedKey{}, f))
	if host := first(hosts); forwardedHost().MatchString(host) {
		r.Host = host
	}
	return r
}

// first returns the first entry of a header that several proxies may extend.
func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	value, _, _ := strings.Cut(values[0], ",")
	return strings.ToLower(strings.TrimSpace(value))
}

func fromProxy(address string, proxies []netip.Prefix) bool {
	from, err := netip.ParseAddrPort(address)
	if err != nil {
		return false
	}
	ip := from.Addr().Unmap().WithZone("")
	if ip.IsLoopback() {
		return true
	}
	for _, p := range proxies {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// FromHere returns whether a request comes from this machine: over a loopback
// connection, or one whose ends have the same address, and not through a proxy
// from elsewhere. A header about its sender can only make it a caller from
// elsewhere.
func FromHere(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !from.Addr().Unmap().IsLoopback() && !sameAddress(r, from.Addr()) {
		return false
	}
	for _, name := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded"} {
		for _, list := range r.Header[name] {
			for sender := range strings.SplitSeq(list, ",") {
				if !loopback(sender, name == "Forwarded") {
					return false
				}
			}
		}
	}
	return true
}

// sameAddress returns whether both ends of the connection have the same
// address.
func sameAddress(r *http.Request, from netip.Addr) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && local.AddrPort().Addr().Unmap().WithZone("") == from.Unmap().WithZone("")
}

// loopback checks one sender of X-Forwarded-For, or the for of a Forwarded
// element (RFC 7239 §4); an element without one is not from loopback.
func loopback(sender string, element bool) bool {
	sender = strings.TrimSpace(sender)
	if element {
		named := ""
		for pair := range strings.SplitSeq(sender, ";") {
			if name, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok && strings.EqualFold(name, "for") {
				named = strings.Trim(value, `"`)
			}
		}
		if named == "" {
			return true
		}
		sender = named
	}
	ip, err := netip.ParseAddr(Hostname(sender))
	return err == nil && ip.Unmap().IsLoopback()
}

// DirectHost returns the connection's own Host header, before any proxy's.
func DirectHost(r *http.Request) string {
	if f, ok := r.Context().Value(forwardedKey{}).(forwarded); ok {
		return f.direct
	}
	return r.Host
}

// Secure returns whether the browser uses https, with us or with a proxy.
func Secure(r *http.Request) bool {
	if f, ok := r.Context().Value(forwardedKey{}).(forwarded); ok && f.scheme != "" {
		return f.scheme == "https"
	}
	return r.TLS != nil || strings.EqualFold(r.URL.Scheme, "https")
}

// Origin returns the scheme and host that the browser used.
func Origin(r *http.Request) string {
	if Secure(r) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// Hostname returns the host of a Host header in canonical form; invalid text
// stays unchanged.
func Hostname(host string) string {
	if h, err := guard.ParseHost(host); err == nil {
		return h.String()
	}
	return host
}
