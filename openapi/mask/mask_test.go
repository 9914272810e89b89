package mask_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi/mask"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

func TestAMaskedValueKeepsItsKindAndItsEnd(t *testing.T) {
	for in, want := range map[string]string{
		"Bearer ABCDEFGHIJKLMNOP":          "Bearer ****MNOP",
		"Apikey short":                     "Apikey ****",
		"0123456789abcdef":                 "****cdef",
		"":                                 "****",
		"two words of a password":          "****word",
		"an end that means something &=a ": "****",
		"spsk_test_AbCdEfGhIjKlMnOp":       "spsk_test_****MnOp",
		"Bearer eyJhbGciOiJSUzI1NiJ9.e.s1": "Bearer eyJ****e.s1",
		"whsec_short":                      "whsec_****",
		"4111XXXXXXXX1111":                 "4111XXXXXXXX1111", // SePay's own
		"Apikey ****MNOP":                  "Apikey ****MNOP",
	} {
		if got := mask.Value(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}

func TestNamesOfCredentialsAreKnownInEverySpelling(t *testing.T) {
	for _, name := range []string{
		"Authorization", "authorization", "PROXY-AUTHORIZATION", "X-Secret-Key", "x_secret_key", "xSecretKey", "X-Api-Key", "X-API-KEY", "api_key", "apiKey", "APIKey", "apikey",
		"secret_key", "secretKey", "SecretKey", "client_secret", "clientSecret", "oauth2_client_secret", "access_token", "accessToken", "refreshToken", "refresh-token",
		"id_token", "code_verifier", "codeVerifier", "password", "newPassword", "user[password]", "passwd", "pwd", "otp", "OTP", "otpCode", "otp_code", "card_number", "cardNumber", "card-number",
		"cvv", "cardCvv", "card_cvv", "CVC", "pin", "Cookie", "Set-Cookie", "session", "sessionId", "session_id", "PHPSESSID", "JSESSIONID", "csrf_token", "X-CSRF-Token", "api_tokens",
		"private_key", "signing-key", "jwt", "credentials", "ipn_secret", "data.secret_key",
	} {
		if !mask.SecretName(name) {
			t.Errorf("%q is not known", name)
		}
	}
	for _, name := range []string{
		"", "code", "state", "id", "content", "token_type", "tokenType", "token_url", "oauth2_access_token_url", "expires_in", "access_token_expires_in", "authen_type", "transferAmount",
		"grant_type", "client_id", "shipping", "spinner", "X-SePay-Timestamp", "author", "authors", "company", "password_hint", "key", "account_number", "expiry",
	} {
		if mask.SecretName(name) {
			t.Errorf("%q is taken for the name of a credential", name)
		}
	}
}

// secret has what every encoding escapes.
const secret = `tòp/sec ret"&<\+=%~1234`

func encodings(t *testing.T, s string) map[string]string {
	t.Helper()
	inGo, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	inPHP, err := phpjson.Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"raw": s, "query": url.QueryEscape(s), "path": url.PathEscape(s), "JSON": string(inGo[1 : len(inGo)-1]), "PHP": string(inPHP[1 : len(inPHP)-1]),
		"base64": base64.StdEncoding.EncodeToString([]byte(s)), "base64url": base64.RawURLEncoding.EncodeToString([]byte(s)),
		"Basic": base64.StdEncoding.EncodeToString([]byte("client:" + s)), "lower": regexp.MustCompile(`%..`).ReplaceAllStringFunc(url.QueryEscape(s), strings.ToLower),
	}
}

func TestWhatIsKnownIsMaskedInEveryEncodingWhereverItStands(t *testing.T) {
	m := mask.New(secret)
	for name, spelled := range encodings(t, secret) {
		for around, text := range map[string]string{
			"alone": spelled, "in words": "before " + spelled + " after", "in a word": "x" + spelled + "y", "in an address": "https://x.test/a/" + spelled + "?page=2",
			"in quotes": `{"note":"` + spelled + `"}`,
		} {
			if around == "in a word" && (name == "Basic" || strings.HasPrefix(name, "base64")) {
				continue // another code then
			}
			for how, got := range map[string]string{
				"Known": m.Known(text), "Text": m.Text(text), "Body": m.Body("text/plain", text), "URL": m.URL(text), "Query": m.Query(text), "Header": m.Header("X-Note", text),
				"JSON": string(m.JSON([]byte(text))),
			} {
				if strings.Contains(got, spelled) && how != "JSON" {
					t.Errorf("%s, %s, by %s: %s", name, around, how, got)
				}
				if how == "JSON" && around == "in quotes" && strings.Contains(got, spelled) {
					t.Errorf("%s, %s, by %s: %s", name, around, how, got)
				}
			}
		}
	}
}

func TestPercentFormHidesNoCredential(t *testing.T) {
	const secret = "spsk_test_9f3cAbCdEfGhIjKl"
	m := mask.New(secret, "aWord+of/another=")
	var all, some strings.Builder
	for i, c := range []byte(secret) {
		fmt.Fprintf(&all, "%%%02X", c)
		if i%3 == 0 {
			fmt.Fprintf(&some, "%%%02x", c)
		} else {
			some.WriteByte(c)
		}
	}
	for _, text := range []string{all.String(), some.String(), "see " + all.String() + ".", "a=1&b=" + some.String(), "aWord%2Bof%2fanother%3D", "aWord+of%2Fan%6Fther=", all.String() + "%20" + some.String(), "x%20" + all.String() + "%20y"} {
		for how, got := range map[string]string{"Known": m.Known(text), "Body": m.Body("text/plain", text), "Query": m.Query(text)} {
			plain, err := url.PathUnescape(got)
			if err != nil || strings.Contains(plain, secret) || strings.Contains(plain, "aWord+of/another=") || !strings.Contains(plain, "****") {
				t.Errorf("%s of %q: %q", how, text, got)
			}
		}
	}
	if got := m.Known("100%25 sure, %zz, a%20b"); got != "100%25 sure, %zz, a%20b" {
		t.Errorf("a text without one: %q", got)
	}
}

func TestBodiesAreMaskedByNameInEveryForm(t *testing.T) {
	multipart := "--b0\r\nContent-Disposition: form-data; name=\"apiKey\"\r\n\r\nhunter2hunter2\r\n--b0\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nfine\r\n--b0--\r\n"
	cut, _, _ := strings.Cut(multipart, "hunter2\r\n")
	for name, c := range map[string]struct{ kind, body, want string }{
		"a form":                      {"application/x-www-form-urlencoded", "client_secret=s3cret-of-the-app&code=x&card_number=4111111111111111&card_cvv=123", "client_secret=****-app&code=****&card_number=****1111&card_cvv=****"},
		"a form with a payment code":  {"application/x-www-form-urlencoded", "code=DH123456&content=DH123456+x", "code=DH123456&content=DH123456+x"},
		"a form without a type":       {"", "apiKey=hunter2hunter2&b", "apiKey=****ter2&b"},
		"JSON":                        {"application/json; charset=UTF-8", `{"access_token":"abcJhbGciOiJSUzI1NiJ9","token_type":"Bearer","expires_in":3600,"refresh_token" : "0ef50201aa11bb22"}`, `{"access_token":"****NiJ9","token_type":"Bearer","expires_in":3600,"refresh_token" : "****bb22"}`},
		"JSON with an escape":         {"application/json", `{"secret_key":"\"quoted\"1234512345","name":"x","oauth2_access_token_url":"https://shop.example/token"}`, `{"secret_key":"****2345","name":"x","oauth2_access_token_url":"https://shop.example/token"}`},
		"JSON in camelCase":           {"application/json", `{"clientSecret":"hunter2hunter2","otp":123456,"cardNumber":"4111 1111 1111 1111"}`, `{"clientSecret":"****ter2","otp":"****","cardNumber":"****1111"}`},
		"JSON with a list":            {"application/json", `{"api_tokens":["aaaaaaaaaaaaaaaa","b"],"n":[1]}`, `{"api_tokens":["****aaaa","****"],"n":[1]}`},
		"JSON with an object":         {"application/json", `{"credentials":{"user":"hunter2hunter2","n":7},"n":7}`, `{"credentials":{"user":"****ter2","n":"****"},"n":7}`},
		"JSON that calls itself text": {"text/plain", `{"password":"hunter2hunter2"}`, `{"password":"****ter2"}`},
		"JSON that is a form":         {"application/x-www-form-urlencoded", `{"password":"hunter2hunter2"}`, `{"password":"****ter2"}`},
		"JSON that was cut":           {"application/json", `{"a":[{"password":"hunter2hun`, `{"a":[{"password":"****`},
		"JSON in a text of JSON":      {"application/json", `{"custom":"{\"apiKey\":\"hunter2hunter2\"}"}`, `{"custom":"{\"apiKey\":\"****ter2\"}"}`},
		"JSON of OAuth2":              {"application/json", `{"grantType":"authorization_code","code":"hunter2hunter2"}`, `{"grantType":"authorization_code","code":"****ter2"}`},
		"JSON with a payment code":    {"application/json", `{"code":"DH123456"}`, `{"code":"DH123456"}`},
		"JSON with an address":        {"application/json", `{"success_url":"https://u:pw@x.test/a?apiKey=hunter2hunter2&b=1"}`, `{"success_url":"https://u:****@x.test/a?apiKey=****ter2\u0026b=1"}`},
		"a form in multipart":         {"multipart/form-data; boundary=b0", multipart, strings.Replace(multipart, "hunter2hunter2", "****ter2", 1)},
		"multipart without a type":    {"", multipart, strings.Replace(multipart, "hunter2hunter2", "****ter2", 1)},
		"multipart that was cut":      {"multipart/form-data; boundary=b0", cut, cut[:len(cut)-len("hunter2")] + "****"},
		"text":                        {"text/plain", "my apiKey: hunter2hunter2, and Authorization: Bearer hunter3hunter3.", "my apiKey: ****ter2, and Authorization: Bearer ****er3."},
		"a page with an address": {"text/html", `<input name="success_url" value="https://x.test/ok?token=hunter2hunter2"><a href="/pay?a=1&amp;success_url=https%3A%2F%2Fx.test%2Fok%3Ftoken%3Dhunter2hunter2%26b%3D1&amp;b=2">`,
			`<input name="success_url" value="https://x.test/ok?token=****ter2"><a href="/pay?a=1&amp;success_url=https%3A%2F%2Fx.test%2Fok%3Ftoken%3D****ter2%26b%3D1&amp;b=2">`},
		"a page": {"text/html", `<input type="hidden" name="csrf_token" value="hunter2hunter2">`, `<input type="hidden" name="csrf_token" value="****ter2">`},
		"XML":    {"application/xml", `<a><password>hunter2hunter2</password></a>`, `<a><password>****ter2</password></a>`},
	} {
		if diff := cmp.Diff(c.want, (*mask.Masker)(nil).Body(c.kind, c.body)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestHeadersAreMaskedByName(t *testing.T) {
	got := (*mask.Masker)(nil).Headers(http.Header{
		"Location":          {"https://shop.example/cb?tenant=1&code=def50200aabbccdd&state=x"},
		"Authorization":     {"Basic " + base64.StdEncoding.EncodeToString([]byte("id:hunter2hunter2"))},
		"X-Secret-Key":      {"hunter2hunter2"},
		"Cookie":            {"a=hunter2hunter2; theme=dark"},
		"Set-Cookie":        {"sepay=hunter2hunter2; Path=/; HttpOnly", "b=hunter3hunter3"},
		"X-SePay-Signature": {"sha256=0011"},
		"Referer":           {"https://x.test/?access_token=hunter2hunter2#id_token=hunter2hunter2"},
		"X-Note":            {"Bearer hunter2hunter2"},
		"Accept":            {"a", "b"},
	})
	want := map[string]string{
		"Location":          "https://shop.example/cb?tenant=1&code=def50200****&state=****",
		"Authorization":     "Basic ****cjI=",
		"X-Secret-Key":      "****ter2",
		"Cookie":            "a=****ter2; theme=****",
		"Set-Cookie":        "sepay=****ter2; Path=/; HttpOnly, b=****ter3",
		"X-SePay-Signature": "sha256=0011",
		"Referer":           "https://x.test/?access_token=****ter2#id_token=****ter2",
		"X-Note":            "Bearer ****ter2",
		"Accept":            "a, b",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOffMasksNothingAndNilKnowsNoValues(t *testing.T) {
	off := mask.Off()
	off.Add(secret)
	for _, got := range []string{off.Text(secret), off.Known(secret), off.Header("Authorization", secret), off.Body("application/json", secret), off.Query(secret), off.URL(secret), off.Guess(secret)} {
		if got != secret {
			t.Errorf("shows %s", got)
		}
	}
	var none *mask.Masker
	none.Add(secret)
	if got := none.Known("plain " + secret); got != "plain "+secret {
		t.Errorf("got %s", got)
	}
	if got := none.Known("a%20eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln \u0026def50200aabbccddeeff0011 codeyJabcdefghijklmnop"); got != "a%20eyJ****c2ln \u0026def50200****0011 codeyJabcdefghijklmnop" {
		t.Errorf("got %s", got)
	}
	if got := none.Prose("no access token: Post \"https://u:pw@x.test/?api_key=hunter2hunter2\": refused"); got != "no access token: Post \"https://u:****@x.test/?api_key=****ter2\": refused" {
		t.Errorf("got %s", got)
	}
	if got := none.Prose("call /v2?api_key=hunter2hunter2 token"); got != "call /v2?api_key=****ter2 token" {
		t.Errorf("got %s", got)
	}
	if got := mask.New("hunter2hunter2hunter2").Known("a hunter2hunter2hu… b hunter2hunter2hu"); strings.Contains(got, "hunter2h") {
		t.Errorf("got %s", got)
	}
	if got := none.Known("key spsk_test_abcdef."); got != "key spsk_test_****." {
		t.Errorf("got %s", got)
	}
}

func TestShortValuesAndWordsDoNotMakeATextUnreadable(t *testing.T) {
	m := mask.New("s3", "k3y7", "password", "secret")
	if got, want := m.Known("the password k3y7 of k3y77 is s3, a secret"), "the password **** of k3y77 is s3, a secret"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := string(m.Values([]byte(`{"amount":1234,"code":"k3y7"}`))); got != `{"amount":1234,"code":"****"}` {
		t.Errorf("got %s", got)
	}
}

func TestWhatIsKnownIsBounded(t *testing.T) {
	m := mask.New()
	big := strings.Repeat("x", 1<<20)
	for i := range 26 {
		m.Add("<" + strings.Repeat(string(rune('a'+i)), 20) + big)
	}
	first, final := "<"+strings.Repeat("a", 20)+big, "<"+strings.Repeat("z", 20)+big
	if m.Known(first) != first || m.Known(final) == final {
		t.Error("the oldest has to go first, and the newest to stay")
	}
}

// A text that nests itself costs no more than its length.
func TestNestingIsReadToABound(t *testing.T) {
	m := mask.New(secret)
	for name, text := range map[string]string{
		"addresses": strings.Repeat("a://b?x=", 8000), "slashes": strings.Repeat("/a", 32000), "lists": strings.Repeat("[", 64000),
		"quotes": `{"` + strings.Repeat(`\"`, 30000), "parts": strings.Repeat("--b\r\ncontent-x: y\r\n\r\n", 3000),
	} {
		if got := m.Body("", text); len(got) < len(text)/2 {
			t.Errorf("%s: %d bytes became %d", name, len(text), len(got))
		}
	}
}

func FuzzNoKnownSecretIsShown(f *testing.F) {
	f.Add("application/json", `{"note":"`, `"}`)
	f.Add("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=x\r\n\r\n", "\r\n--b--")
	f.Add("", "a=", "&b=c")
	f.Add("text/plain", "token ", "")
	const known = "Zq7Hm2Lw9Xc4Vb6N"
	m := mask.New(known)
	f.Fuzz(func(t *testing.T, kind, before, after string) {
		for how, got := range map[string]string{
			"Body": m.Body(kind, before+known+after), "Query": m.Query(before + known + after), "URL": m.URL(before + known + after), "Text": m.Text(before + known + after),
			"Header": m.Header(kind, before+known+after), "JSON": string(m.JSON([]byte(before + known + after))),
		} {
			if strings.Contains(got, known) && how != "JSON" {
				t.Errorf("%s shows it: %q", how, got)
			}
		}
		whole, _ := json.Marshal(map[string]string{"note": before + known + after})
		for _, got := range [][]byte{m.JSON(whole), m.Values(whole)} {
			if !json.Valid(got) || strings.Contains(string(got), known) {
				t.Errorf("%s becomes %s", whole, got)
			}
		}
	})
}

func BenchmarkALineOfTheLog(b *testing.B) {
	m := mask.New()
	for i := range 1000 {
		m.Add(strings.Repeat(string(rune('a'+i%26)), 8) + strings.Repeat("q", i%50) + "secret")
	}
	line := "09:00:00  request   200 GET /v2/transactions/6f9619ff-8b86-d011-b42d-00c04fc964ff  [userapi v2]  0.1ms"
	for b.Loop() {
		if m.Known(line) != line {
			b.Fatal("changed")
		}
	}
}
