package scenarios

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// needsOf describes a company of the target as needs of a scenario, line by
// line. Its own addresses and secrets stay where they are.
func needsOf(raw json.RawMessage) ([]string, error) {
	var c struct {
		PayCode   bool  `json:"paycode"`
		RateLimit int64 `json:"rate_limit"`
		Formats   []struct {
			Prefix string `json:"prefix"`
			From   int64  `json:"suffix_from"`
			To     int64  `json:"suffix_to"`
			Type   string `json:"character_type"`
			Active bool   `json:"is_active"`
		} `json:"payment_code_formats"`
		Settings map[string]string `json:"settings"`
		Merchant struct {
			Methods []string `json:"payment_methods"`
			IPN     struct {
				URL  *string `json:"url"`
				Auth string  `json:"auth_type"`
			} `json:"ipn"`
		} `json:"merchant"`
		Accounts []struct {
			Bank   string `json:"bank"`
			Number string `json:"account_number"`
			Type   string `json:"account_type"`
			Tells  bool   `json:"reports_balance"`
			VAs    []struct {
				Number   string `json:"number"`
				Label    string `json:"label"`
				Official bool   `json:"official"`
			} `json:"virtual_accounts"`
		} `json:"bank_accounts"`
		Webhooks []pastHook `json:"webhooks"`
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, err
	}
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if !c.PayCode {
		add("paycode: false")
	}
	if c.RateLimit > 0 {
		add("rate_limit: %d", c.RateLimit)
	}
	for i, f := range c.Formats {
		if i == 0 {
			add("codes:")
		}
		if f.Active {
			add("  - {prefix: %s, from: %d, to: %d, type: %s}", literal(f.Prefix), f.From, f.To, word(f.Type))
		}
	}
	// What the bank made of each transfer is in its step already.
	delete(c.Settings, "bank.memo")
	delete(c.Settings, "bank.time")
	if len(c.Settings) > 0 {
		add("settings: %s", literal(c.Settings))
	}
	if len(c.Merchant.Methods) > 0 {
		add("methods: %s", literal(c.Merchant.Methods))
	}
	for i, a := range c.Accounts {
		if i == 0 {
			add("accounts:")
		}
		add("  - {bank: %s, number: %s, type: %s, reports_balance: %t}", literal(a.Bank), literal(a.Number), word(a.Type), a.Tells)
		for k, va := range a.VAs {
			if k == 0 {
				out[len(out)-1] = fmt.Sprintf("  - bank: %s\n      number: %s\n      type: %s\n      reports_balance: %t\n      vas:", literal(a.Bank), literal(a.Number), word(a.Type), a.Tells)
			}
			add("      - {number: %s, label: %s, official: %t}", literal(va.Number), literal(va.Label), va.Official)
		}
	}
	if len(c.Webhooks) > 0 {
		add("webhook: %s", c.Webhooks[0].config())
	}
	if c.Merchant.IPN.URL != nil {
		add("ipn: {auth: %s}", map[bool]string{true: "secret", false: "none"}[c.Merchant.IPN.Auth == "SECRET_KEY"])
	}
	return out, nil
}

// pastHook is a webhook of the target.
type pastHook struct {
	Events string         `json:"event_type"`
	Auth   string         `json:"authen_type"`
	Format string         `json:"request_content_type"`
	Skip   bool           `json:"skip_if_no_code"`
	OnlyVA bool           `json:"only_va"`
	Prefix []string       `json:"prefix_filters"`
	Retry  map[string]int `json:"retry_conditions"`
}

func (h pastHook) config() string {
	out := []string{fmt.Sprintf("retry: %t", h.Retry["non_2xx_status_code"] == 1)}
	for name, wire := range authNames {
		if wire == h.Auth && name != "" {
			out = append(out, "auth: "+name)
		}
	}
	for name, wire := range formatNames {
		if wire == h.Format {
			out = append(out, "format: "+name)
		}
	}
	out = append(out, "events: "+word(h.Events))
	if h.Skip {
		out = append(out, "skip_if_no_code: true")
	}
	if h.OnlyVA {
		out = append(out, "only_va: true")
	}
	if len(h.Prefix) > 0 {
		out = append(out, "prefixes: "+literal(h.Prefix))
	}
	slices.Sort(out)
	return "{" + strings.Join(out, ", ") + "}"
}

// write puts the file together.
func (p *past) write(needs []string) []byte {
	slices.SortStableFunc(p.steps, func(a, b pastStep) int { return a.at.Compare(b.at) })
	start, end := p.steps[0].at, p.steps[len(p.steps)-1].at
	var b strings.Builder
	b.WriteString(schemaLine)
	fmt.Fprintf(&b, "name: %s\npurpose: %s\n", p.slice.Name, show(fmt.Sprintf("What happened to company %s from %s to %s.", p.t.ID, clockTime(start.Format(time.RFC3339)), clockTime(end.Format(time.RFC3339)))))
	if p.left > 0 {
		fmt.Fprintf(&b, "# %d calls are left out: they carry secrets, which the log masks, or ids of their own.\n", p.left)
	}
	b.WriteString("needs:\n")
	for _, line := range needs {
		b.WriteString("  " + line + "\n")
	}
	if answers := p.answers(); len(answers) > 0 {
		b.WriteString("  merchant:\n    answers:\n")
		for _, line := range answers {
			b.WriteString("      - " + line + "\n")
		}
	}
	b.WriteString("steps:\n")
	now := start
	move := func(to time.Time) {
		if by := to.Truncate(time.Second).Sub(now.Truncate(time.Second)); by > 0 {
			fmt.Fprintf(&b, "  - advance: %s\n", Duration(by))
			now = to
		}
	}
	for _, s := range p.steps {
		move(s.at)
		b.WriteString("  - " + s.text + "\n")
	}
	if n := len(p.notices); n > 0 {
		move(p.notices[n-1].at)
	}
	p.outcome(&b)
	return []byte(b.String())
}

// answers is the script of the shop, when the merchant did not always succeed.
func (p *past) answers() []string {
	if !slices.ContainsFunc(p.notices, func(n pastNotice) bool { return n.status != 200 }) {
		return nil
	}
	var out []string
	for i := 0; i < len(p.notices); {
		n, times := p.notices[i], 0
		for i < len(p.notices) && p.notices[i].kind == n.kind && p.notices[i].status == n.status {
			times, i = times+1, i+1
		}
		line := fmt.Sprintf("{kind: %s, status: %d, times: %d}", word(n.kind), n.status, times)
		if n.status == 0 {
			line = fmt.Sprintf("{kind: %s, hang_up: true, times: %d}", word(n.kind), times)
		}
		out = append(out, line)
	}
	return out
}

// outcome writes what came of it as expectations.
func (p *past) outcome(b *strings.Builder) {
	if len(p.notices) == 0 && len(p.orders) == 0 {
		return
	}
	b.WriteString("expect:\n")
	if len(p.orders) > 0 && p.slice.To.IsZero() {
		b.WriteString("  orders:\n")
		for _, o := range p.orders {
			fmt.Fprintf(b, "    - {order: %s, status: %s, state: %s}\n", literal(o.Invoice), word(o.Status), word(o.State))
		}
	}
	b.WriteString("  notices:\n")
	for _, kind := range []string{kindWebhook, kindIPN} {
		answers := []int64{}
		for _, n := range p.notices {
			if n.kind == kind {
				answers = append(answers, n.status)
			}
		}
		fmt.Fprintf(b, "    - {kind: %s, count: %d, answers: %s}\n", kind, len(answers), show(answers))
	}
}
