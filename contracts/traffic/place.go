package traffic

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/guard"
)

// Atlas finds the document of a request.
type Atlas struct {
	contracts []*openapi.Contract
	byHost    map[string][]*openapi.Contract
}

// NewAtlas loads the documents of all surfaces that applications call, without
// those of SePay's own requests.
func NewAtlas() (*Atlas, error) {
	a := &Atlas{byHost: map[string][]*openapi.Contract{}}
	for _, s := range openapi.Surfaces() {
		c, err := openapi.Load(s.Document)
		if err != nil {
			return nil, fmt.Errorf("know the surfaces: %w", err)
		}
		if c.AnyHost() {
			continue
		}
		if !slices.Contains(a.contracts, c) {
			a.contracts = append(a.contracts, c)
		}
		for _, host := range s.Hosts {
			if !slices.Contains(a.byHost[host.Name], c) {
				a.byHost[host.Name] = append(a.byHost[host.Name], c)
			}
		}
	}
	return a, nil
}

// SePay returns whether the host, with or without a port, is one of SePay's.
func (a *Atlas) SePay(host string) bool {
	h, err := guard.ParseHost(host)
	return err == nil && h.Kind() != guard.Foreign && h.Kind() != guard.Pages // which people read, and no program calls
}

// local returns whether a host may be an emulator's: a single word, as in a
// container network, a name below localhost, or an address. A shop's own domain
// is not, even if its paths look like SePay's.
func local(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost") || host == "host.docker.internal"
}

// Place sets the document and operation of an exchange without one: by its host
// when that is SePay's, else by its path. A path without an operation gets the
// document with the most similar paths, or the only one of the host. It returns
// whether there is a document.
func (a *Atlas) Place(e *Exchange) bool {
	if e.Document != "" || e.URL == nil {
		return e.Document != ""
	}
	host := e.Hostname()
	among, ours := a.byHost[host]
	switch {
	case !ours && (a.SePay(host) || !local(host)):
		return false // one of SePay's hosts without an emulated surface, or another host
	case !ours:
		among = a.contracts
	}
	for _, c := range among {
		if o, ok := c.Operation(e.Request); ok {
			e.Document, e.Operation = c.Name(), o.ID
			return true
		}
	}
	if c := nearest(among, e.URL); c != nil {
		e.Document = c.Name()
	} else if ours {
		e.Document = among[0].Name()
	}
	return e.Document != ""
}

// nearest returns the contract with the longest common path prefix; nil when
// there is none, or two are equally near.
func nearest(among []*openapi.Contract, u *url.URL) *openapi.Contract {
	var best *openapi.Contract
	most, tied := 0, false
	for _, c := range among {
		n := common(c, strings.Split(u.Path, "/"))
		switch {
		case n > most:
			best, most, tied = c, n, false
		case n == most && n > 0:
			tied = true
		}
	}
	if tied {
		return nil
	}
	return best
}

// common counts the leading segments that a path shares with the templates of a
// contract.
func common(c *openapi.Contract, segments []string) int {
	most := 0
	for _, o := range c.Operations() {
		n := 0
		for i, s := range strings.Split(o.Path, "/") {
			if i >= len(segments) || s != segments[i] {
				break
			}
			if s != "" {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// hostname normalises a host; invalid text stays unchanged.
func hostname(host string) string {
	h, err := guard.ParseHost(host)
	if err != nil {
		return host
	}
	return h.String()
}
