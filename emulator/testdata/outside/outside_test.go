// A test of somebody else's shop: it imports emulator and openapi/control, names
// every type that it stores, and uses constants wherever a value is one of a few.
package shop_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
)

// fixture holds what a larger suite keeps between helpers.
type fixture struct {
	sepay    *emulator.Emulator
	company  *emulator.Company
	account  *emulator.Account
	hook     *emulator.Webhook
	transfer *emulator.Transfer
	order    *emulator.Order
	clock    emulator.Clock
	client   *control.Client
	state    control.State
	delivery control.Delivery
	findings []control.Finding
	timeline control.Timeline
	uses     []control.ClientUse
	faults   []control.Fault
}

var shop = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"success":true}`)) })

// options are all that there are.
func options(url string, clock emulator.Clock) []emulator.Option {
	silent := func(b *control.WebhookBody) { b.RetryConditions = control.RetryOn() }
	how := []emulator.WebhookOption{emulator.SignedWith("whsec_test"), silent}
	return []emulator.Option{
		emulator.WithListen("127.0.0.1:0"), emulator.WithClock(clock), emulator.WithSeed(7), emulator.WithHistory(3),
		emulator.WithSetting("webhook.connection", "kept"), emulator.WithSetting(emulator.SettingV2RateLimit, "3"), emulator.WithRateLimit("off"),
		emulator.WithCompany(control.NewCompany{
			Environment: control.EnvironmentSandbox,
			Users:       []control.NewUser{{Email: "an@shop.test", Role: control.RoleUser, Permissions: &[]string{control.PermissionTransactionsList}}},
			OAuthApps:   []control.OAuthApp{{Name: "Shop app", RedirectURIs: []string{"http://localhost:3000/callback"}, Scopes: []string{control.ScopeProfile, control.ScopeTransactionRead}}},
			PaymentCodeFormats: []control.PaymentCodeFormat{
				{Prefix: "DH", SuffixFrom: 3, SuffixTo: 10, CharacterType: control.CharactersNumberOnly, IsActive: true},
			},
			BankAccounts: []control.NewBankAccount{{Bank: "MBBank", AccountType: control.AccountEnterprise}},
			Merchant:     control.NewMerchant{PaymentMethods: []string{control.MethodCard, control.MethodBankTransfer}},
		}),
		emulator.WithWebhook(url+"/hook", how...), emulator.WithIPN(url+"/ipn", "s3cret"),
		emulator.WithFault(control.Fault{When: control.FaultWhen{Surface: control.SurfaceQR, First: 1}, Phase: control.PhaseBefore, Do: control.FaultDo{Status: 503}}),
		emulator.WithEgress(emulator.EgressTest), emulator.WithContract(emulator.ContractInline), emulator.WithRetention(emulator.Retention{Events: 500}),
		emulator.WithAllowedHosts("shop.test"), emulator.WithTrustedProxies(netip.MustParsePrefix("192.0.2.0/24")), emulator.WithControlToken("TOKEN"),
		emulator.WithFirstTransaction(500), emulator.WithBankHabits(), emulator.WithAutoConsent(), emulator.WithShowSecrets(),
		emulator.WithSink(func(emulator.Event) {}), emulator.WithDroppedFunc(func(int64) {}), emulator.WithWaitingFunc(func(int, time.Time) {}), emulator.AllowPending(),
	}
}

func TestEverythingHasAName(t *testing.T) {
	server := httptest.NewServer(shop)
	defer server.Close()
	var f fixture
	f.clock = emulator.FrozenClock(emulator.Epoch)
	f.sepay = emulator.StartT(t, options(server.URL, f.clock)...)
	f.company = f.sepay.Company()
	f.account = f.company.Account()
	f.hook = f.company.Webhooks()[0]
	f.client = f.sepay.Client()
	f.state = f.sepay.State()
	if f.state.Clock.Mode != control.ClockFrozen || f.hook.Test().Origin != control.OriginTest {
		t.Errorf("clock %s", f.state.Clock.Mode)
	}

	f.transfer = f.account.Move(control.NewTransfer{Amount: 150_000, Content: new("DH123456"), Direction: control.DirectionIn, SentFrom: control.SentFromWallet})
	f.delivery = f.transfer.Wait()
	if f.delivery.Status != control.DeliverySucceeded || f.delivery.Kind != control.KindWebhook || f.transfer.Webhooks[0].Result != control.NoticeSent {
		t.Errorf("%s %s: %s", f.delivery.Kind, f.delivery.Status, f.delivery.Reason)
	}

	f.order = f.company.Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 185_000, Method: control.MethodCard})
	if o := f.order.State(); o.Status != control.OrderAuthenticationNotNeeded || o.State != control.StateWaiting {
		t.Errorf("%s %s", o.Status, o.State)
	}
	if o := f.order.PayByCard(control.CardVisa); o.Status != control.OrderCaptured || o.Transactions[0].Status != control.TransactionApproved {
		t.Errorf("%s %s", o.Status, o.State)
	}
	if ipn := f.order.IPNs()[0]; ipn.Status != control.DeliverySucceeded {
		t.Errorf("IPN %s: %s", ipn.Status, ipn.Reason)
	}
	short := f.company.Checkout(emulator.Checkout{InvoiceNumber: "DH2", Amount: 185_000, Method: control.MethodBankTransfer})
	if o := short.PayWith(control.NewPay{Outcome: control.OutcomeLess}); o.Received[0].Verdict != control.VerdictLess {
		t.Errorf("%+v", o.Received)
	}

	f.sepay.Fault(control.Fault{When: control.FaultWhen{Surface: control.SurfaceWebhook}, Do: control.FaultDo{WrongAuth: control.AuthMissing}})
	f.faults = f.sepay.Faults()
	f.sepay.ClearFaults()
	f.sepay.Advance(time.Minute)
	f.findings, f.uses = f.sepay.Findings(), f.sepay.ClientUses()
	f.timeline = f.sepay.Timeline(control.TimelineFilter{Type: control.MomentDelivery})
	if len(f.faults) != 2 || len(f.timeline.Data) == 0 || f.sepay.Now().Sub(emulator.Epoch) != time.Minute {
		t.Errorf("%d faults, %d moments, %v", len(f.faults), len(f.timeline.Data), f.sepay.Now())
	}
	for _, x := range f.findings {
		if x.Severity == control.SeverityError {
			t.Errorf("%s: %s", x.Title, x.Detail)
		}
	}
	if _, err := f.client.Order(context.Background(), f.company.ID(), "no such order"); !control.Refused(err, http.StatusNotFound) {
		t.Error(err)
	}
	if f.company.AccessToken(control.ScopeProfile) == "" || f.company.APIToken() == "" {
		t.Error("no token")
	}
}
