package emulator_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/localsepay/localsepay/emulator"
)

func TestCredentialsOfDeliveriesAreMaskedUnlessTheyAreToBeShown(t *testing.T) {
	const key = "key-of-the-shop-9f3c"
	var sent string
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent = r.Header.Get("Authorization")
		w.Header().Set("X-Echo", sent)
		_, _ = w.Write([]byte(`{"success":true,"got":"` + sent + `"}`))
	}))
	defer shop.Close()
	for shown, options := range map[string][]emulator.Option{
		"Apikey ****9f3c": nil, "Apikey " + key: {emulator.WithShowSecrets()},
	} {
		sepay := emulator.StartT(t, append(options, emulator.WithWebhook(shop.URL, emulator.AuthorizedWith(key)))...)
		a := sepay.Company().Account().Receive(1_000, "x").Wait().Attempts[0]
		if sent != "Apikey "+key {
			t.Errorf("what is sent is masked: %s", sent)
		}
		if got := a.Request.Headers["Authorization"]; got != shown {
			t.Errorf("the log shows %q, want %q", got, shown)
		}
		if got, want := a.Response.Headers["X-Echo"]+a.Response.Body, shown+`{"success":true,"got":"`+shown+`"}`; got != want {
			t.Errorf("the log shows %q, want %q", got, want)
		}
	}
}
