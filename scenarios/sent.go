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
		seen = slices.DeleteFunc(seen, func(d delivery) bool { return d.Origin != want.Origin })
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
func (j *judge) delivery(what string, t *tenant, want Deliveries, d delivery) {
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
	for _, name := range slices.Sorted(maps.Keys(want.Headers)) {
		m := want.Headers[name]
		var value any
		if values := headers.Values(name); len(values) > 0 {
			value = values[0]
		}
		j.match(what+" header "+name, &m, value)
	}
	if want.Auth != "" {
		j.auth(what, t, want.Auth, d, headers, last.Request.Body)
	}
	j.fields(what+" body", want.Body, fieldsIn(headers.Get("Content-Type"), []byte(last.Request.Body)))
}

// auth holds how an attempt proves itself against the secret that SePay has.
func (j *judge) auth(what string, t *tenant, auth string, d delivery, header http.Header, body string) {
	secret := j.r.secretOf(t, d)
	var name, want string
	switch j.r.proves(d.Kind, auth) {
	case "api_key":
		name, want = "Authorization", "Apikey "+secret
	case "secret":
		name, want = "X-Secret-Key", secret
	case "hmac":
		name, want = "X-SePay-Signature", signature(secret, header.Get("X-SePay-Timestamp"), []byte(body))
	case "none":
		for _, one := range []string{"Authorization", "X-Secret-Key", "X-SePay-Signature"} {
			if seen := header.Get(one); seen != "" {
				j.add(what+" auth", "none", one, "")
			}
		}
		return
	}
	if seen := header.Get(name); seen != want || secret == "" {
		j.add(what+" auth by "+name, show(want), show(seen), "")
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
func (r *run) secretOf(t *tenant, d delivery) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range t.hooks {
		if d.Kind == kindWebhook && h.id == d.Webhook {
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
func attemptTimes(list []attempt) []string {
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
			ok, err := want.Code.match(one["code"])
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
	if len(t.Tokens) == 0 {
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
			if a, err = c.do(ctx, http.MethodGet, path, http.Header{"Authorization": {"Bearer " + t.Tokens[0]}}, nil); err != nil {
				return nil, err
			}
		}
		rows, err := look(a.Body, "data")
		if err != nil {
			return nil, err
		}
		list, _ := rows.([]any)
		for _, one := range list {
			if row, ok := one.(map[string]any); ok {
				out = append(out, row)
			}
		}
		more, err := look(a.Body, "meta.pagination.has_more")
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
