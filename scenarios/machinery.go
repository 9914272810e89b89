package scenarios

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/localsepay/localsepay/openapi/input"
)

// attempt and delivery are the parts of the delivery log that the engine looks
// at.
type attempt struct {
	Number  int    `json:"number"`
	At      string `json:"at"`
	Request struct {
		URL     string            `json:"url"`
		Headers map[string]string `json:"headers"`
		Body    string            `json:"body"`
	} `json:"request"`
	Response *struct {
		Status int    `json:"status"`
		Body   string `json:"body"`
	} `json:"response"`
	Error string `json:"error"`
	Label string `json:"label"`
}

type delivery struct {
	ID       int64     `json:"id"`
	Kind     string    `json:"kind"`
	Origin   string    `json:"origin"`
	Webhook  int64     `json:"webhook_id"`
	Subject  string    `json:"subject"`
	Status   string    `json:"status"`
	Reason   string    `json:"reason"`
	Created  string    `json:"created_at"`
	Next     *string   `json:"next_attempt_at"`
	Attempts []attempt `json:"attempts"`
}

// pageSize is how many rows of a list are asked for at once.
const pageSize = "100"

// list reads all pages of a list of the control API.
func list[T any](ctx context.Context, c *client, path string, query url.Values) ([]T, error) {
	query.Set("limit", pageSize)
	var out []T
	for {
		var page struct {
			Data []T     `json:"data"`
			Next *string `json:"next"`
		}
		if err := c.control(ctx, http.MethodGet, path+"?"+query.Encode(), nil, &page); err != nil {
			return nil, err
		}
		out = append(out, page.Data...)
		if page.Next == nil || len(page.Data) == 0 {
			return out, nil
		}
		query.Set("after", *page.Next)
	}
}

// deliveries lists what SePay sent for a company, oldest first. The subject is
// a transaction id, an invoice number or an order id.
func (r *run) deliveries(ctx context.Context, t *tenant, kind, subject string) ([]delivery, error) {
	query := url.Values{"company": {t.ID}}
	if kind != "" {
		query.Set("kind", kind)
	}
	if subject != "" {
		query.Set("subject", r.subject(ctx, t, subject))
	}
	all, err := list[delivery](ctx, r.client, "/deliveries", query)
	slices.SortStableFunc(all, func(a, b delivery) int { return int(a.ID - b.ID) })
	return all, err
}

// subject is the order id of an invoice number, and anything else as it is.
func (r *run) subject(ctx context.Context, t *tenant, key string) string {
	var order struct {
		OrderID string `json:"order_id"`
	}
	err := r.client.control(ctx, http.MethodGet, "/orders/"+url.PathEscape(key)+"?company="+url.QueryEscape(t.ID), nil, &order)
	if err != nil || order.OrderID == "" {
		return key
	}
	return order.OrderID
}

// replay sends notices again, one after the other.
func (r *run) replay(ctx context.Context, p Replay) (outcome, error) {
	t, err := r.tenant(p.Company)
	if err != nil {
		return outcome{}, err
	}
	all, err := r.deliveries(ctx, t, p.Kind, p.Subject)
	if err != nil {
		return outcome{}, err
	}
	all = slices.DeleteFunc(all, func(d delivery) bool { return d.Origin != "original" || d.Status == "skipped" })
	if len(all) == 0 {
		return outcome{}, fmt.Errorf("there is no notice to send again")
	}
	for range max(p.Times, 1) {
		for _, d := range all {
			if err := r.client.control(ctx, http.MethodPost, fmt.Sprintf("/deliveries/%d/replay", d.ID), nil, nil); err != nil {
				return outcome{}, err
			}
			if err := r.settle(ctx); err != nil {
				return outcome{}, err
			}
		}
	}
	return outcome{}, nil
}

// restart ends and starts again what has the name.
func (r *run) restart(ctx context.Context, what string) error {
	switch {
	case what == "shop":
		if err := r.shop.down(); err != nil {
			return err
		}
		return r.shop.up()
	case r.target.Restart != nil:
		return r.target.Restart(ctx)
	}
	const name = "restart of sepay"
	if err := r.snapshot(ctx, name); err != nil {
		return err
	}
	return r.restore(ctx, name)
}

func (r *run) snapshot(ctx context.Context, name string) error {
	var made struct {
		ID string `json:"id"`
	}
	if err := r.client.control(ctx, http.MethodPost, "/snapshots", nil, &made); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.snapshots[name] = made.ID
	return nil
}

