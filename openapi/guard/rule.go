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
	// ErrAddress: not an absolute http or https address.
	ErrAddress = errors.New("not an absolute http or https address")
	// ErrProduction: the host is SePay's production.
	ErrProduction = errors.New("this is SePay's own host, of its production: nothing is sent there")
	// ErrSePay: the host is SePay's and not allowed.
	ErrSePay = errors.New("this is SePay's own host: nothing is sent there")
	// ErrElsewhere: the host is not in the list.
	ErrElsewhere = errors.New("this host was not named: nothing is sent there")
	// ErrNumber: the host is an internet address without a name, whose owner is
	// unknown.
	ErrNumber = errors.New("an address in numbers does not say whose it is")
	// ErrNotPublic: the address is not an internet host's.
	ErrNotPublic = errors.New("not a public address")
)

// Refusal is the error of a refused request.
type Refusal struct {
	// Err is one of the package's errors.
	Err error
	// What is the refused host, address or owner of a credential.
	What string
	// Hint says how to fix it.
	Hint string
}

func (r *Refusal) Error() string { return r.What + ": " + r.Err.Error() }

// Unwrap returns the kind of the refusal.
func (r *Refusal) Unwrap() error { return r.Err }

func unfit(text string) error {
	return &Refusal{Err: ErrAddress, What: quoted(text), Hint: "write an address such as http://127.0.0.1:8787"}
}

// maxQuoted bounds a quoted text in a refusal, in bytes.
const maxQuoted = 300

func quoted(text string) string {
	if len(text) > maxQuoted {
		text = strings.ToValidUTF8(text[:maxQuoted], "") + "…"
	}
	return strconv.Quote(text)
}

// Rule says which hosts are allowed. The zero value allows all but SePay's.
type Rule struct {
	// Sandbox also allows SePay's sandbox and its public pictures, but no internet
	// address without a name, as credentials are sent.
	Sandbox bool
	// Production also allows read-only requests to SePay's production.
	Production bool
	// Public allows internet hosts only, by the address at the time of dialling.
	Public bool
	// Only lists the allowed hosts besides SePay's; empty allows all.
	Only []string
}

// URL parses an absolute http or https address and checks its host. Nothing is
// looked up.
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

// WebURL parses an absolute http or https address with a host. Any other, such
// as javascript: and data:, is an [ErrAddress].
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

// Host checks a host.
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

// Request checks a request.
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
