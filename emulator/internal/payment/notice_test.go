package payment_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

var shapes = map[string]*regexp.Regexp{
	"uuid1": regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
	"uuid4": regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`), "decimal": regexp.MustCompile(`^[1-9][0-9]*$`),
	"code": regexp.MustCompile(`^[0-9a-f]{13}$`), "card code": regexp.MustCompile(`^trans-[0-9a-f]{13}$`),
}

func TestTheNoticeOfATransfer(t *testing.T) {
	h := build(t, nil)
	o := h.open("DH-1", 50_000)
	h.advance(90 * time.Second)
	h.transfer(50_000, o.Memo)
	sent := h.notices()
	if len(sent) != 1 || sent[0].Status != store.Queued || sent[0].Subject != o.OrderID || sent[0].ContentType != "application/json" || !sent[0].NextAttemptAt.Equal(epoch.Add(90*time.Second)) {
		t.Fatalf("%+v", sent)
	}
	p := h.order(o.ID).Payments[0]
	want := `{"timestamp":1772505090,"notification_type":"ORDER_PAID","order":{"id":"` + o.XID + `","order_id":"` + o.OrderID + `","order_status":"CAPTURED","order_currency":"VND","order_amount":"50000.00","order_invoice_number":"DH-1","custom_data":[],"user_agent":"Browser","ip_address":"203.0.113.7","order_description":"Don hang DH-1"},"transaction":{"id":"` + p.XID + `","payment_method":"BANK_TRANSFER","transaction_id":"` + p.TransactionID + `","transaction_type":"PAYMENT","transaction_date":"2026-03-03 09:31:30","transaction_status":"APPROVED","transaction_amount":"50000","transaction_currency":"VND","authentication_status":"AUTHENTICATION_SUCCESSFUL","card_number":null,"card_holder_name":null,"card_expiry":null,"card_funding_method":null,"card_brand":null},"customer":null,"agreement":null}`
	same(t, "body", want, string(sent[0].Body))
}

func TestTheIdsOfANotice(t *testing.T) {
	for value, shape := range map[string]string{"uuid1": "uuid1", "uuid4": "uuid4", "decimal": "decimal"} {
		h := build(t, map[string]string{"ipn.ids": value})
		for _, invoice := range []string{"A", "B"} {
			h.pay(h.open(invoice, 50_000, "customer_id", "kh-7"), "visa")
		}
		first, next := h.read(h.notices()[0]), h.read(h.notices()[1])
		for name, ids := range map[string][2]any{"order": {first.Order["id"], next.Order["id"]}, "transaction": {first.Transaction["id"], next.Transaction["id"]}} {
			a, _ := ids[0].(string)
			if b, _ := ids[1].(string); !shapes[shape].MatchString(a) || !shapes[shape].MatchString(b) || a == b {
				t.Errorf("%s: %s %v", value, name, ids)
			}
		}
		if first.Customer["customer_id"] != "kh-7" || !shapes[shape].MatchString(first.Customer["id"]) || first.Customer["id"] != next.Customer["id"] {
			t.Errorf("%s: customers %v and %v", value, first.Customer, next.Customer)
		}
	}
}

func TestACardInANotice(t *testing.T) {
	captured := map[string]any{"card_number": "512345xxxxxx0008", "card_expiry": "1230", "card_holder_name": "NGUYEN VAN AN", "card_brand": "MASTERCARD", "card_funding_method": "DEBIT", "transaction_date": "2026-03-03 09:30:00"}
	for name, c := range map[string]struct {
		settings  map[string]string
		change    map[string]any
		agreement bool
		code      string
		finding   string
	}{
		"as captured":               {nil, nil, true, "card code", ""},
		"as the page's example":     {map[string]string{"ipn.card_shape": "docs"}, map[string]any{"card_number": "5123XXXXXXXX0008", "card_expiry": "12/30"}, false, "card code", ""},
		"with the ids of the pages": {map[string]string{"ipn.order_ids": "docs"}, nil, true, "code", ""},
		"seven hours ahead":         {map[string]string{"ipn.card_date": "plus7h"}, map[string]any{"transaction_date": "2026-03-03 16:30:00"}, true, "card code", "ipn.card_date_ahead"},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, c.settings)
			h.pay(h.open("DH-1", 50_000), "mastercard")
			d := h.notices()[0]
			n := h.read(d)
			got := map[string]any{}
			for field, value := range captured {
				got[field] = n.Transaction[field]
				if changed, ok := c.change[field]; ok {
					value = changed
				}
				if got[field] != value {
					t.Errorf("%s: %v, not %v", field, got[field], value)
				}
			}
			if has := strings.Contains(string(d.Body), `"agreement":null`); has != c.agreement {
				t.Errorf("agreement: %v", has)
			}
			if id, _ := n.Transaction["transaction_id"].(string); !shapes[c.code].MatchString(id) {
				t.Errorf("transaction_id %q", id)
			}
			if strings.Join(h.findings(), " ") != c.finding {
				t.Errorf("findings %v", h.findings())
			}
			if n.Timestamp != epoch.Unix() {
				t.Errorf("timestamp %d", n.Timestamp)
			}
		})
	}
}

func TestATransferHasNoCardDate(t *testing.T) {
	h := build(t, map[string]string{"ipn.card_date": "plus7h", "ipn.card_shape": "docs"})
	h.transfer(50_000, h.open("DH-1", 50_000).Memo)
	if got := h.read(h.notices()[0]).Transaction["transaction_date"]; got != "2026-03-03 09:30:00" {
		t.Errorf("transaction_date %v", got)
	}
	same(t, "findings", []string{}, h.findings())
}

func TestCustomDataComesBackAsItWasSent(t *testing.T) {
	for posted, want := range map[string]string{
		`{"cart":[1,2]}`: `{"cart":[1,2]}`, "\t[1]\n": `[1]`, "text": `"text"`, "12": `"12"`, `{"broken"`: `"{\"broken\""`, `"quoted"`: `"\"quoted\""`, "null": `"null"`,
	} {
		h := build(t, nil)
		h.transfer(50_000, h.open("DH-1", 50_000, "custom_data", posted).Memo)
		if body := string(h.notices()[0].Body); !strings.Contains(body, `"custom_data":`+want+`,`) {
			t.Errorf("%s: %s", posted, body)
		}
	}
	body := payment.EncodeNotice(payment.Notice{Order: store.Order{HasCustomData: true}})
	if !strings.Contains(string(body), `"custom_data":""`) {
		t.Errorf("an empty text: %s", body)
	}
}

func TestWhichTransactionTheNoticeOfAVoidHas(t *testing.T) {
	for value, want := range map[string]int{"void": 1, "payment": 0} {
		h := build(t, map[string]string{"ipn.void_transaction": value})
		o := h.open("DH-1", 50_000)
		h.pay(o, "visa")
		h.advance(time.Minute)
		if _, err := h.Void(context.Background(), "shop", "DH-1"); err != nil {
			t.Fatal(err)
		}
		n, p := h.read(h.notices()[1]), h.order(o.ID).Payments[want]
		if n.Transaction["transaction_id"] != p.TransactionID || n.Transaction["transaction_type"] != string(p.Type) || n.Order["order_status"] != "CANCELLED" || n.Timestamp != epoch.Add(time.Minute).Unix() {
			t.Errorf("%s: %+v", value, n)
		}
	}
}

func TestALaterOrderOfAnAgreementIsARenewal(t *testing.T) {
	for value, want := range map[string][]string{
		"on": {"ORDER_PAID", "RENEWAL_ORDER_PAID", "ORDER_PAID", "ORDER_PAID"}, "off": {"ORDER_PAID", "ORDER_PAID", "ORDER_PAID", "ORDER_PAID"},
	} {
		h := build(t, map[string]string{"ipn.renewals": value})
		for _, o := range [][2]string{{"A", "g-1"}, {"B", "g-1"}, {"C", "g-2"}, {"D", ""}} {
			h.pay(h.open(o[0], 50_000, "agreement_id", o[1]), "visa")
		}
		same(t, "notices", want, h.kinds())
	}
}

func TestANoticeWaitsAsLongAsTheSettingSays(t *testing.T) {
	h := build(t, map[string]string{"ipn.delay": "5s"})
	h.pay(h.open("DH-1", 50_000), "visa")
	if d := h.notices()[0]; !d.NextAttemptAt.Equal(epoch.Add(5 * time.Second)) {
		t.Errorf("due at %s", d.NextAttemptAt)
	}
}

func TestWithoutAnAddressTheNoticeIsSkipped(t *testing.T) {
	h := build(t, nil, func(c *store.Company, _ *store.BankAccount) { c.Merchant.IPN.URL = "" })
	h.pay(h.open("DH-1", 50_000), "visa")
	if d := h.notices()[0]; d.Status != store.Skipped || d.Reason == "" || !d.NextAttemptAt.IsZero() {
		t.Errorf("%+v", d)
	}
}

func TestACompanyHasSettingsOfItsOwn(t *testing.T) {
	h := build(t, map[string]string{"ipn.ids": "uuid4"}, func(c *store.Company, _ *store.BankAccount) { c.Settings = map[string]string{"ipn.ids": "decimal"} })
	h.pay(h.open("DH-1", 50_000), "visa")
	if id, _ := h.read(h.notices()[0]).Order["id"].(string); !shapes["decimal"].MatchString(id) {
		t.Errorf("id %q", id)
	}
}
