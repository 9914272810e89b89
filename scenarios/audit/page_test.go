package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/scenarios/audit"
)

// ledger is a shop that books whatever it is told, each time, and shows its
// orders on a page of its own kind.
type ledger struct {
	page func(name string, payments []int64) string
	// deaf answers success and books nothing.
	deaf bool

	mu       sync.Mutex
	payments map[string][]int64
}

func (l *ledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if name, ok := strings.CutPrefix(r.URL.Path, "/orders/"); ok {
		_, _ = io.WriteString(w, l.page(name, l.payments[name]))
		return
	}
	var n struct {
		Code   string
		Amount int64 `json:"transferAmount"`
	}
	if json.NewDecoder(r.Body).Decode(&n) == nil && n.Code != "" && !l.deaf {
		l.payments[n.Code] = append(l.payments[n.Code], n.Amount)
	}
	_, _ = io.WriteString(w, `{"success":true}`)
}

func (l *ledger) audited(t *testing.T, change func(*audit.Options)) (audit.Card, error) {
	t.Helper()
	l.payments = map[string][]int64{}
	shop := httptest.NewServer(l)
	t.Cleanup(shop.Close)
	o := options(t, shop.URL)
	o.IPN, o.Prepare = nil, ""
	if change != nil {
		change(&o)
	}
	return audit.Run(context.Background(), o)
}

func sum(payments []int64) (total int64) {
	for _, p := range payments {
		total += p
	}
	return total
}

func TestWhatShowsCreditsOnAPageIsLearntFromTheFirstPayment(t *testing.T) {
	rules := []string{"webhook-accepts", "webhook-duplicate", "webhook-out-of-order", "webhook-less", "webhook-extra-fields"}
	want := map[string]audit.Verdict{
		"webhook-accepts": audit.Pass, "webhook-duplicate": audit.Fail, "webhook-out-of-order": audit.Pass, "webhook-extra-fields": audit.Pass,
		"webhook-less": audit.Unverifiable, // it was booked, and the page knows no paid order
	}
	for name, page := range map[string]func(string, []int64) string{
		"money as a number": func(_ string, p []int64) string {
			return fmt.Sprintf(`{"data":{"received":%d},"total":150000}`, sum(p))
		},
		"money as a text": func(_ string, p []int64) string { return fmt.Sprintf(`{"received":"%d.00"}`, sum(p)) },
		"a list of payments": func(_ string, p []int64) string {
			rows, _ := json.Marshal(append([]int64{}, p...))
			return fmt.Sprintf(`{"payments":%s}`, rows)
		},
	} {
		t.Run(name, func(t *testing.T) {
			card, err := (&ledger{page: page}).audited(t, func(o *audit.Options) { o.Rules = rules })
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, verdicts(card)); diff != "" {
				t.Errorf("-expected +seen\n%s", diff)
			}
		})
	}
}

func TestAHandlerThatNeverCreditsProvesNothingByNotCrediting(t *testing.T) {
	page := func(string, []int64) string { return `{"credits":0}` }
	card, err := (&ledger{page: page, deaf: true}).audited(t, func(o *audit.Options) { o.Rules = []string{"webhook-less", "webhook-outgoing", "webhook-odd-bodies"} })
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]audit.Verdict{"webhook-less": audit.Unverifiable, "webhook-outgoing": audit.Unverifiable, "webhook-odd-bodies": audit.Pass}
	if diff := cmp.Diff(want, verdicts(card)); diff != "" {
		t.Errorf("-expected +seen\n%s", diff)
	}
}

func TestAShopThatDoesNotCancelIsNotBlamedForIt(t *testing.T) {
	page := func(_ string, p []int64) string { return fmt.Sprintf(`{"credits":%d}`, len(p)) }
	for name, c := range map[string]struct {
		cancels bool
		want    audit.Verdict
	}{"it ignores the wish": {false, audit.Unverifiable}, "it cancels, and credits all the same": {true, audit.Fail}} {
		t.Run(name, func(t *testing.T) {
			cancelled := map[string]bool{}
			l := &ledger{}
			l.page = func(name string, p []int64) string {
				return strings.TrimSuffix(page(name, p), "}") + fmt.Sprintf(`,"cancelled":%t}`, cancelled[name])
			}
			cancel := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var body struct{ Code string }
				_ = json.NewDecoder(r.Body).Decode(&body)
				l.mu.Lock()
				defer l.mu.Unlock()
				cancelled[body.Code] = c.cancels
			}))
			defer cancel.Close()
			card, err := l.audited(t, func(o *audit.Options) { o.Cancel, o.Rules = cancel.URL, []string{"webhook-cancelled-order"} })
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]audit.Verdict{"webhook-cancelled-order": c.want}, verdicts(card)); diff != "" {
				t.Errorf("-expected +seen\n%s", diff)
			}
		})
	}
}

