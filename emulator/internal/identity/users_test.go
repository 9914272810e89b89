package identity_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestTheFirstUserIsASuperAdminAndOthersAreNumbered(t *testing.T) {
	s := build(t, 1, nil)
	s.create(identity.NewCompany{ID: "shop"})
	s.create(identity.NewCompany{ID: "two", Users: []store.User{{}, {Role: store.RoleUser, Permissions: store.Permissions()[:1]}, {Email: "Boss@Two.Test", Password: "p", FirstName: "A", LastName: "B", Phone: "1"}}})
	first := s.records("shop").Users
	if len(first) != 1 || first[0].Email != "user@shop.test" || first[0].Password != "password" || first[0].Role != store.RoleSuperAdmin || first[0].FirstName == "" || first[0].LastName == "" || !first[0].CreatedAt.Equal(at) {
		t.Errorf("%+v", first)
	}
	users := s.records("two").Users
	if len(users) != 3 || users[0].Email != "user@two.test" || users[1].Email != "user2@two.test" || users[1].Role != store.RoleUser {
		t.Fatalf("%+v", users)
	}
	s.same("what is said", store.User{ID: users[2].ID, Company: "two", Email: "boss@two.test", Password: "p", FirstName: "A", LastName: "B", Phone: "1", Role: store.RoleSuperAdmin, CreatedAt: at}, users[2])
}

func TestAUserWhoCannotBeIsRefusedByMember(t *testing.T) {
	for name, c := range map[string]struct {
		u    store.User
		want string
	}{
		"no e-mail address":     {store.User{Email: "boss"}, "users[0].email: "},
		"a blank in it":         {store.User{Email: "a b@c.test"}, "users[0].email: "},
		"an unknown role":       {store.User{Role: "Owner"}, "users[0].role: "},
		"an unknown permission": {store.User{Permissions: []store.Permission{store.MayListAccounts, "fly"}}, "users[0].permissions[1]: "},
	} {
		_, err := build(t, 1, nil).try(identity.NewCompany{Users: []store.User{c.u}})
		refused(t, name, err, c.want)
	}
}

