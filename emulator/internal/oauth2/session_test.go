package oauth2_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestASessionIsGivenForTheRightPasswordForEightHours(t *testing.T) {
	s := build(t, nil)
	ctx := context.Background()
	s.update(func(w store.Writer) error {
		return store.Users.Put(w, store.User{ID: 3, Company: "shop", Email: "open@shop.test"})
	})
	for name, c := range map[string]struct {
		email, password string
		right           bool
	}{
		"right":                   {"boss@shop.test", "right", true},
		"in another case":         {" Boss@Shop.test ", "right", true},
		"a wrong password":        {"boss@shop.test", "wrong", false},
		"the password's case":     {"boss@shop.test", "Right", false},
		"no password":             {"boss@shop.test", "", false},
		"a user who has none":     {"open@shop.test", "", false},
		"an unknown user":         {"none@shop.test", "right", false},
		"an unknown user, no one": {"", "", false},
	} {
		session, err := s.server.LogIn(ctx, c.email, c.password)
		if (err == nil) != c.right || (session != "") != c.right || !c.right && !errors.Is(err, oauth2.ErrNotFound) {
			t.Errorf("%s: %q, %v", name, session, err)
		}
	}
	first, err := s.server.LogIn(ctx, "boss@shop.test", "right")
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.server.LogIn(ctx, "clerk@shop.test", "right")
	if err != nil || first == second {
		t.Fatalf("%q and %q, %v", first, second, err)
	}
	if u, err := s.server.LoggedIn(ctx, second); err != nil || u.ID != 2 {
		t.Errorf("%v, %+v", err, u)
	}
	for _, none := range []string{"", "x", first[1:]} {
		if _, err := s.server.LoggedIn(ctx, none); !errors.Is(err, oauth2.ErrNotFound) {
			t.Errorf("session %q: %v", none, err)
		}
	}
	if err := errors.Join(s.server.LogOut(ctx, second), s.server.LogOut(ctx, "unknown")); err != nil {
		t.Error(err)
	}
	if _, err := s.server.LoggedIn(ctx, second); !errors.Is(err, oauth2.ErrNotFound) {
		t.Errorf("after it was ended: %v", err)
	}
	s.later(8*time.Hour - time.Second)
	if u, err := s.server.LoggedIn(ctx, first); err != nil || u.ID != 1 {
		t.Errorf("before its end: %v", err)
	}
	s.later(time.Second)
	if _, err := s.server.LoggedIn(ctx, first); !errors.Is(err, oauth2.ErrNotFound) {
		t.Errorf("at its end: %v", err)
	}
}

func TestTokensGivenAtOnceHaveTheScopesThatAreNamed(t *testing.T) {
	s := build(t, nil)
	app, user := store.OAuthApp{ID: 1, ClientID: "app"}, store.User{ID: 2, Company: "shop"}
	tokens, err := s.server.Direct(context.Background(), app, user, []string{"webhook:read", "profile"})
	if err != nil {
		t.Fatal(err)
	}
	s.same("scopes", "webhook:read profile", claimsOf(t, tokens.AccessToken)["scope"])
	if tokens, err = s.server.Direct(context.Background(), app, user, nil); err != nil {
		t.Fatal(err)
	}
	s.same("all", strings.Join(oauth2.Scopes(), " "), claimsOf(t, tokens.AccessToken)["scope"])
	_, err = s.server.Direct(context.Background(), app, user, []string{"everything"})
	s.same("unknown", oauth2.InvalidScope, codeOf(t, err))
}

func TestAPluginAsksWithAnAddressAndAState(t *testing.T) {
	s := build(t, nil)
	for name, c := range map[string]struct{ uri, state, want string }{
		"good":               {"https://shop.example/wp-admin?page=1", "s", ""},
		"no address":         {"", "s", oauth2.InvalidRequest},
		"no web page":        {"javascript:1", "s", oauth2.InvalidRequest},
		"a relative address": {"/wp-admin", "s", oauth2.InvalidRequest},
		"a fragment":         {"https://shop.example/#x", "s", oauth2.InvalidRequest},
		"no state":           {"https://shop.example/", "", oauth2.InvalidRequest},
	} {
		_, err := s.server.Plugin(c.uri, c.state)
		if got := codeOf(t, err); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestAPluginGetsTokensInItsAddressAndNoCode(t *testing.T) {
	s := build(t, nil)
	q, err := s.server.Plugin("https://shop.example/wp-admin?page=1", "st")
	if err != nil {
		t.Fatal(err)
	}
	for env, owner := range map[store.Environment]string{"": "shop", store.Sandbox: "shop", store.Production: "other"} {
		if r, err := s.server.Read(context.Background(), q, env); err != nil || r.Owner.ID != owner || !r.Plugin() {
			t.Errorf("%q: %v, %+v", env, err, r)
		}
	}
	r, err := s.server.Read(context.Background(), q, "")
	if err != nil {
		t.Fatal(err)
	}
	got := s.allow(r)
	if got.Has("code") || got.Get("page") != "1" || got.Get("state") != "st" || got.Get("expires_in") != "3600" || !s.lets(got.Get("access_token")) {
		t.Errorf("%v", got)
	}
	a, err := s.server.Bearer(context.Background(), "Bearer "+got.Get("access_token"), "")
	if err != nil || a.Company.ID != "shop" || a.App.Name != "SePay WooCommerce" || !a.Has(oauth2.ScopeWriteWebhooks) {
		t.Errorf("%v, %+v", err, a)
	}
	next, err := s.server.RefreshPlugin(context.Background(), got.Get("refresh_token"))
	if err != nil || !s.lets(next.AccessToken) {
		t.Error(err)
	}
	_, err = s.server.RefreshPlugin(context.Background(), got.Get("refresh_token"))
	s.same("a second time", oauth2.InvalidGrant, codeOf(t, err))
	_, err = s.server.RefreshPlugin(context.Background(), s.token(exchange(s.code())).RefreshToken)
	s.same("the token of an application", oauth2.InvalidGrant, codeOf(t, err))
}

func TestAPluginsRequestIsGoodForFiveMinutesAndMadeByThisServer(t *testing.T) {
	s := build(t, nil)
	q, err := s.server.Plugin("https://shop.example/", "st")
	if err != nil {
		t.Fatal(err)
	}
	part, seal, _ := strings.Cut(q.Get(oauth2.PluginParam), ".")
	elsewhere := *s.server
	elsewhere.Seed = 2
	foreign, err := elsewhere.Plugin("https://shop.example/", "st")
	if err != nil {
		t.Fatal(err)
	}
	reason := func(q url.Values) string {
		_, err := s.server.Read(context.Background(), q, "")
		var u *oauth2.Untrusted
		if err != nil && !errors.As(err, &u) {
			t.Fatal(err)
		}
		if u == nil {
			return ""
		}
		return u.Reason
	}
	woo := func(text string) url.Values { return url.Values{oauth2.PluginParam: {text}} }
	for name, q := range map[string]url.Values{
		"of another emulator": foreign, "empty": woo(""), "no seal": woo(part), "another text": woo("e30." + seal), "no base64": woo("#." + seal),
	} {
		if got := reason(q); got != "woo_request_unknown" {
			t.Errorf("%s: %q", name, got)
		}
	}
	s.later(5*time.Minute - time.Second)
	s.same("before its end", "", reason(q))
	s.later(time.Second)
	s.same("at its end", "woo_request_expired", reason(q))
}
