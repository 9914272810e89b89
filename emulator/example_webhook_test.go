package emulator_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
)

// A test of a webhook handler. The emulator stops when the test ends.
func ExampleStartT() {
	testShopIsPaid := func(t *testing.T) {
		shop := httptest.NewServer(acceptAll) // your handler
		defer shop.Close()
		sepay := emulator.StartT(t, emulator.WithWebhook(shop.URL, emulator.SignedWith("whsec_test")))
		paid := sepay.Company().Account().Receive(150_000, "DH123456 thanh toan")
		if d := paid.Wait(); d.Status != control.DeliverySucceeded {
			t.Errorf("delivery %s: %s", d.Status, d.Reason)
		}
	}
	_ = testShopIsPaid // go test calls it
}

// A webhook that is told of money in and out, and is not retried.
func ExampleWithWebhook() {
	shop := httptest.NewServer(acceptAll)
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithWebhook(shop.URL, func(b *control.WebhookBody) {
		b.EventType = new(control.WebhookEventsAll)
		b.RetryConditions = control.RetryOn()
	}))
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	account := sepay.Company().Account()
	fmt.Println(account.Receive(150_000, "DH123456").Wait().Status)
	fmt.Println(account.Send(20_000, "hoan tien").Wait().Status)
	// Output:
	// succeeded
	// succeeded
}

// The shop checks the signature of each webhook.
func ExampleSignedWith() {
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, []byte("whsec_test"))
		fmt.Fprintf(mac, "%s.%s", r.Header.Get("X-SePay-Timestamp"), body)
		want := "sha256=" + hex.EncodeToString(mac.Sum(nil))
		fmt.Println("signature holds:", hmac.Equal([]byte(r.Header.Get("X-SePay-Signature")), []byte(want)))
		acceptAll(w, r)
	}))
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithWebhook(shop.URL, emulator.SignedWith("whsec_test")))
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	sepay.Company().Account().Receive(150_000, "DH123456").Wait()
	// Output: signature holds: true
}

// The shop checks the API key of each webhook.
func ExampleAuthorizedWith() {
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Header.Get("Authorization"))
		acceptAll(w, r)
	}))
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithWebhook(shop.URL, emulator.AuthorizedWith("KEY")))
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	sepay.Company().Account().Receive(150_000, "DH123456").Wait()
	// Output: Apikey KEY
}

// The same webhook comes twice; the log keeps both deliveries.
func ExampleEmulator_Replay() {
	shop := httptest.NewServer(acceptAll)
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithWebhook(shop.URL))
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	first := sepay.Company().Account().Receive(150_000, "DH123456").Wait()
	again := sepay.Replay(first.ID)[0]
	fmt.Println(again.Origin, again.Status)
	fmt.Println(len(sepay.Deliveries(control.DeliveryFilter{Kind: control.KindWebhook, Subject: first.Subject})), "deliveries")
	// Output:
	// replay succeeded
	// 2 deliveries
}

// The first webhook arrives twice, as it does when a network repeats it.
func ExampleEmulator_Fault() {
	var calls atomic.Int64
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		acceptAll(w, r)
	}))
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithWebhook(shop.URL))
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	sepay.Fault(control.Fault{
		When: control.FaultWhen{Surface: control.SurfaceWebhook, First: 1},
		Do:   control.FaultDo{Duplicate: 1},
	})
	sepay.Company().Account().Receive(150_000, "DH123456").Wait()
	sepay.Company().Account().Receive(150_000, "DH123457").Wait()
	fmt.Println(calls.Load(), "calls;", sepay.Faults()[0].Fired, "fault")
	// Output: 3 calls; 1 fault
}

// The API answers the first call with 503.
func ExampleWithFault() {
	sepay, err := emulator.Start(emulator.WithFault(control.Fault{
		When: control.FaultWhen{Surface: control.SurfaceUserAPIV2, First: 1},
		Do:   control.FaultDo{Status: http.StatusServiceUnavailable},
	}))
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	for range 2 {
		req, err := http.NewRequest(http.MethodGet, sepay.URL()+"/v2/transactions", nil)
		if err != nil {
			log.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+sepay.Company().APIToken())
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			log.Fatal(err)
		}
		_ = res.Body.Close()
		fmt.Println(res.StatusCode)
	}
	// Output:
	// 503
	// 200
}

// A transfer with a date of its own, as one that the bank tells late.
func ExampleAccount_Move() {
	sepay, err := emulator.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	late := sepay.Company().Account().Move(control.NewTransfer{
		Amount: 150_000, Content: new("DH123456"), At: "2026-01-04 23:59:59",
	})
	fmt.Println(late.Direction, late.Amount, late.At)
	// Output: in 150000 2026-01-04T23:59:59+07:00
}
