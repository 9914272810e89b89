package audit_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/localsepay/localsepay/scenarios/audit"
)

// A shop that closes a connection after its answer, and does not say so, is no
// worse for it: neither its handlers nor its pages are asked over it again.
func TestAShopThatClosesWithoutNoticeIsJudgedByItsAnswers(t *testing.T) {
	s := new(shop).start(t)
	var conns, requests atomic.Int64
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if r.Close {
			t.Errorf("%s %s announces that its connection ends", r.Method, r.URL)
		}
		s.Config.Handler.ServeHTTP(w, r)
	}))
	front.Config.ConnState = func(c net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			conns.Add(1)
		case http.StateIdle:
			_ = c.Close()
		}
	}
	front.Start()
	t.Cleanup(front.Close)
	o := s.audited(t, "webhook-accepts", "webhook-duplicate", "ipn-accepts", "ipn-duplicate", "webhook-return-alone")
	for _, address := range []*string{&o.Webhook.URL, &o.IPN.URL, &o.Prepare, &o.Check, &o.Return} {
		*address = strings.Replace(*address, s.URL, front.URL, 1)
	}
	if card := run(t, o); card.Count(audit.Pass) != len(card.Outcomes) {
		t.Error(card.Sentence())
	}
	if c, r := conns.Load(), requests.Load(); c != r || r < 10 {
		t.Errorf("%d requests over %d connections", r, c)
	}
}

func TestTheAuditKeepsOffSePayAndOffRealMoney(t *testing.T) {
	for name, change := range map[string]func(*audit.Options){
		"the webhook":       func(o *audit.Options) { o.Webhook.URL = "https://my.sepay.vn./hook" },
		"the IPN":           func(o *audit.Options) { o.IPN.URL = "https://userapi。sepay。vn/ipn" },
		"the base":          func(o *audit.Options) { o.Base = "https://PGAPI.sepay.vn" },
		"prepare":           func(o *audit.Options) { o.Prepare = "https://x:y@pay.sepay.vn:443/orders" },
		"cancel":            func(o *audit.Options) { o.Cancel = "https://pay-sandbox.sepay.vn/orders" },
		"check":             func(o *audit.Options) { o.Check = "https://bankhub.sepay.vn/{code}" },
		"return":            func(o *audit.Options) { o.Return = "javascript:alert('{invoice}')" },
		"a live secret":     func(o *audit.Options) { o.IPN.Secret = "spsk_live_x" },
		"a live API key":    func(o *audit.Options) { o.Webhook.Secret = "SPSK_LIVE_x" },
		"a page of SePay's": func(o *audit.Options) { o.Webhook.URL = "https://developer.sepay.vn/" },
	} {
		o := new(shop).start(t).audited(t)
		o.Cancel = o.Prepare
		change(&o)
		_, err := audit.Run(t.Context(), o)
		var wrong *audit.Mistake
		if !errors.As(err, &wrong) || wrong.Hint == "" || wrong.Kind != audit.ErrUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
}
