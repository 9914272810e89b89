package seedfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/seedfile"
	"github.com/localsepay/localsepay/openapi/control"
)

const shop = `
companies:
  - id: shop
    settings: {bank.memo: habits}
    payment_code_formats:
      - {prefix: HD, suffix_from: 4, suffix_to: 6, character_type: NumberAndLetter}
    api_tokens: [TOKEN1]
    oauth_apps:
      - {name: Shop app, client_id: shop-app, redirect_uris: ["http://localhost:3000/cb"]}
    users:
      - {email: an@shop.test, role: User, permissions: ["webhooks:view_list"]}
    merchant:
      merchant_id: SP-TEST-AB12CD34
      payment_methods: [CARD]
      ipn: {url: "http://localhost:3000/ipn", auth_type: SECRET_KEY, secret: s3cret}
    bank_accounts:
      - bank: Vietcombank
        account_number: 0071000123456
        reports_balance: true
        virtual_accounts: []
    webhooks:
      - webhook_url: http://localhost:3000/hook
        authen_type: HMAC_SHA256
        secret_key: whsec_1
        skip_if_no_code: true
`

func TestASeedFileKeepsLeadingZerosAndFillsInActive(t *testing.T) {
	seed, err := seedfile.Parse([]byte(shop))
	if err != nil {
		t.Fatal(err)
	}
	got := seed.Companies
	if n := got[0].BankAccounts[0].AccountNumber; n != "0071000123456" {
		t.Errorf("account number %s", n)
	}
	want := []control.PaymentCodeFormat{{Prefix: "HD", SuffixFrom: 4, SuffixTo: 6, CharacterType: "NumberAndLetter", IsActive: true}}
	if diff := cmp.Diff(want, got[0].PaymentCodeFormats); diff != "" {
		t.Errorf("formats (-want +got):\n%s", diff)
	}
	merchant := control.NewMerchant{
		MerchantID: "SP-TEST-AB12CD34", PaymentMethods: []string{"CARD"},
		IPN: control.NewIPN{URL: "http://localhost:3000/ipn", AuthType: "SECRET_KEY", Secret: "s3cret"},
	}
	if diff := cmp.Diff(merchant, got[0].Merchant); diff != "" {
		t.Errorf("merchant (-want +got):\n%s", diff)
	}
	apps := []control.OAuthApp{{Name: "Shop app", ClientID: "shop-app", RedirectURIs: []string{"http://localhost:3000/cb"}}}
	users := []control.NewUser{{Email: "an@shop.test", Role: "User", Permissions: &[]string{"webhooks:view_list"}}}
	if diff := cmp.Diff(apps, got[0].OAuthApps) + cmp.Diff(users, got[0].Users); diff != "" {
		t.Errorf("applications and users (-want +got):\n%s", diff)
	}
	if a, s := got[0].BankAccounts[0], got[0].Settings; a.ReportsBalance == nil || !*a.ReportsBalance || s["bank.memo"] != "habits" {
		t.Errorf("habits: %v, %v", a.ReportsBalance, s)
	}
	if h := got[0].Webhooks[0]; *h.SecretKey != "whsec_1" || !bool(*h.SkipIfNoCode) {
		t.Errorf("webhook %+v", h)
	}
}

func TestEveryMistakeIsNamedWithItsPlace(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":    {"companies:\n  - id: shop\n    bank_acounts: []\n", "line 3, column 5"},
		"wrong kind":     {"companies:\n  - id: shop\n    rate_limit: many\n", "line 3, column"},
		"not a list":     {"companies: shop\n", "line 1, column"},
		"empty":          {"{}", "no company"},
		"broken YAML":    {"companies: [", "line"},
		"duplicate key":  {"companies:\n  - id: a\n    id: b\n", "line 3"},
		"other letters":  {"companies:\n  - Id: shop\n", `line 2, column 5: there is no key "Id" here`},
		"no UTF-8":       {"companies:\n  - id: sh\xffop\n", "invalid leading UTF-8"},
		"half a pair":    {"companies:\n  - name: \"\\ud800\"\n", "line 2"},
		"no rate":        {"companies:\n  - rate_limit: 0\n", "line 2, column 17: rate_limit cannot be \"0\": want 1 to 1000000"},
		"no suffix":      {"companies:\n  - payment_code_formats: [{prefix: DH, suffix_from: 0, suffix_to: 3}]\n", "line 2, column 54: suffix_from"},
		"no threshold":   {"companies:\n  - webhooks: [{alert_threshold: 0}]\n", "alert_threshold"},
		"two headers":    {"companies:\n  - settings: {bank.memo: habits, bank.memo: ideal}\n", "stands twice"},
		"two documents?": {"companies:\n  - id: a\n---\nfoo: 1\n", ""},
	} {
		_, err := seedfile.Parse([]byte(c.text))
		if err == nil {
			t.Errorf("%s: was taken", name)
			continue
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q does not say %q", name, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(shop))
	f.Add([]byte("companies:\n  - webhooks: [{active: 1}]"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		seed, err := seedfile.Parse(text)
		if err == nil && len(seed.Companies) == 0 {
			t.Error("neither companies nor an error")
		}
	})
}
