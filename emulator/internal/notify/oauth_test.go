package notify_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// oauth makes a webhook one that gets its token at an address.
func oauth(at string) func(*store.Webhook) {
	return func(h *store.Webhook) {
		h.AuthenType, h.OAuth2AccessTokenURL, h.OAuth2ClientID, h.OAuth2ClientSecret = store.AuthOAuth2, at, "id", "se cret"
	}
}

// sent sends one notice and returns the token that it carried.
func sent(s *setup, m *merchant) string {
	s.Helper()
	s.notice()
	s.run()
	came := m.requests()
	return came[len(came)-1].header.Get("Authorization")
}

func TestATokenIsAskedForInTheStandardForm(t *testing.T) {
	s, m := build(t), newMerchant(t)
	tokens := newMerchant(t, reply{200, `{"access_token":"t1","expires_in":3600}`})
	s.hook(m.URL, oauth(tokens.URL))
	s.same("token", "Bearer t1", sent(s, m))
	r := tokens.requests()[0]
	form, err := url.ParseQuery(r.body)
	if err != nil {
		t.Fatal(err)
	}
	s.same("form", url.Values{"grant_type": {"client_credentials"}, "client_id": {"id"}, "client_secret": {"se cret"}}, form)
	s.same("basic", "Basic "+base64.StdEncoding.EncodeToString([]byte("id:se cret")), r.header.Get("Authorization"))
	s.same("type", "application/x-www-form-urlencoded", r.header.Get("Content-Type"))
}

