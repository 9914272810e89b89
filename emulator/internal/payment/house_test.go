package payment_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/advance"
	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/ledger"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
)

// epoch is when the clock of a test stands: a Tuesday, before 16:00.
var epoch = time.Date(2026, 3, 3, 9, 30, 0, 0, clock.Vietnam)

// tb is what a test and a property have in common.
type tb interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Errorf(string, ...any)
	Cleanup(func())
}

// house is a gateway over two companies: shop, with an account at MBBank and an
// IPN that is written and never sent, and other.
type house struct {
	*payment.Gateway
	t tb
}

const shopSecret = "spsk_test_ShopKey000000000000000000000001"

func build(t tb, settings map[string]string, change ...func(*store.Company, *store.BankAccount)) *house {
	t.Helper()
	values, err := setting.Values{}.With(settings)
	if err != nil {
		t.Fatal(err)
	}
	at := clock.NewFrozen(epoch)
	s := ledger.Watch(memory.New(), func(err error) { t.Errorf("%v", err) })
	t.Cleanup(func() { _ = s.Close() })
	outbox := notify.New(notify.Config{Store: s, Clock: at, Seed: 1, Settings: values, Egress: notify.EgressTest})
	h := &house{t: t, Gateway: payment.New(payment.Gateway{
		Store: s, Seed: 1, Clock: at, Settings: values, Outbox: outbox, Findings: finding.NewLog(s.Facts(), at.Now),
		Bank: &bank.Bank{Store: s, Seed: 1, Now: at.Now, Settings: values, Outbox: outbox},
	})}
	shop := store.Company{
		Number: 1, ID: "shop", ShortName: "SHOP", Environment: store.Sandbox, CreatedAt: epoch.AddDate(0, -1, 0), Merchant: store.Merchant{
			MerchantID: "SP-TEST-SHOP0001", SecretKey: shopSecret, Methods: store.PaymentMethods(), IPN: store.IPN{URL: "http://127.0.0.1:9/ipn", AuthType: store.IPNNone},
		},
	}
	account := store.BankAccount{ID: 1, XID: "a-1", Company: "shop", Bank: "MBBank", AccountNumber: "0900000001", AccountHolderName: "NGUYEN VAN AN", AccountType: store.Personal, Active: true}
	for _, fn := range change {
		fn(&shop, &account)
	}
	other := shop
	other.Number, other.ID = 2, "other"
	other.Merchant.MerchantID, other.Merchant.SecretKey = "SP-TEST-OTHER001", "spsk_test_OtherKey00000000000000000000001"
	h.update(func(w store.Writer) error {
		return errors.Join(store.Companies.Put(w, shop), store.Companies.Put(w, other), store.BankAccounts.Put(w, account))
	})
	return h
}

