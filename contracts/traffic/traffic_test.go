package traffic_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/contracts/traffic"
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
		e := traffic.Exchange{Method: method, URL: address(t, u)}
		placed := atlas.Place(&e)
		if got := e.Document + " " + e.Operation; got != want || placed != (e.Document != "") {
			t.Errorf("%s is placed on %q, want %q", request, got, want)
		}
	}
	if !atlas.SePay("pay.sepay.vn:443") || atlas.SePay("sepay.vn.example") || atlas.SePay("127.0.0.1") {
		t.Error("the hosts of SePay are not told from others")
	}
	e := traffic.Exchange{Document: "webhook", URL: address(t, "http://localhost/v2/transactions")}
	if !atlas.Place(&e) || e.Document != "webhook" {
		t.Error("an exchange that has a place is moved")
	}
}

func TestTheHostHeaderDecidesOverTheAddress(t *testing.T) {
	atlas, err := traffic.NewAtlas()
	if err != nil {
		t.Fatal(err)
	}
	e := traffic.Exchange{Host: "pgapi.sepay.vn", URL: address(t, "http://127.0.0.1:1/v1/nothing")}
	if !atlas.Place(&e) || e.Document != "pgapi" {
		t.Errorf("placed on %q", e.Document)
	}
}

const (
	token  = "tok/en with\"marks & more"
	long   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz01"
	prefix = "spsk_test_abc"
)

func TestNoSecretLeavesAnExchange(t *testing.T) {
	basic := base64.StdEncoding.EncodeToString([]byte("SP-TEST-1:" + token))
	e := traffic.Exchange{
		Method: "POST", Host: "my.sepay.vn", Status: 302,
		URL: address(t, "https://my.sepay.vn/x/"+url.PathEscape(token)+"/"+long+"?code=oneuse&q="+url.QueryEscape(token)+"&page=2&client_secret=s3cr3t#frag-ment"),
		RequestHeader: http.Header{
			"Authorization": {"Basic " + basic}, "X-Secret-Key": {"short"}, "X-Sepay-Signature": {"sha256=00ff"}, "Cookie": {"sid=oneuse"},
			"Content-Type": {"application/x-www-form-urlencoded"}, "User-Agent": {"curl " + token}, "Accept": {"text/html"},
		},
		RequestBody: []byte("client_secret=s3cr3t&order=12&note=" + url.QueryEscape("my "+token) + "&key=" + prefix),
		ResponseHeader: http.Header{
			"Location": {"https://shop.example/cb?code=oneuse&state=oneuse&ok=1"}, "Set-Cookie": {"sid=oneuse"}, "Content-Type": {"application/json"},
		},
		ResponseBody: []byte(fmt.Sprintf(`{"access_token":"s3cr3t","token_type":"Bearer","data":[{"code":"DH1","otp":123456,"memo":%q,"tokens":["s3cr3t"]}],"k":%q,"n":1.50}`, token, long)),
		Spec:         "with " + prefix,
	}
	got := traffic.NewRedactor(token, "").Exchange(e)
	text := fmt.Sprint(got.URL, got.RequestHeader, got.ResponseHeader, got.Spec) + string(got.RequestBody) + string(got.ResponseBody)
	for _, secret := range []string{token, url.QueryEscape(token), url.PathEscape(token), basic, long, prefix, "oneuse", "s3cr3t", "short", "00ff", "frag", "123456", `tok/en with\"`} {
		if strings.Contains(text, secret) {
			t.Errorf("%s stays in\n%s", secret, text)
		}
	}
	want := `{"access_token":"[hidden]","token_type":"Bearer","data":[{"code":"DH1","otp":"[hidden]","memo":"[hidden]","tokens":["[hidden]"]}],"k":"[hidden]","n":1.50}`
	if diff := cmp.Diff(want, string(got.ResponseBody)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("client_secret=[hidden]&order=12&note=[hidden]&key=[hidden]", string(got.RequestBody)); diff != "" {
		t.Error(diff)
	}
	if got.RequestHeader.Get("Accept") != "text/html" || got.URL.Query().Get("page") != "2" {
		t.Error("what is no secret is hidden")
	}
	if e.RequestHeader.Get("X-Secret-Key") != "short" {
		t.Error("the exchange itself was changed")
	}
}

func TestARedactorThatKnowsNothingHidesWhatLooksSecret(t *testing.T) {
	var none *traffic.Redactor
	for _, r := range []*traffic.Redactor{none, {}, traffic.NewRedactor("abc")} {
		if diff := cmp.Diff("abc Bearer [hidden], uuid 6f9619ff-8b86-d011-b42d-00c04fc964ff [hidden]", r.Text("abc Bearer abcdefgh, uuid 6f9619ff-8b86-d011-b42d-00c04fc964ff "+long)); diff != "" {
			t.Error(diff)
		}
		body := r.Exchange(traffic.Exchange{ResponseBody: []byte("<p>" + prefix + "</p>")}).ResponseBody
		if string(body) != "<p>[hidden]</p>" {
			t.Errorf("got %s", body)
		}
	}
}

func TestALineSaysWhatWasAskedAndAnswered(t *testing.T) {
	var none *traffic.Redactor
	for want, e := range map[string]traffic.Exchange{
		"GET /v2/transactions?page=2 → 200": {URL: address(t, "http://x/v2/transactions?page=2"), Status: 200},
		"POST /oauth/token → no answer":     {Method: "POST", URL: address(t, "http://x/oauth/token")},
	} {
		if got := none.Line(e); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
