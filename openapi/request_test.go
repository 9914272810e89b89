package openapi_test

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi"
)

func TestRequests(t *testing.T) {
	tests := []struct {
		name, document, target string
		want                   []string
	}{
		{"no parameters", "userapi_v2", "/v2/transactions", nil},
		{"right parameters", "userapi_v2", "/v2/transactions?page=2&per_page=100&transfer_type=in&since_id=" + uuid + "&transaction_date_from=2026-01-02%2003%3A04%3A05&fields=id", nil},
		{"a date alone", "userapi_v2", "/v2/transactions?transaction_date_from=2026-01-02", nil},
		{"RFC 3339", "userapi_v2", "/v2/transactions?transaction_date_to=2026-01-02T03:04:05%2B07:00", nil},
		{"a plus that became a space", "userapi_v2", "/v2/transactions?transaction_date_to=2026-01-02T03:04:05+07:00", []string{"format transaction_date_to"}},
		{"a day that does not exist", "userapi_v2", "/v2/transactions?transaction_date_from=2026-02-30", []string{"format transaction_date_from"}},
		{"a parameter of v1", "userapi_v2", "/v2/transactions?limit=5", []string{"unknown-parameter limit"}},
		{"a scalar twice", "userapi_v2", "/v2/transactions?page=1&page=2", []string{"repeated page"}},
		{"too large", "userapi_v2", "/v2/transactions?per_page=101", []string{"range per_page"}},
		{"not a number", "userapi_v2", "/v2/transactions?page=one", []string{"type page"}},
		{"a number with white space", "userapi_v2", "/v2/transactions?page=+1", []string{"type page"}},
		{"empty", "userapi_v2", "/v2/transactions?page=", []string{"type page"}},
		{"another word", "userapi_v2", "/v2/transactions?transfer_type=both&webhook_success=2", []string{"enum transfer_type", "enum webhook_success"}},
		{"not a UUID in the path", "userapi_v2", "/v2/transactions/12", []string{"format transaction_id"}},
		{"an escaped slash separates nothing", "userapi_v2", "/v2/transactions/a%2Fb", []string{"format transaction_id"}},
		{"a semicolon", "userapi_v2", "/v2/transactions?page=1;per_page=2", []string{"malformed-query"}},
		{"a slash too many", "userapi_v2", "/v2/transactions/", []string{"unknown-operation"}},
		{"v1 by its own names", "userapi_v1", "/userapi/transactions/list?account_number=1&limit=20&amount_in=50000.5&since_id=4&transaction_date_min=2026-01-01", nil},
		{"a parameter of v2", "userapi_v1", "/userapi/transactions/list?page=2", []string{"unknown-parameter page"}},
		{"over v1's limit", "userapi_v1", "/userapi/transactions/list?limit=5001", []string{"range limit"}},
		{"a UUID for v1", "userapi_v1", "/userapi/transactions/details/" + uuid, []string{"pattern transaction_id"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := load(t, tt.document).CheckRequest(get(t, tt.target))
			if diff := cmp.Diff(tt.want, broken(got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v", diff, got)
			}
		})
	}
}

// A path that is found first does not decide about the method.
func TestRouting(t *testing.T) {
	tests := []struct{ method, path, want string }{
		{"GET", "/_control/v1/deliveries/7", "control.deliveries.get"},
		{"POST", "/_control/v1/deliveries/replay", "control.deliveries.replay-batch"},
		{"GET", "/_control/v1/deliveries/replay", "control.deliveries.get"},
		{"POST", "/_control/v1/deliveries/7/replay", "control.deliveries.replay"},
		{"HEAD", "/_control/v1/health", "control.health"},
		{"", "/_control/v1/health", "control.health"},
		{"DELETE", "/_control/v1/health", ""},
		{"get", "/_control/v1/health", ""},
		{"GET", "/_control/v1/health/", ""},
		{"GET", "//_control/v1/health", ""},
	}
	c := load(t, "control")
	for _, tt := range tests {
		got, ok := c.Operation(openapi.Request{Method: tt.method, URL: &url.URL{Path: tt.path}})
		if got.ID != tt.want || ok != (tt.want != "") {
			t.Errorf("%s %s: got %q, want %q", tt.method, tt.path, got.ID, tt.want)
		}
	}
	for _, v := range c.CheckRequest(openapi.Request{Method: "DELETE", URL: &url.URL{Path: "/_control/v1/health"}}) {
		if v.Expected != "GET" || !strings.HasPrefix(v.Seen, "DELETE ") {
			t.Errorf("got %v", v)
		}
	}
}

func TestJSONRequestBodies(t *testing.T) {
	tests := []struct {
		name, method, path, body string
		want                     []string
	}{
		{"a transfer", "POST", "/transfers", `{"amount":50000,"content":"DH1"}`, nil},
		{"an empty company", "POST", "/companies", `{}`, nil},
		{"no company body", "POST", "/companies", ``, nil},
		{"no transfer body", "POST", "/transfers", ``, []string{"empty-body $"}},
		{"without amount", "POST", "/transfers", `{}`, []string{"required $.amount"}},
		{"a member that is not declared", "POST", "/transfers", `{"amount":1,"amuont":2}`, []string{"undeclared-property $.amuont"}},
		{"flags either way", "PATCH", "/webhooks/1", `{"active":1,"only_va":false,"retry_conditions":["non_2xx_status_code"]}`, nil},
		{"retry conditions as a map", "PATCH", "/webhooks/1", `{"retry_conditions":{"non_2xx_status_code":1}}`, nil},
		{"a flag of 2", "PATCH", "/webhooks/1", `{"active":2}`, []string{"type $.active"}},
		{"a body where none belongs", "POST", "/reset", `{}`, []string{"unexpected-body $"}},
	}
	c := load(t, "control")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := openapi.Request{Method: tt.method, URL: &url.URL{Path: "/_control/v1" + tt.path}, Header: jsonHeader(), Body: []byte(tt.body)}
			got := c.CheckRequest(r)
			if diff := cmp.Diff(tt.want, broken(got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v", diff, got)
			}
		})
	}
}