func (h *house) update(fn func(store.Writer) error) {
	h.t.Helper()
	if err := h.Store.Update(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) view(fn func(store.Reader) error) {
	h.t.Helper()
	if err := h.Store.View(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// form is a signed checkout of shop; pairs of names and values change it, and
// an empty value takes the field out.
func form(invoice string, amount int64, pairs ...string) payment.Form {
	f := payment.Form{
		{Name: "merchant", Value: "SP-TEST-SHOP0001"}, {Name: "operation", Value: "PURCHASE"}, {Name: "order_invoice_number", Value: invoice},
		{Name: "order_amount", Value: strconv.FormatInt(amount, 10)}, {Name: "currency", Value: "VND"}, {Name: "order_description", Value: "Don hang " + invoice},
		{Name: "success_url", Value: "https://shop.example/ok"}, {Name: "error_url", Value: "https://shop.example/error"}, {Name: "cancel_url", Value: "https://shop.example/cancel"},
	}
	for i := 0; i < len(pairs); i += 2 {
		if f = with(f, pairs[i], pairs[i+1]); pairs[i+1] == "" {
			f = f.Without(pairs[i])
		}
	}
	return signed(f)
}

func signed(f payment.Form) payment.Form {
	f = f.Without("signature")
	return append(f, payment.Field{Name: "signature", Value: payment.Sign(shopSecret, f)})
}

// open opens an order of shop over an amount in VND.
func (h *house) open(invoice string, amount int64, pairs ...string) store.Order {
	h.t.Helper()
	co, err := h.Open(context.Background(), payment.Request{Form: form(invoice, amount, pairs...), UserAgent: "Browser", IPAddress: "203.0.113.7"})
	if err != nil {
		h.t.Fatal(err)
	}
	return co.Order
}

// order reads an order anew, with its payments.
func (h *house) order(id int64) (s payment.Standing) {
	h.t.Helper()
	h.view(func(r store.Reader) error {
		o, err := store.Orders.Get(r, id)
		if err != nil {
			return err
		}
		s, err = payment.StandingOf(r, o)
		return err
	})
	return s
}

// transfer moves money to the first account of shop.
func (h *house) transfer(amount int64, memo string) bank.Receipt {
	h.t.Helper()
	done, err := h.Transfer(context.Background(), bank.Transfer{Company: "shop", Direction: store.In, Amount: amount, Content: &memo})
	if err != nil {
		h.t.Fatal(err)
	}
	return done
}

func (h *house) advance(d time.Duration) {
	h.t.Helper()
	if err := advance.Run(context.Background(), h.Clock, d, h.Gateway); err != nil {
		h.t.Fatal(err)
	}
}

// facts lists what was told of a type so far.
func (h *house) facts(kind fact.Type) []fact.Fact {
	return h.Store.Facts().After(fact.Filter{Type: kind}, 0, 1000)
}

// findings lists the codes of what was noticed, oldest first.
func (h *house) findings() []string {
	out := []string{}
	for _, x := range h.facts(fact.Finding) {
		f, _ := finding.Of(x)
		out = append(out, f.Code)
	}
	return out
}

// balance is the money on shop's account in VND.
func (h *house) balance() (vnd int64) {
	h.t.Helper()
	h.view(func(r store.Reader) error {
		a, err := store.BankAccounts.Get(r, 1)
		vnd = a.Balance
		return err
	})
	return vnd
}

// notices lists the IPNs, oldest first.
func (h *house) notices() []store.Delivery {
	h.t.Helper()
	var page store.Page[store.Delivery]
	h.view(func(r store.Reader) (err error) {
		page, err = store.ListDeliveries(r, store.DeliveryFilter{Kind: store.KindIPN}, store.Window{Limit: 1000})
		return err
	})
	out := []store.Delivery{}
	for i := range page.Rows {
		out = append(out, page.Rows[len(page.Rows)-1-i])
	}
	return out
}

// notice is the body of an IPN as a merchant reads it.
type notice struct {
	Timestamp        int64             `json:"timestamp"`
	NotificationType string            `json:"notification_type"`
	Order            map[string]any    `json:"order"`
	Transaction      map[string]any    `json:"transaction"`
	Customer         map[string]string `json:"customer"`
	Agreement        *string           `json:"agreement"`
}

func (h *house) read(d store.Delivery) (n notice) {
	h.t.Helper()
	if err := json.Unmarshal(d.Body, &n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// kinds lists the notification types of the IPNs, oldest first.
func (h *house) kinds() []string {
	h.t.Helper()
	out := []string{}
	for _, d := range h.notices() {
		out = append(out, h.read(d).NotificationType)
	}
	return out
}

// card is what the customer types of a card of the table.
func card(name string) payment.CardInput {
	c, _ := payment.CardNamed(name)
	return payment.CardInput{Number: c.Number, Holder: "Nguyen Van An", Expiry: c.Expiry, CVV: c.CVV}
}

// pay tries a card of the table.
func (h *house) pay(o store.Order, name string) payment.Attempt {
	h.t.Helper()
	done, err := h.PayByCard(context.Background(), o.ID, card(name))
	if err != nil {
		h.t.Fatal(err)
	}
	return done
}

func same(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
