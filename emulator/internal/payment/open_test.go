package payment_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestACheckoutIsRefusedForItsReason(t *testing.T) {
	onlyTransfer := func(c *store.Company, _ *store.BankAccount) {
		c.Merchant.Methods = []store.PaymentMethod{store.MethodTransfer}
	}
	for name, c := range map[string]struct {
		reason, says string
		form         payment.Form
		env          store.Environment
		settings     map[string]string
		change       func(*store.Company, *store.BankAccount)
	}{
		"no merchant":                    {payment.ReasonMerchantUnknown, "names no merchant", form("A", 1, "merchant", ""), "", nil, nil},
		"a merchant that is not known":   {payment.ReasonMerchantUnknown, `no merchant "SP-X"`, form("A", 1, "merchant", "SP-X"), "", nil, nil},
		"a merchant of the other side":   {payment.ReasonMerchantUnknown, "belongs to sandbox, the host to production", form("A", 1), store.Production, nil, nil},
		"no signature":                   {payment.ReasonSignatureMissing, "no signature", form("A", 1).Without("signature"), "", nil, nil},
		"a signature of another amount":  {payment.ReasonSignature, "", with(form("A", 1), "order_amount", "2"), "", nil, nil},
		"no operation":                   {payment.ReasonOperation, `operation is ""`, form("A", 1, "operation", ""), "", nil, nil},
		"an operation in small letters":  {payment.ReasonOperation, `"purchase"`, form("A", 1, "operation", "purchase"), "", nil, nil},
		"no amount":                      {payment.ReasonAmount, `order_amount ""`, form("A", 1, "order_amount", ""), "", nil, nil},
		"an amount with decimals":        {payment.ReasonAmount, `"1000.00"`, form("A", 1, "order_amount", "1000.00"), "", nil, nil},
		"an amount with a sign":          {payment.ReasonAmount, `"+5"`, form("A", 1, "order_amount", "+5"), "", nil, nil},
		"an amount of nothing":           {payment.ReasonAmount, "order_amount is 0", form("A", 0), "", nil, nil},
		"an amount beyond the bound":     {payment.ReasonAmount, "10000000000000", form("A", 10_000_000_000_000), "", nil, nil},
		"an amount that overflows":       {payment.ReasonAmount, "99999999999999999999", form("A", 1, "order_amount", "99999999999999999999"), "", nil, nil},
		"VERIFY with an amount":          {payment.ReasonAmount, "VERIFY moves no money", form("A", 5, "operation", "VERIFY"), "", nil, nil},
		"another currency":               {payment.ReasonCurrency, `"USD"`, form("A", 1, "currency", "USD"), "", nil, nil},
		"no currency":                    {payment.ReasonCurrency, `""`, form("A", 1, "currency", ""), "", nil, nil},
		"no invoice number":              {payment.ReasonInvoiceMissing, "order_invoice_number", form("", 1, "order_invoice_number", ""), "", nil, nil},
		"no description":                 {payment.ReasonDescription, "order_description", form("A", 1, "order_description", ""), "", nil, nil},
		"a method that is not one":       {payment.ReasonMethod, `"CASH"`, form("A", 1, "payment_method", "CASH"), "", nil, nil},
		"a method that is not enabled":   {payment.ReasonMethod, "has not enabled CARD", form("A", 1, "payment_method", "CARD"), "", nil, onlyTransfer},
		"VERIFY by transfer":             {payment.ReasonMethod, "BANK_TRANSFER", form("A", 0, "operation", "VERIFY", "payment_method", "BANK_TRANSFER"), "", nil, nil},
		"a success_url without a scheme": {payment.ReasonURL, "success_url", form("A", 1, "success_url", "shop.example/ok"), "", nil, nil},
		"an error_url that is a script":  {payment.ReasonURL, "error_url", form("A", 1, "error_url", "javascript:alert(1)"), "", nil, nil},
		"a cancel_url that is a path":    {payment.ReasonURL, "cancel_url", form("A", 1, "cancel_url", "/cancel"), "", nil, nil},
		"more than an address holds":     {payment.ReasonField, "24576", form("A", 1, "custom_data", strings.Repeat("x", 24<<10)), "", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			change := c.change
			if change == nil {
				change = func(*store.Company, *store.BankAccount) {}
			}
			h := build(t, c.settings, change)
			_, err := h.Open(context.Background(), payment.Request{Form: c.form, Environment: c.env})
			var bad *payment.Refusal
			if !errors.As(err, &bad) {
				t.Fatalf("error %v", err)
			}
			if bad.Reason != c.reason || !strings.Contains(bad.Detail, c.says) || bad.Hint == "" {
				t.Errorf("%s: %s (%s)", bad.Reason, bad.Detail, bad.Hint)
			}
			var side *store.WrongSide
			if wrong := errors.As(err, &side); wrong != (c.env == store.Production) {
				t.Errorf("it is said to be of the other side: %v", wrong)
			}
			if (bad.Mismatch != nil) != strings.HasPrefix(c.reason, "signature") {
				t.Errorf("mismatch %+v", bad.Mismatch)
			}
			if told := h.facts(fact.Order); len(told) > 0 {
				t.Errorf("an order was opened: %+v", told)
			}
		})
	}
}

