package oauthapi

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// The bounds of a page. SePay documents the parameters without bounds: a
// default limit of 20 and a maximum of 100 are assumed.
const (
	defaultLimit = 20
	maxLimit     = 100
	// maxPage keeps offsets far from overflow.
	maxPage = 1_000_000
)

// params reads query parameters. Invalid ones count as absent and are recorded
// for a finding.
type params struct {
	query url.Values
	// bad describes invalid values, asked has the names that the call reads.
	bad   map[string]string
	asked map[string]bool
}

// readParams parses a query as PHP does: malformed parts are skipped, and of a
// repeated name the last value counts.
func readParams(raw string) params {
	query, _ := url.ParseQuery(raw)
	return params{query: query, bad: map[string]string{}, asked: map[string]bool{}}
}

func (p params) reject(name, why string) { p.bad[name] = why }

func (p params) last(name string) string {
	values := p.query[name]
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// text returns a parameter, "" when it is absent.
func (p params) text(name string) string {
	p.asked[name] = true
	return p.last(name)
}

// id reads a numeric id; ok is false when it is absent or invalid.
func (p params) id(name string) (id int64, ok bool) {
	text := p.text(name)
	if text == "" {
		return 0, false
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		p.reject(name, "must be a number from 1")
		return 0, false
	}
	return id, true
}

// flag reads 1 or 0; nil when absent.
func (p params) flag(name string) *bool {
	switch p.text(name) {
	case "":
	case "0":
		return new(bool)
	case "1":
		yes := true
		return &yes
	default:
		p.reject(name, "must be 0 or 1")
	}
	return nil
}

// maxVND is above every balance, and exact as a float.
const maxVND = 1e15

// exactly reads an amount in VND as a range of that amount alone; one with a
// fraction is an empty range, as all amounts are whole.
func (p params) exactly(name string) store.AmountRange {
	text := p.text(name)
	if text == "" {
		return store.AmountRange{}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		p.reject(name, "must be a number")
		return store.AmountRange{}
	}
	f = min(max(f, -maxVND), maxVND)
	low, high := int64(math.Ceil(f)), int64(math.Floor(f))
	return store.AmountRange{Min: &low, Max: &high}
}

// days reads an inclusive range of days in Vietnam's zone.
func (p params) days(fromName, toName string) store.TimeRange {
	var t store.TimeRange
	t.From = p.day(fromName)
	if to := p.day(toName); !to.IsZero() {
		t.To = to.AddDate(0, 0, 1).Add(-time.Microsecond) // the store's resolution
	}
	return t
}

func (p params) day(name string) time.Time {
	text := p.text(name)
	if text == "" {
		return time.Time{}
	}
	day, err := time.ParseInLocation(time.DateOnly, text, clock.Vietnam)
	if err != nil {
		p.reject(name, "must be YYYY-MM-DD")
		return time.Time{}
	}
	return day
}

// window reads page and limit.
func (p params) window() (win store.Window, page int) {
	page = p.count("page", 1, maxPage)
	limit := p.count("limit", defaultLimit, maxLimit)
	return store.Window{Offset: (page - 1) * limit, Limit: limit}, page
}

// count reads a number from 1, clamped to most.
func (p params) count(name string, absent, most int) int {
	text := p.text(name)
	if text == "" {
		return absent
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		p.reject(name, fmt.Sprintf("must be a number from 1 to %d", most))
		return absent
	}
	if n > most {
		p.reject(name, fmt.Sprintf("must be %d at most", most))
	}
	return min(n, most)
}
