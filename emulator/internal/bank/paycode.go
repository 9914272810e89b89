package bank

import (
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// Recognise finds the payment code in a memo: the first active structure, in
// declared order, that occurs anywhere in it. The prefix matches in any case
// and is returned as configured; the suffix is as long as the structure
// allows, cut off there, and returned as typed. ok is false when there is no
// code (https://developer.sepay.vn/vi/sepay-webhooks/cau-hinh-ma-thanh-toan).
func Recognise(content string, formats []store.PaymentCodeFormat) (code string, ok bool) {
	for _, f := range formats {
		if !f.IsActive || f.Prefix == "" {
			continue
		}
		if code, ok := match(content, f); ok {
			return code, true
		}
	}
	return "", false
}

// match returns the leftmost place with the prefix and a long enough suffix.
func match(content string, f store.PaymentCodeFormat) (string, bool) {
	prefix := strings.ToUpper(f.Prefix)
	for at := 0; at+len(prefix) <= len(content); at++ {
		if !equalFoldASCII(content[at:at+len(prefix)], prefix) {
			continue
		}
		rest := content[at+len(prefix):]
		n := 0
		for n < len(rest) && n < f.SuffixTo && inSuffix(rest[n], f.CharacterType) {
			n++
		}
		if n >= f.SuffixFrom {
			return prefix + rest[:n], true
		}
	}
	return "", false
}

func inSuffix(c byte, t store.CharacterType) bool {
	digit := c >= '0' && c <= '9'
	return digit || (t == store.NumberAndLetter && (c|0x20) >= 'a' && (c|0x20) <= 'z')
}

// equalFoldASCII ignores case for ASCII letters only: the Kelvin sign does not
// match K.
func equalFoldASCII(a, upper string) bool {
	for i := range len(upper) {
		c := a[i]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != upper[i] {
			return false
		}
	}
	return true
}

// The bounds of a payment-code structure. Test mode takes longer prefixes than
// live mode does.
const (
	maxLivePrefix = 5
	maxTestPrefix = 10
)

// CheckFormats returns an [*Error] when a structure is outside SePay's bounds
// for the environment.
func CheckFormats(formats []store.PaymentCodeFormat, env store.Environment) error {
	longest := maxTestPrefix
	if env == store.Production {
		longest = maxLivePrefix
	}
	for i, f := range formats {
		if err := checkFormat(f, longest); err != nil {
			return input.At(err, "payment_code_formats[%d]", i)
		}
	}
	return nil
}

func checkFormat(f store.PaymentCodeFormat, longest int) error {
	switch {
	case len(f.Prefix) < 2 || len(f.Prefix) > longest || !letters(f.Prefix):
		return input.At(invalid("e.g. DH", "payment-code prefix %q: want 2 to %d letters A-Z", f.Prefix, longest), "prefix")
	case !input.SuffixRange.Has(int64(f.SuffixFrom)) || !input.SuffixRange.Has(int64(f.SuffixTo)) || f.SuffixFrom > f.SuffixTo:
		return input.At(invalid("e.g. suffix_from: 3, suffix_to: 10", "payment code %s: want 1 ≤ suffix_from ≤ suffix_to ≤ %v, not %d and %d", f.Prefix, input.SuffixRange.Max, f.SuffixFrom, f.SuffixTo), "suffix_from")
	case f.CharacterType != store.NumberOnly && f.CharacterType != store.NumberAndLetter:
		return input.At(invalid("", "payment code %s: character_type %q: want NumberOnly or NumberAndLetter", f.Prefix, f.CharacterType), "character_type")
	}
	return nil
}

func letters(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c < 'A' || c > 'Z' })
}
