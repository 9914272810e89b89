package userapiv2

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi/pattern"
)

const (
	defaultPerPage = 20
	maxPerPage     = 100
	// maxPage keeps offsets far from overflow.
	maxPage = 1_000_000_000
)

// params reads query parameters and collects invalid ones. In strict mode they
// are a 422, otherwise they are ignored or clamped.
type params struct {
	query  url.Values
	strict bool
	bad    map[string]string
}

// readParams parses a query as PHP does: malformed parts are skipped, and of a
// repeated name the last value counts.
func readParams(raw string, strict bool) params {
	p := params{strict: strict, bad: map[string]string{}}
	if raw != "" {
		p.query, _ = url.ParseQuery(raw)
	}
	return p
}

func (p params) err() error {
	if p.strict && len(p.bad) > 0 {
		return invalidParameters(p.bad)
	}
	return nil
}

// text returns a parameter, "" when it is absent.
func (p params) text(name string) string {
	values := p.query[name]
	if len(values) == 0 {
		return ""
	}
	last := values[len(values)-1]
	if strings.ContainsRune(last, 0) {
		p.reject(name, "must be text")
		return ""
	}
	return last
}

func (p params) reject(name, why string) { p.bad[name] = why }

func (p params) number(name string) *int64 {
	text := p.text(name)
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		p.reject(name, "must be an integer")
		return nil
	}
	return &n
}

func (p params) amounts(minName, maxName string) store.AmountRange {
	return store.AmountRange{Min: p.number(minName), Max: p.number(maxName)}
}

// one returns a parameter that must be one of the choices.
func (p params) one(name string, choices ...string) string {
	text := p.text(name)
	if text == "" || slices.Contains(choices, text) {
		return text
	}
	p.reject(name, "must be one of "+strings.Join(choices, ", "))
	return ""
}

// flag reads 1 or 0; nil when absent.
func (p params) flag(name string) *bool {
	switch p.one(name, "0", "1") {
	case "0":
		return new(bool)
	case "1":
		yes := true
		return &yes
	}
	return nil
}

var uuidShape = pattern.Lazy(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func (p params) uuid(name string) string {
	text := p.text(name)
	if text == "" || uuidShape().MatchString(text) {
		return strings.ToLower(text)
	}
	p.reject(name, "must be a UUID")
	return ""
}

// dates reads an inclusive range. A date alone means its first second, or its
// last at the end of the range.
func (p params) dates(fromName, toName string) store.TimeRange {
	return store.TimeRange{From: p.date(fromName, false), To: p.date(toName, true)}
}

func (p params) date(name string, end bool) time.Time {
	text := p.text(name)
	if text == "" {
		return time.Time{}
	}
	at, err := parseDate(text, end)
	if err != nil {
		p.reject(name, "must be YYYY-MM-DD HH:MM:SS")
	}
	return at
}

func parseDate(text string, end bool) (time.Time, error) {
	if day, err := time.ParseInLocation(time.DateOnly, text, clock.Vietnam); err == nil {
		if end {
			return day.Add(24*time.Hour - time.Microsecond), nil
		}
		return day, nil
	}
	at, err := time.ParseInLocation(clock.Layout, text, clock.Vietnam)
	if err != nil {
		at, err = time.Parse(time.RFC3339, text)
	}
	if err == nil && end && at.Nanosecond() == 0 {
		at = at.Add(time.Second - time.Microsecond)
	}
	return at, err
}

// window reads page and per_page.
func (p params) window() (win store.Window, page int) {
	page = p.clamp("page", 1, 1, maxPage)
	perPage := p.clamp("per_page", defaultPerPage, 1, maxPerPage)
	return store.Window{Offset: (page - 1) * perPage, Limit: perPage}, page
}

func (p params) clamp(name string, absent, low, high int) int {
	text := p.text(name)
	if text == "" {
		return absent
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		p.reject(name, "must be an integer")
		return absent
	}
	if n < low || n > high {
		p.reject(name, fmt.Sprintf("must be %d to %d", low, high))
	}
	return min(max(n, low), high)
}

const pageUpgrade = "https://developer.sepay.vn/vi/sepay-api/v2/nang-cap-tu-v1"

// successors maps API v1's parameters to v2's.
var successors = map[string]string{
	"account_number":            "bank_account_id, the account's UUID",
	"limit":                     "per_page, 100 at most, and page",
	"transaction_date_min":      "transaction_date_from",
	"transaction_date_max":      "transaction_date_to",
	"amount_in":                 "amount_in_min and amount_in_max",
	"amount_out":                "amount_out_min and amount_out_max",
	"short_name":                "bank_short_name",
	"last_transaction_date_min": "last_transaction_from",
	"last_transaction_date_max": "last_transaction_to",
}

// noteOldParameters records v1 parameters in a v2 request: they are ignored, so
// the answer may be larger than expected.
func noteOldParameters(x *surface.Exchange, p params) {
	if len(p.query) == 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(p.query)) {
		if instead, old := successors[name]; old {
			x.Note(finding.Finding{
				Code: "userapi_v2.v1_parameter", Severity: finding.Error, Title: "A v1 parameter was sent to v2",
				Detail: fmt.Sprintf("API v2 does not know %q and ignores it: the answer is not filtered by it.", name),
				Hint:   "Use " + instead + ".", Source: pageUpgrade,
			})
		}
	}
	if id := p.text("since_id"); id != "" && !uuidShape().MatchString(id) && strings.Trim(id, "0123456789") == "" {
		x.Note(finding.Finding{
			Code: "userapi_v2.v1_id", Severity: finding.Error, Title: "A numeric id was sent to v2",
			Detail: "since_id is a UUID in API v2; v1's numbers do not work there.",
			Hint:   "Keep the id of a v2 answer, and note that v2 starts after it while v1 starts with it.", Source: pageUpgrade,
		})
	}
}

// noteIgnored records parameters without the intended effect.
func (p params) noteIgnored(x *surface.Exchange) {
	if len(p.bad) == 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(p.bad)) {
		what := "It was ignored or clamped here; SePay's pages do not say what the real service does."
		if p.strict {
			what = "It was refused."
		}
		x.Note(finding.Finding{
			Code: "userapi_v2.invalid_parameter", Severity: finding.Warning, Title: "A query parameter cannot be read",
			Detail: fmt.Sprintf("%s %s. %s", name, p.bad[name], what),
			Hint:   "Send a value of the documented form.", Source: "https://developer.sepay.vn/vi/sepay-api/v2/giao-dich/danh-sach",
		})
	}
}
