package drift_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/mask"
)

const (
	uuid = "6f9619ff-8b86-4011-b42d-00c04fc964ff"
	row  = `{"id":"` + uuid + `","transaction_date":"2026-08-14 16:05:42","account_number":"0938475610","va":"","transfer_type":"in","amount_in":189000,"amount_out":0,"accumulated":0,"transaction_content":"DH1","reference_number":"FT1","code":null,"bank_brand_name":"ACB","bank_account_id":"` + uuid + `","va_id":null,"webhook_success":null}`
	tail = `],"meta":{"pagination":{"total":1,"per_page":20,"current_page":1,"last_page":1,"has_more":false}}}`
)

// page is a page of the list of transactions; changes are pairs of texts.
func page(rows int, changes ...string) string {
	text := `{"status":"success","data":[` + strings.TrimSuffix(strings.Repeat(row+",", rows), ",") + tail
	return strings.NewReplacer(changes...).Replace(text)
}

func listed(body string) traffic.Exchange {
	return traffic.Exchange{
		Document: "userapi_v2", Operation: "v2.transactions.list", Spec: "lists",
		Exchange: openapi.Exchange{
			Request: openapi.Request{Method: "GET", URL: &url.URL{Path: "/v2/transactions"}}, Status: 200,
			ResponseHeader: http.Header{"Content-Type": {"application/json"}}, ResponseBody: []byte(body),
		},
	}
}

