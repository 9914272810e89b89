package traffic

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Hidden stands where a secret was.
const Hidden = "[hidden]"

// Redactor takes secrets out: those that it was told, and what looks like one.
// The nil Redactor knows none and still hides what looks secret.
type Redactor struct {
	known *strings.Replacer
}

// shortest is the length from which a known secret is looked for: to replace
// every "1" would make a text unreadable and hide nothing.
const shortest = 4

// NewRedactor knows the given credentials, also as they look in a URL, in JSON
// and in base64. Empty ones, and those shorter than four bytes, are passed
// over.
func NewRedactor(secrets ...string) *Redactor {
	var spelled []string
	for _, s := range secrets {
		if len(s) < shortest {
			continue
		}
		quoted, _ := json.Marshal(s)
		spelled = append(spelled, s, url.QueryEscape(s), url.PathEscape(s), strings.Trim(string(quoted), `"`),
			base64.StdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)))
	}
	// The longest first: a secret may begin with another.
	slices.SortFunc(spelled, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, s := range spelled {
		pairs = append(pairs, s, Hidden)
	}
	return &Redactor{strings.NewReplacer(pairs...)}
}

// Known hides only the secrets that the redactor was told.
func (r *Redactor) Known(s string) string {
	if r == nil || r.known == nil {
		return s
	}
	return r.known.Replace(s)
}

// Text hides secrets in any text.
func (r *Redactor) Text(s string) string {
	s = r.Known(s)
	s = credential.ReplaceAllString(s, "${1}"+Hidden)
	return run.ReplaceAllString(s, Hidden)
}

var (
	// credential is a word that announces a secret, and the secret.
	credential = regexp.MustCompile(`(?i)\b((?:bearer|basic|apikey)\s+|sha256=)[^\s"',;&<>\[]{8,}`)
	// run is what package openapi takes for a secret too: the well-known
	// prefixes, and long unbroken runs.
	run = regexp.MustCompile(`\b(?:spsk_|whsec_|SP-LIVE-|eyJ)[\w.-]*|[\pL\pN_]{24,}`)
)

// Exchange is a copy without secrets.
func (r *Redactor) Exchange(e Exchange) Exchange {
	e.URL = r.url(e.URL)
	e.RequestBody = r.body(e.RequestHeader, e.RequestBody)
	e.ResponseBody = r.body(e.ResponseHeader, e.ResponseBody)
	e.RequestHeader = r.header(e.RequestHeader)
	e.ResponseHeader = r.header(e.ResponseHeader)
	e.Spec = r.Text(e.Spec)
	return e
}

// Line is the exchange in one line without secrets.
func (r *Redactor) Line(e Exchange) string {
	e.URL = r.url(e.URL)
	return e.Line()
}

func (r *Redactor) url(u *url.URL) *url.URL {
	if u == nil {
		return nil
	}
	out := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: r.Text(u.Path), RawQuery: r.form(u.RawQuery)}
	return out
}

// form hides in a query or an urlencoded body, and keeps order and spelling.
func (r *Redactor) form(raw string) string {
	if raw == "" {
		return raw
	}
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		name, value, has := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(value)
		switch {
		case has && value != "" && (SecretName(name) || slices.Contains(passing, name)):
			value = Hidden
		case err == nil && r.Text(plain) != plain:
			value = Hidden
		default:
			value = r.Text(value)
		}
		pairs[i] = r.Text(name)
		if has {
			pairs[i] += "=" + value
		}
	}
	return strings.Join(pairs, "&")
}

// passing are parameters of OAuth2 that are as good as a credential for a
// while. In JSON these names are taken: a transaction has a code.
var passing = []string{"code", "state"}

func (r *Redactor) header(h http.Header) http.Header {
	if h == nil {
		return nil
	}
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, v := range values {
			switch {
			case slices.Contains(secretHeaders, http.CanonicalHeaderKey(name)) || SecretName(name):
				v = Hidden
			case http.CanonicalHeaderKey(name) == "Location" || http.CanonicalHeaderKey(name) == "Referer":
				v = r.location(v)
			default:
				v = r.Text(v)
			}
			out[name] = append(out[name], v)
		}
	}
	return out
}

func (r *Redactor) location(v string) string {
	u, err := url.Parse(v)
	if err != nil {
		return r.Text(v)
	}
	out := r.url(u).String()
	if u.Fragment != "" {
		out += "#" + Hidden
	}
	return out
}

var secretHeaders = []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"}

// SecretName tells whether a header, parameter or property of that name holds
// a credential or the number of a card.
func SecretName(name string) bool {
	name = strings.ToLower(name)
	if slices.Contains([]string{"otp", "pin", "cvv"}, name) {
		return true
	}
	if slices.Contains([]string{"token_type", "token_url"}, name) {
		return false
	}
	for _, part := range []string{"secret", "token", "password", "api_key", "apikey", "api-key", "signature", "card_number", "card_cvv", "code_verifier"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
