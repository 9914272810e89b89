package scenarios

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/mask"
)

// deliveries holds the delivery log of a company.
func (j *judge) deliveries(what string, want Deliveries) error {
	t, err := j.r.tenant(want.Company)
	if err != nil {
		return err
	}
	seen, err := j.r.deliveries(j.ctx, t, want.Kind, want.Subject)
	if err != nil {
		return err
	}
	if want.Origin != "" {
		seen = slices.DeleteFunc(seen, func(d control.Delivery) bool { return d.Origin != want.Origin })
	}
	j.match(what+" count", want.Count, len(seen))
	if want.Count == nil && len(seen) == 0 {
		j.add(what, "at least one", "none", "")
	}
	for i, d := range seen {
		j.delivery(fmt.Sprintf("%s, number %d of %d,", what, i+1, len(seen)), t, want, d)
	}
	return nil
}

// delivery holds one delivery.
func (j *judge) delivery(what string, t *tenant, want Deliveries, d control.Delivery) {
	j.match(what+" status", want.Status, d.Status)
	j.match(what+" reason", want.Reason, d.Reason)
	j.match(what+" attempts", want.Attempts, len(d.Attempts))
	if want.At != nil {
		equal(j, what+" times", texts(want.At), attemptTimes(d.Attempts))
	}
	if want.Answers != nil {
		var answers []int64
		for _, a := range d.Attempts {
			status := 0
			if a.Response != nil {
				status = a.Response.Status
			}
			answers = append(answers, int64(status))
		}
		equal(j, what+" answers", want.Answers, answers)
	}
	if want.Headers == nil && want.Body == nil && want.Auth == "" {
		return
	}
	if len(d.Attempts) == 0 {
		j.add(what, "an attempt", "none was made", "")
		return
	}
	last := d.Attempts[len(d.Attempts)-1]
	headers := http.Header{}
	for name, value := range last.Request.Headers {
		headers.Set(name, value)
	}
	// The log masks credentials; what the shop received has them.
	body, arrived := last.Request.Body, j.arrived(t, d.Kind, headers, last.Request.Body)
	if len(arrived) > 0 {
		body = string(arrived[len(arrived)-1].body)
	}
	for _, name := range slices.Sorted(maps.Keys(want.Headers)) {
		m := want.Headers[name]
		j.header(what+" header "+name, name, &m, headers, arrived)
	}
	if want.Auth != "" {
		j.auth(what, j.r.secretOf(t, d), j.r.proves(d.Kind, want.Auth), sent{headers, body, arrived})
	}
	j.fields(what+" body", want.Body, fieldsIn(headers.Get("Content-Type"), []byte(body)))
}

// sent is an attempt: as the log shows it, and what the shop received that looks
// like it.
type sent struct {
	header  http.Header
	body    string
	arrived []notice
}

// proofs are the headers by which a notice proves itself.
var proofs = []string{"Authorization", "X-Secret-Key", "X-SePay-Signature", "X-SePay-Timestamp"}

// arrived lists what the shop received that looks, masked, like an attempt of the
// log: the attempt itself is among it, unless it never reached the shop.
func (j *judge) arrived(t *tenant, kind string, header http.Header, body string) []notice {
	m := j.r.client.secrets
	return slices.DeleteFunc(j.r.shop.notices(kind, t.name), func(n notice) bool {
		got := string(n.body)
		if got != body && m.Body(n.header.Get("Content-Type"), got) != body {
			return true
		}
		return slices.ContainsFunc(proofs, func(name string) bool {
			return !shownAs(name, n.header.Get(name), header.Get(name))
		})
	})
}

// shownAs says that a header's value is shown by a log as it stands, or masked.
func shownAs(name, value, shown string) bool {
	return value == shown || (*mask.Masker)(nil).Header(name, value) == shown
}

// header holds a header of an attempt.
func (j *judge) header(what, name string, m *Matcher, header http.Header, arrived []notice) {
	var value any
	if values := header.Values(name); len(values) > 0 {
		value = values[0]
	}
	if !mask.SecretName(name) {
		j.match(what, m, value)
		return
	}
	if len(arrived) == 0 {
		j.match(what, m, value)
	}
	for _, n := range arrived {
		if values := n.header.Values(name); len(values) > 0 {
			value = values[0]
		}
		j.match(what, m, value)
	}
}

