package scenarios

import "strings"

// orderIn finds the order of a company that a memo names, by its key in the
// book: banks drop punctuation and write text of their own around the memo. Of
// two keys the longer one counts. Empty when none is named. The lock is held.
func (s *shop) orderIn(company, memo string) string {
	best := ""
	for name, e := range s.book {
		key, own := strings.CutPrefix(name, company+"/")
		if !own || e.price == 0 || len(key) < len(best) || (len(key) == len(best) && key > best) {
			continue
		}
		if namesOrder(memo, key) {
			best = key
		}
	}
	return best
}

// namesOrder says whether a memo names an order: the letters and digits of the key
// stand in it one behind the other, with or without punctuation between them
// and in any case. A digit behind a digit at the end makes it another order's:
// DH12 does not name DH1.
func namesOrder(memo, key string) bool {
	want := plain(key)
	if want == "" {
		return false
	}
	words := strings.FieldsFunc(memo, func(c rune) bool { return c == ' ' })
	for _, word := range words {
		word = plain(word)
		for at := 0; ; at++ {
			next := strings.Index(word[at:], want)
			if next < 0 {
				break
			}
			at += next
			end := at + len(want)
			if end == len(word) || !digit(word[end]) || !digit(want[len(want)-1]) {
				return true
			}
		}
	}
	return false
}

// plain leaves the ASCII letters and digits of a text, in upper case.
func plain(text string) string {
	return strings.ToUpper(strings.Map(func(c rune) rune {
		if c < 0x80 && (digit(byte(c)) || 'A' <= c&^0x20 && c&^0x20 <= 'Z') {
			return c
		}
		return -1
	}, text))
}

func digit(c byte) bool { return '0' <= c && c <= '9' }
