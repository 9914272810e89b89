package frontdoor_test

import (
	"net/http"
	"testing"

	"github.com/localsepay/localsepay/emulator/frontdoor"
)

func TestSecretsAreMaskedInBodiesAndRedirects(t *testing.T) {
	for _, c := range []struct{ kind, body, want string }{
		{"application/x-www-form-urlencoded", "client_secret=s3cret-of-the-app&code=x&card_number=4111111111111111&card_cvv=123", "client_secret=****-app&code=x&card_number=****1111&card_cvv=****"},
		{"application/json; charset=UTF-8", `{"access_token":"eyJhbGciOiJSUzI1NiJ9","token_type":"Bearer","expires_in":3600,"refresh_token" : "def50200aa11bb22"}`, `{"access_token":"****NiJ9","token_type":"Bearer","expires_in":3600,"refresh_token" : "****bb22"}`},
		{"application/json", `{"secret_key":"whsec_\"quoted\"12345","name":"x","oauth2_access_token_url":"https://shop.example/token"}`, `{"secret_key":"****2345","name":"x","oauth2_access_token_url":"https://shop.example/token"}`},
		{"text/html", "secret=1234567890123", "secret=1234567890123"},
	} {
		if got := frontdoor.MaskBody(http.Header{"Content-Type": {c.kind}}, c.body); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.kind, got, c.want)
		}
	}
	got := frontdoor.MaskHeaders(http.Header{"Location": {"https://shop.example/cb?tenant=1&code=def50200aabbccdd&state=x"}})
	if want := "https://shop.example/cb?tenant=1&code=****ccdd&state=x"; got["Location"] != want {
		t.Errorf("got %s", got["Location"])
	}
}
