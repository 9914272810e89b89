package emulator_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
)

// ending is a test whose Fatalf ends the goroutine, as that of *testing.T does.
type ending struct {
	recorder
	fatal []string
}

func (e *ending) Fatalf(format string, args ...any) {
	e.mu.Lock()
	e.failed = true
	e.fatal = append(e.fatal, fmt.Sprintf(format, args...))
	e.mu.Unlock()
	runtime.Goexit()
}

// run calls what a test would, and says whether it got to its end.
func (e *ending) run(body func()) bool {
	done := make(chan bool)
	go func() {
		finished := false
		defer func() { done <- finished }()
		body()
		finished = true
	}()
	return <-done
}

func TestAHandleThatFailsEndsTheTestOnce(t *testing.T) {
	bad := &brittle{fail: func() error { return errBroken }}
	r := &ending{}
	sepay := emulator.StartT(r, emulator.WithContract(emulator.ContractOff), emulator.WithStore(func(s store.Store) store.Store {
		bad.Store = s
		return bad
	}))
	company := sepay.Company()
	account, order := company.Account(), company.Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 1_000})
	hook := company.Webhook("http://127.0.0.1:1/hook")
	paid := account.Receive(1_000, "DH123")
	sepay.Settle()
	alone := sepay.NewCompany(control.NewCompany{ID: "alone"})

	handles := map[string]func(){
		"State":                func() { sepay.State() },
		"NewCompany":           func() { sepay.NewCompany(control.NewCompany{}) },
		"Delivery":             func() { sepay.Delivery(1) },
		"Deliveries":           func() { sepay.Deliveries(control.DeliveryFilter{}) },
		"Replay":               func() { sepay.Replay(1) },
		"Company.State":        func() { company.State() },
		"Company.Live":         func() { company.Live() },
		"Company.Test":         func() { company.Test() },
		"Company.APIToken":     func() { company.APIToken() },
		"Company.AccessToken":  func() { company.AccessToken() },
		"Company.UpdateUser":   func() { company.UpdateUser(1, control.NewUser{}) },
		"Company.DeleteUser":   func() { company.DeleteUser(1) },
		"Company.Account":      func() { company.Account() },
		"Company.Webhook":      func() { company.Webhook("http://127.0.0.1:1/hook") },
		"Company.Webhooks":     func() { company.Webhooks() },
		"Company.Checkout":     func() { company.Checkout(emulator.Checkout{InvoiceNumber: "DH2", Amount: 1_000}) },
		"Company.SetIPN":       func() { company.SetIPN("http://127.0.0.1:1/ipn", "") },
		"Webhook.Update":       func() { hook.Update(control.WebhookBody{}) },
		"Webhook.Delete":       func() { hook.Delete() },
		"Webhook.Test":         func() { hook.Test() },
		"Account.Receive":      func() { account.Receive(1_000, "") },
		"Account.Send":         func() { account.Send(1_000, "") },
		"Account.Move":         func() { account.Move(control.NewTransfer{Amount: 1_000}) },
		"Transfer.Wait":        func() { paid.Wait() },
		"Transfer.WaitAll":     func() { paid.WaitAll() },
		"Order.State":          func() { order.State() },
		"Order.Pay":            func() { order.Pay() },
		"Order.PayByCard":      func() { order.PayByCard(control.CardVisa) },
		"Order.PayWith":        func() { order.PayWith(control.NewPay{}) },
		"Order.Leave":          func() { order.Leave() },
		"Order.Expire":         func() { order.Expire() },
		"Order.IPNs":           func() { order.IPNs() },
		"Emulator.Fault":       func() { sepay.Fault(control.Fault{}) },
		"Emulator.Advance":     func() { sepay.Advance(-1) },
		"a wrong amount":       func() { account.Receive(-1, "") },
		"an unknown order":     func() { company.Order("no such").Pay() },
		"an unknown account":   func() { company.AccountNumbered("1").Receive(1_000, "") },
		"no webhook":           func() { alone.Account().Receive(1_000, "").Wait() },
		"no side of its own":   func() { company.Live().Live() },
		"an unknown test card": func() { order.PayByCard("platinum") },
	}
	for name, call := range handles {
		r.fatal = nil
		if strings.ToLower(name) != name { // a handle, at a store that fails
			bad.broken.Store(always)
		}
		finished := r.run(call)
		bad.broken.Store(0)
		if finished || len(r.fatal) != 1 || !strings.HasPrefix(r.fatal[0], "localsepay: ") || !strings.Contains(r.fatal[0], "handles_test.go:") {
			t.Errorf("%s: went on: %t, Fatalf: %q", name, finished, r.fatal)
		}
	}
	r.end()
}

