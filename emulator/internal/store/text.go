package store

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// containsFold reports whether lower, which is in lower case, is part of s.
func containsFold(s, lower string) bool {
	return lower == "" || strings.Contains(strings.ToLower(s), lower)
}

// foldQuery prepares a search text for [containsFold].
func foldQuery(q string) string { return strings.ToLower(q) }

// appendLower appends s in lower case, as [strings.ToLower] has it.
func appendLower(to []byte, s string) []byte {
	start := len(to)
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			return append(to[:start], strings.ToLower(s)...)
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		to = append(to, c)
	}
	return to
}

// needle is a text in lower case that a list searches for.
type needle struct {
	text []byte
	// first searches only the first field.
	first bool
}

// sparse is the number of selected places up to which each is searched alone.
const sparse = BlockSize / 8

// filter keeps those of the selected places, which ascend, whose texts have the
// needle.
func (n needle) filter(b *Block, selected []uint8) []uint8 {
	kept := selected[:0]
	if len(selected) <= sparse {
		for _, place := range selected {
			if n.within(b.text(int(place))) {
				kept = append(kept, place)
			}
		}
		return kept
	}
	// One search finds the next place that has the needle.
	place, next := 0, 0
	for from := 0; ; from = int(b.Ends[place]) {
		at := bytes.Index(b.Text[from:], n.text)
		if at < 0 {
			return kept
		}
		for at += from; int(b.Ends[place]) <= at; {
			place++
		}
		for next < len(selected) && int(selected[next]) < place {
			next++
		}
		if next == len(selected) {
			return kept
		}
		if int(selected[next]) == place && (!n.first || n.within(b.text(place))) {
			kept = append(kept, uint8(place))
		}
	}
}

// within reports whether the texts of one record have the needle.
func (n needle) within(text []byte) bool {
	if n.first {
		text = text[:bytes.IndexByte(text, TextEnd)]
	}
	return bytes.Contains(text, n.text)
}

// text returns the texts of a place.
func (b *Block) text(place int) []byte {
	from := uint32(0)
	if place > 0 {
		from = b.Ends[place-1]
	}
	return b.Text[from:b.Ends[place]]
}
