package payment_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

func TestTheCodeOfAnOrderSaysHowItIsPaid(t *testing.T) {
	cardsAlone := func(c *store.Company, _ *store.BankAccount) {
		c.Merchant.Methods = []store.PaymentMethod{store.MethodCard}
	}
	cardsFirst := func(c *store.Company, _ *store.BankAccount) {
		c.Merchant.Methods = []store.PaymentMethod{store.MethodCard, store.MethodTransfer}
	}
	docs := map[string]string{"ipn.order_ids": "docs"}
	for name, c := range map[string]struct {
		method   string
		settings map[string]string
		change   func(*store.Company, *store.BankAccount)
		want     string
	}{
		"a transfer":                       {"BANK_TRANSFER", nil, nil, `^PAY\d{4}[0-9A-F]{13}$`},
		"the customer's choice":            {"", nil, nil, `^PAY\d{4}[0-9A-F]{13}$`},
		"a card":                           {"CARD", nil, nil, `^SP-TEST-SHOP0001-[0-9A-F]{13}$`},
		"a merchant that takes cards only": {"", nil, cardsAlone, `^SP-TEST-SHOP0001-[0-9A-F]{13}$`},
		"a merchant that takes cards too":  {"", nil, cardsFirst, `^PAY\d{4}[0-9A-F]{13}$`},
		"NAPAS":                            {"NAPAS_BANK_TRANSFER", nil, nil, `^NPSE[A-Z]{3}\d{12}$`},
		"a transfer, as the pages show it": {"BANK_TRANSFER", docs, nil, `^SEPAY-[0-9A-F]{13}$`},
		"a card, as the pages show it":     {"CARD", docs, nil, `^SEPAY-[0-9A-F]{13}$`},
	} {
		t.Run(name, func(t *testing.T) {
			change := c.change
			if change == nil {
				change = func(*store.Company, *store.BankAccount) {}
			}
			h := build(t, c.settings, change)
			seen := map[string]bool{}
			for _, invoice := range []string{"A", "B", "C"} {
				o := h.open(invoice, 1000, "payment_method", c.method)
				if !regexp.MustCompile(c.want).MatchString(o.OrderID) || seen[o.OrderID] {
					t.Errorf("order id %s", o.OrderID)
				}
				seen[o.OrderID] = true
			}
			if again := build(t, c.settings, change).open("A", 1000, "payment_method", c.method); !seen[again.OrderID] {
				t.Errorf("the same seed gives %s, which is another id", again.OrderID)
			}
		})
	}
}

func TestWhereAnOrderIsPaidTo(t *testing.T) {
	const own = "0900000001"
	at := func(bank string, kind store.AccountType) func(*store.Company, *store.BankAccount) {
		return func(_ *store.Company, a *store.BankAccount) { a.Bank, a.AccountType = bank, kind }
	}
	for name, c := range map[string]struct {
		change        func(*store.Company, *store.BankAccount)
		settings      map[string]string
		account, mark string // account "va" is a virtual account of the order's own
	}{
		"the company's account":                               {at("MBBank", store.Personal), nil, own, ""},
		"a virtual account where the bank demands one":        {at("BIDV", store.Personal), nil, "va", ""},
		"none for an enterprise at BIDV":                      {at("BIDV", store.Enterprise), nil, own, ""},
		"a virtual account wherever there are some":           {at("MBBank", store.Personal), map[string]string{"checkout.order_va": "always"}, "va", ""},
		"none where the bank has none":                        {at("Techcombank", store.Personal), map[string]string{"checkout.order_va": "always"}, own, ""},
		"none when none is wanted":                            {at("BIDV", store.Personal), map[string]string{"checkout.order_va": "never"}, own, ""},
		"VietinBank needs its mark in the memo":               {at("VietinBank", store.Personal), nil, own, "SEVQR "},
		"but not of an enterprise":                            {at("VietinBank", store.Enterprise), nil, own, ""},
		"the gateway's account":                               {at("BIDV", store.Personal), map[string]string{"checkout.collects": "gateway"}, "96247SEPAY", ""},
		"the gateway's where the company's account is closed": {func(_ *store.Company, a *store.BankAccount) { a.Active = false }, nil, "96247SEPAY", ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, c.settings, c.change)
			o := h.open("A", 1000)
			p := h.order(o.ID).Place
			want := c.account
			if want == "va" {
				h.view(func(r store.Reader) error {
					va, err := store.VirtualAccountByXID.Find(r, o.VirtualAccountXID)
					if want = va.Number; va.Static || va.Label != o.OrderID || va.BankAccountID != 1 {
						t.Errorf("virtual account %+v", va)
					}
					return err
				})
			}
			if p.AccountNumber != want || p.Memo != c.mark+o.OrderID || (o.VirtualAccountXID != "") != (c.account == "va") || p.Company != (want != "96247SEPAY") || p.BankName == "" {
				t.Errorf("place %+v", p)
			}
			text, err := p.QR(o)
			if err != nil {
				t.Fatal(err)
			}
			code, err := vietqr.Read(text)
			if err != nil || code.Account != want || code.Amount != 1000 || code.Memo != p.Memo {
				t.Errorf("QR code %+v, %v", code, err)
			}
		})
	}
}

