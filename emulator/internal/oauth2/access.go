package oauth2

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
)

// Access is what a bearer may do, and for which user.
type Access struct {
	Company store.Company
	User    store.User
	App     store.OAuthApp
	Scopes  []string
}

// Has returns whether the token has a scope.
func (a *Access) Has(scope string) bool { return slices.Contains(a.Scopes, scope) }

// May returns whether the user has a permission; admins have all of them.
func (a *Access) May(p store.Permission) bool {
	return a.Admin() || slices.Contains(a.User.Permissions, p)
}

// Admin returns whether the user is an admin.
func (a *Access) Admin() bool {
	return a.User.Role == store.RoleAdmin || a.User.Role == store.RoleSuperAdmin
}

// Bearer returns the access of the token in an Authorization header (RFC 6750
// §2.1). The error is [ErrToken]. env, unless empty, is the only environment
// whose companies are accepted.
func (s *Server) Bearer(ctx context.Context, authorization string, env store.Environment) (Access, error) {
	var a Access
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return a, ErrToken
	}
	claims, err := s.Key().Read(token, s.Now())
	if err != nil {
		return a, err
	}
	a.Scopes = strings.Fields(claims.Scope)
	err = s.Store.View(ctx, func(r store.Reader) error {
		known, err := store.AccessTokenByDigest.Find(r, store.Digest(claims.ID))
		if err != nil {
			return err
		}
		g, err := store.Grants.Get(r, known.Grant)
		if err == nil && g.Revoked {
			err = store.ErrNotFound
		}
		if err != nil {
			return err
		}
		if a.User, err = store.Users.Get(r, g.User); err != nil {
			return err
		}
		if a.App, err = appOf(r, g.App); err != nil {
			return err
		}
		a.Company, err = store.CompanyByID.Find(r, a.User.Company)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return Access{}, ErrToken
	}
	if side := store.AtSide("access token", a.Company, env); err == nil && side != nil {
		return Access{}, fmt.Errorf("%w: %w", ErrToken, side)
	}
	return a, err
}

// LogIn checks a user's password and returns a session for the browser.
func (s *Server) LogIn(ctx context.Context, email, password string) (session string, err error) {
	err = s.Store.Update(ctx, func(w store.Writer) error {
		user, err := store.UserByEmail.Find(w, strings.ToLower(strings.TrimSpace(email)))
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		right := subtle.ConstantTimeCompare([]byte(user.Password), []byte(password)) == 1
		if err != nil || !right || password == "" {
			return ErrNotFound
		}
		id, err := store.Sessions.NextID(w)
		if err != nil {
			return err
		}
		session = s.Seed.Text("oauth.session", id, derive.UpperAlnum, 48)
		s.Secrets.Add(session)
		return store.Sessions.Put(w, store.Session{ID: id, Digest: store.Digest(session), User: user.ID, ExpiresAt: s.Now().Add(SessionLife)})
	})
	return session, err
}

// LoggedIn returns the user of a session, or [ErrNotFound].
func (s *Server) LoggedIn(ctx context.Context, session string) (u store.User, err error) {
	err = s.Store.View(ctx, func(r store.Reader) error {
		known, err := store.SessionByDigest.Find(r, store.Digest(session))
		if err == nil && !s.Now().Before(known.ExpiresAt) {
			err = store.ErrNotFound
		}
		if err != nil {
			return err
		}
		u, err = store.Users.Get(r, known.User)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return store.User{}, ErrNotFound
	}
	return u, err
}

// LogOut ends a session.
func (s *Server) LogOut(ctx context.Context, session string) error {
	return s.Store.Update(ctx, func(w store.Writer) error {
		known, err := store.SessionByDigest.Find(w, store.Digest(session))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return errors.Join(err, store.Sessions.Delete(w, known.ID))
	})
}

// Direct issues tokens to an application for a user without login and consent,
// for tests.
func (s *Server) Direct(ctx context.Context, app store.OAuthApp, user store.User, scopes []string) (control.Tokens, error) {
	var made issued
	err := s.Store.Update(ctx, func(w store.Writer) error {
		asked, err := readScopes(strings.Join(scopes, " "), Scopes())
		if err != nil {
			return err
		}
		g, err := s.grant(w, app, user, asked)
		if err == nil {
			s.emit(w, g, app, "was given tokens")
			made, err = s.issue(w, g, app, asked)
		}
		return err
	})
	if err != nil {
		return control.Tokens{}, err
	}
	return s.signed(made)
}
