package emulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/localsepay/localsepay/emulator"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// A merchant's handler is told of a payment.
func Example() {
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"success":true}`)
	}))
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

// A retry is due in a minute; the clock gets there at once.
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

// MBBank drops a memo's hyphen, and writes a trace behind it; SePay finds the
// payment code all the same.
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

// A shop opens a payment, its customer pays, and the IPN handler is told.
func ExampleCompany_Checkout() {
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"success":true}`)
	}))
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithIPN(shop.URL, ""))
	if err != nil {
		panic(err)
	}
	defer sepay.Close()
	order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 185_000, Method: "CARD"})
	fmt.Println(order.PayByCard("declined").State)
	fmt.Println(order.PayByCard("visa").Status, order.IPNs()[0].Status)
	// Output:
	// failed
	// CAPTURED succeeded
}

// An application that is let in at once reads the user's name.
func ExampleCompany_AccessToken() {
	sepay, err := emulator.Start(emulator.WithCompany(wire.NewCompany{
		OAuthApps: []wire.OAuthApp{{Name: "Shop app", RedirectURIs: []string{"http://localhost:3000/callback"}}},
		Users:     []wire.NewUser{{Email: "an@shop.test"}},
	}))
	if err != nil {
		panic(err)
	}
	defer sepay.Close()
	req, err := http.NewRequest(http.MethodGet, sepay.URL()+"/api/v1/me", nil)
	if err != nil {
		panic(err)
	}
	req.Header.Set("Authorization", "Bearer "+sepay.Company().AccessToken("profile"))
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
