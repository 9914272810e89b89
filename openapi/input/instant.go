package input

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// Vietnam is the zone of every date that SePay prints: UTC+7, without
// daylight saving.
var Vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Layout is how SePay prints an instant, in Vietnam's zone without an offset.
const Layout = "2006-01-02 15:04:05"

// The accepted instants: the years 1970 to 2200 in Vietnam. They, and what is
// due a century later, are safe in time computations.
var (
	FirstInstant = time.Date(1970, time.January, 1, 0, 0, 0, 0, Vietnam)
	LastInstant  = time.Date(2200, time.December, 31, 23, 59, 59, 0, Vietnam)
)

// The bounds of a clock's scale: its seconds per real second.
const (
	MinScale = 1e-3
	MaxScale = 1e6
)

// The kinds of errors about time.
var (
	ErrInstant = errors.New("not an instant")
	ErrScale   = errors.New("not a scale")
)

// Instant parses an instant of the years 1970 to 2200: RFC 3339, or "2006-01-02
// 15:04:05" in Vietnam's zone. The result is in Vietnam's zone.
func Instant(s string) (time.Time, error) {
	text := strings.TrimSpace(s)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		at, err = time.ParseInLocation(Layout, text, Vietnam)
	}
	if err != nil {
		return time.Time{}, Refuse(ErrInstant, `want RFC 3339, or "2006-01-02 15:04:05" in Vietnam's time`)
	}
	return at.In(Vietnam), CheckInstant(at)
}

// CheckInstant refuses an instant outside the years 1970 to 2200.
func CheckInstant(at time.Time) error {
	if at.Before(FirstInstant) || at.After(LastInstant) {
		return Refuse(ErrInstant, "want a time in the years %d to %d", FirstInstant.Year(), LastInstant.Year())
	}
	return nil
}

// BoundInstant returns the instant, or the nearest one of the years 1970 to 2200.
func BoundInstant(at time.Time) time.Time {
	switch {
	case at.Before(FirstInstant):
		return FirstInstant
	case at.After(LastInstant):
		return LastInstant
	}
	return at
}

// Scale parses a clock's scale, such as 60 for a minute per second.
func Scale(s string) (float64, error) {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		return 0, Refuse(ErrScale, "%q is not a number", s)
	}
	return f, CheckScale(f)
}

// CheckScale refuses a scale outside its bounds, and NaN.
func CheckScale(f float64) error {
	if !(f >= MinScale && f <= MaxScale) {
		return Refuse(ErrScale, "want a scale of %v to %s", MinScale, strconv.FormatFloat(MaxScale, 'f', -1, 64))
	}
	return nil
}

// Stretch multiplies a duration. A result that overflows becomes the longest
// duration, positive or negative.
func Stretch(d time.Duration, factor float64) time.Duration {
	switch f := float64(d) * factor; {
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	case math.IsNaN(f):
		return 0
	default:
		return time.Duration(f)
	}
}
