package notify_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func onWebhooks(do fault.Do) fault.Rule {
	return fault.Rule{Name: "x", When: fault.When{Surface: fault.Webhook}, Do: do}
}

func TestADuplicateIsSentAgainWithTheSameBytesAndCountsAsNoAttempt(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""}, yes)
	s.hook(m.URL, signed)
	rule := onWebhooks(fault.Do{Duplicate: 2})
	rule.When.Nth = 1
	s.fault(rule)
	d := s.notice()
	s.run()
	now := s.delivery(d.ID)
	copies := []bool{}
	for _, a := range now.Attempts {
		copies = append(copies, a.Copy)
	}
	s.same("copies", []bool{false, true, true}, copies)
	came := m.requests()
	for _, r := range came[1:] {
		s.same("headers", came[0].header, r.header)
		s.same("body", came[0].body, r.body)
	}
	// The attempt failed, whatever became of the copies, and the wait is the first.
	if now.Status != store.Waiting || now.Tries() != 1 || !now.NextAttemptAt.Equal(at.Add(time.Minute)) {
		t.Errorf("%s after %d tries, next %s", now.Status, now.Tries(), now.NextAttemptAt)
	}
	s.advance(time.Hour)
	if now := s.delivery(d.ID); now.Status != store.Succeeded || len(m.requests()) != 4 {
		t.Errorf("%s after %d requests", now.Status, len(m.requests()))
	}
}

func TestADelayIsOnTheEmulatorsClockAndDecidedOnce(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	s.fault(onWebhooks(fault.Do{Delay: "6h"}))
	d := s.notice()
	s.run()
	if now := s.delivery(d.ID); now.Status != store.Waiting || !now.NextAttemptAt.Equal(at.Add(6*time.Hour)) || len(m.requests()) != 0 {
		t.Errorf("%+v", now)
	}
	s.advance(6 * time.Hour) // later than what SePay picks up, and sent all the same
	if now := s.delivery(d.ID); now.Status != store.Succeeded || len(now.Faults) != 1 {
		t.Errorf("%s %q %v", now.Status, now.Reason, now.Faults)
	}
}

func TestADelayExcusesTheAttemptThatItPutOffAndNoLaterOne(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""})
	s.hook(m.URL)
	rule := onWebhooks(fault.Do{Delay: "1m"})
	rule.When.Nth = 1
	s.fault(rule)
	d := s.notice()
	s.advance(time.Minute)
	s.jump(6 * time.Hour)
	s.run()
	if now := s.delivery(d.ID); now.Status != store.Failed || len(now.Attempts) != 1 || !strings.HasPrefix(now.Reason, "older than 5 hours") {
		t.Errorf("%s %q after %d attempts", now.Status, now.Reason, len(now.Attempts))
	}
}

func TestADropFailsWithoutARequestAndIsTold(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	rule := s.fault(onWebhooks(fault.Do{Drop: true}))
	d := s.notice()
	s.advance(time.Hour)
	if now := s.delivery(d.ID); now.Status != store.Failed || !strings.HasPrefix(now.Reason, "lost (fault ") || len(m.requests()) != 0 {
		t.Errorf("%s %q, %d requests", now.Status, now.Reason, len(m.requests()))
	}
	s.same("states", []store.DeliveryStatus{store.Failed}, s.states(d.ID))
	told := s.store.Facts().After(fact.Filter{Type: fact.Fault}, 0, 10)
	if len(told) != 1 || told[0].Data.(fault.Struck).ID != rule.ID || told[0].Data.(fault.Struck).Delivery != d.ID || told[0].Company != "shop" {
		t.Errorf("told %+v", told)
	}
}

func TestAReorderedNoticeComesAfterTheNextOneOfItsEndpoint(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	rule := onWebhooks(fault.Do{Reorder: true})
	rule.When.Nth = 1
	s.fault(rule)
	first := s.notice()
	s.run()
	second := s.notice()
	s.run()
	order := []string{}
	for _, r := range m.requests() {
		order = append(order, r.body)
	}
	s.same("order", []string{string(second.Body), string(first.Body)}, order)
}

func TestAReorderedNoticeThatNothingFollowsComesAnHourLater(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	s.fault(onWebhooks(fault.Do{Reorder: true}))
	d := s.notice()
	s.advance(time.Hour - time.Second)
	if len(m.requests()) != 0 {
		t.Error("it came early")
	}
	s.advance(time.Second)
	s.same("attempts", []time.Duration{60}, minutes(s.delivery(d.ID), at))
}

func TestAStaleTimestampIsSignedAsIfItHadBeenThen(t *testing.T) {
	for text, age := range map[string]time.Duration{"10m": 10 * time.Minute, "-1h": -time.Hour} {
		s, m := build(t), newMerchant(t)
		s.hook(m.URL, signed)
		s.fault(onWebhooks(fault.Do{StaleTimestamp: text}))
		s.notice()
		s.run()
		r := m.requests()[0]
		stamp := strconv.FormatInt(at.Add(-age).Unix(), 10)
		s.same("timestamp", stamp, r.header.Get(notify.HeaderTimestamp))
		s.same("signature", hmacOf(secret, stamp, r.body), r.header.Get(notify.HeaderSignature))
	}
}

