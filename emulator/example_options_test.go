package emulator_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
)

// An emulator behind a server of yours.
func ExampleNew() {
	sepay, err := emulator.New()
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	server := httptest.NewServer(sepay.Handler())
	defer server.Close()
	res, err := http.Get(server.URL + "/_control/v1/health")
	if err != nil {
		log.Fatal(err)
	}
	_ = res.Body.Close()
	fmt.Println(res.StatusCode)
	// Output: 200
}

// The same emulator answers HTTP and HTTPS.
func ExampleEmulator_Serve() {
	sepay, err := emulator.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()

	https := httptest.NewUnstartedServer(nil) // has a certificate and a client that trusts it
	https.StartTLS()
	config, client := https.TLS.Clone(), https.Client()
	https.Close()

	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	if err := sepay.Serve(tls.NewListener(plain, config)); err != nil {
		log.Fatal(err)
	}
	res, err := client.Get("https://" + plain.Addr().String() + "/_control/v1/health")
	if err != nil {
		log.Fatal(err)
	}
	_ = res.Body.Close()
	fmt.Println(res.StatusCode, res.TLS != nil)
	// Output: 200 true
}

// The clock stands at the last second of a month.
func ExampleWithClock() {
	saigon := time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)
	at := time.Date(2026, time.January, 31, 23, 59, 59, 0, saigon)
	sepay, err := emulator.Start(emulator.WithClock(emulator.FrozenClock(at)))
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	fmt.Println(sepay.Company().Account().Receive(150_000, "DH123456").At)
	sepay.Advance(time.Second)
	fmt.Println(sepay.Company().Account().Receive(150_000, "DH123457").At)
	// Output:
	// 2026-01-31T23:59:59+07:00
	// 2026-02-01T00:00:00+07:00
}

// A webhook whose answer is 2xx with a wrong body is tried again.
func ExampleWithSetting() {
	shop := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithWebhook(shop.URL), emulator.WithSetting("webhook.retry_on", "any_failure"))
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	fmt.Println(sepay.Company().Account().Receive(150_000, "DH123456").Wait().Status)
	// Output: waiting
}

// What is known of one setting.
func ExampleSettings() {
	all := emulator.Settings()
	i := slices.IndexFunc(all, func(s emulator.SettingInfo) bool { return s.Name == "webhook.retry_on" })
	fmt.Println(all[i].Default, all[i].Alternatives)
	fmt.Println(all[i].Source)
	fmt.Println(emulator.CheckSetting("webhook.retry_on", "never") != nil)
	// Output:
	// non_2xx [any_failure]
	// https://developer.sepay.vn/vi/sepay-webhooks/xu-ly-loi
	// true
}

// Another company, such as one for each parallel test.
func ExampleEmulator_NewCompany() {
	sepay, err := emulator.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	other := sepay.NewCompany(control.NewCompany{ID: "other", BankAccounts: []control.NewBankAccount{{Bank: "Vietcombank", AccountNumber: "0071000123456"}}})
	other.Account().Receive(150_000, "DH123456")
	fmt.Println(other.ID(), other.State().BankAccounts[0].Balance, sepay.Company().State().BankAccounts[0].Balance)
	// Output: other 150000 0
}

// The client returns an error where a handle would end the test.
func ExampleEmulator_Client() {
	sepay, err := emulator.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	_, err = sepay.Client().Order(context.Background(), "", "no such order")
	fmt.Println(control.Refused(err, http.StatusNotFound))
	// Output: true
}

// What happened, oldest first.
func ExampleEmulator_Timeline() {
	sepay, err := emulator.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	sepay.Company().Account().Receive(150_000, "DH123456")
	for _, m := range sepay.Timeline(control.TimelineFilter{Type: control.MomentTransaction}).Data {
		fmt.Println(m.Text)
	}
	// Output: 09:00:00  transfer  in 150,000 VND  MBBank 6125584854  "DH123456"  code DH123456  id 90000001
}

// The shop answers 200 without the body that SePay asks for.
func ExampleEmulator_Findings() {
	shop := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithWebhook(shop.URL))
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	sepay.Company().Account().Receive(150_000, "DH123456").Wait()
	for _, f := range sepay.Findings() {
		fmt.Println(f.Severity, f.Code)
	}
	// Output: error webhook.wrong_body
}

// Every event as one line of a log.
func ExampleWithSink() {
	sepay, err := emulator.Start(emulator.WithSink(func(e emulator.Event) { fmt.Println(e.Type, e.Line()) }))
	if err != nil {
		log.Fatal(err)
	}
	sepay.Company().Account().Receive(150_000, "DH123456")
	_ = sepay.Close() // the sink has every event now
	// Output: transaction 09:00:00  transfer  in 150,000 VND  MBBank 6125584854  "DH123456"  code DH123456  id 90000001
}

// Companies of a seed file.
func ExampleReadSeed() {
	seed, err := emulator.ReadSeed([]byte("companies:\n  - id: shop\n    api_tokens: [MYTOKEN]\n"))
	if err != nil {
		log.Fatal(err)
	}
	var options []emulator.Option
	for _, c := range seed.Companies {
		options = append(options, emulator.WithCompany(c))
	}
	sepay, err := emulator.Start(options...)
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	fmt.Println(sepay.Company().ID(), sepay.Company().APIToken())
	_, err = emulator.ReadSeed([]byte("companies:\n  - idd: shop\n"))
	fmt.Println(err)
	// Output:
	// shop MYTOKEN
	// line 2, column 5: there is no key "idd" here: did you mean "id"?
}

// The text of a VietQR code.
func ExampleReadQR() {
	text, err := emulator.QRPayload{BIN: "970422", Account: "0123456789", Amount: 150_000, Memo: "DH123456"}.Encode()
	if err != nil {
		log.Fatal(err)
	}
	read, err := emulator.ReadQR(text)
	if err != nil {
		log.Fatal(err)
	}
	bank, _ := emulator.LookupBank(read.BIN)
	fmt.Println(bank.ShortName, read.Account, read.Amount, "VND", read.Memo)
	// Output: MBBank 0123456789 150000 VND DH123456
}

// A bank by a name that people use.
func ExampleLookupBank() {
	bank, ok := emulator.LookupBank("VTB")
	fmt.Println(bank.ShortName, bank.BIN, ok)
	// Output: VietinBank 970415 true
}

// What is left when the emulator ends: a retry that is not due yet.
func ExampleEmulator_Drain() {
	shop := httptest.NewServer(http.NotFoundHandler())
	defer shop.Close()
	sepay, err := emulator.Start(emulator.WithWebhook(shop.URL))
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	sepay.Company().Account().Receive(150_000, "DH123456").Wait()
	left, err := sepay.Drain()
	fmt.Println(left.Waiting, err)
	// Output: 1 <nil>
}