func (r *run) restore(ctx context.Context, name string) error {
	r.mu.Lock()
	id := r.snapshots[name]
	r.mu.Unlock()
	if id == "" {
		return fmt.Errorf("there is no snapshot %q", name)
	}
	return r.client.control(ctx, http.MethodPost, "/snapshots/"+id+"/restore", nil, nil)
}

// arm sets a fault for the company under test.
func (r *run) arm(ctx context.Context, f Fault) (outcome, error) {
	when := maps.Clone(f.When)
	if when == nil {
		when = map[string]any{}
	}
	name, given := when["company"].(string)
	if _, ours := r.tenants[name]; ours || !given {
		when["company"] = r.tenants[name].ID
	}
	body := map[string]any{"when": when, "do": f.Do}
	if f.Phase != "" {
		body["phase"] = f.Phase
	}
	if f.Name != "" {
		body["name"] = f.Name
	}
	var made map[string]any
	if err := r.client.control(ctx, http.MethodPost, "/faults", body, &made); err != nil {
		return outcome{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.Name == "" {
		f.Name = fmt.Sprintf("fault %d", len(r.faults)+1)
	}
	r.faults[f.Name] = textOf(made["id"])
	return outcome{names: toNames(made)}, nil
}

// disarm ends faults of this scenario: the one of a name, or all.
func (r *run) disarm(ctx context.Context, name string) error {
	r.mu.Lock()
	armed := maps.Clone(r.faults)
	r.mu.Unlock()
	if name != "all" && armed[name] == "" {
		return fmt.Errorf("no fault %q is armed: %s", name, input.Hint(name, slices.Sorted(maps.Keys(armed))))
	}
	for known, id := range armed {
		if name != "all" && name != known {
			continue
		}
		if err := r.client.control(ctx, http.MethodDelete, "/faults/"+id, nil, nil); err != nil {
			return err
		}
		r.mu.Lock()
		delete(r.faults, known)
		r.mu.Unlock()
	}
	return nil
}

// traffic is what went over the wire lately for the companies of the scenario:
// the newest lines, oldest first. It says what cannot be read instead of failing.
func (r *run) traffic(ctx context.Context) []string {
	type line struct{ at, text string }
	var lines []line
	for _, name := range slices.Sorted(maps.Keys(r.tenants)) {
		t := r.tenants[name]
		requests, err := list[struct {
			ID        int64  `json:"id"`
			At        string `json:"at"`
			Method    string `json:"method"`
			Path      string `json:"path"`
			Operation string `json:"operation"`
			Status    int    `json:"status"`
		}](ctx, r.client, "/requests", url.Values{"company": {t.ID}})
		if err != nil {
			return []string{r.mask(err.Error())}
		}
		slices.Reverse(requests)
		for _, q := range requests {
			lines = append(lines, line{q.At, fmt.Sprintf("%s  -> %s %s (%s) %d", clockTime(q.At), q.Method, q.Path, q.Operation, q.Status)})
		}
		deliveries, err := r.deliveries(ctx, t, "", "")
		if err != nil {
			return []string{r.mask(err.Error())}
		}
		for _, d := range deliveries {
			for _, a := range d.Attempts {
				lines = append(lines, line{a.At, fmt.Sprintf("%s  <- %s about %s, attempt %d: %s", clockTime(a.At), d.Kind, d.Subject, a.Number, a.verdict())})
			}
			if len(d.Attempts) == 0 {
				lines = append(lines, line{d.Created, fmt.Sprintf("%s  <- %s about %s: %s %s", clockTime(d.Created), d.Kind, d.Subject, d.Status, d.Reason)})
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int {
		if a.at < b.at {
			return -1
		}
		if a.at > b.at {
			return 1
		}
		return 0
	})
	const most = 20
	out := []string{}
	for _, l := range lines[max(0, len(lines)-most):] {
		out = append(out, r.mask(l.text))
	}
	return append(out, r.shopTroubles()...)
}

// shopTroubles says why the shop refused notices, each reason once.
func (r *run) shopTroubles() []string {
	var out []string
	if r.shop == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(r.tenants)) {
		for _, n := range r.shop.notices("", name) {
			line := r.mask("the shop, about the " + n.kind + ": " + n.why)
			if n.why != "" && !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}

// verdict says how an attempt ended.
func (a attempt) verdict() string {
	if a.Response == nil {
		return "no answer, " + a.Label
	}
	return fmt.Sprintf("%d %s", a.Response.Status, firstLine(fmt.Errorf("%.120s", a.Response.Body)))
}

// clockTime is the date and time of an RFC 3339 stamp, without its zone.
func clockTime(stamp string) string {
	if len(stamp) >= len("2006-01-02T15:04:05") {
		return stamp[:10] + " " + stamp[11:19]
	}
	return stamp
}
