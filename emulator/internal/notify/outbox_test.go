package notify_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestEachActiveWebhookHasADeliveryQueuedOrSkippedWithTheReason(t *testing.T) {
	s, m := build(t), newMerchant(t)
	takes := s.hook(m.URL + "/takes")
	s.hook(m.URL+"/off", func(h *store.Webhook) { h.Active = false })
	skips := s.hook(m.URL+"/skips", func(h *store.Webhook) { h.PrefixFilters = []string{"HD"} })
	tr, made := s.record(context.Background())
	type row struct {
		Webhook int64
		Status  store.DeliveryStatus
		Reason  string
	}
	rows := []row{}
	for _, d := range made {
		rows = append(rows, row{d.WebhookID, d.Status, d.Reason})
	}
	s.same("deliveries", []row{{takes.ID, store.Queued, ""}, {skips.ID, store.Skipped, notify.SkipPrefix}}, rows)
	if !tr.HasWebhook {
		t.Error("the transaction does not say that the company has webhooks")
	}
	s.run()
	if came := m.requests(); len(came) != 1 || came[0].path != "/takes" || came[0].body != string(made[0].Body) {
		t.Errorf("came %+v", came)
	}
	s.same("states of the facts", []store.DeliveryStatus{store.Succeeded}, s.states(made[0].ID))
}

func TestACompanyWithoutActiveWebhooksHasNoDelivery(t *testing.T) {
	s := build(t)
	s.hook("http://localhost/", func(h *store.Webhook) { h.Active = false })
	tr, made := s.record(context.Background())
	if tr.HasWebhook || len(made) != 0 {
		t.Errorf("has webhook %v, %d deliveries", tr.HasWebhook, len(made))
	}
}

func TestTheFilterOfVirtualAccountsKnowsTheTransactionsOwn(t *testing.T) {
	s := build(t)
	s.update(func(w store.Writer) error {
		return store.VirtualAccounts.Put(w, store.VirtualAccount{ID: 7, XID: "va7", Company: "shop", BankAccountID: 1, BankAccountXID: "a1", Number: "VA7", Active: true})
	})
	s.hook("http://localhost/", func(h *store.Webhook) { h.OnlyVA, h.BankSubAccountIDs = true, []int64{7} })
	if d := s.notice(); d.Reason != notify.SkipVA {
		t.Errorf("without a virtual account: %q", d.Reason)
	}
	if d := s.notice(func(t *store.Transaction) { t.VirtualAccountXID = "va7" }); d.Status != store.Queued {
		t.Errorf("through the listed one: %s %q", d.Status, d.Reason)
	}
}

func TestASuccessCountsAtTheTransactionAndAFailureDoesNot(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""}, yes)
	s.hook(m.URL)
	s.hook(m.URL)
	tr, _ := s.record(context.Background())
	count := func() (n int64) {
		s.view(func(r store.Reader) error {
			now, err := store.Transactions.Get(r, tr.ID)
			n = now.WebhookSuccess
			return err
		})
		return n
	}
	s.run()
	if n := count(); n != 1 {
		t.Errorf("after one success and one failure: %d", n)
	}
	s.advance(time.Hour)
	if n := count(); n != 2 {
		t.Errorf("after both: %d", n)
	}
}

func TestTheSettingForAMissingSubAccountIsTheCompanys(t *testing.T) {
	s := build(t)
	s.hook("http://localhost/")
	if d := s.notice(); !strings.Contains(string(d.Body), `"subAccount":null`) {
		t.Errorf("%s", d.Body)
	}
	s.change(func(c *store.Company) { c.Settings = map[string]string{string(setting.WebhookSubAccount): "empty"} })
	if d := s.notice(); !strings.Contains(string(d.Body), `"subAccount":""`) {
		t.Errorf("%s", d.Body)
	}
}

