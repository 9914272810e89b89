package identity_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
)

// at is when the clock of a test stands.
var at = time.Date(2026, 3, 1, 9, 30, 0, 0, clock.Vietnam)

// setup is an identity without companies.
type setup struct {
	testing.TB
	identity *identity.Identity
	store    *memory.Store
}

func build(t testing.TB, seed derive.Seed, settings map[string]string) *setup {
	t.Helper()
	values, err := setting.Values{}.With(settings)
	if err != nil {
		t.Fatal(err)
	}
	s := memory.New()
	t.Cleanup(func() { _ = s.Close() })
	return &setup{t, &identity.Identity{Store: s, Seed: seed, Now: clock.NewFrozen(at).Now, Settings: values}, s}
}

func (s *setup) update(fn func(store.Writer) error) {
	s.Helper()
	if err := s.store.Update(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

func (s *setup) try(n identity.NewCompany) (c store.Company, err error) {
	err = s.store.Update(context.Background(), func(w store.Writer) (err error) {
		c, err = s.identity.Create(w, n)
		return err
	})
	return c, err
}

func (s *setup) create(n identity.NewCompany) store.Company {
	s.Helper()
	c, err := s.try(n)
	if err != nil {
		s.Fatal(err)
	}
	return c
}

// records are a company and all that was made with it.
type records struct {
	Company store.Company
	Tokens  []store.APIToken
	Apps    []store.OAuthApp
	Users   []store.User
}

func (s *setup) records(id string) (all records) {
	s.Helper()
	err := s.store.View(context.Background(), func(r store.Reader) error {
		var errs [4]error
		all.Company, errs[0] = store.CompanyByID.Find(r, id)
		all.Tokens, errs[1] = store.APITokenByCompany.All(r, id)
		all.Apps, errs[2] = store.OAuthAppByCompany.All(r, id)
		all.Users, errs[3] = store.UserByCompany.All(r, id)
		return errors.Join(errs[:]...)
	})
	if err != nil {
		s.Fatal(err)
	}
	return all
}

func (s *setup) same(what string, want, got any) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// refused holds an error against the part of it that tells; empty is no error.
func refused(t testing.TB, what string, err error, part string) {
	t.Helper()
	if (err == nil) != (part == "") || err != nil && (!errors.Is(err, identity.ErrInvalid) || !strings.Contains(err.Error(), part)) {
		t.Errorf("%s: %v, want %q", what, err, part)
	}
}
