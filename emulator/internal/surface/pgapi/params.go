package pgapi

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

const (
	defaultPerPage = 20
	maxPerPage     = 100
	maxPage        = 1_000_000
)

// params reads the query of the list. Invalid parameters are ignored or, with
// the setting strict, refused with 422; no page says which.
type params struct {
	query url.Values
	bad   map[string][]string
}

func (p params) reject(name, why string) { p.bad[name] = append(p.bad[name], why) }

// text returns the last value, as PHP does.
func (p params) text(name string) string {
	values := p.query[name]
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// number reads a whole number from 1 to most.
func (p params) number(name string, otherwise, most int) int {
	text := p.text(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		p.reject(name, fmt.Sprintf("want 1 to %d", most))
	}
	if err != nil {
		return otherwise
	}
	return min(max(n, 1), most)
}

// day reads YYYY-MM-DD as the first instant of that day in Vietnam.
func (p params) day(name string) time.Time {
	text := p.text(name)
	if text == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation(time.DateOnly, text, clock.Vietnam)
	if err != nil {
		p.reject(name, "want YYYY-MM-DD")
	}
	return at
}

// lastInstant returns the end of a day, to the store's microsecond.
func lastInstant(day time.Time) time.Time {
	return day.AddDate(0, 0, 1).Add(-time.Microsecond)
}

// created reads the four date parameters. Bounds are whole days, inclusive.
func (p params) created() store.TimeRange {
	var t store.TimeRange
	if day := p.day("created_at"); !day.IsZero() {
		t = store.TimeRange{From: day, To: lastInstant(day)}
	}
	if day := p.day("from_created_at"); day.After(t.From) {
		t.From = day
	}
	for _, name := range []string{"end_created_at", "to_created_at"} {
		if day := p.day(name); !day.IsZero() && (t.To.IsZero() || lastInstant(day).Before(t.To)) {
			t.To = lastInstant(day)
		}
	}
	return t
}

// ascending reads both spellings of sort; newest first is the default.
func (p params) ascending() bool {
	for name, prefix := range map[string]string{"sort": "created_at:", "sort[created_at]": ""} {
		text := p.text(name)
		if text == "" {
			continue
		}
		direction, ok := strings.CutPrefix(text, prefix)
		switch {
		case ok && strings.EqualFold(direction, "asc"):
			return true
		case !ok || !strings.EqualFold(direction, "desc"):
			p.reject(name, "want "+prefix+"asc or "+prefix+"desc")
		}
	}
	return false
}

var statuses = []store.OrderStatus{store.OrderCaptured, store.OrderCancelled, store.OrderWaiting}

// readFilter reads the parameters of the list.
func (c call) readFilter() (f store.OrderFilter, page, perPage int, err error) {
	query, _ := url.ParseQuery(c.r.URL.RawQuery) // what cannot be decoded is ignored
	p := params{query, map[string][]string{}}
	f = store.OrderFilter{Company: c.company.ID, Listed: true, Query: p.text("q"), CustomerID: p.text("customer_id"), Created: p.created(), Ascending: p.ascending()}
	if s := store.OrderStatus(p.text("order_status")); s != "" {
		if slices.Contains(statuses, s) {
			f.Status = s
		} else {
			p.reject("order_status", "want CAPTURED, CANCELLED or AUTHENTICATION_NOT_NEEDED")
		}
	}
	page, perPage = p.number("page", 1, maxPage), p.number("per_page", defaultPerPage, maxPerPage)
	if len(p.bad) == 0 {
		return f, page, perPage, nil
	}
	names := make([]string, 0, len(p.bad))
	for name, why := range p.bad {
		names = append(names, name+": "+strings.Join(why, ", "))
	}
	slices.Sort(names)
	if c.rules.Get(setting.PGAPIInvalid) == "strict" {
		return f, 0, 0, &failure{status: http.StatusUnprocessableEntity, message: messageInvalid, fields: p.bad}
	}
	c.note("A parameter was ignored or clamped", strings.Join(names, "; ")+".", "What SePay does with such a value is not documented.")
	return f, page, perPage, nil
}
