package openapi_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi"
)

// restful is a document whose paths say which operation they are.
func restful(paths ...string) []byte {
	var b strings.Builder
	b.WriteString("openapi: '3.0.3'\ninfo: {title: t, version: '1'}\nservers: [{url: /}]\npaths:\n")
	for _, path := range paths {
		path, rest, _ := strings.Cut(path, " ")
		fmt.Fprintf(&b, "  %s:\n    get:\n      operationId: '%s'\n      summary: x\n      x-evidence: assumed\n      x-source: a test\n      parameters:\n", path, path)
		for _, name := range []string{"a", "b"} {
			if strings.Contains(path, "{"+name+"}") {
				fmt.Fprintf(&b, "        - {name: %s, in: path, required: true, schema: {type: string, pattern: '^[a-z]+(/[a-z]+)*$'}, x-rest-of-path: %t}\n", name, rest == name)
			}
		}
		if rest == "q" {
			b.WriteString("        - {name: q, in: query, schema: {type: string}, x-rest-of-path: true}\n")
		}
		b.WriteString("      responses: {'204': {description: d}}\n")
	}
	return []byte(b.String())
}

func TestTheRestOfThePath(t *testing.T) {
	c, err := openapi.Parse("small", restful("/x/{a} a", "/x/{a}/y", "/x/z/{a} a", "/x/{a}/w/{b} b"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		target, want string
		broken       []string
	}{
		{"/x/one", "/x/{a}", nil},
		{"/x/one/two/three", "/x/{a}", nil},
		{"/x/one%2Ftwo/three", "/x/{a}", nil},
		{"/x/one/TWO", "/x/{a}", []string{"pattern a"}},
		{"/x/one/", "/x/{a}", []string{"pattern a"}},
		{"/x/one/y", "/x/{a}/y", nil},
		{"/x/one/y/two", "/x/{a}", nil},
		{"/x/z/one/two", "/x/z/{a}", nil},
		{"/x/one/w/two/three", "/x/{a}/w/{b}", nil},
		{"/x/ONE/w/TWO", "/x/{a}/w/{b}", []string{"pattern a", "pattern b"}},
		{"/x/", "", []string{"unknown-operation"}},
		{"/x", "", []string{"unknown-operation"}},
	}
	for _, tt := range tests {
		r := get(t, tt.target)
		if o, _ := c.Operation(r); o.ID != tt.want {
			t.Errorf("%s: got %q, want %q", tt.target, o.ID, tt.want)
		}
		if diff := cmp.Diff(tt.broken, broken(c.CheckRequest(r))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.target, diff)
		}
	}
}

