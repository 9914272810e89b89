package oauth2

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// Request is a valid authorization request (RFC 6749 §4.1.1).
type Request struct {
	App store.OAuthApp
	// Owner is the application's company.
	Owner              store.Company
	RedirectURI, State string
	Scopes             []string
	// Challenge and Method are PKCE's.
	Challenge, Method string
	// tokens says that the client gets tokens directly instead of a code.
	tokens bool
}

// Untrusted is an error that must not lead to a redirect: an invalid client or
// redirect URI (RFC 6749 §4.1.2.1).
type Untrusted struct {
	Reason, Detail, Hint string
	// side is the [*store.WrongSide] behind the error, or nil.
	side error
}

func untrusted(reason, detail, hint string) *Untrusted {
	return &Untrusted{Reason: reason, Detail: detail, Hint: hint}
}

func unknownClient(q url.Values) *Untrusted {
	return untrusted("client_unknown", "There is no application with the client_id "+quote(q.Get("client_id"))+" here.", "GET /_control/v1/state shows the applications that this emulator knows.")
}

// Unwrap returns the [*store.WrongSide] behind the error, or nil.
func (u *Untrusted) Unwrap() error { return u.side }

// Error implements error.
func (u *Untrusted) Error() string { return u.Reason + ": " + u.Detail }

// Refused is an error that is sent to the client by redirect.
type Refused struct {
	Err *Error
	// Location is the address of that redirect.
	Location string
}

// Error implements error.
func (r *Refused) Error() string { return r.Err.Error() }

// Unwrap returns the error of the protocol.
func (r *Refused) Unwrap() error { return r.Err }

// Read checks an authorization request. The error is [*Untrusted] or [*Refused].
func (s *Server) Read(ctx context.Context, q url.Values, env store.Environment) (Request, error) {
	if q.Has(PluginParam) {
		return s.readPlugin(ctx, q, env)
	}
	var r Request
	for _, name := range []string{"client_id", "redirect_uri"} {
		if len(q[name]) > 1 {
			return r, untrusted("duplicate_parameter", name+" is repeated.", "Send each parameter once.")
		}
	}
	err := s.Store.View(ctx, func(v store.Reader) (err error) {
		if r.App, err = store.OAuthAppByClient.Find(v, q.Get("client_id")); err != nil {
			return err
		}
		r.Owner, err = store.CompanyByID.Find(v, r.App.Company)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return r, unknownClient(q)
	case err != nil:
		return r, err
	}
	if side := store.AtSide("client id", r.Owner, env); side != nil {
		unknown := unknownClient(q)
		unknown.side = side
		return r, unknown
	}
	r.RedirectURI, r.State = q.Get("redirect_uri"), q.Get("state")
	switch {
	case r.RedirectURI == "":
		return r, untrusted("redirect_uri_missing", "The redirect_uri is missing.", "Send one of those that the application has registered.")
	case !slices.Contains(r.App.RedirectURIs, r.RedirectURI):
		return r, untrusted("redirect_uri_unknown", "The redirect_uri "+quote(r.RedirectURI)+" is not registered for this application.", "It has to equal a registered one in every character: "+strings.Join(r.App.RedirectURIs, " "))
	}
	if err := r.readRest(q); err != nil {
		var e *Error
		if errors.As(err, &e) {
			return r, &Refused{e, r.refusal(e)}
		}
		return r, err
	}
	return r, nil
}

// readRest reads the parameters whose errors may be sent by redirect. Unknown
// parameters are ignored.
func (r *Request) readRest(q url.Values) error {
	for _, name := range []string{"response_type", "scope", "state", "code_challenge", "code_challenge_method"} {
		if len(q[name]) > 1 {
			return fail(InvalidRequest, name+" is repeated")
		}
	}
	switch kind := q.Get("response_type"); kind {
	case "code":
	case "":
		return fail(InvalidRequest, "response_type is missing")
	default:
		return fail(UnsupportedResponseType, "response_type is "+quote(kind)+": only code is supported")
	}
	var err error
	if r.Scopes, err = readScopes(q.Get("scope"), r.App.Scopes); err != nil {
		return err
	}
	r.Challenge, r.Method, err = readChallenge(q.Get("code_challenge"), q.Get("code_challenge_method"))
	return err
}

// refusal returns the redirect address with an error.
func (r *Request) refusal(e *Error) string {
	return r.answer(url.Values{"error": {e.Code}, "error_description": {e.Description}})
}

// Denied returns the redirect address when the user denies access.
func (r *Request) Denied() string {
	return r.refusal(fail(AccessDenied, "The user denied the request"))
}

// answer adds parameters to the redirect URI and keeps existing ones (RFC 6749
// §3.1.2). The state is returned unchanged.
func (r *Request) answer(values url.Values) string {
	if r.State != "" {
		values.Set("state", r.State)
	}
	sep := "?"
	if strings.Contains(r.RedirectURI, "?") {
		sep = "&"
	}
	return r.RedirectURI + sep + values.Encode()
}

// Allow records that a user authorized the application, and returns the
// redirect address with a code (RFC 6749 §4.1.2), or with tokens for SePay's
// own plugin.
func (s *Server) Allow(ctx context.Context, r Request, user int64) (location string, err error) {
	err = s.Store.Update(ctx, func(w store.Writer) error {
		known, err := store.Users.Get(w, user)
		if err != nil {
			return fmt.Errorf("user %d: %w", user, ErrNotFound)
		}
		if r.tokens {
			location, err = s.allowPlugin(w, r, known)
			return err
		}
		now := s.Now()
		id, err := store.AuthorizationCodes.NextID(w)
		if err != nil {
			return err
		}
		code := "def50200" + s.Seed.Text("oauth.code", id, derive.LowerHex, 56)
		location = r.answer(url.Values{"code": {code}})
		s.emit(w, store.Grant{Company: known.Company, User: user}, r.App, "was let in")
		return store.AuthorizationCodes.Put(w, store.AuthorizationCode{
			ID: id, Digest: store.Digest(code), App: r.App.ID, User: user, Scopes: r.Scopes, RedirectURI: r.RedirectURI,
			Challenge: r.Challenge, Method: r.Method, ExpiresAt: now.Add(CodeLife),
		})
	})
	return location, err
}
