package control

import (
	"context"
	"errors"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
)

func showUser(u store.User) wire.User {
	out := wire.User{
		ID: u.ID, Email: u.Email, Password: u.Password, FirstName: u.FirstName, LastName: u.LastName, Phone: u.Phone,
		Role: string(u.Role), Permissions: []string{},
	}
	for _, p := range u.Permissions {
		out.Permissions = append(out.Permissions, string(p))
	}
	return out
}

// applyUser applies the members of a body to a user.
func applyUser(n wire.NewUser, u *store.User) {
	put := func(to *string, value string) {
		if value != "" {
			*to = value
		}
	}
	put(&u.Email, n.Email)
	put(&u.Password, n.Password)
	put(&u.FirstName, n.FirstName)
	put(&u.LastName, n.LastName)
	put(&u.Phone, n.Phone)
	put((*string)(&u.Role), n.Role)
	if n.Permissions != nil {
		u.Permissions = nil
		for _, p := range *n.Permissions {
			u.Permissions = append(u.Permissions, store.Permission(p))
		}
	}
}

func readUsers(in []wire.NewUser) []store.User {
	var out []store.User
	for _, n := range in {
		var u store.User
		applyUser(n, &u)
		out = append(out, u)
	}
	return out
}

// UpdateUser changes the members that body names, with immediate effect on
// existing tokens.
func (c *Control) UpdateUser(ctx context.Context, id int64, body wire.NewUser) (wire.User, error) {
	var u store.User
	err := c.config.Store.Update(ctx, func(w store.Writer) (err error) {
		if u, err = store.Users.Get(w, id); err != nil {
			return err
		}
		before := u
		if applyUser(body, &u); reflect.DeepEqual(before, u) {
			return nil
		}
		return c.config.Identity.ChangeUser(w, u)
	})
	return showUser(u), err
}

// DeleteUser removes a user and revokes their tokens.
func (c *Control) DeleteUser(ctx context.Context, id int64) error {
	return c.config.Store.Update(ctx, func(w store.Writer) error { return c.config.Identity.DeleteUser(w, id) })
}

// Tokens issues tokens without login and consent, for tests of other parts.
func (c *Control) Tokens(ctx context.Context, o wire.TokenRequest) (wire.Tokens, error) {
	var user store.User
	var app store.OAuthApp
	err := c.config.Store.View(ctx, func(r store.Reader) error {
		company, err := oneCompany(r, o.Company)
		if err != nil {
			return err
		}
		users, err := store.UserByCompany.All(r, company.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(users, func(u store.User) bool { return o.Email == "" || strings.EqualFold(u.Email, o.Email) })
		if i < 0 {
			return newProblem(404, "Not found", "company "+company.ID+" has no such user", "")
		}
		user = users[i]
		if o.ClientID == "" {
			app, err = store.OAuthAppByCompany.Find(r, company.ID)
		} else {
			app, err = store.OAuthAppByClient.Find(r, o.ClientID)
		}
		if errors.Is(err, store.ErrNotFound) || (err == nil && app.Company != company.ID) {
			what := "no such application"
			if o.ClientID == "" {
				what = "no OAuth2 application"
			}
			return newProblem(404, "Not found", "company "+company.ID+" has "+what, "an application is made with its company: oauth_apps in POST /_control/v1/companies or in a seed file")
		}
		return err
	})
	if err != nil {
		return wire.Tokens{}, err
	}
	return c.config.OAuth.Direct(ctx, app, user, o.Scopes)
}

// Authorize answers an authorization request as a user would. A request that
// SePay answers with an error page instead of a redirect returns a problem.
func (c *Control) Authorize(ctx context.Context, d wire.Decision) (wire.Decided, error) {
	q, err := url.ParseQuery(strings.TrimPrefix(d.Query, "?"))
	if err != nil {
		return wire.Decided{}, badRequest("query: " + err.Error())
	}
	req, err := c.config.OAuth.Read(ctx, q, "")
	var refused *oauth2.Refused
	if errors.As(err, &refused) {
		return wire.Decided{Location: refused.Location}, nil
	}
	if err != nil {
		return wire.Decided{}, err
	}
	if d.Deny {
		return wire.Decided{Location: req.Denied()}, nil
	}
	var user store.User
	err = c.config.Store.View(ctx, func(r store.Reader) (err error) {
		if d.Email != "" {
			user, err = store.UserByEmail.Find(r, strings.ToLower(d.Email))
		} else {
			user, err = store.UserByCompany.Find(r, req.Owner.ID)
		}
		return err
	})
	if err != nil {
		return wire.Decided{}, err
	}
	location, err := c.config.OAuth.Allow(ctx, req, user.ID)
	return wire.Decided{Location: location}, err
}

// Keys returns the key set.
func (c *Control) Keys() wire.KeySet {
	return wire.KeySet{Keys: []wire.JWK{c.config.OAuth.Key().Public()}}
}

func (c *Control) patchUser(r request) (int, any, error) {
	id, err := r.id()
	if err != nil {
		return 0, nil, err
	}
	body, err := read[wire.NewUser](r)
	if err != nil {
		return 0, nil, err
	}
	return ok(c.UpdateUser(r.Context(), id, body))
}

func (c *Control) deleteUser(r request) (int, any, error) {
	id, err := r.id()
	if err != nil {
		return 0, nil, err
	}
	return none(c.DeleteUser(r.Context(), id))
}

func (c *Control) postTokens(r request) (int, any, error) {
	body, err := read[wire.TokenRequest](r)
	if err != nil {
		return 0, nil, err
	}
	return created(c.Tokens(r.Context(), body))
}

func (c *Control) postAuthorize(r request) (int, any, error) {
	body, err := read[wire.Decision](r)
	if err != nil {
		return 0, nil, err
	}
	return ok(c.Authorize(r.Context(), body))
}
