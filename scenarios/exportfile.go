package scenarios

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// needsOf describes a company of the target as needs of a scenario, line by
// line. Its own addresses and secrets stay where they are.
func needsOf(c control.Company) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if !c.PayCode {
		add("paycode: false")
	}
	if c.RateLimit != nil {
		add("rate_limit: %d", *c.RateLimit)
	}
	for i, f := range c.PaymentCodeFormats {
		if i == 0 {
			add("codes:")
		}
		if f.IsActive {
			add("  - {prefix: %s, from: %d, to: %d, type: %s}", literal(f.Prefix), f.SuffixFrom, f.SuffixTo, word(f.CharacterType))
		}
	}
	// What the bank made of each transfer is in its step already.
	settings := maps.Clone(c.Settings)
	delete(settings, "bank.memo")
	delete(settings, "bank.time")
	if len(settings) > 0 {
		add("settings: %s", literal(settings))
	}
	if len(c.Merchant.PaymentMethods) > 0 {
		add("methods: %s", literal(c.Merchant.PaymentMethods))
	}
	for i, a := range c.BankAccounts {
		if i == 0 {
			add("accounts:")
		}
		add("  - {bank: %s, number: %s, type: %s, reports_balance: %t}", literal(a.Bank), literal(a.AccountNumber), word(a.AccountType), a.ReportsBalance)
		for k, va := range a.VirtualAccounts {
			if k == 0 {
				out[len(out)-1] = fmt.Sprintf("  - bank: %s\n      number: %s\n      type: %s\n      reports_balance: %t\n      vas:", literal(a.Bank), literal(a.AccountNumber), word(a.AccountType), a.ReportsBalance)
			}
			add("      - {number: %s, label: %s, official: %t}", literal(va.Number), literal(va.Label), va.Official)
		}
	}
	if len(c.Webhooks) > 0 {
		add("webhook: %s", hookConfig(c.Webhooks[0]))
	}
	if c.Merchant.IPN.URL != nil {
		add("ipn: {auth: %s}", map[bool]string{true: "secret", false: "none"}[c.Merchant.IPN.AuthType == "SECRET_KEY"])
	}
	return out
}

// hookConfig is a webhook of the target as a scenario writes it.
func hookConfig(h control.Webhook) string {
	out := []string{fmt.Sprintf("retry: %t", h.RetryConditions["non_2xx_status_code"] == 1)}
	for name, wire := range authNames {
		if wire == h.AuthenType && name != "" {
			out = append(out, "auth: "+name)
		}
	}
	for name, wire := range formatNames {
		if wire == h.RequestContentType {
			out = append(out, "format: "+name)
		}
	}
	out = append(out, "events: "+word(h.EventType))
	if h.SkipIfNoCode {
		out = append(out, "skip_if_no_code: true")
	}
	if h.OnlyVA {
		out = append(out, "only_va: true")
	}
	if len(h.PrefixFilters) > 0 {
		out = append(out, "prefixes: "+literal(h.PrefixFilters))
	}
	slices.Sort(out)
	return "{" + strings.Join(out, ", ") + "}"
}

// write puts the file together.
func (p *past) write(needs []string) []byte {
	slices.SortStableFunc(p.steps, func(a, b pastStep) int { return cmp.Compare(a.seq, b.seq) })
	start, end := p.steps[0].at, p.steps[len(p.steps)-1].at
	var b strings.Builder
	b.WriteString(schemaLine)
	fmt.Fprintf(&b, "name: %s\npurpose: %s\n", p.slice.Name, show(fmt.Sprintf("What happened to company %s from %s to %s.", p.t.ID, clockTime(start.Format(time.RFC3339)), clockTime(end.Format(time.RFC3339)))))
	if p.forgotten > 0 {
		fmt.Fprintf(&b, "# The target has forgotten %d older facts; what they told is missing.\n", p.forgotten)
	}
	if p.left.calls > 0 {
		fmt.Fprintf(&b, "# %d calls are left out: they carry secrets, which the log masks, or ids of their own.\n", p.left.calls)
	}
	if p.left.faulted > 0 {
		fmt.Fprintf(&b, "# %d calls and notices are left out, with what was expected of them: a fault touched them.\n", p.left.faulted)
	}
	if p.left.replays > 0 {
		fmt.Fprintf(&b, "# %d replays are left out: the notice that was sent again is not in this file, or is one of several.\n", p.left.replays)
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
	var orders, notices []string
	if p.slice.To.IsZero() {
		for _, o := range p.orders {
			orders = append(orders, fmt.Sprintf("{order: %s, status: %s, state: %s}", literal(o.InvoiceNumber), word(o.Status), word(o.State)))
		}
	}
	for _, kind := range []string{kindWebhook, kindIPN} {
		answers := []int64{}
		for _, n := range p.notices {
			if n.kind == kind {
				answers = append(answers, n.status)
			}
		}
		if !p.touched[kind] && len(p.notices)+len(p.orders) > 0 {
			notices = append(notices, fmt.Sprintf("{kind: %s, count: %d, answers: %s}", kind, len(answers), show(answers)))
		}
	}
	if len(orders)+len(notices) > 0 {
		b.WriteString("expect:\n")
	}
	list := func(name string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(b, "  %s:\n    - %s\n", name, strings.Join(lines, "\n    - "))
		}
	}
	list("orders", orders)
	list("notices", notices)
}
