package emulator_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator"

	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// silent is a name server that never answers. Each question comes on the channel.
func silent() (asked <-chan struct{}, o emulator.Option) {
	questions := make(chan struct{}, 100)
	return questions, emulator.WithResolver(&net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		questions <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}})
}

// Live rules look names up; nobody else waits for the name server.
func TestALookUpHoldsUpNobodyElse(t *testing.T) {
	asked, resolver := silent()
	sepay := emulator.StartT(t, resolver, emulator.WithEgress(emulator.EgressLive), emulator.WithCompany(wire.NewCompany{
		ID: "demo", OAuthApps: []wire.OAuthApp{{RedirectURIs: []string{"https://shop.example/cb"}}},
	}))
	company := sepay.Company()
	hook := company.Webhook("https://1.1.1.1/hook", emulator.AuthorizedWith("k"), func(b *wire.WebhookBody) {
		out, off := "Out_only", wire.Flag(false)
		b.EventType, b.Active = &out, &off
	})
	token := company.AccessToken("webhook:write")
	url, memo := "", "DH1"
	body := wire.WebhookBody{Company: "demo", WebhookURL: &url}
	oauth := func(ctx context.Context, method, path, text string) error {
		req, err := http.NewRequestWithContext(ctx, method, sepay.URL()+"/api/v1/webhooks"+path, bytes.NewReader([]byte(text)))
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			err = errors.Join(res.Body.Close(), errors.New(res.Status))
		}
		return err
	}
	looked := 0
	for name, register := range map[string]func(context.Context) error{
		"a webhook": func(ctx context.Context) error { _, err := sepay.Control().CreateWebhook(ctx, body); return err },
		"its URL": func(ctx context.Context) error {
			_, err := sepay.Control().UpdateWebhook(ctx, hook.ID(), body)
			return err
		},
		"a token URL": func(ctx context.Context) error {
			_, err := sepay.Control().UpdateWebhook(ctx, hook.ID(), wire.WebhookBody{OAuth2AccessTokenURL: &url})
			return err
		},
		"an IPN": func(ctx context.Context) error {
			_, err := sepay.Control().SetIPN(ctx, wire.IPNChange{Company: "demo", URL: url})
			return err
		},
		"a company": func(ctx context.Context) error {
			_, err := sepay.Control().CreateCompany(ctx, wire.NewCompany{Webhooks: []wire.WebhookBody{{WebhookURL: &url}}})
			return err
		},
		"a company's": func(ctx context.Context) error {
			_, err := sepay.Control().CreateCompany(ctx, wire.NewCompany{Merchant: wire.NewMerchant{IPN: wire.NewIPN{URL: url}}})
			return err
		},
		"OAuth2, new": func(ctx context.Context) error {
			return oauth(ctx, http.MethodPost, "", `{"name":"x","webhook_url":"`+url+`","event_type":"All","authen_type":"No_Authen","bank_account_id":1,"is_verify_payment":0,"skip_if_no_code":0,"request_content_type":"Json"}`)
		},
		"OAuth2, a URL": func(ctx context.Context) error {
			return oauth(ctx, http.MethodPatch, "/1", `{"webhook_url":"`+url+`"}`)
		},
	} {
		looked++ // a name that is asked for already is not asked for again
		url = fmt.Sprintf("https://slow%d.test/hook", looked)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- register(ctx) }()
		select {
		case <-asked:
		case err := <-ended:
			t.Fatalf("%s: nothing was looked up: %v", name, err)
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: nothing was looked up", name)
		}
		paid := make(chan error, 1)
		go func() {
			_, err := sepay.Control().Transfer(t.Context(), wire.NewTransfer{Company: "demo", Amount: 1_000, Content: &memo})
			paid <- err
		}()
		select {
		case err := <-paid:
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%s: a transfer waits for the name server", name)
		}
		cancel()
		if err := <-ended; err == nil {
			t.Errorf("%s: it was saved although its host was not looked up", name)
		}
		for len(asked) > 0 {
			<-asked
		}
	}
}

