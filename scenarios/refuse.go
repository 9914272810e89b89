package scenarios

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/localsepay/localsepay/openapi/guard"
)

// sepayClient is the client for a target: a localsepay, and never SePay itself.
func sepayClient() *http.Client { return guard.Rule{}.Client(guard.Options{Idle: 16}) }

// shopClient is the client for the merchant's shop: a connection for each
// request, as SePay opens one for each notice. A connection that is kept could
// be closed by the shop at the very moment at which it is used again.
func shopClient() *http.Client { return guard.Rule{}.Client(guard.Options{Fresh: true}) }

// refuse says why a run may not begin: an address is SePay's own, or a secret
// is a live one. Nothing was sent then.
func (r *run) refuse() error {
	o := r.options
	for _, named := range []struct{ what, address string }{
		{"the target", r.target.URL}, {"the webhook handler", o.Webhook}, {"the IPN handler", o.IPN}, {"the address to check", o.Check}, {"the address to prepare orders", o.Prepare},
	} {
		if named.address == "" {
			continue
		}
		if _, err := (guard.Rule{}).URL(named.address); err != nil {
			return fmt.Errorf("%s: %w", named.what, err)
		}
	}
	secrets := []string{o.Secret, o.IPNSecret}
	for _, n := range append(slices.Collect(maps.Values(r.scenario.Needs.Others)), r.scenario.Needs) {
		if n.IPN != nil {
			secrets = append(secrets, n.IPN.Secret)
		}
		if n.Webhook != nil {
			secrets = append(secrets, n.Webhook.Secret)
		}
	}
	return guard.Live("a secret of the handlers", secrets...)
}
