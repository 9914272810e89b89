package identity_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestACompanyOfWhichNothingIsSaidIsDerivedFromTheSeed(t *testing.T) {
	created := func(seed derive.Seed) records {
		s := build(t, seed, nil)
		return s.records(s.create(identity.NewCompany{Apps: []store.OAuthApp{{}}}).ID)
	}
	a, again, other := created(1), created(1), created(2)
	if diff := cmp.Diff(a, again); diff != "" {
		t.Errorf("the same seed gave another one:\n%s", diff)
	}
	for what, pair := range map[string][2]string{
		"id": {a.Company.ID, other.Company.ID}, "name": {a.Company.FullName, other.Company.FullName},
		"merchant": {a.Company.Merchant.MerchantID, other.Company.Merchant.MerchantID}, "secret key": {a.Company.Merchant.SecretKey, other.Company.Merchant.SecretKey},
		"token": {a.Tokens[0].Token, other.Tokens[0].Token}, "client id": {a.Apps[0].ClientID, other.Apps[0].ClientID}, "client secret": {a.Apps[0].ClientSecret, other.Apps[0].ClientSecret},
	} {
		if pair[0] == pair[1] {
			t.Errorf("another seed gave the same %s: %s", what, pair[0])
		}
	}
	for shape, text := range map[string]string{
		`^company-[0-9a-f]{8}$`: a.Company.ID, `^SP-TEST-[A-Z]{2}[0-9A-F]{6}$`: a.Company.Merchant.MerchantID, `^spsk_test_[0-9A-Za-z]{32}$`: a.Company.Merchant.SecretKey,
		`^[0-9A-Z]{64}$`: a.Tokens[0].Token, `^[0-9a-f]{32}$`: a.Apps[0].ClientID, `^[0-9a-f]{64}$`: a.Apps[0].ClientSecret, `^09\d{8}$`: a.Users[0].Phone,
	} {
		if !regexp.MustCompile(shape).MatchString(text) {
			t.Errorf("%q is not %s", text, shape)
		}
	}
	c := a.Company
	if c.Environment != store.Sandbox || c.ShortName != c.FullName || !c.CreatedAt.Equal(at) || !c.Configurations.PayCode || !c.Configurations.BankSubAccount || c.Merchant.IPN.AuthType != store.IPNNone {
		t.Errorf("%+v", c)
	}
	want := []store.PaymentCodeFormat{{Prefix: "DH", SuffixFrom: 3, SuffixTo: 10, CharacterType: store.NumberOnly, IsActive: true}}
	if diff := cmp.Diff(want, c.Configurations.PaymentCodeFormats); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(store.PaymentMethods(), c.Merchant.Methods); diff != "" {
		t.Error(diff)
	}
}

func TestACompanyOfProductionHasLiveCredentials(t *testing.T) {
	c := build(t, 1, nil).create(identity.NewCompany{Environment: store.Production})
	if !strings.HasPrefix(c.Merchant.MerchantID, "SP-LIVE-") || !strings.HasPrefix(c.Merchant.SecretKey, "spsk_live_") {
		t.Errorf("%+v", c.Merchant)
	}
}

func TestWhatIsSaidOfACompanyStays(t *testing.T) {
	s, no := build(t, 1, nil), false
	c := s.create(identity.NewCompany{
		ID: "shop", Name: "Shop", RateLimit: 7, PayCode: &no, Tokens: []string{"T1", "T2"},
		Formats:  []store.PaymentCodeFormat{{Prefix: "hd", SuffixFrom: 1, SuffixTo: 2, CharacterType: store.NumberOnly}},
		Settings: map[string]string{string(setting.V1RateLimit): "2"},
		Merchant: store.Merchant{MerchantID: "M", SecretKey: "K", Methods: store.PaymentMethods()[:1], IPN: store.IPN{AuthType: store.IPNSecret}},
	})
	all := s.records("shop")
	s.same("company", c, all.Company)
	if c.FullName != "Shop" || c.RateLimit != 7 || c.Configurations.PayCode || c.Configurations.PaymentCodeFormats[0].Prefix != "HD" || c.Settings[string(setting.V1RateLimit)] != "2" {
		t.Errorf("%+v", c)
	}
	s.same("merchant", store.Merchant{MerchantID: "M", SecretKey: "K", Methods: store.PaymentMethods()[:1], IPN: store.IPN{AuthType: store.IPNSecret}}, c.Merchant)
	s.same("tokens", []store.APIToken{
		{ID: 1, Company: "shop", Name: "token 1", Token: "T1", Active: true, CreatedAt: at}, {ID: 2, Company: "shop", Name: "token 2", Token: "T2", Active: true, CreatedAt: at},
	}, all.Tokens)
}

