package notify_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
)

func TestAHandlerThatDoesNotBelieveANoticeIsTold(t *testing.T) {
	tokens := newMerchant(t, reply{200, `{"access_token":"t"}`})
	key := func(h *store.Webhook) { h.AuthenType, h.APIKey = store.AuthAPIKey, "key-1" }
	for name, c := range map[string]struct {
		auth  func(*store.Webhook)
		reply reply
		want  []string
	}{
		"401 to a signature":                  {signed, reply{401, ""}, []string{"webhook.rejects_signature"}},
		"403 to an API key":                   {key, reply{403, ""}, []string{"webhook.rejects_secret"}},
		"401 to a secret":                     {func(h *store.Webhook) { h.AuthenType, h.SecretKey = store.AuthSecret, "s" }, reply{401, ""}, []string{"webhook.rejects_secret"}},
		"401 to a token":                      {oauth(tokens.URL), reply{401, ""}, []string{"webhook.rejects_token"}},
		"401 to no credential":                {func(*store.Webhook) {}, reply{401, ""}, []string{"webhook.rejects_default_auth"}},
		"400 in such words":                   {signed, reply{400, `{"error":"Invalid Signature"}`}, []string{"webhook.rejects_signature"}},
		"422 in such words, in Vietnamese":    {signed, reply{422, `chữ ký sai`}, []string{"webhook.rejects_signature"}},
		"400 in other words":                  {signed, reply{400, `order not found`}, []string{}},
		"500 in such words":                   {signed, reply{500, `signature`}, []string{}},
		"a success that speaks of signatures": {signed, reply{200, `{"success":true,"signature":"ok"}`}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := build(t), newMerchant(t, c.reply)
			s.hook(m.URL, c.auth)
			d := s.notice()
			s.run()
			s.same("findings", c.want, s.codes())
			for _, f := range s.findings.List(finding.Filter{}, 0) {
				if f.Delivery != d.ID || f.Company != "shop" || f.Hint == "" || strings.Contains(f.Detail+f.Hint, secret) || strings.Contains(f.Detail+f.Hint, "key-1") {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

func TestAFaultThatForgesANoticeExcusesTheRefusal(t *testing.T) {
	amount := int64(1)
	for name, c := range map[string]struct {
		do   fault.Do
		want []string
	}{
		"a wrong credential":          {fault.Do{WrongAuth: fault.AuthWrong}, []string{}},
		"a stale timestamp":           {fault.Do{StaleTimestamp: "1h"}, []string{}},
		"a changed body":              {fault.Do{Tamper: &fault.Tamper{Amount: &amount}}, []string{}},
		"a changed body, signed well": {fault.Do{Tamper: &fault.Tamper{Amount: &amount, Signature: "fresh"}}, []string{"webhook.rejects_signature"}},
	} {
		s, m := build(t), newMerchant(t, reply{401, ""})
		s.hook(m.URL, signed)
		s.fault(onWebhooks(c.do))
		s.notice()
		s.run()
		s.same(name, c.want, s.codes())
	}
}

// hintOf is the hint of the latest finding.
func hintOf(s *setup) string {
	s.Helper()
	list := s.findings.List(finding.Filter{}, 1)
	if len(list) == 0 {
		s.Fatal("no finding")
	}
	return list[0].Hint
}

func TestTheHintToARefusedSignatureBeginsWithTheLikeliestCause(t *testing.T) {
	accents := func(t *store.Transaction) { t.Content = "Thanh toán" }
	s, m := build(t), newMerchant(t, reply{401, ""})
	s.hook(m.URL, signed)
	s.notice(accents)
	s.run()
	if hint := hintOf(s); !strings.Contains(hint, "(1) the handler's clock") { // it stands in another year
		t.Errorf("at another time: %s", hint)
	}
	// A handler that has taken plain notices has the right secret: the escapes are it.
	m.answer(yes)
	s.notice()
	s.run()
	m.answer(reply{401, ""})
	s.notice(accents)
	s.run()
	if hint := hintOf(s); strings.Contains(hint, "the secret is that of this webhook") || !strings.Contains(hint, "JSON.stringify") {
		t.Errorf("after a plain one was taken: %s", hint)
	}
}

func TestTheHintNamesTheSecretsThatAreEasilyMixedUp(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{401, ""})
	other := s.hook("http://localhost/", signed, func(h *store.Webhook) { h.Active = false })
	s.ipn(store.IPN{URL: m.URL, AuthType: store.IPNSecret, Secret: "s"})
	s.hook(m.URL, signed)
	s.notice()
	s.run()
	if hint := hintOf(s); other.ID != 1 || !strings.Contains(hint, "webhook 1's") || strings.Contains(hint, "webhook 2's") || !strings.Contains(hint, "the IPN's") {
		t.Error(hint)
	}
}

func TestARefusedIPNIsTold(t *testing.T) {
	for auth, want := range map[store.IPNAuthType]string{store.IPNNone: "ipn.rejects_default_auth", store.IPNSecret: "ipn.rejects_secret"} {
		s, m := build(t), newMerchant(t, reply{401, ""})
		s.ipn(store.IPN{URL: m.URL, AuthType: auth, Secret: "s"})
		s.order(context.Background(), 0)
		s.run()
		s.same(string(auth), []string{want}, s.codes())
	}
}

// hangUp answers nothing and closes the connection.
func hangUp(w http.ResponseWriter, _ *http.Request) {
	if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
		_ = conn.Close()
	}
}

func TestAFailedConnectionHasTheNumberAndLabelOfSePaysLog(t *testing.T) {
	dead := httptest.NewServer(nil)
	dead.Close()
	mute := newMerchant(t)
	mute.serve(hangUp)
	slow := newMerchant(t)
	slow.hang()
	plain := newMerchant(t)
	deaf := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no name server") }}
	for name, c := range map[string]struct {
		url    string
		change func(*notify.Config)
		code   int
		label  string
	}{
		"nobody listens":         {dead.URL, func(*notify.Config) {}, 7, "Connection Refused"},
		"a name that is unknown": {"http://shop.invalid/", func(c *notify.Config) { c.Resolver = deaf }, 6, "DNS Error"},
		"no answer in time":      {slow.URL, with(setting.WebhookTimeouts, "30ms/30ms"), 28, "Timeout"},
		"no TLS where it should": {strings.Replace(plain.URL, "http:", "https:", 1), func(*notify.Config) {}, 35, "SSL Error"},
		"closed without answer":  {mute.URL, func(*notify.Config) {}, 56, "Receive Error"},
	} {
		t.Run(name, func(t *testing.T) {
			s := build(t, c.change)
			s.hook(c.url)
			d := s.notice()
			s.run()
			now := s.delivery(d.ID)
			if a := now.Attempts[0]; a.ErrorCode != c.code || a.Label != c.label || a.Response != nil || a.Error == "" || now.Status != store.Waiting {
				t.Errorf("%+v, %s", a, now.Status)
			}
		})
	}
}

func TestTestModeTakesCertificatesThatNobodySigned(t *testing.T) {
	s := build(t)
	m := &merchant{replies: []reply{yes}}
	m.Server = httptest.NewTLSServer(m)
	t.Cleanup(m.Close)
	s.hook(m.URL)
	d := s.notice()
	s.run()
	if now := s.delivery(d.ID); now.Status != store.Succeeded {
		t.Errorf("%s %q", now.Status, now.Reason)
	}
}

func TestALookUpIsForLiveModeAlone(t *testing.T) {
	var asked atomic.Int64 // both families are looked up at once
	r := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		asked.Add(1)
		return nil, errors.New("no name server")
	}}
	url := "https://shop.example/"
	for egress, want := range map[notify.Egress]bool{notify.EgressTest: false, notify.EgressLive: true} {
		asked.Store(0)
		s := build(t, func(c *notify.Config) { c.Egress, c.Resolver = egress, r })
		errHook := s.n.Vet(context.Background(), control.WebhookBody{WebhookURL: &url})
		errIPN := s.n.VetIPN(context.Background(), url)
		for _, err := range []error{errHook, errIPN} {
			if (err != nil) != want || err != nil && !errors.Is(err, notify.ErrInvalid) {
				t.Errorf("%s: %v", egress, err)
			}
		}
		if (asked.Load() > 0) != want {
			t.Errorf("%s: asked %d times", egress, asked.Load())
		}
	}
}
