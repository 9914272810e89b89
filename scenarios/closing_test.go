package scenarios_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/scenarios"
)

// A shop that closes a connection after its answer, and does not say so, gets
// every notice, order and question all the same.
func TestAShopThatClosesWithoutNoticeIsAskedOverFreshConnections(t *testing.T) {
	var conns, requests atomic.Int64
	own := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if r.Close {
			t.Errorf("%s %s announces that its connection ends", r.Method, r.URL)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"success":true,"paid":1}`)
	}))
	own.Config.ConnState = func(c net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			conns.Add(1)
		case http.StateIdle:
			_ = c.Close()
		}
	}
	own.Start()
	defer own.Close()
	passes(t, head+`
  - merchant: {orders: {DH1001: 5000}}
  - transfer: {amount: 5000, content: DH1001}
  - transfer: {amount: 5000, content: DH1002}
  - checkout: {invoice: DH7, amount: 7000}
    as: order
  - pay: {order: "${order.order_id}"}
expect:
  check: [{url: /orders/DH1001, body: {paid: 1}}]
`, scenarios.Options{Webhook: own.URL + "/hook", IPN: own.URL + "/ipn", Check: own.URL, Prepare: own.URL + "/orders"})
	if c, r := conns.Load(), requests.Load(); c != r || r < 6 {
		t.Errorf("%d requests over %d connections", r, c)
	}
}

// spy is a client's transport that lets nothing through.
type spy struct{ requests atomic.Int64 }

func (s *spy) RoundTrip(*http.Request) (*http.Response, error) {
	s.requests.Add(1)
	return nil, io.ErrUnexpectedEOF
}

func TestAScenarioKeepsOffSePayAlsoWithTheCallersOwnClient(t *testing.T) {
	base := emulator.StartT(t).URL()
	s := parse(t, head+"  - advance: 1m\n")
	live := parse(t, "name: live\npurpose: x.\nneeds: {webhook: {auth: hmac, secret: spsk_live_x}}\nsteps:\n  - advance: 1m\n")
	for name, c := range map[string]struct {
		scenario scenarios.Scenario
		target   string
		options  scenarios.Options
		want     string
	}{
		"the target":              {s, "https://pgapi.sepay.vn.", scenarios.Options{}, "SePay's own host"},
		"the sandbox":             {s, "https://userapi-sandbox.sepay.vn", scenarios.Options{}, "SePay's own host"},
		"the webhook":             {s, base, scenarios.Options{Webhook: "https://MY.sepay.vn/hook"}, "SePay's own host"},
		"the IPN":                 {s, base, scenarios.Options{IPN: "https://userapi。sepay。vn/ipn"}, "SePay's own host"},
		"the shop's pages":        {s, base, scenarios.Options{Check: "https://bankhub-api.sepay.vn"}, "SePay's own host"},
		"the shop's orders":       {s, base, scenarios.Options{Prepare: "https://pay.sepay.vn/orders"}, "SePay's own host"},
		"no address":              {s, base, scenarios.Options{Check: "javascript:x"}, "not an absolute http or https address"},
		"a live secret":           {s, base, scenarios.Options{IPNSecret: "spsk_live_x"}, "live credentials"},
		"a live secret of a file": {live, base, scenarios.Options{}, "live credentials"},
	} {
		for _, client := range []*http.Client{nil, {Transport: &spy{}}} {
			c.options.Client = client
			r := scenarios.Run(t.Context(), c.scenario, scenarios.Target{URL: c.target}, c.options)
			if r.OK() || !strings.Contains(r.Failure.Mismatches[0].Seen, c.want) || strings.Contains(r.Failure.Mismatches[0].Seen, "_live_x") {
				t.Errorf("%s: %+v", name, r.Failure)
			}
			if client != nil && c.target != base && client.Transport.(*spy).requests.Load() != 0 {
				t.Errorf("%s: the client was used", name)
			}
		}
	}
}
