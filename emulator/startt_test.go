package emulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// recorder is a test that somebody else looks at.
type recorder struct {
	mu       sync.Mutex
	failed   bool
	errors   []string
	log      []string
	cleanups []func()
}

func (r *recorder) Helper() {}
func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

// logged waits, a few seconds at most, until a line was logged.
func (r *recorder) logged(text string) bool {
	passed := clock.Stopwatch()
	for passed() < 5*time.Second {
		r.mu.Lock()
		found := slices.ContainsFunc(r.log, func(line string) bool { return strings.Contains(line, text) })
		r.mu.Unlock()
		if found {
			return true
		}
		runtime.Gosched()
	}
	return false
}

func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Logf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log = append(r.log, fmt.Sprintf(format, args...))
}
func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = true
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...) }

func (r *recorder) end() {
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
}

func refusing(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }))
	t.Cleanup(s.Close)
	return s.URL
}

func TestATestThatLeavesADeliveryFailsAndShowsTheLog(t *testing.T) {
	r := &recorder{}
	sepay := emulator.StartT(r, emulator.WithWebhook(refusing(t)))
	sepay.Company().Account().Receive(1_000, "DH123")
	if !r.logged("1 delivery is due at 09:01:00, Advance to send it") {
		t.Error("nothing says that a delivery waits")
	}
	r.end()
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "delivery 1 is left waiting, due at 2026-01-05T09:01:00+07:00") {
		t.Errorf("errors: %q", r.errors)
	}
	log := strings.Join(r.log, "\n")
	for _, want := range []string{"transfer  in 1,000 VND", "HTTP 500 #1"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q:\n%s", want, log)
		}
	}
}

func TestATestMayAskToLeaveDeliveries(t *testing.T) {
	r := &recorder{}
	emulator.StartT(r, emulator.WithWebhook(refusing(t)), emulator.AllowPending()).Company().Account().Receive(1_000, "x")
	r.end()
	if r.failed {
		t.Errorf("errors: %q", r.errors)
	}
}

func TestAMistakeEndsTheTestWithItsReason(t *testing.T) {
	r := &recorder{}
	sepay := emulator.StartT(r)
	sepay.Company().Account().Receive(-1, "x")
	r.end()
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "amount: want 1 to 999999999999, not -1") {
		t.Errorf("errors: %q", r.errors)
	}
	bad := &recorder{}
	if _, err := emulator.New(emulator.WithSetting("no.such", "x")); err == nil {
		t.Error("an unknown setting was taken")
	}
	bad.end()
}

func TestNothingIsLeftRunningAfterClose(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		r := &recorder{}
		sepay := emulator.StartT(r)
		sepay.Company().Account().Receive(1_000, "x")
		res, err := http.Get(sepay.URL() + "/_control/v1/health")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		r.end()
		if r.failed {
			t.Fatal(r.errors)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	deadline := time.NewTimer(5 * time.Second)
	defer deadline.Stop()
	for runtime.NumGoroutine() > before+2 {
		select {
		case <-deadline.C:
			t.Fatalf("%d goroutines before, %d after", before, runtime.NumGoroutine())
		default:
			runtime.Gosched()
		}
	}
}

func TestSameSeedSameBytesAnotherSeedOthers(t *testing.T) {
	run := func(seed uint64) (wire.Company, wire.Transfer) {
		sepay := emulator.StartT(t, emulator.WithSeed(seed), emulator.WithHistory(20))
		return sepay.Company().State(), sepay.Company().Account().Receive(1_000, "x").Transfer
	}
	company1, transfer1 := run(7)
	company2, transfer2 := run(7)
	if diff := cmp.Diff(company1, company2) + cmp.Diff(transfer1, transfer2); diff != "" {
		t.Errorf("one seed, two runs:\n%s", diff)
	}
	other, transfer3 := run(8)
	if other.APITokens[0] == company1.APITokens[0] || other.Merchant.MerchantID == company1.Merchant.MerchantID || transfer3.XID == transfer1.XID {
		t.Error("another seed gave the same secrets")
	}
}

func TestTwoEmulatorsShareNothing(t *testing.T) {
	a, b := emulator.StartT(t), emulator.StartT(t, emulator.WithSeed(2))
	a.Company().Account().Receive(1_000, "x")
	a.Advance(time.Hour)
	if !b.Now().Equal(emulator.Epoch) || b.Company().State().BankAccounts[0].Balance != 0 {
		t.Error("one emulator moved the other")
	}
}

func TestEverythingThatCanBeOffIsOff(t *testing.T) {
	sepay := emulator.StartT(t)
	if !strings.HasPrefix(sepay.URL(), "http://127.0.0.1:") {
		t.Errorf("listens at %s", sepay.URL())
	}
	s := sepay.Company().State()
	if len(s.Webhooks) != 0 || s.Merchant.IPN.URL != nil {
		t.Error("somebody would be told without having been named")
	}
	if f := sepay.Findings(); len(f) != 0 {
		t.Errorf("findings at the start: %v", f)
	}
}

func TestWhatWaitsIsToldInWords(t *testing.T) {
	first := time.Date(2026, 1, 5, 2, 1, 0, 0, time.UTC)
	for count, want := range map[int]string{
		1: "1 delivery is due at 09:01:00, Advance to send it",
		2: "2 deliveries are due from 09:01:00, Advance to send them",
	} {
		if got := emulator.WaitingLine(count, first); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
