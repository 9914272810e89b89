package traffic

import (
	"slices"
	"strings"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/known"
)

// Missing explains why an exchange has no operation. At most one member is set;
// none when SePay's documents have nothing similar.
type Missing struct {
	// Known is an operation that SePay documents and localsepay does not emulate.
	Known *known.Operation
	// Hosts are other hosts that have the operation.
	Hosts []string
	// Methods are the documented methods of the path.
	Methods []string
	// Near is the most similar documented operation.
	Near string
}

// Missing searches everything that SePay documents for a request without an
// operation after [Atlas.Place].
func (a *Atlas) Missing(e Exchange) Missing {
	host := e.Hostname()
	method, path := e.method(), e.URL.Path
	here := a.byHost[host]
	if here == nil {
		here = a.contracts
	}
	// On a host that only has what is emulated, an operation of the table would
	// be at another host.
	if o, ok := known.Find(method, host, path); ok && (known.HasHost(host) || !a.SePay(host)) {
		return Missing{Known: &o}
	}
	var m Missing
	for _, c := range a.contracts {
		if _, ok := c.Operation(e.Request); ok && !slices.Contains(here, c) {
			m.Hosts = append(m.Hosts, c.Hosts()...)
		}
	}
	if len(m.Hosts) == 0 {
		if o, ok := known.Find(method, "", path); ok {
			m.Hosts = o.Hosts
		}
	}
	if len(m.Hosts) > 0 {
		slices.Sort(m.Hosts)
		m.Hosts = slices.Compact(m.Hosts)
		return m
	}
	m.Methods = a.methods(here, e)
	if len(m.Methods) == 0 {
		m.Near = a.near(here, method, path)
	}
	return m
}

// methods returns the methods of a path in the documents of a host.
func (a *Atlas) methods(here []*openapi.Contract, e Exchange) []string {
	var out []string
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		other := e.Request
		other.Method = method
		for _, c := range here {
			if _, ok := c.Operation(other); ok {
				out = append(out, method)
			}
		}
		if _, ok := known.Find(method, e.Hostname(), e.URL.Path); ok {
			out = append(out, method)
		}
	}
	return slices.Compact(out)
}

// near returns the operation of the host's documents most similar to the
// request; ids are ignored.
func (a *Atlas) near(here []*openapi.Contract, method, path string) string {
	var choices []string
	for _, c := range here {
		for _, o := range c.Operations() {
			choices = append(choices, o.Method+" "+o.Path)
		}
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if strings.ContainsAny(s, "0123456789") && len(s) > 2 {
			segments[i] = "{id}"
		}
	}
	found, _ := input.Nearest(method+" "+strings.Join(segments, "/"), choices)
	return found
}

// Hostname returns the addressed host, in lower case and without a port.
func (e Exchange) Hostname() string {
	if e.Host != "" {
		return hostname(e.Host)
	}
	return hostname(e.URL.Host)
}
