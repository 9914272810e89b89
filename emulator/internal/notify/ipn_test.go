package notify_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// order writes the notice of an order, due after a delay.
func (s *setup) order(ctx context.Context, delay time.Duration) store.Delivery {
	s.Helper()
	err := s.store.Update(ctx, func(w store.Writer) error {
		return s.n.OrderNotice(w, s.shop(w), "SEPAY-1", []byte(`{"a":1}`), s.clock.Now().Add(delay))
	})
	if err != nil {
		s.Fatal(err)
	}
	all := s.deliveries()
	return all[len(all)-1]
}

// ipn sets where the gateway's notices go.
func (s *setup) ipn(ipn store.IPN) {
	s.change(func(c *store.Company) { c.Merchant.IPN = ipn })
}

func TestAnIPNWithoutAURLIsSkippedWithTheReason(t *testing.T) {
	s := build(t)
	d := s.order(context.Background(), 0)
	if d.Status != store.Skipped || d.Reason == "" || !d.NextAttemptAt.IsZero() {
		t.Errorf("%+v", d)
	}
	if _, err := s.n.Replay(context.Background(), d.ID); !errors.Is(err, notify.ErrNotReplayed) {
		t.Errorf("replayed: %v", err)
	}
	m := newMerchant(t)
	s.ipn(store.IPN{URL: m.URL})
	if _, err := s.n.Replay(context.Background(), d.ID); err != nil {
		t.Errorf("with a URL: %v", err)
	}
	s.run()
	if len(m.requests()) != 1 {
		t.Errorf("%d requests", len(m.requests()))
	}
}

func TestAnIPNIsSentAtItsInstantWithTheSecretThatIsConfigured(t *testing.T) {
	for name, c := range map[string]struct {
		ipn  store.IPN
		want string
	}{
		"no authentication":                      {store.IPN{AuthType: store.IPNNone, Secret: "s"}, ""},
		"a secret of its own":                    {store.IPN{AuthType: store.IPNSecret, Secret: "s"}, "s"},
		"without one, the merchant's secret key": {store.IPN{AuthType: store.IPNSecret}, "spsk_test_1"},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := build(t), newMerchant(t)
			c.ipn.URL = m.URL + "/ipn"
			s.ipn(c.ipn)
			s.order(context.Background(), 5*time.Second)
			s.advance(4 * time.Second)
			if len(m.requests()) != 0 {
				t.Error("it came early")
			}
			s.advance(time.Second)
			came := m.requests()
			if len(came) != 1 || came[0].path != "/ipn" || came[0].body != `{"a":1}` || came[0].header.Get("X-Secret-Key") != c.want {
				t.Errorf("came %+v", came)
			}
		})
	}
}

func TestAnIPNSucceedsWith200WhateverItsBody(t *testing.T) {
	for name, c := range map[string]struct {
		reply          reply
		usual, lenient store.DeliveryStatus
		findings       []string
	}{
		"200":            {reply{200, ""}, store.Succeeded, store.Succeeded, []string{}},
		"200 and a page": {reply{200, "<html>"}, store.Succeeded, store.Succeeded, []string{"ipn.html"}},
		"201":            {reply{201, "{}"}, store.Waiting, store.Succeeded, []string{"ipn.wrong_status"}},
		"204":            {reply{204, ""}, store.Waiting, store.Succeeded, []string{"ipn.wrong_status"}},
		"a redirect":     {reply{301, ""}, store.Waiting, store.Waiting, []string{"ipn.redirect"}},
		"500":            {reply{500, ""}, store.Waiting, store.Waiting, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			for value, want := range map[string]store.DeliveryStatus{"200": c.usual, "2xx": c.lenient} {
				s, m := build(t, with(setting.IPNSuccessRule, value)), newMerchant(t, c.reply)
				s.ipn(store.IPN{URL: m.URL})
				d := s.order(context.Background(), 0)
				s.run()
				if now := s.delivery(d.ID); now.Status != want {
					t.Errorf("success_rule=%s: %s %q", value, now.Status, now.Reason)
				}
				if value == "200" {
					s.same("findings", c.findings, s.codes())
				}
			}
		})
	}
}

func TestAnIPNIsTriedAgainLikeAWebhook(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""})
	s.ipn(store.IPN{URL: m.URL})
	d := s.order(context.Background(), 0)
	s.advance(time.Hour)
	s.same("minutes", []time.Duration{0, 1, 2, 4, 7, 12, 20, 33}, minutes(s.delivery(d.ID), at))
}

func TestAnIPNWhoseURLWasTakenAwayIsGivenUp(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""})
	s.ipn(store.IPN{URL: m.URL})
	d := s.order(context.Background(), 0)
	s.run()
	s.ipn(store.IPN{})
	s.advance(time.Hour)
	if now := s.delivery(d.ID); now.Status != store.Failed || len(now.Attempts) != 1 {
		t.Errorf("%s after %d attempts", now.Status, len(now.Attempts))
	}
}

func TestAnIPNOfWorkWhoseNoticesAreLostFailsAtOnce(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.ipn(store.IPN{URL: m.URL})
	d := s.order(fault.LoseNotices(context.Background(), &fault.Hit{ID: 1}), 0)
	s.run()
	if d.Status != store.Failed || len(m.requests()) != 0 {
		t.Errorf("%s, %d requests", d.Status, len(m.requests()))
	}
}

func TestAnIPNConfigurationIsCheckedByMember(t *testing.T) {
	for name, c := range map[string]struct {
		ipn  store.IPN
		fits bool
	}{
		"nothing":                 {store.IPN{AuthType: store.IPNNone}, true},
		"a local address":         {store.IPN{AuthType: store.IPNSecret, URL: "http://localhost/ipn", Secret: "s"}, true},
		"an unknown type":         {store.IPN{AuthType: "HMAC"}, false},
		"no type":                 {store.IPN{}, false},
		"a secret with a blank":   {store.IPN{AuthType: store.IPNSecret, Secret: "a b"}, false},
		"a secret with a newline": {store.IPN{AuthType: store.IPNSecret, Secret: "a\nb"}, false},
		"no web address":          {store.IPN{AuthType: store.IPNNone, URL: "shop"}, false},
		"a host of SePay's":       {store.IPN{AuthType: store.IPNNone, URL: "https://my.sepay.vn/"}, false},
	} {
		s := build(t)
		if err := s.n.CheckIPN(c.ipn); (err == nil) != c.fits || err != nil && !errors.Is(err, notify.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
