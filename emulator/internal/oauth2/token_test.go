package oauth2_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
)

// claimsOf verifies a token against the public key as a client gets it.
func claimsOf(t testing.TB, token string) (claims map[string]any) {
	t.Helper()
	decode := func(text string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	parts := strings.Split(token, ".")
	jwk := key().Public()
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(decode(jwk.N)), E: int(new(big.Int).SetBytes(decode(jwk.E)).Int64())}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], decode(parts[2])); err != nil {
		t.Fatal(err)
	}
	var head map[string]string
	if err := errors.Join(json.Unmarshal(decode(parts[0]), &head), json.Unmarshal(decode(parts[1]), &claims)); err != nil {
		t.Fatal(err)
	}
	if head["alg"] != "RS256" || head["kid"] != jwk.ID {
		t.Errorf("header %v", head)
	}
	return claims
}

func TestAnAccessTokenCanBeVerifiedByTheKeyThatIsPublished(t *testing.T) {
	s := build(t, nil)
	tokens := s.token(exchange(s.code("scope", "company")))
	claims := claimsOf(t, tokens.AccessToken)
	id := claims["jti"]
	delete(claims, "jti")
	s.same("claims", map[string]any{"iss": "https://my.sepay.vn", "sub": "1", "aud": "app", "iat": float64(now.Unix()), "exp": float64(now.Unix() + 3600), "scope": "company"}, claims)
	if tokens.TokenType != "Bearer" || tokens.ExpiresIn != 3600 || id == "" {
		t.Errorf("%+v", tokens)
	}
	next := s.token(refresh(tokens.RefreshToken))
	if next.AccessToken == tokens.AccessToken || claimsOf(t, next.AccessToken)["jti"] == id {
		t.Error("two tokens of one second are the same")
	}
}

