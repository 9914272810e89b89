package oauth2_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestAGoodRequestIsReadWithItsApplicationAndScopes(t *testing.T) {
	s := build(t, nil)
	for scope, want := range map[string][]string{
		"":                                 {oauth2.ScopeProfile, oauth2.ScopeCompany},
		"company":                          {oauth2.ScopeCompany},
		" company  profile company":        {oauth2.ScopeCompany, oauth2.ScopeProfile},
		"unknown parameters are tolerated": nil,
	} {
		q := ask("scope", scope, "prompt", "login")
		if want == nil {
			q, want = ask("anything", "x"), []string{oauth2.ScopeProfile, oauth2.ScopeCompany}
		}
		r, err := s.server.Read(context.Background(), q, store.Sandbox)
		if err != nil || r.App.ClientID != "app" || r.Owner.ID != "shop" || r.State != "st&1" || r.Plugin() {
			t.Errorf("%q: %v, %+v", scope, err, r)
		}
		s.same("scopes of "+scope, want, r.Scopes)
	}
}

func TestAWrongClientOrAddressNeverLeadsToARedirect(t *testing.T) {
	s := build(t, nil)
	twice := func(name string) url.Values { q := ask(); q.Add(name, "x"); return q }
	for name, c := range map[string]struct {
		q    url.Values
		env  store.Environment
		want string
	}{
		"an unknown client":                {ask("client_id", "none"), "", "client_unknown"},
		"no client":                        {ask("client_id", ""), "", "client_unknown"},
		"a client of the other side":       {ask(), store.Production, "client_unknown"},
		"no address":                       {ask("redirect_uri", ""), "", "redirect_uri_missing"},
		"an address that is unknown":       {ask("redirect_uri", callback+"&x"), "", "redirect_uri_unknown"},
		"an address in another case":       {ask("redirect_uri", strings.ToUpper(callback)), "", "redirect_uri_unknown"},
		"an address without its last rune": {ask("redirect_uri", callback[:len(callback)-1]), "", "redirect_uri_unknown"},
		"two clients":                      {twice("client_id"), "", "duplicate_parameter"},
		"two addresses":                    {twice("redirect_uri"), "", "duplicate_parameter"},
	} {
		_, err := s.server.Read(context.Background(), c.q, c.env)
		var u *oauth2.Untrusted
		if !errors.As(err, &u) || u.Reason != c.want || u.Hint == "" {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		var side *store.WrongSide
		if errors.As(err, &side) != (c.env == store.Production) {
			t.Errorf("%s: wrong side %v", name, side)
		}
	}
}

func TestOtherErrorsGoToTheClientWithItsState(t *testing.T) {
	s := build(t, nil)
	challenge := strings.Repeat("a", 43)
	twice := ask()
	twice.Add("scope", "a")
	twice.Add("scope", "b")
	for name, c := range map[string]struct {
		q    url.Values
		want string
	}{
		"no response type":             {ask("response_type", ""), oauth2.InvalidRequest},
		"the implicit flow":            {ask("response_type", "token"), oauth2.UnsupportedResponseType},
		"a scope that is none":         {ask("scope", "profile everything"), oauth2.InvalidScope},
		"scopes with a comma":          {ask("scope", "profile,company"), oauth2.InvalidScope},
		"a scope beyond the app's":     {ask("scope", oauth2.ScopeTransactions), oauth2.InvalidScope},
		"a parameter twice":            {twice, oauth2.InvalidRequest},
		"a method without a challenge": {ask("code_challenge_method", "S256"), oauth2.InvalidRequest},
		"an unknown method":            {ask("code_challenge", challenge, "code_challenge_method", "S512"), oauth2.InvalidRequest},
		"a challenge that is short":    {ask("code_challenge", challenge[1:]), oauth2.InvalidRequest},
		"a challenge that is long":     {ask("code_challenge", strings.Repeat("a", 129)), oauth2.InvalidRequest},
		"a challenge with a plus":      {ask("code_challenge", challenge+"+"), oauth2.InvalidRequest},
	} {
		_, err := s.server.Read(context.Background(), c.q, "")
		var r *oauth2.Refused
		if !errors.As(err, &r) || codeOf(t, err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
			continue
		}
		q, ok := strings.CutPrefix(r.Location, callback+"&") // what the address has stays
		values, _ := url.ParseQuery(q)
		if !ok || values.Get("error") != c.want || values.Get("error_description") == "" || values.Get("state") != "st&1" {
			t.Errorf("%s: %s", name, r.Location)
		}
	}
}

func TestADenialTellsTheClient(t *testing.T) {
	s := build(t, nil)
	r, err := s.server.Read(context.Background(), ask("redirect_uri", "http://localhost/", "state", ""), "")
	if err != nil {
		t.Fatal(err)
	}
	s.same("location", "http://localhost/?error=access_denied&error_description=The+user+denied+the+request", r.Denied())
}

func TestACodeIsGoodForFiveMinutesOnceForItsClientAndAddress(t *testing.T) {
	change := func(f func(*oauth2.TokenRequest)) func(*setup, *oauth2.TokenRequest) {
		return func(_ *setup, r *oauth2.TokenRequest) { f(r) }
	}
	for name, c := range map[string]struct {
		change func(*setup, *oauth2.TokenRequest)
		want   string
	}{
		"as it is":            {func(*setup, *oauth2.TokenRequest) {}, ""},
		"just before its end": {func(s *setup, _ *oauth2.TokenRequest) { s.later(5*time.Minute - time.Nanosecond) }, ""},
		"at its end":          {func(s *setup, _ *oauth2.TokenRequest) { s.later(5 * time.Minute) }, oauth2.InvalidGrant},
		"a second time":       {func(s *setup, r *oauth2.TokenRequest) { s.token(*r) }, oauth2.InvalidGrant},
		"another address":     {change(func(r *oauth2.TokenRequest) { r.RedirectURI = "http://localhost/" }), oauth2.InvalidGrant},
		"no address":          {change(func(r *oauth2.TokenRequest) { r.RedirectURI = "" }), oauth2.InvalidRequest},
		"another code":        {change(func(r *oauth2.TokenRequest) { r.Code += "0" }), oauth2.InvalidGrant},
		"no code":             {change(func(r *oauth2.TokenRequest) { r.Code = "" }), oauth2.InvalidRequest},
		"another client":      {change(func(r *oauth2.TokenRequest) { r.ClientID, r.ClientSecret = "app2", "secret2" }), oauth2.InvalidGrant},
		"a wrong secret":      {change(func(r *oauth2.TokenRequest) { r.ClientSecret = "secret2" }), oauth2.InvalidClient},
		"no secret":           {change(func(r *oauth2.TokenRequest) { r.ClientSecret = "" }), oauth2.InvalidClient},
		"no secret to a client that has none": {func(s *setup, r *oauth2.TokenRequest) {
			r.ClientSecret = ""
			s.update(func(w store.Writer) error {
				return store.OAuthApps.Put(w, store.OAuthApp{ID: 1, Company: "shop", ClientID: "app"})
			})
		}, oauth2.InvalidClient},
		"an unknown client":     {change(func(r *oauth2.TokenRequest) { r.ClientID = "none" }), oauth2.InvalidClient},
		"the other side's host": {change(func(r *oauth2.TokenRequest) { r.Environment = store.Production }), oauth2.InvalidClient},
		"its own side's host":   {change(func(r *oauth2.TokenRequest) { r.Environment = store.Sandbox }), ""},
		"no grant type":         {change(func(r *oauth2.TokenRequest) { r.GrantType = "" }), oauth2.InvalidRequest},
		"another grant type":    {change(func(r *oauth2.TokenRequest) { r.GrantType = "password" }), oauth2.UnsupportedGrantType},
		"a user who was deleted": {func(s *setup, _ *oauth2.TokenRequest) {
			s.update(func(w store.Writer) error { return store.Users.Delete(w, 1) })
		}, oauth2.InvalidGrant},
	} {
		s := build(t, nil)
		r := exchange(s.code())
		c.change(s, &r)
		if got := s.fails(r); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What is refused does not use the code up.
func TestARefusedExchangeLeavesTheCode(t *testing.T) {
	s := build(t, nil)
	r := exchange(s.code())
	wrong := r
	wrong.RedirectURI = "http://localhost/"
	s.same("first", oauth2.InvalidGrant, s.fails(wrong))
	s.same("then", "", s.fails(r))
}

// A verifier fits the challenge that RFC 7636 §4.2 makes of it, and no other one.
func TestAVerifierFitsItsOwnChallengeAlone(t *testing.T) {
	s := build(t, nil)
	rapid.Check(t, func(t *rapid.T) {
		verifier := rapid.StringMatching(`[A-Za-z0-9._~-]{43,128}`).Draw(t, "verifier")
		method := rapid.SampledFrom([]string{"S256", "plain", ""}).Draw(t, "method")
		other := rapid.SampledFrom([]string{"", verifier[1:], verifier + "a", strings.Repeat("a", 43)}).Draw(t, "another verifier")
		challenge := verifier
		if method == "S256" {
			sum := sha256.Sum256([]byte(verifier))
			challenge = base64.RawURLEncoding.EncodeToString(sum[:])
		}
		change := []string{"code_challenge", challenge}
		if method != "" {
			change = append(change, "code_challenge_method", method)
		}
		r := exchange(s.code(change...))
		if r.Verifier = other; other != verifier {
			if got := s.fails(r); got != oauth2.InvalidGrant {
				t.Fatalf("%q is taken for %q: %q", other, verifier, got)
			}
		}
		r.Verifier = verifier
		if got := s.fails(r); got != "" {
			t.Fatalf("%s: %q", method, got)
		}
	})
}

func TestAUserWhoIsNoneCannotLetAnApplicationIn(t *testing.T) {
	s := build(t, nil)
	r, err := s.server.Read(context.Background(), ask(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.server.Allow(context.Background(), r, 99); !errors.Is(err, oauth2.ErrNotFound) {
		t.Error(err)
	}
}
