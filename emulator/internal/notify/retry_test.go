package notify_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestAFailureIsTriedAgainAfter1And1And2And3And5And8And13MinutesAndThenNeverMore(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""})
	s.hook(m.URL)
	d := s.notice()
	s.advance(24 * time.Hour)
	now := s.delivery(d.ID)
	s.same("minutes of the attempts", []time.Duration{0, 1, 2, 4, 7, 12, 20, 33}, minutes(now, at))
	if now.Status != store.Failed || !now.NextAttemptAt.IsZero() || now.Reason != "the endpoint answered 500; 200 or 201 is needed" {
		t.Errorf("%s, next %s, %q", now.Status, now.NextAttemptAt, now.Reason)
	}
	if n := s.n.Attempts(); n != 8 || len(m.requests()) != 8 {
		t.Errorf("counted %d, came %d", n, len(m.requests()))
	}
	for i, a := range now.Attempts {
		if a.Number != i+1 || a.Label != "HTTP 500" || a.Error == "" {
			t.Errorf("attempt %d: %+v", i, a)
		}
	}
	for _, r := range m.requests() {
		s.same("body", string(d.Body), r.body)
	}
}

// The waits are Fibonacci's numbers, which the page's list can be held against:
// for any number of failures, the success comes after the sum of that many.
func TestASuccessEndsTheRetriesWhereverItComes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		failures := rapid.IntRange(0, 9).Draw(t, "failures")
		statuses := rapid.SliceOfN(rapid.SampledFrom([]int{300, 302, 400, 401, 404, 429, 500, 503}), failures, failures).Draw(t, "statuses")
		replies := []reply{}
		for _, status := range statuses {
			replies = append(replies, reply{status, ""})
		}
		s, m := build(t), newMerchant(t, append(replies, yes)...)
		s.hook(m.URL)
		d := s.notice()
		s.advance(48 * time.Hour)
		want := []time.Duration{0}
		for i, wait, next := 0, time.Duration(1), time.Duration(1); i < min(failures, 7); i++ {
			want = append(want, want[i]+wait)
			wait, next = next, wait+next
		}
		now := s.delivery(d.ID)
		s.same("minutes", want, minutes(now, at))
		if ok := now.Status == store.Succeeded; ok != (failures <= 7) || ok != (now.Reason == "") {
			t.Errorf("%d failures: %s %q", failures, now.Status, now.Reason)
		}
	})
}

func TestWithoutAutomaticRetryAFailureIsFinal(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""})
	s.hook(m.URL, func(h *store.Webhook) { h.RetryNon2xx = false })
	d := s.notice()
	s.advance(time.Hour)
	if now := s.delivery(d.ID); now.Status != store.Failed || len(now.Attempts) != 1 {
		t.Errorf("%s after %d attempts", now.Status, len(now.Attempts))
	}
}

// A clock that was put back or forward by hand runs nothing on the way: the
// attempt is late, and the next wait counts from when it was made.
func TestAWaitCountsFromTheAttemptThatFailed(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""})
	s.hook(m.URL)
	d := s.notice()
	s.run()
	s.jump(10 * time.Minute)
	s.run()
	if now := s.delivery(d.ID); len(now.Attempts) != 2 || !now.NextAttemptAt.Equal(at.Add(11*time.Minute)) {
		t.Errorf("%d attempts, the next at %s", len(now.Attempts), now.NextAttemptAt)
	}
}

func TestTheSuccessRule(t *testing.T) {
	const (
		ok    = `{"success":true}`
		final = store.Failed
		again = store.Waiting
	)
	type row struct {
		status         int
		body           string
		usual, retries store.DeliveryStatus // retries: with webhook.retry_on=any_failure
	}
	for name, c := range map[string]row{
		"200 and success":                {200, ok, store.Succeeded, store.Succeeded},
		"201 and success":                {201, ok, store.Succeeded, store.Succeeded},
		"other members are allowed":      {200, ` {"id":1,"success": true ,"data":{}} `, store.Succeeded, store.Succeeded},
		"202 is no success":              {202, ok, final, again},
		"204 is no success":              {204, "", final, again},
		"success as a text":              {200, `{"success":"true"}`, final, again},
		"success as a number":            {200, `{"success":1}`, final, again},
		"success is false":               {200, `{"success":false}`, final, again},
		"success is missing":             {200, `{}`, final, again},
		"success of an inner object":     {200, `{"data":{"success":true}}`, final, again},
		"an array":                       {200, `[{"success":true}]`, final, again},
		"no JSON":                        {200, `OK`, final, again},
		"an empty body":                  {200, ``, final, again},
		"a redirect is not followed":     {302, ok, again, again},
		"a refusal":                      {400, ok, again, again},
		"an error of the server":         {500, ok, again, again},
		"text behind the object":         {200, ok + "x", final, again},
		"a byte order mark is no JSON":   {200, "\uFEFF" + ok, final, again},
		"the name in another case":       {200, `{"Success":true}`, store.Succeeded, store.Succeeded},
		"the last of two members counts": {200, `{"success":true,"success":false}`, final, again},
	} {
		t.Run(name, func(t *testing.T) {
			for value, want := range map[string]store.DeliveryStatus{"non_2xx": c.usual, "any_failure": c.retries} {
				s, m := build(t, with(setting.WebhookRetryOn, value)), newMerchant(t, reply{c.status, c.body})
				s.hook(m.URL)
				d := s.notice()
				s.run()
				now := s.delivery(d.ID)
				if now.Status != want || (now.Reason == "") != (want == store.Succeeded) {
					t.Errorf("retry_on=%s: %s %q, want %s", value, now.Status, now.Reason, want)
				}
				if n := len(m.requests()); n != 1 {
					t.Errorf("retry_on=%s: %d requests", value, n)
				}
			}
		})
	}
}

