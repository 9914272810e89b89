package audit_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/scenarios"
	"github.com/localsepay/localsepay/scenarios/audit"
)

// languages are the interpreters of the examples, by the end of their names, and
// the file that they run. Go has none: its examples are built.
var languages = map[string][]string{"go": nil, "node": {"node", "server.js"}, "php": {"php", "server.php"}, "python": {"python3", "server.py"}}

// command is how an example is started.
func command(t testing.TB, name string) []string {
	t.Helper()
	run := languages[name[strings.LastIndex(name, "-")+1:]]
	if run == nil {
		binary, err := built(name)
		if err != nil {
			t.Fatal(err)
		}
		return []string{binary}
	}
	if _, err := exec.LookPath(run[0]); err != nil && os.Getenv("CI") == "" {
		t.Skip(run[0] + " is not installed")
	}
	return []string{run[0], filepath.Join("examples", name, run[1])}
}

// binaries are the examples in Go that were built, in a folder that goes away with
// the tests.
var binaries struct {
	sync.Mutex
	folder string
	built  map[string]bool
}

func built(name string) (string, error) {
	binaries.Lock()
	defer binaries.Unlock()
	binary := filepath.Join(binaries.folder, name)
	if binaries.built[name] {
		return binary, nil
	}
	if out, err := exec.Command("go", "build", "-o", binary, "./examples/"+name).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	binaries.built[name] = true
	return binary, nil
}

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "examples-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binaries.folder, binaries.built = folder, map[string]bool{}
	code := m.Run()
	if err := os.RemoveAll(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// startExample runs an example shop and returns its address.
func startExample(t testing.TB, name string, env ...string) string {
	t.Helper()
	args := command(t, name)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(append(os.Environ(), "PORT=0", "WEBHOOK_SECRET="+hmacSecret, "IPN_SECRET="+ipnSecret, "ACCOUNT="+audit.DefaultAccount), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // it was ended
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the shop does not say where it listens: %v", err)
	}
	_, address, _ := strings.Cut(strings.TrimSpace(line), "listening on ")
	return address
}

// harmless are the rules that also a shop passes which believes everything.
var harmless = []string{
	"accepts", "booked-before-answer", "extra-fields", "empty-members", "early", "out-of-order", "number-as-text", "huge-body", "unknown-order", "longer-name",
	"full-minute", "late-retry", "reference-empty", "reference-repeated", "code-null", "code-missed", "foreign-code", "same-memo", "instalments",
	"amount-texts", "card", "ids", "dates",
}

// others are the verdicts of the careless on rules where they neither pass nor
// fail.
var others = map[string]audit.Verdict{
	"more":              audit.Warn,
	"webhook-same-memo": audit.Unverifiable, "webhook-instalments": audit.Unverifiable, "webhook-test-send": audit.Unverifiable, "test-memo": audit.Unverifiable, // they rest on rules that fail
}

func TestTheExamplesGetTheirVerdictsRuleByRule(t *testing.T) {
	for _, care := range []string{"careful", "careless"} {
		for language := range languages {
			name := care + "-" + language
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				shop := startExample(t, name)
				o := optionsAt(t, shop)
				card := run(t, o)
				want := map[string]audit.Verdict{}
				for _, out := range card.Outcomes {
					_, short, _ := strings.Cut(out.Rule, "-")
					want[out.Rule] = audit.Pass
					if care == "careless" && !slices.Contains(harmless, short) {
						want[out.Rule] = audit.Fail
					}
					for _, rule := range []string{out.Rule, short} {
						if v, ok := others[rule]; ok && care == "careless" {
							want[out.Rule] = v
						}
					}
				}
				if diff := cmp.Diff(want, verdicts(card)); diff != "" {
					t.Errorf("-expected +seen\n%s", diff)
					for _, out := range card.Outcomes {
						if out.Verdict != want[out.Rule] {
							t.Errorf("%s: %s", out.Rule, out.Detail)
						}
					}
				}
				if len(card.Outcomes) < 60 {
					t.Errorf("only %d rules were tried", len(card.Outcomes))
				}
			})
		}
	}
}

// optionsAt are those of an audit of a shop at an address.
func optionsAt(t testing.TB, shop string) audit.Options {
	t.Helper()
	return optionsFrom(t, shop, 90_000_001)
}

// optionsFrom is optionsAt for a shop that remembers an earlier audit's ids.
func optionsFrom(t testing.TB, shop string, first int64) audit.Options {
	t.Helper()
	e := emulator.StartT(t, emulator.WithFirstTransaction(first), emulator.WithClock(emulator.FrozenClock(time.Now())), emulator.AllowPending(), emulator.WithContract(emulator.ContractOff))
	return audit.Options{
		Base: e.URL(), Webhook: &audit.Webhook{URL: shop + "/webhook", Auth: audit.HMAC, Secret: hmacSecret}, IPN: &audit.IPN{URL: shop + "/ipn", Secret: ipnSecret},
		Prepare: shop + "/orders", Check: shop + "/orders/{code}", Return: shop + "/thanks/{code}", Patience: 2 * time.Second, Stopwatch: stopwatch,
	}
}

