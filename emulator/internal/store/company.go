package store

import (
	"crypto/sha256"
	"time"
)

// Environment is SePay's environment, production or sandbox.
type Environment string

// The two environments of SePay.
const (
	Sandbox    Environment = "sandbox"
	Production Environment = "production"
)

// Company is the tenant: all other records belong to one.
type Company struct {
	// Number is the numeric id that SePay's API shows.
	Number int64
	// ID is the name that the control API and all other records use.
	ID string
	// OtherSide marks the live or test side that was created along with another
	// company.
	OtherSide   bool
	FullName    string
	ShortName   string
	Environment Environment
	// Configurations are the company-wide switches.
	Configurations Configurations
	// Merchant is the payment-gateway account of the company.
	Merchant Merchant
	// RateLimit is the company's own limit in requests per second, instead of its
	// address's. 0 shares the limit of the address.
	RateLimit int
	// Settings override the emulator's settings for this company, by name.
	Settings  map[string]string
	CreatedAt time.Time
	// Replays are the instants of the latest replays of its deliveries, which count
	// for the limit per minute.
	Replays []time.Time
}

// Configurations are the company-wide switches
// (https://developer.sepay.vn/en/sepay-oauth2/cong-ty).
type Configurations struct {
	// BankSubAccount: virtual accounts are in use.
	BankSubAccount bool
	// PayCode: payment codes are recognised. When false, code is always null.
	PayCode bool
	// PaymentCodeFormats are tried in this order; the first is the default.
	PaymentCodeFormats []PaymentCodeFormat
}

// PaymentCodeFormat is the structure of a payment code
// (https://developer.sepay.vn/vi/sepay-webhooks/cau-hinh-ma-thanh-toan).
type PaymentCodeFormat struct {
	// Prefix is stored in upper case.
	Prefix string
	// SuffixFrom and SuffixTo are the least and greatest number of characters
	// after the prefix, 1 to 30.
	SuffixFrom, SuffixTo int
	CharacterType        CharacterType
	IsActive             bool
}

// CharacterType says which characters a payment code's suffix may have.
type CharacterType string

// The two character types.
const (
	NumberOnly      CharacterType = "NumberOnly"
	NumberAndLetter CharacterType = "NumberAndLetter"
)

// Merchant is a payment-gateway account.
type Merchant struct {
	MerchantID string
	SecretKey  string
	// Methods are the payment methods that the merchant has enabled, in the
	// order in which the page offers them.
	Methods []PaymentMethod
	IPN     IPN
}

// IPN is where the gateway notifies the merchant.
type IPN struct {
	// URL is empty while no IPN is configured.
	URL      string
	AuthType IPNAuthType
	// Secret is the value of the header X-Secret-Key; empty is the merchant's
	// secret key.
	Secret string
}

// IPNAuthType is how an IPN authenticates itself to the merchant.
type IPNAuthType string

// The authentication types of the IPN; none is the dashboard's default
// (https://developer.sepay.vn/vi/cong-thanh-toan/IPN).
const (
	IPNNone   IPNAuthType = "NONE"
	IPNSecret IPNAuthType = "SECRET_KEY"
)

// APIToken is a bearer token of the user APIs v1 and v2.
type APIToken struct {
	ID      int64
	Company string
	Name    string
	// Token is 64 characters A–Z and 0–9.
	Token     string
	Active    bool
	CreatedAt time.Time
}

// OAuthApp is a registered OAuth2 client.
type OAuthApp struct {
	ID           int64
	Company      string
	Name         string
	ClientID     string
	ClientSecret string
	RedirectURIs []string
	Scopes       []string
	CreatedAt    time.Time
}

// The kinds of a company and its credentials.
var (
	Companies   = newKind("companies", 1, func(c *Company) int64 { return c.Number })
	CompanyByID = unique(Companies, "by_id", func(c *Company) string { return c.ID })
	// CompanyByMerchant finds the owner of a merchant id.
	CompanyByMerchant = unique(Companies, "by_merchant", func(c *Company) string { return c.Merchant.MerchantID })
	CompaniesList     = order(Companies, "all", func(c *Company) (string, int64) { return "all", 0 })

	APITokens         = newKind("api_tokens", 1, func(t *APIToken) int64 { return t.ID })
	APITokenByToken   = unique(APITokens, "by_token_digest", func(t *APIToken) string { return Digest(t.Token) })
	APITokenByCompany = order(APITokens, "by_company", func(t *APIToken) (string, int64) { return t.Company, 0 })

	OAuthApps         = newKind("oauth_apps", 1, func(a *OAuthApp) int64 { return a.ID })
	OAuthAppByClient  = unique(OAuthApps, "by_client_id", func(a *OAuthApp) string { return a.ClientID })
	OAuthAppByCompany = order(OAuthApps, "by_company", func(a *OAuthApp) (string, int64) { return a.Company, 0 })
)

// Digest is the scope that indexes a secret: the time of a lookup by digest
// reveals nothing about the secret. An empty secret has no digest, so that a
// record without one cannot be found with an empty value.
func Digest(secret string) string {
	if secret == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(secret))
	return string(sum[:])
}

// Tables lists every table, for a backend that creates them.
func Tables() []*Table {
	return []*Table{
		&Companies.Table, &APITokens.Table, &OAuthApps.Table,
		&BankAccounts.Table, &VirtualAccounts.Table, &Transactions.Table,
		&Webhooks.Table, &Deliveries.Table,
		&Orders.Table, &Payments.Table,
		&Users.Table, &Grants.Table, &AuthorizationCodes.Table, &RefreshTokens.Table, &AccessTokens.Table, &Sessions.Table,
	}
}

// AllCompanies is the scope of [CompaniesList] that holds every company.
const AllCompanies = "all"
