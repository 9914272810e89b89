package engine

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/console"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/known"
)

const documentsPage = "https://developer.sepay.vn/vi"

// notEmulated answers requests to SePay's host names that localsepay does not
// emulate. Its text is the emulator's own.
var notEmulated = &surface.Surface{
	Surface: openapi.Surface{Name: "not emulated"},
	Failed:  func(w http.ResponseWriter, _ *http.Request, err error) { page.Fail(w, err) },
	NotFound: func(w http.ResponseWriter, r *http.Request) {
		if surface.WantsPage(r) {
			console.NotEmulated(w, r)
			return
		}
		surface.WriteJSON(w, http.StatusNotFound, map[string]string{"message": "localsepay does not emulate this; its findings say what it is"})
	},
}

// foreignHost answers requests whose host name is neither SePay's nor allowed
// here.
var foreignHost = &surface.Surface{
	Surface: openapi.Surface{Name: "foreign host"},
	NotFound: func(w http.ResponseWriter, r *http.Request) {
		if surface.WantsPage(r) {
			page.Show(w, http.StatusMisdirectedRequest, page.Message{Kind: "host", Value: surface.Hostname(r.Host)})
			return
		}
		surface.WriteJSON(w, http.StatusMisdirectedRequest, map[string]string{"message": "localsepay does not answer to this host name; start it with --allow-host"})
	},
	Failed: func(w http.ResponseWriter, _ *http.Request, err error) { page.Fail(w, err) },
}

// unserved explains why no operation serves a request: SePay documents it but
// localsepay does not emulate it, SePay has it with another method or at
// another host, or SePay's documents do not know it.
func (s *switchboard) unserved(r *http.Request) finding.Finding {
	method, host, path := r.Method, surface.Hostname(r.Host), r.URL.Path
	here, named := s.hosts[host]
	if !named {
		here = s.plain
	}
	request := method + " " + path
	f := finding.Finding{Severity: finding.Error, Source: documentsPage}
	if !s.answers(host) {
		f.Code, f.Title, f.Severity = "surface.foreign_host", "The host name is neither SePay's nor allowed here", finding.Warning
		f.Detail = fmt.Sprintf("%s was sent to %.100q.", request, host)
		f.Hint = "Call localsepay by 127.0.0.1 or localhost, or start it with --allow-host and the name. A web page that leads its own name here is held off by this."
		f.Source = "https://github.com/localsepay/localsepay#control-api"
		return f
	}
	if o, ok := known.Find(method, host, path); ok && (known.HasHost(host) || s.hosts[host] == nil) {
		f.Code, f.Title, f.Severity, f.Source = "surface.not_emulated", "SePay documents this, and localsepay does not emulate it", finding.Warning, o.Source
		f.Detail = request + " is " + o.Product + ": " + o.Name + ". The 404 is localsepay's, not SePay's."
		f.Hint = "Test it against SePay's sandbox at " + strings.Join(o.Hosts, " or ") + "."
		return f
	}
	if methods := methodsOf(here, r); len(methods) > 0 {
		f.Code, f.Title = "surface.wrong_method", "SePay documents another method for this path"
		f.Detail = path + " takes " + strings.Join(methods, " or ") + ", and the request is a " + method + "."
		f.Hint = "Send it as " + methods[0] + "."
		if path == "/v1/checkout" {
			f.Hint = "The shop's form goes to /v1/checkout/init; this is the page that it leads to."
		}
		return f
	}
	if hosts := s.elsewhere(r, host); len(hosts) > 0 {
		f.Code, f.Title = "surface.other_host", "SePay has this at another host"
		f.Detail = request + " is at " + strings.Join(hosts, " or ") + ", not at " + host + "."
		f.Hint = "Send it there. Each of SePay's APIs has host names of its own."
		return f
	}
	f.Code, f.Title = "surface.unknown_operation", "SePay's documents know nothing like this request"
	f.Detail = request + " is no operation that SePay documents."
	f.Hint = "Compare the path: " + strings.Join(s.places(), ", ") + "."
	return f
}

// methodsOf returns the methods for a path, of the surfaces here and of the
// table of operations that are not emulated.
func methodsOf(here []placed, r *http.Request) []string {
	var out []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := r.WithContext(r.Context())
		other.Method = method
		_, listed := known.Find(method, surface.Hostname(r.Host), r.URL.Path)
		if listed || slices.ContainsFunc(here, func(p placed) bool { return p.router().OperationOf(other) != "" }) {
			out = append(out, method)
		}
	}
	return out
}

// elsewhere returns SePay's other hosts that have the operation.
func (s *switchboard) elsewhere(r *http.Request, host string) []string {
	var out []string
	for _, p := range s.plain {
		if p.router().OperationOf(r) == "" {
			continue
		}
		for _, h := range p.surface.Hosts {
			out = append(out, h.Name)
		}
	}
	if o, ok := known.Find(r.Method, "", r.URL.Path); ok && len(out) == 0 {
		out = o.Hosts
	}
	out = slices.DeleteFunc(slices.Clone(out), func(name string) bool { return name == host })
	slices.Sort(out)
	return out
}

// places lists the base path of each surface.
func (s *switchboard) places() []string {
	var out []string
	for _, p := range s.plain {
		if p.surface.Base != "" {
			out = append(out, p.surface.Title+" under "+p.surface.Base)
		}
	}
	return out
}

// ofSePay returns whether a path on a plain address begins like one of SePay's:
// of a surface, or of an operation that is not emulated.
func (s *switchboard) ofSePay(path string) bool {
	return slices.ContainsFunc(s.plain, func(p placed) bool { return p.surface.Begins(path) }) || known.Begins(path)
}
