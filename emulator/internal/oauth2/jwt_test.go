package oauth2_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/oauth2"
)

// key is made once: it takes a good part of a second.
var key = sync.OnceValue(func() *oauth2.Key { return oauth2.NewKey(1) })

var now = time.Date(2026, time.January, 5, 2, 0, 0, 0, time.UTC)

func claims() oauth2.Claims {
	return oauth2.Claims{Issuer: oauth2.Issuer, Subject: "4321", Audience: "app", ExpiresAt: now.Add(time.Hour).Unix(), IssuedAt: now.Unix(), Scope: "profile", ID: "1"}
}

func TestAKeyFollowsFromItsSeed(t *testing.T) {
	if diff := cmp.Diff(key().Public(), oauth2.NewKey(1).Public()); diff != "" {
		t.Error(diff)
	}
	if key().Public().N == oauth2.NewKey(2).Public().N {
		t.Error("another seed gave the same key")
	}
}

func TestATokenIsReadUntilItEnds(t *testing.T) {
	token, err := key().Sign(claims())
	if err != nil {
		t.Fatal(err)
	}
	got, err := key().Read(token, now.Add(time.Hour-time.Second))
	if diff := cmp.Diff(claims(), got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if _, err := key().Read(token, now.Add(time.Hour)); !errors.Is(err, oauth2.ErrToken) {
		t.Errorf("after its end: %v", err)
	}
	head, body, _ := strings.Cut(token, ".")
	if text, _ := base64.RawURLEncoding.DecodeString(head); !strings.HasPrefix(string(text), `{"typ":"JWT","alg":"RS256"`) {
		t.Errorf("header %s", text)
	}
	text, _ := base64.RawURLEncoding.DecodeString(strings.Split(body, ".")[0])
	if want := `{"iss":"https://my.sepay.vn","sub":"4321","aud":"app","exp":1767582000,"iat":1767578400,"scope":"profile","jti":"1"}`; string(text) != want {
		t.Errorf("claims %s", text)
	}
}

func TestWhatIsNotOursIsNoToken(t *testing.T) {
	foreign := claims()
	foreign.Issuer = "https://evil.example"
	other, err := key().Sign(foreign)
	if err != nil {
		t.Fatal(err)
	}
	good, _ := key().Sign(claims())
	parts := strings.Split(good, ".")
	for name, token := range map[string]string{
		"empty": "", "one part": "a", "two parts": "a.b", "four parts": good + ".x", "another issuer": other, "no signature": parts[0] + "." + parts[1] + ".",
		"padding": good + "=", "a line break": parts[0] + "\n." + parts[1] + "." + parts[2], "long": strings.Repeat("a", 9000) + good,
	} {
		if _, err := key().Read(token, now); !errors.Is(err, oauth2.ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := oauth2.NewKey(2).Read(good, now); !errors.Is(err, oauth2.ErrToken) {
		t.Errorf("another key: %v", err)
	}
}

func FuzzReadToken(f *testing.F) {
	good, err := key().Sign(claims())
	if err != nil {
		f.Fatal(err)
	}
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"none"}`))
	f.Add(good)
	f.Add(none + "." + strings.Split(good, ".")[1] + ".")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		c, err := key().Read(token, now)
		switch {
		case err != nil && !errors.Is(err, oauth2.ErrToken):
			t.Errorf("error %v", err)
		case err == nil && token != good:
			t.Errorf("a token that was never signed is read: %q %+v", token, c)
		}
	})
}
