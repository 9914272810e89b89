package habit

import (
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// Strip returns a memo as a bank keeps it: letters without marks, digits and
// single spaces.
func (t Table) Strip(memo string) string {
	kept := strings.Map(func(c rune) rune {
		if vanishes(c) {
			return -1
		}
		return c
	}, vietqr.Fold(memo))
	return strings.Join(strings.Fields(kept), " ")
}

// vanishes returns whether a bank drops an ASCII character.
func vanishes(c rune) bool {
	return c != ' ' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}

// Loss describes what a bank drops from a memo.
type Loss struct {
	// Memo is the rest, Dropped the dropped characters, each once.
	Memo, Dropped string
	// Seen are the dropped characters with evidence from any bank, AtBank those
	// with evidence from this one.
	Seen, AtBank string
}

// Loses returns what a bank drops from a memo's ASCII characters. Marks on
// letters are not counted, as a QR code does not have them.
func (t Table) Loses(shortName, memo string) (Loss, bool) {
	b, _ := t.Of(shortName)
	loss := Loss{Memo: t.Strip(memo)}
	for _, c := range vietqr.Fold(memo) {
		if !vanishes(c) || strings.ContainsRune(loss.Dropped, c) {
			continue
		}
		loss.Dropped += string(c)
		if strings.ContainsRune(t.Every.Drops, c) {
			loss.Seen += string(c)
		}
		if strings.ContainsRune(b.Drops, c) {
			loss.AtBank += string(c)
		}
	}
	return loss, loss.Dropped != ""
}

// Named formats characters for a person: "-", "_" and ".".
func Named(chars string) string {
	var out []string
	for _, c := range chars {
		out = append(out, `"`+string(c)+`"`)
	}
	if n := len(out); n > 1 {
		return strings.Join(out[:n-1], ", ") + " and " + out[n-1]
	}
	return strings.Join(out, "")
}