// auth holds how an attempt proves itself against the secret that SePay has.
func (j *judge) auth(what, secret, auth string, s sent) {
	var name, want string
	switch auth {
	case "api_key":
		name, want = "Authorization", "Apikey "+secret
	case "secret":
		name, want = "X-Secret-Key", secret
	case "hmac":
		name, want = "X-SePay-Signature", signature(secret, s.header.Get("X-SePay-Timestamp"), []byte(s.body))
	case "none":
		for _, one := range []string{"Authorization", "X-Secret-Key", "X-SePay-Signature"} {
			if seen := s.header.Get(one); seen != "" {
				j.add(what+" auth", "none", one, "")
			}
		}
		return
	}
	seen := s.header.Get(name)
	switch {
	case secret == "" || !shownAs(name, want, seen):
		j.add(what+" auth by "+name, show(want), show(seen), "")
	case seen == want:
	case len(s.arrived) == 0:
		j.add(what+" auth by "+name, show(want), "the log masks it and the attempt did not reach the shop: start the target with --show-secrets", "")
	default:
		for _, n := range s.arrived {
			if got := n.header.Get(name); got != want {
				j.add(what+" auth by "+name, show(want), show(got), "")
				return
			}
		}
	}
}

// proves is how a notice proves itself: as the file says, or as the user's own
// handler wants it.
func (r *run) proves(kind, auth string) string {
	switch {
	case kind == kindWebhook && r.options.Auth != "":
		return r.options.Auth
	case kind == kindIPN && r.options.IPNSecret != "":
		return "secret"
	}
	return auth
}

// secretOf is the secret that SePay has for a delivery's webhook or IPN.
func (r *run) secretOf(t *tenant, d control.Delivery) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range t.hooks {
		if d.Kind == kindWebhook && h.id == d.WebhookID {
			return h.secret
		}
	}
	return t.ipn.secret
}

func texts(list []Duration) []string {
	out := make([]string, 0, len(list))
	for _, d := range list {
		out = append(out, d.String())
	}
	return out
}

// attemptTimes are counted from the first attempt, in whole seconds.
func attemptTimes(list []control.Attempt) []string {
	out := []string{}
	var first time.Time
	for i, a := range list {
		at, err := time.Parse(time.RFC3339, a.At)
		if err != nil {
			return append(out, a.At)
		}
		if i == 0 {
			first = at
		}
		out = append(out, Duration(at.Sub(first)).String())
	}
	return out
}

// readTries is how often the engine asks for a list that a fault or a rate
// limit of the scenario keeps from it.
const readTries = 5

// transactions holds what API v2 lists.
func (j *judge) transactions(what string, want Transactions) error {
	t, err := j.r.tenant(want.Company)
	if err != nil {
		return err
	}
	all, err := transactionsOf(j.ctx, j.r.client, t)
	if err != nil {
		return err
	}
	var count, sum int64
	for _, one := range all {
		in, _ := numberOf(one["amount_in"])
		out, _ := numberOf(one["amount_out"])
		if (want.Direction == "in" && in == 0) || (want.Direction == "out" && out == 0) {
			continue
		}
		if want.Code != nil {
			ok, err := want.Code.match(j.ctx, one["code"])
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
		}
		count++
		sum += int64(in + out)
	}
	j.match(what+" count", want.Count, count)
	j.match(what+" sum", want.Sum, sum)
	return nil
}

// transactionsOf lists what API v2 knows of a company, newest first.
func transactionsOf(ctx context.Context, c *client, t *tenant) ([]map[string]any, error) {
	if len(t.APITokens) == 0 {
		return nil, fmt.Errorf("the company has no API token")
	}
	var out []map[string]any
	for page := 1; ; page++ {
		path := "/v2/transactions?" + url.Values{"per_page": {"100"}, "page": {fmt.Sprint(page)}, "timestamp_format": {"iso8601"}}.Encode()
		var a answer
		for try := 0; a.Status != http.StatusOK; try++ {
			if try == readTries {
				return nil, fmt.Errorf("%s was answered %d: %s", path, a.Status, reasonOf(a))
			}
			var err error
			if a, err = c.do(ctx, http.MethodGet, path, http.Header{"Authorization": {"Bearer " + t.APITokens[0]}}, nil); err != nil {
				return nil, err
			}
		}
		rows, err := look(ctx, a.Body, "data")
		if err != nil {
			return nil, err
		}
		list, _ := rows.([]any)
		for _, one := range list {
			if row, ok := one.(map[string]any); ok {
				out = append(out, row)
			}
		}
		more, err := look(ctx, a.Body, "meta.pagination.has_more")
		if err != nil || more != true {
			return out, err
		}
	}
}

// shorten keeps a title in a line.
func shorten(text string) string {
	const most = 70
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