func TestWhatIsOptionalMayBeLeftOut(t *testing.T) {
	h := build(t, map[string]string{"checkout.order_description": "optional"})
	o := h.open("A", 1, "order_description", "", "success_url", "", "error_url", "", "cancel_url", "")
	if o.Description != "" || o.SuccessURL != "" {
		t.Errorf("%+v", o)
	}
	v := h.open("", 0, "operation", "VERIFY", "order_invoice_number", "", "order_description", "")
	same(t, "method of a verification", store.MethodCard, v.PaymentMethod)
}

func TestAnOrderKeepsWhatTheFormSays(t *testing.T) {
	h := build(t, nil)
	o := h.open("DH-1", 9_999_999_999_999, "customer_id", "kh-7", "custom_data", `{"cart":1}`, "agreement_id", "g-1", "agreement_type", "RECURRING")
	want := store.Order{
		ID: o.ID, XID: o.XID, Company: "shop", OrderID: o.OrderID, InvoiceNumber: "DH-1", Operation: "PURCHASE", Status: store.OrderWaiting,
		Amount: 9_999_999_999_999, Currency: "VND", Description: "Don hang DH-1", CustomerID: "kh-7", CustomerXID: o.CustomerXID, CustomData: `{"cart":1}`, HasCustomData: true,
		SuccessURL: "https://shop.example/ok", ErrorURL: "https://shop.example/error", CancelURL: "https://shop.example/cancel",
		Agreement: store.Agreement{ID: "g-1", Type: "RECURRING"}, UserAgent: "Browser", IPAddress: "203.0.113.7",
		BankAccountID: 1, Memo: o.OrderID, Listed: true, OpenedAt: epoch, CreatedAt: epoch, UpdatedAt: epoch,
	}
	same(t, "order", want, h.order(o.ID).Order)
	if o.CustomerXID == "" || o.CustomerXID != h.open("DH-2", 5, "customer_id", "kh-7").CustomerXID || o.CustomerXID == h.open("DH-3", 5, "customer_id", "kh-8").CustomerXID {
		t.Error("the id of a customer is not the customer's")
	}
}

func TestAnInvoiceNumberOpensItsWaitingOrderAgain(t *testing.T) {
	for name, c := range map[string]struct {
		before func(*house, store.Order)
		amount int64
		again  bool
	}{
		"while it waits for the same amount": {func(*house, store.Order) {}, 50_000, true},
		"not for another amount":             {func(*house, store.Order) {}, 50_001, false},
		"not once it is paid":                {func(h *house, o store.Order) { h.transfer(50_000, o.Memo) }, 50_000, false},
		"not once it is cancelled": {func(h *house, o store.Order) {
			if _, err := h.Cancel(context.Background(), "shop", "DH-1"); err != nil {
				h.t.Fatal(err)
			}
		}, 50_000, false},
		"after a card was declined": {func(h *house, o store.Order) { h.pay(o, "declined") }, 50_000, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			o := h.open("DH-1", 50_000)
			c.before(h, o)
			co, err := h.Open(context.Background(), payment.Request{Form: form("DH-1", c.amount, "order_description", "anew", "payment_method", "CARD")})
			if !c.again {
				var bad *payment.Refusal
				if !errors.As(err, &bad) || bad.Reason != payment.ReasonInvoiceDuplicate || !strings.Contains(bad.Detail, o.OrderID) {
					t.Fatalf("error %v", err)
				}
				same(t, "description", "Don hang DH-1", h.order(o.ID).Order.Description)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if co.Order.ID != o.ID || co.Order.OrderID != o.OrderID || co.Order.Description != "anew" || co.Order.Method != store.MethodCard {
				t.Errorf("%+v", co.Order)
			}
		})
	}
}

