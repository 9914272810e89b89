package notify_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestAReplaySendsTheSameBodyOncePastAllFiltersAndLeavesTheOriginal(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""})
	h := s.hook(m.URL+"/old", func(h *store.Webhook) { h.EventType = store.EventOut })
	skipped := s.notice()
	h.URL, h.Active = m.URL+"/new", false
	s.update(func(w store.Writer) error { return s.n.Change(w, h) })
	made, err := s.n.Replay(context.Background(), skipped.ID)
	if err != nil || len(made) != 1 || made[0].ReplayOf != skipped.ID || made[0].Origin != store.OriginReplay {
		t.Fatalf("%v, %+v", err, made)
	}
	s.advance(time.Hour)
	came := m.requests()
	if len(came) != 1 || came[0].path != "/new" || came[0].body != string(skipped.Body) {
		t.Errorf("came %+v", came)
	}
	if now := s.delivery(made[0].ID); now.Status != store.Failed || len(now.Attempts) != 1 {
		t.Errorf("a replay that fails: %s after %d attempts", now.Status, len(now.Attempts))
	}
	s.same("the original", skipped, s.delivery(skipped.ID))
	s.same("label", "Phát lại từ #1", notify.ReplayLabel(made[0]))
	s.same("label of an original", "", notify.ReplayLabel(skipped))
}

func TestASuccessfulDeliveryCanBeReplayedAndStartsAfresh(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	d := s.notice()
	s.run()
	made, err := s.n.Replay(context.Background(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(made[0].Attempts); n != 0 {
		t.Errorf("it begins with %d attempts", n)
	}
	s.run()
	if now := s.delivery(made[0].ID); now.Status != store.Succeeded || now.Attempts[0].Number != 1 {
		t.Errorf("%+v", now)
	}
}

func TestReplaysAreAllOrNothing(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	gone := s.hook(m.URL)
	_, made := s.record(context.Background())
	s.update(func(w store.Writer) error { return s.n.Delete(w, gone.ID) })
	for name, c := range map[string]struct {
		ids  []int64
		want error
	}{
		"one that is unknown":          {[]int64{made[0].ID, 99}, store.ErrNotFound},
		"one whose webhook is deleted": {[]int64{made[0].ID, made[1].ID}, notify.ErrNotReplayed},
		"more than 20":                 {make([]int64, 21), notify.ErrBatch},
	} {
		if again, err := s.n.Replay(context.Background(), c.ids...); !errors.Is(err, c.want) || again != nil {
			t.Errorf("%s: %v, %v", name, again, err)
		}
	}
	if n := len(s.deliveries()); n != 2 {
		t.Errorf("%d deliveries", n)
	}
	s.view(func(r store.Reader) error {
		if used := s.shop(r).Replays; len(used) != 0 {
			t.Errorf("what was refused used up %d replays", len(used))
		}
		return nil
	})
	ids := []int64{}
	for range 20 {
		ids = append(ids, made[0].ID)
	}
	if again, err := s.n.Replay(context.Background(), ids...); err != nil || len(again) != 20 {
		t.Errorf("a batch of 20: %d, %v", len(again), err)
	}
}

// The budget, held against its plain reading: a call is refused when ten were
// taken within the minute that ends with it.
func TestTenReplaysAMinuteAreTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := build(t)
		s.hook("http://localhost/")
		d := s.notice()
		var taken []time.Time
		for _, wait := range rapid.SliceOfN(rapid.IntRange(0, 20), 1, 40).Draw(t, "seconds between the calls") {
			s.jump(time.Duration(wait) * time.Second)
			now, recent := s.clock.Now(), 0
			for _, at := range taken {
				if now.Sub(at) < time.Minute {
					recent++
				}
			}
			_, err := s.n.Replay(context.Background(), d.ID)
			if recent >= 10 != errors.Is(err, notify.ErrTooOften) || recent < 10 && err != nil {
				t.Fatalf("after %d in a minute: %v", recent, err)
			}
			if err == nil {
				taken = append(taken, now)
			}
		}
	})
}

func TestWhatWasReplayedBeforeTheTimeWasPutBackDoesNotCount(t *testing.T) {
	s := build(t)
	s.hook("http://localhost/")
	d := s.notice()
	for range 10 {
		if _, err := s.n.Replay(context.Background(), d.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.n.Replay(context.Background(), d.ID); !errors.Is(err, notify.ErrTooOften) {
		t.Fatal(err)
	}
	if err := s.clock.Set(clock.State{Now: at.Add(-time.Second)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.n.Replay(context.Background(), d.ID); err != nil {
		t.Error(err)
	}
}

func TestAHandlerThatAnswersAReplayOtherwiseIsAFinding(t *testing.T) {
	for name, c := range map[string]struct {
		second reply
		want   []string
	}{
		"the same answer":  {yes, []string{}},
		"another body":     {reply{200, `{"success":true,"duplicate":true}`}, []string{"webhook.replay_differs"}},
		"a refusal":        {reply{409, `{"success":true}`}, []string{"webhook.replay_differs"}},
		"no answer at all": {reply{}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := build(t), newMerchant(t, yes, c.second)
			s.hook(m.URL)
			d := s.notice()
			s.run()
			if c.second.status == 0 {
				m.Close()
			}
			if _, err := s.n.Replay(context.Background(), d.ID); err != nil {
				t.Fatal(err)
			}
			s.run()
			s.same("findings", c.want, s.codes())
		})
	}
}

func TestATestSendsASampleWithID0AndIsNotTriedAgain(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""})
	h := s.hook(m.URL, func(h *store.Webhook) { h.Active = false })
	d, err := s.n.Test(context.Background(), h.ID)
	if err != nil || d.Status != store.Failed || d.Origin != store.OriginTest || len(d.Attempts) != 1 || d.TransactionID != 0 {
		t.Errorf("%v, %+v", err, d)
	}
	want := `{"gateway":"MBBank","transactionDate":"2026-09-21 21:13:18","accountNumber":"0000012345","subAccount":null,"code":null,"content":"SePay webhook test","transferType":"in","description":"BankAPINotify SePay webhook test","transferAmount":10000,"referenceCode":"SBTEST","accumulated":0,"id":0}`
	s.same("body", want, m.requests()[0].body)
	s.advance(time.Hour)
	if n := len(m.requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
	m.answer(yes)
	if d, err := s.n.Test(context.Background(), h.ID); err != nil || d.Status != store.Succeeded {
		t.Errorf("%v, %s", err, d.Status)
	}
	if _, err := s.n.Test(context.Background(), 99); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a webhook that is none: %v", err)
	}
}
