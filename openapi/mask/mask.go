package mask

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/localsepay/localsepay/openapi/pattern"
)

// Masker masks credentials in output. The nil Masker knows no values, and masks
// by name and form. Its methods may be called from many goroutines.
type Masker struct {
	known values
	off   bool
}

// New makes a masker that knows the given credentials.
func New(secrets ...string) *Masker {
	m := &Masker{}
	m.Add(secrets...)
	return m
}

// Off returns a masker that masks nothing, for debugging.
func Off() *Masker { return &Masker{off: true} }

// Add adds credentials. Those shorter than four bytes, and words that only name
// a credential ("password"), are masked by name alone: replacing each
// occurrence would make a text unreadable. The number of values is bounded; the
// oldest is dropped first.
func (m *Masker) Add(secrets ...string) {
	if m == nil || m.off {
		return
	}
	for _, s := range secrets {
		if len(s) >= shortest && !bare[strings.ToLower(s)] {
			m.known.add(s)
		}
	}
}

// schemes are the words before a credential in an Authorization header.
var schemes = []string{"bearer", "basic", "apikey", "token", "digest"}

// kinds are the prefixes of SePay's credentials: test and live key of a
// merchant, webhook secret, code or refresh token, access token.
var kinds = []string{"spsk_test_", "spsk_live_", "whsec_", "def50200", "eyJ"}

const (
	// stars replace a credential.
	stars = "****"
	// tail is how many of its last bytes are shown, when it has at least tailed.
	tail   = 4
	tailed = 12
)

var (
	// masked is what Value returned before.
	masked = pattern.Lazy(`^(?:[A-Za-z]+ )?(?:spsk_test_|spsk_live_|whsec_|def50200|eyJ)?\*{4}.{0,4}$`)
	// cut is a card number as SePay writes it: only its ends.
	cut = pattern.Lazy(`^\d{4,6}[Xx*]{4,}\d{4}$`)
)

// Value returns a masked credential: its scheme or kind, and its last four
// characters, so that two can be distinguished.
func Value(secret string) string {
	if masked().MatchString(secret) || cut().MatchString(secret) {
		return secret
	}
	kind := ""
	if word, rest, ok := strings.Cut(secret, " "); ok && isScheme(word) {
		kind, secret = word+" ", strings.TrimLeft(rest, " ")
	}
	for _, k := range kinds {
		if rest, ok := strings.CutPrefix(secret, k); ok {
			kind, secret = kind+k, rest
			break
		}
	}
	if len(secret) < tailed {
		return kind + stars
	}
	return kind + stars + plainTail(secret[len(secret)-tail:])
}

// plainTail returns the end of a credential, when it has no special characters
// in any format.
func plainTail(end string) string {
	for i := range len(end) {
		if !codeByte(end[i]) && end[i] != '=' && end[i] != '.' {
			return ""
		}
	}
	return end
}

func isScheme(word string) bool {
	for _, s := range schemes {
		if strings.EqualFold(word, s) {
			return true
		}
	}
	return false
}

// Header returns a header's value with secrets masked. A webhook's signature is
// not masked, as it is no secret.
func (m *Masker) Header(name, value string) string {
	switch {
	case m.Shows() || value == "":
		return value
	case strings.EqualFold(name, "X-SePay-Signature"), strings.EqualFold(name, "X-SePay-Timestamp"):
		return m.Known(value)
	case strings.EqualFold(name, "Cookie"):
		return m.cookies(value, false)
	case strings.EqualFold(name, "Set-Cookie"):
		return m.cookies(value, true)
	case SecretName(name):
		return Value(value)
	case strings.EqualFold(name, "Location"), strings.EqualFold(name, "Content-Location"):
		return m.redirect(value)
	case strings.EqualFold(name, "Referer"), strings.EqualFold(name, "Origin"):
		return m.URL(value)
	}
	return m.Text(value)
}

// Headers flattens and masks headers.
func (m *Masker) Headers(h http.Header) map[string]string {
	out := make(map[string]string, len(h))
	for name, values := range h {
		shown := make([]string, len(values))
		for i, v := range values {
			shown[i] = m.Header(name, v)
		}
		out[m.Known(name)] = strings.Join(shown, ", ")
	}
	return out
}

