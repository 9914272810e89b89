package contracts

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// act sends a form of a checkout page.
func (s *spec) act(page *url.URL, action string, form url.Values) answer {
	return s.request("checkout", http.MethodPost, s.below(page, action)).set("Accept", "text/html").form(form.Encode()).send()
}

// card is the form of a test card of the emulator's.
func (s *spec) card(name string) url.Values {
	list := ask(s, (*control.Client).Cards)
	for _, c := range list.Data {
		if c.Name == name {
			return url.Values{"card_number": {c.Number}, "card_holder_name": {"NGUYEN VAN A"}, "card_expiry": {c.Expiry}, "card_cvv": {c.CVV}}
		}
	}
	s.fail("the emulator has no test card %q", name)
	return nil
}

// pageClaims are the claims about the emulator's own hosted pages, which the
// real ones need not bear out.
func (u *suite) pageClaims() {
	const (
		show, pay, card                = "showCheckout", "payCheckout", "payByCard"
		challenge, answered            = "showChallenge", "answerChallenge"
		leave, status, events, picture = "leaveCheckout", "checkoutStatus", "checkoutEvents", "checkoutImage"
	)
	u.claim("the simulate button pays, and the page leads to success_url as it was posted", observed(show, pay).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		at := s.open(t, "success_url", "https://shop.example/ok?order=DH1#/done")
		s.Expect(string(s.page("checkout", at.String()).is(200).Body)).To(contain("Giả lập thanh toán"))
		s.act(at, "pay", url.Values{"outcome": {"paid"}}).is(303)
		s.Expect(string(s.page("checkout", at.String()).is(200).Body)).To(contain("https://shop.example/ok?order=DH1#/done"))
		s.same(s.order(t, "DH1")["order_status"], any("CAPTURED"), "order_status")
	})
	u.claim("a transfer whose memo names the order pays it, and the page's status tells", observed(status).writing(), func(s *spec) {
		if s.setting("checkout.collects") == "gateway" {
			ginkgo.Skip("the gateway collects on its own account, where the control API moves no money")
		}
		t := s.company(control.NewCompany{})
		at := s.open(t)
		waiting := s.page("checkout", s.below(at, "status")).is(200)
		o := ask(s, func(c *control.Client, ctx context.Context) (control.Order, error) { return c.Order(ctx, t.ID, "DH1") })
		moved := control.NewTransfer{Company: t.ID, Account: o.PayTo.AccountNumber, Amount: 185_000, Content: new(memo("MBVCB " + o.PayTo.Memo))}
		if s.setting("checkout.order_va") == "always" {
			moved.Account, moved.VA = "", o.PayTo.AccountNumber
		}
		s.transfer(moved)
		s.Expect(s.page("checkout", s.below(at, "status")).is(200).text("state")).NotTo(equal(waiting.text("state")), "the state after the transfer")
		s.same(s.order(t, "DH1")["order_status"], any("CAPTURED"), "order_status")
	})
	u.claim("a card pays, or is declined with the reason on the page", assumed(card).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		at := s.open(t, "payment_method", "CARD")
		s.act(at, "card", url.Values{"card_number": {"1"}}).is(400)
		s.act(at, "card", s.card("declined")).is(303)
		s.act(at, "card", s.card("visa")).is(303)
		s.same(s.order(t, "DH1")["order_status"], any("CAPTURED"), "order_status")
	})
	u.claim("a 3-D Secure challenge is shown, and passed or failed", assumed(card, challenge, answered).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		at := s.open(t, "payment_method", "CARD")
		s.page("checkout", s.below(at, "challenge")).is(303)
		s.act(at, "card", s.card("challenge")).is(303)
		to, err := url.Parse(s.page("checkout", at.String()).is(303).Header.Get("Location"))
		if err != nil {
			s.fail("the Location: %v", err)
		}
		asked := s.page("checkout", s.below(to, "challenge")).is(200)
		code := oneTimeCode().FindStringSubmatch(string(asked.Body))
		if code == nil {
			s.fail("the challenge shows no one-time code: %.300s", asked.shown())
		}
		s.act(to, "challenge", url.Values{"answer": {"pass"}, "otp": {"000"}}).is(200)
		s.act(to, "challenge", url.Values{"answer": {"pass"}, "otp": {code[1]}}).is(303)
		s.same(s.order(t, "DH1")["order_status"], any("CAPTURED"), "order_status")
	})
	u.claim("leaving leads to cancel_url and leaves the order payable", assumed(leave).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		at := s.open(t, "cancel_url", "https://shop.example/no")
		s.same(s.page("checkout", s.below(at, "cancel")).is(302).Header.Get("Location"), "https://shop.example/no", "Location")
		s.same(s.order(t, "DH1")["order_status"], any("AUTHENTICATION_NOT_NEEDED"), "order_status")
		s.page("checkout", s.below(s.open(t, "order_invoice_number", "DH2"), "cancel")).is(200)
	})
	u.claim("a picture of the order's QR code is on the page", observed(picture).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		at := s.open(t)
		body := string(s.page("checkout", at.String()).is(200).Body)
		_, rest, found := strings.Cut(body, `src="`+at.Scheme+"://"+at.Host+`/v1/checkout/img?`)
		if !found {
			_, rest, found = strings.Cut(body, `src="/v1/checkout/img?`)
		}
		if !found {
			s.fail("the page has no picture of a QR code")
		}
		q, _, _ := strings.Cut(rest, `"`)
		q = strings.ReplaceAll(q, "&amp;", "&")
		s.same(s.page("checkout", s.target.Addresses["checkout"]+"/img?"+q).is(200).Header.Get("Content-Type"), "image/png", "Content-Type")
		s.page("checkout", s.target.Addresses["checkout"]+"/img?acc=1&bank=nobody").is(400)
	})
	u.claim("the page's actions are refused without the signed link", assumed(pay, card, challenge, answered, leave, status, events).writing(), func(s *spec) {
		want := 400
		if s.setting("checkout.invalid") != "400_page" {
			want = 200
		}
		at := s.open(s.company(control.NewCompany{}))
		spoilt := *at
		spoilt.RawQuery = strings.Replace(at.RawQuery, "order_amount=185000", "order_amount=1", 1)
		for _, action := range []string{"challenge", "cancel", "status", "events"} {
			s.page("checkout", s.below(&spoilt, action)).is(want)
		}
		for _, action := range []string{"pay", "card", "challenge"} {
			s.act(&spoilt, action, url.Values{"outcome": {"paid"}}).is(want)
		}
	})
	u.claim("a page of another origin cannot pay or leave in the customer's name", assumed(pay, card, answered, leave).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		at := s.open(t)
		for method, actions := range map[string][]string{http.MethodPost: {"pay", "card", "challenge"}, http.MethodGet: {"cancel"}} {
			for _, action := range actions {
				c := s.request("checkout", method, s.below(at, action)).set("Origin", "https://evil.example")
				if method == http.MethodPost {
					c.form("outcome=paid")
				}
				s.Expect(c.send().is(403).Header.Get("X-LocalSepay-Reason")).To(equal("cross_site"))
			}
		}
		s.same(s.order(t, "DH1")["order_status"], any("AUTHENTICATION_NOT_NEEDED"), "order_status")
	})
	u.claim("the stream of events tells an open page that the order was paid", assumed(events).writing(), func(s *spec) {
		t := s.company(control.NewCompany{})
		at := s.open(t)
		s.pay(t, "DH1", control.NewPay{})
		got := s.request("checkout", http.MethodGet, s.below(at, "events")).set("Accept", "text/event-stream").firstEvent().is(200)
		s.Expect(string(got.Body)).To(match(`(?s)^data: .*"order_status":"CAPTURED"`))
	})
}

// oneTimeCode is what the emulator's challenge expects, as its page shows it.
var oneTimeCode = pattern.Lazy(`<strong class="mono">(\d+)</strong>`)