func TestInvoiceNumbersBelongToTheirCompany(t *testing.T) {
	h := build(t, nil)
	o := h.open("DH-1", 50_000)
	f := form("DH-1", 70_000, "merchant", "SP-TEST-OTHER001").Without("signature")
	f = append(f, payment.Field{Name: "signature", Value: payment.Sign("spsk_test_OtherKey00000000000000000000001", f)})
	co, err := h.Open(context.Background(), payment.Request{Form: f})
	if err != nil {
		t.Fatal(err)
	}
	find := func(company, key string) (found store.Order, err error) {
		h.view(func(r store.Reader) error {
			found, err = payment.Find(r, company, key)
			return nil
		})
		return found, err
	}
	for _, c := range []struct {
		company, key string
		id           int64
		err          error
	}{
		{"shop", "DH-1", o.ID, nil}, {"other", "DH-1", co.Order.ID, nil}, {"", o.OrderID, o.ID, nil}, {"", "DH-1", 0, payment.ErrInvalid},
		{"other", o.OrderID, 0, payment.ErrNotFound}, {"shop", "DH-2", 0, payment.ErrNotFound}, {"", "DH-2", 0, payment.ErrNotFound},
	} {
		if found, err := find(c.company, c.key); found.ID != c.id || !errors.Is(err, c.err) {
			t.Errorf("find %q of %q: order %d, %v", c.key, c.company, found.ID, err)
		}
	}
}

func TestALinkOpensItsOrderAndNoOther(t *testing.T) {
	h := build(t, nil)
	co, err := h.Open(context.Background(), payment.Request{Form: form("DH-1", 50_000)})
	if err != nil {
		t.Fatal(err)
	}
	look := func(f payment.Form) (payment.Checkout, error) {
		return h.Look(context.Background(), payment.Request{Form: f})
	}
	if n := len(co.Link); co.Link[n-2] != (payment.Field{Name: "order_id", Value: co.Order.OrderID}) || co.Link[n-1].Name != "signature" || !payment.Verify(shopSecret, co.Link) {
		t.Errorf("link %v", co.Link)
	}
	for name, f := range map[string]payment.Form{"the link": co.Link, "the form itself": form("DH-1", 50_000), "a link made anew": payment.LinkOf(co.Company, co.Order)} {
		if found, err := look(f); err != nil || found.Order.ID != co.Order.ID || !payment.Verify(shopSecret, found.Link) {
			t.Errorf("%s: %+v, %v", name, found.Order, err)
		}
	}
	if found, err := look(form("DH-2", 50_000)); err != nil || found.Order.ID == co.Order.ID {
		t.Errorf("a form that is new opens order %d, %v", found.Order.ID, err)
	}
	stranger := with(co.Link, "merchant", "SP-TEST-OTHER001").Without("signature")
	stranger = append(stranger, payment.Field{Name: "signature", Value: payment.Sign("spsk_test_OtherKey00000000000000000000001", stranger)})
	var unknown *payment.Refusal
	if _, err := look(stranger); !errors.As(err, &unknown) || unknown.Reason != payment.ReasonOrderUnknown || unknown.Company != "other" {
		t.Errorf("the order of another merchant: %v", err)
	}
	for name, f := range map[string]payment.Form{
		"another amount":     signed(with(co.Link, "order_amount", "50001")),
		"no such order":      signed(with(co.Link, "order_id", "PAY0")),
		"changed afterwards": with(co.Link, "order_amount", "50001"),
	} {
		var bad *payment.Refusal
		if _, err := look(f); !errors.As(err, &bad) || bad.Company != "shop" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAWrongSecretIsToldByItsName(t *testing.T) {
	h := build(t, nil, func(c *store.Company, _ *store.BankAccount) { c.Merchant.IPN.Secret = "ipn-secret" })
	h.update(func(w store.Writer) error {
		return errors.Join(
			store.Webhooks.Put(w, store.Webhook{ID: 7, Company: "shop", SecretKey: "hook-secret", APIKey: "hook-key"}),
			store.APITokens.Put(w, store.APIToken{ID: 1, Company: "shop", Token: "TOKEN", Active: true}),
		)
	})
	for secret, says := range map[string]string{
		"ipn-secret": "the IPN's secret", "hook-secret": "the secret of webhook 7", "hook-key": "the API key of webhook 7", "TOKEN": "an API token",
		"SP-TEST-SHOP0001": "the merchant id", "spsk_test_OtherKey00000000000000000000001": `the secret key of company "other"`,
		"ShopKey000000000000000000000001": "without its prefix",
	} {
		f := form("A", 1).Without("signature")
		f = append(f, payment.Field{Name: "signature", Value: payment.Sign(secret, f)})
		_, err := h.Open(context.Background(), payment.Request{Form: f})
		var bad *payment.Refusal
		if !errors.As(err, &bad) || bad.Mismatch == nil || bad.Mismatch.Cause != payment.CauseSecret || !strings.Contains(bad.Detail, says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}
