package oauth

import (
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// API answers the requests of the surface.
type API struct {
	Store    store.Store
	OAuth    *oauth2.Server
	Settings setting.Values
}

// base is the prefix of every address.
const base = "/oauth"

// Surface returns the description of the authorization server.
func (a *API) Surface() *surface.Surface {
	return &surface.Surface{
		Surface: surface.Row("oauth"),
		Routes: []surface.Route{
			{Method: http.MethodGet, Path: base + "/authorize", Operation: "authorize", Summary: "ask a user to let an application in", Changes: true, Handler: a.authorize},
			{Method: http.MethodGet, Path: base + "/woo", Operation: "authorizeWoo", Summary: "ask a user to let SePay's WooCommerce plugin in", Changes: true, Handler: a.authorize},
			{Method: http.MethodPost, Path: base + "/login", Operation: "login", Summary: "log a user in", Handler: a.sameSite(a.login)},
			{Method: http.MethodPost, Path: base + "/consent", Operation: "consent", Summary: "take the user's answer", Handler: a.sameSite(a.consent)},
			{Method: http.MethodPost, Path: base + "/logout", Operation: "logout", Summary: "log the user out", Handler: a.sameSite(a.logout)},
			{Method: http.MethodPost, Path: base + "/token", Operation: "token", Summary: "exchange a code, or refresh", Takes: []string{surface.Form, surface.JSON}, Handler: a.token},
			{Method: http.MethodPost, Path: base + "/revoke", Operation: "revoke", Summary: "revoke a token", Takes: []string{surface.Form, surface.JSON}, Handler: a.revoke},
		},
		NotFound: notFound,
		Failed: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.URL.Path == base+"/token" || r.URL.Path == base+"/revoke" {
				failed(w, err)
				return
			}
			page.Fail(w, err)
		},
		Stopping: stopping,
	}
}