func TestAHandleThatIsMisusedSaysWhatIsWrong(t *testing.T) {
	r := &ending{}
	sepay := emulator.StartT(r)
	for says, call := range map[string]func(){
		`timeline: type cannot be "deliveries" (did you mean "delivery"?)`:   func() { sepay.Timeline(control.TimelineFilter{Type: "deliveries"}) },
		`timeline: there is no company "dmo"`:                                func() { sepay.Timeline(control.TimelineFilter{Company: "dmo"}) },
		`deliveries: status cannot be "success"`:                             func() { sepay.Deliveries(control.DeliveryFilter{Status: "success"}) },
		`deliveries: kind cannot be "IPN" (did you mean "ipn"?)`:             func() { sepay.Deliveries(control.DeliveryFilter{Kind: "IPN"}) },
		`deliveries: there is no company "dmo"`:                              func() { sepay.Deliveries(control.DeliveryFilter{Company: "dmo"}) },
		`company demo has no OAuth2 application: make the company with one`:  func() { sepay.Company().AccessToken(control.ScopeProfile) },
		`control.NewCompany{OAuthApps: []control.OAuthApp{{RedirectURIs: []`: func() { sepay.Company().AccessToken() },
	} {
		r.fatal = nil
		if finished := r.run(call); finished || len(r.fatal) != 1 || !strings.Contains(r.fatal[0], says) {
			t.Errorf("went on: %t, want %s, Fatalf: %q", finished, says, r.fatal)
		}
	}
	r.end()
}

func TestABrokenContractIsToldOnceHoweverOftenItIsBroken(t *testing.T) {
	r := &ending{}
	sepay := emulator.StartT(r, emulator.WithSurface(loans())) // there is no loans.yaml: every answer breaks it
	var callers sync.WaitGroup
	for range 20 {
		callers.Go(func() {
			res, err := http.Get(sepay.URL() + "/loans/v1/offers")
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			_, _ = io.Copy(io.Discard, res.Body)
		})
	}
	callers.Wait()
	http.DefaultClient.CloseIdleConnections()
	r.end()
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "breaks its own contract") || len(r.fatal) != 0 {
		t.Errorf("Errorf: %q, Fatalf: %q", r.errors, r.fatal)
	}
}

func TestNothingIsToldToATestThatHasEnded(t *testing.T) {
	r := &ending{}
	sepay := emulator.StartT(r)
	sepay.Report("something broke")
	sepay.Report("something broke")
	sepay.Report("something else broke")
	r.end()
	before := len(r.errors) + len(r.log)
	sepay.Report("something broke too late")
	if len(r.errors) != 2 || len(r.errors)+len(r.log) != before {
		t.Errorf("Errorf: %q", r.errors)
	}
}

func TestAnEmulatorThatCannotStartEndsTheTest(t *testing.T) {
	r := &ending{}
	if r.run(func() { emulator.StartT(r, emulator.WithSetting("no.such", "x")) }) || len(r.fatal) != 1 || len(r.cleanups) != 0 {
		t.Errorf("Fatalf: %q, cleanups: %d", r.fatal, len(r.cleanups))
	}
}
