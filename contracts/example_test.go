package contracts_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/localsepay/localsepay/contracts"
	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/emulator"
)

// The claims about VietQR pictures, checked against an emulator in this process.
func ExampleRun() {
	sepay, err := emulator.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer sepay.Close()
	ctx := context.Background()
	target, err := contracts.Emulator(ctx, sepay.URL())
	if err != nil {
		log.Fatal(err)
	}
	run, err := contracts.Run(ctx, target, contracts.Options{Surfaces: []string{"qr"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.Count(result.Passed) > 0, run.Count(result.Failed), "failed")
	// Output: true 0 failed
}

// Live credentials are refused before anything is sent.
func ExampleTarget_Guard() {
	target := contracts.Sandbox(contracts.Credentials{MerchantID: "SP-LIVE-123456", SecretKey: "spsk_live_123456"})
	fmt.Println(target.Kind(), errors.Is(target.Guard(), contracts.ErrProduction))
	// Output: sandbox true
}

// What the Surfaces of Options can be.
func ExampleSurfaces() {
	fmt.Println(strings.Join(contracts.Surfaces(), ", "))
	// Output: checkout, checkout pages, pgapi, ipn, userapi v1, userapi v2, webhook, oauth, oauth api, qr
}
