package guard

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Options configure a client. The zero value is valid.
type Options struct {
	// Fresh opens a connection for each request and closes it after the answer, as
	// curl does, without announcing it in the request.
	Fresh bool
	// Idle is how many connections are kept open for each host; 2 when 0.
	Idle int
	// Unverified accepts any certificate, as SePay's test mode does.
	Unverified bool
	// Proxy uses the environment's proxy. The request's host is checked first, the
	// proxy's host when it is dialled.
	Proxy bool
	// Resolver looks names up; nil is the system's.
	Resolver *net.Resolver
}

// MaxHeader is the maximum size of an answer's header, in bytes: curl's own bound.
const MaxHeader = 300 << 10

const (
	idleTime  = 30 * time.Second
	idleTotal = 256
)

// Transport sends the requests that its rule allows. It follows no redirects.
type Transport struct {
	rule Rule
	base *http.Transport
}

// Transport makes a transport for the rule.
func (r Rule) Transport(o Options) *Transport {
	dial := dialer{rule: r, resolver: o.Resolver}
	base := &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: o.Unverified, MinVersion: tls.VersionTLS12},
		// Answers are read as sent: compressed ones are not expanded.
		DisableCompression:  true,
		MaxIdleConns:        idleTotal,
		MaxIdleConnsPerHost: o.Idle, IdleConnTimeout: idleTime,
		MaxResponseHeaderBytes: MaxHeader,
		TLSHandshakeTimeout:    handshakeTime,
	}
	if o.Fresh {
		base.MaxIdleConnsPerHost = -1 // unlike DisableKeepAlives, this sends no "Connection: close"
	}
	if o.Proxy {
		base.Proxy = http.ProxyFromEnvironment
		dial.rule.Only = nil
	}
	base.DialContext = dial.dial
	return &Transport{r, base}
}

// handshakeTime is the timeout of a TLS handshake when the request has none.
const handshakeTime = 30 * time.Second

// RoundTrip implements [http.RoundTripper]. The error for a refused request is
// a [*Refusal].
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.rule.Request(req); err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // the refusal says more
		}
		return nil, err
	}
	if token, ok := req.Context().Value(controlKey{}).(string); ok && strings.HasPrefix(req.URL.Path, controlPath) && req.Header.Get("Authorization") == "" {
		req = req.Clone(req.Context())
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return t.base.RoundTrip(req)
}

// controlPath is the path of a localsepay's control API.
const controlPath = "/_control/"

type controlKey struct{}

// WithControlToken adds the token to requests under ctx to the control API of a
// localsepay on another machine. Other requests do not carry it.
func WithControlToken(ctx context.Context, token string) context.Context {
	if token == "" {
		return ctx
	}
	return context.WithValue(ctx, controlKey{}, token)
}

// CloseIdleConnections closes connections that are kept and not in use.
func (t *Transport) CloseIdleConnections() { t.base.CloseIdleConnections() }

// Client makes a client that follows no redirects.
func (r Rule) Client(o Options) *http.Client {
	return &http.Client{Transport: r.Transport(o), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// LookUp refuses, for a rule that is [Rule.Public], a host that does not
// resolve, or that resolves to an address that is not public. It asks a name
// server: never call it in a store transaction. A nil resolver is the system's.
func (r Rule) LookUp(ctx context.Context, resolver *net.Resolver, text string) error {
	u, err := r.URL(text)
	if err != nil || !r.Public {
		return err
	}
	h, err := ParseHost(u.Host)
	if err != nil || h.addr.IsValid() {
		return err
	}
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	addrs, err := resolver.LookupNetIP(ctx, "ip", h.name)
	if err != nil {
		return fmt.Errorf("live mode takes hosts that resolve: %w", err)
	}
	for _, a := range addrs {
		if !Public(a) {
			return &Refusal{Err: ErrNotPublic, What: h.name + " resolves to " + a.String(), Hint: "live mode takes hosts on the internet only"}
		}
	}
	return nil
}
