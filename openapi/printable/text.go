package printable

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text escapes all unsafe characters in a text. Line feeds and tabs stay.
func Text(s string) string {
	if plainRun(s) == len(s) {
		return s
	}
	var c cleaner
	return string(append(c.clean(nil, []byte(s)), c.rest()...))
}

// Line is [Text] for a single line: line feeds and tabs are escaped too.
func Line(s string) string {
	return onOneLine.Replace(Text(s))
}

var onOneLine = strings.NewReplacer("\n", `\n`, "\t", `\t`)

// plainRun is the number of bytes at the beginning that need no escape: ASCII
// without control characters except line feed and tab.
func plainRun[T string | []byte](p T) int {
	for i := range len(p) {
		if b := p[i]; b >= 0x7f || b < ' ' && b != '\n' && b != '\t' {
			return i
		}
	}
	return len(p)
}

// cleaner escapes a stream of text. A character may be split between two calls.
type cleaner struct {
	cut []byte
	// symbol says that the last character was a symbol, such as an emoji: joiners
	// and variation selectors are safe only after one.
	symbol bool
	joiner bool
}

// clean appends the escaped text to out. An incomplete character at the end of
// p is kept for the next call.
func (c *cleaner) clean(out, p []byte) []byte {
	if len(c.cut) > 0 {
		p = append(c.cut, p...)
		c.cut = nil
	}
	for len(p) > 0 {
		if !c.symbol && !c.joiner {
			n := plainRun(p)
			if out, p = append(out, p[:n]...), p[n:]; len(p) == 0 {
				break
			}
		}
		r, size := utf8.DecodeRune(p)
		if r == utf8.RuneError && size <= 1 {
			if !utf8.FullRune(p) {
				c.cut = append([]byte{}, p...)
				return out
			}
			out = fmt.Appendf(c.flush(out), `\x%02x`, p[0])
			c.symbol = false
		} else {
			out = c.put(out, r)
		}
		p = p[size:]
	}
	return out
}

// put appends one character. A joiner is held back: between two symbols it is
// safe, anywhere else it is invisible and escaped.
func (c *cleaner) put(out []byte, r rune) []byte {
	const zeroWidthJoiner = 0x200d
	if r == zeroWidthJoiner && c.symbol && !c.joiner {
		c.joiner = true
		return out
	}
	if c.joiner && unicode.Is(unicode.So, r) {
		c.joiner = false
		out = utf8.AppendRune(out, zeroWidthJoiner)
	}
	out = c.flush(out)
	switch {
	case unicode.Is(unicode.Variation_Selector, r) && c.symbol && r >= 0xfe00:
		return utf8.AppendRune(out, r)
	case shown(r):
		c.symbol = unicode.Is(unicode.So, r) || c.symbol && unicode.Is(unicode.Sk, r)
		return utf8.AppendRune(out, r)
	}
	c.symbol = false
	return escape(out, r)
}

// flush appends a joiner that was held back, escaped.
func (c *cleaner) flush(out []byte) []byte {
	if !c.joiner {
		return out
	}
	c.joiner = false
	return escape(out, 0x200d)
}

// rest returns what was held back at the end of a text.
func (c *cleaner) rest() []byte {
	out := c.flush(nil)
	for _, b := range c.cut {
		out = fmt.Appendf(out, `\x%02x`, b)
	}
	c.cut = nil
	return out
}

// shown returns whether a character is visible, without other effects.
func shown(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return true
	case unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), unicode.Is(unicode.Variation_Selector, r), r == 0x034f:
		return false
	}
	return unicode.IsPrint(r) || unicode.Is(unicode.Zs, r)
}

// escape writes a character's JSON escape, so that JSON output keeps its
// meaning.
func escape(out []byte, r rune) []byte {
	if r <= 0xffff {
		return fmt.Appendf(out, `\u%04x`, r)
	}
	r -= 0x10000
	return fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
}
