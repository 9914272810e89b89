package contracts

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// A person has so long for what they are asked, a retry of SePay's so long to
// come, and the suite looks this often.
const (
	personTime = 5 * time.Minute
	retryTime  = 3 * time.Minute
	pollTime   = 2 * time.Second
)

// ipnPath is where the receiver takes IPNs of the real service, whose address is
// set by hand in its dashboard.
const ipnPath = "/ipn"

// ipnByHand are the claims about IPNs that a person can bring about.
func (u *suite) ipnByHand() {
	u.claim("an order that a person pays on the hosted page is told once, as ORDER_PAID", documented("ipn.deliver").writing(), func(s *spec) {
		m := s.ipn()
		t, invoice := s.own(), s.invoice()
		if s.ask == nil {
			t = s.company(control.NewCompany{Merchant: control.NewMerchant{IPN: control.NewIPN{URL: m.URL}}})
		} else {
			s.receiver.move(m, ipnPath)
		}
		page := s.open(t, "order_invoice_number", invoice)
		if s.ask == nil {
			s.pay(t, invoice, control.NewPay{})
			s.advance(s.ipnDelay())
		} else {
			s.ask(fmt.Sprintf("the IPN address in SePay's dashboard has to be %s; then pay this order:\n  %s", m.URL, page))
			s.arrives(m, 1, personTime)
		}
		r := s.got(m, 1, "a payment")[0].json(s)
		s.same([]any{r["notification_type"], dig(map[string]any(r), "order.order_invoice_number"), dig(map[string]any(r), "order.order_amount")},
			[]any{"ORDER_PAID", invoice, "185000.00"}, "type, invoice and amount")
	})
}

// webhookByHand are the claims about webhooks that a person can bring about.
func (u *suite) webhookByHand() {
	u.claim("a webhook that was made over the API is told of a transfer, signed, and again a minute after a failure", documented("createWebhook", "webhook.deliver", "deleteWebhook").writing(), func(s *spec) {
		const secret = "whsec_contract0123456789abcdef012345"
		s.secret(secret)
		m := s.hook(broken, accepted)
		t := s.own()
		if s.ask == nil {
			t = s.company(control.NewCompany{})
		}
		token := s.access(t)
		made := s.api(token, http.MethodPost, "/webhooks", newHook(m.URL, map[string]any{
			"name": tagged + s.runTag, "authen_type": "HMAC_SHA256", "secret_key": secret, "retry_conditions": []string{"non_2xx_status_code"},
		})).is(200)
		defer func() {
			s.api(token, http.MethodDelete, "/webhooks/"+strconv.Itoa(int(made.number("data.id"))), nil).is(200)
		}()
		if s.ask == nil {
			s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[0].AccountNumber, Amount: 10_000})
			s.advance(time.Minute)
		} else {
			s.ask("simulate an incoming transfer in SePay's test mode")
			s.arrives(m, 1, personTime)
			s.arrives(m, 2, retryTime)
		}
		for _, n := range s.got(m, 2, "a transfer and a retry") {
			mac := hmac.New(sha256.New, []byte(secret))
			fmt.Fprintf(mac, "%s.%s", n.Header.Get("X-SePay-Timestamp"), n.Body)
			s.same(n.Header.Get("X-SePay-Signature"), "sha256="+hex.EncodeToString(mac.Sum(nil)), "X-SePay-Signature")
		}
	})
}

// arrives waits until so many notices are there.
func (s *spec) arrives(m *mailbox, n int, within time.Duration) {
	s.eventually(func() any { return len(m.all()) }, within, pollTime, atLeast(n), "notices at "+m.URL)
}
