package emulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/localsepay/localsepay/emulator"
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
