package oauth

import (
	"errors"
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi/control"
)

// wooBase is the prefix of the addresses of SePay's WooCommerce plugin.
const wooBase = "/woo/oauth"

// wooCode is the source of these calls: no page of SePay describes them.
const wooCode = "https://wordpress.org/plugins/sepay-gateway/"

// Woo returns the description of the two calls by which SePay's plugin for
// WooCommerce gets and renews its tokens. They carry no client id: SePay's side
// holds the credentials.
func (a *API) Woo() *surface.Surface {
	return &surface.Surface{
		Surface: surface.Row("woo"),
		Routes: []surface.Route{
			{Method: http.MethodPost, Path: wooBase + "/init", Operation: "initWoo", Summary: "get the address at which a user lets the plugin in", Takes: []string{surface.Form}, Handler: a.initWoo},
			{Method: http.MethodPost, Path: wooBase + "/refresh", Operation: "refreshWoo", Summary: "renew the plugin's tokens", Takes: []string{surface.Form}, Handler: a.refreshWoo},
		},
		NotFound:  func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) },
		Failed:    func(w http.ResponseWriter, _ *http.Request, err error) { failed(w, err) },
		RateLimit: setting.WooRateLimit,
		Stopping:  stopping,
		TooMany: func(w http.ResponseWriter, l surface.Limit) {
			surface.RefuseRate(w.Header(), l)
			surface.WriteJSON(w, http.StatusTooManyRequests, tokenError{"too_many_requests", "Too many requests"})
		},
	}
}

// wooStart is the answer of init.
type wooStart struct {
	OAuthURL string `json:"oauth_url"`
}

// initWoo is POST /woo/oauth/init.
func (a *API) initWoo(w http.ResponseWriter, r *http.Request) {
	params, _, err := readParams(r)
	if err != nil {
		a.answerWoo(w, r, nil, err)
		return
	}
	q, err := a.OAuth.Plugin(params["redirect_uri"], params["state"])
	a.answerWoo(w, r, wooStart{surface.Origin(r) + start(q) + "?" + q.Encode()}, err)
}

// wooTokens is the answer of refresh, with the members that the plugin reads.
type wooTokens struct {
	AccessToken string `json:"access_token"`
	// ExpiresIn is in seconds.
	ExpiresIn    int64  `json:"expires_in"`
	RefreshToken string `json:"refresh_token"`
}

// refreshWoo is POST /woo/oauth/refresh.
func (a *API) refreshWoo(w http.ResponseWriter, r *http.Request) {
	params, _, err := readParams(r)
	var t control.Tokens
	if err == nil {
		t, err = a.OAuth.RefreshPlugin(r.Context(), params["refresh_token"])
	}
	a.answerWoo(w, r, wooTokens{t.AccessToken, t.ExpiresIn, t.RefreshToken}, err)
}

// answerWoo writes an answer; an error has the token endpoint's form.
func (a *API) answerWoo(w http.ResponseWriter, r *http.Request, body any, err error) {
	status := http.StatusOK
	if err != nil {
		var e *oauth2.Error
		if !errors.As(err, &e) {
			failed(w, err)
			return
		}
		surface.From(r).Note(finding.Finding{
			Code: "woo." + e.Code, Severity: finding.Error, Title: "The call of the WooCommerce plugin is refused", Detail: e.Description + ".",
			Hint: "init takes a form with redirect_uri and state, refresh one with refresh_token. The plugin disconnects the shop at invalid_grant.", Source: wooCode,
		})
		status, body = http.StatusBadRequest, tokenError{e.Code, e.Description}
	}
	w.Header().Set("Cache-Control", "no-store")
	surface.WriteJSON(w, status, body)
}
