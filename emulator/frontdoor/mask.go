package frontdoor

import (
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// MaskHeaders flattens headers for display, with credentials masked.
func MaskHeaders(h http.Header) map[string]string {
	out := make(map[string]string, len(h))
	for name, values := range h {
		text := strings.Join(values, ", ")
		if slices.ContainsFunc(secretHeaders, func(s string) bool { return strings.EqualFold(s, name) }) {
			text = Mask(text)
		}
		if name == "Location" {
			text = maskLocation(text)
		}
		out[name] = text
	}
	return out
}

// Mask shows the kind and the last four characters of a credential only.
func Mask(secret string) string {
	kind, rest, ok := strings.Cut(secret, " ")
	if !ok {
		kind, rest = "", secret
	} else {
		kind += " "
	}
	if len(rest) < 12 {
		return kind + "****"
	}
	return kind + "****" + rest[len(rest)-4:]
}

// MaskQuery hides the values of query members that hold credentials or cards.
func MaskQuery(raw string) string {
	if raw == "" {
		return raw
	}
	parts := strings.Split(raw, "&")
	for i, p := range parts {
		name, value, ok := strings.Cut(p, "=")
		if ok && secretName(name) {
			parts[i] = name + "=" + Mask(value)
		}
	}
	return strings.Join(parts, "&")
}

func secretName(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"secret", "token", "password", "api_key", "signature", "card_number", "card_cvv", "otp"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// maskLocation hides what a redirect carries, an authorization code too.
func maskLocation(to string) string {
	at, query, has := strings.Cut(to, "?")
	if !has {
		return to
	}
	parts := strings.Split(MaskQuery(query), "&")
	for i, p := range parts {
		if code, ok := strings.CutPrefix(p, "code="); ok {
			parts[i] = "code=" + Mask(code)
		}
	}
	return at + "?" + strings.Join(parts, "&")
}

// MaskBody hides the same in a form and in the texts of a JSON object. Other
// bodies stay as they are.
func MaskBody(h http.Header, body string) string {
	switch kind, _, _ := mime.ParseMediaType(h.Get("Content-Type")); kind {
	case "application/x-www-form-urlencoded":
		return MaskQuery(body)
	case "application/json":
		return jsonText.ReplaceAllStringFunc(body, func(member string) string {
			parts := jsonText.FindStringSubmatch(member)
			if !secretName(parts[1]) || parts[1] == "token_type" || strings.HasSuffix(parts[1], "_url") {
				return member
			}
			return `"` + parts[1] + `"` + parts[2] + `"` + Mask(parts[3]) + `"`
		})
	}
	return body
}

// jsonText is a member of a JSON object whose value is a text.
var jsonText = regexp.MustCompile(`"([a-z0-9_]+)"(\s*:\s*)"((?:[^"\\]|\\.)*)"`)