func TestACompanyThatCannotBeIsRefusedByMemberAndLeavesNothing(t *testing.T) {
	s := build(t, 1, nil)
	s.create(identity.NewCompany{ID: "taken", Tokens: []string{"T"}, Merchant: store.Merchant{MerchantID: "M"}, Apps: []store.OAuthApp{{ClientID: "app"}}, Users: []store.User{{Email: "a@b.test"}}})
	last := s.store.Facts().Last()
	for name, c := range map[string]struct {
		n    identity.NewCompany
		want string
	}{
		"upper case in the id":      {identity.NewCompany{ID: "Shop"}, "id: "},
		"a colon in the id":         {identity.NewCompany{ID: "shop:live"}, "id: "},
		"64 characters of id":       {identity.NewCompany{ID: strings.Repeat("a", 64)}, "id: "},
		"an id that is taken":       {identity.NewCompany{ID: "taken"}, `id: there is a company "taken" already`},
		"a merchant that is taken":  {identity.NewCompany{Merchant: store.Merchant{MerchantID: "M"}}, "merchant.merchant_id: "},
		"an unknown environment":    {identity.NewCompany{Environment: "staging"}, "environment: "},
		"a limit below 0":           {identity.NewCompany{RateLimit: -1}, "rate_limit: "},
		"an unknown method":         {identity.NewCompany{Merchant: store.Merchant{Methods: []store.PaymentMethod{"GOLD"}}}, "merchant.payment_methods[0]: "},
		"a colon in the merchant":   {identity.NewCompany{Merchant: store.Merchant{MerchantID: "a:b"}}, "merchant.merchant_id: "},
		"a blank in the secret key": {identity.NewCompany{Merchant: store.Merchant{SecretKey: "a b"}}, "merchant.secret_key: "},
		"a token with a blank":      {identity.NewCompany{Tokens: []string{"ok", "a b"}}, "api_tokens[1]: "},
		"an empty token":            {identity.NewCompany{Tokens: []string{""}}, "api_tokens[0]: "},
		"513 characters of token":   {identity.NewCompany{Tokens: []string{strings.Repeat("a", 513)}}, "api_tokens[0]: "},
		"a token that is taken":     {identity.NewCompany{Tokens: []string{"T"}}, "api_tokens[0]: "},
		"a token twice":             {identity.NewCompany{Tokens: []string{"X", "X"}}, "api_tokens[1]: "},
		"a client that is taken":    {identity.NewCompany{Apps: []store.OAuthApp{{ClientID: "app"}}}, "oauth_apps[0].client_id: "},
		"a redirect to a script":    {identity.NewCompany{Apps: []store.OAuthApp{{RedirectURIs: []string{"http://localhost/", "javascript:1"}}}}, "oauth_apps[0].redirect_uris[1]: "},
		"a user who is taken":       {identity.NewCompany{Users: []store.User{{Email: "A@B.test"}}}, "users[0].email: "},
	} {
		_, err := s.try(c.n)
		refused(t, name, err, c.want)
	}
	if _, err := s.try(identity.NewCompany{Settings: map[string]string{"no.such": "1"}}); !errors.Is(err, setting.ErrInvalid) || !strings.Contains(err.Error(), "settings.no.such: ") {
		t.Errorf("an unknown setting: %v", err)
	}
	err := s.store.View(context.Background(), func(r store.Reader) error {
		n, err := store.CompaniesList.Count(r, store.AllCompanies)
		if n != 1 || s.store.Facts().Last() != last {
			t.Errorf("%d companies, facts from %d to %d", n, last, s.store.Facts().Last())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestTheOtherSideOfACompanyMayHaveAColon(t *testing.T) {
	s := build(t, 1, nil)
	if _, err := s.try(identity.NewCompany{ID: "shop:live", OtherSide: true, Environment: store.Production}); err != nil {
		t.Error(err)
	}
}

func TestTestModeAllows50Tokens(t *testing.T) {
	tokens := []string{}
	for i := range 51 {
		tokens = append(tokens, fmt.Sprint("T", i))
	}
	for quotas, want := range map[string]string{"on": "api_tokens[50]: test mode allows 50", setting.Off: ""} {
		s := build(t, 1, map[string]string{string(setting.BankQuotas): quotas})
		_, err := s.try(identity.NewCompany{Tokens: tokens})
		refused(t, "51 with quotas "+quotas, err, want)
		_, err = s.try(identity.NewCompany{Tokens: []string{"another"}})
		refused(t, "one of another company with quotas "+quotas, err, "")
	}
}

func TestARedirectLeadsToAWebPageOrAnApp(t *testing.T) {
	for uri, fits := range map[string]bool{
		"http://localhost:3000/callback": true, "https://shop.example/cb?a=1": true, "com.example.app:/callback": true, "myapp://callback": true,
		"": false, "/callback": false, "localhost:3000": false, "https://": false, "https:///cb": false, "http://localhost/#x": false, "myapp://callback#": false,
		"javascript:alert(1)": false, "data:text/html,x": false, "file:///etc/passwd": false, "vbscript:x": false, "blob:http://x/": false,
		"chrome://settings": false, "ms-settings:x": false, "ms-settings://x": false, "mailto:a@b.test": false, "about:blank": false, "JAVASCRIPT://x": false, "view-source://x": false,
	} {
		_, err := build(t, 1, nil).try(identity.NewCompany{Apps: []store.OAuthApp{{RedirectURIs: []string{uri}}}})
		if (err == nil) != fits {
			t.Errorf("%q: %v", uri, err)
		}
	}
}

func TestAFactTellsOfACompanyThatWasMade(t *testing.T) {
	s := build(t, 1, nil)
	s.create(identity.NewCompany{ID: "shop"})
	told := s.store.Facts().After(fact.Filter{}, 0, 10)
	s.same("facts", []fact.Fact{{Number: 1, At: at, Company: "shop", Subject: "company shop", Type: fact.Company, Data: identity.Configured{ID: "shop", What: "created"}}}, told)
}
