package contracts

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"time"
)

// tenant is a company and what its merchant knows about it.
type tenant struct {
	ID       string `json:"id"`
	Merchant struct {
		MerchantID string `json:"merchant_id"`
		SecretKey  string `json:"secret_key"`
	} `json:"merchant"`
	APITokens []string `json:"api_tokens"`
	OAuthApps []struct {
		ClientID     string   `json:"client_id"`
		ClientSecret string   `json:"client_secret"`
		RedirectURIs []string `json:"redirect_uris"`
	} `json:"oauth_apps"`
	Webhooks []struct {
		ID int64 `json:"id"`
	} `json:"webhooks"`
	Users []struct {
		ID       int64  `json:"id"`
		Email    string `json:"email"`
		Password string `json:"password"`
	} `json:"users"`
	BankAccounts []struct {
		ID              int64  `json:"id"`
		XID             string `json:"xid"`
		Bank            string `json:"bank"`
		AccountNumber   string `json:"account_number"`
		VirtualAccounts []struct {
			ID       int64  `json:"id"`
			XID      string `json:"xid"`
			Number   string `json:"number"`
			Official bool   `json:"official"`
		} `json:"virtual_accounts"`
	} `json:"bank_accounts"`
}

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

// company makes a company of the claim's own; body is what differs from one
// with two accounts, a payment code DH and one OAuth2 application. Memos and
// times reach it as they were ordered, however the target plays banks.
func (s *spec) company(body map[string]any) tenant {
	b := map[string]any{
		"name":       "CÔNG TY TNHH HỢP ĐỒNG " + odd,
		"rate_limit": plentiful,
		"settings":   map[string]string{"bank.memo": "ideal", "bank.time": "seconds"},
		"payment_code_formats": []any{
			map[string]any{"prefix": "DH", "suffix_from": 3, "suffix_to": 10},
		},
		"oauth_apps": []any{map[string]any{"name": "Contract " + odd, "redirect_uris": []string{callback}}},
		"bank_accounts": []any{
			map[string]any{"bank": "MBBank", "virtual_accounts": []any{map[string]any{"official": true}}},
			map[string]any{"bank": "TPBank", "account_type": "enterprise", "virtual_accounts": []any{map[string]any{"official": false}}},
		},
	}
	maps.Copy(b, body)
	var t tenant
	s.control(http.MethodPost, "/companies", b, http.StatusCreated, &t)
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
		t := tenant{APITokens: []string{s.target.APIToken}}
		t.Merchant.MerchantID, t.Merchant.SecretKey = s.target.MerchantID, s.target.SecretKey
		return t
	}
	if s.shared.ID == "" {
		t := s.company(nil)
		for i := range history {
			a := t.BankAccounts[i%2]
			body := map[string]any{
				"company": t.ID, "account": a.AccountNumber, "amount": 10_000 + 1000*(i%7),
				"content": memo(fmt.Sprintf("DH%06d", i)), "at": fmt.Sprintf("2025-12-%02d 10:%02d:00", 1+i/3, i%60),
			}
			switch {
			case i%9 == 8:
				body["direction"] = "out"
			case i%2 == 0 && i%4 == 0:
				body["va"] = a.VirtualAccounts[0].Number
			}
			s.transfer(body)
		}
		s.shared = t
	}
	return s.shared
}

// history is how many transfers the company has that is read from: more than
// two pages of twenty.
const history = 47

// control makes a call of the control API, which is not part of any contract
// with SePay and is not recorded.
func (s *spec) control(method, path string, body any, want int, out any) {
	c := s.request("", method, s.target.Addresses.Control()+path)
	if body != nil {
		c.json(body)
	}
	a := c.once()
	if a.Status != want {
		s.fail("%s\nexpected status %d of the control API\nseen     status %d: %.300s", a.request, want, a.Status, a.shown())
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(a.Body, out); err != nil {
		s.fail("%s: %v", a.request, err)
	}
}

// moved is a transfer that was made.
type moved struct {
	ID   int64   `json:"id"`
	XID  string  `json:"xid"`
	Code *string `json:"code"`
	At   string  `json:"at"`
}

// transfer lets money move at the bank.
func (s *spec) transfer(body map[string]any) moved {
	if body["content"] == nil {
		body = maps.Clone(body)
		body["content"] = memo("chuyen tien")
	}
	var m moved
	s.control(http.MethodPost, "/transfers", body, http.StatusCreated, &m)
	return m
}

// pay does what a payer does on the hosted page.
func (s *spec) pay(t tenant, invoice string, body map[string]any) {
	b := map[string]any{"company": t.ID}
	maps.Copy(b, body)
	s.control(http.MethodPost, "/orders/"+invoice+"/pay", b, http.StatusOK, nil)
}

// advance moves the emulator's clock and runs what falls due on the way, to the
// last answer.
func (s *spec) advance(d time.Duration) {
	s.control(http.MethodPost, "/clock/advance", map[string]any{"by": d.String()}, http.StatusOK, nil)
}

// settle returns when everything that is due now was sent and answered.
func (s *spec) settle() { s.advance(0) }

// setting is how the target decides where SePay's own pages disagree; "" when
// it does not say, as the real service.
func (u *suite) setting(name string) string { return u.settings[name] }
