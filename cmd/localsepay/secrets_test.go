package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The credentials of the seed file; some have what encodings escape.
const (
	seedToken    = "SEEDAPITOKEN0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEF"
	seedMerchant = "merchant-key/with+odd=characters%20&more"
	seedIPN      = `ipn-"secret"-of/the+shop`
	seedClient   = "client-secret/of+the=app"
	seedPassword = "pass wörd of the user"
	hookKey      = "hook-api-key/with+odd=characters"
	hookSecret   = "hook-secret-key-of-the-shop"
	hookHMAC     = "whsec_hmac-secret-of-the-shop"
	hookClient   = "hook-client-secret"
	hookAccess   = "access-token-of-the-merchants-endpoint"
	hookRefresh  = "refresh-token-of-the-merchants-endpoint"
	inAddress    = "secret-in-the-address-of-a-hook"
	inReturn     = "secret-in-the-return-address-of-the-shop"
	cardNumber   = "4929123456789012"
	wrong        = "WrongCredentialThatNobodyKnows"
	longWrong    = "WrongCredentialOfAnApplicationThatWasRecorded0123456789"
	scenarioKey  = "api-key-of-a-scenario/with+odd=characters"
	scenarioIPN  = "ipn-secret-of-a-scenario"
)

const seedOfSecrets = `companies:
  - id: shop
    api_tokens: [%q]
    merchant: {merchant_id: SP-TEST-SECRETS, secret_key: %q, ipn: {url: %q, auth_type: SECRET_KEY, secret: %q}}
    oauth_apps: [{name: App, client_id: app-of-the-shop, client_secret: %q, redirect_uris: ["http://localhost:3000/callback"]}]
    users: [{email: an@shop.test, password: %q}]
    bank_accounts: [{bank: MBBank}]
    webhooks:
      - {webhook_url: %q, authen_type: Api_Key, api_key: %q}
      - {webhook_url: %q, authen_type: Secret_Key, secret_key: %q, request_content_type: multipart_form-data}
      - {webhook_url: %q, authen_type: HMAC_SHA256, secret_key: %q}
      - {webhook_url: %q, authen_type: OAuth2.0, oauth2_access_token_url: %q, oauth2_client_id: shop, oauth2_client_secret: %q, request_content_type: application_x-www-form-urlencoded}
`

// busy is a run of everything that a credential passes through.
type busy struct {
	*hoard
	t      *testing.T
	base   string
	client *http.Client
}

// echoing is a merchant whose handlers repeat what they were sent, in their
// answers and in their troubles.
func echoing(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/token" {
			_, _ = fmt.Fprintf(w, `{"access_token":%q,"refresh_token":%q,"expires_in":3600}`, hookAccess, hookRefresh)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("X-Echo", r.Header.Get("Authorization")+r.Header.Get("X-Secret-Key"))
		w.Header().Set("Set-Cookie", "session="+wrong)
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprintf(w, "wrong key %s%s for %s", r.Header.Get("Authorization"), r.Header.Get("X-Secret-Key"), body)
	}))
	t.Cleanup(s.Close)
	return s
}

