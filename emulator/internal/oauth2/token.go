package oauth2

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
)

// How long ended credentials are kept, to distinguish them from unknown ones,
// and how many are deleted at a time.
const (
	keepExpired = 24 * time.Hour
	dropAtOnce  = 20
)

// The grant types (RFC 6749 §4.1.3 and §6).
const (
	GrantCode    = "authorization_code"
	GrantRefresh = "refresh_token"
)

// TokenRequest is a request at the token endpoint.
type TokenRequest struct {
	GrantType, Code, RedirectURI, Verifier, RefreshToken, Scope string
	ClientID, ClientSecret                                      string
	Environment                                                 store.Environment
}

// Token answers a token request. The error is an [*Error].
func (s *Server) Token(ctx context.Context, r TokenRequest) (tokens control.Tokens, err error) {
	var refused error // what is refused is committed too: a replayed code revokes
	var made issued
	err = s.Store.Update(ctx, func(w store.Writer) error {
		refused, made = nil, issued{}
		app, err := client(w, r.ClientID, r.ClientSecret, r.Environment)
		if err == nil {
			switch r.GrantType {
			case GrantCode:
				made, err = s.exchange(w, app, r)
			case GrantRefresh:
				made, err = s.refresh(w, app, r)
			case "":
				err = fail(InvalidRequest, "grant_type is missing")
			default:
				err = fail(UnsupportedGrantType, "grant_type is "+quote(r.GrantType)+": authorization_code and refresh_token are supported")
			}
		}
		if e := (*Error)(nil); errors.As(err, &e) {
			refused, err = e, nil
		}
		return err
	})
	if err = errors.Join(err, refused); err != nil {
		return control.Tokens{}, err
	}
	return s.signed(made)
}

// issued are tokens before the access token is signed. A signature takes longer than
// all else that a token needs, so that it is made after the update.
type issued struct {
	tokens control.Tokens
	claims Claims
}

func (s *Server) signed(i issued) (control.Tokens, error) {
	var err error
	i.tokens.AccessToken, err = s.Key().Sign(i.claims)
	return i.tokens, err
}

// exchange exchanges a code for tokens (RFC 6749 §4.1.3).
func (s *Server) exchange(w store.Writer, app store.OAuthApp, r TokenRequest) (issued, error) {
	if r.Code == "" {
		return issued{}, fail(InvalidRequest, "code is missing")
	}
	if r.RedirectURI == "" {
		return issued{}, fail(InvalidRequest, "redirect_uri is missing")
	}
	code, err := store.AuthorizationCodeByDigest.Find(w, store.Digest(r.Code))
	if errors.Is(err, store.ErrNotFound) || (err == nil && code.App != app.ID) {
		return issued{}, fail(InvalidGrant, "Authorization code is not valid")
	}
	if err != nil {
		return issued{}, err
	}
	switch {
	case code.Grant != 0:
		return issued{}, s.replayed(w, app, code)
	case !s.Now().Before(code.ExpiresAt):
		return issued{}, fail(InvalidGrant, "Authorization code expired")
	case code.RedirectURI != r.RedirectURI:
		return issued{}, fail(InvalidGrant, "redirect_uri is not the one of the authorization request")
	case code.Challenge != "" && !verify(code.Challenge, code.Method, r.Verifier):
		return issued{}, fail(InvalidGrant, "code_verifier does not match the code_challenge")
	}
	user, err := store.Users.Get(w, code.User)
	if err != nil {
		return issued{}, fail(InvalidGrant, "The user of this authorization is gone")
	}
	g, err := s.grant(w, app, user, code.Scopes)
	if err != nil {
		return issued{}, err
	}
	code.Grant = g.ID
	if err := store.AuthorizationCodes.Put(w, code); err != nil {
		return issued{}, err
	}
	s.emit(w, g, app, "exchanged a code")
	return s.issue(w, g, app, g.Scopes)
}

// replayed refuses a code that was used before and, by setting, revokes its
// tokens, as one of the two users may have stolen it. Refusing is a MUST,
// revoking a SHOULD (RFC 6749 §4.1.2); SePay's page says only that a code works
// once.
func (s *Server) replayed(w store.Writer, app store.OAuthApp, code store.AuthorizationCode) error {
	g, err := store.Grants.Get(w, code.Grant)
	if err != nil {
		return err
	}
	owner, err := store.CompanyByID.Find(w, app.Company)
	if err != nil {
		return err
	}
	detail := "The tokens that it gave the first time stay valid; the setting oauth.code_reuse=revoke takes them back."
	if s.Settings.Over(owner.Settings).Get(setting.OAuthCodeReuse) == "revoke" {
		detail = "The tokens that it gave the first time are revoked."
		g.Revoked = true
		if err := store.Grants.Put(w, g); err != nil {
			return err
		}
	}
	s.note(w, app, finding.Finding{
		Code: "oauth.code_replayed", Severity: finding.Error, Title: "An authorization code was used a second time",
		Detail: detail, Hint: "Exchange a code once; do not retry the exchange with the same code after an answer.", Source: flowPage,
	})
	return fail(InvalidGrant, "Authorization code was used before")
}

