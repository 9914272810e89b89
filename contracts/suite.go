package contracts

import (
	"cmp"
	"slices"

	"github.com/onsi/ginkgo/v2"

	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
)

// part is claims of one suite of the table in package openapi.
type part struct {
	claims func()
	// at is the key of the address that the target must have: the surface's own
	// when empty. everywhere stands for the merchant's address, which every
	// target has: the needs alone decide.
	at    string
	needs []need
}

const everywhere = "*"

// parts are the claims by suite. What the surface's credential takes need not be
// named among the needs.
func (u *suite) parts() map[string][]part {
	return map[string][]part{
		"checkout":       {{claims: u.checkoutClaims}},
		"checkout pages": {{claims: u.pageClaims, needs: []need{needsControl}}},
		"pgapi":          {{claims: u.pgapiClaims}},
		"ipn": {
			{claims: u.ipnClaims, at: everywhere, needs: []need{needsControl}},
			{claims: u.ipnByHand, at: "checkout", needs: []need{needsMerchant, needsBrowser, needsReceiver}},
		},
		"userapi v1": {{claims: u.v1Claims}},
		"userapi v2": {{claims: u.v2Claims}},
		"webhook": {
			{claims: func() { u.webhookClaims(); u.habitClaims() }, at: everywhere, needs: []need{needsControl}},
			{claims: u.webhookByHand, at: "oauth_api", needs: []need{needsAccess, needsBrowser, needsReceiver}},
		},
		"oauth":     {{claims: u.oauthClaims}, {claims: u.wooClaims}},
		"oauth api": {{claims: u.oauthAPIClaims}},
		"qr":        {{claims: u.qrClaims}},
	}
}

// credentialNeeds are what the credentials of a surface take. An OAuth2
// application with its users is made by the control API only.
var credentialNeeds = map[openapi.Credential][]need{
	openapi.APIToken: {needsToken}, openapi.MerchantPair: {needsMerchant}, openapi.MerchantSignature: {needsMerchant},
	openapi.AccessToken: {needsAccess}, openapi.OAuthClient: {needsControl},
}

// register puts the claims into Ginkgo's tree, surface by surface, below one
// container: those at the top are shuffled.
func (u *suite) register() {
	parts := u.parts()
	ginkgo.Describe("SePay", func() {
		for _, s := range openapi.Surfaces() {
			for _, name := range s.Suites {
				for _, p := range parts[name] {
					u.surface(name, u.addressOf(s, p), p.claims, append(slices.Clone(credentialNeeds[s.Credential]), p.needs...)...)
				}
			}
		}
	})
}

// addressOf is where the claims of a part are held; empty when the target does
// not have it.
func (u *suite) addressOf(s openapi.Surface, p part) string {
	if p.at == everywhere {
		return everywhere
	}
	return u.target.Addresses[cmp.Or(p.at, s.Key)]
}

// Surfaces lists the parts of the suite, which have the names of surfaces: the values of
// [Options].Surfaces.
func Surfaces() []string { return openapi.Surfaces().Suites() }

// secret keeps values out of every text of the run.
func (u *suite) secret(values ...string) {
	u.masker.Add(values...)
}

// redact masks the run's secrets in a text.
func (u *suite) redact(text string) string { return u.masker.Prose(text) }

// violations holds one exchange against its document. What SePay sends is a
// request, so there the request is the target's and the answer is ours.
func (u *suite) violations(e traffic.Exchange) []openapi.Violation {
	contract, err := openapi.Load(e.Document)
	if err != nil {
		return []openapi.Violation{{Rule: openapi.RuleUnknownOperation, Expected: "a contract", Seen: err.Error()}}
	}
	if e.Document == "webhook" || e.Document == "ipn" {
		return contract.CheckRequest(e.Request)
	}
	return contract.CheckResponse(e.Request, e.Status, e.ResponseHeader, e.ResponseBody)
}