func TestOnlyTheLastParameterTakesTheRestOfThePath(t *testing.T) {
	for _, path := range []string{"/x/{a}/y a", "/x/{a}/{b} a", "/x/{a} q"} {
		if _, err := openapi.Parse("small", restful(path)); err == nil || !strings.Contains(err.Error(), "rest of the path") {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestAnInvoiceNumberMayHoldSlashes(t *testing.T) {
	tests := []struct{ method, path, want string }{
		{"GET", "/v1/order/detail/PAY70016A1CEB26D4E5F", "getOrderDetails"},
		{"GET", "/v1/order/detail/2026/06/1", "getOrderDetails"},
		{"HEAD", "/v1/order/detail/2026/06/1", "getOrderDetails"},
		{"GET", "/v1/order/detail/", ""},
		{"POST", "/v1/order/detail/cancel", ""},
		{"POST", "/v1/order/cancel", "cancelOrder"},
		{"GET", "/v1/order", "listOrders"},
	}
	c := load(t, "pgapi")
	for _, tt := range tests {
		got, ok := c.Operation(openapi.Request{Method: tt.method, URL: &url.URL{Path: tt.path}})
		if got.ID != tt.want || ok != (tt.want != "") {
			t.Errorf("%s %s: got %q, want %q", tt.method, tt.path, got.ID, tt.want)
		}
	}
}

const (
	waitingOrder = `{"id":41,"order_id":"PAY70016A1CEB26D4E5F","order_invoice_number":"DH/1","company":"demo","operation":"PURCHASE","payment_method":"",` +
		`"order_status":"AUTHENTICATION_NOT_NEEDED","state":"waiting","order_amount":1000,"order_description":"x","customer_id":"","listed":true,"redirect":null,` +
		`"checkout_url":"/v1/checkout?merchant=x","pay_to":{"bank":"ACB","account_number":"1","account_holder_name":"A","memo":"m","qr":""},` +
		`"transactions":[],"received":[],"opened_at":"2026-06-01T09:15:02+07:00","updated_at":"2026-06-01T09:15:02+07:00","captured_at":null,"expires_at":null}`
	attempt = `{"id":1,"transaction_id":"6a1ceb88d4e5f","payment_method":"CARD","transaction_type":"VOID","transaction_status":"APPROVED","amount":1000,` +
		`"reason":"","card_number":null,"bank_transaction":null,"at":"2026-06-01T09:15:02+07:00"}`
	problem  = `{"type":"https://github.com/localsepay/localsepay#control-api","title":"Refused","status":409,"detail":"x"}`
	errBody  = `<p>Yêu cầu không hợp lệ</p>`
	png      = "\x89PNG\r\n\x1a\n\x00\xff"
	checkout = "/v1/checkout"
	control  = "/_control/v1"
)

func html(extra ...string) http.Header {
	h := jsonHeader(extra...)
	h.Set("Content-Type", "text/html; charset=utf-8")
	return h
}

func typed(mediaType string) http.Header { return http.Header{"Content-Type": {mediaType}} }

var gatewayTests = []struct {
	name, document, method, target string
	status                         int
	header                         http.Header
	body                           string
	want                           []string
}{
	{"an order", "control", "GET", control + "/orders/DH%2F1?company=demo", 200, jsonHeader(), waitingOrder, nil},
	{"an order with a void", "control", "POST", control + "/orders/DH%2F1/pay", 200, jsonHeader(), changed(waitingOrder, `"transactions":[]`, `"transactions":[`+attempt+`]`), nil},
	{"an order without transactions", "control", "POST", control + "/orders/1/cancel", 200, jsonHeader(), changed(waitingOrder, `"transactions":[]`, `"transactions":null`), []string{"type $.transactions"}},
	{"an order that was captured never", "control", "POST", control + "/orders/1/expire", 200, jsonHeader(), changed(waitingOrder, `"captured_at":null`, `"captured_at":""`), []string{"format $.captured_at"}},
	{"a method of nobody", "control", "GET", control + "/orders/1", 200, jsonHeader(), changed(waitingOrder, `"payment_method":""`, `"payment_method":"CASH"`), []string{"enum $.payment_method"}},
	{"a list of orders", "control", "GET", control + "/orders?q=DH&status=CAPTURED", 200, jsonHeader(), `{"data":[` + waitingOrder + `],"next":"41"}`, nil},
	{"an order's state", "control", "POST", control + "/orders/1/expire", 409, typed("application/problem+json"), problem, nil},
	{"no IPN", "control", "PUT", control + "/ipn", 200, jsonHeader(), `{"url":null,"auth_type":"NONE","secret":null}`, nil},
	{"an IPN without secret", "control", "PUT", control + "/ipn", 200, jsonHeader(), `{"url":"http://127.0.0.1/ipn","auth_type":"NONE"}`, []string{"required $.secret"}},
	{"an expired card", "control", "GET", control + "/cards", 200, jsonHeader(), `{"data":[{"name":"a","number":"4000000000000069","expiry":"01/24","cvv":"123","brand":"VISA","outcome":"expired_card"}],"next":null}`, nil},

	{"an opened page", "checkout", "POST", checkout + "/init", 302, html("Location", "http://h/v1/checkout?merchant=x"), "<a>", nil},
	{"a refused one by redirect", "checkout", "POST", "/v1/init", 302, html("Location", "http://h/v1/checkout?", "X-LocalSepay-Reason", "merchant_unknown"), "<a>", nil},
	{"a refused one with 200", "checkout", "POST", checkout + "/init", 200, html("X-LocalSepay-Reason", "signature_mismatch"), errBody, nil},
	{"200 without a reason", "checkout", "POST", checkout + "/init", 200, html(), errBody, []string{"missing-header X-LocalSepay-Reason"}},
	{"the page", "checkout", "GET", checkout, 200, html(), "<p>", nil},
	{"the page with a reason", "checkout", "GET", checkout, 200, html("X-LocalSepay-Reason", "order_unknown"), errBody, nil},
	{"a reason in words", "checkout", "GET", checkout, 200, html("X-LocalSepay-Reason", "No order."), errBody, []string{"pattern X-LocalSepay-Reason"}},
	{"a challenge that waits", "checkout", "GET", checkout, 303, http.Header{"Location": {"/v1/checkout/challenge?attempt=1"}}, "", nil},
	{"a card for a closed order", "checkout", "POST", checkout + "/card", 303, http.Header{"Location": {"/v1/checkout?x"}}, "", nil},
	{"mistakes in the card", "checkout", "POST", checkout + "/card", 400, html(), "<form>", nil},
	{"a wrong password", "checkout", "POST", checkout + "/challenge?attempt=1", 200, html(), "<form>", nil},
	{"nowhere to go back to", "checkout", "GET", checkout + "/cancel", 200, html(), "<p>", nil},
	{"a status that is a page", "checkout", "GET", checkout + "/status", 200, html("X-LocalSepay-Reason", "order_unknown"), errBody, nil},
	{"a stream that is a page", "checkout", "GET", checkout + "/events", 200, html("X-LocalSepay-Reason", "order_unknown"), errBody, nil},
	{"a picture", "checkout", "GET", checkout + "/img?acc=1&bank=ACB", 200, typed("image/png"), png, nil},
	{"no picture", "checkout", "GET", checkout + "/img?acc=1&bank=X", 400, typed("text/plain; charset=utf-8"), "no bank\n", nil},
	{"a picture of a transfer", "qr", "GET", "/img?acc=1&bank=ACB", 200, typed("image/png"), png, nil},
	{"an empty picture", "qr", "GET", "/img?acc=1&bank=ACB", 200, typed("image/png"), "", []string{"empty-body $"}},
	{"a picture that says it is a page", "qr", "GET", "/img?acc=1&bank=ACB", 200, typed("text/html"), png, []string{"invalid-utf8 $"}},
	{"a picture of another kind", "qr", "GET", "/img?acc=1&bank=ACB", 200, typed("image/gif"), png, []string{"content-type Content-Type"}},
}

func TestAnswersAboutOrdersAndOfTheGateway(t *testing.T) {
	for _, tt := range gatewayTests {
		t.Run(tt.name, func(t *testing.T) {
			r := get(t, tt.target)
			r.Method = tt.method
			got := load(t, tt.document).CheckResponse(r, tt.status, tt.header, []byte(tt.body))
			if diff := cmp.Diff(tt.want, broken(got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v", diff, got)
			}
		})
	}
}

func TestRequestsAboutOrders(t *testing.T) {
	tests := []struct {
		name, method, path, body string
		want                     []string
	}{
		{"pay somehow", "POST", "/orders/DH%2F1/pay", ``, nil},
		{"pay by card", "POST", "/orders/1/pay", `{"company":"demo","method":"CARD","card":"challenge","outcome":"abandon"}`, nil},
		{"pay in cash", "POST", "/orders/1/pay", `{"method":"CASH"}`, []string{"enum $.method"}},
		{"cancel", "POST", "/orders/1/cancel", `{"company":"demo"}`, nil},
		{"expire with more", "POST", "/orders/1/expire", `{"now":true}`, []string{"undeclared-property $.now"}},
		{"a status of nobody", "GET", "/orders?status=PENDING", ``, []string{"enum status"}},
		{"no IPN", "PUT", "/ipn", `{"url":""}`, nil},
		{"an IPN without URL", "PUT", "/ipn", `{"auth_type":"NONE"}`, []string{"required $.url"}},
		{"a merchant", "POST", "/companies", `{"merchant":{"merchant_id":"MY-SHOP","secret_key":"k","payment_methods":["CARD"],"ipn":{"url":"http://127.0.0.1/ipn","auth_type":"SECRET_KEY"}}}`, nil},
		{"a merchant with a method of nobody", "POST", "/companies", `{"merchant":{"payment_methods":["CASH"]}}`, []string{"enum $.merchant.payment_methods[0]"}},
	}
	c := load(t, "control")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := get(t, control+tt.path)
			r.Method, r.Header, r.Body = tt.method, jsonHeader(), []byte(tt.body)
			got := c.CheckRequest(r)
			if diff := cmp.Diff(tt.want, broken(got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v", diff, got)
			}
		})
	}
}

// A seed file may give a merchant any id.
func TestAMerchantIDIsTheUsersChoice(t *testing.T) {
	c := load(t, "checkout")
	for id, want := range map[string][]string{"SP-TEST-EM000001": nil, "my-shop": nil, "my shop": {"pattern merchant"}} {
		link := "?operation=PURCHASE&order_amount=1&currency=VND&order_description=x&signature=" + strings.Repeat("A", 43) + "%3D&merchant=" + url.QueryEscape(id)
		if diff := cmp.Diff(want, broken(c.CheckRequest(get(t, checkout+link)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}
