package emulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
)

// acceptAll stands for a shop's handler: it accepts every webhook and IPN.
var acceptAll = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, `{"success":true}`)
})

// A shop is told of a bank transfer.
func Example() {
	shop := httptest.NewServer(acceptAll)
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithWebhook(shop.URL))
	if err != nil {
		panic(err)
	}
	defer sepay.Close()
	paid := sepay.Company().Account().Receive(150_000, "DH123456 thanh toan")
	fmt.Println(paid.PaymentCode(), paid.Wait().Status)
	// Output: DH123456 succeeded
}

// The shop is down twice. Retries are due after one minute each; Advance sends them
// at once.
func ExampleEmulator_Advance() {
	calls := 0
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = io.WriteString(w, `{"success":true}`)
	}))
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithWebhook(shop.URL))
	if err != nil {
		panic(err)
	}
	defer sepay.Close()
	paid := sepay.Company().Account().Receive(150_000, "DH123456")
	fmt.Println(paid.Wait().Status)
	sepay.Advance(2 * time.Minute)
	fmt.Println(paid.Wait().Status, calls)
	// Output:
	// waiting
	// succeeded 3
}

// MBBank drops the hyphen of a memo and adds a trace behind it. SePay still finds
// the payment code.
func ExampleWithBankHabits() {
	sepay, err := emulator.Start(emulator.WithBankHabits())
	if err != nil {
		panic(err)
	}
	defer sepay.Close()
	paid := sepay.Company().Account().Receive(150_000, "DH-123456")
	fmt.Println(paid.Content)
	fmt.Println(paid.PaymentCode())
	fmt.Println(paid.BankWrote.Summary)
	// Output:
	// DH123456 FT26005261950178   Ma giao dich  Trace793158 Trace 793158
	// DH123456
	// MBBank dropped "-" and wrote the memo in its form "trace behind" and told the full minute.
}

// A shop opens a payment, a first card is declined, a second one pays, and the shop
// gets its IPN.
func ExampleCompany_Checkout() {
	shop := httptest.NewServer(acceptAll)
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithIPN(shop.URL, ""))
	if err != nil {
		panic(err)
	}
	defer sepay.Close()
	order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 185_000, Method: control.MethodCard})
	fmt.Println(order.PayByCard(control.CardDeclined).State)
	fmt.Println(order.PayByCard(control.CardVisa).Status, order.IPNs()[0].Status)
	// Output:
	// failed
	// CAPTURED succeeded
}

// An OAuth2 application reads the e-mail address of the user who let it in.
func ExampleCompany_AccessToken() {
	sepay, err := emulator.Start(emulator.WithCompany(control.NewCompany{
		OAuthApps: []control.OAuthApp{{Name: "Shop app", RedirectURIs: []string{"http://localhost:3000/callback"}}},
		Users:     []control.NewUser{{Email: "an@shop.test"}},
	}))
	if err != nil {
		panic(err)
	}
	defer sepay.Close()
	req, err := http.NewRequest(http.MethodGet, sepay.URL()+"/api/v1/me", nil)
	if err != nil {
		panic(err)
	}
	req.Header.Set("Authorization", "Bearer "+sepay.Company().AccessToken(control.ScopeProfile))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(err)
	}
	defer res.Body.Close()
	var me struct{ Data struct{ Email string } }
	if err := json.NewDecoder(res.Body).Decode(&me); err != nil {
		panic(err)
	}
	fmt.Println(me.Data.Email)
	// Output: an@shop.test
}
