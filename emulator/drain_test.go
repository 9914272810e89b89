package emulator_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// stoppingOne drains while a handler hangs; release lets the handler answer, and
// drained has what was left.
func stoppingOne(t *testing.T) (e *emulator.Emulator, release func(), drained chan emulator.Undelivered) {
	t.Helper()
	hold, came := make(chan struct{}), make(chan struct{}, 10)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		came <- struct{}{}
		<-hold
		_, _ = io.WriteString(w, `{"success":true}`)
	}))
	t.Cleanup(shop.Close)
	e, err := emulator.Start(emulator.WithWebhook(shop.URL), emulator.WithCompany(wire.NewCompany{ID: "demo", OAuthApps: []wire.OAuthApp{{ClientID: "app"}}}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	memo := "DH1"
	if _, err := e.Control().Transfer(context.Background(), wire.NewTransfer{Direction: "in", Amount: 1000, Content: &memo}); err != nil {
		t.Fatal(err)
	}
	<-came
	drained = make(chan emulator.Undelivered, 1)
	go func() {
		left, _ := e.Drain()
		drained <- left
	}()
	for { // until it drains
		if replyTo(t, e, http.MethodDelete, "/_control/v1/faults", "").code == http.StatusServiceUnavailable {
			break
		}
	}
	return e, func() { close(hold) }, drained
}

type reply struct {
	code   int
	header http.Header
	body   string
	close  bool
}

func replyTo(t *testing.T, e *emulator.Emulator, method, path, body string) reply {
	t.Helper()
	req, err := http.NewRequest(method, e.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(path, "/v1/checkout") || strings.HasPrefix(path, "/_console") || strings.HasSuffix(path, "/token") {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if strings.HasPrefix(path, "/v2") {
		req.Header.Set("Authorization", "Bearer "+e.Company().APIToken())
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(text), res.Close}
}

func TestWhileItEndsNothingIsAcceptedThatCannotBeKept(t *testing.T) {
	e, release, drained := stoppingOne(t)
	for _, c := range []struct{ method, path, body, want string }{
		{http.MethodPost, "/_control/v1/transfers", `{"amount":1000,"content":"DH2"}`, `"title": "Stopping"`},
		{http.MethodPut, "/_control/v1/clock", `{}`, `"hint": "start it again`},
		{http.MethodDelete, "/_control/v1/faults", ``, `"status": 503`},
		{http.MethodPost, "/_console/phone", `amount=1`, "localsepay"},
		{http.MethodPost, "/v1/checkout/init", `merchant=x`, "localsepay"},
		{http.MethodPost, "/v1/checkout/pay", `merchant=x`, "localsepay"},
		{http.MethodGet, "/v1/checkout/cancel?merchant=x", ``, "localsepay"},
		{http.MethodPost, "/v1/order/cancel", `{}`, `{"message":"M\u00e1y ch`},
		{http.MethodPost, "/oauth/token", `grant_type=x`, `"error":"temporarily_unavailable"`},
		{http.MethodGet, "/oauth/authorize?client_id=app", ``, `"error":"temporarily_unavailable"`},
		{http.MethodPost, "/woo/oauth/refresh", ``, `"error":"temporarily_unavailable"`},
		{http.MethodPost, "/api/v1/webhooks", `{}`, `"message":"The server is stopping"`},
		{http.MethodPatch, "/api/v1/webhooks/1", `{}`, `"status":"error"`},
	} {
		got := replyTo(t, e, c.method, c.path, c.body)
		if got.code != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" || !got.close || !strings.Contains(got.body, c.want) {
			t.Errorf("%s %s: %d %v\n%s", c.method, c.path, got.code, got.header, got.body)
		}
	}
	for _, path := range []string{"/_control/v1/state", "/v2/transactions", "/", "/img?acc=0123456789&bank=MBBank", "/_control/v1/deliveries"} {
		if got := replyTo(t, e, http.MethodGet, path, ""); got.code != http.StatusOK {
			t.Errorf("a read of %s: %d %s", path, got.code, got.body)
		}
	}
	release()
	if left := <-drained; left != (emulator.Undelivered{}) {
		t.Errorf("it leaves %+v", left)
	}
}

// Everything that was answered 201 is delivered, however the end falls into it.
func TestWhatWasAcceptedBeforeTheEndIsDelivered(t *testing.T) {
	for range 5 {
		var got atomic.Int64
		shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			got.Add(1)
			_, _ = io.WriteString(w, `{"success":true}`)
		}))
		e, err := emulator.Start(emulator.WithWebhook(shop.URL))
		if err != nil {
			t.Fatal(err)
		}
		accepted, started := make(chan int64, 4), make(chan struct{}, 4)
		for range cap(accepted) {
			go func() {
				n := int64(0)
				defer func() { accepted <- n }()
				for {
					res, err := http.Post(e.URL()+"/_control/v1/transfers", "application/json", bytes.NewReader([]byte(`{"amount":1000,"content":"DH1"}`)))
					if err != nil {
						return
					}
					_ = res.Body.Close()
					if res.StatusCode != http.StatusCreated {
						return
					}
					if n++; n == 5 {
						started <- struct{}{}
					}
				}
			}()
		}
		<-started
		left, err := e.Drain()
		if err != nil {
			t.Error(err)
		}
		var want int64
		for range cap(accepted) {
			want += <-accepted
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		shop.Close()
		if got.Load() != want || left != (emulator.Undelivered{}) {
			t.Errorf("%d were accepted and %d delivered, left are %+v", want, got.Load(), left)
		}
	}
}

func TestWhatWaitsForAnotherAttemptIsSaidToBeLost(t *testing.T) {
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }))
	defer shop.Close()
	e, err := emulator.Start(emulator.WithWebhook(shop.URL))
	if err != nil {
		t.Fatal(err)
	}
	e.Company().Account().Receive(1000, "DH1")
	left, err := e.Drain()
	if err != nil || left != (emulator.Undelivered{Waiting: 1}) {
		t.Errorf("%+v, %v", left, err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}
