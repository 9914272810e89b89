package userapiv1

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// params reads query parameters and keeps the first error.
type params struct {
	query url.Values
	bad   *error
}

// readParams parses a query as PHP does: malformed parts are skipped, and of a
// repeated name the last value counts.
func readParams(raw string) params {
	query, _ := url.ParseQuery(raw)
	return params{query: query, bad: new(error)}
}

func (p params) err() error { return *p.bad }

func (p params) reject(name, why string) {
	if *p.bad == nil {
		*p.bad = badParameter(name, why)
	}
}

func (p params) text(name string) string {
	values := p.query[name]
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// id reads a numeric id, 0 when absent.
func (p params) id(name string) int64 {
	text := p.text(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		p.reject(name, "must be a number")
		return 0
	}
	return n
}

// limit reads the maximum number of rows.
func (p params) limit(absent, most int) int {
	text := p.text("limit")
	if text == "" {
		return absent
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		p.reject("limit", "must be a number from 1")
		return absent
	}
	return min(n, most)
}

// maxVND is above every balance, and exact as a float.
const maxVND = 1e15

// amount reads VND, whole or with decimals, and rounds a fraction, as all
// amounts are whole.
func (p params) amount(name string, round func(float64) float64) *int64 {
	text := p.text(name)
	if text == "" {
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		p.reject(name, "must be a number")
		return nil
	}
	n := int64(round(min(max(f, -maxVND), maxVND)))
	return &n
}

// between returns an inclusive range.
func (p params) between(minName, maxName string) store.AmountRange {
	return store.AmountRange{Min: p.amount(minName, math.Ceil), Max: p.amount(maxName, math.Floor)}
}

// exactly returns a range of one amount; one with a fraction is an empty range.
func (p params) exactly(name string) store.AmountRange { return p.between(name, name) }

func (p params) dates(minName, maxName string) store.TimeRange {
	return store.TimeRange{From: p.date(minName, false), To: p.date(maxName, true)}
}

// date reads "2006-01-02" or "2006-01-02 15:04:05" in Vietnam's zone; at the
// end of a range a date alone means its last second.
func (p params) date(name string, end bool) time.Time {
	text := p.text(name)
	if text == "" {
		return time.Time{}
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, clock.Vietnam); err == nil {
		if end {
			return day.Add(24*time.Hour - time.Microsecond)
		}
		return day
	}
	at, err := time.ParseInLocation(clock.Layout, text, clock.Vietnam)
	if err != nil {
		p.reject(name, "must be yyyy-mm-dd or yyyy-mm-dd HH:MM:SS")
		return time.Time{}
	}
	if end {
		at = at.Add(time.Second - time.Microsecond)
	}
	return at
}

// v2Parameters are API v2's parameters that v1 does not have.
var v2Parameters = []string{"page", "per_page", "bank_account_id", "va_id", "transaction_date_from", "transaction_date_to", "amount_in_min", "amount_in_max", "amount_out_min", "amount_out_max", "transfer_type", "fields", "timestamp_format"}

// noteNewParameters records v2 parameters in a v1 request.
func noteNewParameters(x *surface.Exchange, p params) {
	for _, name := range slices.Sorted(maps.Keys(p.query)) {
		if slices.Contains(v2Parameters, name) {
			x.Note(finding.Finding{
				Code: "userapi_v1.v2_parameter", Severity: finding.Error, Title: "A v2 parameter was sent to v1",
				Detail: fmt.Sprintf("API v1 does not know %q and ignores it: the answer is not filtered by it.", name),
				Hint:   "Use v1's own: account_number, transaction_date_min and _max, since_id, limit, reference_number, amount_in, amount_out.",
				Source: "https://developer.sepay.vn/vi/sepay-api/v2/nang-cap-tu-v1",
			})
		}
	}
}

// money formats VND as v1 does: "1250000.00".
func money(vnd int64) string { return strconv.FormatInt(vnd, 10) + ".00" }

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
