package control

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/surface"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// Local returns whether a Host header names this machine: localhost, a name
// below .localhost, or a loopback address. It keeps out web pages whose own
// name resolves to 127.0.0.1.
func Local(host string) bool {
	name := surface.Hostname(host)
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && addr.Unmap().IsLoopback()
}

// Allowed returns whether control accepts a Host header.
func Allowed(host string, more []string) bool {
	return Local(host) || slices.ContainsFunc(more, func(a string) bool { return surface.Hostname(host) == surface.Hostname(a) })
}

// Guard accepts callers on this machine, and others with the control token.
// From browsers it accepts only pages of the emulator's own address, because
// control can move money.
func (c *Control) Guard(next http.Handler) http.Handler {
	return c.guard(next, false)
}

// GuardPages is [Control.Guard] for pages, where a cookie may carry the access;
// see [Control.Enter].
func (c *Control) GuardPages(next http.Handler) http.Handler {
	return c.guard(next, true)
}

func (c *Control) guard(next http.Handler, page bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head(w)
		if p := c.refusal(r, page); p != nil {
			if p.Status == http.StatusUnauthorized {
				w.Header().Set("WWW-Authenticate", `Bearer realm="localsepay control"`)
			}
			c.write(w, 0, nil, p)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Allows returns whether the caller of a page may see what the control API
// shows.
func (c *Control) Allows(r *http.Request) bool { return c.refusal(r, true) == nil }

// refusal returns why the control API, or a page of it, refuses a request; nil
// when it does not.
func (c *Control) refusal(r *http.Request, page bool) *wire.Problem {
	known := c.isToken(bearer(r)) || page && c.isCookie(r)
	if !known {
		if !surface.FromHere(r) {
			detail := "the control API answers other machines by its token only, and the call has none"
			if bearer(r) != "" {
				detail = "the control API answers other machines by its token only, and this one is another"
			}
			return newProblem(http.StatusUnauthorized, "Control token needed", detail,
				"take the token that localsepay serve printed, or gave to --control-token: a verb as LOCALSEPAY_CONTROL_TOKEN, a call as Authorization: Bearer; a header such as X-Forwarded-For makes a caller another machine")
		}
		// A page that had its own name resolve to this machine could make up what a
		// proxy says, and a proxy could pass such a page's name on.
		for _, host := range []string{surface.DirectHost(r), r.Host} {
			if !Allowed(host, c.config.AllowHosts) {
				return newProblem(http.StatusForbidden, "Host not allowed", "the control API does not answer to the host name "+quoteHost(host), "call it by 127.0.0.1 or localhost, or start localsepay with --allow-host")
			}
		}
	}
	if surface.CrossOrigin(r) {
		return newProblem(http.StatusForbidden, "Cross-origin request", "a web page of another origin may not use the control API", "call it from your own program, not from a page")
	}
	return nil
}

// head sets the headers of every answer.
func head(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Server", wire.ServerName) // by which a client knows that a localsepay answers
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", wire.ContentPolicy)
	h.Set("Cache-Control", "no-store")
}

// bearer is the token of the Authorization header.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// isToken compares in constant time. Without a configured token it returns
// false.
func (c *Control) isToken(given string) bool {
	return c.config.Token != "" && subtle.ConstantTimeCompare([]byte(given), []byte(c.config.Token)) == 1
}

// The cookie of the pages, and the parameter that carries the token.
const (
	pageCookie = "localsepay_pages"
	pageToken  = "control_token"
)

// cookieValue derives the cookie from the token. A browser sends it to every
// port of the host, so it is not the token itself, and it opens the pages only.
func (c *Control) cookieValue() string {
	mac := hmac.New(sha256.New, []byte(c.config.Token))
	mac.Write([]byte("localsepay pages"))
	return hex.EncodeToString(mac.Sum(nil))
}

func (c *Control) isCookie(r *http.Request) bool {
	cookie, err := r.Cookie(pageCookie)
	return err == nil && c.config.Token != "" && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(c.cookieValue())) == 1
}

// Enter lets a browser on another machine pass the control token in an
// address, as ?control_token=…, and stores the access in a cookie.
func (c *Control) Enter(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.Method != http.MethodGet || !q.Has(pageToken) {
			next.ServeHTTP(w, r)
			return
		}
		if c.isToken(q.Get(pageToken)) {
			http.SetCookie(w, &http.Cookie{
				Name: pageCookie, Value: c.cookieValue(), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: surface.Secure(r),
			})
		}
		q.Del(pageToken)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Location", (&url.URL{Path: r.URL.Path, RawQuery: q.Encode()}).String())
		w.WriteHeader(http.StatusSeeOther)
	})
}

// quoteHost quotes a host name without characters that could disturb a log or a
// page.
func quoteHost(host string) string {
	clean := strings.Map(func(c rune) rune {
		if c < '!' || c > '~' || c == '<' || c == '>' || c == '"' {
			return '?'
		}
		return c
	}, host)
	return "\"" + clean[:min(len(clean), 100)] + "\""
}
