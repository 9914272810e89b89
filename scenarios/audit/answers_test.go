package audit_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/scenarios/audit"
)

// The audit reads answers as SePay does: what the emulator itself makes of each is
// what the audit says of it.
func TestAnswersAreReadAsSePayReadsThem(t *testing.T) {
	for _, settings := range []map[string]string{nil, {"webhook.retry_on": "any_failure", "ipn.success_rule": "2xx"}} {
		for _, a := range []struct {
			status int
			body   string
		}{
			{200, `{"success":true}`}, {201, `{"success": true, "id": 7}`}, {200, `{"success":false}`}, {200, `{"success":"true"}`}, {200, `{"success":1}`}, {200, `OK`}, {200, ``},
			{202, `{"success":true}`}, {204, ``}, {302, ``}, {404, `{"success":true}`}, {409, `{}`}, {500, ``},
		} {
			for _, kind := range []string{"webhook", "ipn"} {
				t.Run(fmt.Sprintf("%s %d %s %v", kind, a.status, a.body, settings), func(t *testing.T) {
					t.Parallel()
					d := delivered(t, kind, a.status, a.body, settings)
					s := &shop{answer: func(int, *http.Request) (int, string) { return a.status, a.body }}
					got := outcome(t, run(t, s.start(t).auditedUnder(t, settings, kind+"-accepts")), kind+"-accepts")
					if want := map[bool]audit.Verdict{true: audit.Pass, false: audit.Warn}[d.Status == "succeeded"]; got.Verdict != want {
						t.Errorf("%s where the delivery %s: %s", got.Verdict, d.Status, got.Detail)
					}
					if says := strings.Contains(got.Detail, "sends it again"); got.Verdict == audit.Warn && (says == strings.Contains(got.Detail, "never sends it again")) != (d.Status != "waiting") {
						t.Errorf("the delivery is %s, and it says %s", d.Status, got.Detail)
					}
				})
			}
		}
	}
}

// delivered is what becomes of a delivery that is answered so, where automatic
// retry is on.
func delivered(t *testing.T, kind string, status int, body string, settings map[string]string) control.Delivery {
	t.Helper()
	handler := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		if status != http.StatusNoContent {
			_, _ = w.Write([]byte(body))
		}
	}))
	t.Cleanup(handler.Close)
	options := []emulator.Option{emulator.AllowPending(), emulator.WithWebhook(handler.URL), emulator.WithIPN(handler.URL, "")}
	for name, value := range settings {
		options = append(options, emulator.WithSetting(emulator.Setting(name), value))
	}
	sepay := emulator.StartT(t, options...)
	if kind == "webhook" {
		return sepay.Company().Account().Receive(150_000, "DH1001").Wait()
	}
	order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 150_000})
	order.Pay()
	return order.IPNs()[0]
}
