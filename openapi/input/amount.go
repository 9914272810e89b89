package input

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/openapi/pattern"
)

// MaxAmount is the largest accepted amount, in VND. It is below JavaScript's
// 2^53-1, so every client reads it exactly.
const MaxAmount = 999_999_999_999

// ErrAmount is wrapped by every error of [Amount].
var ErrAmount = errors.New("not an amount in VND")

var (
	digits  = pattern.Lazy(`^[0-9]+$`)
	grouped = pattern.Lazy(`^[0-9]{1,3}(?:\.[0-9]{3})+$|^[0-9]{1,3}(?:,[0-9]{3})+$|^[0-9]{1,3}(?:_[0-9]{3})+$|^[0-9]{1,3}(?: [0-9]{3})+$`)
	decimal = pattern.Lazy(`^[0-9][0-9.,_ ]*[.,][0-9]{1,2}$`)
	marked  = pattern.Lazy(`(?i)\s*(?:VND|VNĐ|đ|₫)$`)
)

// Amount parses an amount of whole dong from 0 to [MaxAmount]: digits, or
// groups of three with one separator throughout (150000, 150.000, 150,000,
// 150_000), optionally followed by VND. There are no decimals; an ambiguous
// text is refused.
func Amount(s string) (int64, error) {
	text := marked().ReplaceAllString(strings.TrimSpace(s), "")
	switch {
	case digits().MatchString(text):
	case grouped().MatchString(text):
		text = strings.NewReplacer(".", "", ",", "", "_", "", " ", "").Replace(text)
	case strings.HasPrefix(text, "-"):
		return 0, fmt.Errorf("%w: %q is below zero", ErrAmount, s)
	case decimal().MatchString(text):
		return 0, fmt.Errorf("%w: %q has decimals, and dong has none", ErrAmount, s)
	default:
		return 0, fmt.Errorf("%w: %q; write digits, or groups of three: 150000, 150.000 or 150,000", ErrAmount, s)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > MaxAmount {
		return 0, fmt.Errorf("%w: %q is more than %d", ErrAmount, s, int64(MaxAmount))
	}
	return n, nil
}
