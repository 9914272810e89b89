package emulator_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
)

// The shop is told of a paid order and checks the secret.
func ExampleWithIPN() {
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Println(r.Header.Get("X-Secret-Key"), strings.Contains(string(body), `"notification_type":"ORDER_PAID"`))
		acceptAll(w, r)
	}))
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithIPN(shop.URL, "s3cret"))
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 185_000})
	order.Pay()
	fmt.Println(order.IPNs()[0].Status)
	// Output:
	// s3cret true
	// succeeded
}

// The customer pays an order in full.
func ExampleOrder_Pay() {
	sepay, err := emulator.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 185_000, Method: control.MethodBankTransfer})
	fmt.Println(order.State().Status, order.State().State)
	paid := order.Pay()
	fmt.Println(paid.Status, paid.State)
	// Output:
	// AUTHENTICATION_NOT_NEEDED waiting
	// CAPTURED paid
}

// The customer transfers less than the order costs.
func ExampleOrder_PayWith() {
	sepay, err := emulator.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 185_000, Method: control.MethodBankTransfer})
	short := order.PayWith(control.NewPay{Outcome: control.OutcomeLess})
	fmt.Println(short.Status, short.Received[0].Verdict)
	// Output: AUTHENTICATION_NOT_NEEDED less
}

// The shop gets its IPNs at another address from now on.
func ExampleCompany_SetIPN() {
	shop := httptest.NewServer(acceptAll)
	defer shop.Close()
	sepay, err := emulator.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	sepay.Company().SetIPN(shop.URL+"/ipn", "s3cret")
	ipn := sepay.Company().State().Merchant.IPN
	fmt.Println(strings.TrimPrefix(*ipn.URL, shop.URL), ipn.AuthType)
	// Output: /ipn SECRET_KEY
}
