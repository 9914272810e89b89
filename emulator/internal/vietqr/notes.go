package vietqr

import (
	"fmt"
	"unicode/utf8"
)

// Note is something unusual in a readable code. Such codes are in circulation,
// and banks' apps accept them.
type Note struct {
	// Code is one of the constants below, Tag the path of tags.
	Code, Tag string
	// Detail describes in a sentence what was found and how it was read.
	Detail string
}

// The codes of notes.
const (
	// NoteEmpty: an object of length 00; the format requires 01 or more.
	NoteEmpty = "empty_object"
	// NoteSmallCRC: the CRC is in small letters.
	NoteSmallCRC = "crc_in_small_letters"
	// NoteLong: a value is longer than NAPAS's format allows on paper.
	NoteLong = "longer_than_paper"
	// NoteCharacters: a value has characters that the format does not allow.
	NoteCharacters = "unusual_characters"
	// NoteBytes: lengths count bytes instead of characters.
	NoteBytes = "lengths_in_bytes"
	// NoteTwice: a tag is repeated; the first one counts.
	NoteTwice = "tag_twice"
	// NoteAmount: the amount cannot be read; the payer types it.
	NoteAmount = "amount_unreadable"
	// NoteInitiation: the point of initiation is neither 11 nor 12.
	NoteInitiation = "point_of_initiation"
	// NoteWallet: the payee is a merchant of a wallet's own network.
	NoteWallet = "wallet"
	// NoteMerchants: there are payees of several networks.
	NoteMerchants = "several_merchant_tags"
	// NoteMemoSpace: the memo begins or ends with a space, which is kept.
	NoteMemoSpace = "memo_with_outer_space"
	// NoteMissing: a VietQR object is missing.
	NoteMissing = "missing_object"
)

func (r *reader) note(code, tag, format string, args ...any) {
	r.notes = append(r.notes, Note{Code: code, Tag: tag, Detail: fmt.Sprintf(format, args...)})
}

// tidy removes empty objects and repeated tags, keeping the first, with a note.
func (r *reader) tidy(parts []part) []part {
	kept := parts[:0:0]
	for _, x := range parts {
		if x.value == "" {
			r.note(NoteEmpty, x.tag, "Tag %s has the length 00, which the format does not know; it is read as if the tag were not there.", x.tag)
			continue
		}
		if first, twice := find(kept, x.tag); twice {
			r.note(NoteTwice, x.tag, "Tag %s is repeated; the first one, %q, counts.", x.tag, clip(first.value, maxValue))
			continue
		}
		kept = append(kept, x)
	}
	return kept
}

// unusual notes values outside NAPAS's format.
func (r *reader) unusual() {
	for _, rule := range r.p.rules() {
		err := rule.paper()
		if err == nil {
			continue
		}
		n := utf8.RuneCountInString(rule.value)
		switch {
		case n > rule.most:
			r.note(NoteLong, rule.tag, "The %s has %d characters; NAPAS's format allows %d on paper. It is read whole.", rule.name, n, rule.most)
		case n == 0:
			r.note(NoteMissing, rule.tag, "There is no %s.", rule.name)
		default:
			r.note(NoteCharacters, rule.tag, "As for NAPAS's format, %s. It is read as it is.", err.Detail)
		}
	}
	if m := r.p.Memo; m != "" && (m[0] == ' ' || m[len(m)-1] == ' ') {
		r.note(NoteMemoSpace, "62-08", "The memo %q begins or ends with a space, which stays.", m)
	}
}