const (
	hookJSON = `{"gateway":"ACB","transactionDate":"2026-07-30 10:11:12","accountNumber":"0027","subAccount":null,"code":null,"content":"x","transferType":"in","description":"x","transferAmount":275000,"referenceCode":"9","accumulated":0,"id":44}`
	hookForm = `gateway=ACB&transactionDate=2026-07-30+10%3A11%3A12&accountNumber=0027&content=x&transferType=in&description=x&transferAmount=275000&referenceCode=9&accumulated=0&id=44`
	hookSign = "sha256=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
)

func multipartBody(t *testing.T, fields ...string) (string, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

func TestWebhookRequests(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	parts := []string{"gateway", "ACB", "transactionDate", "2026-07-30 10:11:12", "accountNumber", "0027", "subAccount", "", "code", "", "content", "x",
		"transferType", "in", "description", "", "transferAmount", "1000", "referenceCode", "", "accumulated", "0", "id", "0"}
	partsType, partsBody := multipartBody(t, parts...)
	shortType, shortBody := multipartBody(t, parts[2:]...)
	tests := []struct {
		name        string
		contentType string
		header      []string
		body        string
		want        []string
	}{
		{"JSON", "application/json", nil, hookJSON, nil},
		{"an empty sub-account", "application/json", nil, changed(hookJSON, `"subAccount":null`, `"subAccount":""`), nil},
		{"an empty code", "application/json", nil, changed(hookJSON, `"code":null`, `"code":""`), []string{"range $.code"}},
		{"an amount of 0", "application/json", nil, changed(hookJSON, "275000", "0"), []string{"range $.transferAmount"}},
		{"a form", form, nil, hookForm, nil},
		{"a form with a field that is not declared", form, nil, hookForm + "&extra=1", []string{"undeclared-property $.extra"}},
		{"a form with a key twice", form, nil, hookForm + "&id=45", []string{"duplicate-key $.id"}},
		{"a form without a number", form, nil, changed(hookForm, "275000", "a"), []string{"type $.transferAmount"}},
		{"a form with a bad escape", form, nil, hookForm + "&code=%zz", []string{"malformed-body $"}},
		{"a form that is not UTF-8", form, nil, changed(hookForm, "content=x", "content=%ff"), []string{"invalid-utf8 $.content"}},
		{"multipart", partsType, nil, partsBody, nil},
		{"multipart without a part", shortType, nil, shortBody, []string{"required $.gateway"}},
		{"multipart without boundary", "multipart/form-data", nil, partsBody, []string{"malformed-body $"}},
		{"multipart cut off", partsType, nil, partsBody[:len(partsBody)/2], []string{"malformed-body $"}},
		{"another content type", "text/plain", nil, hookJSON, []string{"content-type Content-Type"}},
		{"an API key", "application/json", []string{"Authorization", "Apikey abc"}, hookJSON, nil},
		{"an API key in other letters", "application/json", []string{"Authorization", "ApiKey abc"}, hookJSON, []string{"pattern Authorization"}},
		{"a signature", "application/json", []string{"X-SePay-Signature", hookSign, "X-SePay-Timestamp", "1700000000"}, hookJSON, nil},
		{"a signature without its time", "application/json", []string{"X-SePay-Signature", hookSign}, hookJSON, []string{"missing-header X-SePay-Timestamp"}},
		{"an upper-case signature", "application/json", []string{"X-SePay-Signature", "sha256=" + strings.ToUpper(hookSign[7:]), "X-SePay-Timestamp", "1700000000"}, hookJSON, []string{"pattern X-SePay-Signature"}},
		{"a header that nobody described", "application/json", []string{"X-Event-Id", "1", "User-Agent", "x"}, hookJSON, []string{"undeclared-header X-Event-Id"}},
	}
	c := load(t, "webhook")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := jsonHeader(tt.header...)
			h.Del("Date")
			h.Set("Content-Type", tt.contentType)
			u, _ := url.Parse("http://127.0.0.1:3000/hooks/sepay?shop=1&shop=2")
			got := c.CheckRequest(openapi.Request{Method: "POST", URL: u, Header: h, Body: []byte(tt.body)})
			if diff := cmp.Diff(tt.want, broken(got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v", diff, got)
			}
		})
	}
}

