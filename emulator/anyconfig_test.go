package emulator_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// number draws one that is likely to lie at an end of some range.
func number(t *rapid.T, name string) int64 {
	if rapid.Bool().Draw(t, name+" at an end") {
		return rapid.SampledFrom([]int64{
			0, 1, -1, 2, 3, 10, 30, 31, 1_000_000, 1_000_001, 1_000_000_001, input.MaxAmount, input.MaxAmount + 1,
			input.MaxBalance, input.MaxBalance + 1, -input.MaxBalance, input.MaxID, math.MaxInt64, math.MinInt64,
		}).Draw(t, name)
	}
	return rapid.Int64().Draw(t, name)
}

// settings draws a value for some of the settings.
func settings(t *rapid.T) map[string]string {
	out := map[string]string{}
	for _, s := range setting.Table() {
		if rapid.IntRange(0, 3).Draw(t, string(s.Name)) != 0 {
			continue
		}
		values := append([]string{s.Default}, s.Alternatives...)
		if s.Check != nil {
			values = append(values, "1", "0", "-1", "1000000", "1000001", "9223372036854775807", "1ns", "36500d", "1h/1h", "1ms/1ms", "36500d/36500d", setting.Off)
		}
		value := rapid.SampledFrom(values).Draw(t, "value")
		if _, err := (setting.Values{}).With(map[string]string{string(s.Name): value}); err == nil || rapid.IntRange(0, 60).Draw(t, "keep a refused one") == 60 {
			out[string(s.Name)] = value
		}
	}
	return out
}

func company(t *rapid.T) wire.NewCompany {
	n := wire.NewCompany{
		ID: "any", RateLimit: int(number(t, "rate limit")), Environment: rapid.SampledFrom([]string{"", "sandbox", "production"}).Draw(t, "environment"),
		OAuthApps:    []wire.OAuthApp{{RedirectURIs: []string{"https://shop.example/back"}}},
		BankAccounts: []wire.NewBankAccount{{Bank: "MBBank", Balance: number(t, "balance"), VirtualAccounts: []wire.NewVirtualAccount{{Official: true}}}},
	}
	if rapid.IntRange(0, 3).Draw(t, "own rate") != 0 {
		n.RateLimit = 0
	}
	if rapid.IntRange(0, 3).Draw(t, "own balance") != 0 {
		n.BankAccounts[0].Balance = 0
	}
	if rapid.IntRange(0, 3).Draw(t, "formats") == 0 {
		n.PaymentCodeFormats = []wire.PaymentCodeFormat{{Prefix: "DH", SuffixFrom: int(number(t, "from")), SuffixTo: int(number(t, "to")), CharacterType: "NumberOnly", IsActive: true}}
	}
	if s := settings(t); rapid.Bool().Draw(t, "own settings") {
		n.Settings = s
	}
	return n
}

// What is accepted works: a company, a clock and settings that are not refused
// are answered on every surface, and no balance wraps round.
func TestEveryConfigurationThatIsAcceptedIsAnswered(t *testing.T) {
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		options := []emulator.Option{emulator.WithContract(emulator.ContractOff)}
		for name, value := range settings(t) {
			options = append(options, emulator.WithSetting(setting.Name(name), value))
		}
		at := rapid.SampledFrom([]string{"1970-01-01 00:00:00", "2026-01-05 09:00:00", "2200-12-31 23:59:59"}).Draw(t, "clock")
		now, err := input.Instant(at)
		if err != nil {
			t.Fatal(err)
		}
		e, err := emulator.New(append(options, emulator.WithClock(emulator.FrozenClock(now)))...)
		if errors.Is(err, setting.ErrInvalid) {
			t.Skip("the settings are refused")
		}
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
		}()
		s := &stage{sepay: e}
		c, err := e.Control().CreateCompany(context.Background(), company(t))
		if err != nil {
			if w := s.ask("GET", "/_control/v1/state", "", ""); w.Code != http.StatusOK {
				t.Fatalf("after %v: %d %s", err, w.Code, w.Body)
			}
			return
		}
		accepted++
		s.company = c
		s.walk(t, number(t, "amount"), rapid.IntRange(1, 3).Draw(t, "transfers"))
		s.noFailure(t)
	})
	if accepted < 20 {
		t.Errorf("only %d configurations were accepted", accepted)
	}
}

