package notify_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// hang makes the merchant hold every request until the client is gone. begun
// gets a value for each.
func (m *merchant) hang() (begun chan struct{}) {
	begun = make(chan struct{}, 100)
	m.serve(func(_ http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		<-r.Context().Done()
	})
	return begun
}

func TestRunSendsWhatFallsDueUntilItsContextEnds(t *testing.T) {
	s, m := build(t), newMerchant(t)
	came := make(chan struct{}, 10)
	m.serve(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(yes.body))
		came <- struct{}{}
	})
	s.hook(m.URL)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.n.Run(ctx) }()
	for range 3 {
		s.notice() // the commit wakes it
		<-came
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	s.notice()
	if n := len(m.requests()); n != 3 {
		t.Errorf("%d requests", n)
	}
}

func TestNothingIsSentDuringAPauseAndWhatIsDueAfterIt(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	s.n.Pause()
	d := s.notice()
	s.run()
	if len(m.requests()) != 0 || s.delivery(d.ID).Status != store.Queued {
		t.Errorf("%d requests, %s", len(m.requests()), s.delivery(d.ID).Status)
	}
	if err := s.n.Resume(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.run()
	if s.delivery(d.ID).Status != store.Succeeded {
		t.Error(s.delivery(d.ID).Status)
	}
}

func TestAnAttemptThatAPauseBreaksOffIsNotRecordedAndMadeAgain(t *testing.T) {
	s, m := build(t), newMerchant(t)
	begun := m.hang()
	s.hook(m.URL)
	d := s.notice()
	done := make(chan error, 1)
	go func() { done <- s.n.RunDue(context.Background()) }()
	<-begun
	s.n.Pause()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if now := s.delivery(d.ID); now.Status != store.Sending || len(now.Attempts) != 0 || s.n.Attempts() != 0 {
		t.Errorf("%s, %d attempts", now.Status, len(now.Attempts))
	}
	m.serve(nil)
	if err := s.n.Resume(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.run()
	if now := s.delivery(d.ID); now.Status != store.Succeeded || len(now.Attempts) != 1 || now.Attempts[0].Number != 1 {
		t.Errorf("%+v", now)
	}
}

func TestASlowEndpointHoldsUpOnlyItself(t *testing.T) {
	s, slow, quick := build(t), newMerchant(t), newMerchant(t)
	came := make(chan struct{}, 1)
	quick.serve(func(http.ResponseWriter, *http.Request) { came <- struct{}{} })
	slow.hang()
	s.hook(slow.URL)
	s.hook(quick.URL)
	for range 20 { // more than a lane sends at a time
		s.record(context.Background())
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.n.RunDue(ctx) }()
	for range 20 {
		<-came
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("a run that was given up: %v", err)
	}
	s.n.Pause()
}

// The answers of a quick endpoint, many times as long as a request takes, are
// what a request too much has the time to come in.
func TestOneEndpointGets16RequestsAtATime(t *testing.T) {
	const notices = 100
	s, slow, quick := build(t), newMerchant(t), newMerchant(t)
	came := make(chan struct{}, notices)
	quick.serve(func(http.ResponseWriter, *http.Request) { came <- struct{}{} })
	begun := slow.hang()
	s.hook(slow.URL)
	s.hook(quick.URL)
	for range notices {
		s.record(context.Background())
	}
	done := make(chan error, 1)
	go func() { done <- s.n.RunDue(context.Background()) }()
	for range 16 {
		<-begun
	}
	for range notices {
		<-came
	}
	if n := len(slow.requests()); n != 16 {
		t.Errorf("%d requests at a time", n)
	}
	s.n.Pause()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAFaultThatIsTakenAwayDuringAPauseTouchesNothingAfterIt(t *testing.T) {
	s, m := build(t), newMerchant(t)
	begun := m.hang()
	s.hook(m.URL)
	s.fault(onWebhooks(fault.Do{Duplicate: 1}))
	for range 20 { // some wait behind those that are under way
		s.notice()
	}
	done := make(chan error, 1)
	go func() { done <- s.n.RunDue(context.Background()) }()
	for range 16 {
		<-begun
	}
	s.n.Pause()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if r := s.faults.List()[0]; r.Matched != 16 || r.Fired != 16 {
		t.Errorf("the rule matched %d and fired %d times, of 16 that were under way", r.Matched, r.Fired)
	}
	s.faults.Clear()
	m.serve(nil)
	if err := s.n.Resume(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.run()
	for _, d := range s.deliveries() {
		if d.Status != store.Succeeded || len(d.Attempts) != 1 {
			t.Errorf("delivery %d: %s after %d requests", d.ID, d.Status, len(d.Attempts))
		}
	}
}

func TestFinishSendsWhatIsDueAndNothingAfterwards(t *testing.T) {
	for _, connection := range []string{setting.ConnectionFresh, setting.ConnectionKept} {
		s, m := build(t, with(setting.WebhookConnection, connection)), newMerchant(t)
		s.hook(m.URL)
		first := s.notice()
		if err := s.n.Finish(context.Background()); err != nil {
			t.Error(err)
		}
		second := s.notice()
		s.run()
		s.same("states", []store.DeliveryStatus{store.Succeeded, store.Queued}, []store.DeliveryStatus{s.delivery(first.ID).Status, s.delivery(second.ID).Status})
	}
}

func TestFinishBreaksOffWhatIsUnderWayWhenItsContextEnds(t *testing.T) {
	s, m := build(t), newMerchant(t)
	begun := m.hang()
	s.hook(m.URL)
	d := s.notice()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.n.Finish(ctx) }()
	<-begun
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || s.delivery(d.ID).Status != store.Sending {
		t.Errorf("%v, %s", err, s.delivery(d.ID).Status)
	}
}

func TestNextDueIsTheEarliestOfWhatWaits(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""})
	if _, ok, err := s.n.NextDue(); ok || err != nil {
		t.Errorf("of nothing: %v, %v", ok, err)
	}
	s.hook(m.URL)
	s.notice()
	s.run()
	if next, ok, err := s.n.NextDue(); !ok || err != nil || !next.Equal(at.Add(time.Minute)) {
		t.Errorf("%s, %v, %v", next, ok, err)
	}
}

func TestADeliveryThatTheEmulatorCannotMakeFailsWithAFinding(t *testing.T) {
	var broken *failing
	s, m := build(t, func(c *notify.Config) { broken = &failing{Store: c.Store}; c.Store = broken }), newMerchant(t)
	s.hook(m.URL)
	d := s.notice()
	m.serve(func(w http.ResponseWriter, _ *http.Request) {
		// Gone while the notice is under way: the success cannot be counted.
		s.update(func(w store.Writer) error { return store.Transactions.Delete(w, d.TransactionID) })
		_, _ = w.Write([]byte(yes.body))
	})
	s.run()
	now := s.delivery(d.ID)
	s.same("findings", []string{"emulator.internal"}, s.codes())
	s.same("reason", "localsepay itself failed: there is no transaction 90000001", now.Reason)
	s.same("status", store.Failed, now.Status)
}
