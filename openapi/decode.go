package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// object is a JSON object as it was written: in order, with duplicates, which
// a Go map would hide.
type object struct {
	members []member
}

type member struct {
	name  string
	value any
}

// decoded is a JSON text as a tree of nil, bool, json.Number, string, []any
// and *object, and what was wrong with the text itself.
type decoded struct {
	value any
	// malformed is the reason why there is no value.
	malformed string
	// trailing counts the bytes after the value, white space apart.
	trailing int
	// invalid is the offset of the first byte that is not UTF-8, or of an
	// escaped half of a surrogate pair; -1 when there is none.
	invalid int
}

// decode reads one JSON value. Other than encoding/json it tells of bytes that
// are not UTF-8, of unpaired surrogates and of anything after the value.
func decode(body []byte) decoded {
	d := decoded{invalid: -1}
	if !utf8.Valid(body) {
		d.invalid = invalidOffset(body)
	}
	text := body
	if !json.Valid(body) {
		dec := json.NewDecoder(bytes.NewReader(body))
		var first json.RawMessage
		if err := dec.Decode(&first); err != nil {
			d.malformed = "not JSON"
			if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
				d.malformed += " at byte " + strconv.FormatInt(syntax.Offset, 10)
			}
			return d
		}
		text = first
		d.trailing = len(bytes.TrimSpace(body[dec.InputOffset():]))
	}
	p := parser{text: text, surrogate: -1}
	d.value = p.value()
	if d.invalid < 0 {
		d.invalid = p.surrogate
	}
	return d
}

func invalidOffset(b []byte) int {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// parser builds the tree of a text that json.Valid accepted, so it need not
// look for errors.
type parser struct {
	text      []byte
	at        int
	surrogate int
}

func (p *parser) space() byte {
	for {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return c
		}
	}
}

func (p *parser) value() any {
	switch p.space() {
	case '{':
		return p.object()
	case '[':
		return p.array()
	case '"':
		return p.string()
	case 't':
		p.at += len("true")
		return true
	case 'f':
		p.at += len("false")
		return false
	case 'n':
		p.at += len("null")
		return nil
	}
	start := p.at
	for p.at < len(p.text) && strings.IndexByte("+-.0123456789Ee", p.text[p.at]) >= 0 {
		p.at++
	}
	return json.Number(p.text[start:p.at])
}

func (p *parser) object() *object {
	o := &object{}
	p.at++
	for p.space() != '}' {
		if p.text[p.at] == ',' {
			p.at++
			p.space()
		}
		name := p.string()
		p.space()
		p.at++ // the colon
		o.members = append(o.members, member{name, p.value()})
	}
	p.at++
	return o
}

func (p *parser) array() []any {
	list := []any{}
	p.at++
	for p.space() != ']' {
		if p.text[p.at] == ',' {
			p.at++
		}
		list = append(list, p.value())
	}
	p.at++
	return list
}

func (p *parser) string() string {
	start, escaped := p.at, false
	for p.at++; p.text[p.at] != '"'; p.at++ {
		if p.text[p.at] == '\\' {
			escaped = true
			p.at++
		}
	}
	p.at++
	raw := p.text[start:p.at]
	if !escaped {
		return string(raw[1 : len(raw)-1])
	}
	if i := unpairedSurrogate(raw); i >= 0 && p.surrogate < 0 {
		p.surrogate = start + i
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return string(raw)
	}
	return s
}

// unpairedSurrogate returns the offset of an escape such as \ud83d without its
// other half, which encoding/json quietly replaces; -1 when there is none.
func unpairedSurrogate(raw []byte) int {
	for i := 0; i+1 < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		if raw[i+1] != 'u' {
			i++
			continue
		}
		unit := escapedUnit(raw[i:])
		switch {
		case unit >= 0xD800 && unit < 0xDC00:
			if next := escapedUnit(raw[i+6:]); next < 0xDC00 || next > 0xDFFF {
				return i
			}
			i += 11
		case unit >= 0xDC00 && unit <= 0xDFFF:
			return i
		default:
			i += 5
		}
	}
	return -1
}

// escapedUnit reads \uXXXX at the start of b; 0 when there is none.
func escapedUnit(b []byte) int {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	if err != nil {
		return 0
	}
	return int(n)
}