func TestATokenIsKeptUntilTenSecondsBeforeItsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		later time.Duration
		asked int
	}{
		"at once":              {0, 1},
		"ten seconds before":   {50 * time.Second, 1},
		"less than ten before": {50*time.Second + time.Millisecond, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := build(t), newMerchant(t)
			tokens := newMerchant(t, reply{200, `{"access_token":"t1","expires_in":60}`}, reply{200, `{"access_token":"t2","expires_in":60}`})
			s.hook(m.URL, oauth(tokens.URL))
			sent(s, m)
			s.jump(c.later)
			s.same("token", map[int]string{1: "Bearer t1", 2: "Bearer t2"}[c.asked], sent(s, m))
			if n := len(tokens.requests()); n != c.asked {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

func TestATokenWithoutALifetimeLivesAnHour(t *testing.T) {
	s, m := build(t), newMerchant(t)
	tokens := newMerchant(t, reply{200, `{"access_token":"t1"}`}, reply{200, `{"access_token":"t2"}`})
	s.hook(m.URL, oauth(tokens.URL))
	sent(s, m)
	s.jump(time.Hour - 10*time.Second)
	s.same("before", "Bearer t1", sent(s, m))
	s.jump(time.Second)
	s.same("after", "Bearer t2", sent(s, m))
}

func TestATokenThatEndsIsRefreshedWhereARefreshTokenWasGiven(t *testing.T) {
	s, m := build(t), newMerchant(t)
	tokens := newMerchant(t,
		reply{200, `{"access_token":"t1","refresh_token":"r1","expires_in":60}`}, reply{200, `{"access_token":"t2","expires_in":60}`},
		reply{400, `{}`}, reply{200, `{"access_token":"t4","expires_in":60}`})
	s.hook(m.URL, oauth(tokens.URL))
	sent(s, m)
	s.jump(time.Minute)
	s.same("refreshed", "Bearer t2", sent(s, m))
	s.jump(time.Minute) // the refresh token stays where no other one is given, and is refused now
	s.same("new", "Bearer t4", sent(s, m))
	asked := []string{}
	for _, r := range tokens.requests() {
		form, _ := url.ParseQuery(r.body)
		asked = append(asked, form.Get("grant_type")+" "+form.Get("refresh_token"))
	}
	s.same("asked", []string{"client_credentials ", "refresh_token r1", "refresh_token r1", "client_credentials "}, asked)
}

func TestTheOlderFormIsTriedWhereTheStandardOneIsNotUnderstood(t *testing.T) {
	for name, first := range map[string]reply{"a refusal": {415, ""}, "another shape": {200, `{"error":"no"}`}} {
		t.Run(name, func(t *testing.T) {
			s, m := build(t), newMerchant(t)
			tokens := newMerchant(t, first, reply{200, `{"data":{"accessToken":"t1","refreshToken":"r1","expiredIn":60}}`},
				reply{200, `{"data":{"accessToken":"t2","refreshToken":"r2","expiredIn":60}}`})
			s.hook(m.URL, oauth(tokens.URL))
			s.same("token", "Bearer t1", sent(s, m))
			s.jump(time.Minute)
			s.same("refreshed in the same form", "Bearer t2", sent(s, m))
			bodies := []map[string]string{}
			for _, r := range tokens.requests()[1:] {
				var body map[string]string
				if err := json.Unmarshal([]byte(r.body), &body); err != nil {
					t.Error(err)
				}
				bodies = append(bodies, body)
			}
			s.same("bodies", []map[string]string{{"clientId": "id", "clientSecret": "se cret"}, {"clientId": "id", "clientSecret": "se cret", "refreshToken": "r1"}}, bodies)
		})
	}
}

func TestWithoutATokenTheWebhookIsNotCalled(t *testing.T) {
	for name, c := range map[string]struct {
		replies []reply
		asked   int
	}{
		"an error of the server": {[]reply{{500, ""}}, 1},
		"no token in any form":   {[]reply{{200, `{}`}}, 2},
		"no text":                {[]reply{{200, `{"access_token":1}`}}, 2},
		"a token with a newline": {[]reply{{200, `{"access_token":"a\nb"}`}}, 2},
		"the older form without its end": {
			[]reply{{400, ""}, {200, `{"data":{"accessToken":"t","refreshToken":"r"}}`}}, 2,
		},
		"the older form without a refresh token": {
			[]reply{{400, ""}, {200, `{"data":{"accessToken":"t","expiredIn":60}}`}}, 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := build(t), newMerchant(t)
			tokens := newMerchant(t, c.replies...)
			s.hook(m.URL, oauth(tokens.URL))
			d := s.notice()
			s.run()
			now := s.delivery(d.ID)
			if len(m.requests()) != 0 || now.Status != store.Waiting || now.Attempts[0].Response != nil || now.Attempts[0].ErrorCode != 0 {
				t.Errorf("%d requests, %+v", len(m.requests()), now)
			}
			if n := len(tokens.requests()); n != c.asked {
				t.Errorf("asked %d times", n)
			}
			s.same("findings", []string{"webhook.oauth_token"}, s.codes())
		})
	}
}

func TestAKeptTokenBelongsToItsWebhookAndItsConfiguration(t *testing.T) {
	s, m := build(t), newMerchant(t)
	tokens := newMerchant(t, reply{200, `{"access_token":"t1"}`}, reply{200, `{"access_token":"t2"}`}, reply{200, `{"access_token":"t3"}`})
	h := s.hook(m.URL, oauth(tokens.URL))
	sent(s, m)
	h.OAuth2ClientSecret = "another"
	s.update(func(w store.Writer) error { return s.n.Change(w, h) })
	s.same("after a change", "Bearer t2", sent(s, m))
	s.update(func(w store.Writer) error { return s.n.Delete(w, h.ID) })
	s.hook(m.URL, oauth(tokens.URL))
	s.same("of another webhook", "Bearer t3", sent(s, m))
}

func TestNoTokenIsKeptWhenTheTimeIsPutBack(t *testing.T) {
	s, m := build(t), newMerchant(t)
	tokens := newMerchant(t, reply{200, `{"access_token":"t1"}`}, reply{200, `{"access_token":"t2"}`})
	s.hook(m.URL, oauth(tokens.URL))
	sent(s, m)
	if err := s.clock.Set(clock.State{Now: at.Add(-time.Hour)}); err != nil {
		t.Fatal(err)
	}
	s.same("token", "Bearer t2", sent(s, m))
}

func TestATokenTooLongToKeepIsAskedForEachTime(t *testing.T) {
	s, m := build(t), newMerchant(t)
	long := make([]byte, 8<<10+1)
	for i := range long {
		long[i] = 'a'
	}
	tokens := newMerchant(t, reply{200, `{"access_token":"` + string(long) + `"}`})
	s.hook(m.URL, oauth(tokens.URL))
	sent(s, m)
	sent(s, m)
	if n := len(tokens.requests()); n != 2 {
		t.Errorf("asked %d times", n)
	}
}
