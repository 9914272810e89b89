package scenarios_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/scenarios"
)

// A scenario of the library in a test, with the test's own IPN handler.
func ExampleRunT() {
	testPaidTwice := func(t *testing.T) {
		shop := httptest.NewServer(http.NotFoundHandler()) // your handler
		defer shop.Close()
		sepay := emulator.StartT(t, emulator.AllowPending())
		scenarios.RunT(t, sepay, "ipn-late-paid-twice", func(o *scenarios.Options) { o.IPN = shop.URL + "/ipn" })
	}
	_ = testPaidTwice // go test calls it
}

// A scenario of your own.
func ExampleParse() {
	s, err := scenarios.Parse("paid.yaml", []byte(`
name: paid
purpose: A transfer pays and the shop is told of it.
needs: {webhook: {}}
steps:
  - transfer: {amount: 150000, content: DH123456}
expect:
  deliveries: [{count: 1, status: succeeded}]
`))
	if err != nil {
		log.Fatal(err)
	}
	sepay, err := emulator.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	fmt.Println(scenarios.Run(context.Background(), s, scenarios.Target{URL: sepay.URL()}, scenarios.Options{}).Status)
	// Output: passed
}

// Mistakes in a file come with their places.
func ExampleProblems() {
	_, err := scenarios.Parse("paid.yaml", []byte("name: paid\npurpose: x\nsteps:\n  - transfr: {amount: 150000}\n"))
	fmt.Println(err)
	// Output: paid.yaml:4:5: there is no key "transfr" here: did you mean "transfer"?
}

// The result of a run for people.
func ExampleWriteEnd() {
	s, err := scenarios.Find("ipn-late-paid-twice")
	if err != nil {
		log.Fatal(err)
	}
	sepay, err := emulator.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	var out strings.Builder
	scenarios.WriteEnd(&out, scenarios.Run(context.Background(), s, scenarios.Target{URL: sepay.URL()}, scenarios.Options{}))
	fmt.Print(out.String())
	// Output: PASSED ipn-late-paid-twice: 2m of SePay's time
}

// The names in the library that are about rate limits.
func ExampleLibrary() {
	all, err := scenarios.Library()
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range all {
		if strings.Contains(s.Name, "rate-limit") {
			fmt.Println(s.Name)
		}
	}
	// Output:
	// own-rate-limit
	// rate-limit-storm
}
