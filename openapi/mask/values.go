package mask

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/localsepay/localsepay/openapi/pattern"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

const (
	// shortest is the minimum length of a searched value, alone the one from which
	// it is found inside words.
	shortest = 4
	alone    = 8
	long     = 16
	// maxValues and maxBytes bound the values, with all spellings. A value longer
	// than maxSpelled is searched unchanged and in JSON only.
	maxValues  = 50_000
	maxBytes   = 32 << 20
	maxSpelled = 4 << 10
)

// values are known credentials, found by their first bytes.
type values struct {
	some atomic.Bool

	mu sync.RWMutex
	// first has a bit for each hash of four bytes that a value begins with.
	first [1 << 10]uint64
	// by finds values by their first 4, 8 or 16 bytes: short values by few, long
	// ones by many, as credentials of a kind begin alike.
	by    [3]map[string][]spelling
	order []string
	known map[string]bool
	bytes int
}

// spelling is a value as it may occur in a text.
type spelling struct {
	text, secret string
}

// add adds a value, in every spelling.
func (v *values) add(secret string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.known[secret] {
		return
	}
	if v.known == nil {
		v.known = map[string]bool{}
		for i := range v.by {
			v.by[i] = map[string][]spelling{}
		}
	}
	v.known[secret] = true
	v.order = append(v.order, secret)
	for _, s := range spellings(secret) {
		v.bytes += len(s)
		table, key := v.table(s)
		v.by[table][key] = append(v.by[table][key], spelling{s, secret})
		// The longest first: a value may begin with another.
		slices.SortStableFunc(v.by[table][key], func(a, b spelling) int { return len(b.text) - len(a.text) })
		h := hash(s)
		v.first[h>>6] |= 1 << (h & 63)
	}
	for len(v.order) > maxValues || len(v.order) > 1 && v.bytes > maxBytes {
		v.forget(v.order[0])
		v.order = v.order[1:]
	}
	v.some.Store(true)
}

// forget removes a value. The lock is held.
func (v *values) forget(secret string) {
	delete(v.known, secret)
	for _, s := range spellings(secret) {
		v.bytes -= len(s)
		table, key := v.table(s)
		left := slices.DeleteFunc(v.by[table][key], func(x spelling) bool { return x.secret == secret })
		if len(left) == 0 {
			delete(v.by[table], key)
		} else {
			v.by[table][key] = left
		}
	}
}

// table returns the table of a spelling, and its key there.
func (v *values) table(s string) (int, string) {
	switch {
	case len(s) >= long:
		return 2, s[:long]
	case len(s) >= alone:
		return 1, s[:alone]
	}
	return 0, s[:shortest]
}

// has returns whether a value begins with four bytes of that hash.
func (v *values) has(h uint32) bool { return v.first[h>>6]&(1<<(h&63)) != 0 }

func hash[T string | []byte](s T) uint32 {
	n := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
	return n * 2654435761 >> 16
}

// at returns the value at i of a text, and its end there. A value cut by the
// end of the text or by "…" is found by its first 16 bytes.
func (v *values) at(text string, i int) (secret string, end int) {
	rest := text[i:]
	before, _, _ := strings.Cut(rest, "…")
	for table, width := range []int{2: long, 1: alone, 0: shortest} {
		if len(rest) < width {
			continue
		}
		for _, s := range v.by[table][rest[:width]] {
			switch {
			case strings.HasPrefix(rest, s.text):
				if width > shortest || !inWord(text, i, i+len(s.text)) {
					if i+len(s.text) > end {
						secret, end = s.secret, i+len(s.text)
					}
				}
			case table == 2 && strings.HasPrefix(s.text, before):
				secret, end = s.secret, i+len(before)
			}
		}
	}
	return secret, end
}

// inWord returns whether a part of a text is inside a word.
func inWord(text string, from, to int) bool {
	return from > 0 && wordByte(text[from-1]) || to < len(text) && wordByte(text[to])
}

