package mask

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// JSON masks a JSON text by the names of its members and by value. Invalid or
// truncated JSON is masked as far as it can be read.
func (m *Masker) JSON(text []byte) []byte {
	if m.Shows() {
		return text
	}
	return []byte(m.document(string(text), 0))
}

// Values masks known values and forms in the texts of a JSON document, whatever
// the member names: for our own documents, whose members were masked before.
func (m *Masker) Values(text []byte) []byte {
	if m.Shows() {
		return text
	}
	s := string(text)
	if shown := m.json(s, false, 0); shown != s {
		return []byte(shown)
	}
	return text
}

// maxNested is the maximum depth of texts inside texts.
const maxNested = 3

// reader scans a JSON text without building values.
type reader struct {
	m     *Masker
	s     string
	out   strings.Builder
	kept  int
	names bool
	oauth bool
	depth int
	// secret says for each open object or array whether all in it is a credential,
	// pending that the next value is one.
	secret  []bool
	pending bool
}

func (m *Masker) json(s string, names bool, depth int) string {
	r := &reader{m: m, s: s, names: names, depth: depth, oauth: names && ofOAuth(s)}
	for i := 0; i < len(s); {
		i = r.token(i)
	}
	if r.kept == 0 {
		return s
	}
	r.out.WriteString(s[r.kept:])
	return r.out.String()
}

// token reads the token at i and returns its end.
func (r *reader) token(i int) int {
	switch c := r.s[i]; c {
	case '{', '[':
		r.secret = append(r.secret, r.pending || r.inside())
		r.pending = false
	case '}', ']':
		if n := len(r.secret); n > 0 {
			r.secret = r.secret[:n-1]
		}
		r.pending = false
	case ',':
		r.pending = false
	case '"':
		return r.text(i)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return r.number(i)
	}
	return i + 1
}

// inside returns whether the values inside the open objects are credentials.
func (r *reader) inside() bool { return len(r.secret) > 0 && r.secret[len(r.secret)-1] }

// text reads a name or a text.
func (r *reader) text(i int) int {
	end, closed := endOfText(r.s, i)
	inner := r.s[i+1 : end]
	next := end
	if closed {
		next++
	}
	plain, escaped := plainText(inner)
	if r.isName(next) {
		r.pending = r.names && (SecretName(plain) || r.oauth && passing(plain))
		r.put(i+1, end, plain, r.m.Known(plain), escaped)
		return next
	}
	switch {
	case r.pending || r.inside():
		r.put(i+1, end, plain, valueOrEmpty(plain), escaped)
	case !r.names:
		r.put(i+1, end, plain, r.m.Known(plain), escaped)
	default:
		r.put(i+1, end, plain, r.m.nested(plain, r.depth+1), escaped)
	}
	r.pending = false
	return next
}

// put replaces a text when its masked form differs.
func (r *reader) put(from, to int, plain, shown string, escaped bool) {
	if shown == plain {
		// An escape that no reader of JSON writes may still spell a credential.
		if raw := r.s[from:to]; escaped && r.m.Known(raw) != raw {
			r.write(from, to, r.m.Known(raw))
		}
		return
	}
	quoted, _ := json.Marshal(shown)
	r.write(from, to, string(quoted[1:len(quoted)-1]))
}

func (r *reader) write(from, to int, text string) {
	r.out.WriteString(r.s[r.kept:from])
	r.out.WriteString(text)
	r.kept = to
}

// number reads a number; a credential becomes a text.
func (r *reader) number(i int) int {
	end := i + 1
	for end < len(r.s) && strings.IndexByte("0123456789.eE+-", r.s[end]) >= 0 {
		end++
	}
	if r.pending || r.inside() {
		r.write(i, end, `"`+stars+`"`)
	}
	r.pending = false
	return end
}

// isName returns whether a colon follows.
func (r *reader) isName(i int) bool {
	for i < len(r.s) && strings.IndexByte(" \t\r\n", r.s[i]) >= 0 {
		i++
	}
	return i < len(r.s) && r.s[i] == ':'
}

// endOfText returns the end of the text that begins with a quote at i: its
// closing quote, or the end of truncated input.
func endOfText(s string, i int) (end int, closed bool) {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i, true
		}
	}
	return len(s), false
}

// plainText returns a text without its escapes; invalid ones stay.
func plainText(inner string) (plain string, escaped bool) {
	if strings.IndexByte(inner, '\\') < 0 {
		return inner, false
	}
	var text string
	if json.Unmarshal([]byte(`"`+inner+`"`), &text) == nil && utf8.ValidString(inner) {
		return text, true
	}
	return inner, true
}

func valueOrEmpty(s string) string {
	if s == "" {
		return ""
	}
	return Value(s)
}
