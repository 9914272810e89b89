package oauth2_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
	"github.com/localsepay/localsepay/openapi/control"
)

const callback = "http://localhost:3000/callback?tenant=1"

// setup is a server over shop, whose application is app and whose users are boss
// (1) and clerk (2), and other, which has an application too.
type setup struct {
	testing.TB
	server *oauth2.Server
	clock  *clock.Clock
	store  *memory.Store
}

func build(t testing.TB, settings map[string]string) *setup {
	t.Helper()
	values, err := setting.Values{}.With(settings)
	if err != nil {
		t.Fatal(err)
	}
	s := &setup{TB: t, clock: clock.NewFrozen(now), store: memory.New()}
	t.Cleanup(func() { _ = s.store.Close() })
	s.server = &oauth2.Server{Store: s.store, Seed: 1, Now: s.clock.Now, Key: key, Settings: values}
	s.update(func(w store.Writer) error {
		return errors.Join(
			store.Companies.Put(w, store.Company{Number: 1, ID: "shop", Environment: store.Sandbox, Merchant: store.Merchant{MerchantID: "m1"}}),
			store.Companies.Put(w, store.Company{Number: 2, ID: "other", Environment: store.Production, Merchant: store.Merchant{MerchantID: "m2"}}),
			store.Users.Put(w, store.User{ID: 1, Company: "shop", Email: "boss@shop.test", Password: "right", Role: store.RoleSuperAdmin}),
			store.Users.Put(w, store.User{ID: 2, Company: "shop", Email: "clerk@shop.test", Password: "right", Role: store.RoleUser, Permissions: []store.Permission{store.MayListAccounts}}),
			store.OAuthApps.Put(w, store.OAuthApp{ID: 1, Company: "shop", ClientID: "app", ClientSecret: "secret", RedirectURIs: []string{callback, "http://localhost/"}, Scopes: []string{oauth2.ScopeProfile, oauth2.ScopeCompany}}),
			store.OAuthApps.Put(w, store.OAuthApp{ID: 2, Company: "other", ClientID: "app2", ClientSecret: "secret2", RedirectURIs: []string{callback}, Scopes: oauth2.Scopes()}),
		)
	})
	return s
}

func (s *setup) update(fn func(store.Writer) error) {
	s.Helper()
	if err := s.store.Update(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

// later moves the clock.
func (s *setup) later(d time.Duration) {
	s.Helper()
	if err := s.clock.Advance(context.Background(), d); err != nil {
		s.Fatal(err)
	}
}

// ask is a good authorization request, changed.
func ask(change ...string) url.Values {
	q := url.Values{"client_id": {"app"}, "redirect_uri": {callback}, "response_type": {"code"}, "state": {"st&1"}}
	for i := 0; i < len(change); i += 2 {
		q.Set(change[i], change[i+1])
	}
	return q
}

// code lets the application in as boss and returns the code.
func (s *setup) code(change ...string) string {
	s.Helper()
	r, err := s.server.Read(context.Background(), ask(change...), "")
	if err != nil {
		s.Fatal(err)
	}
	return s.allow(r).Get("code")
}

// allow lets an application in as boss and returns the query of the address.
func (s *setup) allow(r oauth2.Request) url.Values {
	s.Helper()
	location, err := s.server.Allow(context.Background(), r, 1)
	if err != nil {
		s.Fatal(err)
	}
	u, err := url.Parse(location)
	if err != nil {
		s.Fatal(err)
	}
	return u.Query()
}

func exchange(code string) oauth2.TokenRequest {
	return oauth2.TokenRequest{GrantType: oauth2.GrantCode, Code: code, RedirectURI: callback, ClientID: "app", ClientSecret: "secret"}
}

func refresh(token string) oauth2.TokenRequest {
	return oauth2.TokenRequest{GrantType: oauth2.GrantRefresh, RefreshToken: token, ClientID: "app", ClientSecret: "secret"}
}

func (s *setup) token(r oauth2.TokenRequest) control.Tokens {
	s.Helper()
	tokens, err := s.server.Token(context.Background(), r)
	if err != nil {
		s.Fatal(err)
	}
	return tokens
}

// fails is the protocol's code of the error of a token request, "" for none.
func (s *setup) fails(r oauth2.TokenRequest) string {
	s.Helper()
	tokens, err := s.server.Token(context.Background(), r)
	code := codeOf(s, err)
	if (code == "") != (tokens.AccessToken != "") {
		s.Errorf("tokens %+v with error %v", tokens, err)
	}
	return code
}

// codeOf is the protocol's code of an error, "" for none.
func codeOf(t testing.TB, err error) string {
	t.Helper()
	var e *oauth2.Error
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &e):
		t.Fatalf("not an error of the protocol: %v", err)
	}
	return e.Code
}

// lets says whether an access token is taken.
func (s *setup) lets(token string) bool {
	s.Helper()
	_, err := s.server.Bearer(context.Background(), "Bearer "+token, "")
	if err != nil && !errors.Is(err, oauth2.ErrToken) {
		s.Errorf("bearer: %v", err)
	}
	return err == nil
}

// told is what the facts say that applications did.
func (s *setup) told() (out []string) {
	for _, f := range s.store.Facts().After(fact.Filter{Type: fact.OAuth}, 0, 1000) {
		out = append(out, f.Company+", "+f.Subject+": "+f.Data.(oauth2.Accessed).ClientID+" "+f.Data.(oauth2.Accessed).What)
	}
	return out
}

// findings are the codes of what was noticed, each with its company.
func (s *setup) findings() (out []string) {
	for _, x := range s.store.Facts().After(fact.Filter{Type: fact.Finding}, 0, 1000) {
		f, _ := finding.Of(x)
		out = append(out, f.Company+": "+f.Code)
	}
	return out
}

func (s *setup) same(what string, want, got any) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