func judged(t *testing.T, exchanges ...traffic.Exchange) drift.Report {
	t.Helper()
	r, err := drift.Judge(exchanges, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatWasCapturedRanksBeforeWhatWasObserved(t *testing.T) {
	answer := func(document, operation, method, path, body string) traffic.Exchange {
		return traffic.Exchange{
			Document: document, Operation: operation,
			Exchange: openapi.Exchange{
				Request: openapi.Request{Method: method, URL: &url.URL{Path: path}}, Status: 200,
				ResponseHeader: http.Header{"Content-Type": {"application/json"}}, ResponseBody: []byte(body),
			},
		}
	}
	r := judged(t,
		answer("oauth", "initWoo", "POST", "/woo/oauth/init", `{"oauth_url":"nowhere"}`),
		answer("qr", "qr.banks", "GET", "/banks.json", `{"no_banks":"1","data":[{"name":"A","code":"ACB","bin":"97","short_name":"ACB","supported":true}]}`),
	)
	type line struct {
		Class    drift.Class
		Evidence openapi.Evidence
		Path     string
	}
	var got []line
	for _, row := range r.Rows {
		got = append(got, line{row.Class, row.Evidence, row.Path})
	}
	want := []line{{drift.Suspect, openapi.Captured, "$.data[*].bin"}, {drift.Suspect, openapi.Observed, "$.oauth_url"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !r.Failed() {
		t.Error("a captured fact that does not hold calls for nobody")
	}
}

func TestWhatFailsIsRankedByHowItIsKnown(t *testing.T) {
	e := listed(page(2, `"account_number":"0938475610"`, `"account_number":938475610,"note":"x"`, `"webhook_success":null`, `"webhook_success":-1`))
	e.ResponseHeader.Set("X-RateLimit-Limit", "many")
	e.ResponseHeader.Set("X-New", "1")
	got := judged(t, listed(page(1)), e)
	type line struct {
		Class         drift.Class
		Rule          openapi.Rule
		Path, Place   string
		Count, In, Of int
	}
	var lines []line
	for _, r := range got.Rows {
		lines = append(lines, line{r.Class, r.Rule, r.Path, r.Place, r.Count, r.In, r.Of})
	}
	want := []line{
		{drift.Drift, "type", "$.data[*].account_number", "$.data[0].account_number", 2, 1, 2},
		{drift.Suspect, "range", "$.data[*].webhook_success", "$.data[0].webhook_success", 2, 1, 2},
		{drift.Learnt, "type", "X-RateLimit-Limit", "X-RateLimit-Limit", 1, 1, 2},
		{drift.News, "undeclared-property", "$.data[*].note", "$.data[0].note", 2, 1, 2},
		{drift.News, "undeclared-header", "X-New", "X-New", 1, 1, 2},
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	if got.Count(drift.News) != 2 || !got.Failed() || judged(t, listed(page(1))).Failed() {
		t.Error("the counts or the verdict are wrong")
	}
}

func TestARowShowsBothSidesAndWhereItIsFrom(t *testing.T) {
	got := judged(t, listed(page(1, `"transfer_type":"in"`, `"transfer_type":"debit"`)), listed(page(1, `"transfer_type":"in"`, `"transfer_type":"debit"`)))
	want := []drift.Row{{
		Class: drift.Drift, Document: "userapi_v2", Operation: "v2.transactions.list", Side: drift.Response, Status: 200, Rule: "enum", Part: "body",
		Path: "$.data[*].transfer_type", Place: "$.data[0].transfer_type", Expected: "one of in, out", Seen: `"debit"`, Evidence: "documented",
		Source: "https://developer.sepay.vn/vi/sepay-api/v2/giao-dich/danh-sach", Count: 2, In: 2, Of: 2,
		Example: "GET /v2/transactions → 200", Spec: "lists",
	}}
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Error(diff)
	}
}

func TestEveryNewValueOfAnEnumIsARowAndOtherValuesAreJoined(t *testing.T) {
	got := judged(t,
		listed(page(1, `"transfer_type":"in"`, `"transfer_type":"debit"`)), listed(page(1, `"transfer_type":"in"`, `"transfer_type":"credit"`)),
		listed(page(1, `"accumulated":0`, `"accumulated":"a"`)), listed(page(1, `"accumulated":0`, `"accumulated":"b"`)))
	var seen []string
	for _, r := range got.Rows {
		seen = append(seen, r.Seen+" "+strings.Join(r.Also, ","))
	}
	if diff := cmp.Diff([]string{`"a" "b"`, `"credit" `, `"debit" `}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestTheReportIsTheSameForTheSameTraffic(t *testing.T) {
	exchanges := []traffic.Exchange{listed(`{"a":1,"b":2,"c":3,"d":4,"status":5}`), listed(page(1)), listed(`[]`)}
	first := judged(t, exchanges...)
	for range 10 {
		if diff := cmp.Diff(first, judged(t, exchanges...)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestOnlyWhatTheTargetSentIsJudged(t *testing.T) {
	wrong := listed(page(1))
	wrong.URL = &url.URL{Path: "/v2/transactions", RawQuery: "nonsense=1"}
	if got := judged(t, wrong); len(got.Rows) != 0 {
		t.Errorf("the suite's request is judged: %v", got.Rows)
	}
	webhook := traffic.Exchange{
		Document: "webhook", Operation: "webhook.deliver",
		Exchange: openapi.Exchange{
			Request: openapi.Request{Method: "POST", URL: &url.URL{Path: "/hook"}, Header: http.Header{"Content-Type": {"application/json"}, "X-Odd": {"1"}}, Body: []byte(`{}`)},
			Status:  418,
		},
	}
	got := judged(t, webhook)
	if len(got.Rows) == 0 || slices.ContainsFunc(got.Rows, func(r drift.Row) bool { return r.Side != drift.Request || r.Status != 0 }) {
		t.Errorf("want the request that SePay sent, got %v", got.Rows)
	}
}

func TestWhatHasNoPlaceOrNoAnswerIsCountedOnly(t *testing.T) {
	silent := listed("")
	silent.Status = 0
	got := judged(t, silent, traffic.Exchange{Exchange: openapi.Exchange{Request: openapi.Request{URL: &url.URL{Path: "/"}}}})
	if len(got.Rows) != 0 || got.Exchanges != 1 || got.Unplaced != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestABodyThatWasNotRecordedIsNotJudged(t *testing.T) {
	e := listed("")
	e.ResponseBodyLost = true
	if got := judged(t, e); len(got.Rows) != 0 {
		t.Errorf("got %v", got.Rows)
	}
}

func TestNoSecretIsInAReport(t *testing.T) {
	const secret = "hunter22"
	e := listed(page(1, `"va":""`, `"va":7,"`+secret+`":1`, `"transfer_type":"in"`, `"transfer_type":"`+secret+`"`))
	e.URL = &url.URL{Path: "/v2/transactions", RawQuery: "q=" + secret}
	e.Spec = "with " + secret
	r, err := drift.Judge([]traffic.Exchange{e}, mask.New(secret))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != 3 {
		t.Errorf("want three rows, got %v", r.Rows)
	}
	for _, row := range r.Rows {
		if text := strings.Join([]string{row.Path, row.Place, row.Seen, row.Example, row.Spec}, " "); strings.Contains(text, secret) {
			t.Errorf("a secret is in %s", text)
		}
	}
}