// Under test rules any address is taken, and none looked up.
func TestTestRulesLookNothingUp(t *testing.T) {
	asked, resolver := silent()
	sepay := emulator.StartT(t, resolver)
	sepay.Company().Webhook("http://slow.test/hook")
	sepay.Company().SetIPN("http://slow.test/ipn", "")
	if len(asked) > 0 {
		t.Error("a name was looked up")
	}
}

func TestOAuth2AppsComeBackToWebPagesAndApps(t *testing.T) {
	sepay := emulator.StartT(t)
	register := func(uri string) error {
		_, err := sepay.Control().CreateCompany(t.Context(), wire.NewCompany{OAuthApps: []wire.OAuthApp{{RedirectURIs: []string{uri}}}})
		return err
	}
	for _, uri := range []string{"http://localhost:3000/callback", "https://shop.example/cb?x=1", "https://[::1]/cb", "com.example.app:/callback", "myapp://callback", "exp+shop://cb"} {
		if err := register(uri); err != nil {
			t.Errorf("%s: %v", uri, err)
		}
	}
	for _, uri := range []string{
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript://shop.example/%0aalert(1)", "javascript:/alert", "data:text/html,<script>", "data:/x", "vbscript:x", "vbscript://x",
		"file:///etc/passwd", "blob:https://shop.example/x", "filesystem:https://x/y", "about:blank", "view-source:https://x/", "jar:https://x!/y", "feed://x", "intent://x/#Intent;end",
		"chrome://settings", "chrome-extension://x/y", "moz-extension://x/y", "ms-settings:/x", "ms-word://x", "ws://x/", "wss://x/", "ftp://x/", "mailto:a@b", "tel:1", "sms:1",
		"http:", "http:///x", "https://:443/x", "http:shop.example", "//shop.example", "/cb", "", "https://shop.example/#x", "com.example.app:cb", `https:\\shop.example`,
	} {
		if err := register(uri); !errors.Is(err, identity.ErrInvalid) {
			t.Errorf("%q: %v", uri, err)
		}
	}
}

func TestTheCheckoutSendsBrowsersToWebPagesOnly(t *testing.T) {
	sepay := emulator.StartT(t)
	merchant := sepay.Company().State().Merchant
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	opened := 0
	open := func(name, address string) int {
		opened++
		f := payment.Form{
			{Name: "merchant", Value: merchant.MerchantID}, {Name: "operation", Value: "PURCHASE"}, {Name: "order_invoice_number", Value: fmt.Sprint("DH", opened)},
			{Name: "order_amount", Value: "1000"}, {Name: "currency", Value: "VND"}, {Name: "order_description", Value: "x"}, {Name: name, Value: address},
		}
		f = append(f, payment.Field{Name: "signature", Value: payment.Sign(merchant.SecretKey, f)})
		res, err := client.Post(sepay.URL()+"/v1/checkout/init", "application/x-www-form-urlencoded", strings.NewReader(f.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	for _, name := range []string{"success_url", "error_url", "cancel_url"} {
		for _, good := range []string{"http://localhost:5173/ok#/route", "https://shop.example/a?b=%22'><x>"} {
			if got := open(name, good); got != http.StatusFound {
				t.Errorf("%s=%s: %d", name, good, got)
			}
		}
		for _, bad := range []string{
			"javascript:alert(1)", "JAVASCRIPT://shop.example/%0aalert(1)", "\x01javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///x", "blob:https://x/y",
			"//evil.test", "/ok", "http:evil.test", "http:///evil.test", "https://:443/", `https:\\evil.test`, "myapp://paid", "ftp://x/",
		} {
			if got := open(name, bad); got != http.StatusBadRequest {
				t.Errorf("%s=%q: %d", name, bad, got)
			}
		}
	}
}