func TestAWrongCredentialIsNotTheRightOne(t *testing.T) {
	tokens := newMerchant(t, reply{200, `{"access_token":"right"}`})
	for name, c := range map[string]struct {
		auth   func(*store.Webhook)
		header string
		right  func(got) string
	}{
		"an API key":  {func(h *store.Webhook) { h.AuthenType, h.APIKey = store.AuthAPIKey, "k" }, "Authorization", func(got) string { return "Apikey k" }},
		"a secret":    {func(h *store.Webhook) { h.AuthenType, h.SecretKey = store.AuthSecret, "k" }, "X-Secret-Key", func(got) string { return "k" }},
		"a token":     {oauth(tokens.URL), "Authorization", func(got) string { return "Bearer right" }},
		"a signature": {signed, notify.HeaderSignature, func(r got) string { return hmacOf(secret, r.header.Get(notify.HeaderTimestamp), r.body) }},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := build(t), newMerchant(t)
			s.hook(m.URL, c.auth)
			for i, how := range []fault.WrongAuth{"", fault.AuthWrong, fault.AuthMissing} {
				s.faults.Clear()
				if how != "" {
					s.fault(onWebhooks(fault.Do{WrongAuth: how}))
				}
				s.notice()
				s.run()
				r := m.requests()[i]
				has, right := r.header.Get(c.header), c.right(r)
				if (has == right) != (how == "") || (has == "") != (how == fault.AuthMissing) {
					t.Errorf("%q: %q, the right one is %q", how, has, right)
				}
			}
		})
	}
}

func TestAWrongSecretOfAnIPN(t *testing.T) {
	for how, want := range map[fault.WrongAuth]bool{fault.AuthWrong: true, fault.AuthMissing: false} {
		s, m := build(t), newMerchant(t)
		s.ipn(store.IPN{URL: m.URL, AuthType: store.IPNSecret, Secret: "right"})
		s.fault(fault.Rule{When: fault.When{Surface: fault.IPN}, Do: fault.Do{WrongAuth: how}})
		s.order(context.Background(), 0)
		s.run()
		if has := m.requests()[0].header.Get("X-Secret-Key"); has == "right" || (has != "") != want {
			t.Errorf("%s: %q", how, has)
		}
	}
}

func TestAFaultWithoutEffectSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		auth func(*store.Webhook)
		do   fault.Do
		idle bool
	}{
		"a credential of none":              {func(*store.Webhook) {}, fault.Do{WrongAuth: fault.AuthWrong}, true},
		"a credential":                      {signed, fault.Do{WrongAuth: fault.AuthWrong}, false},
		"a timestamp of nothing signed":     {func(*store.Webhook) {}, fault.Do{StaleTimestamp: "1h"}, true},
		"a timestamp":                       {signed, fault.Do{StaleTimestamp: "1h"}, false},
		"removing what is not there":        {signed, fault.Do{Tamper: &fault.Tamper{Remove: []string{"nothing"}}}, true},
		"removing what is":                  {signed, fault.Do{Tamper: &fault.Tamper{Remove: []string{"code"}}}, false},
		"copies need nothing to be changed": {func(*store.Webhook) {}, fault.Do{Duplicate: 1}, false},
	} {
		s, m := build(t), newMerchant(t)
		s.hook(m.URL, c.auth)
		s.fault(onWebhooks(c.do))
		d := s.notice()
		s.run()
		if now := s.delivery(d.ID); len(now.Faults) != 1 || strings.Contains(now.Faults[0], "without effect") != c.idle {
			t.Errorf("%s: %v", name, now.Faults)
		}
	}
}

func TestATamperedBodyKeepsTheSignatureUnlessItIsToBeFresh(t *testing.T) {
	for _, signature := range []string{"keep", "fresh"} {
		s, m := build(t), newMerchant(t)
		s.hook(m.URL, signed)
		amount := int64(7)
		s.fault(onWebhooks(fault.Do{Tamper: &fault.Tamper{Amount: &amount, Signature: signature}}))
		d := s.notice()
		s.run()
		r, now := m.requests()[0], s.delivery(d.ID)
		covers := map[string]string{"keep": string(d.Body), "fresh": r.body}[signature]
		s.same("signature", hmacOf(secret, r.header.Get(notify.HeaderTimestamp), covers), r.header.Get(notify.HeaderSignature))
		if !strings.Contains(r.body, `"transferAmount":7,`) || string(now.Body) != string(d.Body) || string(now.Attempts[0].Body) != r.body {
			t.Errorf("%s: sent %s, the delivery has %s, the attempt %s", signature, r.body, now.Body, now.Attempts[0].Body)
		}
	}
}