// walk lets money move and calls every surface as an integration does.
func (s *stage) walk(t *rapid.T, amount int64, transfers int) {
	before := s.company.BankAccounts[0].Balance
	for range transfers {
		w := s.ask("POST", "/_control/v1/transfers", "", fmt.Sprintf(`{"company":"any","amount":%d,"content":"DH123456 x"}`, amount))
		if w.Code >= http.StatusInternalServerError {
			t.Fatalf("transfer of %d: %d %s", amount, w.Code, w.Body)
		}
		state, err := s.sepay.Control().State(context.Background(), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range state.Companies {
			if c.ID != "any" {
				continue
			}
			after := c.BankAccounts[0].Balance
			if accepted := w.Code < http.StatusBadRequest; accepted && after != before+amount || !accepted && after != before || after > input.MaxBalance || after < -input.MaxBalance {
				t.Fatalf("a balance of %d is %d after a transfer of %d, answered with %d", before, after, amount, w.Code)
			}
			before = after
		}
	}
	tokens, err := s.sepay.Control().Tokens(context.Background(), wire.TokenRequest{Company: "any"})
	if err != nil {
		t.Fatal(err)
	}
	bearer, basic := "Bearer "+s.company.APITokens[0], "Basic "+base64.StdEncoding.EncodeToString([]byte(s.company.Merchant.MerchantID+":"+s.company.Merchant.SecretKey))
	calls := [][3]string{}
	for _, path := range []string{"/userapi/transactions/list", "/userapi/transactions/count", "/userapi/bankaccounts/list", "/v2/transactions", "/v2/transactions?per_page=9223372036854775807", "/v2/bank-accounts"} {
		calls = append(calls, [3]string{"GET", path, bearer}, [3]string{"GET", path, bearer})
	}
	for _, path := range []string{"me", "company", "bank-accounts", "transactions", "webhooks"} {
		calls = append(calls, [3]string{"GET", "/api/v1/" + path, "Bearer " + tokens.AccessToken})
	}
	calls = append(calls, [3]string{"GET", "/v1/order", basic}, [3]string{"GET", "/img?acc=0123456789&bank=MBBank&amount=1000&des=x", ""}, [3]string{"GET", "/banks.json", ""},
		[3]string{"GET", "/", ""}, [3]string{"GET", "/_control/v1/state", ""}, [3]string{"GET", "/_control/v1/clients", ""}, [3]string{"GET", "/_control/v1/timeline", ""},
		[3]string{"GET", "/oauth/authorize?response_type=code&client_id=" + s.company.OAuthApps[0].ClientID + "&redirect_uri=" + url.QueryEscape("https://shop.example/back"), ""})
	for _, c := range calls {
		if w := s.ask(c[0], c[1], c[2], ""); w.Code >= http.StatusInternalServerError {
			t.Fatalf("%s %s: %d %s", c[0], c[1], w.Code, w.Body)
		}
	}
}

// ask sends a request with an Authorization header and a body, either of which
// may be empty.
func (s *stage) ask(method, target, authorization, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:8787"+target, strings.NewReader(body))
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return s.serve(r)
}

func TestOptionsOutOfRangeAreRefusedOrUsual(t *testing.T) {
	for name, o := range map[string]emulator.Option{
		"an endless history": emulator.WithHistory(math.MaxInt), "a history below zero": emulator.WithHistory(-1),
		"the last id there is": emulator.WithFirstTransaction(math.MaxInt64), "an id below zero": emulator.WithFirstTransaction(-1),
	} {
		if e, err := emulator.New(o); !errors.Is(err, input.ErrBounds) {
			t.Errorf("%s: %v", name, err)
			if err == nil {
				_ = e.Close()
			}
		}
	}
	s := newStage(t, emulator.WithRetention(emulator.Retention{Events: -1}))
	if w := s.ask("GET", "/_control/v1/timeline", "", ""); w.Code != http.StatusOK {
		t.Errorf("bounds that are not there: %d %s", w.Code, w.Body)
	}
	s.noFailure(t)
}
