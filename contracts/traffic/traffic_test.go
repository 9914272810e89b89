package traffic_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/mask"
)

func address(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAnExchangeIsPlacedByHostElseByPath(t *testing.T) {
	atlas, err := traffic.NewAtlas()
	if err != nil {
		t.Fatal(err)
	}
	for request, want := range map[string]string{
		"GET https://userapi.sepay.vn/v2/transactions":          "userapi_v2 v2.transactions.list",
		"GET http://127.0.0.1:8787/v2/transactions":             "userapi_v2 v2.transactions.list",
		"GET https://MY.sepay.vn:443/userapi/transactions/list": "userapi_v1 v1.transactions.list",
		"GET https://my.dev.sepay.vn/userapi/transactions/list": "userapi_v1 v1.transactions.list",
		"GET https://my.sepay.vn/api/v1/me":                     "oauth_api me",
		"GET https://my.sepay.vn/oauth/authorize":               "oauth authorize",
		"POST https://sandbox.pay.sepay.vn/v1/init":             "checkout initCheckoutLegacy",
		"GET http://localhost/v1/order":                         "pgapi listOrders",
		"GET https://vietqr.app/img":                            "qr qr.image",
		"GET https://userapi.sepay.vn/nothing":                  "userapi_v2 ",
		"GET https://my.sepay.vn/api/v1/nothing":                "oauth_api ",
		"DELETE http://localhost/v2/transactions":               "userapi_v2 ",
		"GET http://localhost/elsewhere":                        " ",
		"GET http://127.0.0.1:8787/_control/v1/health":          " ",
		"GET https://userapi.sepay.vn.evil.example/elsewhere":   " ",
		"POST https://shop.example/webhook":                     " ",
	} {
		method, u, _ := strings.Cut(request, " ")
		e := traffic.Exchange{Exchange: openapi.Exchange{Request: openapi.Request{Method: method, URL: address(t, u)}}}
		placed := atlas.Place(&e)
		if got := e.Document + " " + e.Operation; got != want || placed != (e.Document != "") {
			t.Errorf("%s is placed on %q, want %q", request, got, want)
		}
	}
	if !atlas.SePay("pay.sepay.vn:443") || atlas.SePay("sepay.vn.example") || atlas.SePay("127.0.0.1") {
		t.Error("the hosts of SePay are not told from others")
	}
	e := traffic.Exchange{Document: "webhook", Exchange: openapi.Exchange{Request: openapi.Request{URL: address(t, "http://localhost/v2/transactions")}}}
	if !atlas.Place(&e) || e.Document != "webhook" {
		t.Error("an exchange that has a place is moved")
	}
}

func TestTheHostHeaderDecidesOverTheAddress(t *testing.T) {
	atlas, err := traffic.NewAtlas()
	if err != nil {
		t.Fatal(err)
	}
	e := traffic.Exchange{Host: "pgapi.sepay.vn", Exchange: openapi.Exchange{Request: openapi.Request{URL: address(t, "http://127.0.0.1:1/v1/nothing")}}}
	if !atlas.Place(&e) || e.Document != "pgapi" {
		t.Errorf("placed on %q", e.Document)
	}
}

const (
	token  = "tok/en with\"marks & more"
	long   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz01"
	prefix = "spsk_test_abc"
)

func TestNoSecretLeavesInALineOrAText(t *testing.T) {
	basic := base64.StdEncoding.EncodeToString([]byte(token))
	hide := mask.New(token, "")
	for _, part := range []struct{ sent, want string }{
		{"/x/" + url.PathEscape(token) + "/" + long + "?page=2", "/x/****more/****yz01?page=2"},
		{"/x?code=oneuse&state=oneuse&page=2&client_secret=s3cr3t#frag", "/x?code=****&state=****&page=2&client_secret=****"},
		{"/x?q=" + url.QueryEscape("my "+token) + "&key=" + prefix + "&" + prefix + "=1&otp=1&token_type=bearer&code=", "/x?q=my+****more&key=spsk_test_****&spsk_test_****=1&otp=****&token_type=bearer&code="},
	} {
		e := traffic.Exchange{Exchange: openapi.Exchange{Request: openapi.Request{Method: "POST", URL: address(t, "https://my.sepay.vn"+part.sent)}, Status: 302}}
		if diff := cmp.Diff("POST "+part.want+" → 302", e.MaskedLine(hide)); diff != "" {
			t.Error(diff)
		}
		if e.URL.RequestURI() != strings.TrimSuffix(part.sent, "#frag") {
			t.Errorf("the exchange itself was changed: %s", e.URL)
		}
	}
	inGo, _ := json.Marshal(token)
	for _, secret := range []string{
		token, url.QueryEscape(token), url.PathEscape(token), string(inGo), `tok/en with\"marks & more`, `tok\/en with\"marks & more`,
		"Basic " + basic, long, prefix,
	} {
		if got := hide.Guess("before " + secret + " after"); strings.Contains(got, strings.Trim(secret, `"`)) || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
			t.Errorf("%s becomes %s", secret, got)
		}
	}
}

func TestAMaskerThatKnowsNothingHidesWhatLooksSecret(t *testing.T) {
	var none *mask.Masker
	for _, r := range []*mask.Masker{none, mask.New(), mask.New("abc")} {
		if diff := cmp.Diff("abc Bearer ****, uuid 6f9619ff-8b86-d011-b42d-00c04fc964ff ****yz01", r.Guess("abc Bearer abcdefgh, uuid 6f9619ff-8b86-d011-b42d-00c04fc964ff "+long)); diff != "" {
			t.Error(diff)
		}
		if got := r.Guess("<p>" + prefix + "</p>"); got != "<p>spsk_test_****</p>" {
			t.Errorf("got %s", got)
		}
	}
}

func TestALineSaysWhatWasAskedAndAnswered(t *testing.T) {
	var none *mask.Masker
	for want, e := range map[string]traffic.Exchange{
		"GET /v2/transactions?page=2 → 200": {Exchange: openapi.Exchange{Request: openapi.Request{URL: address(t, "http://x/v2/transactions?page=2")}, Status: 200}},
		"POST /oauth/token → no answer":     {Exchange: openapi.Exchange{Request: openapi.Request{Method: "POST", URL: address(t, "http://x/oauth/token")}}},
	} {
		if got := e.MaskedLine(none); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
