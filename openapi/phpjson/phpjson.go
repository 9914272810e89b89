package phpjson

import (
	"bytes"
	"encoding/json"
	"unicode/utf16"
	"unicode/utf8"
)

// Rewrite rewrites JSON text as PHP would write it: without blanks, with PHP's
// escapes in texts, and with numbers and the order of members unchanged. The
// text must be valid JSON.
func Rewrite(text []byte) []byte {
	out := make([]byte, 0, len(text)+len(text)/8)
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case ' ', '\t', '\r', '\n':
			i++
		case '"':
			end := endOfString(text, i)
			out = appendRequoted(out, text[i:end])
			i = end
		default:
			out = append(out, c)
			i++
		}
	}
	return out
}

// endOfString returns the end of the string literal at i.
func endOfString(text []byte, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

func appendRequoted(out, literal []byte) []byte {
	if bytes.IndexByte(literal, '\\') < 0 {
		return AppendString(out, string(literal[1:len(literal)-1]))
	}
	var plain string
	_ = json.Unmarshal(literal, &plain) // a literal of valid JSON always reads
	return AppendString(out, plain)
}

// AppendString quotes a text: "/" as "\/", characters beyond ASCII as UTF-16
// units in lower-case hexadecimal; "&", "<", ">" and "'" stay. Invalid UTF-8,
// for which PHP writes nothing at all, becomes U+FFFD.
func AppendString(b []byte, text string) []byte {
	b = append(b, '"')
	done := 0
	for i := 0; i < len(text); {
		c := text[i]
		if plain[c] {
			i++
			continue
		}
		b = append(b, text[done:i]...)
		if c < utf8.RuneSelf {
			b = appendEscape(b, c)
			i++
		} else {
			r, size := utf8.DecodeRuneInString(text[i:])
			b = appendRune(b, r)
			i += size
		}
		done = i
	}
	b = append(b, text[done:]...)
	return append(b, '"')
}

// AppendStringOrNull writes null for an empty text.
func AppendStringOrNull(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return AppendString(b, s)
}

// plain says of each byte whether it needs no escape.
var plain = func() (table [256]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		table[c] = c != '"' && c != '\\' && c != '/'
	}
	return table
}()

// short are the characters whose escape is a letter.
var short = [...]byte{'\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r', '"': '"', '/': '/', '\\': '\\'}

func appendEscape(b []byte, c byte) []byte {
	if int(c) < len(short) && short[c] != 0 {
		return append(b, '\\', short[c])
	}
	return appendUnit(b, uint16(c))
}

func appendRune(b []byte, r rune) []byte {
	if r > 0xffff {
		high, low := utf16.EncodeRune(r)
		return appendUnit(appendUnit(b, uint16(high)), uint16(low))
	}
	return appendUnit(b, uint16(r))
}

func appendUnit(b []byte, u uint16) []byte {
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', hex[u>>12], hex[u>>8&15], hex[u>>4&15], hex[u&15])
}