func TestTheCustomerChoosesAmongTheMethodsOnOffer(t *testing.T) {
	h := build(t, nil)
	choose := func(o store.Order, m store.PaymentMethod) (store.Order, error) {
		s := h.order(o.ID)
		return h.Choose(context.Background(), s.Order, s.Company, m)
	}
	o := h.open("A", 1000)
	for _, m := range []store.PaymentMethod{store.MethodNapas, store.MethodCard, store.MethodTransfer} {
		if o, err := choose(o, m); err != nil || o.Method != m {
			t.Errorf("%s: %s, %v", m, o.Method, err)
		}
	}
	byCard := h.open("B", 1000, "payment_method", "CARD")
	if byCard.Listed {
		t.Error("the REST API knows an order by card before the card was used")
	}
	if _, err := choose(byCard, store.MethodTransfer); !errors.Is(err, payment.ErrRefused) {
		t.Errorf("a method that is not on offer: %v", err)
	}
	h.transfer(1000, o.Memo)
	if paid, err := choose(o, store.MethodCard); err != nil || paid.Method != store.MethodTransfer {
		t.Errorf("a paid order changes its method: %s, %v", paid.Method, err)
	}
}

func TestWhenTheRESTAPIGetsToKnowACardOrder(t *testing.T) {
	for value, listed := range map[string]bool{"after_attempt": false, "at_init": true} {
		h := build(t, map[string]string{"checkout.card_order": value})
		o := h.open("A", 1000, "payment_method", "CARD")
		if o.Listed != listed || (o.XID != "") != listed {
			t.Errorf("%s: %+v", value, o)
		}
		h.pay(o, "declined")
		if o := h.order(o.ID).Order; !o.Listed || o.XID == "" {
			t.Errorf("%s, after an attempt: %+v", value, o)
		}
	}
	h := build(t, map[string]string{"checkout.card_order": "at_init"})
	v := h.open("V", 0, "operation", "VERIFY")
	if h.pay(v, "declined"); h.order(v.ID).Order.Listed {
		t.Error("a verification is listed")
	}
}

func TestProgressLeadsTheCustomerBack(t *testing.T) {
	declined := []store.Payment{{Status: store.PaymentDeclined}}
	for name, c := range map[string]struct {
		order    store.Order
		payments []store.Payment
		state    payment.State
		to       string
	}{
		"nothing was tried":   {store.Order{Status: store.OrderWaiting}, nil, payment.StateWaiting, ""},
		"a payment is tried":  {store.Order{Status: store.OrderWaiting}, []store.Payment{{Status: store.PaymentPending}}, payment.StateProcessing, ""},
		"the last one failed": {store.Order{Status: store.OrderWaiting}, declined, payment.StateFailed, "error"},
		"one is tried again":  {store.Order{Status: store.OrderWaiting}, append(declined, store.Payment{Status: store.PaymentPending}), payment.StateProcessing, ""},
		"it is paid":          {store.Order{Status: store.OrderCaptured}, declined, payment.StatePaid, "ok"},
		"a card is verified":  {store.Order{Status: store.OrderWaiting, Operation: "VERIFY", AuthenticationStatus: "AUTHENTICATION_SUCCESSFUL"}, nil, payment.StatePaid, "ok"},
		"it is cancelled":     {store.Order{Status: store.OrderCancelled}, nil, payment.StateCancelled, "cancel"},
		"its time is up":      {store.Order{Status: store.OrderCancelled, Expired: true}, nil, payment.StateExpired, "error"},
	} {
		c.order.SuccessURL, c.order.ErrorURL, c.order.CancelURL = "ok", "error", "cancel"
		p := payment.ProgressWith(c.order, c.payments)
		if p.State != c.state || p.Redirect != c.to {
			t.Errorf("%s: %s, to %q", name, p.State, p.Redirect)
		}
		if n := len(c.payments); (p.Last == nil) != (n == 0) || n > 0 && p.Last.Status != c.payments[n-1].Status {
			t.Errorf("%s: last %+v", name, p.Last)
		}
	}
}

func TestMemosOfEveryCodeNameTheirOrder(t *testing.T) {
	for name, settings := range map[string]map[string]string{"captured": nil, "docs": {"ipn.order_ids": "docs"}} {
		for _, method := range []string{"BANK_TRANSFER", "NAPAS_BANK_TRANSFER"} {
			for how, write := range map[string]func(string) string{
				"as it is":          func(s string) string { return s },
				"in small letters":  strings.ToLower,
				"glued to a text":   func(s string) string { return "MBVCB.123.CK" + s + "-CHUYEN TIEN" },
				"cut by blanks":     func(s string) string { return s[:5] + " " + s[5:] },
				"after a false one": func(s string) string { return "PAY9999FFFFFFFFFFFFF NPSEXXX SEPAY " + s },
			} {
				h := build(t, settings)
				o := h.open("A", 1000, "payment_method", method)
				if done := h.transfer(1000, write(o.Memo)); done.Matched == nil || done.Matched.Verdict != store.VerdictPaid {
					t.Errorf("%s, %s, %s: %+v", name, method, how, done.Matched)
				}
			}
		}
	}
}
