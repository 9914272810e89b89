package engine

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/localsepay/localsepay/emulator/internal/console"
	"github.com/localsepay/localsepay/emulator/internal/control"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi/known"
)

// switchboard routes a request by host name when it is one of SePay's,
// otherwise by path.
type switchboard struct {
	door    *frontdoor.Door
	control func() http.Handler
	console func() http.Handler
	home    http.Handler
	plain   []placed
	hosts   map[string][]placed
	// proxies are trusted about the host and scheme that a browser asked for.
	proxies []netip.Prefix
	// allowed are host names that are accepted besides SePay's and local ones.
	allowed []string
	// last is the Host header of the latest request: most clients send one.
	last atomic.Pointer[hostHeader]
}

// hostHeader is a Host header, its name, and whether the listener accepts it.
type hostHeader struct {
	text, name string
	accepted   bool
}

// placed is a surface at a host, with its router.
type placed struct {
	surface *surface.Surface
	router  func() *surface.Router
	env     store.Environment
}

// newSwitchboard builds the routers at their first request: compiling their
// patterns would be most of an emulator's start.
func newSwitchboard(door *frontdoor.Door, control func() http.Handler, pages *console.Console, surfaces []*surface.Surface, proxies []netip.Prefix, allowed []string) *switchboard {
	failed := func(w http.ResponseWriter, _ *http.Request, err error) { page.Fail(w, err) }
	guarded := func(h http.Handler) http.Handler { return frontdoor.Guard(h, door.Findings, failed) }
	s := &switchboard{
		door: door, control: sync.OnceValue(control), console: sync.OnceValue(func() http.Handler { return guarded(pages.Control.Enter(pages.Handler())) }),
		home: guarded(pages.Control.Enter(http.HandlerFunc(pages.Home))), hosts: map[string][]placed{}, proxies: proxies, allowed: allowed,
	}
	door.Unserved = s.unserved
	for _, sf := range surfaces {
		p := placed{surface: sf, router: sync.OnceValue(sf.Router)}
		s.plain = append(s.plain, p)
		for _, host := range sf.Hosts {
			p.env = store.Environment(host.Environment)
			s.hosts[host.Name] = append(s.hosts[host.Name], p)
		}
	}
	return s
}

// ServeHTTP implements [http.Handler].
func (s *switchboard) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.place(w, r, false) }

// listening is the switchboard behind the emulator's own listener, where a
// browser may send requests made up by a web page.
func (s *switchboard) listening() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.place(w, r, true) })
}

// place routes a request; guarded refuses host names that are not accepted.
func (s *switchboard) place(w http.ResponseWriter, r *http.Request, guarded bool) {
	r = surface.Forwarded(r, s.proxies)
	asked := s.host(r.Host)
	host := asked.name
	if guarded && !asked.accepted && !ofLocalsepay(r.URL.Path) {
		s.door.Serve(foreignHost, foreignHost.Unserved(), "", w, r)
		return
	}
	here, named := s.hosts[host]
	if !named {
		here = s.plain
	}
	if named || !known.HasHost(host) {
		for i := range here {
			p := &here[i]
			if p.surface.Has(r.URL.Path) {
				s.door.Serve(p.surface, p.router(), p.env, w, r)
				return
			}
		}
	}
	switch {
	case named: // a path that this host of SePay does not have
		s.door.Serve(here[0].surface, here[0].surface.Unserved(), here[0].env, w, r)
	case known.HasHost(host), s.ofSePay(r.URL.Path):
		s.door.Serve(notEmulated, notEmulated.Unserved(), "", w, r)
	case strings.HasPrefix(r.URL.Path, "/_control/"):
		s.door.Gate.Through(w, r, s.control().ServeHTTP, control.Stopping)
	case strings.HasPrefix(r.URL.Path, console.Prefix):
		s.door.Gate.Through(w, r, s.console().ServeHTTP, page.Stopping)
	case r.URL.Path == "/":
		s.home.ServeHTTP(w, r)
	case r.URL.Path == "/favicon.ico":
		console.Icon(w)
	default:
		console.Nothing(w, r)
	}
}

// maxHost is the longest Host header that is kept, in bytes.
const maxHost = 256

// host reads a Host header.
func (s *switchboard) host(text string) *hostHeader {
	if last := s.last.Load(); last != nil && last.text == text {
		return last
	}
	name := surface.Hostname(text)
	asked := &hostHeader{text, name, s.answers(name)}
	if len(text) <= maxHost {
		s.last.Store(asked)
	}
	return asked
}

// answers returns whether a host name is accepted: SePay's, a local one, an
// allowed one, or none. It keeps out web pages whose own name resolves to this
// machine; a name without a dot, as containers use, cannot be a web page's.
func (s *switchboard) answers(host string) bool {
	_, served := s.hosts[host]
	return served || host == "" || known.HasHost(host) || control.Allowed(host, s.allowed) || !strings.ContainsAny(host, ".:")
}

// ofLocalsepay returns whether a path has a guard of its own, which checks the
// control token.
func ofLocalsepay(path string) bool {
	return strings.HasPrefix(path, "/_control/") || strings.HasPrefix(path, console.Prefix) || path == "/"
}
