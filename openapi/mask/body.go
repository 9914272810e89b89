package mask

import (
	"encoding/json"
	"mime"
	"strings"

	"github.com/localsepay/localsepay/openapi/pattern"
)

// Body returns a body with secrets masked. Its kind is detected by its
// beginning, and by the Content-Type where that is ambiguous, as a client may
// send another kind than it declares. A truncated body is masked as far as it
// goes.
func (m *Masker) Body(contentType, body string) string {
	if body == "" || m.Shows() {
		return body
	}
	return m.body(contentType, body, 0)
}

func (m *Masker) body(contentType, body string, depth int) string {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind, _, _ = strings.Cut(contentType, ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
	}
	start := strings.TrimLeft(body, " \t\r\n\ufeff")
	switch {
	case start == "":
		return body
	case strings.HasPrefix(start, "{"), strings.HasPrefix(start, "["):
		return m.document(body, depth)
	case strings.HasPrefix(start, "--") && depth < maxNested && (strings.HasPrefix(kind, "multipart/") || dashed().MatchString(start)):
		return m.multipart(body, boundary(start, params["boundary"]), depth)
	case kind == "application/x-www-form-urlencoded", pairsOnly().MatchString(strings.TrimRight(start, "\r\n")):
		return m.pairs(body, ofOAuth(body), depth)
	case strings.HasPrefix(start, `"`):
		return m.document(body, depth)
	}
	return m.Text(body)
}

// document masks JSON, and text that only begins like it.
func (m *Masker) document(body string, depth int) string {
	shown := m.json(body, true, depth)
	if json.Valid([]byte(body)) {
		return shown
	}
	return m.Known(shown)
}

var (
	// dashed is the first line of a multipart body, and the second.
	dashed = pattern.Lazy(`(?i)^--[^\r\n]{1,200}\r?\ncontent-`)
	// pairsOnly is a body that can only be urlencoded.
	pairsOnly = pattern.Lazy(`^[\w%.+\-\[\]*~]+=[^\s&]*(&[\w%.+\-\[\]*~]*(=[^\s&]*)?)*$`)
)

// boundary returns the declared boundary when the body begins with it, else
// that of its first line.
func boundary(body, declared string) string {
	line, _, _ := strings.Cut(body, "\n")
	line = strings.TrimRight(strings.TrimPrefix(line, "--"), "\r")
	if declared != "" && strings.HasPrefix(line, declared) {
		return declared
	}
	return line
}

// multipart masks the parts of a form by their names.
func (m *Masker) multipart(body, boundary string, depth int) string {
	pieces := strings.Split(m.Known(body), "--"+boundary)
	for i, piece := range pieces[1:] {
		head, value, ok := strings.Cut(piece, "\r\n\r\n")
		gap := "\r\n\r\n"
		if !ok {
			if head, value, ok = strings.Cut(piece, "\n\n"); !ok {
				pieces[i+1] = m.Text(piece)
				continue
			}
			gap = "\n\n"
		}
		text := strings.TrimRight(value, "\r\n")
		end := value[len(text):]
		if name := partName(head); SecretName(name) || passing(name) && ofOAuth(body) {
			text = Value(text)
		} else {
			text = m.body(partType(head), text, depth+1)
		}
		pieces[i+1] = m.Known(head) + gap + text + end
	}
	return strings.Join(pieces, "--"+boundary)
}

var (
	nameOf = pattern.Lazy(`(?i)[;\s]name\*?=(?:"([^"\r\n]*)"?|([^;\s]+))`)
	typeOf = pattern.Lazy(`(?im)^content-type:[ \t]*([^\r\n]+)`)
)

func partName(head string) string {
	if m := nameOf().FindStringSubmatch(head); m != nil {
		return m[1] + m[2]
	}
	return ""
}

func partType(head string) string {
	if m := typeOf().FindStringSubmatch(head); m != nil {
		return strings.TrimSpace(m[1])
	}
	return ""
}

// nested masks a text inside another one: JSON in a form's field, an address in
// a query, or free text.
func (m *Masker) nested(s string, depth int) string {
	switch {
	case len(s) < shortest:
		return s
	case depth > maxNested:
		return m.Text(s)
	case (s[0] == '{' || s[0] == '[') && strings.Contains(s, `"`):
		return m.json(s, true, depth)
	case strings.Contains(s, "://") && !strings.ContainsAny(s, " \t\r\n"):
		return m.address(s, false, depth)
	}
	return m.Text(s)
}
