package openapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi"
)

const (
	uuid    = "7be41a90-7c02-11f1-9d54-0242ac130007"
	v2Row   = `{"id":"` + uuid + `","transaction_date":"2026-08-14 16:05:42","account_number":"0938475610","va":"","transfer_type":"in","amount_in":189000,"amount_out":0,"accumulated":0,"transaction_content":"DH1","reference_number":"FT1","code":null,"bank_brand_name":"ACB","bank_account_id":"` + uuid + `","va_id":null,"webhook_success":null}`
	v2One   = `{"status":"success","data":` + v2Row + `}`
	v2Tail  = `],"meta":{"pagination":{"total":1,"per_page":20,"current_page":1,"last_page":1,"has_more":false}}}`
	v2List  = `{"status":"success","data":[` + v2Row + v2Tail
	v2Error = `{"status":"error","message":"Too many requests","error_code":"rate_limited"}`
	v1Row   = `{"id":"83121","bank_brand_name":"ACB","account_number":"0451","transaction_date":"2026-05-21 08:40:09","amount_out":"0.00","amount_in":"640000.00","accumulated":"0.00","transaction_content":"x","reference_number":"y","code":null,"sub_account":null,"bank_account_id":"31"}`
	v1List  = `{"status":200,"error":null,"messages":{"success":true},"transactions":[` + v1Row + `]}`
)

func get(t testing.TB, target string) openapi.Request {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	return openapi.Request{Method: http.MethodGet, URL: u, Header: http.Header{"Authorization": {"Bearer x"}}}
}

func jsonHeader(extra ...string) http.Header {
	h := http.Header{"Content-Type": {"application/json"}, "Date": {"today"}, "Content-Length": {"1"}}
	for i := 0; i < len(extra); i += 2 {
		h.Add(extra[i], extra[i+1])
	}
	return h
}

// broken names each violation as "rule place".
func broken(all []openapi.Violation) []string {
	var out []string
	for _, v := range all {
		out = append(out, strings.TrimSpace(string(v.Rule)+" "+v.JSONPath))
	}
	return out
}

func changed(text string, oldNew ...string) string {
	return strings.NewReplacer(oldNew...).Replace(text)
}

const (
	pathList   = "/v2/transactions"
	pathDetail = "/v2/transactions/" + uuid
	pathV1     = "/userapi/transactions/list"
)

