package oauth2

import (
	"crypto/subtle"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Issuer is the iss claim of every access token.
const Issuer = "https://my.sepay.vn"

// How long codes, tokens and logins are valid
// (https://developer.sepay.vn/en/sepay-oauth2/luong-xac-thuc, …/access-token).
// That of a login is made up.
const (
	CodeLife    = 5 * time.Minute
	AccessLife  = time.Hour
	SessionLife = 8 * time.Hour
)

// refreshEnds returns the expiry of a refresh token issued now: a month later.
func refreshEnds(now time.Time) time.Time { return now.AddDate(0, 1, 0) }

// The scopes (https://developer.sepay.vn/en/sepay-oauth2/tong-quan).
const (
	ScopeBankAccounts  = "bank-account:read"
	ScopeTransactions  = "transaction:read"
	ScopeReadWebhooks  = "webhook:read"
	ScopeWriteWebhooks = "webhook:write"
	ScopeDropWebhooks  = "webhook:delete"
	ScopeProfile       = "profile"
	ScopeCompany       = "company"
)

// Scopes lists every scope.
func Scopes() []string {
	return []string{ScopeBankAccounts, ScopeTransactions, ScopeReadWebhooks, ScopeWriteWebhooks, ScopeDropWebhooks, ScopeProfile, ScopeCompany}
}

// Server is the authorization server.
type Server struct {
	Store store.Store
	Seed  derive.Seed
	Now   func() time.Time
	// Key signs access tokens. It is made when it is first needed.
	Key      func() *Key
	Settings setting.Values
	// Secrets gets sessions to mask; codes and tokens are recognised by their
	// form.
	Secrets *mask.Masker
}

// The errors of the protocol (RFC 6749 §4.1.2.1 and §5.2).
const (
	InvalidRequest          = "invalid_request"
	InvalidClient           = "invalid_client"
	InvalidGrant            = "invalid_grant"
	InvalidScope            = "invalid_scope"
	UnauthorizedClient      = "unauthorized_client"
	AccessDenied            = "access_denied"
	UnsupportedGrantType    = "unsupported_grant_type"
	UnsupportedResponseType = "unsupported_response_type"
)

// Error is an error of the protocol.
type Error struct {
	// Code is one of the protocol's.
	Code, Description string
	// side is the [*store.WrongSide] behind the error, or nil.
	side error
}

// Error implements error.
func (e *Error) Error() string { return e.Code + ": " + e.Description }

func fail(code, description string) *Error { return &Error{Code: code, Description: description} }

// Unwrap returns the [*store.WrongSide] behind the error, or nil.
func (e *Error) Unwrap() error { return e.side }

// ErrNotFound: no such user, client or session.
var ErrNotFound = errors.New("not found")

// client returns the application with that id and secret (RFC 6749 §2.3.1). An
// unknown one takes as long as a wrong secret.
func client(r store.Reader, id, secret string, env store.Environment) (store.OAuthApp, error) {
	app, err := store.OAuthAppByClient.Find(r, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return app, err
	}
	right := subtle.ConstantTimeCompare([]byte(app.ClientSecret), []byte(secret)) == 1
	if err != nil || !right || secret == "" {
		return store.OAuthApp{}, fail(InvalidClient, "Client authentication failed")
	}
	owner, err := store.CompanyByID.Find(r, app.Company)
	if side := store.AtSide("client id", owner, env); err == nil && side != nil {
		return store.OAuthApp{}, &Error{Code: InvalidClient, Description: "Client authentication failed", side: side}
	}
	return app, err
}

// readScopes parses a scope parameter (RFC 6749 §3.3). Without one all allowed
// scopes are granted (assumed).
func readScopes(text string, allowed []string) ([]string, error) {
	asked := strings.Fields(text)
	if len(asked) == 0 {
		return slices.Clone(allowed), nil
	}
	var out []string
	for _, scope := range asked {
		if !slices.Contains(Scopes(), scope) {
			return nil, fail(InvalidScope, "The scope "+quote(scope)+" does not exist. Scopes are separated by blanks")
		}
		if !slices.Contains(allowed, scope) {
			return nil, fail(InvalidScope, "The application may not ask for the scope "+quote(scope))
		}
		if !slices.Contains(out, scope) {
			out = append(out, scope)
		}
	}
	return out, nil
}

// quote quotes an untrusted value in an error text, whose characters are
// limited (RFC 6749 §5.2).
func quote(s string) string {
	clean := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return '?'
		}
		return c
	}, s)
	return "'" + clean[:min(len(clean), 60)] + "'"
}
