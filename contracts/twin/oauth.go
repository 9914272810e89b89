package twin

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// lax answers a refused grant with the last issued tokens.
func lax(when func(x *exchange, said string) bool) func(*Impostor, *exchange) {
	return func(i *Impostor, x *exchange) {
		var e struct {
			ErrorDescription string `json:"error_description"`
		}
		_ = json.Unmarshal(x.ResponseBody, &e)
		if x.Status == 400 && when(x, e.ErrorDescription) && i.good["/oauth/token"] != nil {
			x.Status, x.ResponseBody = 200, i.good["/oauth/token"]
		}
	}
}

// revoke revokes a token as the client of the request.
func revoke(i *Impostor, x *exchange, token string) {
	r := x.in.Clone(x.in.Context())
	r.URL.Path = "/oauth/revoke"
	f := grant(x)
	f.Set("token", token)
	setBody(r, []byte(f.Encode()))
	i.serve(r)
}

func grant(x *exchange) url.Values {
	f, _ := url.ParseQuery(string(x.Body))
	return f
}

const tokens = "POST /oauth/token"

// oauthTwins are the twins of OAuth2.
func oauthTwins() []Twin {
	return []Twin{
		{Name: "expires_in as a text", Surface: "oauth", at: tokens, answer: turned("expires_in", text), Points: "token"},
		{Name: "a token of a day", Surface: "oauth", at: tokens, answer: only(200, replaced("expires_in", json.Number("86400"))), Points: "of an hour"},
		{Name: "an expired code is accepted", Surface: "oauth", at: tokens, answer: lax(func(_ *exchange, said string) bool { return strings.Contains(said, "code expired") }), Points: "five minutes"},
		{Name: "a code works twice", Surface: "oauth", at: tokens, answer: lax(func() func(*exchange, string) bool {
			used := map[string]bool{}
			return func(x *exchange, _ string) bool {
				code := grant(x).Get("code")
				was := used[code]
				used[code] = true
				return was || (code != "" && len(code) > 60)
			}
		}()), Points: "works once"},
		{Name: "a refresh token is taken again", Surface: "oauth", at: tokens, answer: lax(func(x *exchange, _ string) bool {
			return len(grant(x).Get("refresh_token")) > 60 && !grant(x).Has("scope")
		}), Points: "refresh token is dead"},
		{Name: "refresh tokens are not rotated", Surface: "oauth", at: tokens, answer: func(i *Impostor, x *exchange) {
			if old := grant(x).Get("refresh_token"); old != "" {
				replaced("refresh_token", old)(i, x)
			}
		}, Points: "new tokens of both kinds"},
		{Name: "a second use of a code takes the first one's tokens back", Surface: "oauth", at: tokens, answer: func() func(*Impostor, *exchange) {
			given := map[string]string{}
			return func(i *Impostor, x *exchange) {
				var t struct {
					Refresh string `json:"refresh_token"`
				}
				code := grant(x).Get("code")
				if x.Status == 200 && json.Unmarshal(x.ResponseBody, &t) == nil {
					given[code] = t.Refresh
				} else if code != "" && given[code] != "" {
					revoke(i, x, given[code])
				}
			}
		}(), Points: "leaves the tokens of the first alone"},
		{Name: "the plugin's shop gets a code", Surface: "oauth", at: "POST /_control/v1/oauth/authorize", answer: rewritten(`access_token=`, `code=`), Points: "WooCommerce plugin in"},
		{Name: "init calls the address url", Surface: "oauth", at: "POST /woo/oauth/init", answer: renamed("oauth_url", "url"), Points: "initWoo"},
		{Name: "the plugin's access lasts a day", Surface: "oauth", at: "POST /woo/oauth/refresh", answer: only(200, replaced("expires_in", json.Number("86400"))), Points: "renews its access"},
		{Name: "401 for the plugin's bad refresh token", Surface: "oauth", at: "POST /woo/oauth/refresh", answer: status(400, 401), Points: "invalid_grant"},
		{Name: "another word for the plugin's bad refresh token", Surface: "oauth", at: "POST /woo/oauth/refresh", answer: rewritten("invalid_grant", "bad_token"), Points: "invalid_grant"},
		{Name: "the plugin's page takes any address", Surface: "oauth", at: "GET /oauth/woo", answer: status(400, 200), Points: "init did not give"},
		{Name: "no Cache-Control", Surface: "oauth", at: tokens, answer: gone("Cache-Control"), Points: "token"},
		{Name: "401 for a bad grant", Surface: "oauth", at: tokens, answer: status(400, 401), Points: "refused with invalid_grant"},
		{Name: "400 for a bad client", Surface: "oauth", at: tokens, answer: status(401, 400), Points: "invalid_client"},
		{Name: "another error for a bad grant", Surface: "oauth", at: tokens, answer: rewritten("invalid_grant", "invalid_code"), Points: "refused with invalid_grant"},
		{Name: "no error_description", Surface: "oauth", at: tokens, answer: missing("error_description"), Points: "refused"},
		{Name: "PKCE is not checked", Surface: "oauth", at: tokens, answer: lax(func(x *exchange, _ string) bool { return strings.HasPrefix(grant(x).Get("code_verifier"), "wrong") }), Points: "PKCE"},
		{Name: "scopes can be widened", Surface: "oauth", at: tokens, answer: lax(func(x *exchange, _ string) bool { return grant(x).Has("scope") }), Points: "widen"},
		{Name: "the redirect_uri is not compared", Surface: "oauth", at: tokens, answer: lax(func(x *exchange, _ string) bool { return strings.HasSuffix(grant(x).Get("redirect_uri"), "x") }), Points: "another redirect_uri"},
		{Name: "state is not echoed", Surface: "oauth", at: "GET /oauth/authorize", answer: func(_ *Impostor, x *exchange) {
			if l := x.ResponseHeader.Get("Location"); l != "" {
				x.ResponseHeader.Set("Location", strings.Replace(l, "&state=", "&was=", 1))
			}
		}, Points: "state byte for byte"},
		{Name: "a bad client is redirected", Surface: "oauth", at: "GET /oauth/authorize", answer: func(_ *Impostor, x *exchange) {
			if x.Status == 400 {
				x.Status = 302
				x.ResponseHeader.Set("Location", x.URL.Query().Get("redirect_uri"))
			}
		}, Points: "never a redirect"},
		{Name: "an unknown scope is let through", Surface: "oauth", at: "GET /oauth/authorize", ask: parameter("scope", func(string) string { return "profile" }), Points: "invalid_scope"},
		{Name: "tokens never expire", Surface: "oauth", at: "GET /api/v1/me", answer: func(i *Impostor, x *exchange) {
			if x.Status == 401 && i.good["/api/v1/me"] != nil && strings.Count(x.in.Header.Get("Authorization"), ".") == 2 {
				x.Status, x.ResponseBody = 200, i.good["/api/v1/me"]
				x.ResponseHeader.Del("WWW-Authenticate")
			}
		}, Points: "for an hour"},
		{Name: "alg none is accepted", Surface: "oauth", at: "GET /api/v1/me", ask: func(i *Impostor, r *http.Request) {
			for _, token := range i.tokens {
				if strings.HasSuffix(r.Header.Get("Authorization"), ".") && strings.Contains(token, strings.Split(r.Header.Get("Authorization"), ".")[1]) && !strings.HasSuffix(token, ".") {
					r.Header.Set("Authorization", token)
				}
			}
		}, answer: func(i *Impostor, x *exchange) {
			if x.Status == 401 && strings.HasSuffix(x.in.Header.Get("Authorization"), ".") {
				x.Status, x.ResponseBody = 200, []byte(`{"status":"success","data":{"id":1,"first_name":"a","last_name":"b","email":"a@b.test","phone":"","avatar":"https://www.gravatar.com/avatar/0"}}`)
				x.ResponseHeader.Del("WWW-Authenticate")
			}
		}, Points: "forged"},
		{Name: "a form from another site is taken", Surface: "oauth", at: "POST /oauth/login", ask: func(_ *Impostor, r *http.Request) { r.Header.Del("Origin") }, Points: "another site"},
		{Name: "the cookie can be read by scripts", Surface: "oauth", at: "POST /oauth/login", answer: func(_ *Impostor, x *exchange) {
			if c := x.ResponseHeader.Get("Set-Cookie"); c != "" {
				x.ResponseHeader.Set("Set-Cookie", strings.Replace(c, "; HttpOnly", "", 1))
			}
		}, Points: "logs in"},

		{Name: "401 for a missing scope", Surface: "oauth api", at: "[A-Z]+ /api/v1/", answer: status(403, 401), Points: "403"},
		{Name: "403 for what is unknown", Surface: "oauth api", at: "[A-Z]+ /api/v1/", answer: status(404, 403), Points: "404"},
		{Name: "bank names in UTF-8", Surface: "oauth api", at: "GET /api/v1/bank-accounts", answer: rewritten(`\\u00e2`, `â`), Points: "as PHP writes"},
		{Name: "has_more in the pagination", Surface: "oauth api", at: "GET /api/v1/transactions", answer: members("meta.pagination.total", func(o map[string]any, _ string) { o["has_more"] = false }), Points: "has_more"},
		{Name: "flags as 0 and 1", Surface: "oauth api", at: `GET /api/v1/webhooks/\d+`, answer: replaced("data.active", json.Number("1")), Points: "webhook"},
		{Name: "secrets are masked", Surface: "oauth api", at: `GET /api/v1/webhooks/\d+`, answer: turned("data.api_key", func(any) any { return "****-key" }), Points: "api_key in full|sent from"},
		{Name: "retry_conditions as a list in answers", Surface: "oauth api", at: `GET /api/v1/webhooks/\d+`, answer: replaced("data.retry_conditions", []any{"non_2xx_status_code"}), Points: "webhook"},
		{Name: "a deletion that does nothing", Surface: "oauth api", at: `DELETE /api/v1/webhooks/`, ask: func(_ *Impostor, r *http.Request) { r.Method = "GET" }, answer: only(200, func(_ *Impostor, x *exchange) { x.ResponseBody = []byte(`{"status":"success","message":"ok"}`) }), Points: "deleted"},
		{Name: "the new id at the root", Surface: "oauth api", at: `POST /api/v1/webhooks`, answer: only(200, func(_ *Impostor, x *exchange) {
			x.ResponseBody = edit(x.ResponseBody, "data", func(o map[string]any, _ string) { o["id"] = o["data"].(*object).members["id"] })
		}), Points: "made is sent from"},
		{Name: "me's id as a text", Surface: "oauth api", at: "GET /api/v1/me", answer: turned("data.id", text), Points: "me"},
		{Name: "paycode as a number", Surface: "oauth api", at: "GET /api/v1/company", answer: replaced("data.configurations.paycode", json.Number("1")), Points: "company"},
		{Name: "the reference filter is ignored", Surface: "oauth api", at: "GET /api/v1/transactions", ask: parameter("reference_number", ignored), Points: "filters"},
		{Name: "permissions are ignored", Surface: "oauth api", at: `PATCH /_control/v1/users/`, ask: func(_ *Impostor, r *http.Request) { setBody(r, []byte(`{}`)) }, Points: "permission"},
		{Name: "429 of the OAuth2 API without Retry-After", Surface: "oauth api", at: "[A-Z]+ /api/v1/", answer: gone("Retry-After"), Points: "429"},
		{Name: "another company's account is shown", Surface: "oauth api", at: "GET /api/v1/bank-accounts/", answer: func(i *Impostor, x *exchange) {
			for _, token := range i.tokens {
				if x.Status == 404 {
					i.again(x, func(r *http.Request) { r.Header.Set("Authorization", token) })
				}
			}
		}, Points: "another company's"},
	}
}
