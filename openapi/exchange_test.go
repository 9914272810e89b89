package openapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/mask"
)

func TestAnExchangeIsMaskedInEveryPartAndStaysAsItIs(t *testing.T) {
	const secret = "spsk_test_abcdefghijklmnop"
	fresh := func() openapi.Exchange {
		return openapi.Exchange{
			Request: openapi.Request{
				Method: "POST", URL: &url.URL{Scheme: "https", Host: "x", Path: "/v1/" + secret, RawQuery: "client_secret=" + secret + "&page=2", User: url.UserPassword("u", secret)},
				Header: http.Header{"Authorization": {"Bearer " + secret}, "Content-Type": {"application/json"}}, Body: []byte(`{"secret_key":"` + secret + `","page":2}`),
			},
			Status: 200, ResponseHeader: http.Header{"Location": {"/x?code=" + secret}, "Content-Type": {"application/json"}}, ResponseBody: []byte(`{"access_token":"` + secret + `"}`),
		}
	}
	e := fresh()
	got := e.Masked(mask.New(secret))
	for part, text := range map[string]string{
		"address": got.URL.String(), "header": strings.Join(got.Header["Authorization"], ""), "body": string(got.Body),
		"answer's header": strings.Join(got.ResponseHeader["Location"], ""), "answer's body": string(got.ResponseBody),
	} {
		if strings.Contains(text, secret) {
			t.Errorf("the %s shows the secret: %s", part, text)
		}
	}
	if got.URL.Query().Get("page") != "2" || !strings.Contains(string(got.Body), `"page":2`) || got.Status != 200 {
		t.Errorf("more than secrets went: %+v", got)
	}
	if diff := cmp.Diff(fresh().Header, e.Header); diff != "" || string(e.Body) != string(fresh().Body) || e.URL.String() != fresh().URL.String() {
		t.Errorf("the exchange itself was changed: %+v", e)
	}
}

func TestWhatIsNoTextIsNotMasked(t *testing.T) {
	picture := []byte{0x89, 'P', 'N', 'G', 0xff}
	e := openapi.Exchange{ResponseBody: picture}
	if got := e.Masked(mask.New("PNG")); string(got.ResponseBody) != string(picture) || got.Header != nil {
		t.Errorf("%+v", got)
	}
}