func TestAQueuedDeliveryOlderThanFiveHoursIsNotPickedUp(t *testing.T) {
	for name, c := range map[string]struct {
		late time.Duration
		sent bool
	}{
		"five hours to the second":    {5 * time.Hour, true},
		"five hours and a nanosecond": {5*time.Hour + 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := build(t), newMerchant(t)
			s.hook(m.URL)
			d := s.notice()
			s.jump(c.late)
			s.run()
			now := s.delivery(d.ID)
			if c.sent && now.Status != store.Succeeded || !c.sent && (now.Status != store.Failed || !strings.Contains(now.Reason, "older than 5 hours")) {
				t.Errorf("%s %q", now.Status, now.Reason)
			}
			if (len(m.requests()) == 1) != c.sent {
				t.Errorf("%d requests", len(m.requests()))
			}
		})
	}
}

func TestNothingIsSentToAWebhookThatWasSwitchedOffOrDeleted(t *testing.T) {
	for name, end := range map[string]func(*setup, store.Webhook){
		"switched off": func(s *setup, h store.Webhook) {
			h.Active = false
			s.update(func(w store.Writer) error { return s.n.Change(w, h) })
		},
		"deleted": func(s *setup, h store.Webhook) {
			s.update(func(w store.Writer) error { return s.n.Delete(w, h.ID) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := build(t), newMerchant(t)
			h := s.hook(m.URL)
			d := s.notice()
			end(s, h)
			s.run()
			if now := s.delivery(d.ID); now.Status != store.Failed || now.Reason != "the webhook was switched off or deleted" || len(now.Attempts) != 0 {
				t.Errorf("%+v", now)
			}
			if len(m.requests()) != 0 {
				t.Error("it was sent")
			}
		})
	}
}

func TestAnAttemptGoesToThePresentURL(t *testing.T) {
	s, m := build(t), newMerchant(t)
	h := s.hook(m.URL + "/old")
	s.notice()
	h.URL = m.URL + "/new"
	s.update(func(w store.Writer) error { return s.n.Change(w, h) })
	s.run()
	if came := m.requests(); len(came) != 1 || came[0].path != "/new" {
		t.Errorf("came %+v", came)
	}
}

func TestTheLogForgetsTheOldestFinishedDeliveriesAndCountsThem(t *testing.T) {
	s, m := build(t, func(c *notify.Config) { c.Keep = 3 }), newMerchant(t)
	s.hook(m.URL)
	for range 5 {
		s.notice()
		s.run()
	}
	last := s.notice() // is there when the log is cut for it
	s.run()
	ids := []int64{}
	for _, d := range s.deliveries() {
		ids = append(ids, d.ID)
	}
	s.same("what is left", []int64{last.ID - 2, last.ID - 1, last.ID}, ids)
	if n := s.n.Dropped(); n != 3 {
		t.Errorf("counted %d", n)
	}
}

func TestWhatIsStillToBeSentIsNeverForgotten(t *testing.T) {
	s, m := build(t, func(c *notify.Config) { c.Keep = 1 }), newMerchant(t, reply{500, ""})
	s.hook(m.URL)
	for range 4 {
		s.notice()
	}
	s.run()
	if n := len(s.deliveries()); n != 4 || s.n.Dropped() != 0 {
		t.Errorf("%d left, %d dropped", n, s.n.Dropped())
	}
}

func TestBeyondItsBytesTheLogLosesHeadersAndBodiesOfTheOldestAttempts(t *testing.T) {
	const most = 20_000
	s, m := build(t, func(c *notify.Config) { c.KeepBytes = most }), newMerchant(t)
	s.hook(m.URL)
	for i := range 10 {
		size := 1000
		if i >= 8 { // takes the place of several
			size = 9000
		}
		m.answer(reply{200, `{"success":true,"x":"` + strings.Repeat("x", size) + `"}`})
		s.notice()
		s.run()
	}
	stripped, bytes, seen := int64(0), 0, false
	for _, d := range s.deliveries() {
		a := d.Attempts[0]
		if d.Status != store.Succeeded || a.Response.Status != 200 {
			t.Errorf("delivery %d does not say how it ended: %+v", d.ID, d)
		}
		bytes += a.Size()
		switch {
		case a.RequestHeaders != nil:
			seen = true
		case seen:
			t.Errorf("delivery %d lost what an older one kept", d.ID)
		case len(a.Response.Body) != 0 || !a.Response.Truncated:
			t.Errorf("delivery %d: %+v", d.ID, a.Response)
		default:
			stripped++
		}
	}
	if stripped == 0 || !seen || stripped != s.n.Stripped() {
		t.Errorf("%d are stripped, %d counted, the last is kept: %v", stripped, s.n.Stripped(), seen)
	}
	if bytes > most+int(stripped)*512 {
		t.Errorf("%d bytes are held", bytes)
	}
}

func TestWithoutABoundNothingIsForgotten(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	for range 5 {
		s.notice()
		s.run()
	}
	if n := len(s.deliveries()); n != 5 || s.n.Dropped() != 0 || s.n.Stripped() != 0 {
		t.Errorf("%d left, %d dropped, %d stripped", n, s.n.Dropped(), s.n.Stripped())
	}
}

func TestNoticesOfAnUpdateThatFailsAreNeitherSentNorTold(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	before := s.store.Facts().Last()
	broken := errors.New("broken")
	err := s.store.Update(context.Background(), func(w store.Writer) error {
		tr := plainTransfer()
		if _, err := s.n.TransactionRecorded(w, s.shop(w), tr); err != nil {
			return err
		}
		if _, err := s.n.Register(w, s.shop(w), store.Webhook{URL: m.URL, Active: true}); err != nil {
			return err
		}
		return broken
	})
	s.run()
	if !errors.Is(err, broken) || len(m.requests()) != 0 || len(s.deliveries()) != 0 || s.store.Facts().Last() != before {
		t.Errorf("%v, %d requests, %d deliveries, facts from %d to %d", err, len(m.requests()), len(s.deliveries()), before, s.store.Facts().Last())
	}
}

func TestAFactHasTheDeliveryAsItWasThen(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""}, reply{503, ""}, yes)
	s.hook(m.URL)
	d := s.notice()
	s.advance(2 * time.Minute)
	s.same("states", []store.DeliveryStatus{store.Waiting, store.Waiting, store.Succeeded}, s.states(d.ID))
	for i, f := range s.store.Facts().After(fact.Filter{Type: fact.Delivery}, 0, 10) {
		then := f.Data.(notify.Delivered)
		if len(then.Attempts) != i+1 || f.Subject != "transaction "+d.Subject || f.Company != "shop" || !f.At.Equal(at.Add(time.Duration(i)*time.Minute)) {
			t.Errorf("fact %d: %d attempts, %s of %s at %s", i, len(then.Attempts), f.Subject, f.Company, f.At)
		}
	}
}

func TestNoticesOfWorkWhoseNoticesAreLostFailAtOnce(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	s.hook(m.URL, func(h *store.Webhook) { h.EventType = store.EventOut })
	hit := &fault.Hit{ID: 3, Name: "power", Do: fault.Do{Drop: true}}
	_, made := s.record(fault.LoseNotices(context.Background(), hit))
	s.run()
	lost, skipped := s.delivery(made[0].ID), s.delivery(made[1].ID)
	if lost.Status != store.Failed || !strings.Contains(lost.Reason, "lost") || !strings.Contains(lost.Reason, "power") || len(lost.Faults) != 1 {
		t.Errorf("lost: %s %q %v", lost.Status, lost.Reason, lost.Faults)
	}
	if skipped.Status != store.Skipped || len(skipped.Faults) != 0 {
		t.Errorf("skipped: %s %v", skipped.Status, skipped.Faults)
	}
	if len(m.requests()) != 0 {
		t.Error("a lost notice was sent")
	}
}
