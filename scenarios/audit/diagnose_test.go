package audit_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/scenarios/audit"
)

// verifier is a handler's check of a signature with a mistake in it.
type verifier struct {
	// text is what it signs; timestamp, a dot and the body when nil.
	text func(stamp string, body []byte) string
	// write is how it writes the digest.
	write func([]byte) string
	// secret is its own, the right one when empty.
	secret string
	// header names that of the signature.
	header string
	// now gives its clock in the unit in which it compares.
	now func() int64
}

func (v verifier) genuine(h http.Header, body []byte) bool {
	text, write, secret, header := v.text, v.write, v.secret, v.header
	if text == nil {
		text = func(stamp string, body []byte) string { return stamp + "." + string(body) }
	}
	if write == nil {
		write = func(sum []byte) string { return "sha256=" + hex.EncodeToString(sum) }
	}
	switch secret {
	case "":
		secret = hmacSecret
	case "none":
		secret = ""
	}
	if header == "" {
		header = "X-SePay-Signature"
	}
	stamp := h.Get("X-SePay-Timestamp")
	if v.now != nil {
		n, err := strconv.ParseInt(stamp, 10, 64)
		if age := v.now() - n; err != nil || age > 300_000 || age < -300_000 {
			return false
		}
	}
	return h.Get(header) == write(digest(secret, text(stamp, body)))
}

var unicode = regexp.MustCompile(`(\\u[0-9a-f]{4})+`)

// javaScript is the body as JSON.parse and JSON.stringify leave it.
func javaScript(body []byte) string {
	text := unicode.ReplaceAllStringFunc(string(body), func(escapes string) string {
		var plain string
		_ = json.Unmarshal([]byte(`"`+escapes+`"`), &plain)
		return plain
	})
	return strings.ReplaceAll(text, `\/`, "/")
}

// python is the body as json.loads and json.dumps leave it.
func python(body []byte) string {
	text := strings.ReplaceAll(string(body), `\/`, "/")
	for _, name := range []string{"gateway", "transactionDate", "accountNumber", "subAccount", "code", "content", "transferType", "description", "transferAmount", "referenceCode", "accumulated", "id"} {
		text = strings.Replace(text, `"`+name+`":`, `"`+name+`": `, 1)
		text = strings.Replace(text, `,"`+name+`"`, `, "`+name+`"`, 1)
	}
	return text
}

