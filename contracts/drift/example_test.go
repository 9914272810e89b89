package drift_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
)

func ExampleJudge() {
	exchange := traffic.Exchange{
		Document: "userapi_v2", Operation: "v2.transactions.list",
		Exchange: openapi.Exchange{
			Request: openapi.Request{URL: &url.URL{Path: "/v2/transactions"}}, Status: 401,
			ResponseHeader: http.Header{"Content-Type": {"application/json"}},
			ResponseBody:   []byte(`{"status":"error","message":"No","error_code":401,"trace":"x"}`),
		},
	}
	report, err := drift.Judge([]traffic.Exchange{exchange}, nil)
	if err != nil {
		panic(err)
	}
	for _, row := range report.Rows {
		fmt.Printf("%s: %s: expected %s, saw %s\n", row.Class, row.Path, row.Expected, row.Seen)
	}
	// Output:
	// drift: $.error_code: expected a string, saw number 401
	// news: $.trace: expected no such property, saw a text of 1 characters
}

func ExampleLint() {
	const har = `{"log":{"entries":[{"request":{"method":"GET","url":"https://userapi.sepay.vn/v2/transactions?limit=5"}}]}}`
	atlas, err := traffic.NewAtlas()
	if err != nil {
		panic(err)
	}
	report, err := drift.Lint(traffic.ReadHAR(strings.NewReader(har)), atlas, nil)
	if err != nil {
		panic(err)
	}
	for _, f := range report.Findings {
		fmt.Printf("%s: %s\n%s\n", f.Severity, f.Sentence, f.Hint)
	}
	// Output:
	// error: The request has a parameter that does not exist, limit.
	// SePay ignores it, so that the list is not what was asked for. Take the name from the source.
}
