package vietqr

import (
	"strings"
	"sync"
)

// letters lists each ASCII letter followed by its variants with marks.
var letters = [...]string{
	"aàáảãạăằắẳẵặâầấẩẫậäåāą", "AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÄÅĀĄ",
	"eèéẻẽẹêềếểễệëēėę", "EÈÉẺẼẸÊỀẾỂỄỆËĒĖĘ",
	"iìíỉĩịîïī", "IÌÍỈĨỊÎÏĪ",
	"oòóỏõọôồốổỗộơờớởỡợöøō", "OÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÖØŌ",
	"uùúủũụưừứửữựûüūů", "UÙÚỦŨỤƯỪỨỬỮỰÛÜŪŮ",
	"yỳýỷỹỵÿ", "YỲÝỶỸỴŸ",
	"dđð", "DĐÐ", "cçćč", "CÇĆČ", "nñń", "NÑŃ", "sśšş", "SŚŠŞ", "zźžż", "ZŹŽŻ", "lł", "LŁ", "gğ", "GĞ",
	"'‘’ʼ", `"“”„`, "-‐‑‒–—−", " \u00a0\u2002\u2003\u2009\u202f\u3000\t\r\n",
}

// plain is built at first use.
var plain = sync.OnceValue(func() map[rune]byte {
	m := map[rune]byte{}
	for _, row := range letters {
		for _, r := range row[1:] {
			m[r] = row[0]
		}
	}
	return m
})

// Fold converts a text to printable ASCII, as bank apps do with a memo: letters
// lose their marks ("Đơn hàng" becomes "Don hang"), composed or not, and
// characters without an ASCII letter, such as an emoji, are dropped.
func Fold(s string) string {
	if ascii(s) {
		return s
	}
	table := plain()
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if ' ' <= r && r <= '~' {
			b.WriteByte(byte(r))
		} else if c, ok := table[r]; ok {
			b.WriteByte(c)
		} else if r == '…' {
			b.WriteString("...")
		}
	}
	return b.String()
}

func ascii(s string) bool {
	for i := range len(s) {
		if !printable(s[i]) {
			return false
		}
	}
	return true
}
