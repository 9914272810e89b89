package emulator_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/habit"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/openapi/control"
)

// The constants of package control that control.yaml does not list are the values
// that the emulator has.
func TestTheConstantsAreTheEmulatorsOwnValues(t *testing.T) {
	cards, err := emulator.StartT(t).Client().Cards(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range cards.Data {
		names = append(names, c.Name)
	}
	for what, c := range map[string]struct{ got, want []string }{
		"cards": {names, []string{
			control.CardVisa, control.CardMastercard, control.CardJCB, control.CardDeclined, control.CardInsufficientFunds, control.CardExpired,
			control.CardChallenge, control.CardChallengeFails, control.CardTimeout, control.CardUnknownBrand,
		}},
		"scopes": {oauth2.Scopes(), []string{
			control.ScopeBankAccountRead, control.ScopeTransactionRead, control.ScopeWebhookRead, control.ScopeWebhookWrite, control.ScopeWebhookDelete,
			control.ScopeProfile, control.ScopeCompany,
		}},
		"senders": {habit.Sources(), []string{control.SentFromOtherBank, control.SentFromSameBank, control.SentFromWallet, control.SentFromVietcombank}},
	} {
		slices.Sort(c.got)
		slices.Sort(c.want)
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-constants +emulator):\n%s", what, diff)
		}
	}
}