var limited = []string{"Retry-After", "1", "X-RateLimit-Limit", "3", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1"}

var responseTests = []struct {
	name, document, target string
	status                 int
	header                 http.Header
	body                   string
	want                   []string
}{
	{"a right object passes", "userapi_v2", pathDetail, 200, jsonHeader(), v2One, nil},
	{"a right list passes", "userapi_v2", pathList, 200, jsonHeader(), v2List, nil},
	{"white space after the value passes", "userapi_v2", pathDetail, 200, jsonHeader(), v2One + "\n", nil},
	{"a declared charset passes", "userapi_v2", pathDetail, 200, http.Header{"Content-Type": {"application/json; charset=UTF-8"}}, v2One, nil},
	{"an undeclared property", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, `"va":""`, `"va":"","gateway":"ACB"`), []string{"undeclared-property $.data.gateway"}},
	{"an undocumented status", "userapi_v2", pathDetail, 500, jsonHeader(), v2Error, []string{"undocumented-status"}},
	{"a redirect", "userapi_v2", pathDetail, 307, http.Header{"Location": {"/"}}, "", []string{"undocumented-status"}},
	{"a day that does not exist", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, "2026-08-14 16", "2026-02-31 16"), []string{"format $.data.transaction_date"}},
	{"a date with fractions", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, "16:05:42", "16:05:42.5"), []string{"format $.data.transaction_date"}},
	{"an ISO date that nobody asked for", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, "2026-08-14 16:05:42", "2026-08-14T16:05:42+07:00"), []string{"format $.data.transaction_date"}},
	{"an ISO date that was asked for", "userapi_v2", pathList + "?timestamp_format=iso8601", 200, jsonHeader(), changed(v2List, "2026-08-14 16:05:42", "2026-08-14T16:05:42+07:00"), nil},
	{"a plain date instead", "userapi_v2", pathList + "?timestamp_format=iso8601", 200, jsonHeader(), v2List, []string{"format $.data[0].transaction_date"}},
	{"either where the parameter is not declared", "userapi_v2", pathDetail + "?timestamp_format=iso8601", 200, jsonHeader(), v2One, nil},
	{"no UUID", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, `"id":"`+uuid, `"id":"12`), []string{"format $.data.id"}},
	{"bytes after the value", "userapi_v2", pathDetail, 200, jsonHeader(), v2One + "<!-- -->", []string{"trailing-bytes $"}},
	{"a second value", "userapi_v2", pathDetail, 200, jsonHeader(), v2One + v2One, []string{"trailing-bytes $"}},
	{"bytes that are not UTF-8", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, "DH1", "DH\xff"), []string{"invalid-utf8 $"}},
	{"half a surrogate pair", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, "DH1", `DH\ud83d`), []string{"invalid-utf8 $"}},
	{"a whole pair passes", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, "DH1", `\ud83d\ude00`), nil},
	{"a key twice", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, `"va":""`, `"va":"","va":""`), []string{"duplicate-key $.data.va"}},
	{"int64 overflow by one", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, "189000", "9223372036854775808"), []string{"range $.data.amount_in"}},
	{"the greatest int64 passes", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, "189000", "9223372036854775807"), nil},
	{"a whole number with a fraction", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, "189000", "189000.0"), []string{"type $.data.amount_in"}},
	{"a number as text", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, "189000", `"189000"`), []string{"type $.data.amount_in"}},
	{"a negative amount", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, "189000", "-1"), []string{"range $.data.amount_in"}},
	{"null where none may be", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, `"va":""`, `"va":null`), []string{"type $.data.va"}},
	{"another word than the enum's", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, `"in"`, `"In"`), []string{"enum $.data.transfer_type"}},
	{"a property missing", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, `"va":"",`, ""), []string{"required $.data.va"}},
	{"all violations, not the first", "userapi_v2", pathDetail, 200, jsonHeader(), changed(v2One, `"va":"",`, "", "189000", `"1"`, `"in"`, `"x"`),
		[]string{"enum $.data.transfer_type", "type $.data.amount_in", "required $.data.va"}},
	{"a projection", "userapi_v2", pathList + "?fields=id,code", 200, jsonHeader(), `{"status":"success","data":[{"id":"` + uuid + `","code":null}` + v2Tail, nil},
	{"a projection with an unknown name", "userapi_v2", pathList + "?fields=id,nothing", 200, jsonHeader(), `{"status":"success","data":[{"id":"` + uuid + `"}` + v2Tail, nil},
	{"a projection of nothing known", "userapi_v2", pathList + "?fields=nothing", 200, jsonHeader(), v2List, nil},
	{"a projection without what was asked for", "userapi_v2", pathList + "?fields=id,code", 200, jsonHeader(), `{"status":"success","data":[{"id":"` + uuid + `"}` + v2Tail, []string{"required $.data[0].code"}},
	{"a projection with more", "userapi_v2", pathList + "?fields=id", 200, jsonHeader(), `{"status":"success","data":[{"id":"` + uuid + `","code":null}` + v2Tail, []string{"unrequested-property $.data[0].code"}},
	{"missing properties without a projection", "userapi_v2", pathList, 200, jsonHeader(), changed(v2List, `"va":"",`, ""), []string{"required $.data[0].va"}},
	{"429 with its headers", "userapi_v2", pathList, 429, jsonHeader(limited...), v2Error, nil},
	{"429 without a header", "userapi_v2", pathList, 429, jsonHeader(limited[2:]...), v2Error, []string{"missing-header Retry-After"}},
	{"a header that is not a number", "userapi_v2", pathList, 429, jsonHeader(append(limited[2:], "Retry-After", "soon")...), v2Error, []string{"type Retry-After"}},
	{"a header twice", "userapi_v2", pathList, 429, jsonHeader(append(limited, "Retry-After", "2")...), v2Error, []string{"repeated Retry-After"}},
	{"an optional header", "userapi_v2", pathDetail, 200, jsonHeader("X-RateLimit-Limit", "3"), v2One, nil},
	{"an undeclared header", "userapi_v2", pathDetail, 200, jsonHeader("X-Powered-By", "PHP"), v2One, []string{"undeclared-header X-Powered-By"}},
	{"422 with errors", "userapi_v2", pathList, 422, jsonHeader(), `{"status":"error","message":"m","error_code":"validation_error","errors":{"page":"must be a number"}}`, nil},
	{"HTML instead of JSON", "userapi_v2", pathList, 200, http.Header{"Content-Type": {"text/html"}}, "<html>", []string{"content-type Content-Type"}},
	{"no content type", "userapi_v2", pathList, 200, http.Header{}, v2List, []string{"content-type Content-Type"}},
	{"another charset", "userapi_v2", pathList, 200, http.Header{"Content-Type": {"application/json; charset=latin1"}}, v2List, []string{"content-type Content-Type"}},
	{"no JSON", "userapi_v2", pathList, 200, jsonHeader(), v2List[:40], []string{"malformed-body $"}},
	{"no body", "userapi_v2", pathList, 200, jsonHeader(), "", []string{"empty-body $"}},
	{"a path that is not described", "userapi_v2", "/v2/orders", 404, jsonHeader(), v2Error, []string{"unknown-operation"}},
	{"a v1 list", "userapi_v1", pathV1, 200, jsonHeader(), v1List, nil},
	{"v1's empty answer to a bad token", "userapi_v1", pathV1, 200, http.Header{}, "", nil},
	{"v1's 401", "userapi_v1", pathV1, 401, http.Header{}, "", nil},
	{"v1's 401 with a body", "userapi_v1", pathV1, 401, jsonHeader(), "{}", []string{"unexpected-body $"}},
	{"v1's error in a body", "userapi_v1", pathV1, 200, jsonHeader(), `{"status":404,"error":404,"messages":{"error":"Not found"}}`, nil},
	{"v1's 429", "userapi_v1", pathV1, 429, http.Header{"x-sepay-userapi-retry-after": {"1"}}, "", nil},
	{"v1's 429 without its header", "userapi_v1", pathV1, 429, http.Header{}, "", []string{"missing-header x-sepay-userapi-retry-after"}},
	{"v1 money as a number", "userapi_v1", pathV1, 200, jsonHeader(), changed(v1List, `"640000.00"`, "640000"), []string{"type $.transactions[0].amount_in"}},
	{"v1 money without decimals", "userapi_v1", pathV1, 200, jsonHeader(), changed(v1List, "640000.00", "640000"), []string{"pattern $.transactions[0].amount_in"}},
	{"v1 error not null", "userapi_v1", pathV1, 200, jsonHeader(), changed(v1List, `"error":null`, `"error":"no"`), []string{"enum $.error"}},
	{"a count as text", "userapi_v1", "/userapi/transactions/count", 200, jsonHeader(), `{"status":200,"error":null,"messages":{"success":true},"count_transactions":"2"}`, []string{"type $.count_transactions"}},
}

