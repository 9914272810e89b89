package drift_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/mask"
)

// recorded calls a few operations of every kind of an emulator.
func recorded(t *testing.T) ([]traffic.Exchange, *mask.Masker) {
	t.Helper()
	sepay := emulator.StartT(t)
	company := sepay.Company()
	for _, memo := range []string{"DH1 thanh toan", "no code", "DH123456"} {
		company.Account().Receive(150_000, memo)
	}
	sepay.Settle()
	atlas, err := traffic.NewAtlas()
	if err != nil {
		t.Fatal(err)
	}
	var kept []traffic.Exchange
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, call := range []string{
		"/v2/transactions", "/v2/transactions?page=x", "/v2/bank-accounts", "/v2/transactions/nothing", "/userapi/transactions/list", "/userapi/bankaccounts/list",
		"/v1/order", "/api/v1/me", "/oauth/authorize", "/banks.json", "/img?acc=1&bank=MB", "/img",
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, sepay.URL()+call, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+company.APIToken())
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		e := traffic.Exchange{
			Host: r.Host,
			Exchange: openapi.Exchange{
				Request: openapi.Request{Method: r.Method, URL: r.URL, Header: r.Header},
				Status:  answer.StatusCode, ResponseHeader: answer.Header, ResponseBody: body,
			},
		}
		atlas.Place(&e)
		kept = append(kept, e)
		sepay.Advance(1e9) // the rate limit is by the emulator's clock
	}
	return kept, mask.New(company.APIToken())
}

func TestTheEmulatorDoesNotDriftFromTheDocuments(t *testing.T) {
	exchanges, hide := recorded(t)
	r, err := drift.Judge(exchanges, hide)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range r.Rows {
		t.Errorf("%s: %s %s: expected %s, saw %s", row.Class, row.Operation, row.Path, row.Expected, row.Seen)
	}
	if r.Exchanges != 12 || r.Unplaced != 0 || len(r.Operations) < 9 {
		t.Errorf("%d exchanges of %d operations were judged, %d not", r.Exchanges, len(r.Operations), r.Unplaced)
	}
}

func TestTwoRunsOfTheEmulatorHaveOneShape(t *testing.T) {
	first, _ := recorded(t)
	second, _ := recorded(t)
	if moves := drift.Compare(observed(t, first...), observed(t, second...)); len(moves) != 0 {
		t.Errorf("got %v", moves)
	}
	var b strings.Builder
	if err := observed(t, second...).Write(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "thanh toan") || strings.Contains(b.String(), "150000") {
		t.Error("a value is among the shapes")
	}
}
