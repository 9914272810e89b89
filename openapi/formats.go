package openapi

import (
	"net/url"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/input"
)

// spelling is how the dates of an answer are to be written.
type spelling int

const (
	plainDates  spelling = iota // 2026-07-04 08:12:33
	isoDates                    // 2026-07-04T08:12:33+07:00
	eitherDates                 // either of them
)

const (
	dateLayout     = "2006-01-02"
	datetimeLayout = "2006-01-02 15:04:05"
	isoLayout      = "2006-01-02T15:04:05"
	// vietnam is the only offset that SePay prints.
	vietnam = "+07:00"
)

// formatDatetime is the one format whose spelling depends on the request.
const formatDatetime = "sepay-datetime"

// formatBinary is a whole body of any bytes, such as a picture.
const formatBinary = "binary"

// format is a named check of a string.
type format struct {
	expected string
	valid    func(string) bool
}

// stringFormat returns the check of a format; false when it is not known. The
// formats without a check say what a text is, and any text passes.
func stringFormat(name string) (format, bool) {
	switch name {
	case "":
		return format{}, true
	case formatDatetime:
		return format{"a date and time YYYY-MM-DD HH:MM:SS", func(s string) bool { return validDatetime(s, plainDates) }}, true
	case "sepay-date-filter":
		return format{"a date YYYY-MM-DD, or YYYY-MM-DD HH:MM:SS", validDateFilter}, true
	case "sepay-datetime-filter":
		return format{"a date YYYY-MM-DD, YYYY-MM-DD HH:MM:SS, or RFC 3339", func(s string) bool { return validDateFilter(s) || validRFC3339(s) }}, true
	case "date":
		return format{"a date YYYY-MM-DD", validDate}, true
	case "date-time":
		return format{"an RFC 3339 date and time", validRFC3339}, true
	case "uuid":
		return format{"a UUID", validUUID}, true
	case "uri":
		return format{"an absolute URL", validURI}, true
	case "duration":
		return format{"a duration such as 13m", validDuration}, true
	case "password", formatBinary:
		return format{}, true
	}
	return format{}, false
}

// validDatetime also rejects what time.Parse lets through: fractions of a
// second, one-digit hours.
func validDatetime(s string, as spelling) bool {
	plain := func() bool { return len(s) == len(datetimeLayout) && parses(datetimeLayout, s) }
	iso := func() bool {
		clock, ok := strings.CutSuffix(s, vietnam)
		return ok && len(clock) == len(isoLayout) && parses(isoLayout, clock)
	}
	switch as {
	case isoDates:
		return iso()
	case eitherDates:
		return plain() || iso()
	default:
		return plain()
	}
}

func parses(layout, s string) bool {
	_, err := time.Parse(layout, s)
	return err == nil
}

func validDate(s string) bool {
	return len(s) == len(dateLayout) && parses(dateLayout, s)
}

func validDateFilter(s string) bool {
	return validDate(s) || validDatetime(s, plainDates)
}

// validRFC3339 wants the letter T and two-digit hours, which time.Parse
// does not insist on.
func validRFC3339(s string) bool {
	return len(s) >= len("2006-01-02T15:04:05Z") && s[10] == 'T' && s[13] == ':' && !strings.Contains(s, ",") && parses(time.RFC3339, s)
}

func validUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !isHex(s[i]) {
				return false
			}
		}
	}
	return true
}

func isHex(b byte) bool {
	return isDigit(b) || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func validURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs() && (u.Host != "" || u.Opaque != "")
}

func validDuration(s string) bool {
	_, err := input.Offset(s)
	return err == nil
}
