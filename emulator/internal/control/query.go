package control

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// queries are the query parameters of the operations; one that is not listed
// takes none.
var queries = map[string][]string{
	"control.orders.list":     {"company", "status", "q", "limit", "after"},
	"control.orders.get":      {"company"},
	"control.webhooks.list":   {"company"},
	"control.deliveries.list": {"company", "kind", "status", "webhook", "subject", "limit", "after"},
	"control.requests.list":   {"company", "surface", "limit", "after"},
	"control.findings.list":   {"request", "delivery", "company", "code", "limit", "after"},
	"control.timeline":        {"company", "subject", "type", "from", "to", "limit", "after"},
	"control.events":          {"company", "subject"},
}

// checkQuery refuses a query that would be overlooked in part: a parameter that
// the operation does not take, or one that is given twice.
func checkQuery(operation, query string) error {
	if query == "" {
		return nil
	}
	given, err := url.ParseQuery(query)
	if err != nil {
		return badRequest("the query cannot be read: a bad escape or a semicolon")
	}
	known := queries[operation]
	for _, name := range slices.Sorted(maps.Keys(given)) {
		switch {
		case len(known) == 0:
			return badRequest("this call takes no parameter " + quoteHost(name))
		case !slices.Contains(known, name):
			return newProblem(http.StatusBadRequest, "Bad request", "this call takes no parameter "+quoteHost(name), input.Hint(name, known))
		case len(given[name]) > 1:
			return badRequest(name + " is given more than once")
		}
	}
	return nil
}

// knowsCompany refuses a filter by an unknown company, which would silently
// select nothing.
func (c *Control) knowsCompany(r *http.Request) error {
	if r.URL.RawQuery == "" {
		return nil
	}
	return c.hasCompany(r.Context(), r.URL.Query().Get("company"))
}

// hasCompany refuses the id of a company that neither exists nor has a past, as one
// that a reset removed has; an empty one is none.
func (c *Control) hasCompany(ctx context.Context, id string) error {
	if id == "" || c.config.Store.Facts().Has(id) {
		return nil
	}
	return c.config.Store.View(ctx, func(v store.Reader) error {
		_, err := companyNamed(v, id)
		return err
	})
}

// number reads a query parameter, 0 when it is absent.
func (r request) number(name string) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > input.MaxID {
		return 0, badRequest(fmt.Sprintf("%s: want a number up to %d", name, int64(input.MaxID)))
	}
	return n, nil
}

const (
	defaultLimit = 50
	maxLimit     = 500
)

// page reads limit and after.
func (r request) page() (limit int, after int64, err error) {
	n, err := r.number("limit")
	if err != nil {
		return 0, 0, err
	}
	if n == 0 {
		n = defaultLimit
	}
	after, err = r.number("after")
	return int(min(n, maxLimit)), after, err
}