func TestTheLegacyRuleNeeds201OfWebhooksWithOAuth2Only(t *testing.T) {
	for name, c := range map[string]struct {
		auth   store.AuthenType
		status int
		want   store.DeliveryStatus
	}{
		"OAuth2 and 200":     {store.AuthOAuth2, 200, store.Failed},
		"OAuth2 and 201":     {store.AuthOAuth2, 201, store.Succeeded},
		"without it and 200": {store.AuthNone, 200, store.Succeeded},
		"without it and 201": {store.AuthNone, 201, store.Succeeded},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := build(t, with(setting.WebhookSuccessRule, "legacy")), newMerchant(t, reply{c.status, `{"success":true}`})
			tokens := newMerchant(t, reply{200, `{"access_token":"t"}`})
			s.hook(m.URL, oauth(tokens.URL), func(h *store.Webhook) { h.AuthenType = c.auth })
			d := s.notice()
			s.run()
			if now := s.delivery(d.ID); now.Status != c.want {
				t.Errorf("%s %q", now.Status, now.Reason)
			}
		})
	}
}

func TestFindingsSayWhatIsWrongWithAHandler(t *testing.T) {
	for name, c := range map[string]struct {
		reply reply
		want  []string
	}{
		"nothing":                 {yes, []string{}},
		"an error of the server":  {reply{500, ""}, []string{}},
		"a redirect":              {reply{302, ""}, []string{"webhook.redirect"}},
		"204":                     {reply{204, ""}, []string{"webhook.no_content"}},
		"202":                     {reply{202, `{"success":true}`}, []string{"webhook.wrong_status"}},
		"a body without success":  {reply{200, `{}`}, []string{"webhook.wrong_body"}},
		"a page in place of JSON": {reply{200, `<html>`}, []string{"webhook.html"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := build(t), newMerchant(t, c.reply)
			s.hook(m.URL)
			s.notice()
			s.run()
			s.same("findings", c.want, s.codes())
		})
	}
}

func TestAnAnswerSlowerThanTheSettingIsAFinding(t *testing.T) {
	s, m := build(t, with(setting.WebhookSlowAfter, "1ns")), newMerchant(t)
	s.hook(m.URL)
	d := s.notice()
	s.run()
	s.same("findings", []string{"webhook.slow"}, s.codes())
	if now := s.delivery(d.ID); now.Status != store.Succeeded {
		t.Errorf("slow, and %s", now.Status)
	}
}

func TestADeliveryKeepsABoundedPartOfTheAnswer(t *testing.T) {
	s, m := build(t), newMerchant(t)
	long := make([]byte, 64<<10+1)
	for i := range long {
		long[i] = ' '
	}
	m.answer(reply{200, `{"success":true}` + string(long)})
	s.hook(m.URL)
	d := s.notice()
	s.run()
	a := s.delivery(d.ID).Attempts[0].Response
	if len(a.Body) != 64<<10 || !a.Truncated || a.Headers["Content-Type"] != "application/json" {
		t.Errorf("%d bytes, cut %v, %v", len(a.Body), a.Truncated, a.Headers)
	}
}

func TestHeadersOfTheAnswerAreBoundedToo(t *testing.T) {
	s, m := build(t), newMerchant(t)
	m.serve(func(w http.ResponseWriter, _ *http.Request) {
		long := make([]byte, 15<<10)
		for i := range long {
			long[i] = 'a'
		}
		w.Header().Set("A-Long", string(long))
		w.Header().Set("B-Long", string(long))
		_, _ = w.Write([]byte(`{"success":true}`))
	})
	s.hook(m.URL)
	d := s.notice()
	s.run()
	a := s.delivery(d.ID).Attempts[0].Response
	if a.Headers["A-Long"] == "" || a.Headers["B-Long"] != "" || !a.Truncated {
		t.Errorf("cut %v, %d headers", a.Truncated, len(a.Headers))
	}
}

func TestWhatEndsUnderARunningAttemptIsNoAttempt(t *testing.T) {
	s, m := build(t), newMerchant(t)
	h := s.hook(m.URL)
	ctx, cancel := context.WithCancel(context.Background())
	m.serve(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if _, err := s.n.Test(ctx, h.ID); err == nil {
		t.Error("a test that was broken off has no error")
	}
	if n := s.n.Attempts(); n != 0 {
		t.Errorf("counted %d attempts", n)
	}
}
