package bank_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func digits(prefix string, from, to int) store.PaymentCodeFormat {
	return store.PaymentCodeFormat{Prefix: prefix, SuffixFrom: from, SuffixTo: to, CharacterType: store.NumberOnly, IsActive: true}
}

func letters(prefix string, from, to int) store.PaymentCodeFormat {
	f := digits(prefix, from, to)
	f.CharacterType = store.NumberAndLetter
	return f
}

func TestRecognise(t *testing.T) {
	off := digits("DH", 1, 30)
	off.IsActive = false
	for _, c := range []struct {
		name, memo string
		formats    []store.PaymentCodeFormat
		want       string
	}{
		{"a prefix in lower case is returned in upper", "dh999999 thanh toan", []store.PaymentCodeFormat{digits("DH", 6, 8)}, "DH999999"},
		{"too short is no code", "DH123 x", []store.PaymentCodeFormat{digits("DH", 6, 8)}, ""},
		{"letters where they are allowed", "HD12AB ck", []store.PaymentCodeFormat{letters("HD", 4, 6)}, "HD12AB"},
		{"a code in the middle of noise", "MBVCB.1.2.SPN0ABC123.CT tu 00", []store.PaymentCodeFormat{letters("SP", 6, 10)}, "SPN0ABC123"},
		{"greedy, and cut off at the greatest length", "DH" + strings.Repeat("1", 35), []store.PaymentCodeFormat{digits("DH", 1, 30)}, "DH" + strings.Repeat("1", 30)},
		{"suffix letters stay as typed", "hdab12cd", []store.PaymentCodeFormat{letters("HD", 4, 6)}, "HDab12cd"},
		{"glued to a word before", "xxDH123456", []store.PaymentCodeFormat{digits("DH", 6, 8)}, "DH123456"},
		{"the first structure wins, not the first place", "HD1111 DH222222", []store.PaymentCodeFormat{digits("DH", 6, 8), letters("HD", 4, 6)}, "DH222222"},
		{"the leftmost place that fits", "DH12 DH345678", []store.PaymentCodeFormat{digits("DH", 6, 8)}, "DH345678"},
		{"a prefix inside the suffix of a misfit", "DHDH123456", []store.PaymentCodeFormat{digits("DH", 6, 8)}, "DH123456"},
		{"switched off", "DH123456", []store.PaymentCodeFormat{off}, ""},
		{"the Kelvin sign is not a K", "\u212AH123456", []store.PaymentCodeFormat{digits("KH", 6, 8)}, ""},
		{"an empty memo", "", []store.PaymentCodeFormat{digits("DH", 1, 8)}, ""},
		{"no structure", "DH123456", nil, ""},
	} {
		got, ok := bank.Recognise(c.memo, c.formats)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, %v, want %q", c.name, got, ok, c.want)
		}
	}
}

// FuzzRecognise holds the matcher against the regular expression that it stands for.
func FuzzRecognise(f *testing.F) {
	f.Add("dh999999 thanh toan", 6, 8, false)
	f.Add("DHDH12aB", 1, 30, true)
	f.Add("\u212A\u017F", 1, 1, true)
	f.Fuzz(func(t *testing.T, memo string, from, to int, alnum bool) {
		if from < 1 || to < from || to > 30 {
			t.Skip()
		}
		format, class := digits("DH", from, to), "[0-9]"
		if alnum {
			format, class = letters("DH", from, to), "[0-9A-Za-z]"
		}
		want := ""
		if m := regexp.MustCompile(fmt.Sprintf(`[Dd][Hh](%s{%d,%d})`, class, from, to)).FindStringSubmatch(memo); m != nil {
			want = "DH" + m[1]
		}
		if got, _ := bank.Recognise(memo, []store.PaymentCodeFormat{format}); got != want {
			t.Errorf("%q: %q, want %q", memo, got, want)
		}
	})
}

func TestStructuresOutsideSePaysBoundsAreRefused(t *testing.T) {
	good := digits("DH", 3, 10)
	long := digits("ABCDEFGH", 3, 10)
	for name, c := range map[string]struct {
		f    store.PaymentCodeFormat
		env  store.Environment
		fits bool
	}{
		"good":                         {good, store.Sandbox, true},
		"a long prefix in test mode":   {long, store.Sandbox, true},
		"a long prefix in live mode":   {long, store.Production, false},
		"one letter":                   {digits("D", 3, 10), store.Sandbox, false},
		"digits in the prefix":         {digits("D1", 3, 10), store.Sandbox, false},
		"an empty suffix":              {digits("DH", 0, 10), store.Sandbox, false},
		"31 characters":                {digits("DH", 1, 31), store.Sandbox, false},
		"more at least than at most":   {digits("DH", 9, 8), store.Sandbox, false},
		"an unknown type of character": {store.PaymentCodeFormat{Prefix: "DH", SuffixFrom: 1, SuffixTo: 2, CharacterType: "Emoji"}, store.Sandbox, false},
	} {
		err := bank.CheckFormats([]store.PaymentCodeFormat{c.f}, c.env)
		if (err == nil) != c.fits || (err != nil && !errors.Is(err, bank.ErrInvalid)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