func TestAChangedUserIsCheckedAndADeletedOneIsGoneWithFacts(t *testing.T) {
	s := build(t, 1, nil)
	s.create(identity.NewCompany{ID: "shop", Users: []store.User{{}, {}}})
	users := s.records("shop").Users
	last := s.store.Facts().Last()
	change := func(u store.User) error {
		return s.store.Update(context.Background(), func(w store.Writer) error { return s.identity.ChangeUser(w, u) })
	}
	bad, twin := users[0], users[0]
	bad.Role = "Owner"
	refused(t, "a bad role", change(bad), "role: ")
	twin.Email = users[1].Email
	refused(t, "another's address", change(twin), "email: there is a user user2@shop.test already")
	users[0].Email = "NEW@shop.test"
	if err := change(users[0]); err != nil {
		t.Error(err)
	}
	remove := func() error {
		return s.store.Update(context.Background(), func(w store.Writer) error { return s.identity.DeleteUser(w, users[1].ID) })
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	if err := remove(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	if left := s.records("shop").Users; len(left) != 1 || left[0].Email != "new@shop.test" {
		t.Errorf("%+v", left)
	}
	told := []identity.Configured{}
	for _, f := range s.store.Facts().After(fact.Filter{Type: fact.User, Company: "shop"}, last, 10) {
		told = append(told, f.Data.(identity.Configured))
	}
	id := func(i int) string { return strconv.FormatInt(users[i].ID, 10) }
	s.same("facts", []identity.Configured{{ID: id(0), What: "changed"}, {ID: id(1), What: "deleted"}}, told)
}

func TestABearerIsTheCompanyOfItsToken(t *testing.T) {
	s := build(t, 1, nil)
	s.create(identity.NewCompany{ID: "shop", Tokens: []string{"RIGHT", "OFF"}})
	s.create(identity.NewCompany{ID: "live", Environment: store.Production, Tokens: []string{"LIVE"}})
	s.update(func(w store.Writer) error {
		off := s.records("shop").Tokens[1]
		off.Active = false
		return store.APITokens.Put(w, off)
	})
	for name, c := range map[string]struct {
		header string
		env    store.Environment
		want   string
		err    error
	}{
		"right":                          {"Bearer RIGHT", "", "shop", nil},
		"the scheme in another case":     {"bEARER RIGHT", "", "shop", nil},
		"at its own host":                {"Bearer RIGHT", store.Sandbox, "shop", nil},
		"at the other side's host":       {"Bearer RIGHT", store.Production, "", identity.ErrUnknown},
		"of production at its host":      {"Bearer LIVE", store.Production, "live", nil},
		"of production at test's host":   {"Bearer LIVE", store.Sandbox, "", identity.ErrUnknown},
		"switched off":                   {"Bearer OFF", "", "", identity.ErrUnknown},
		"unknown":                        {"Bearer WRONG", "", "", identity.ErrUnknown},
		"in another case":                {"Bearer right", "", "", identity.ErrUnknown},
		"no header":                      {"", "", "", identity.ErrMissing},
		"another scheme":                 {"Basic RIGHT", "", "", identity.ErrMalformed},
		"the token alone":                {"RIGHT", "", "", identity.ErrMalformed},
		"the scheme alone":               {"Bearer ", "", "", identity.ErrMalformed},
		"two blanks":                     {"Bearer  RIGHT", "", "", identity.ErrMalformed},
		"a token that is too long":       {"Bearer " + strings.Repeat("A", 513), "", "", identity.ErrMalformed},
		"a control character in a token": {"Bearer RIG\x7fHT", "", "", identity.ErrMalformed},
	} {
		got, err := s.identity.Bearer(context.Background(), c.header, c.env)
		if got.ID != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v", name, got.ID, err)
		}
	}
	var side *store.WrongSide
	if _, err := s.identity.Bearer(context.Background(), "Bearer LIVE", store.Sandbox); !errors.As(err, &side) || side.Credential != "API token" || side.Company != "live" {
		t.Errorf("the wrong side is not named: %v", err)
	}
}

func TestAMerchantIsTheCompanyOfItsIDAndSecretKey(t *testing.T) {
	s := build(t, 1, nil)
	s.create(identity.NewCompany{ID: "shop", Merchant: store.Merchant{MerchantID: "M", SecretKey: "K"}})
	s.create(identity.NewCompany{ID: "other", Merchant: store.Merchant{MerchantID: "M2", SecretKey: "K2"}})
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	for name, c := range map[string]struct {
		header string
		env    store.Environment
		want   string
		err    error
	}{
		"right":                    {basic("M:K"), "", "shop", nil},
		"the scheme in lower case": {"b" + basic("M:K")[1:], "", "shop", nil},
		"at its own host":          {basic("M:K"), store.Sandbox, "shop", nil},
		"at the other side's host": {basic("M:K"), store.Production, "", identity.ErrUnknown},
		"the key of another":       {basic("M:K2"), "", "", identity.ErrUnknown},
		"a longer key":             {basic("M:K:"), "", "", identity.ErrUnknown},
		"an unknown merchant":      {basic("X:K"), "", "", identity.ErrUnknown},
		"no header":                {"", "", "", identity.ErrMissing},
		"another scheme":           {"Bearer" + basic("M:K")[5:], "", "", identity.ErrMalformed},
		"no base64":                {"Basic M:K", "", "", identity.ErrMalformed},
		"no colon":                 {basic("MK"), "", "", identity.ErrMalformed},
		"no merchant":              {basic(":K"), "", "", identity.ErrMalformed},
		"no key":                   {basic("M:"), "", "", identity.ErrMalformed},
	} {
		got, err := s.identity.Merchant(context.Background(), c.header, c.env)
		if got.ID != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v", name, got.ID, err)
		}
	}
}
