package audit_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/clock"
	"github.com/localsepay/localsepay/scenarios/audit"
)

const hmacSecret, ipnSecret = "whsec_audit", "ipn-s3cret"

// start runs an example shop and returns its address.
func start(t *testing.T, command string, args ...string) string {
	t.Helper()
	cmd := exec.Command(command, args...)
	cmd.Env = append(os.Environ(), "PORT=0", "WEBHOOK_SECRET="+hmacSecret, "IPN_SECRET="+ipnSecret, "ACCOUNT="+audit.DefaultAccount)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the shop does not say where it listens: %v", err)
	}
	_, address, _ := strings.Cut(strings.TrimSpace(line), "listening on ")
	return address
}

// goShop and nodeShop start an example in their language.
func goShop(t *testing.T, name string) string {
	binary := filepath.Join(t.TempDir(), name)
	if out, err := exec.Command("go", "build", "-o", binary, "./examples/"+name).CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return start(t, binary)
}

func nodeShop(t *testing.T, name string) string {
	if _, err := exec.LookPath("node"); err != nil && os.Getenv("CI") == "" {
		t.Skip("node is not installed")
	}
	return start(t, "node", filepath.Join("examples", name, "server.js"))
}

func options(t *testing.T, shop string) audit.Options {
	t.Helper()
	now := clock.NewFrozen(clock.NewReal().Now()) // the shops look at the age of signatures
	e := emulator.StartT(t, emulator.WithClock(now), emulator.AllowPending(), emulator.WithContract(emulator.ContractOff))
	return audit.Options{
		Base:    e.URL(),
		Webhook: &audit.Webhook{URL: shop + "/webhook", Auth: audit.HMAC, Secret: hmacSecret},
		IPN:     &audit.IPN{URL: shop + "/ipn", Secret: ipnSecret},
		Prepare: shop + "/orders", Check: shop + "/orders/{code}",
	}
}

