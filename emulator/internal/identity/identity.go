package identity

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// Why a request is refused.
var (
	ErrMissing   = errors.New("no Authorization header")
	ErrMalformed = errors.New("the Authorization header has another form")
	ErrUnknown   = errors.New("unknown, disabled or other-environment token")
)

// ErrInvalid: an invalid company or token.
var ErrInvalid = errors.New("invalid")

// maxTestTokens is the test mode's quota of API tokens per company.
const maxTestTokens = 50

// Identity keeps companies and credentials in the store.
type Identity struct {
	Store    store.Store
	Seed     derive.Seed
	Now      func() time.Time
	Settings setting.Values
}

// Bearer returns the company of the API token in an Authorization header. env,
// unless empty, is the only environment whose tokens are accepted.
func (d *Identity) Bearer(ctx context.Context, header string, env store.Environment) (store.Company, error) {
	if header == "" {
		return store.Company{}, ErrMissing
	}
	scheme, token, ok := strings.Cut(header, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || !tokenShape(token) {
		return store.Company{}, ErrMalformed
	}
	var company *store.Company
	err := d.Store.View(ctx, func(r store.Reader) error {
		known, err := store.APITokenByToken.Look(r, store.Digest(token))
		if errors.Is(err, store.ErrNotFound) {
			return ErrUnknown
		}
		if err != nil {
			return err
		}
		if subtle.ConstantTimeCompare([]byte(known.Token), []byte(token)) != 1 || !known.Active {
			return ErrUnknown
		}
		company, err = store.CompanyByID.Look(r, known.Company)
		return err
	})
	if err != nil {
		return store.Company{}, err
	}
	return atSide(*company, "API token", env)
}

// atSide accepts a company at a host of its own environment, or anywhere when
// env is empty. The error is [ErrUnknown] and wraps the [store.WrongSide].
func atSide(c store.Company, credential string, env store.Environment) (store.Company, error) {
	if side := store.AtSide(credential, c, env); side != nil {
		return store.Company{}, fmt.Errorf("%w: %w", ErrUnknown, side)
	}
	return c, nil
}

// Merchant returns the company of the merchant id and secret key in a Basic
// Authorization header. env, unless empty, is the only environment whose
// credentials are accepted.
func (d *Identity) Merchant(ctx context.Context, header string, env store.Environment) (store.Company, error) {
	var company store.Company
	if header == "" {
		return company, ErrMissing
	}
	scheme, text, _ := strings.Cut(header, " ")
	pair, err := base64.StdEncoding.DecodeString(text)
	id, secret, ok := strings.Cut(string(pair), ":")
	if !strings.EqualFold(scheme, "Basic") || err != nil || !ok || id == "" || secret == "" {
		return company, ErrMalformed
	}
	err = d.Store.View(ctx, func(r store.Reader) (err error) {
		company, err = store.CompanyByMerchant.Find(r, id)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Company{}, err
	}
	// An unknown merchant takes as long as a wrong key.
	right := subtle.ConstantTimeCompare([]byte(company.Merchant.SecretKey), []byte(secret)) == 1
	if err != nil || !right {
		return store.Company{}, ErrUnknown
	}
	return atSide(company, "merchant id", env)
}

// tokenShape accepts printable tokens without blanks; the store decides whether
// they exist.
func tokenShape(token string) bool {
	return token != "" && len(token) <= 512 && !strings.ContainsFunc(token, func(c rune) bool { return c <= ' ' || c == 0x7f })
}

// NewCompany describes the company to create; empty fields are derived.
type NewCompany struct {
	ID, Name    string
	Environment store.Environment
	// OtherSide marks the other side of a company; see [store.OtherSide].
	OtherSide bool
	RateLimit int
	// PayCode turns the recognition of payment codes on or off; nil is on.
	PayCode *bool
	// Formats are the payment-code structures; empty is SePay's test default.
	Formats  []store.PaymentCodeFormat
	Settings map[string]string
	// Tokens are API tokens; empty makes one.
	Tokens   []string
	Merchant store.Merchant
	Apps     []store.OAuthApp
	// Users can authorize applications; empty makes one super admin.
	Users []store.User
}

// isCompanyID says that a text has 1 to 63 lower-case letters, digits, - and _,
// of which the first is a letter or a digit.
func isCompanyID(text string) bool {
	const first = "abcdefghijklmnopqrstuvwxyz0123456789"
	return text != "" && len(text) <= 63 && strings.IndexByte(first, text[0]) >= 0 && strings.Trim(text, first+"-_") == ""
}

// Create makes a company with its merchant, tokens and OAuth2 clients.
func (d *Identity) Create(w store.Writer, n NewCompany) (store.Company, error) {
	c, err := d.company(w, n)
	if err != nil {
		return c, err
	}
	if err := store.Companies.Put(w, c); err != nil {
		return c, taken(w, c, err)
	}
	tokens := n.Tokens
	if len(tokens) == 0 {
		tokens = []string{d.Seed.Text("token."+c.ID, 0, derive.UpperAlnum, 64)}
	}
	for i, t := range tokens {
		if err := d.addToken(w, c, fmt.Sprintf("token %d", i+1), t); err != nil {
			return c, input.At(err, "api_tokens[%d]", i)
		}
	}
	for i, app := range n.Apps {
		if err := d.addApp(w, c, app, int64(i)); err != nil {
			return c, input.At(err, "oauth_apps[%d]", i)
		}
	}
	users := n.Users
	if len(users) == 0 {
		users = []store.User{{}}
	}
	for i, u := range users {
		if _, err := d.AddUser(w, c, u, int64(i)); err != nil {
			return c, input.At(err, "users[%d]", i)
		}
	}
	d.emit(w, fact.Company, c.ID, c.ID, "created")
	return c, nil
}

// Configured is the data of a fact about a company or user.
type Configured struct {
	ID string
	// What was done: created, changed or deleted.
	What string
}

// Size implements [fact.Data].
func (c Configured) Size() int { return 32 + len(c.ID) }

func (d *Identity) emit(w store.Writer, t fact.Type, company, id, what string) {
	w.Emit(fact.Fact{At: d.Now(), Company: company, Subject: fact.About(t, id), Type: t, Data: Configured{id, what}})
}

// taken names the value of a company that another one already uses.
func taken(r store.Reader, c store.Company, err error) error {
	if !errors.Is(err, store.ErrConflict) {
		return err
	}
	if _, err := store.CompanyByID.Find(r, c.ID); err == nil {
		return input.At(invalid("there is a company %q already", c.ID), "id")
	}
	return input.At(invalid("the merchant %q belongs to another company already", c.Merchant.MerchantID), "merchant.merchant_id")
}

func invalid(format string, args ...any) error { return input.Refuse(ErrInvalid, format, args...) }

// company fills in the empty fields of n.
func (d *Identity) company(w store.Writer, n NewCompany) (store.Company, error) {
	number, err := store.Companies.NextID(w)
	if err != nil {
		return store.Company{}, err
	}
	c := store.Company{
		Number: number, ID: n.ID, OtherSide: n.OtherSide, FullName: n.Name, Environment: n.Environment,
		RateLimit: n.RateLimit, Settings: n.Settings, CreatedAt: d.Now(),
		Configurations: store.Configurations{BankSubAccount: true, PayCode: n.PayCode == nil || *n.PayCode, PaymentCodeFormats: n.Formats},
	}
	if c.ID == "" {
		c.ID = "company-" + d.Seed.Text("company", number, derive.LowerHex, 8)
	}
	if c.FullName == "" {
		c.FullName = "CONG TY TNHH TEST " + d.Seed.Text("company.name", number, derive.UpperHex, 6)
	}
	c.ShortName = c.FullName
	if c.Environment == "" {
		c.Environment = store.Sandbox
	}
	if len(n.Formats) == 0 {
		c.Configurations.PaymentCodeFormats = []store.PaymentCodeFormat{
			{Prefix: "DH", SuffixFrom: 3, SuffixTo: 10, CharacterType: store.NumberOnly, IsActive: true},
		}
	}
	for i, f := range c.Configurations.PaymentCodeFormats {
		c.Configurations.PaymentCodeFormats[i].Prefix = strings.ToUpper(f.Prefix)
	}
	c.Merchant = d.merchant(c, n.Merchant)
	return c, d.check(c)
}

func (d *Identity) check(c store.Company) error {
	switch {
	case !c.OtherSide && !isCompanyID(c.ID):
		return input.At(invalid("a company cannot be called %q: want lower-case letters, digits, - and _, 63 at most", c.ID), "id")
	case c.Environment != store.Sandbox && c.Environment != store.Production:
		return input.At(invalid("environment cannot be %q: want sandbox or production", c.Environment), "environment")
	case c.RateLimit != 0 && !input.RateRange.Has(int64(c.RateLimit)):
		return input.At(invalid("rate_limit cannot be %d: want requests per second, %s", c.RateLimit, input.RateRange), "rate_limit")
	}
	for i, m := range c.Merchant.Methods {
		if !slices.Contains(store.PaymentMethods(), m) {
			return input.At(invalid("there is no payment method %q: %s", m, input.Hint(string(m), texts(store.PaymentMethods()))), "merchant.payment_methods[%d]", i)
		}
	}
	unfit := func(r rune) bool { return r <= ' ' || r == ':' }
	if strings.ContainsFunc(c.Merchant.MerchantID, unfit) {
		return input.At(invalid("merchant_id: want no blanks and no colon"), "merchant.merchant_id")
	}
	if strings.ContainsFunc(c.Merchant.SecretKey, unfit) {
		return input.At(invalid("secret_key: want no blanks and no colon"), "merchant.secret_key")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Settings)) {
		if _, err := d.Settings.With(map[string]string{name: c.Settings[name]}); err != nil {
			return input.At(err, "settings.%s", name)
		}
	}
	return nil
}

// merchant fills in the payment-gateway account of a company. The credentials
// have the form of SePay's sandbox and production ones.
func (d *Identity) merchant(c store.Company, m store.Merchant) store.Merchant {
	mark, key := "SP-TEST-", "spsk_test_"
	if c.Environment == store.Production {
		mark, key = "SP-LIVE-", "spsk_live_"
	}
	if m.MerchantID == "" {
		m.MerchantID = mark + d.Seed.Text("merchant."+c.ID, 0, derive.Upper, 2) + d.Seed.Text("merchant.hex."+c.ID, 0, derive.UpperHex, 6)
	}
	if m.SecretKey == "" {
		m.SecretKey = key + d.Seed.Text("merchant.secret."+c.ID, 0, derive.UpperAlnum+"abcdefghijklmnopqrstuvwxyz", 32)
	}
	if len(m.Methods) == 0 {
		m.Methods = store.PaymentMethods()
	}
	if m.IPN.AuthType == "" {
		m.IPN.AuthType = store.IPNNone
	}
	return m
}

func (d *Identity) addToken(w store.Writer, c store.Company, name, token string) error {
	if !tokenShape(token) {
		return invalid("an API token has printable characters without blanks, 512 at most")
	}
	if d.Settings.Over(c.Settings).Get(setting.BankQuotas) == "on" {
		if n, err := store.APITokenByCompany.Count(w, c.ID); err != nil || n >= maxTestTokens {
			return errors.Join(err, invalid("test mode allows %d API tokens", maxTestTokens))
		}
	}
	id, err := store.APITokens.NextID(w)
	if err != nil {
		return err
	}
	err = store.APITokens.Put(w, store.APIToken{ID: id, Company: c.ID, Name: name, Token: token, Active: true, CreatedAt: d.Now()})
	if errors.Is(err, store.ErrConflict) {
		return invalid("this API token of company %s belongs to another company or is repeated", c.ID)
	}
	return err
}

func (d *Identity) addApp(w store.Writer, c store.Company, app store.OAuthApp, i int64) error {
	id, err := store.OAuthApps.NextID(w)
	if err != nil {
		return err
	}
	app.ID, app.Company, app.CreatedAt = id, c.ID, d.Now()
	if app.ClientID == "" {
		app.ClientID = d.Seed.Text("oauth.id."+c.ID, i, derive.LowerHex, 32)
	}
	if app.ClientSecret == "" {
		app.ClientSecret = d.Seed.Text("oauth.secret."+c.ID, i, derive.LowerHex, 64)
	}
	for i, uri := range app.RedirectURIs {
		if err := checkRedirect(uri); err != nil {
			return input.At(err, "redirect_uris[%d]", i)
		}
	}
	err = store.OAuthApps.Put(w, app)
	if errors.Is(err, store.ErrConflict) {
		return input.At(invalid("the application %q is registered already", app.ClientID), "client_id")
	}
	return err
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
