package mask

import (
	"regexp"
	"strings"

	"github.com/localsepay/localsepay/openapi/pattern"
)

var (
	// announced is an authentication scheme followed by a credential.
	announced = pattern.Lazy(`(?i)\b(bearer|basic|apikey)([ \t]+)([^\s"',;&<>\[\]()]{8,})`)
	// assigned is a name and its value in free text.
	assigned = pattern.Lazy(`([A-Za-z][\w.\-]{1,63})(\\?["']?[ \t]*[:=][ \t]*)(\\?["'])?([^\s"'&;,<>{}\\]+)`)
	// escaped is the same in an address inside another one.
	escaped = pattern.Lazy(`(%3[Ff]|%26|%2523|[?&]|^|[^\w%])([A-Za-z][\w.\-]{1,63})(%3[Dd])((?:[\w.~+*\-]|%[013-9A-Fa-f][0-9A-Fa-f]|%2[0-24-57-9A-Fa-f])+)`)
	// field is an HTML form field, with its name before its value.
	field = pattern.Lazy(`(?i)(\bname\s*=\s*["']([^"'<>]+)["'][^<>]*?\bvalue\s*=\s*["'])([^"'<>]*)`)
	// element is an XML element that contains only text.
	element = pattern.Lazy(`(<([A-Za-z][\w.\-:]*)(?:\s[^<>]*)?>)([^<>]+)(</)`)
	// run is a long unbroken run, which may be a credential.
	run = pattern.Lazy(`[\pL\pN_]{24,}`)
)

// Text masks a free text: known values and forms, what follows a scheme, and
// values of names of credentials.
func (m *Masker) Text(s string) string {
	if m.Shows() || len(s) < shortest {
		return s
	}
	if strings.ContainsAny(s, " \t") {
		s = announced().ReplaceAllStringFunc(s, func(all string) string {
			p := announced().FindStringSubmatch(all)
			return p[1] + p[2] + Value(p[3])
		})
	}
	if strings.ContainsAny(s, ":=") {
		s = m.assignments(s)
	}
	if strings.Contains(s, "%3D") || strings.Contains(s, "%3d") {
		s = escaped().ReplaceAllStringFunc(s, func(all string) string {
			p := escaped().FindStringSubmatch(all)
			if !SecretName(p[2]) {
				return all
			}
			return p[1] + p[2] + p[3] + escape(Value(unescape(p[4])))
		})
	}
	if strings.Contains(s, "<") {
		s = masksGroup(field(), s)
		s = masksGroup(element(), s)
	}
	return m.Known(s)
}

// address matches an address in a text: absolute, or a path with a query.
var address = pattern.Lazy(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"'<>]+|[^\s"'<>]*\?[^\s"'<>]*=[^\s"'<>]*`)

// Prose masks a sentence of ours: known values, forms and addresses. Unlike
// [Masker.Text] it does not mask words after the name of a credential.
func (m *Masker) Prose(s string) string {
	if m.Shows() {
		return s
	}
	if strings.Contains(s, "://") || strings.Contains(s, "?") {
		s = address().ReplaceAllStringFunc(s, m.URL)
	}
	return m.Known(s)
}

// assignments masks the values of names of credentials.
func (m *Masker) assignments(s string) string {
	oauth := strings.Contains(s, "=") && ofOAuth(s)
	var out strings.Builder
	kept := 0
	for from := 0; from < len(s); {
		p := assigned().FindStringSubmatchIndex(s[from:])
		if p == nil {
			break
		}
		name, value := s[from+p[2]:from+p[3]], s[from+p[8]:from+p[9]]
		if isScheme(value) || strings.HasPrefix(value, "//") || !SecretName(name) && !(oauth && passing(name)) {
			from += p[5] // what is given may be an address that has a name itself
			continue
		}
		out.WriteString(s[kept : from+p[8]])
		out.WriteString(Value(value))
		kept = from + p[9]
		from = kept
	}
	out.WriteString(s[kept:])
	return out.String()
}

// masksGroup masks the third group of a pattern whose second is a name.
func masksGroup(form *regexp.Regexp, s string) string {
	return form.ReplaceAllStringFunc(s, func(all string) string {
		p := form.FindStringSubmatch(all)
		if p[3] == "" || !SecretName(p[2]) {
			return all
		}
		return strings.Replace(all, p[1]+p[3], p[1]+Value(p[3]), 1)
	})
}

// Guess is [Masker.Text] for reports about a service whose credentials are not
// all known: any long unbroken run counts as one.
func (m *Masker) Guess(s string) string {
	if m.Shows() {
		return s
	}
	return run().ReplaceAllStringFunc(m.Text(s), Value)
}
