package control

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/mask"
	"github.com/localsepay/localsepay/openapi/printable"
)

// line renders a fact in one line for a person.
func (c *Control) line(x fact.Fact) string {
	at := append(x.At.In(clock.Vietnam).AppendFormat(make([]byte, 0, 16), "15:04:05"), "  "...)
	return string(at) + printable.Line(c.config.Secrets.Known(c.describe(x)))
}

func (c *Control) describe(x fact.Fact) string {
	switch d := x.Data.(type) {
	case notify.Delivered:
		return describeDelivery(*d.Delivery, c.config.Secrets)
	case *frontdoor.Answered:
		return c.describeRequest(&d.Entry)
	}
	switch d := c.showFact(x).(type) {
	case wire.Transfer:
		return describeTransfer(d)
	case wire.Order:
		return describeOrder(d)
	case finding.Finding:
		return fmt.Sprintf("finding   %s: %s. %s → %s", d.Severity, d.Title, d.Detail, d.Hint)
	case fault.Fired:
		return describeFault(d)
	case wire.ClockState:
		return fmt.Sprintf("clock     %s %s", d.Mode, d.Now)
	case wire.PutBack:
		if d.Snapshot != "" {
			return "restore   back to snapshot " + d.Snapshot
		}
		return "reset     back to the start"
	case wire.Configured:
		return fmt.Sprintf("%-9s %s", x.Type, strings.TrimSpace(d.ID+" "+d.What+"  "+d.URL))
	case wire.AccessChange:
		return fmt.Sprintf("oauth     %s %s, for user %d", d.ClientID, d.What, d.User)
	}
	return string(x.Type)
}

// describeRequest is by far the most frequent line.
func (c *Control) describeRequest(e *frontdoor.Entry) string {
	b := append(make([]byte, 0, 192), "request   "...)
	b = append(strconv.AppendInt(b, int64(e.Status), 10), ' ')
	b = append(append(append(b, e.Method...), ' '), e.URL.Path...)
	if e.URL.RawQuery != "" {
		b = append(append(b, '?'), shorten(c.config.Secrets.Query(e.URL.RawQuery))...)
	}
	b = append(append(append(b, "  ["...), e.Surface...), "]  "...)
	b = append(strconv.AppendFloat(b, milliseconds(e.Duration), 'f', 1, 64), "ms"...)
	for _, f := range e.Faults {
		b = fmt.Appendf(b, "  fault #%d %s", f.ID, f.Did)
	}
	return string(b)
}

// maxQuery is how much of a query a line shows: a signed link is long.
const maxQuery = 80

func shorten(query string) string {
	if len(query) <= maxQuery {
		return query
	}
	return query[:maxQuery] + "…"
}

func describeTransfer(t wire.Transfer) string {
	if !t.Recorded {
		return "transfer  not recorded: " + t.Reason
	}
	code := "no payment code"
	if t.Code != nil {
		code = "code " + *t.Code
	}
	line := fmt.Sprintf("transfer  %s %s VND  %s %s  %q  %s  id %d", t.Direction, thousands(t.Amount), t.Bank, t.AccountNumber, t.Content, code, t.ID)
	for _, n := range t.Webhooks {
		if n.Result == wire.NoticeSkipped {
			line += fmt.Sprintf("  webhook %d skipped: %s", n.WebhookID, n.Reason)
		}
	}
	return line
}

func describeOrder(o wire.Order) string {
	line := fmt.Sprintf("order     %s %s  %s VND  %s", o.OrderID, o.InvoiceNumber, thousands(o.Amount), o.Status)
	if n := len(o.Transactions); n > 0 {
		t := o.Transactions[n-1]
		line += fmt.Sprintf("  %s %s %s", t.PaymentMethod, t.Type, t.Status)
		if t.Reason != "" {
			line += " (" + t.Reason + ")"
		}
	}
	if n := len(o.Received); n > 0 && o.Received[n-1].Verdict != wire.VerdictPaid {
		line += fmt.Sprintf("  a transfer of %s VND: %s", thousands(o.Received[n-1].Amount), o.Received[n-1].Verdict)
	}
	return line
}

func describeFault(f fault.Fired) string {
	what := fmt.Sprintf("request %d", f.Request)
	if f.Delivery != 0 {
		what = fmt.Sprintf("delivery %d", f.Delivery)
	}
	line := fmt.Sprintf("fault     #%d %s  %s [%s]", f.ID, f.Did, what, f.Surface)
	if f.Name != "" {
		line += "  " + f.Name
	}
	return line
}

func describeDelivery(d store.Delivery, m *mask.Masker) string {
	line := fmt.Sprintf("delivery  %d %s", d.ID, d.Kind)
	if len(d.Attempts) == 0 {
		return line + "  " + d.Subject + ", " + string(d.Status) + ": " + d.Reason
	}
	a := d.Attempts[len(d.Attempts)-1]
	line += fmt.Sprintf("  %s #%d  %s → %s", a.Label, a.Number, d.Subject, m.URL(a.URL))
	switch d.Status {
	case store.Waiting:
		line += ", again at " + d.NextAttemptAt.In(clock.Vietnam).Format("15:04:05")
	case store.Failed:
		line += ", failed: " + a.Error
	}
	if a.Fault != "" {
		line += "  fault " + a.Fault
	}
	return line
}

// thousands groups an amount as it is written in English: 1,250,000.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
