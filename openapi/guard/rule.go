package guard

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Why a host is refused.
var (
	// ErrAddress: no absolute http or https address.
	ErrAddress = errors.New("not an absolute http or https address")
	// ErrProduction: the host is SePay's production.
	ErrProduction = errors.New("this is SePay's own host, of its production: nothing is sent there")
	// ErrSePay: the host is SePay's, and not one that is meant.
	ErrSePay = errors.New("this is SePay's own host: nothing is sent there")
	// ErrElsewhere: the host is none of those that were named.
	ErrElsewhere = errors.New("this host was not named: nothing is sent there")
	// ErrNumber: the host is an address on the internet, which may be anybody's.
	ErrNumber = errors.New("an address in numbers does not say whose it is")
	// ErrNotPublic: the address belongs to no host on the internet.
	ErrNotPublic = errors.New("not a public address")
)

// Refusal is why nothing is sent.
type Refusal struct {
	// Err is one of the package's errors.
	Err error
	// What is refused: a host, an address or whose credential it is.
	What string
	// Hint says what to do.
	Hint string
}

func (r *Refusal) Error() string { return r.What + ": " + r.Err.Error() }

// Unwrap returns the kind of the refusal.
func (r *Refusal) Unwrap() error { return r.Err }

func unfit(text string) error {
	return &Refusal{Err: ErrAddress, What: quoted(text), Hint: "write an address such as http://127.0.0.1:8787"}
}

// maxQuoted bounds what a refusal repeats, in bytes.
const maxQuoted = 300

func quoted(text string) string {
	if len(text) > maxQuoted {
		text = strings.ToValidUTF8(text[:maxQuoted], "") + "…"
	}
	return strconv.Quote(text)
}

// Rule says which hosts a client talks to. The zero value takes all but SePay's.
type Rule struct {
	// Sandbox takes SePay's sandbox and its public pictures too, and no address
	// on the internet that is written in numbers: credentials go there.
	Sandbox bool
	// Production takes requests that only read to SePay's production too.
	Production bool
	// Public takes hosts on the internet only, whatever a name resolves to at the
	// moment at which it is dialled.
	Public bool
	// Only lists the hosts that are not SePay's and may be called; empty for all.
	Only []string
}

// URL reads an absolute http or https address and holds its host to the rule.
// Nothing is looked up.
func (r Rule) URL(text string) (*url.URL, error) {
	u, err := WebURL(text)
	if err != nil {
		return nil, err
	}
	h, err := ParseHost(u.Host)
	if err != nil {
		return nil, err
	}
	return u, r.Host(h)
}

// WebURL reads an absolute http or https address with a host. Every other one,
// such as javascript: and data:, is an [ErrAddress].
func WebURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" {
		return nil, unfit(text)
	}
	if _, err := ParseHost(u.Host); err != nil {
		return nil, unfit(text)
	}
	return u, nil
}

// Host holds a host to the rule.
func (r Rule) Host(h Host) error {
	refuse := func(err error, hint string) error { return &Refusal{Err: err, What: h.String(), Hint: hint} }
	const own = "give the address of a localsepay, or of your own shop"
	named := r.Sandbox || r.Production
	switch k := h.Kind(); {
	case k == Production && !r.Production:
		return refuse(ErrProduction, own)
	case k == Pages, (k == Sandbox || k == Pictures) && !named:
		return refuse(ErrSePay, own)
	case k != Foreign:
		return nil
	case named && h.addr.IsValid() && Public(h.addr):
		return refuse(ErrNumber, "name the host")
	case r.Public && h.addr.IsValid() && !Public(h.addr):
		return refuse(ErrNotPublic, "live mode takes hosts on the internet only")
	case len(r.Only) > 0 && !slices.ContainsFunc(r.Only, func(one string) bool {
		named, err := ParseHost(one)
		return err == nil && named == h
	}):
		return refuse(ErrElsewhere, "only the hosts of the target are called")
	}
	return nil
}

// Request holds a request to the rule.
func (r Rule) Request(req *http.Request) error {
	if req.URL == nil {
		return unfit("")
	}
	if req.URL.Scheme != "http" && req.URL.Scheme != "https" {
		return unfit(req.URL.String())
	}
	h, err := ParseHost(req.URL.Host)
	if err != nil {
		return err
	}
	if err := r.Host(h); err != nil {
		return err
	}
	reads := req.Method == "" || req.Method == http.MethodGet || req.Method == http.MethodHead
	if h.Kind() == Production && !reads {
		return &Refusal{Err: ErrProduction, What: req.Method + " at " + h.String(), Hint: "production is only read"}
	}
	return nil
}
