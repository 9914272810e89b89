package surface

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"

	"github.com/localsepay/localsepay/openapi/guard"
)

// forwarded is what a reverse proxy said about the request that it passes on.
type forwarded struct {
	// scheme is http or https, as the browser sees it; empty when not said.
	scheme string
	// direct is the Host header of the proxy's own request.
	direct string
}

type forwardedKey struct{}

var forwardedHost = regexp.MustCompile(`^[A-Za-z0-9._\-]+(?::[0-9]{1,5})?$|^\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?$`)

// Forwarded applies X-Forwarded-Host and X-Forwarded-Proto of a request that
// comes from a loopback address or from one of the proxies: the request that it
// returns has the host that the browser asked for. From anybody else they are
// not believed.
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
	if host := first(hosts); forwardedHost.MatchString(host) {
		r.Host = host
	}
	return r
}

// first is the first entry of a header that each proxy may have added to.
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

// FromHere says that a request comes from this machine: over a loopback
// connection, or one whose ends have the same address, and for nobody else when
// a proxy here passes it on. What a header says of its sender can only make it a
// caller from elsewhere.
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

// sameAddress says that the connection came to the address that it came from.
func sameAddress(r *http.Request, from netip.Addr) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && local.AddrPort().Addr().Unmap().WithZone("") == from.Unmap().WithZone("")
}

// loopback reads one sender of X-Forwarded-For, or the for of a Forwarded
// element (RFC 7239 §4); an element without one names nobody.
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

// DirectHost is the Host header that the connection itself carried, whatever a
// proxy says.
func DirectHost(r *http.Request) string {
	if f, ok := r.Context().Value(forwardedKey{}).(forwarded); ok {
		return f.direct
	}
	return r.Host
}

// Secure says that the browser speaks https, with us or with a proxy before us.
func Secure(r *http.Request) bool {
	if f, ok := r.Context().Value(forwardedKey{}).(forwarded); ok && f.scheme != "" {
		return f.scheme == "https"
	}
	return r.TLS != nil || strings.EqualFold(r.URL.Scheme, "https")
}

// Origin is the scheme and host that the browser used.
func Origin(r *http.Request) string {
	if Secure(r) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// Hostname is the host of a Host header in the one form in which hosts are
// compared; what is none stays as it is.
func Hostname(host string) string {
	if h, err := guard.ParseHost(host); err == nil {
		return h.String()
	}
	return host
}