func TestTamperChangesMembersInTheWayOfTheContentType(t *testing.T) {
	for as, want := range map[store.ContentType][]string{
		store.ContentJSON:      {`"content":"x y"`, `"new":{"a":1}`, `"gateway":"MBBank"`},
		store.ContentForm:      {"&content=x+y&", "gateway=MBBank", "&new.a=1"},
		store.ContentMultipart: {"name=\"content\"\r\n\r\nx y\r\n", "name=\"gateway\"\r\n\r\nMBBank", "name=\"new.a\"\r\n\r\n1\r\n"},
	} {
		s, m := build(t), newMerchant(t)
		s.hook(m.URL, func(h *store.Webhook) { h.RequestContentType = as })
		s.fault(onWebhooks(fault.Do{Tamper: &fault.Tamper{Set: map[string]json.RawMessage{"content": []byte(`"x y"`), "new.a": []byte("1")}, Remove: []string{"description"}}}))
		s.notice()
		s.run()
		body := m.requests()[0].body
		for _, part := range want {
			if !strings.Contains(body, part) {
				t.Errorf("%s: %q lacks %q", as, body, part)
			}
		}
		if strings.Contains(body, "description") {
			t.Errorf("%s: %q has a description", as, body)
		}
	}
}

func TestTamperPutsAnotherBodyAndFlipsABit(t *testing.T) {
	body, index := "abc", 99
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	s.fault(onWebhooks(fault.Do{Tamper: &fault.Tamper{Body: &body, FlipByte: &index}}))
	s.notice()
	s.run()
	s.same("body", "abb", m.requests()[0].body) // the last byte stands for one behind the end
}

func TestTheAmountOfAnIPNStandsTwice(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.ipn(store.IPN{URL: m.URL})
	amount := int64(5)
	s.fault(fault.Rule{When: fault.When{Surface: fault.IPN}, Do: fault.Do{Tamper: &fault.Tamper{Amount: &amount}}})
	s.order(context.Background(), 0)
	s.run()
	var sent struct {
		Order struct {
			Amount string `json:"order_amount"`
		} `json:"order"`
		Transaction struct {
			Amount string `json:"transaction_amount"`
		} `json:"transaction"`
	}
	if err := json.Unmarshal([]byte(m.requests()[0].body), &sent); err != nil || sent.Order.Amount != "5.00" || sent.Transaction.Amount != "5" {
		t.Errorf("%v, %+v", err, sent)
	}
}

var errDisk = errors.New("disk full")

// failing is a store whose updates fail once their work is done.
type failing struct {
	store.Store
	fails bool
}

func (f *failing) Update(ctx context.Context, fn func(store.Writer) error) error {
	return f.Store.Update(ctx, func(w store.Writer) error {
		if err := fn(w); err != nil || !f.fails {
			return err
		}
		return errDisk
	})
}

func TestAChoiceThatIsGivenUpDoesNotCountAndIsMadeAgain(t *testing.T) {
	var broken *failing
	s, m := build(t, func(c *notify.Config) { broken = &failing{Store: c.Store}; c.Store = broken }), newMerchant(t)
	s.hook(m.URL)
	rule := onWebhooks(fault.Do{Drop: true})
	rule.When.Nth = 1
	s.fault(rule)
	d := s.notice()
	broken.fails = true
	if err := s.n.RunDue(context.Background()); !errors.Is(err, errDisk) {
		t.Fatal(err)
	}
	if r := s.faults.List()[0]; r.Matched != 0 || r.Fired != 0 {
		t.Errorf("matched %d, fired %d", r.Matched, r.Fired)
	}
	broken.fails = false
	s.run()
	if r := s.faults.List()[0]; r.Matched != 1 || r.Fired != 1 || s.delivery(d.ID).Status != store.Failed {
		t.Errorf("matched %d, fired %d, %s", r.Matched, r.Fired, s.delivery(d.ID).Status)
	}
	s.same("states", []store.DeliveryStatus{store.Failed}, s.states(d.ID))
}

func TestOneTooOldToBeSentIsNotChosen(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	s.fault(onWebhooks(fault.Do{Delay: "1m"}))
	d := s.notice()
	s.jump(6 * time.Hour)
	s.run()
	if r := s.faults.List()[0]; r.Matched != 0 || s.delivery(d.ID).Status != store.Failed {
		t.Errorf("matched %d, %s", r.Matched, s.delivery(d.ID).Status)
	}
}

func TestARuleOfTheOtherKindTouchesNothing(t *testing.T) {
	s, m := build(t), newMerchant(t)
	s.hook(m.URL)
	s.fault(fault.Rule{When: fault.When{Surface: fault.IPN}, Do: fault.Do{Drop: true}})
	d := s.notice()
	s.run()
	if now := s.delivery(d.ID); now.Status != store.Succeeded || len(now.Faults) != 0 {
		t.Errorf("%s %v", now.Status, now.Faults)
	}
}
