package scenarios_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/scenarios"
)

// disturbances are faults that a run without them has to differ from.
var disturbances = []control.Fault{
	{When: control.FaultWhen{Surface: control.SurfaceWebhook}, Do: control.FaultDo{Drop: true}},
	{When: control.FaultWhen{Surface: control.SurfaceWebhook}, Do: control.FaultDo{Duplicate: 2}},
	{When: control.FaultWhen{Surface: control.SurfaceIPN}, Do: control.FaultDo{Delay: "30s"}},
	{When: control.FaultWhen{Surface: control.SurfaceIPN, First: 1}, Do: control.FaultDo{WrongAuth: control.AuthMissing}},
	{When: control.FaultWhen{Surface: control.SurfacePGAPI}, Do: control.FaultDo{Status: 503}},
	{When: control.FaultWhen{Surface: control.SurfacePGAPI}, Phase: control.PhaseAfter, Do: control.FaultDo{Drop: true}},
	{When: control.FaultWhen{Surface: control.SurfacePGAPI}, Phase: control.PhaseBetween, Do: control.FaultDo{Drop: true}},
	{When: control.FaultWhen{Surface: control.SurfaceUserAPIV2}, Do: control.FaultDo{HTMLError: true}},
	{When: control.FaultWhen{Surface: control.SurfaceCheckout}, Phase: control.PhaseBetween, Do: control.FaultDo{Drop: true}},
}

// disturbed is a shop whose SePay goes wrong now and then.
type disturbed struct {
	sepay  *emulator.Emulator
	orders int
	status atomic.Int64
}

// call asks a surface as a client with the company's credentials does.
func (d *disturbed) call(t *rapid.T, method, path, body string) {
	req, err := http.NewRequest(method, d.sepay.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	state := d.sepay.Company().State()
	if strings.HasPrefix(path, "/v1/") {
		req.SetBasicAuth(state.Merchant.MerchantID, state.Merchant.SecretKey)
		req.Header.Set("Content-Type", "application/json")
	} else {
		req.Header.Set("Authorization", "Bearer "+d.sepay.Company().APIToken())
	}
	if res, err := http.DefaultClient.Do(req); err == nil { // a fault may close the connection
		_ = res.Body.Close()
	}
}

// step does one thing.
func (d *disturbed) step(t *rapid.T) {
	company := d.sepay.Company()
	invoice := func() string { return fmt.Sprintf("INV-%d", rapid.IntRange(1, max(d.orders, 1)).Draw(t, "order")) }
	switch rapid.SampledFrom([]string{"fault", "calm", "transfer", "transfer", "order", "pay", "card", "cancel", "void", "call", "replay", "advance", "shop"}).Draw(t, "step") {
	case "fault":
		d.sepay.Fault(rapid.SampledFrom(disturbances).Draw(t, "fault"))
	case "calm":
		d.sepay.ClearFaults()
	case "transfer":
		company.Account().Receive(rapid.Int64Range(1, 9).Draw(t, "amount")*1000, "DH123456")
	case "order":
		d.orders++
		company.Checkout(emulator.Checkout{InvoiceNumber: fmt.Sprintf("INV-%d", d.orders), Amount: 50_000, Method: "BANK_TRANSFER"})
	case "pay", "card":
		card := control.NewPay{}
		if rapid.Bool().Draw(t, "by card") {
			card.Card = "visa"
		}
		_, _ = d.sepay.Client().Pay(context.Background(), invoice(), card)
	case "cancel":
		d.call(t, "POST", "/v1/order/cancel", `{"order_invoice_number":"`+invoice()+`"}`)
	case "void":
		d.call(t, "POST", "/v1/order/voidTransaction", `{"order_invoice_number":"`+invoice()+`"}`)
	case "call":
		d.call(t, "GET", "/v2/transactions?per_page=5", "")
	case "replay":
		list := d.sepay.Deliveries(control.DeliveryFilter{})
		if len(list) > 0 {
			_, _ = d.sepay.Client().Replay(context.Background(), rapid.SampledFrom(list).Draw(t, "delivery").ID)
		}
	case "advance":
		d.sepay.Advance(time.Duration(rapid.IntRange(1, 90).Draw(t, "seconds")) * time.Second)
	case "shop":
		d.status.Store(rapid.SampledFrom([]int64{200, 500}).Draw(t, "status"))
	}
	d.sepay.Settle()
}

// What is exported passes at a target where nothing goes wrong, whatever had gone
// wrong before.
func TestAnExportWithFaultsInItPasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &disturbed{}
		d.status.Store(http.StatusOK)
		shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(int(d.status.Load()))
			_, _ = w.Write([]byte(`{"success":true}`))
		}))
		defer shop.Close()
		sepay, err := emulator.Start(emulator.WithWebhook(shop.URL), emulator.WithIPN(shop.URL, ""), emulator.WithSeed(uint64(rapid.IntRange(1, 9).Draw(t, "seed"))))
		if err != nil {
			t.Fatal(err)
		}
		defer sepay.Close()
		d.sepay = sepay
		sepay.Company().Account().Receive(1000, "DH1")
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			d.step(t)
		}
		text, err := scenarios.Export(context.Background(), scenarios.Target{URL: sepay.URL()}, scenarios.Slice{Name: "disturbed"})
		if err != nil {
			t.Fatal(err)
		}
		s, err := scenarios.Parse("disturbed.yaml", text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := emulator.Start()
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if r := scenarios.Run(context.Background(), s, scenarios.Target{URL: again.URL()}, scenarios.Options{}); !r.OK() {
			t.Fatalf("%+v\n%s", r.Failure, text)
		}
	})
}
