package control

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/oauth2"
	"github.com/localsepay/localsepay/emulator/store"
)

// User is a person of a company who can let applications in.
type User struct {
	ID        int64  `json:"id"`
	Email     string `json:"email"`
	Password  string `json:"password"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Phone     string `json:"phone"`
	// Role is SuperAdmin, Admin or User. A User may do what Permissions say, the
	// others everything.
	Role        string   `json:"role"`
	Permissions []string `json:"permissions"`
}

// NewUser is a user of a new company, or, as the body of PATCH /users/{id},
// what changes of one. What is absent is derived, or stays as it is.
type NewUser struct {
	Email     string `json:"email,omitempty"`
	Password  string `json:"password,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Role      string `json:"role,omitempty"`
	// Permissions replace those that there are; an empty list takes all away.
	Permissions *[]string `json:"permissions,omitempty"`
}

func showUser(u store.User) User {
	out := User{
		ID: u.ID, Email: u.Email, Password: u.Password, FirstName: u.FirstName, LastName: u.LastName, Phone: u.Phone,
		Role: string(u.Role), Permissions: []string{},
	}
	for _, p := range u.Permissions {
		out.Permissions = append(out.Permissions, string(p))
	}
	return out
}

// apply puts what the body names onto a user.
func (n NewUser) apply(u *store.User) {
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

func readUsers(in []NewUser) []store.User {
	var out []store.User
	for _, n := range in {
		var u store.User
		n.apply(&u)
		out = append(out, u)
	}
	return out
}

// UpdateUser changes what body names, at once: also for tokens that exist.
func (c *Control) UpdateUser(ctx context.Context, id int64, body NewUser) (User, error) {
	var u store.User
	err := c.Store.Update(ctx, func(w store.Writer) (err error) {
		if u, err = store.Users.Get(w, id); err != nil {
			return err
		}
		body.apply(&u)
		return c.Identity.ChangeUser(w, u)
	})
	return showUser(u), err
}

// DeleteUser removes a user; every token of theirs ends.
func (c *Control) DeleteUser(ctx context.Context, id int64) error {
	return c.Store.Update(ctx, func(w store.Writer) error { return c.Identity.DeleteUser(w, id) })
}

// TokenOrder is the body of POST /oauth/tokens. Everything is optional: all
// scopes, for the first user of the only company, as its first application.
type TokenOrder struct {
	Company string `json:"company,omitempty"`
	// Email names the user, ClientID the application.
	Email    string   `json:"email,omitempty"`
	ClientID string   `json:"client_id,omitempty"`
	Scopes   []string `json:"scopes,omitempty"`
}

// Tokens gives tokens without login and consent, for a test that is about something
// else.
func (c *Control) Tokens(ctx context.Context, o TokenOrder) (oauth2.Tokens, error) {
	var user store.User
	var app store.OAuthApp
	err := c.Store.View(ctx, func(r store.Reader) error {
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
			return newProblem(404, "Not found", "company "+company.ID+" has no such application", "register one with oauth_apps")
		}
		return err
	})
	if err != nil {
		return oauth2.Tokens{}, err
	}
	return c.OAuth.Direct(ctx, app, user, o.Scopes)
}

// Decision is the body of POST /oauth/authorize: what a user does on the login
// and consent pages.
type Decision struct {
	// Query is the query of /oauth/authorize, as the application made it.
	Query string `json:"query"`
	// Email names the user; the first one of the application's company when
	// empty. Deny says no.
	Email string `json:"email,omitempty"`
	Deny  bool   `json:"deny,omitempty"`
}

// Decided is where the browser goes then.
type Decided struct {
	Location string `json:"location"`
}

// Authorize answers an authorization request as a user would. A request that
// SePay answers with a page and no redirect is a problem here.
func (c *Control) Authorize(ctx context.Context, d Decision) (Decided, error) {
	q, err := url.ParseQuery(strings.TrimPrefix(d.Query, "?"))
	if err != nil {
		return Decided{}, badRequest("query: " + err.Error())
	}
	req, err := c.OAuth.Read(ctx, q, "")
	var refused *oauth2.Refused
	if errors.As(err, &refused) {
		return Decided{refused.Location}, nil
	}
	if err != nil {
		return Decided{}, err
	}
	if d.Deny {
		return Decided{req.Denied()}, nil
	}
	var user store.User
	err = c.Store.View(ctx, func(r store.Reader) (err error) {
		if d.Email != "" {
			user, err = store.UserByEmail.Find(r, strings.ToLower(d.Email))
		} else {
			user, err = store.UserByCompany.Find(r, req.Owner.ID)
		}
		return err
	})
	if err != nil {
		return Decided{}, err
	}
	location, err := c.OAuth.Allow(ctx, req, user.ID)
	return Decided{location}, err
}

// KeySet is the JWKS (RFC 7517) that access tokens can be checked with. SePay
// publishes none.
type KeySet struct {
	Keys []oauth2.JWK `json:"keys"`
}

// Keys returns the key set.
func (c *Control) Keys() KeySet { return KeySet{[]oauth2.JWK{c.OAuth.Key().Public()}} }

func (c *Control) patchUser(r request) (int, any, error) {
	id, err := r.id()
	if err != nil {
		return 0, nil, err
	}
	body, err := read[NewUser](r)
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
	body, err := read[TokenOrder](r)
	if err != nil {
		return 0, nil, err
	}
	return created(c.Tokens(r.Context(), body))
}

func (c *Control) postAuthorize(r request) (int, any, error) {
	body, err := read[Decision](r)
	if err != nil {
		return 0, nil, err
	}
	return ok(c.Authorize(r.Context(), body))
}
