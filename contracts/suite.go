package contracts

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
)

// everywhere stands for the address of what SePay sends: there is none, the
// needs alone decide.
const everywhere = "the merchant's"

// register puts the claims into Ginkgo's tree, surface by surface, below one
// container: those at the top are shuffled.
func (u *suite) register() {
	a := u.target.Addresses
	ginkgo.Describe("SePay", func() {
		u.surface("userapi v1", a.UserAPIV1, u.v1Claims, needsToken)
		u.surface("userapi v2", a.UserAPIV2, u.v2Claims, needsToken)
		u.surface("webhook", everywhere, func() { u.webhookClaims(); u.habitClaims() }, needsControl)
		u.surface("checkout", a.Checkout, u.checkoutClaims, needsMerchant)
		u.surface("checkout pages", a.Checkout, u.pageClaims, needsMerchant, needsControl)
		u.surface("pgapi", a.PGAPI, u.pgapiClaims, needsMerchant)
		u.surface("ipn", everywhere, u.ipnClaims, needsControl)
		u.surface("ipn", a.Checkout, u.ipnByHand, needsMerchant, needsBrowser, needsReceiver)
		u.surface("webhook", a.OAuthAPI, u.webhookByHand, needsAccess, needsBrowser, needsReceiver)
		u.surface("oauth", a.OAuth, u.oauthClaims, needsControl)
		u.surface("oauth", a.OAuth, u.wooClaims, needsControl)
		u.surface("oauth api", a.OAuthAPI, u.oauthAPIClaims, needsAccess)
		u.surface("qr", a.QR, u.qrClaims)
	})
}

// Surfaces lists the surfaces that the suite has claims about.
func Surfaces() []string {
	return []string{"userapi v1", "userapi v2", "webhook", "checkout", "checkout pages", "pgapi", "ipn", "oauth", "oauth api", "qr"}
}

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
		return contract.CheckRequest(e.Request())
	}
	return contract.CheckResponse(e.Request(), e.Status, e.ResponseHeader, e.ResponseBody)
}