// HeaderMap is [Masker.Headers] for flat headers.
func (m *Masker) HeaderMap(h map[string]string) map[string]string {
	out := make(map[string]string, len(h))
	for name, value := range h {
		out[m.Known(name)] = m.Header(name, value)
	}
	return out
}

// Shows returns whether nothing is masked.
func (m *Masker) Shows() bool { return m != nil && m.off }

// cookies masks the value of every cookie, and keeps names and attributes.
func (m *Masker) cookies(text string, set bool) string {
	parts := strings.Split(m.Known(text), ";")
	for i, part := range parts {
		if i > 0 && set {
			break // the rest are attributes
		}
		if name, value, ok := strings.Cut(part, "="); ok && value != "" {
			parts[i] = name + "=" + Value(value)
		} else if !ok {
			parts[i] = m.Known(part)
		}
	}
	return strings.Join(parts, ";")
}

// oauthWords identify a query or body of OAuth2, where code and state are
// short-lived credentials.
var oauthWords = []string{"granttype", "clientid", "clientsecret", "redirecturi", "codeverifier", "responsetype"}

// ofOAuth returns whether a text has a word of OAuth2, in any spelling.
func ofOAuth(text string) bool {
	if !strings.ContainsAny(text, "cgrCGR") {
		return false
	}
	plain := unmarked.Replace(strings.ToLower(text))
	for _, word := range oauthWords {
		if strings.Contains(plain, word) {
			return true
		}
	}
	return false
}

// unmarked drops what a name may have between its words.
var unmarked = strings.NewReplacer("_", "", "-", "", "%5F", "")

// passing returns whether an OAuth2 parameter is a short-lived credential.
func passing(name string) bool {
	return strings.EqualFold(name, "code") || strings.EqualFold(name, "state")
}

// Query returns a query or urlencoded body with secrets masked; order and
// spelling stay.
func (m *Masker) Query(raw string) string {
	if raw == "" || m.Shows() {
		return raw
	}
	return m.pairs(raw, ofOAuth(raw), 0)
}

// pairs masks a query; oauth says that code and state are credentials.
func (m *Masker) pairs(raw string, oauth bool, depth int) string {
	// A known value may contain separators, when it is not escaped.
	parts := strings.Split(m.Known(raw), "&")
	for i, part := range parts {
		name, value, has := strings.Cut(part, "=")
		plain := unescape(name)
		shown := m.Known(name)
		if shown == name && m.Known(plain) != plain {
			shown = escape(m.Known(plain))
		}
		if has {
			shown += "=" + m.pair(plain, value, oauth, depth)
		}
		parts[i] = shown
	}
	return strings.Join(parts, "&")
}

// pair masks the value of one parameter.
func (m *Masker) pair(name, value string, oauth bool, depth int) string {
	plain := unescape(value)
	switch {
	case value == "":
		return value
	case SecretName(name), oauth && passing(name):
		return escape(Value(plain))
	}
	if text := m.nested(plain, depth+1); text != plain {
		return escape(text)
	}
	return m.Known(value)
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// escape escapes a masked value for a query; its stars stay readable.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%2A", "*") }

// URL returns an address with password, query and fragment masked.
func (m *Masker) URL(raw string) string { return m.address(raw, false, 0) }

// redirect masks a redirect address: a code in it is one of OAuth2.
func (m *Masker) redirect(raw string) string { return m.address(raw, true, 0) }

func (m *Masker) address(raw string, oauth bool, depth int) string {
	if m.Shows() {
		return raw
	}
	rest, fragment, hasFragment := strings.Cut(m.Known(raw), "#")
	path, query, hasQuery := strings.Cut(rest, "?")
	out := m.Known(userinfo().ReplaceAllString(path, "${1}"+stars+"@"))
	if hasQuery {
		out += "?" + m.pairs(query, oauth || ofOAuth(query), depth)
	}
	if hasFragment {
		out += "#" + m.pairs(fragment, oauth || ofOAuth(fragment), depth)
	}
	return out
}

// userinfo matches the password in an address.
var userinfo = pattern.Lazy(`^([A-Za-z][A-Za-z0-9+.-]*://[^/?#@:]*:)[^/?#@]+@`)
