package contracts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// tenant is a company and what its merchant knows about it.
type tenant struct{ control.Company }

// token is the API token, "" when there is none.
func (t tenant) token() string {
	if len(t.APITokens) == 0 {
		return ""
	}
	return t.APITokens[0]
}

// callback is where the suite's applications are sent back to.
const callback = "https://app.example/callback?tenant=1"

// plentiful is a rate limit that no claim reaches.
const plentiful = 100_000

// company makes a company of the claim's own; n is what differs from one
// with two accounts, a payment code DH and one OAuth2 application. Memos and
// times reach it as they were ordered, however the target plays banks.
func (s *spec) company(n control.NewCompany) tenant {
	n.Name = "CÔNG TY TNHH HỢP ĐỒNG " + odd
	n.RateLimit = cmp.Or(n.RateLimit, plentiful)
	n.OAuthApps = []control.OAuthApp{{Name: "Contract " + odd, RedirectURIs: []string{callback}}}
	if n.Settings == nil {
		n.Settings = map[string]string{"bank.memo": "ideal", "bank.time": "seconds"}
	}
	if n.PaymentCodeFormats == nil {
		n.PaymentCodeFormats = []control.PaymentCodeFormat{{Prefix: "DH", SuffixFrom: 3, SuffixTo: 10, CharacterType: "NumberOnly", IsActive: true}}
	}
	if n.BankAccounts == nil {
		n.BankAccounts = []control.NewBankAccount{
			{Bank: "MBBank", VirtualAccounts: []control.NewVirtualAccount{{Official: true}}},
			{Bank: "TPBank", AccountType: "enterprise", VirtualAccounts: []control.NewVirtualAccount{{Official: false}}},
		}
	}
	t := tenant{ask(s, func(c *control.Client, ctx context.Context) (control.Company, error) { return c.CreateCompany(ctx, n) })}
	s.hide(t)
	return t
}

// hide keeps a tenant's secrets out of every report.
func (u *suite) hide(t tenant) {
	u.secret(t.Merchant.SecretKey)
	u.secret(t.APITokens...)
	for _, a := range t.OAuthApps {
		u.secret(a.ClientSecret)
	}
	for _, a := range t.Users {
		u.secret(a.Password)
	}
}

// own is the company whose credentials the run was given, or, at an emulator,
// one that all claims that only read share, with a history of transfers.
func (s *spec) own() tenant {
	if s.target.Addresses.Control() == "" {
		t := tenant{control.Company{APITokens: []string{s.target.APIToken}}}
		t.Merchant.MerchantID, t.Merchant.SecretKey = s.target.MerchantID, s.target.SecretKey
		return t
	}
	if s.shared.ID == "" {
		t := s.company(control.NewCompany{})
		for i := range history {
			a := t.BankAccounts[i%2]
			n := control.NewTransfer{
				Company: t.ID, Account: a.AccountNumber, Amount: 10_000 + 1000*int64(i%7),
				Content: new(memo(fmt.Sprintf("DH%06d", i))), At: fmt.Sprintf("2025-12-%02d 10:%02d:00", 1+i/3, i%60),
			}
			switch {
			case i%9 == 8:
				n.Direction = "out"
			case i%2 == 0 && i%4 == 0:
				n.VA = a.VirtualAccounts[0].Number
			}
			s.transfer(n)
		}
		s.shared = t
	}
	return s.shared
}

// history is how many transfers the company has that is read from: more than
// two pages of twenty.
const history = 47

// ask makes a call of the control API, such as (*control.Client).Cards. It is not
// part of any contract with SePay and is not recorded; one that is refused fails
// the claim.
func ask[T any](s *spec, call func(*control.Client, context.Context) (T, error)) T {
	s.pace(s.ctx)
	ctx, cancel := context.WithTimeout(s.ctx, answerTime)
	defer cancel()
	client := &control.Client{Base: s.target.Addresses.Control(), HTTP: s.client, Observe: func(sent, answered []byte) {
		s.masker.Learn(sent)
		s.masker.Learn(answered)
	}}
	out, err := call(client, ctx)
	var silent *control.NoAnswerError
	switch {
	case errors.As(err, &silent):
		s.unanswered("the control API", silent.Err)
	case err != nil:
		s.fail("the control API at %s\nexpected that it does what it is asked\nseen     %v", client.Base, err)
	}
	return out
}

// transfer lets money move at the bank.
func (s *spec) transfer(n control.NewTransfer) control.Transfer {
	if n.Content == nil {
		n.Content = new(memo("chuyen tien"))
	}
	done := ask(s, func(c *control.Client, ctx context.Context) (control.Transfer, error) { return c.Transfer(ctx, n) })
	if !done.Recorded {
		s.fail("a transfer of %d VND\nexpected that the bank tells SePay of it\nseen     %s", n.Amount, done.Reason)
	}
	return done
}

// pay does what a payer does on the hosted page.
func (s *spec) pay(t tenant, invoice string, n control.NewPay) {
	n.Company = t.ID
	ask(s, func(c *control.Client, ctx context.Context) (control.Order, error) { return c.Pay(ctx, invoice, n) })
}

// decide does what a user does on the login and consent pages.
func (s *spec) decide(d control.Decision) control.Decided {
	return ask(s, func(c *control.Client, ctx context.Context) (control.Decided, error) { return c.Authorize(ctx, d) })
}

// advance moves the emulator's clock and runs what falls due on the way, to the
// last answer.
func (s *spec) advance(d time.Duration) {
	ask(s, func(c *control.Client, ctx context.Context) (control.Advanced, error) {
		return c.Advance(ctx, control.Advance{By: d.String()})
	})
}

// settle returns when everything that is due now was sent and answered.
func (s *spec) settle() { s.advance(0) }

// setting is how the target decides where SePay's own pages disagree; "" when
// it does not say, as the real service.
func (u *suite) setting(name string) string { return u.settings[name] }