func TestResponses(t *testing.T) {
	for _, tt := range responseTests {
		t.Run(tt.name, func(t *testing.T) {
			got := load(t, tt.document).CheckResponse(get(t, tt.target), tt.status, tt.header, []byte(tt.body))
			if diff := cmp.Diff(tt.want, broken(got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v", diff, got)
			}
			for _, v := range got {
				if v.Evidence == "" || v.Source == "" || v.Expected == "" || v.Seen == "" {
					t.Errorf("incomplete: %+v", v)
				}
			}
		})
	}
}

// Rows that are all wrong must not make the error envelope look like the
// better fit.
func TestTheBranchThatWasMeantIsReported(t *testing.T) {
	row := changed(v1Row, "640000.00", "640000", `"0.00"`, `"0"`)
	body := changed(v1List, v1Row, strings.Repeat(row+",", 9)+row)
	got := load(t, "userapi_v1").CheckResponse(get(t, "/userapi/transactions/list"), 200, jsonHeader(), []byte(body))
	if len(got) != 30 {
		t.Fatalf("got %d violations, want 3 in each of 10 rows: %v", len(got), got)
	}
	if got[0].JSONPath != "$.transactions[0].amount_out" {
		t.Errorf("got %v", got[0])
	}
}

func TestHEADHasTheStatusAndHeadersOfGETAndNoBody(t *testing.T) {
	r := get(t, "/v2/transactions")
	r.Method = http.MethodHead
	c := load(t, "userapi_v2")
	if got := c.CheckResponse(r, 200, jsonHeader(), nil); got != nil {
		t.Errorf("got %v", got)
	}
	if diff := cmp.Diff([]string{"unexpected-body $"}, broken(c.CheckResponse(r, 200, jsonHeader(), []byte(v2List)))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"undocumented-status"}, broken(c.CheckResponse(r, 302, jsonHeader(), nil))); diff != "" {
		t.Error(diff)
	}
}

func TestNoRedirectPassesUnlessItIsDocumented(t *testing.T) {
	c := load(t, "userapi_v2")
	for _, status := range []int{204, 301, 302, 303, 304, 307, 308, 418, 599} {
		if diff := cmp.Diff([]string{"undocumented-status"}, broken(c.CheckResponse(get(t, "/v2/transactions"), status, jsonHeader("Location", "/"), nil))); diff != "" {
			t.Errorf("%d: %s", status, diff)
		}
	}
}

func TestViolationsAreBounded(t *testing.T) {
	bad := strings.Repeat(`1,`, 5000) + "1"
	got := load(t, "userapi_v2").CheckResponse(get(t, "/v2/transactions"), 200, jsonHeader(), []byte(changed(v2List, v2Row, bad)))
	if len(got) > 300 || got[len(got)-1].Rule != openapi.RuleTooMany {
		t.Errorf("got %d violations, the last is %v", len(got), got[len(got)-1])
	}
}

func TestServerSentEventsAreNotReadAsJSON(t *testing.T) {
	h := http.Header{"Content-Type": {"text/event-stream"}}
	if got := load(t, "control").CheckResponse(get(t, "/_control/v1/events"), 200, h, []byte("data: {}\n\n")); got != nil {
		t.Errorf("got %v", got)
	}
}