func run(t *testing.T, o audit.Options) audit.Card {
	t.Helper()
	card, err := audit.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

func verdicts(c audit.Card) map[string]audit.Verdict {
	out := map[string]audit.Verdict{}
	for _, o := range c.Outcomes {
		out[o.Rule] = o.Verdict
	}
	return out
}

// harmless are the rules that also a shop passes which believes everything.
var harmless = []string{
	"webhook-accepts", "webhook-extra-fields", "webhook-number-as-text", "webhook-huge-body", "webhook-unknown-order", "webhook-code-null",
	"webhook-foreign-code", "webhook-out-of-order", "ipn-accepts", "ipn-extra-fields", "ipn-number-as-text", "ipn-huge-body", "ipn-unknown-order",
}

func TestTheExamplesGetTheirVerdictsRuleByRule(t *testing.T) {
	for name, shop := range map[string]func(*testing.T) string{
		"careful-go":    func(t *testing.T) string { return goShop(t, "careful-go") },
		"careless-go":   func(t *testing.T) string { return goShop(t, "careless-go") },
		"careful-node":  func(t *testing.T) string { return nodeShop(t, "careful-node") },
		"careless-node": func(t *testing.T) string { return nodeShop(t, "careless-node") },
	} {
		t.Run(name, func(t *testing.T) {
			card := run(t, options(t, shop(t)))
			want := map[string]audit.Verdict{}
			for _, o := range card.Outcomes {
				want[o.Rule] = audit.Pass
				if strings.HasPrefix(name, "careless") && !slices.Contains(harmless, o.Rule) {
					want[o.Rule] = audit.Fail
				}
			}
			if diff := cmp.Diff(want, verdicts(card)); diff != "" {
				t.Errorf("-expected +seen\n%s", diff)
			}
			if len(card.Outcomes) < 30 {
				t.Errorf("only %d rules were tried", len(card.Outcomes))
			}
		})
	}
}

func TestWithoutTheShopsPageTheVerdictSaysWhatItCannotKnow(t *testing.T) {
	o := options(t, goShop(t, "careful-go"))
	o.Check = ""
	got := verdicts(run(t, o))
	for rule, want := range map[string]audit.Verdict{
		"webhook-accepts": audit.Pass, "webhook-duplicate": audit.Unverifiable, "webhook-less": audit.Unverifiable, "webhook-wrong-auth": audit.Pass, "ipn-currency": audit.Unverifiable,
	} {
		if got[rule] != want {
			t.Errorf("%s: %s, want %s", rule, got[rule], want)
		}
	}
	o = options(t, goShop(t, "careless-go"))
	o.Check = ""
	if got := verdicts(run(t, o)); got["webhook-missing-auth"] != audit.Fail || got["webhook-odd-bodies"] != audit.Fail {
		t.Errorf("what the answers alone show: %v", got)
	}
}

func TestWhatAHandlerIsNotConfiguredForDoesNotApply(t *testing.T) {
	o := options(t, goShop(t, "careless-go"))
	o.Webhook.Auth, o.IPN.Secret, o.Prepare = audit.NoAuth, "", ""
	got := verdicts(run(t, o))
	for _, rule := range []string{"webhook-flipped-byte", "webhook-old-timestamp", "webhook-missing-auth", "ipn-wrong-auth", "ipn-cancelled-order"} {
		if got[rule] != audit.NotApplicable {
			t.Errorf("%s: %s", rule, got[rule])
		}
	}
}

func TestAHandlerThatLosesMoneyOrRefusesSePayIsToldSo(t *testing.T) {
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/orders") {
			_, _ = w.Write([]byte(`{"state":"waiting","credits":0}`))
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer refusing.Close()
	o := options(t, refusing.URL)
	o.Rules = []string{"webhook-accepts", "webhook-duplicate", "ipn-unknown-order"}
	want := map[string]audit.Verdict{"webhook-accepts": audit.Fail, "webhook-duplicate": audit.Fail, "ipn-unknown-order": audit.Warn}
	if diff := cmp.Diff(want, verdicts(run(t, o))); diff != "" {
		t.Error(diff)
	}
}

func TestTheOptionsAndTheHandlerHaveToBeThere(t *testing.T) {
	if _, err := audit.Run(context.Background(), audit.Options{}); !errors.Is(err, audit.ErrUsage) {
		t.Error(err)
	}
	o := options(t, "http://127.0.0.1:1")
	o.Prepare, o.Check = "", ""
	if _, err := audit.Run(context.Background(), o); !errors.Is(err, audit.ErrUnreachable) {
		t.Error(err)
	}
	o.Rules = []string{"gravity"}
	if _, err := audit.Run(context.Background(), o); !errors.Is(err, audit.ErrUsage) {
		t.Error(err)
	}
}

func TestTheScoreCardShowsTheRequestAndHidesTheSecret(t *testing.T) {
	o := options(t, goShop(t, "careless-go"))
	o.Webhook = &audit.Webhook{URL: o.Webhook.URL, Auth: audit.APIKey, Secret: "k3y-that-must-not-show"}
	o.Rules = []string{"webhook-accepts", "webhook-wrong-auth", "webhook-flipped-byte", "ipn-missing-auth"}
	card := run(t, o)
	var text, machine, junit, sarif bytes.Buffer
	if err := errors.Join(card.Text(&text), card.JUnit(&junit), card.SARIF(&sarif, "1"), card.JSON(&machine)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"The handler is not safe: 2 of 3 rules failed.", "✗ webhook-wrong-auth", "fix", "POST http://127.0.0.1", "Authorization: Apikey •••", `"transferAmount":150000`, "https://developer.sepay.vn/"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	var cases struct {
		Suites []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Skipped  int `xml:"skipped,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(junit.Bytes(), &cases); err != nil || cases.Suites[0].Tests != 4 || cases.Suites[0].Failures != 2 || cases.Suites[0].Skipped != 1 {
		t.Errorf("%v %+v", err, cases)
	}
	for name, b := range map[string][]byte{"JSON": machine.Bytes(), "SARIF": sarif.Bytes()} {
		if !json.Valid(b) {
			t.Errorf("%s: %.200s", name, b)
		}
	}
	for _, shown := range []string{text.String(), machine.String(), junit.String(), sarif.String()} {
		if strings.Contains(shown, "k3y-that") || strings.Contains(shown, ipnSecret) {
			t.Error("a secret shows")
		}
	}
}

// A shop that looks first and writes later passes when notices come one after
// the other, and loses the race.
func TestAShopThatChecksBeforeItWritesLosesTheRace(t *testing.T) {
	var mu sync.Mutex
	seen, credits := map[string]bool{}, map[string]int{}
	var arrived sync.WaitGroup
	arrived.Add(3)
	racing := false
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if key, ok := strings.CutPrefix(r.URL.Path, "/orders/"); ok {
			mu.Lock()
			defer mu.Unlock()
			_ = json.NewEncoder(w).Encode(map[string]any{"state": "paid", "credits": credits[key]})
			return
		}
		var n struct {
			ID   json.Number `json:"id"`
			Code string      `json:"code"`
		}
		_ = json.NewDecoder(r.Body).Decode(&n)
		mu.Lock()
		known, wait := seen[n.ID.String()], racing
		mu.Unlock()
		if wait { // every copy has looked before any writes
			arrived.Done()
			arrived.Wait()
		}
		if !known {
			mu.Lock()
			seen[n.ID.String()] = true
			credits[n.Code]++
			mu.Unlock()
		}
		_, _ = w.Write([]byte(`{"success":true}`))
	}))
	defer shop.Close()
	o := options(t, shop.URL)
	o.IPN, o.Prepare = nil, ""
	o.Rules = []string{"webhook-duplicate", "webhook-concurrent"}
	o.Progress = func(audit.Outcome) { mu.Lock(); racing = true; mu.Unlock() }
	want := map[string]audit.Verdict{"webhook-duplicate": audit.Pass, "webhook-concurrent": audit.Fail}
	if diff := cmp.Diff(want, verdicts(run(t, o))); diff != "" {
		t.Error(diff)
	}
}
