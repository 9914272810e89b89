package scenarios

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/control"
)

// pastNotice is a request that the shop got, and its answer; 0 for none.
type pastNotice struct {
	place
	kind   string
	status int64
}

// change is a cancel or void that a client asked for.
type change struct{ verb, invoice string }

// readCalls writes what clients asked, and cancels and voids.
func (p *past) readCalls(ctx context.Context) error {
	surfaces := openapi.Surfaces()
	err := moments(ctx, p, "request", func(m control.Moment, q control.Request) error {
		at, err := instant(q.At)
		if err != nil {
			return err
		}
		path := q.Path
		if q.Query != "" {
			path += "?" + q.Query
		}
		row, _ := surfaces.Named(q.Surface)
		auth := map[openapi.Credential]string{openapi.MerchantPair: "merchant", openapi.APIToken: "token"}[row.Credential]
		verb := map[string]string{"cancelOrder": "cancel", "voidTransaction": "void"}[q.Operation]
		switch {
		case q.Company != p.t.ID, q.Operation == "initCheckout" && q.Status == http.StatusFound, !p.slice.holds(at):
		case verb != "":
			if q, err = p.c.api.Request(ctx, q.ID); err != nil {
				return err
			}
			invoice, err := look(ctx, decode([]byte(q.RequestBody)), "order_invoice_number")
			if err != nil { // it named none
				p.left.calls++
				return nil
			}
			p.change(place{m.Seq, at}, change{verb, textOf(invoice)}, q)
		case len(q.Faults) > 0:
			p.left.faulted++
		case auth != "" && q.Method == http.MethodGet && !strings.Contains(path, "***") && !p.names(path):
			p.add(place{m.Seq, at}, "call: {path: %s, auth: %s}\n    expect: {answer: {status: %d}}", literal(path), auth, q.Status)
		default:
			p.left.calls++
		}
		return nil
	})
	for c, where := range p.changed { // by a call that a fault touched
		p.add(where, "%s: {order: %s}", c.verb, literal(c.invoice))
	}
	return err
}

// change writes a cancel or void. One that a fault touched is left out.
func (p *past) change(where place, c change, q control.Request) {
	if len(q.Faults) > 0 {
		p.left.faulted++
		return
	}
	p.add(where, "%s: {order: %s}\n    expect: {answer: {status: %d}}", c.verb, literal(c.invoice), q.Status)
	if q.Status == http.StatusOK {
		delete(p.changed, c)
	}
}

// names says that a path has an id that another run does not have.
func (p *past) names(path string) bool {
	last := path[strings.LastIndex(path, "/")+1:]
	return len(last) >= 32 || slices.ContainsFunc(p.orders, func(o pastOrder) bool { return strings.Contains(path, o.OrderID) })
}

// readNotices keeps what the merchant answered, in order.
func (p *past) readNotices(ctx context.Context) error {
	all, err := courses(ctx, p, "delivery", func(d control.Delivery) int64 { return d.ID }, func(d control.Delivery) int { return len(d.Attempts) })
	if err != nil {
		return err
	}
	for _, c := range all {
		d := c.last
		created, err := instant(d.CreatedAt)
		if err != nil {
			return err
		}
		if d.Origin == control.OriginReplay && !p.replay(c, created, all) {
			continue
		}
		faulted := len(d.Faults) > 0
		if faulted && p.slice.holds(created) {
			p.left.faulted++
			p.touched[d.Kind] = true
		}
		for i, a := range d.Attempts {
			at, err := instant(a.At)
			if err != nil {
				return err
			}
			if !p.slice.holds(at) {
				continue
			}
			n := pastNotice{place: place{c.grew[i], at}, kind: d.Kind}
			if a.Response != nil {
				n.status = int64(a.Response.Status)
			}
			if !faulted || n.status != 0 { // else the fault may have kept it from the shop
				p.notices = append(p.notices, n)
			}
		}
	}
	slices.SortStableFunc(p.notices, func(a, b pastNotice) int { return cmp.Compare(a.seq, b.seq) })
	return moments(ctx, p, "fault", func(m control.Moment, f control.FaultFired) error {
		at, err := instant(m.At)
		if f.Delivery != 0 && p.slice.holds(at) { // it may have held up the only attempt until now
			p.touched[f.Surface] = true
		}
		return err
	})
}

// replay writes the step that sends a notice again, and says whether it could: the
// file has to hold what the notice tells of, and no other notice that tells of it.
func (p *past) replay(c course[control.Delivery], at time.Time, all []course[control.Delivery]) bool {
	d := c.last
	if !p.slice.holds(at) {
		return false
	}
	others := 0
	for _, one := range all {
		if one := one.last; one.Origin == control.OriginOriginal && one.Kind == d.Kind && one.Subject == d.Subject {
			others++
		}
	}
	subject := p.subject(d)
	if subject == "" || others != 1 {
		p.left.replays++
		return false
	}
	return p.add(place{c.first, at}, "replay: {kind: %s, subject: %s}", word(d.Kind), subject)
}

// subject is what the file calls the thing that a notice tells of, empty when it does
// not hold it.
func (p *past) subject(d control.Delivery) string {
	for _, o := range p.orders {
		if o.OrderID == d.Subject {
			return literal(o.InvoiceNumber)
		}
	}
	i, known := p.transfers[d.Subject]
	if !known {
		return ""
	}
	name := fmt.Sprintf("transfer%d", i+1)
	if step := &p.steps[i]; !strings.Contains(step.text, "\n    as: ") {
		step.text += "\n    as: " + name
	}
	return fmt.Sprintf(`"${%s.id}"`, name)
}
