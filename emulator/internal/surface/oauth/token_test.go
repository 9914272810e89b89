package oauth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/surface/oauth"
)

const form = "application/x-www-form-urlencoded"

func request(kind, authorization, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/oauth/token", strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return r
}

func TestTokenRequestsAreReadInEveryForm(t *testing.T) {
	want := oauth2.TokenRequest{GrantType: "authorization_code", Code: "c", RedirectURI: "http://localhost/", ClientID: "id:1", ClientSecret: "s%"}
	for name, r := range map[string]*http.Request{
		"form":            request(form, "", "grant_type=authorization_code&code=c&redirect_uri=http%3A%2F%2Flocalhost%2F&client_id=id%3A1&client_secret=s%25"),
		"form, charset":   request(form+"; charset=utf-8", "", "grant_type=authorization_code&code=c&redirect_uri=http://localhost/&client_id=id:1&client_secret=s%25&unknown=1"),
		"no content type": request("", "", "grant_type=authorization_code&code=c&redirect_uri=http://localhost/&client_id=id:1&client_secret=s%25"),
		"JSON":            request("application/json", "", `{"grant_type":"authorization_code","code":"c","redirect_uri":"http://localhost/","client_id":"id:1","client_secret":"s%","n":1}`),
		"Basic":           request(form, "Basic aWQlM0ExOnMlMjU=", "grant_type=authorization_code&code=c&redirect_uri=http://localhost/"),
		"Basic and id":    request(form, "Basic aWQlM0ExOnMlMjU=", "grant_type=authorization_code&code=c&redirect_uri=http://localhost/&client_id=id:1"),
	} {
		got, basic, err := oauth.ReadTokenRequest(r)
		if diff := cmp.Diff(want, got); err != nil || diff != "" || basic != strings.HasPrefix(name, "Basic") {
			t.Errorf("%s: basic %v, %v %s", name, basic, err, diff)
		}
	}
}

func TestWhatCannotBeReadIsAnErrorOfTheProtocol(t *testing.T) {
	for name, c := range map[string]struct {
		r    *http.Request
		code string
	}{
		"twice":           {request(form, "", "code=1&code=2"), oauth2.InvalidRequest},
		"bad encoding":    {request(form, "", "code=%zz"), oauth2.InvalidRequest},
		"no JSON":         {request("application/json", "", "x"), oauth2.InvalidRequest},
		"a list":          {request("application/json", "", "[]"), oauth2.InvalidRequest},
		"another type":    {request("text/plain", "", "x"), oauth2.InvalidRequest},
		"broken Basic":    {request(form, "Basic !", "x=1"), oauth2.InvalidClient},
		"Basic, no colon": {request(form, "Basic eA==", "x=1"), oauth2.InvalidClient},
		"two clients":     {request(form, "Basic YTpi", "client_id=other"), oauth2.InvalidRequest},
	} {
		_, _, err := oauth.ReadTokenRequest(c.r)
		var e *oauth2.Error
		if !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzTokenRequest(f *testing.F) {
	f.Add(form, "", "grant_type=refresh_token&refresh_token=x")
	f.Add("application/json", "Basic YTpi", `{"code":"1"}`)
	f.Fuzz(func(t *testing.T, kind, authorization, body string) {
		_, _, err := oauth.ReadTokenRequest(request(kind, authorization, body))
		var e *oauth2.Error
		if err != nil && (!errors.As(err, &e) || e.Code == "" || strings.ContainsAny(e.Description, "\"\\\n")) {
			t.Errorf("%v", err)
		}
	})
}
