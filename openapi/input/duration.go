package input

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/pattern"
)

// MaxDuration is the longest accepted duration: 100 years of 365 days.
const MaxDuration = 100 * 365 * 24 * time.Hour

// ErrDuration is wrapped by every error of [Duration].
var ErrDuration = errors.New("not a duration")

var days = pattern.Lazy(`^([0-9]+(?:\.[0-9]+)?)d(.*)$`)

// Offset parses a duration that may be negative, such as -6m.
func Offset(s string) (time.Duration, error) {
	if before, ok := strings.CutPrefix(strings.TrimSpace(s), "-"); ok {
		d, err := Duration(before)
		return -d, err
	}
	return Duration(s)
}

// Duration parses a duration of zero or more in Go's format, with days in
// front: 90s, 5m30s, 1d, 3d12h. It is at most [MaxDuration].
func Duration(s string) (time.Duration, error) {
	text := strings.TrimSpace(s)
	if strings.HasPrefix(text, "-") {
		return 0, fmt.Errorf("%w: %q is below zero", ErrDuration, s)
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil && text != "0" {
		return 0, fmt.Errorf("%w: %q has no unit; %ss is seconds, %sm minutes, %sd days", ErrDuration, s, text, text, text)
	}
	var whole time.Duration
	if m := days().FindStringSubmatch(text); m != nil {
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil || n > MaxDuration.Hours()/24 {
			return 0, fmt.Errorf("%w: %q is more than 100 years", ErrDuration, s)
		}
		whole, text = time.Duration(n*float64(24*time.Hour)), m[2]
	}
	if text == "" && whole > 0 || text == "" && strings.HasSuffix(s, "d") {
		return whole, nil
	}
	rest, err := time.ParseDuration(text)
	if err != nil || rest < 0 {
		return 0, fmt.Errorf("%w: %q; write 90s, 13m, 2h or 3d12h", ErrDuration, s)
	}
	if rest > MaxDuration-whole {
		return 0, fmt.Errorf("%w: %q is more than 100 years", ErrDuration, s)
	}
	return whole + rest, nil
}