// goMap is the body as Go's json.Marshal of a map leaves it.
func goMap(body []byte) string {
	var v map[string]json.RawMessage
	_ = json.Unmarshal([]byte(javaScript(body)), &v)
	var b bytes.Buffer
	for i, name := range slices.Sorted(maps.Keys(v)) {
		fmt.Fprintf(&b, `%s"%s":%s`, map[bool]string{true: "{", false: ","}[i == 0], name, v[name])
	}
	return strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`).Replace(b.String()) + "}"
}

func TestTheMistakeBehindARefusedSignatureIsFound(t *testing.T) {
	over := func(text func([]byte) string) func(string, []byte) string {
		return func(stamp string, body []byte) string { return stamp + "." + text(body) }
	}
	for name, c := range map[string]struct {
		v       verifier
		cause   string
		verdict audit.Verdict
		says    string
	}{
		"timestamp left out":   {verifier{text: func(_ string, b []byte) string { return string(b) }}, "timestamp_left_out", audit.Fail, "without the timestamp"},
		"dot left out":         {verifier{text: func(s string, b []byte) string { return s + string(b) }}, "dot_left_out", audit.Fail, "without the dot"},
		"bare hex":             {verifier{write: hex.EncodeToString}, "prefix_missing", audit.Fail, "sha256="},
		"capitals":             {verifier{write: func(s []byte) string { return "sha256=" + strings.ToUpper(hex.EncodeToString(s)) }}, "upper_case", audit.Fail, "capitals"},
		"base64":               {verifier{write: base64Of}, "base64", audit.Fail, "base64"},
		"base64 over the body": {verifier{write: base64Of, text: func(_ string, b []byte) string { return string(b) }}, "base64", audit.Fail, "over the body alone"},
		"milliseconds":         {verifier{now: day.UnixMilli}, "milliseconds", audit.Fail, "milliseconds"},
		"JSON.stringify":       {verifier{text: over(javaScript)}, "reserialised", audit.Fail, "JSON.stringify"},
		"json.dumps":           {verifier{text: over(python)}, "reserialised", audit.Fail, "json.dumps"},
		"a map in Go":          {verifier{text: over(goMap)}, "reserialised", audit.Fail, "json.Marshal of a map"},
		"JSON.stringify, and no timestamp": {verifier{text: func(_ string, b []byte) string { return javaScript(b) }}, "timestamp_left_out", audit.Fail,
			"over the body alone"},
		"another header":         {verifier{header: "X-Signature"}, "header_name", audit.Fail, "X-Signature"},
		"the IPN's secret":       {verifier{secret: ipnSecret}, "other_secret", audit.Unverifiable, "the IPN's secret"},
		"no secret":              {verifier{secret: "none"}, "no_secret", audit.Fail, "not set"},
		"undefined":              {verifier{secret: "undefined"}, "no_secret", audit.Fail, "undefined"},
		"the prefix cut off":     {verifier{secret: strings.TrimPrefix(hmacSecret, "whsec_")}, "secret_spelling", audit.Fail, "whsec_"},
		"a line break behind it": {verifier{secret: hmacSecret + "\n"}, "secret_spelling", audit.Fail, "line break"},
		"quite another secret":   {verifier{secret: "whsec_of_somebody"}, "secret", audit.Unverifiable, "may not be the shop's"},
	} {
		for _, asked := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, page %t", name, asked), func(t *testing.T) {
				t.Parallel()
				o := (&shop{genuine: c.v.genuine}).start(t).audited(t, "webhook-accepts", "webhook-duplicate", "webhook-less", "webhook-bank-forms", "webhook-odd-bodies")
				if !asked {
					o.Check, o.Return = "", ""
				}
				card := run(t, o)
				got := outcome(t, card, "webhook-accepts")
				if got.Cause != c.cause || got.Verdict != c.verdict || !strings.Contains(got.Detail+got.Fix, c.says) {
					t.Errorf("%s, cause %q: %s %s", got.Verdict, got.Cause, got.Detail, got.Fix)
				}
				if strings.Contains(got.Detail+got.Fix, hmacSecret) || strings.Contains(got.Detail+got.Fix, ipnSecret) {
					t.Error("a secret shows")
				}
				for _, o := range card.Outcomes {
					if o.Kind == "webhook" && o.Rule != got.Rule && o.Verdict == audit.Fail {
						t.Errorf("%s fails too: %s", o.Rule, o.Detail)
					}
				}
			})
		}
	}
}

func TestAHandlerThatRewritesTheBodyIsTriedFurtherWithPlainTexts(t *testing.T) {
	v := verifier{text: func(stamp string, body []byte) string { return stamp + "." + javaScript(body) }}
	card := run(t, (&shop{genuine: v.genuine}).start(t).audited(t))
	got := verdicts(card)
	for rule, want := range map[string]audit.Verdict{
		"webhook-accepts": audit.Fail, "webhook-duplicate": audit.Pass, "webhook-less": audit.Pass, "ipn-accepts": audit.Pass, "ipn-card": audit.Pass,
		"webhook-bank-forms": audit.Pass,
	} {
		if got[rule] != want {
			t.Errorf("%s: %s: %s", rule, got[rule], outcome(t, card, rule).Detail)
		}
	}
}

func TestTheMistakeBehindARefusedKeyIsFound(t *testing.T) {
	is := func(header, value string) func(http.Header, []byte) bool {
		return func(h http.Header, _ []byte) bool { return h.Get(header) == value }
	}
	for name, c := range map[string]struct {
		genuine func(http.Header, []byte) bool
		cause   string
		verdict audit.Verdict
		says    string
	}{
		"Bearer":         {is("Authorization", "Bearer "+hmacSecret), "scheme", audit.Fail, "the word Bearer"},
		"ApiKey":         {is("Authorization", "ApiKey "+hmacSecret), "scheme", audit.Fail, "the word ApiKey"},
		"the bare key":   {is("Authorization", hmacSecret), "scheme", audit.Fail, "the bare key"},
		"another header": {is("X-API-Key", hmacSecret), "header_name", audit.Fail, "X-API-Key"},
		"the IPN's":      {is("Authorization", "Apikey "+ipnSecret), "other_secret", audit.Unverifiable, "the IPN's secret"},
		"undefined":      {is("Authorization", "Apikey undefined"), "no_secret", audit.Fail, "undefined"},
		"a signature":    {verifier{}.genuine, "other_kind", audit.Unverifiable, "hmac:SECRET"},
		"another key":    {is("Authorization", "Apikey of-somebody"), "secret", audit.Unverifiable, "may not be the shop's"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := (&shop{genuine: c.genuine}).start(t).audited(t, "webhook-accepts")
			o.Webhook.Auth = audit.APIKey
			got := outcome(t, run(t, o), "webhook-accepts")
			if got.Cause != c.cause || got.Verdict != c.verdict || !strings.Contains(got.Detail+got.Fix, c.says) {
				t.Errorf("%s, cause %q: %s %s", got.Verdict, got.Cause, got.Detail, got.Fix)
			}
		})
	}
}

func TestTheMistakeBehindARefusedIPNIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		given   string // to the audit
		wants   func(h http.Header, body []byte) bool
		cause   string
		verdict audit.Verdict
		says    string
	}{
		"it insists on a header that nobody configured": {"", func(h http.Header, _ []byte) bool { return h.Get("X-Secret-Key") == "of-somebody" }, "insists_on_secret", audit.Fail, "SePay sends none"},
		"it takes the webhook's secret":                 {ipnSecret, func(h http.Header, _ []byte) bool { return h.Get("X-Secret-Key") == hmacSecret }, "other_secret", audit.Unverifiable, "the webhook's secret"},
		"it reads another header":                       {ipnSecret, func(h http.Header, _ []byte) bool { return h.Get("Authorization") == "Bearer "+ipnSecret }, "header_name", audit.Fail, "Authorization"},
		"it wants a signature": {ipnSecret, func(h http.Header, b []byte) bool {
			return h.Get("X-SePay-Signature") == sign(ipnSecret, h.Get("X-SePay-Timestamp")+"."+string(b))
		}, "ipn_signature", audit.Fail, "An IPN has none"},
		"another secret": {ipnSecret, func(h http.Header, _ []byte) bool { return h.Get("X-Secret-Key") == "of-somebody" }, "secret", audit.Unverifiable, "--ipn-secret"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &shop{genuineIPN: c.wants}
			o := s.start(t).audited(t, "ipn-accepts")
			o.IPN.Secret = c.given
			got := outcome(t, run(t, o), "ipn-accepts")
			if got.Cause != c.cause || got.Verdict != c.verdict || !strings.Contains(got.Detail+got.Fix, c.says) {
				t.Errorf("%s, cause %q: %s %s", got.Verdict, got.Cause, got.Detail, got.Fix)
			}
		})
	}
}

func TestTheMemberThatAHandlerWantsOtherwiseIsNamed(t *testing.T) {
	for mistake, c := range map[string]struct{ rule, cause, says string }{
		"amounts without decimals":  {"ipn-accepts", "amount_text", "has no decimals"},
		"order id of the pages":     {"ipn-accepts", "order_id", "SEPAY-"},
		"breaks without a customer": {"ipn-accepts", "customer_null", "there is a customer"},
		"takes the time for UTC":    {"webhook-accepts", "date_zone", "UTC"},
		"breaks on null":            {"webhook-accepts", "sub_account_null", "subAccount"},
		"references of one bank":    {"webhook-accepts", "reference_form", "MBBank"},
	} {
		t.Run(mistake, func(t *testing.T) {
			t.Parallel()
			o := (&shop{mistake: mistake}).start(t).audited(t, c.rule)
			if c.rule == "ipn-accepts" {
				o.Webhook = nil
			} else {
				o.IPN = nil
			}
			got := outcome(t, run(t, o), c.rule)
			if got.Cause != c.cause || got.Verdict != audit.Fail || !strings.Contains(got.Detail, c.says) {
				t.Errorf("%s, cause %q: %s", got.Verdict, got.Cause, got.Detail)
			}
		})
	}
}

func TestTheCharactersThatAHandlerStumblesOverAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		mistake, cause, says string
	}{
		"emoji":                {"breaks on emoji", "texts", "none with: emoji"},
		"the whole memo":       {"memo is the code", "exact_memo", "it compares the whole memo"},
		"everything but ASCII": {"breaks on letters outside of ASCII", "texts", "none with: Vietnamese, emoji"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := (&shop{mistake: c.mistake}).start(t).audited(t, "webhook-accepts", "webhook-duplicate")
			o.IPN = nil
			card := run(t, o)
			got := outcome(t, card, "webhook-accepts")
			if got.Cause != c.cause || got.Verdict != audit.Fail || !strings.Contains(got.Detail, c.says) {
				t.Errorf("%s, cause %q: %s", got.Verdict, got.Cause, got.Detail)
			}
			if want := map[bool]audit.Verdict{true: audit.Pass, false: audit.Unverifiable}[c.cause == "texts"]; verdicts(card)["webhook-duplicate"] != want {
				t.Errorf("webhook-duplicate: %s", verdicts(card)["webhook-duplicate"])
			}
		})
	}
}
