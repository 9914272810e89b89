package traffic

import (
	"encoding/base64"
	"encoding/json"
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
		spelled = append(spelled, inJSON(s)...)
		spelled = append(spelled, s, url.QueryEscape(s), url.PathEscape(s),
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

// inJSON is s between the quotes of a JSON text as Go writes it, as most
// others do, which leave &, < and > alone, and as PHP does, with \/.
func inJSON(s string) []string {
	quoted, _ := json.Marshal(s) // no text fails
	escaped := string(quoted[1 : len(quoted)-1])
	plain := strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(escaped)
	return []string{escaped, plain, strings.ReplaceAll(plain, "/", `\/`)}
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

// Line is the exchange in one line without secrets.
func (r *Redactor) Line(e Exchange) string {
	if e.URL != nil {
		e.URL = &url.URL{Path: r.Text(e.URL.Path), RawQuery: r.query(e.URL.RawQuery)}
	}
	return e.Line()
}

// query hides in a query, and keeps order and spelling.
func (r *Redactor) query(raw string) string {
	if raw == "" {
		return raw
	}
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		name, value, has := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(value)
		switch {
		case has && value != "" && (secretName(name) || slices.Contains(passing, name)):
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
// while.
var passing = []string{"code", "state"}

// secretName tells whether a parameter of that name holds a credential or the
// number of a card.
func secretName(name string) bool {
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