func TestABearerIsWhoeverLetTheApplicationInForAnHour(t *testing.T) {
	s := build(t, nil)
	token := s.token(exchange(s.code("scope", "company"))).AccessToken
	a, err := s.server.Bearer(context.Background(), "bearer "+token, store.Sandbox)
	if err != nil || a.Company.ID != "shop" || a.User.ID != 1 || a.App.ClientID != "app" || !a.Has("company") || a.Has("profile") {
		t.Errorf("%v, %+v", err, a)
	}
	for name, header := range map[string]string{"another scheme": "Basic " + token, "no token": "Bearer ", "nothing": "", "a changed token": "Bearer " + token + "A"} {
		if _, err := s.server.Bearer(context.Background(), header, ""); !errors.Is(err, oauth2.ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var side *store.WrongSide
	if _, err := s.server.Bearer(context.Background(), "Bearer "+token, store.Production); !errors.Is(err, oauth2.ErrToken) || !errors.As(err, &side) {
		t.Errorf("at the other side: %v", err)
	}
	unknown, _ := key().Sign(claims()) // well signed, and never issued
	if s.lets(unknown) {
		t.Error("a token that was never issued is taken")
	}
	s.later(time.Hour - time.Second)
	if !s.lets(token) {
		t.Error("it ended before its hour")
	}
	s.later(time.Second)
	if s.lets(token) {
		t.Error("it is taken after its hour")
	}
}

func TestATokenEndsWithItsUser(t *testing.T) {
	s := build(t, nil)
	tokens := s.token(exchange(s.code()))
	s.update(func(w store.Writer) error { return store.Users.Delete(w, 1) })
	if s.lets(tokens.AccessToken) {
		t.Error("the access token is taken")
	}
	s.same("refresh", oauth2.InvalidGrant, s.fails(refresh(tokens.RefreshToken)))
}

func TestAnAdminMayDoEverythingAndAUserWhatIsPermitted(t *testing.T) {
	for role, want := range map[store.Role][2]bool{store.RoleSuperAdmin: {true, true}, store.RoleAdmin: {true, true}, store.RoleUser: {true, false}} {
		a := oauth2.Access{User: store.User{Role: role, Permissions: []store.Permission{store.MayListAccounts}}}
		if got := [2]bool{a.May(store.MayListAccounts), a.May(store.MayAddWebhooks)}; got != want || a.Admin() != want[1] {
			t.Errorf("%s: %v, admin %v", role, got, a.Admin())
		}
	}
}

func TestARefreshTokenIsGoodForAMonthAndOnce(t *testing.T) {
	month := now.AddDate(0, 1, 0).Sub(now)
	for name, c := range map[string]struct {
		change func(*setup, *oauth2.TokenRequest)
		want   string
	}{
		"as it is":              {func(*setup, *oauth2.TokenRequest) {}, ""},
		"just before its end":   {func(s *setup, _ *oauth2.TokenRequest) { s.later(month - time.Nanosecond) }, ""},
		"at its end":            {func(s *setup, _ *oauth2.TokenRequest) { s.later(month) }, oauth2.InvalidGrant},
		"a second time":         {func(s *setup, r *oauth2.TokenRequest) { s.token(*r) }, oauth2.InvalidGrant},
		"none":                  {func(_ *setup, r *oauth2.TokenRequest) { r.RefreshToken = "" }, oauth2.InvalidRequest},
		"another one":           {func(_ *setup, r *oauth2.TokenRequest) { r.RefreshToken += "0" }, oauth2.InvalidGrant},
		"another client":        {func(_ *setup, r *oauth2.TokenRequest) { r.ClientID, r.ClientSecret = "app2", "secret2" }, oauth2.InvalidGrant},
		"a scope less":          {func(_ *setup, r *oauth2.TokenRequest) { r.Scope = "company" }, ""},
		"a scope more":          {func(_ *setup, r *oauth2.TokenRequest) { r.Scope = "company webhook:read" }, oauth2.InvalidScope},
		"a wrong secret":        {func(_ *setup, r *oauth2.TokenRequest) { r.ClientSecret = "x" }, oauth2.InvalidClient},
		"the other side's host": {func(_ *setup, r *oauth2.TokenRequest) { r.Environment = store.Production }, oauth2.InvalidClient},
	} {
		s := build(t, nil)
		r := refresh(s.token(exchange(s.code())).RefreshToken)
		c.change(s, &r)
		if got := s.fails(r); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestARefreshNarrowsTheAccessTokenAndNotTheGrant(t *testing.T) {
	s := build(t, nil)
	r := refresh(s.token(exchange(s.code())).RefreshToken)
	r.Scope = "company"
	narrow := s.token(r)
	s.same("narrowed", "company", claimsOf(t, narrow.AccessToken)["scope"])
	s.same("the next", "profile company", claimsOf(t, s.token(refresh(narrow.RefreshToken)).AccessToken)["scope"])
}

func TestOfManyRefreshesWithOneTokenExactlyOneWins(t *testing.T) {
	s := build(t, nil)
	r := refresh(s.token(exchange(s.code())).RefreshToken)
	const racers = 8
	var start, done sync.WaitGroup
	start.Add(1)
	results := make(chan error, racers)
	for range racers {
		done.Go(func() {
			start.Wait()
			_, err := s.server.Token(context.Background(), r)
			results <- err
		})
	}
	start.Done()
	done.Wait()
	close(results)
	won := 0
	for err := range results {
		if code := codeOf(t, err); code == "" {
			won++
		} else if code != oauth2.InvalidGrant {
			t.Errorf("%v", err)
		}
	}
	if won != 1 || len(s.findings()) != racers-1 {
		t.Errorf("%d won, findings %v", won, s.findings())
	}
}

func TestACodeThatComesTwiceIsAFindingAndTakesTokensBackWhereThatIsSet(t *testing.T) {
	for value, stays := range map[string]bool{"deny": true, "revoke": false} {
		s := build(t, map[string]string{string(setting.OAuthCodeReuse): value})
		code := s.code()
		tokens := s.token(exchange(code))
		s.same(value, oauth2.InvalidGrant, s.fails(exchange(code)))
		s.same("findings", []string{"shop: oauth.code_replayed"}, s.findings())
		if s.lets(tokens.AccessToken) != stays || (s.fails(refresh(tokens.RefreshToken)) == "") != stays {
			t.Errorf("%s: the tokens stay is %v", value, !stays)
		}
	}
}

func TestARevokedTokenEndsItsWholeGrantForItsClientAlone(t *testing.T) {
	for name, pick := range map[string]func(control.Tokens) string{
		"the access token":  func(t control.Tokens) string { return t.AccessToken },
		"the refresh token": func(t control.Tokens) string { return t.RefreshToken },
	} {
		s := build(t, nil)
		tokens, others := s.token(exchange(s.code())), s.token(exchange(s.code()))
		if err := s.server.Revoke(context.Background(), "app2", "secret2", pick(tokens), ""); err != nil || !s.lets(tokens.AccessToken) {
			t.Errorf("%s, by another client: %v", name, err)
		}
		s.same("a wrong secret", oauth2.InvalidClient, codeOf(t, s.server.Revoke(context.Background(), "app", "x", pick(tokens), "")))
		if err := s.server.Revoke(context.Background(), "app", "secret", "unknown", ""); err != nil {
			t.Errorf("%s, unknown: %v", name, err)
		}
		if err := s.server.Revoke(context.Background(), "app", "secret", pick(tokens), ""); err != nil || s.lets(tokens.AccessToken) {
			t.Errorf("%s: %v", name, err)
		}
		s.same(name, oauth2.InvalidGrant, s.fails(refresh(tokens.RefreshToken)))
		if !s.lets(others.AccessToken) {
			t.Errorf("%s: another grant ended too", name)
		}
	}
}

func TestWhatEndedADayAgoIsForgotten(t *testing.T) {
	s := build(t, nil)
	code := s.code()
	tokens := s.token(exchange(code))
	s.later(24*time.Hour + oauth2.CodeLife - time.Second)
	s.token(refresh(tokens.RefreshToken)) // whoever gives tokens tidies up
	s.same("the code is still known", "Authorization code was used before", description(t, s, exchange(code)))
	s.later(2 * time.Second)
	if _, err := s.server.Direct(context.Background(), store.OAuthApp{ID: 1, ClientID: "app"}, store.User{ID: 1, Company: "shop"}, nil); err != nil {
		t.Fatal(err)
	}
	s.same("it is forgotten", "Authorization code is not valid", description(t, s, exchange(code)))
}

func description(t testing.TB, s *setup, r oauth2.TokenRequest) string {
	t.Helper()
	_, err := s.server.Token(context.Background(), r)
	var e *oauth2.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	return e.Description
}

func TestTheFactsTellOfAnApplicationsAccess(t *testing.T) {
	s := build(t, nil)
	tokens := s.token(refresh(s.token(exchange(s.code())).RefreshToken))
	s.fails(refresh("unknown")) // is no news
	if err := s.server.Revoke(context.Background(), "app", "secret", tokens.AccessToken, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.server.Direct(context.Background(), store.OAuthApp{ID: 1, ClientID: "app"}, store.User{ID: 2, Company: "shop"}, []string{"profile"}); err != nil {
		t.Fatal(err)
	}
	s.same("told", []string{
		"shop, user 1: app was let in", "shop, user 1: app exchanged a code", "shop, user 1: app refreshed its tokens",
		"shop, user 1: app gave its tokens back", "shop, user 2: app was given tokens",
	}, s.told())
}
