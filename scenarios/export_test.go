package scenarios_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/scenarios"
)

// past lets something happen: a shop that is down at first, transfers, an order
// by transfer, one by card that is voided, and a look at API v2.
func past(t *testing.T) *emulator.Emulator {
	t.Helper()
	var failed atomic.Bool
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		status := http.StatusOK
		if !failed.Swap(true) {
			status = http.StatusServiceUnavailable
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"success":true}`))
	}))
	t.Cleanup(shop.Close)
	sepay := emulator.StartT(t, emulator.WithWebhook(shop.URL, emulator.SignedWith("whsec_x")), emulator.WithIPN(shop.URL, ""))
	company := sepay.Company()
	company.Account().Receive(150_000, "DH123456 thanh toan")
	sepay.Settle()
	sepay.Advance(90 * time.Second)
	company.Checkout(emulator.Checkout{InvoiceNumber: "INV-1", Amount: 200_000, Method: "BANK_TRANSFER"}).Pay()
	sepay.Settle()
	sepay.Advance(time.Hour)
	company.Checkout(emulator.Checkout{InvoiceNumber: "INV-2", Amount: 90_000, Method: "CARD"}).PayByCard("visa")
	sepay.Settle()
	company.Account().Send(20_000, "hoan tien")
	sepay.Settle()
	req, err := http.NewRequest(http.MethodGet, sepay.URL()+"/v2/transactions?per_page=5", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+company.APIToken())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return sepay
}

func TestAnExportedSliceRepeatsWhatHappened(t *testing.T) {
	sepay := past(t)
	text, err := scenarios.Export(context.Background(), scenarios.Target{URL: sepay.URL()}, scenarios.Slice{Name: "what-happened"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"transfer: {amount: 150000", "checkout: {invoice: \"INV-1\"", "card: visa", "direction: out", "/v2/transactions?per_page=5", "status: 503", "advance: 1h"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	s, err := scenarios.Parse("what-happened.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	again := emulator.StartT(t, emulator.AllowPending())
	result := scenarios.Run(context.Background(), s, scenarios.Target{URL: again.URL()}, scenarios.Options{})
	if result.Status != scenarios.Passed {
		t.Errorf("%+v\n%s", result.Failure, text)
	}
}

func TestASliceIsCutByTimeAndHasToHoldSomething(t *testing.T) {
	sepay := past(t)
	target := scenarios.Target{URL: sepay.URL()}
	text, err := scenarios.Export(context.Background(), target, scenarios.Slice{Name: "later", From: emulator.Epoch.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "150000") || !strings.Contains(string(text), "INV-2") {
		t.Errorf("the slice is cut wrongly:\n%s", text)
	}
	for name, slice := range map[string]scenarios.Slice{
		"nothing happened": {Name: "later", From: emulator.Epoch.AddDate(1, 0, 0)}, "no such company": {Name: "later", Company: "nobody"}, "no name": {},
	} {
		if _, err := scenarios.Export(context.Background(), target, slice); err == nil {
			t.Errorf("%s: it was exported", name)
		}
	}
	sepay.NewCompany(control.NewCompany{ID: "second"})
	if _, err := scenarios.Export(context.Background(), target, scenarios.Slice{Name: "later"}); err == nil || !strings.Contains(err.Error(), "second") {
		t.Errorf("two companies: %v", err)
	}
}

// memos are what payers may type, and what YAML and expressions make something
// else of.
func memos() *rapid.Generator[string] {
	odd := rapid.SampledFrom([]string{
		"${", "${x}", "${company.id}", "${\"$\"}{", "$", "$$", "{", "}", "${seed", "#", ": ", "- ", "'", `"`, `\`, `\x41`, "&a", "*a", "!!int", "%", "@", "`", "|", ">", "?", "~", "null", "yes", "0x1F", "1_000", "<<",
		"\u00a0", "\u0085", "\u2028", "\ufeff", "\u202e", "🍵", "Trà", " ", "DH1",
	})
	return rapid.Map(rapid.SliceOfN(rapid.OneOf(odd, rapid.StringMatching(`[a-zA-Z0-9 ]{0,6}`)), 1, 6), func(parts []string) string { return strings.Join(parts, "") })
}

// sent lists the memos of the transfers of an emulator's last company, newest
// first.
func sent(t *rapid.T, e *emulator.Emulator) []string {
	state, err := e.Client().State(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodGet, e.URL()+"/v2/transactions?per_page=100", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+state.Companies[len(state.Companies)-1].APITokens[0])
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var list struct {
		Data []struct {
			Content   string `json:"transaction_content"`
			Reference string `json:"reference_number"`
		} `json:"data"`
	}
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, one := range list.Data {
		out = append(out, one.Content)
		if !strings.HasPrefix(one.Reference, "SB") {
			out = append(out, one.Reference)
		}
	}
	return out
}

func TestAnExportedMemoIsSentAgainAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sepay, err := emulator.Start()
		if err != nil {
			t.Fatal(err)
		}
		defer sepay.Close()
		account := sepay.Company().Account()
		for range rapid.IntRange(1, 4).Draw(t, "transfers") {
			memo, reference := memos().Draw(t, "memo"), "R"+memos().Draw(t, "reference")
			account.Move(control.NewTransfer{Direction: "in", Amount: 1000, Content: &memo, Reference: &reference})
		}
		text, err := scenarios.Export(context.Background(), scenarios.Target{URL: sepay.URL()}, scenarios.Slice{Name: "memos"})
		if err != nil {
			t.Fatal(err)
		}
		s, err := scenarios.Parse("memos.yaml", text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := emulator.Start()
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if r := scenarios.Run(context.Background(), s, scenarios.Target{URL: again.URL()}, scenarios.Options{}); !r.OK() {
			t.Fatalf("%+v\n%s", r.Failure, text)
		}
		if diff := cmp.Diff(sent(t, sepay), sent(t, again)); diff != "" {
			t.Fatalf("%s\n%s", diff, text)
		}
	})
}

func TestWhatARestoreTookBackIsNotExported(t *testing.T) {
	sepay := emulator.StartT(t)
	account, api := sepay.Company().Account(), sepay.Client()
	account.Receive(10_000, "stays")
	kept, err := api.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	account.Receive(20_000, "is taken back")
	if err := api.Restore(t.Context(), kept.ID); err != nil {
		t.Fatal(err)
	}
	account.Receive(30_000, "comes after")
	text, err := scenarios.Export(t.Context(), scenarios.Target{URL: sepay.URL()}, scenarios.Slice{Name: "restored"})
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	if !strings.Contains(got, `content: "stays"`) || !strings.Contains(got, `content: "comes after"`) || strings.Contains(got, "taken back") || strings.Contains(got, "forgotten") {
		t.Errorf("exported:\n%s", got)
	}
}

func TestAnExportSaysWhatTheTargetHasForgotten(t *testing.T) {
	sepay := emulator.StartT(t, emulator.WithRetention(emulator.Retention{Events: 3}))
	for i := range 5 {
		sepay.Company().Account().Receive(int64(1000*(i+1)), "DH")
	}
	text, err := scenarios.Export(t.Context(), scenarios.Target{URL: sepay.URL()}, scenarios.Slice{Name: "long"})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); !strings.Contains(got, "has forgotten 2 older facts") || strings.Count(got, "transfer:") != 3 {
		t.Errorf("exported:\n%s", got)
	}
}