func TestACarefulExampleTakesSignatureAndKeyWhenBothAreConfigured(t *testing.T) {
	for language := range languages {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			shop := startExample(t, "careful-"+language, "WEBHOOK_API_KEY=k1")
			for i, w := range []audit.Webhook{{Auth: audit.HMAC, Secret: hmacSecret}, {Auth: audit.APIKey, Secret: "k1"}} {
				o := optionsFrom(t, shop, int64(1+i)*100_000_000)
				w.URL, o.Webhook, o.IPN, o.Tag = o.Webhook.URL, &w, nil, uint64(len(w.Secret))
				o.Rules = []string{"webhook-accepts", "webhook-wrong-auth", "webhook-missing-auth", "webhook-empty-auth"}
				for rule, got := range verdicts(run(t, o)) {
					if got != audit.Pass {
						t.Errorf("%s: %s: %s", w.Auth, rule, got)
					}
				}
			}
		})
	}
}

func TestACarefulExampleDoesNotStartWithoutItsSecretsAndSaysWhichInOneLine(t *testing.T) {
	for language := range languages {
		args := command(t, "careful-"+language)
		for missing, env := range map[string][]string{
			"IPN_SECRET is not set":                             {"WEBHOOK_SECRET=x", "IPN_SECRET=", "ACCOUNT=1"},
			"ACCOUNT is not set":                                {"WEBHOOK_API_KEY=x", "IPN_SECRET=x", "ACCOUNT="},
			"neither WEBHOOK_SECRET nor WEBHOOK_API_KEY is set": {"WEBHOOK_SECRET=", "WEBHOOK_API_KEY=", "IPN_SECRET=x", "ACCOUNT=1"},
		} {
			cmd := exec.Command(args[0], args[1:]...)
			cmd.Env = append(append(os.Environ(), "PORT=0"), env...)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			text := strings.TrimSpace(string(out))
			if !errors.As(err, &exit) || strings.Contains(text, "\n") || !strings.Contains(text, missing) || !strings.Contains(text, "WEBHOOK_SECRET=whsec_x") {
				t.Errorf("careful-%s: %v, %s", language, err, out)
			}
		}
	}
}

func TestNoAddressBreaksAnExample(t *testing.T) {
	for _, care := range []string{"careful", "careless"} {
		for language := range languages {
			t.Run(care+"-"+language, func(t *testing.T) {
				t.Parallel()
				shop := startExample(t, care+"-"+language)
				for _, path := range []string{"/", "/thanks", "/thanks/none", "/orders/none", "/orders/", "/nowhere", "/orders/%2F%25"} {
					res, err := http.Get(shop + path)
					if err == nil {
						_, _ = io.Copy(io.Discard, res.Body)
						res.Body.Close()
					}
					if care == "careful" && (err != nil || res.StatusCode >= 500) {
						t.Errorf("%s: %v %v", path, res, err)
					}
				}
				res, err := http.Get(shop + "/orders/none")
				if err != nil {
					t.Fatalf("it is gone: %v", err)
				}
				res.Body.Close()
			})
		}
	}
}

// The scenarios of the library ask an own shop for status, credited and credits.
func TestACarefulExampleServesTheLibrarysChecks(t *testing.T) {
	all, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	for language := range languages {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			shop := startExample(t, "careful-"+language, "WEBHOOK_API_KEY=k1")
			asked := 0
			for i, s := range all {
				if why := notOfAnOwnShop[s.Name]; why != "" {
					continue
				}
				s.Seed = uint64(i + 2)
				e, err := emulator.Start(emulator.WithSeed(s.Seed), emulator.WithFirstTransaction(100_000_000+int64(i)*1_000), emulator.WithContract(emulator.ContractOff))
				if err != nil {
					t.Fatal(err)
				}
				r := scenarios.Run(context.Background(), s, scenarios.Target{URL: e.URL()}, scenarios.Options{
					Webhook: shop + "/webhook", IPN: shop + "/ipn", Check: shop, Prepare: shop + "/orders", Auth: "api_key", Secret: "k1", IPNSecret: ipnSecret,
				})
				if err := e.Close(); err != nil {
					t.Error(err)
				}
				if !r.OK() {
					var b bytes.Buffer
					scenarios.WriteEnd(&b, r)
					t.Errorf("%s\n%s", s.Name, b.String())
				}
				asked += len(s.Expect.Shop)
			}
			if asked < 20 {
				t.Errorf("only %d checks were asked", asked)
			}
		})
	}
}

// notOfAnOwnShop are the scenarios that an own shop cannot play, and why.
var notOfAnOwnShop = map[string]string{
	"clock-skew-of-six-minutes":         "an API key has no age",
	"forged-notice":                     "an API key does not prove the body",
	"mangled-memos":                     "it asks for the fake shop's money aside",
	"bank-no-memo":                      "it asks for the fake shop's money aside",
	"two-companies-at-once":             "its orders are of one company",
	"rotated-webhook-secret-mid-ladder": "it changes the fake shop's secret",
}
