package contracts

import (
	"fmt"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/guard"
)

// Addresses are the base URLs of a target's surfaces by key, without a trailing slash.
// A missing or empty one leaves the surface out.
type Addresses = openapi.Addresses

// Credentials are what a target without a control API is called with. What is empty
// leaves out the surfaces that need it.
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

// Target is what the claims are checked against. Make it with [Emulator], [Sandbox],
// [Production] or [ReadCredentials].
type Target struct {
	// Name is how reports call it.
	Name      string
	Addresses Addresses
	Credentials
	// Rate is the most requests per second to send; 0 sends as fast as possible.
	Rate float64
	// ReadOnly leaves out every claim that creates something.
	ReadOnly bool
	// Receiver is the public base URL that leads to the suite's receiver of webhooks and
	// IPNs; empty takes the receiver's loopback address.
	Receiver string
	// ReceiverListen is the receiver's TCP address; a free loopback port when empty.
	ReceiverListen string
	// Production allows reading from the real production.
	Production bool
}

// Kind returns "emulator", "sandbox" or "production".
func (t Target) Kind() string {
	switch {
	case t.Addresses.Control() != "":
		return "emulator"
	case t.Production:
		return "production"
	}
	return "sandbox"
}

// SandboxRate is how many requests per second the suite sends to the real service, below
// the published limit of three.
const SandboxRate = 2

// Sandbox returns the target of SePay's real sandbox at its public addresses
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/tong-quan,
// https://developer.sepay.vn/vi/sepay-api/v2/gioi-thieu). API v1 and OAuth2 have no
// sandbox host that a page names.
func Sandbox(c Credentials) Target {
	return Target{Name: "SePay's sandbox", Addresses: openapi.Surfaces().Public(openapi.Sandbox), Credentials: c, Rate: SandboxRate}
}

// Errors of [Target.Guard] and [Emulator]. Each comes as a [guard.Refusal].
var (
	// ErrProduction says that the target is, or may be, the real production.
	ErrProduction = guard.ErrProduction
	// ErrAddress says that an address is not an absolute http or https URL.
	ErrAddress = guard.ErrAddress
	// ErrSePay says that the address given for an emulator is one of SePay's hosts.
	ErrSePay = guard.ErrSePay
)

// rule says whom the suite talks to: the hosts of the target, and at SePay what
// the target is about.
func (t Target) rule() guard.Rule {
	r := guard.Rule{Sandbox: t.Kind() != "emulator", Production: t.Production && t.ReadOnly}
	for key, address := range t.Addresses {
		if u, err := guard.WebURL(address); err == nil && key != openapi.KeyBase {
			r.Only = append(r.Only, u.Host)
		}
	}
	return r
}

// Guard refuses a target that could move or show real money, before anything is sent:
// production hosts, and live credentials at any host. A target of [Production] passes if
// it only reads and its credentials are not marked as live.
func (t Target) Guard() error {
	if err := guard.Live("the target's credentials", t.MerchantID, t.SecretKey, t.APIToken, t.AccessToken); err != nil {
		return err
	}
	rule, table := t.rule(), openapi.Surfaces()
	for _, key := range t.Addresses.Keys() {
		if t.Addresses[key] == "" || key == openapi.KeyBase {
			continue
		}
		name, open := key, false
		if s, ok := table.OfKey(key); ok {
			name, open = s.Name, s.Credential == openapi.NoCredential
		}
		u, err := rule.URL(t.Addresses[key])
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if h, err := guard.ParseHost(u.Host); err == nil && h.Kind() == guard.Pictures && !open {
			return fmt.Errorf("%s: %w", name, &guard.Refusal{Err: ErrSePay, What: h.String(), Hint: "only the surface qr is there"})
		}
	}
	return nil
}
