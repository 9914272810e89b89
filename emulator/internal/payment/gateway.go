package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// Why a call on an order is refused. Callers compare with [errors.Is].
var (
	// ErrNotFound: the company has no such order.
	ErrNotFound = errors.New("there is no such order")
	// ErrRefused: the order's state or method forbids it.
	ErrRefused = errors.New("refused")
	// ErrInvalid: an invalid value.
	ErrInvalid = errors.New("invalid")
)

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrRefused, fmt.Sprintf(format, args...))
}

// Gateway keeps orders and captures money for them.
type Gateway struct {
	Store    store.Store
	Seed     derive.Seed
	Clock    *clock.Clock
	Settings setting.Values
	Bank     *bank.Bank
	// Outbox writes the IPNs.
	Outbox   *notify.Notifier
	Findings *finding.Log

	wake chan struct{}
}

// New completes a gateway.
func New(g Gateway) *Gateway {
	g.wake = make(chan struct{}, 1)
	g.Store.Wake(g.wake, store.DueOrders()...)
	return &g
}

// tx is one store transaction of the gateway, at one instant.
type tx struct {
	store.Writer
	now time.Time
}

// update runs fn in a transaction.
func (g *Gateway) update(ctx context.Context, fn func(*tx) error) error {
	return g.Store.Update(ctx, func(w store.Writer) error { return fn(&tx{w, g.Clock.Now()}) })
}

// put stores an order, whose payments are already stored, and emits its state.
func (c *tx) put(o *store.Order) error {
	o.UpdatedAt = c.now
	if err := store.Orders.Put(c, *o); err != nil {
		return err
	}
	now, err := StandingOf(c, *o)
	if err == nil {
		c.Emit(fact.Fact{At: c.now, Company: o.Company, Subject: fact.About(fact.Order, o.OrderID), Type: fact.Order, Data: now})
	}
	return err
}

// note emits a finding about an order of a company.
func (c *tx) note(company string, f finding.Finding) {
	f.Company, f.At = company, c.now
	c.Emit(finding.Fact(f))
}

// Standing is an order with its payments, company and place at one moment. It is the
// data of a fact about an order.
type Standing struct {
	Order    store.Order
	Payments []store.Payment
	Company  store.Company
	Place    Place
}

// Size implements [fact.Data].
func (s Standing) Size() int {
	o := &s.Order
	return 2048 + len(o.InvoiceNumber) + len(o.Description) + len(o.CustomData) + len(o.CustomerID) + len(o.UserAgent) +
		len(o.SuccessURL) + len(o.ErrorURL) + len(o.CancelURL) + 512*len(s.Payments) + 256*len(o.Received)
}

// StandingOf reads an order's details.
func StandingOf(r store.Reader, o store.Order) (s Standing, err error) {
	s.Order = o
	if s.Payments, err = store.PaymentsOf(r, o.ID); err != nil {
		return s, err
	}
	if s.Company, err = store.CompanyByID.Find(r, o.Company); err != nil {
		return s, err
	}
	s.Place, err = PlaceOf(r, o)
	return s, err
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