func TestMerchantsAnswers(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		want   []string
	}{
		{"success", 200, `{"success":true}`, nil},
		{"success with 201 and more", 201, `{"success":true,"order":{"id":1}}`, nil},
		{"success as text", 200, `{"success":"true"}`, []string{"type $.success"}},
		{"no success", 200, `{"success":false}`, []string{"enum $.success"}},
		{"another body", 200, `{"status":"ok"}`, []string{"required $.success"}},
		{"no body", 200, ``, []string{"empty-body $"}},
		{"204", 204, ``, []string{"undocumented-status"}},
		{"a redirect", 302, ``, []string{"undocumented-status"}},
		{"401", 401, `{"success":false}`, nil},
		{"a crash", 500, `<html>`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := openapi.Request{Method: "POST", URL: &url.URL{Path: "/"}}
			got := load(t, "webhook").CheckResponse(r, tt.status, jsonHeader("X-Powered-By", "Express"), []byte(tt.body))
			if diff := cmp.Diff(tt.want, broken(got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v", diff, got)
			}
		})
	}
}

func TestTheRequestIsNotChanged(t *testing.T) {
	u, _ := url.Parse("/_control/v1/transfers?x=1")
	r := openapi.Request{Method: "POST", URL: u, Header: jsonHeader("b", "2"), Body: []byte(`{ "amount": 1 }`)}
	header, body, target := maps.Clone(r.Header), slices.Clone(r.Body), *u
	load(t, "control").CheckRequest(r)
	if diff := cmp.Diff([]any{header, string(body), target.String()}, []any{r.Header, string(r.Body), u.String()}); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestNoWholeSecretIsRepeated(t *testing.T) {
	const token = "QK7ZT3VPX0W9N2M5C8B1L4J6H0G3F5D7S9A2P4O6I8U0Y1T3R5E7W9Q2Z4X6V8B0"
	const short = "hunter2"
	hook := load(t, "webhook")
	control := load(t, "control")
	v2 := load(t, "userapi_v2")
	post := func(path, body string, header ...string) openapi.Request {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return openapi.Request{Method: "POST", URL: &url.URL{Path: path}, Header: h, Body: []byte(body)}
	}
	var all []openapi.Violation
	all = append(all, hook.CheckRequest(post("/", hookJSON, "Authorization", "Token "+token))...)
	all = append(all, hook.CheckRequest(post("/", hookJSON, "X-Secret-Key", "hunter2 "+token, "X-Other", short))...)
	all = append(all, hook.CheckRequest(post("/", changed(hookJSON, "2026-07-30 10:11:12", token, `"id":44`, `"id":44,"key":"`+short+`"`)))...)
	all = append(all, control.CheckRequest(post("/_control/v1/webhooks", `{"api_key":["`+short+`"],"secret_key":{"x":"`+short+`"},"token":"`+short+`","`+token+`":1,"active":"`+token+`"}`))...)
	all = append(all, v2.CheckRequest(get(t, "/v2/transactions?token="+short+"&page="+token+"&"+token+"=1"))...)
	all = append(all, v2.CheckRequest(get(t, "/v2/"+token))...)
	all = append(all, v2.CheckResponse(get(t, "/v2/transactions"), 200, jsonHeader("Set-Cookie", short, token, "x"), []byte(`{"secret":"`+short+`"}`))...)
	if len(all) < 12 {
		t.Fatalf("only %d violations: %v", len(all), all)
	}
	for _, v := range all {
		if text := strings.ToUpper(v.String()); strings.Contains(text, token) || strings.Contains(text, strings.ToUpper(short)) {
			t.Errorf("%v gives a secret away", v)
		}
	}
}
