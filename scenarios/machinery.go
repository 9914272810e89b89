package scenarios

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// deliveries lists what SePay sent for a company, oldest first. The subject is
// a transaction id, an invoice number or an order id.
func (r *run) deliveries(ctx context.Context, t *tenant, kind, subject string) ([]control.Delivery, error) {
	f := control.DeliveryFilter{Company: t.ID, Kind: kind}
	if subject != "" {
		f.Subject = r.subject(ctx, t, subject)
	}
	return r.client.deliveries(ctx, f)
}

// deliveries lists those that f selects, oldest first.
func (c *client) deliveries(ctx context.Context, f control.DeliveryFilter) ([]control.Delivery, error) {
	all, err := pages(func(after int64) (control.List[control.Delivery], error) {
		f.After = after
		return c.api.Deliveries(ctx, f, pageSize)
	})
	slices.SortStableFunc(all, func(a, b control.Delivery) int { return cmp.Compare(a.ID, b.ID) })
	return all, err
}

// requests lists a company's traffic, oldest first.
func (c *client) requests(ctx context.Context, company string) ([]control.Request, error) {
	all, err := pages(func(after int64) (control.List[control.Request], error) {
		return c.api.Requests(ctx, control.RequestFilter{Company: company, After: after}, pageSize)
	})
	slices.Reverse(all)
	return all, err
}

// subject is the order id of an invoice number, and anything else as it is.
func (r *run) subject(ctx context.Context, t *tenant, key string) string {
	order, err := r.client.api.Order(ctx, t.ID, key)
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
	all = slices.DeleteFunc(all, func(d control.Delivery) bool { return d.Origin != "original" || d.Status == "skipped" })
	if len(all) == 0 {
		return outcome{}, fmt.Errorf("there is no notice to send again")
	}
	for range max(p.Times, 1) {
		for _, d := range all {
			if _, err := r.client.api.Replay(ctx, d.ID); err != nil {
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
	made, err := r.client.api.Snapshot(ctx)
	if err != nil {
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
	return r.client.api.Restore(ctx, id)
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
	var made control.Fault // the body is the file's own, for the answer to say what is wrong with it
	if err := r.client.api.Call(ctx, http.MethodPost, "/faults", body, &made); err != nil {
		return outcome{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.Name == "" {
		f.Name = fmt.Sprintf("fault %d", len(r.faults)+1)
	}
	r.faults[f.Name] = made.ID
	return outcome{names: toNames(made)}, nil
}

// disarm ends faults of this scenario: the one of a name, or all.
func (r *run) disarm(ctx context.Context, name string) error {
	r.mu.Lock()
	armed := maps.Clone(r.faults)
	r.mu.Unlock()
	if name != "all" && armed[name] == 0 {
		return fmt.Errorf("no fault %q is armed: %s", name, input.Hint(name, slices.Sorted(maps.Keys(armed))))
	}
	for known, id := range armed {
		if name != "all" && name != known {
			continue
		}
		if err := r.client.api.DeleteFault(ctx, id); err != nil {
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
		requests, err := r.client.requests(ctx, t.ID)
		if err != nil {
			return []string{r.mask(err.Error())}
		}
		for _, q := range requests {
			lines = append(lines, line{q.At, fmt.Sprintf("%s  -> %s %s (%s) %d", clockTime(q.At), q.Method, q.Path, q.Operation, q.Status)})
		}
		deliveries, err := r.deliveries(ctx, t, "", "")
		if err != nil {
			return []string{r.mask(err.Error())}
		}
		for _, d := range deliveries {
			for _, a := range d.Attempts {
				lines = append(lines, line{a.At, fmt.Sprintf("%s  <- %s about %s, attempt %d: %s", clockTime(a.At), d.Kind, d.Subject, a.Number, verdict(a))})
			}
			if len(d.Attempts) == 0 {
				lines = append(lines, line{d.CreatedAt, fmt.Sprintf("%s  <- %s about %s: %s %s", clockTime(d.CreatedAt), d.Kind, d.Subject, d.Status, d.Reason)})
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
func verdict(a control.Attempt) string {
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
