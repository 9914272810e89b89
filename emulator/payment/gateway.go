package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/emulator/bank"
	"github.com/localsepay/localsepay/emulator/clock"
	"github.com/localsepay/localsepay/emulator/derive"
	"github.com/localsepay/localsepay/emulator/finding"
	"github.com/localsepay/localsepay/emulator/setting"
	"github.com/localsepay/localsepay/emulator/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// Why a call on an order is refused. Callers compare with [errors.Is].
var (
	// ErrNotFound: the company has no such order.
	ErrNotFound = errors.New("there is no such order")
	// ErrRefused: the order's state or method forbids it.
	ErrRefused = errors.New("refused")
	// ErrInvalid: a value that cannot be.
	ErrInvalid = errors.New("invalid")
)

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrRefused, fmt.Sprintf(format, args...))
}

// Outbox writes an IPN into the store transaction of what it tells of.
type Outbox interface {
	// OrderNotice writes the delivery of an IPN about an order.
	OrderNotice(w store.Writer, c store.Company, orderID string, body []byte, at time.Time) error
	// Wake says that deliveries were committed.
	Wake()
}

// Gateway keeps orders and captures money for them.
type Gateway struct {
	Store    store.Store
	Seed     derive.Seed
	Clock    *clock.Clock
	Settings setting.Values
	Bank     *bank.Bank
	Outbox   Outbox
	Findings *finding.Log
	// OnOrder is told of each order that changed, after the commit, with the
	// payments that it had then.
	OnOrder func(store.Order, []store.Payment)

	alarm chan struct{}
}

// New completes a gateway.
func New(g Gateway) *Gateway {
	g.alarm = make(chan struct{}, 1)
	return &g
}

// change is one store transaction of the gateway.
type change struct {
	store.Writer
	now time.Time
	// orders are those that were written, payments what they had at the end.
	orders   []store.Order
	payments [][]store.Payment
	// notices says that an IPN was written, alarm that something falls due.
	notices, alarm bool
	// findings are noted when the change is committed.
	findings []finding.Finding
}

// update runs fn in a transaction and, after the commit, tells who listens.
func (g *Gateway) update(ctx context.Context, fn func(*change) error) error {
	var done *change
	err := g.Store.Update(ctx, func(w store.Writer) error {
		done = &change{Writer: w, now: g.Clock.Now()}
		if err := fn(done); err != nil {
			return err
		}
		for _, o := range done.orders {
			p, err := store.PaymentsOf(w, o.ID)
			if err != nil {
				return err
			}
			done.payments = append(done.payments, p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	g.committed(done)
	return nil
}

func (g *Gateway) committed(c *change) {
	for i, o := range c.orders {
		g.OnOrder(o, c.payments[i])
	}
	for _, f := range c.findings {
		g.Findings.Add(f)
	}
	if c.alarm {
		g.Wake()
	}
	if c.notices {
		g.Outbox.Wake()
	}
}

// put writes an order and remembers that it changed.
func (c *change) put(o *store.Order) error {
	o.UpdatedAt = c.now
	c.alarm = c.alarm || !o.ExpiresAt.IsZero()
	c.orders = append(c.orders, *o)
	return store.Orders.Put(c, *o)
}

// company returns the owner of a record and its settings.
func (g *Gateway) company(r store.Reader, id string) (store.Company, setting.Values, error) {
	c, err := store.CompanyByID.Find(r, id)
	return c, g.Settings.Over(c.Settings), err
}

// Find returns an order of a company by SePay's code or the shop's invoice
// number; an empty company looks through all of them.
func Find(r store.Reader, company, key string) (store.Order, error) {
	o, err := store.OrderByOrderID.Find(r, key)
	if err == nil && (company == "" || o.Company == company) {
		return o, nil
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Order{}, err
	}
	companies := []string{company}
	if company == "" {
		all, err := store.CompaniesList.All(r, store.AllCompanies)
		if err != nil {
			return store.Order{}, err
		}
		companies = companies[:0]
		for _, c := range all {
			companies = append(companies, c.ID)
		}
	}
	var found []store.Order
	for _, c := range companies {
		o, err := store.OrderByInvoice.Find(r, store.Scope(c, key))
		switch {
		case err == nil:
			found = append(found, o)
		case !errors.Is(err, store.ErrNotFound):
			return o, err
		}
	}
	switch len(found) {
	case 0:
		return store.Order{}, input.Refuse(ErrNotFound, "there is no order %q", key)
	case 1:
		return found[0], nil
	}
	return store.Order{}, fmt.Errorf("%w: invoice number %q is used by companies %s and %s: name the company, or use SePay's order id", ErrInvalid, key, found[0].Company, found[1].Company)
}

// note records a finding about an order of a company.
func (g *Gateway) note(company string, f finding.Finding) {
	f.Company = company
	g.Findings.Add(f)
}