func TestAPatternThatFitsANewOrderIsRefused(t *testing.T) {
	page := func(_ string, p []int64) string { return fmt.Sprintf(`{"paid":%t}`, len(p) > 0) }
	if _, err := (&ledger{page: page}).audited(t, nil); !errors.Is(err, audit.ErrUsage) {
		t.Error(err)
	}
}

func TestTheShopIsAskedForAnOrderByTheNameThatTheNoticeHas(t *testing.T) {
	var mu sync.Mutex
	var asked []map[string]any
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/orders" {
			var body map[string]any
			_ = json.NewDecoder(r.Body).Decode(&body)
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, body)
		}
		_, _ = io.WriteString(w, `{"success":true}`)
	}))
	defer shop.Close()
	o := options(t, shop.URL)
	o.Check, o.Rules = "", []string{"webhook-accepts", "ipn-accepts"}
	run(t, o)
	if len(asked) != 2 || asked[0]["code"] == nil || asked[0]["invoice"] != nil || asked[1]["invoice"] == nil || asked[1]["code"] != nil || asked[0]["account"] != audit.DefaultAccount {
		t.Errorf("asked for %v", asked)
	}
}

// A shop that books what came and ships only what is paid does as it is told.
func TestMoneyThatIsOnlyBookedIsNoPaidOrder(t *testing.T) {
	type order struct {
		State    string  `json:"state"`
		Received float64 `json:"received"`
		Total    float64 `json:"total"`
	}
	var mu sync.Mutex
	orders, seen := map[string]*order{}, map[float64]bool{}
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if key, ok := strings.CutPrefix(r.URL.Path, "/orders/"); ok && r.Method == http.MethodGet {
			_ = json.NewEncoder(w).Encode(orders[key])
			return
		}
		var n struct {
			ID             float64
			Code           string
			Amount         float64
			Cancelled      bool
			TransferType   string
			TransferAmount float64
			AccountNumber  string
		}
		_ = json.NewDecoder(r.Body).Decode(&n)
		if r.URL.Path == "/orders" {
			orders[n.Code] = &order{State: map[bool]string{true: "cancelled", false: "waiting"}[n.Cancelled], Total: n.Amount}
			return
		}
		if o := orders[n.Code]; o != nil && !seen[n.ID] && n.TransferType == "in" && n.AccountNumber == audit.DefaultAccount {
			seen[n.ID] = true
			o.Received += n.TransferAmount
			if o.State == "waiting" && o.Received >= o.Total {
				o.State = "paid"
			}
		}
		_, _ = w.Write([]byte(`{"success":true}`))
	}))
	defer shop.Close()
	o := options(t, shop.URL)
	o.IPN = nil
	o.Rules = []string{"webhook-accepts", "webhook-duplicate", "webhook-less", "webhook-cancelled-order", "webhook-wrong-account", "webhook-outgoing"}
	for rule, verdict := range verdicts(run(t, o)) {
		if verdict != audit.Pass {
			t.Errorf("%s: %s", rule, verdict)
		}
	}
}

func TestTheForeignAccountIsNeverTheShopsOwn(t *testing.T) {
	o := options(t, goShop(t, "careless-go"))
	o.Account, o.Rules = "9876543210", []string{"webhook-wrong-account"}
	if got := verdicts(run(t, o)); got["webhook-wrong-account"] != audit.Fail {
		t.Errorf("%v", got)
	}
}

func TestACarefulShopDoesNotStartWithoutItsSecrets(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "careful")
	if out, err := exec.Command("go", "build", "-o", binary, "./examples/careful-go").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	for _, command := range [][]string{{binary}, {"node", "examples/careful-node/server.js"}} {
		if _, err := exec.LookPath(command[0]); err != nil && os.Getenv("CI") == "" {
			continue
		}
		cmd := exec.Command(command[0], command[1:]...)
		cmd.Env = append(os.Environ(), "PORT=0", "WEBHOOK_SECRET=x", "IPN_SECRET=", "ACCOUNT=1")
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "IPN_SECRET is not set") {
			t.Errorf("%s: %v, %s", command[0], err, out)
		}
	}
}
