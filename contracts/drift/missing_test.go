package drift_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/contracts/drift"
)

func TestNotEmulatedElsewhereAndUnknownAreThreeAnswers(t *testing.T) {
	const xid = "2d0b284b-6955-11f1-b21a-a6006ab65aca"
	for name, c := range map[string]struct{ method, address, code, says string }{
		"an order VA":                {"POST", "https://userapi.sepay.vn/v2/bank-accounts/" + xid + "/orders", "not-emulated", "SePay documents POST"},
		"a refund":                   {"POST", "https://userapi-sandbox.sepay.vn/v2/transactions/" + xid + "/refund", "not-emulated", "refunds"},
		"the same at an emulator":    {"GET", "http://127.0.0.1:8787/v2/bank-accounts/" + xid + "/refunds", "not-emulated", "refunds"},
		"a BIDV order of v1":         {"POST", "https://my.sepay.vn/userapi/bidv/19/orders", "not-emulated", "BIDV"},
		"Bank Hub":                   {"POST", "https://bankhub-api.sepay.vn/v1/token", "not-emulated", "Bank Hub: get an access token"},
		"eInvoice at the same path":  {"POST", "https://einvoice-api.sepay.vn/v1/token", "not-emulated", "eInvoice: get an access token"},
		"Bank Hub, and nothing":      {"POST", "https://bankhub-api.sepay.vn/v1/moon", "unknown-operation", "know nothing like POST /v1/moon"},
		"v2 at the host of v1":       {"GET", "https://my.sepay.vn/v2/transactions", "other-host", "userapi.sepay.vn"},
		"a checkout at the API":      {"POST", "https://pgapi.sepay.vn/v1/checkout/init", "other-host", "pay.sepay.vn"},
		"an order VA at the v1 host": {"POST", "https://my.sepay.vn/v2/bank-accounts/" + xid + "/orders", "other-host", "userapi.sepay.vn"},
		"another method":             {"POST", "https://userapi.sepay.vn/v2/transactions", "other-method", "GET"},
		"another method of an order": {"PUT", "https://userapi.sepay.vn/v2/bank-accounts/" + xid + "/orders", "other-method", "GET or POST"},
		"a slip":                     {"GET", "https://userapi.sepay.vn/v2/transaction", "unknown-operation", "GET /v2/transactions"},
		"nothing like it":            {"GET", "https://userapi.sepay.vn/v9/moon", "unknown-operation", "know nothing like GET /v9/moon"},
	} {
		got, err := linted(t, entry(c.method, c.address, "{}"))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Findings) == 0 && got.Judged == 1 || len(got.Findings) > 0 && got.Findings[len(got.Findings)-1].Code == "plain-http" {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		if len(got.Findings) != 1 || got.Findings[0].Code != c.code {
			t.Errorf("%s: %+v, want %s", name, got.Findings, c.code)
			continue
		}
		f := got.Findings[0]
		if !strings.Contains(f.Sentence+f.Hint, c.says) || strings.Contains(f.Sentence, "no such operation") || f.Source == "" {
			t.Errorf("%s: %s %s, want %s", name, f.Sentence, f.Hint, c.says)
		}
		if want := map[bool]drift.Severity{true: drift.Note, false: drift.Error}[c.code == "not-emulated"]; f.Severity != want {
			t.Errorf("%s: %s", name, f.Severity)
		}
	}
}

// noticed is a HAR entry of a notice that reached an application.
func noticed(headers, body string, status int, answer string) string {
	return `{"request":{"method":"POST","url":"https://abc.tunnel.example/hook","headers":[{"name":"Content-Type","value":"application/json"},{"name":"X-Forwarded-For","value":"203.0.113.9"}` + headers +
		`],"postData":{"mimeType":"application/json","text":` + quote(body) + `}},"response":{"status":` + strconv.Itoa(status) + `,"headers":[{"name":"Content-Type","value":"application/json"}],"content":{"mimeType":"application/json","text":` + quote(answer) + `}}}`
}

func TestReceivedNoticesAreHeldToSignatureShapeAndAnswer(t *testing.T) {
	const body = `{"gateway":"MBBank","transactionDate":"2026-06-08 10:20:00","accountNumber":"0123456789","subAccount":null,"code":null,"content":"HD1","transferType":"in","description":"BankAPINotify HD1","transferAmount":1000,"referenceCode":"FT26159000000011","accumulated":0,"id":41000001}`
	signature := func(value string) string {
		return `,{"name":"X-SePay-Timestamp","value":"1780888830"},{"name":"X-SePay-Signature","value":"` + value + `"}`
	}
	right := signature("sha256=" + strings.Repeat("0a", 32))
	for name, c := range map[string]struct {
		entry string
		want  []string
	}{
		"right":                   {noticed(right, body, 200, `{"success":true}`), nil},
		"a bare signature":        {noticed(signature(strings.Repeat("0a", 32)), body, 200, `{"success":true}`), []string{"warning pattern"}},
		"no timestamp":            {noticed(`,{"name":"X-SePay-Signature","value":"sha256=`+strings.Repeat("0a", 32)+`"}`, body, 200, `{"success":true}`), []string{"warning missing-header"}},
		"answered 204":            {noticed(right, body, 204, ""), []string{"error undocumented-status"}},
		"answered without a word": {noticed(right, body, 200, `{}`), []string{"error required"}},
		"answered false":          {noticed(right, body, 200, `{"success":false}`), []string{"error enum"}},
		"answered 500":            {noticed(right, body, 500, ""), []string{"error notice-refused"}},
		"answered 404":            {noticed(right, body, 404, ""), []string{"error notice-refused"}},
		"rewritten by a proxy":    {noticed(right, strings.Replace(body, `"transferAmount":1000`, `"transferAmount":"1000"`, 1), 200, `{"success":true}`), []string{"note type"}},
	} {
		got, err := linted(t, c.entry)
		if err != nil {
			t.Fatal(err)
		}
		var seen []string
		for _, f := range got.Findings {
			seen = append(seen, string(f.Severity)+" "+f.Code)
			if f.Sentence == "" || f.Hint == "" || f.Source == "" {
				t.Errorf("%s: something is missing in %+v", name, f)
			}
		}
		if strings.Join(seen, ", ") != strings.Join(c.want, ", ") || got.Judged != 1 {
			t.Errorf("%s: %v, want %v (%d judged)", name, seen, c.want, got.Judged)
		}
	}
}