const flowPage = "https://developer.sepay.vn/en/sepay-oauth2/luong-xac-thuc"

// refresh exchanges a refresh token for new tokens; it works once (assumed).
func (s *Server) refresh(w store.Writer, app store.OAuthApp, r TokenRequest) (issued, error) {
	if r.RefreshToken == "" {
		return issued{}, fail(InvalidRequest, "refresh_token is missing")
	}
	old, err := store.RefreshTokenByDigest.Find(w, store.Digest(r.RefreshToken))
	if errors.Is(err, store.ErrNotFound) {
		return issued{}, fail(InvalidGrant, "Refresh token is not valid")
	}
	if err != nil {
		return issued{}, err
	}
	g, err := store.Grants.Get(w, old.Grant)
	switch {
	case err != nil:
		return issued{}, err
	case g.App != app.ID:
		return issued{}, fail(InvalidGrant, "Refresh token is not valid")
	case old.Used:
		s.note(w, app, finding.Finding{
			Code: "oauth.refresh_token_reused", Severity: finding.Error, Title: "A refresh token was used a second time",
			Detail: "Each refresh gives a new refresh token; the one before is dead.", Hint: "Store the refresh token of every answer, and let one worker refresh at a time.", Source: flowPage,
		})
		return issued{}, fail(InvalidGrant, "Refresh token was used before")
	case g.Revoked:
		return issued{}, fail(InvalidGrant, "The authorization was revoked")
	case !s.Now().Before(old.ExpiresAt):
		return issued{}, fail(InvalidGrant, "Refresh token expired")
	}
	if _, err := store.Users.Get(w, g.User); err != nil {
		return issued{}, fail(InvalidGrant, "The user of this authorization is gone")
	}
	scopes, err := readScopes(r.Scope, g.Scopes)
	if err != nil {
		return issued{}, err
	}
	old.Used = true
	if err := store.RefreshTokens.Put(w, old); err != nil {
		return issued{}, err
	}
	s.emit(w, g, app, "refreshed its tokens")
	return s.issue(w, g, app, scopes)
}

// grant records a user's authorization of an application.
func (s *Server) grant(w store.Writer, app store.OAuthApp, user store.User, scopes []string) (store.Grant, error) {
	id, err := store.Grants.NextID(w)
	if err != nil {
		return store.Grant{}, err
	}
	g := store.Grant{ID: id, Company: user.Company, User: user.ID, App: app.ID, Scopes: slices.Clone(scopes), CreatedAt: s.Now()}
	return g, store.Grants.Put(w, g)
}

// issue makes an access and a refresh token of a grant.
func (s *Server) issue(w store.Writer, g store.Grant, app store.OAuthApp, scopes []string) (issued, error) {
	now := s.Now()
	if err := store.DropExpired(w, now.Add(-keepExpired), dropAtOnce); err != nil {
		return issued{}, err
	}
	id, err := store.AccessTokens.NextID(w)
	if err != nil {
		return issued{}, err
	}
	claims := Claims{
		Issuer: Issuer, Subject: strconv.FormatInt(g.User, 10), Audience: app.ClientID, ExpiresAt: now.Add(AccessLife).Unix(), IssuedAt: now.Unix(),
		Scope: strings.Join(scopes, " "), ID: s.Seed.Text("oauth.jti", id, derive.LowerHex, 40),
	}
	renew, err := store.RefreshTokens.NextID(w)
	if err != nil {
		return issued{}, err
	}
	t := control.Tokens{
		TokenType: "Bearer", ExpiresIn: int64(AccessLife / time.Second),
		RefreshToken: "def50200" + s.Seed.Text("oauth.refresh", renew, derive.LowerHex, 64),
	}
	return issued{t, claims}, errors.Join(
		store.AccessTokens.Put(w, store.AccessToken{ID: id, Digest: store.Digest(claims.ID), Grant: g.ID, ExpiresAt: now.Add(AccessLife)}),
		store.RefreshTokens.Put(w, store.RefreshToken{ID: renew, Digest: store.Digest(t.RefreshToken), Grant: g.ID, ExpiresAt: refreshEnds(now)}),
	)
}

// Revoke ends the grant of one of the client's tokens (RFC 7009). SePay
// documents no such call. An unknown token is no error.
func (s *Server) Revoke(ctx context.Context, id, secret, token string, env store.Environment) error {
	return s.Store.Update(ctx, func(w store.Writer) error {
		app, err := client(w, id, secret, env)
		if err != nil {
			return err
		}
		var grant int64
		if t, err := store.RefreshTokenByDigest.Find(w, store.Digest(token)); err == nil {
			grant = t.Grant
		} else if claims, err := s.Key().verified(token); err == nil {
			if t, err := store.AccessTokenByDigest.Find(w, store.Digest(claims.ID)); err == nil {
				grant = t.Grant
			}
		}
		g, err := store.Grants.Get(w, grant)
		if errors.Is(err, store.ErrNotFound) || (err == nil && g.App != app.ID) {
			return nil
		}
		if err != nil {
			return err
		}
		g.Revoked = true
		s.emit(w, g, app, "gave its tokens back")
		return store.Grants.Put(w, g)
	})
}
