package oauth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi/control"
)

// tokenError is an error of the token endpoint (RFC 6749 §5.2). SePay documents
// the shape and the codes.
type tokenError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// token is POST /oauth/token.
func (a *API) token(w http.ResponseWriter, r *http.Request) {
	req, basic, err := ReadTokenRequest(r)
	var tokens control.Tokens
	if err == nil {
		req.Environment = surface.From(r).Environment
		tokens, err = a.OAuth.Token(r.Context(), req)
	}
	a.answer(w, r, tokens, basic, err)
}

// revoke is POST /oauth/revoke, the emulator's own (RFC 7009).
func (a *API) revoke(w http.ResponseWriter, r *http.Request) {
	params, basic, err := readParams(r)
	if err == nil && params["token"] == "" {
		err = &oauth2.Error{Code: oauth2.InvalidRequest, Description: "token is missing"}
	}
	if err == nil {
		err = a.OAuth.Revoke(r.Context(), params["client_id"], params["client_secret"], params["token"], surface.From(r).Environment)
	}
	if err != nil {
		a.answer(w, r, nil, basic, err)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// answer writes the answer of a token endpoint.
func (a *API) answer(w http.ResponseWriter, r *http.Request, body any, basic bool, err error) {
	status := http.StatusOK
	h := w.Header()
	if err != nil {
		var e *oauth2.Error
		if !errors.As(err, &e) {
			failed(w, err)
			return
		}
		surface.From(r).NoteSide(err)
		surface.From(r).NoteQueryToken(r)
		surface.From(r).Note(finding.Finding{
			Code: "oauth.token." + e.Code, Severity: finding.Error, Title: "The token endpoint refuses the request", Detail: e.Description + ".",
			Hint: "Compare grant_type, code, redirect_uri, client_id and client_secret with the authorization request.", Source: flowPage,
		})
		status, body = http.StatusBadRequest, tokenError{e.Code, e.Description}
		if e.Code == oauth2.InvalidClient {
			status = http.StatusUnauthorized
			if basic {
				h.Set("WWW-Authenticate", `Basic realm="SePay"`)
			}
		}
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	surface.WriteJSON(w, status, body)
}

// failed answers a program after a failure of the emulator, with the code of
// RFC 6749 §4.1.2.1.
func failed(w http.ResponseWriter, err error) {
	crash.Report(w, err)
	surface.WriteJSON(w, http.StatusInternalServerError, tokenError{"server_error", "Internal server error"})
}

// ReadTokenRequest reads a request of the token endpoint from a form or a JSON
// object, with the client's secret in the body or in Basic authentication; the
// result says whether it was Basic. The error is an [*oauth2.Error].
func ReadTokenRequest(r *http.Request) (oauth2.TokenRequest, bool, error) {
	p, basic, err := readParams(r)
	return oauth2.TokenRequest{
		GrantType: p["grant_type"], Code: p["code"], RedirectURI: p["redirect_uri"], Verifier: p["code_verifier"],
		RefreshToken: p["refresh_token"], Scope: p["scope"], ClientID: p["client_id"], ClientSecret: p["client_secret"],
	}, basic, err
}

func invalid(description string) error {
	return &oauth2.Error{Code: oauth2.InvalidRequest, Description: description}
}

// readParams reads the parameters, none of which may be repeated (RFC 6749
// §3.2).
func readParams(r *http.Request) (map[string]string, bool, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, false, invalid("The body cannot be read")
	}
	params := map[string]string{}
	switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind {
	case "application/json":
		err = readJSON(body, params)
	case "application/x-www-form-urlencoded", "":
		err = readForm(string(body), params)
	default:
		err = invalid("Content-Type has to be application/x-www-form-urlencoded")
	}
	if err != nil {
		return nil, false, err
	}
	basic, err := readBasic(r.Header.Get("Authorization"), params)
	return params, basic, err
}

func readForm(body string, params map[string]string) error {
	form, err := url.ParseQuery(body)
	if err != nil {
		return invalid("The form is not well encoded")
	}
	for name, values := range form {
		if len(values) > 1 {
			return invalid("A parameter is repeated")
		}
		params[name] = values[0]
	}
	return nil
}

func readJSON(body []byte, params map[string]string) error {
	var members map[string]any
	if json.Unmarshal(body, &members) != nil {
		return invalid("The body is not a JSON object")
	}
	for name, value := range members {
		if text, ok := value.(string); ok {
			params[name] = text
		}
	}
	return nil
}

// readBasic reads the client's password from the header (RFC 6749 §2.3.1),
// whose parts are form-encoded.
func readBasic(header string, params map[string]string) (bool, error) {
	scheme, text, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return false, nil
	}
	pair, err := base64.StdEncoding.DecodeString(text)
	id, secret, ok := strings.Cut(string(pair), ":")
	id, idErr := url.QueryUnescape(id)
	secret, secretErr := url.QueryUnescape(secret)
	if err != nil || !ok || idErr != nil || secretErr != nil {
		return true, &oauth2.Error{Code: oauth2.InvalidClient, Description: "The Authorization header cannot be read"}
	}
	if named := params["client_id"]; named != "" && named != id {
		return true, invalid("client_id differs from the one in the Authorization header")
	}
	params["client_id"], params["client_secret"] = id, secret
	return true, nil
}

// stopping answers while the emulator ends: a page to a browser, RFC 6749's
// error code to a client.
func stopping(w http.ResponseWriter, r *http.Request) {
	if surface.WantsPage(r) {
		page.Stopping(w, r)
		return
	}
	surface.WriteJSON(w, http.StatusServiceUnavailable, tokenError{"temporarily_unavailable", "The server is stopping"})
}
