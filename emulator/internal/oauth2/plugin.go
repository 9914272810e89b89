package oauth2

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/guard"
)

// SePay's plugin for WooCommerce has no client id and no secret: SePay holds
// both for it. It requests the address for the browser, and the browser returns
// with tokens instead of a code in its query. No SePay page describes this; the
// plugin's code shows it (https://wordpress.org/plugins/sepay-gateway/).

// PluginLife is how long the request of a plugin is valid: the plugin itself
// remembers it as long.
const PluginLife = 5 * time.Minute

// PluginParam carries the request of a plugin in the query of the pages.
const PluginParam = "woo"

// pluginApp is SePay's application behind the plugin. It belongs to no company,
// so no list has it, and no other application has its id.
var pluginApp = store.OAuthApp{ID: -1, Name: "SePay WooCommerce", ClientID: "sepay-woocommerce", Scopes: Scopes()}

// appOf returns the application of a grant.
func appOf(r store.Reader, id int64) (store.OAuthApp, error) {
	if id == pluginApp.ID {
		return pluginApp, nil
	}
	return store.OAuthApps.Get(r, id)
}

// Plugin returns whether the request is from SePay's own plugin, not from a
// company's application.
func (r *Request) Plugin() bool { return r.tokens }

// ticket is a plugin's request.
type ticket struct {
	RedirectURI string `json:"r"`
	State       string `json:"s"`
	// Ends is in Unix seconds.
	Ends int64 `json:"e"`
}

// Plugin returns the query of the consent page for a shop's plugin. The error
// is an [*Error].
func (s *Server) Plugin(redirectURI, state string) (url.Values, error) {
	u, err := guard.WebURL(redirectURI)
	switch {
	case redirectURI == "":
		return nil, fail(InvalidRequest, "redirect_uri is missing")
	case err != nil || u.Fragment != "":
		return nil, fail(InvalidRequest, "redirect_uri is "+quote(redirectURI)+": want an absolute http or https address without a fragment")
	case state == "":
		return nil, fail(InvalidRequest, "state is missing")
	}
	text, err := json.Marshal(ticket{redirectURI, state, s.Now().Add(PluginLife).Unix()})
	if err != nil {
		return nil, err
	}
	return url.Values{PluginParam: {base64.RawURLEncoding.EncodeToString(text) + "." + s.seal(text)}}, nil
}

// seal signs a ticket, so that only this emulator can issue one.
func (s *Server) seal(text []byte) string {
	mac := hmac.New(sha256.New, s.Seed.Bytes("oauth.plugin", 0, sha256.Size))
	mac.Write(text)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// readPlugin checks the page's query, which [Server.Plugin] wrote. The user who
// authorizes decides the company; until then the page shows the first company of
// the host's environment.
func (s *Server) readPlugin(ctx context.Context, q url.Values, env store.Environment) (Request, error) {
	part, seal, _ := strings.Cut(q.Get(PluginParam), ".")
	text, err := base64.RawURLEncoding.DecodeString(part)
	var t ticket
	if err != nil || !hmac.Equal([]byte(seal), []byte(s.seal(text))) || json.Unmarshal(text, &t) != nil {
		return Request{}, untrusted("woo_request_unknown", "The address is none that POST /woo/oauth/init gave.", "Open the oauth_url as it came.")
	}
	if !s.Now().Before(time.Unix(t.Ends, 0)) {
		return Request{}, untrusted("woo_request_expired", "The address was given more than five minutes ago.", "Begin again at the shop: POST /woo/oauth/init gives a new one.")
	}
	r := Request{App: pluginApp, RedirectURI: t.RedirectURI, State: t.State, Scopes: Scopes(), tokens: true}
	err = s.Store.View(ctx, func(v store.Reader) error {
		all, err := store.CompaniesList.All(v, store.AllCompanies)
		for _, c := range all {
			if env == "" || c.Environment == env {
				r.Owner = c
				return err
			}
		}
		return errors.Join(err, store.ErrNotFound)
	})
	return r, err
}

// allowPlugin issues tokens to an authorized plugin, and returns the redirect
// address with them.
func (s *Server) allowPlugin(w store.Writer, r Request, user store.User) (string, error) {
	g, err := s.grant(w, pluginApp, user, r.Scopes)
	if err != nil {
		return "", err
	}
	s.emit(w, g, pluginApp, "was let in")
	made, err := s.issue(w, g, pluginApp, r.Scopes)
	if err != nil {
		return "", err
	}
	t, err := s.signed(made)
	if err != nil {
		return "", err
	}
	return r.answer(url.Values{"access_token": {t.AccessToken}, "refresh_token": {t.RefreshToken}, "expires_in": {strconv.FormatInt(t.ExpiresIn, 10)}}), nil
}

// RefreshPlugin exchanges a plugin's refresh token for new tokens. The error is
// an [*Error].
func (s *Server) RefreshPlugin(ctx context.Context, refreshToken string) (tokens control.Tokens, err error) {
	var made issued
	err = s.Store.Update(ctx, func(w store.Writer) error {
		made, err = s.refresh(w, pluginApp, TokenRequest{RefreshToken: refreshToken})
		return err
	})
	if err != nil {
		return control.Tokens{}, err
	}
	return s.signed(made)
}