// start serves the seed file and logs in a form.
func start(t *testing.T, log string) (*busy, *lines) {
	t.Helper()
	shop := echoing(t)
	hook := shop.URL + "/hook?token=" + inAddress
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	text := fmt.Sprintf(seedOfSecrets, seedToken, seedMerchant, hook, seedIPN, seedClient, seedPassword, hook, hookKey, hook, hookSecret, hook, hookHMAC, hook, shop.URL+"/token?apiKey="+inAddress, hookClient)
	if err := os.WriteFile(seed, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	ctx, stop := context.WithCancel(context.Background())
	out, errOut, done := &lines{}, &lines{}, make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--listen", "127.0.0.1:" + port, "--seed-file", seed, "--clock", "frozen", "--log", log, "--rate-limit", "off"}, out, errOut)
	}()
	t.Cleanup(func() {
		stop()
		if code := <-done; code != 0 {
			t.Errorf("serve ended with %d: %s", code, errOut)
		}
	})
	base := "http://127.0.0.1:" + port
	if code, _, text := verb(t, "ready", "--wait", "20s", "--url", base); code != 0 {
		t.Fatalf("serve does not serve: %s%s", text, errOut)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &busy{&hoard{}, t, base, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	b.put(seedToken, seedMerchant, seedIPN, seedClient, seedPassword, hookKey, hookSecret, hookHMAC, hookClient, hookAccess, hookRefresh, inAddress, inReturn, cardNumber, wrong)
	return b, out
}

// call makes a request; headers are name and value in turn.
func (b *busy) call(method, path, body string, headers ...string) (*http.Response, string) {
	b.t.Helper()
	req, err := http.NewRequest(method, b.base+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res, string(text)
}

func (b *busy) form(path string, pairs ...string) (*http.Response, string) {
	b.t.Helper()
	var fields []string // in their order, which a signature is over
	for i := 0; i < len(pairs); i += 2 {
		fields = append(fields, url.QueryEscape(pairs[i])+"="+url.QueryEscape(pairs[i+1]))
	}
	return b.call(http.MethodPost, path, strings.Join(fields, "&"), "Content-Type", "application/x-www-form-urlencoded")
}

func (b *busy) control(method, path, body string) any {
	b.t.Helper()
	res, text := b.call(method, "/_control/v1"+path, body, "Content-Type", "application/json")
	var v any
	if text != "" && json.Unmarshal([]byte(text), &v) != nil {
		b.t.Fatalf("%s %s: %s %s", method, path, res.Status, text)
	}
	return v
}

// apis calls every surface with the right credentials, and with wrong ones in
// places where none belongs.
func (b *busy) apis() {
	bearer := "Bearer " + seedToken
	b.call(http.MethodGet, "/v2/transactions?per_page=5", "", "Authorization", bearer, "User-Agent", "shop/1.0 token="+seedToken, "Cookie", "sid="+wrong)
	b.call(http.MethodGet, "/userapi/transactions/list", "", "Authorization", bearer)
	b.call(http.MethodGet, "/v1/order", "", "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("SP-TEST-SECRETS:"+seedMerchant)))
	b.call(http.MethodGet, "/v1/order", "", "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("SP-TEST-SECRETS:"+wrong)))
	b.call(http.MethodGet, "/v2/transactions?api_key="+wrong+"&apiKey="+wrong+"&accessToken="+seedToken+"&note="+url.QueryEscape(hookKey), "", "X-Api-Key", wrong)
	b.call(http.MethodGet, "/v2/transactions/"+seedToken, "", "Authorization", "Bearer "+wrong)
	b.call(http.MethodGet, "/v2/"+url.PathEscape(hookKey)+"/"+base64.RawURLEncoding.EncodeToString([]byte(hookKey)), "", "Authorization", bearer)
	b.call(http.MethodPost, "/v1/order/cancel", `{"order_invoice_number":"x","secretKey":"`+wrong+`","nested":{"clientSecret":["`+wrong+`"]},"note":"`+seedToken+`"}`, "Content-Type", "application/json", "Authorization", "Apikey "+wrong)
	b.call(http.MethodPost, "/v1/order/cancel", "my password: "+wrong+"\nAuthorization: Bearer "+wrong+"\n"+seedToken, "Content-Type", "text/plain")
	b.call(http.MethodPost, "/v1/order/cancel", `{"password":"`+wrong, "Content-Type", "application/json") // cut off
	var parts bytes.Buffer
	w := multipart.NewWriter(&parts)
	for _, name := range []string{"apiKey", "card_number", "client_secret"} {
		_ = w.WriteField(name, wrong) // to a buffer
	}
	_ = w.WriteField("note", hookKey)
	_ = w.Close()
	b.call(http.MethodPost, "/v1/checkout/init", parts.String(), "Content-Type", w.FormDataContentType())
	b.call(http.MethodPost, "/v1/checkout/init", parts.String(), "Content-Type", "text/plain")
	b.call(http.MethodGet, "/img?acc=1&bank=MBBank&token="+wrong, "")
}

// oauth logs a user in, exchanges the code twice, refreshes twice, and fails in
// every place.
func (b *busy) oauth() {
	query := url.Values{"response_type": {"code"}, "client_id": {"app-of-the-shop"}, "redirect_uri": {"http://localhost:3000/callback"}, "scope": {"profile company"}, "state": {"state-of-the-shop"}}.Encode()
	b.form("/oauth/login?"+query, "email", "an@shop.test", "password", wrong)
	b.form("/oauth/login?"+query, "email", "an@shop.test", "password", seedPassword)
	for _, c := range b.client.Jar.Cookies(must(url.Parse(b.base + "/oauth/authorize"))) {
		b.put(c.Value)
	}
	b.call(http.MethodGet, "/oauth/authorize?"+query, "")
	decided := b.control(http.MethodPost, "/oauth/authorize", `{"query":"`+query+`"}`).(map[string]any)
	code := must(url.Parse(decided["location"].(string))).Query().Get("code")
	b.put(code)
	exchange := []string{"grant_type", "authorization_code", "client_id", "app-of-the-shop", "redirect_uri", "http://localhost:3000/callback", "client_secret", seedClient, "code"}
	b.form("/oauth/token", append(exchange, wrong)...)
	_, text := b.form("/oauth/token", append(exchange, code)...)
	b.form("/oauth/token", append(exchange, code)...) // a second time: a finding
	tokens := b.tokens(text)
	refresh := []string{"grant_type", "refresh_token", "client_id", "app-of-the-shop", "client_secret", seedClient, "refresh_token"}
	_, text = b.form("/oauth/token", append(refresh, tokens[1])...)
	fresh := b.tokens(text)
	b.form("/oauth/token", append(refresh, tokens[1])...)
	b.form("/oauth/token", append(refresh, wrong)...)
	b.call(http.MethodPost, "/oauth/token", `{"grantType":"authorization_code","code":"`+wrong+`","clientSecret":"`+wrong+`","codeVerifier":"`+wrong+`"}`, "Content-Type", "application/json")
	b.call(http.MethodGet, "/api/v1/me", "", "Authorization", "Bearer "+fresh[0])
	b.call(http.MethodGet, "/api/v1/webhooks", "", "Authorization", "Bearer "+seedToken)
	b.call(http.MethodGet, "/api/v1/me?access_token="+fresh[0], "")
	b.form("/oauth/revoke", "token", fresh[1], "client_id", "app-of-the-shop", "client_secret", seedClient)
}

func (b *busy) tokens(text string) [2]string {
	b.t.Helper()
	var got struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil || got.Access == "" {
		b.t.Fatalf("no tokens: %v %s", err, text)
	}
	b.put(got.Access, got.Refresh)
	return [2]string{got.Access, got.Refresh}
}

// checkout pays by card on the pages, and lets the IPN be refused.
func (b *busy) checkout() {
	f := []string{"merchant", "SP-TEST-SECRETS", "operation", "PURCHASE", "payment_method", "CARD", "order_invoice_number", "INV-1",
		"order_amount", "185000", "currency", "VND", "order_description", "paid with " + seedToken, "custom_data", `{"apiKey":"` + hookKey + `"}`, "success_url", "https://shop.example/ok?token=" + inReturn}
	res, text := b.form("/v1/checkout/init", append(slices.Clone(f), "signature", signed(seedMerchant, f))...)
	at := res.Header.Get("Location")
	if at == "" {
		b.t.Fatalf("no checkout: %s %.200s", res.Status, text)
	}
	page := must(url.Parse(at)).RequestURI()
	_, text = b.call(http.MethodGet, page, "")
	action := regexp.MustCompile(`action="([^"]+/card[^"]*)"`).FindStringSubmatch(text)
	if action == nil {
		b.t.Fatalf("no form for the card: %.200s", text)
	}
	for _, number := range []string{cardNumber, "4929 1234 5678 9012", "5123450000000008"} {
		b.form(strings.ReplaceAll(action[1], "&amp;", "&"), "card_number", number, "card_holder_name", "TRAN THI B", "card_expiry", "12/39", "card_cvv", "100")
	}
	b.form("/v1/checkout/init", append(f, "signature", wrong)...)
}

// signed is the signature of a checkout form, given as names and values; it does
// not cover custom_data
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan).
func signed(secret string, form []string) string {
	var parts []string
	for i := 0; i < len(form); i += 2 {
		if form[i] != "custom_data" {
			parts = append(parts, form[i]+"="+form[i+1])
		}
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join(parts, ",")))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// money lets transfers come in, about which the webhooks are told, and more.
func (b *busy) money() {
	b.control(http.MethodPost, "/transfers", `{"amount":150000,"content":"DH123456 `+hookSecret+`"}`)
	b.control(http.MethodPost, "/faults", `{"when":{"surface":"userapi v2","header":{"name":"Authorization","value":"Bearer `+wrong+`"}},"do":{"status":503,"headers":{"X-Api-Key":"`+wrong+`"},"body":"{\"token\":\"`+wrong+`\"}"}}`)
	b.call(http.MethodGet, "/v2/transactions", "", "Authorization", "Bearer "+wrong)
	b.control(http.MethodPost, "/orders/INV-1/pay", `{"card":"visa"}`)
	b.control(http.MethodPost, "/clock/advance", `{"by":"2m"}`)
	b.control(http.MethodPost, "/webhooks/1/test", ``)
	b.control(http.MethodPost, "/deliveries/1/replay", ``)
	b.control(http.MethodPost, "/clock/advance", `{"by":"1m"}`)
	b.learnFrom(b.base)
}

// learnFrom puts every credential of a running localsepay on the list.
func (b *busy) learnFrom(base string) {
	b.t.Helper()
	at := *b
	at.base = base
	b.learn(at.control(http.MethodGet, "/state", ""), false)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// outputs searches everything that the control API shows.
func (b *busy) outputs() {
	for _, path := range controlReads(b.t) {
		switch {
		case path == "/events":
			b.search(b.t, "GET "+path, b.events())
		case strings.Contains(path, "{"):
			list := strings.TrimSuffix(path[:strings.Index(path, "{")], "/")
			if list == "" {
				b.t.Errorf("%s has no list", path)
			}
			for _, id := range b.ids(list) {
				_, text := b.call(http.MethodGet, "/_control/v1"+list+"/"+id, "")
				b.search(b.t, "GET "+list+"/"+id, text)
			}
		default:
			_, text := b.call(http.MethodGet, "/_control/v1"+path+"?limit=500", "")
			b.search(b.t, "GET "+path, text)
		}
	}
	for _, path := range []string{"/orders/" + seedToken, "/orders/" + url.PathEscape(hookKey) + "/x", "/deliveries?company=" + seedToken, "/timeline?type=" + seedToken, "/" + seedToken} {
		_, text := b.call(http.MethodGet, "/_control/v1"+path, "")
		b.search(b.t, "the refusal of "+path, text)
	}
	_, text := b.call(http.MethodGet, "/", "", "Accept", "text/html")
	b.search(b.t, "the front page", text)
}

func (b *busy) ids(list string) []string {
	b.t.Helper()
	var out []string
	for _, row := range b.control(http.MethodGet, list+"?limit=500", "").(map[string]any)["data"].([]any) {
		r := row.(map[string]any)
		if id, ok := r["order_id"].(string); ok {
			out = append(out, id)
			continue
		}
		out = append(out, fmt.Sprint(r["id"]))
	}
	if len(out) == 0 {
		b.t.Errorf("%s lists nothing", list)
	}
	return out
}

// events reads the stream from its beginning to the newest event.
func (b *busy) events() string {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.t.Context(), 20*time.Second)
	defer stop()
	req := must(http.NewRequestWithContext(ctx, http.MethodGet, b.base+"/_control/v1/events", nil))
	req.Header.Set("Last-Event-ID", "0")
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	moments := b.control(http.MethodGet, "/timeline?limit=500", "").(map[string]any)["data"].([]any)
	last := fmt.Sprintf("id: %v", moments[len(moments)-1].(map[string]any)["seq"])
	var out strings.Builder
	scan := bufio.NewScanner(res.Body)
	scan.Buffer(nil, 1<<22)
	for scan.Scan() {
		out.WriteString(scan.Text() + "\n")
		if scan.Text() == last {
			scan.Scan()
			scan.Scan()
			return out.String() + scan.Text()
		}
	}
	b.t.Errorf("the stream ended before event %s: %v", last, scan.Err())
	return out.String()
}

func TestNoOutputOfABusyRunShowsACredential(t *testing.T) {
	for _, log := range []string{"json", "text"} {
		t.Run(log, func(t *testing.T) {
			b, out := start(t, log)
			b.apis()
			b.oauth()
			b.checkout()
			b.money()
			if len(b.values) < 20 {
				t.Fatalf("only %d credentials went in", len(b.values))
			}
			b.outputs()
			b.verbs()
			if log == "json" { // they are their own runs
				b.reports()
			}
			text := out.String()
			if log == "text" { // the block before the log hands credentials out
				_, text, _ = strings.Cut(text, "Try, in another terminal")
			} else {
				_, text, _ = strings.Cut(text, "\n")
			}
			b.search(t, "the log", text)
			if b.shown < 60 {
				t.Errorf("only %d outputs were searched", b.shown)
			}
			t.Logf("%d credentials, %d outputs", len(b.values), b.shown)
		})
	}
}