func wordByte(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// spellings returns a value unchanged, URL-encoded, and in JSON as Go, most
// others, and PHP write it.
func spellings(s string) []string {
	quoted, _ := json.Marshal(s) // no text fails
	escaped := string(quoted[1 : len(quoted)-1])
	if len(s) > maxSpelled {
		return slices.Compact([]string{s, escaped})
	}
	plain := strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(escaped)
	out := []string{s, escaped, plain, strings.ReplaceAll(plain, "/", `\/`), url.QueryEscape(s), url.PathEscape(s)}
	if php, err := phpjson.Encode(s); err == nil {
		out = append(out, string(php[1:len(php)-1]))
	}
	for _, u := range []string{url.QueryEscape(s), url.PathEscape(s)} {
		out = append(out, lowerHex(u))
	}
	out = append(out, strings.ReplaceAll(url.QueryEscape(s), "+", "%20"))
	for _, once := range out[1:] { // JSON in a text of JSON, or in Go's quotes
		quoted, _ := json.Marshal(once)
		out = append(out, string(quoted[1:len(quoted)-1]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lowerHex writes the escapes of a URL in lower case.
func lowerHex(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToLower(string(b[i+1:i+3])))
		}
	}
	return string(b)
}

// Known masks the values of the masker, and credentials of SePay's own forms,
// in any text, also in base64.
func (m *Masker) Known(s string) string {
	if m.Shows() || len(s) < shortest {
		return s
	}
	var v *values
	if m != nil && m.known.some.Load() {
		v = &m.known
		v.mu.RLock()
		defer v.mu.RUnlock()
	}
	return decoded(v, percents(v, plainly(v, s)))
}

// plainly masks every credential in its known spellings.
func plainly(v *values, s string) string {
	var out []byte
	kept := 0
	for i := 0; i < len(s); {
		secret, end := find(v, s, i)
		if end == i {
			i++
			continue
		}
		out = append(append(out, s[kept:i]...), Value(secret)...)
		i, kept = end, end
	}
	if kept == 0 {
		return s
	}
	return string(append(out, s[kept:]...))
}

// percentRun is a run with percent-encoded characters.
var percentRun = pattern.Lazy(`[\w.~+/=-]*(?:%[0-9A-Fa-f]{2}[\w.~+/=-]*)+`)

// percents masks percent-encoded runs that contain a credential, however many
// of its characters are encoded.
func percents(v *values, s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	return percentRun().ReplaceAllStringFunc(s, func(run string) string {
		for _, read := range []func(string) (string, error){url.QueryUnescape, url.PathUnescape} { // a plus is a blank, or itself
			if plain, err := read(run); err == nil {
				if shown := plainly(v, plain); shown != plain {
					return escape(shown)
				}
			}
		}
		return run
	})
}

// second has the second byte of the kinds by their first, which are different.
var second = func() (out [256]byte) {
	for _, kind := range kinds {
		out[kind[0]] = kind[1]
	}
	return out
}()

// begins returns whether a credential may begin a text, which excludes most.
func begins[T string | []byte](v *values, text T) bool {
	return len(text) >= shortest && (second[text[0]] == text[1] && text[1] != 0 || v != nil && v.has(hash(text)))
}

// find returns the credential at i, known or of a known form.
func find(v *values, s string, i int) (secret string, end int) {
	if !begins(v, s[i:]) {
		return "", i
	}
	if v != nil {
		if secret, end = v.at(s, i); end > i {
			return secret, end
		}
	}
	end = shaped(s, i)
	return s[i:end], end
}

// shaped returns the end of a credential of SePay's own form that begins at i.
func shaped(s string, i int) int {
	for n, kind := range kinds {
		if !strings.HasPrefix(s[i:], kind) {
			continue
		}
		end := i + len(kind)
		for end < len(s) && (wordByte(s[end]) && s[end] < 0x80 || s[end] == '-' || s[end] == '.' && kind == "eyJ" && end+1 < len(s) && wordByte(s[end+1])) {
			end++
		}
		inside := kind == "eyJ" && i > 0 && wordByte(s[i-1]) && !strings.Contains(s[i:end], ".")
		if end-i-len(kind) >= least[n] && !inside { // three letters may occur in any code
			return end
		}
	}
	return i
}

// least are the minimum lengths after the prefixes in kinds.
var least = []int{1, 1, 4, 16, 12}

// shortestCode is the minimum length of a run that is decoded as base64, deepest
// the maximum number of skipped path parts before it.
const (
	shortestCode = 8
	deepest      = 16
)

// decoded masks base64 runs that contain a credential.
func decoded(v *values, s string) string {
	var out []byte
	kept := 0
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && codeByte(s[end]) {
			end++
		}
		if end-i >= shortestCode {
			if secret, ok := inCode(v, s[i:end]); ok {
				out = append(append(out, s[kept:end-len(secret)]...), Value(secret)...)
				for end < len(s) && s[end] == '=' {
					end++
				}
				kept = end
			}
		}
		i = max(end, i+1)
	}
	if kept == 0 {
		return s
	}
	return string(append(out, s[kept:]...))
}

func codeByte(c byte) bool { return codeBytes[c] }

// codeBytes are those of base64, in both alphabets.
var codeBytes = func() (out [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_") {
		out[c] = true
	}
	return out
}()

// inCode looks for a credential in a base64 run, whole and by its parts between
// slashes, as a path may precede it.
func inCode(v *values, run string) (string, bool) {
	if inBase64(v, run) {
		return run, true
	}
	rest := run
	for range deepest {
		var more bool
		if _, rest, more = strings.Cut(rest, "/"); !more || len(rest) < shortestCode {
			break
		}
		if inBase64(v, rest) {
			return rest, true
		}
	}
	return "", false
}

func inBase64(v *values, run string) bool {
	code := base64.RawStdEncoding
	if strings.IndexByte(run, '-') >= 0 || strings.IndexByte(run, '_') >= 0 {
		code = base64.RawURLEncoding
	}
	if len(run)%4 == 1 {
		run = run[:len(run)-1]
	}
	var room [64]byte // most runs are words
	plain := room[:]
	if n := code.DecodedLen(len(run)); n > len(room) {
		plain = make([]byte, n)
	}
	n, err := code.Decode(plain, []byte(run))
	if err != nil {
		return false
	}
	plain = plain[:n]
	for i := range plain {
		if !begins(v, plain[i:]) {
			continue
		}
		text := string(plain)
		if _, end := find(v, text, i); end > i {
			return true
		}
	}
	return false
}
