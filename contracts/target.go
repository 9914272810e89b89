package contracts

import (
	"fmt"
	"maps"
	"slices"

	"github.com/localsepay/localsepay/openapi/guard"
)

// Addresses are the base URLs of a target's surfaces, without a trailing
// slash; an empty one means that the target has no such surface. GET /state of
// the control API gives them in this form.
type Addresses struct {
	// Base is the emulator's own address; empty for the real service.
	Base string `json:"base" yaml:"-"`
	// Checkout is the address that /init is below, e.g. https://pay-sandbox.sepay.vn/v1/checkout.
	Checkout string `json:"checkout" yaml:"checkout"`
	// PGAPI ends in /v1, UserAPIV1 in /userapi, UserAPIV2 in /v2, OAuth in
	// /oauth, OAuthAPI in /api/v1.
	PGAPI     string `json:"pgapi" yaml:"pgapi"`
	UserAPIV1 string `json:"userapi_v1" yaml:"userapi_v1"`
	UserAPIV2 string `json:"userapi_v2" yaml:"userapi_v2"`
	OAuth     string `json:"oauth" yaml:"oauth"`
	OAuthAPI  string `json:"oauth_api" yaml:"oauth_api"`
	// QR is the address that /img is below.
	QR string `json:"qr" yaml:"qr"`
	// Control is an emulator's control API; empty for the real service.
	Control string `json:"control" yaml:"-"`
}

// Credentials are what a target without a control API is called with. An empty
// one leaves the surfaces out that need it.
type Credentials struct {
	APIToken    string `yaml:"api_token"`
	MerchantID  string `yaml:"merchant_id"`
	SecretKey   string `yaml:"secret_key"`
	AccessToken string `yaml:"access_token"`
}

// secrets are the values that may never be shown.
func (c Credentials) secrets() []string {
	var out []string
	for _, s := range []string{c.APIToken, c.SecretKey, c.AccessToken} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Target is what the suite is held against.
type Target struct {
	// Name is how reports call it.
	Name      string
	Addresses Addresses
	Credentials
	// Rate bounds the requests per second to a target whose limits are real; 0
	// sends as fast as it goes.
	Rate float64
	// ReadOnly leaves out every claim that creates something.
	ReadOnly bool
	// Receiver is the public base URL that leads to the suite's receiver of
	// webhooks and IPNs; empty: the receiver's own loopback address.
	Receiver string
	// ReceiverListen is the receiver's TCP address; a free loopback port when empty.
	ReceiverListen string
	// Production says that the real production may be read.
	Production bool
}

// Kind says what stands behind the addresses: "emulator" or "sandbox", or
// "production".
func (t Target) Kind() string {
	switch {
	case t.Addresses.Control != "":
		return "emulator"
	case t.Production:
		return "production"
	}
	return "sandbox"
}

// The public addresses of SePay's sandbox
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/tong-quan,
// https://developer.sepay.vn/vi/sepay-api/v2/gioi-thieu). The API v1 and
// OAuth2 have no sandbox host of their own.
var sandbox = Addresses{
	Checkout:  "https://pay-sandbox.sepay.vn/v1/checkout",
	PGAPI:     "https://pgapi-sandbox.sepay.vn/v1",
	UserAPIV2: "https://userapi-sandbox.sepay.vn/v2",
	QR:        "https://qr.sepay.vn",
}

// SandboxRate is how many requests a second the suite sends to the real
// service: below the published three, so that nobody else is disturbed.
const SandboxRate = 2

// Sandbox is SePay's real sandbox with the given credentials.
func Sandbox(c Credentials) Target {
	return Target{Name: "SePay's sandbox", Addresses: sandbox, Credentials: c, Rate: SandboxRate}
}

// Errors of [Target.Guard] and [Emulator]. Each comes as a [guard.Refusal].
var (
	// ErrProduction: the target is, or may be, the real production.
	ErrProduction = guard.ErrProduction
	// ErrAddress: an address is no absolute http(s) URL.
	ErrAddress = guard.ErrAddress
	// ErrSePay: an emulator's address is a host of SePay's.
	ErrSePay = guard.ErrSePay
)

// rule says whom the suite talks to: the hosts of the target, and at SePay what
// the target is about.
func (t Target) rule() guard.Rule {
	r := guard.Rule{Sandbox: t.Kind() != "emulator", Production: t.Production && t.ReadOnly}
	for _, address := range t.Addresses.named() {
		if u, err := guard.WebURL(address); err == nil {
			r.Only = append(r.Only, u.Host)
		}
	}
	return r
}

// Guard refuses a target that could move or show real money, before anything
// is sent: production hosts, and credentials of production whatever the host.
// With Production set it lets a run through that only reads, with credentials
// that are not marked as live.
func (t Target) Guard() error {
	if err := guard.Live("the target's credentials", t.MerchantID, t.SecretKey, t.APIToken, t.AccessToken); err != nil {
		return err
	}
	rule, named := t.rule(), t.Addresses.named()
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if named[name] == "" {
			continue
		}
		u, err := rule.URL(named[name])
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if h, err := guard.ParseHost(u.Host); err == nil && h.Kind() == guard.Pictures && name != "qr" {
			return fmt.Errorf("%s: %w", name, &guard.Refusal{Err: ErrSePay, What: h.String(), Hint: "only the surface qr is there"})
		}
	}
	return nil
}

func (a Addresses) named() map[string]string {
	return map[string]string{
		"checkout": a.Checkout, "pgapi": a.PGAPI, "userapi v1": a.UserAPIV1, "userapi v2": a.UserAPIV2,
		"oauth": a.OAuth, "oauth api": a.OAuthAPI, "qr": a.QR, "control": a.Control,
	}
}
