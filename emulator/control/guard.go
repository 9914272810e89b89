package control

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/surface"
)

// Local says that a Host header names this machine: localhost, a name below
// .localhost, or a loopback address. A web page that had its own name resolve
// to 127.0.0.1 does not pass.
func Local(host string) bool {
	name := surface.Hostname(host)
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && addr.Unmap().IsLoopback()
}

// Allowed says that control answers to a Host header.
func Allowed(host string, more []string) bool {
	return Local(host) || slices.ContainsFunc(more, func(a string) bool { return surface.Hostname(host) == surface.Hostname(a) })
}

// Guard lets local callers through, and of browsers only pages of the
// emulator's own address: everything here can move money.
func (c *Control) Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Server", ServerName) // by which a client knows that a localsepay answers
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-store")
		if p := c.refusal(r); p != nil {
			write(w, 0, nil, p)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Admits says that the control API answers a request, or its caller may see what
// the API shows.
func (c *Control) Admits(r *http.Request) bool { return c.refusal(r) == nil }

// refusal is why the control API does not answer a request, nil when it does.
func (c *Control) refusal(r *http.Request) *Problem {
	// A page that had its own name resolve to this machine could make up what a
	// proxy says, and a proxy could pass such a page's name on.
	for _, host := range []string{surface.DirectHost(r), r.Host} {
		if !Allowed(host, c.AllowHosts) {
			return newProblem(http.StatusForbidden, "Host not allowed", "the control API does not answer to the host name "+quoteHost(host), "call it by 127.0.0.1 or localhost, or start localsepay with --allow-host")
		}
	}
	if surface.CrossOrigin(r) {
		return newProblem(http.StatusForbidden, "Cross-origin request", "a web page of another origin may not use the control API", "call it from your own program, not from a page")
	}
	return nil
}

// quoteHost shows a host name without what could disturb a log or a page.
func quoteHost(host string) string {
	clean := strings.Map(func(c rune) rune {
		if c < '!' || c > '~' || c == '<' || c == '>' || c == '"' {
			return '?'
		}
		return c
	}, host)
	return "\"" + clean[:min(len(clean), 100)] + "\""
}
