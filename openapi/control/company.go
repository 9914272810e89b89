package control

import (
	"bytes"
	"encoding/json"
)

// Company is a tenant of SePay with its credentials.
type Company struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Environment is [EnvironmentSandbox] or [EnvironmentProduction].
	Environment string `json:"environment"`
	// RateLimit is the company's own limit in requests per second; null when the limit
	// counts by the caller's address.
	RateLimit *int `json:"rate_limit"`
	// PayCode says that SePay looks for payment codes in memos.
	PayCode            bool                `json:"paycode"`
	PaymentCodeFormats []PaymentCodeFormat `json:"payment_code_formats"`
	// Settings are the company's own choices by name; the emulator's hold elsewhere.
	Settings     map[string]string `json:"settings"`
	Merchant     Merchant          `json:"merchant"`
	APITokens    []string          `json:"api_tokens"`
	OAuthApps    []OAuthApp        `json:"oauth_apps"`
	Users        []User            `json:"users"`
	BankAccounts []BankAccount     `json:"bank_accounts"`
	Webhooks     []Webhook         `json:"webhooks"`
	// Live is the live side of a sandbox company, Test the test side of a production one:
	// companies with the credentials for SePay's other hosts.
	Live *Company `json:"live,omitempty"`
	Test *Company `json:"test,omitempty"`
}

// Merchant is the company's account at the payment gateway.
type Merchant struct {
	MerchantID string `json:"merchant_id"`
	SecretKey  string `json:"secret_key"`
	// PaymentMethods are those that the payment page offers, such as [MethodCard].
	PaymentMethods []string `json:"payment_methods"`
	IPN            IPN      `json:"ipn"`
}

// IPN is where the gateway tells the merchant of paid orders.
type IPN struct {
	URL *string `json:"url"`
	// AuthType is [IPNAuthNone] or [IPNAuthSecretKey].
	AuthType string  `json:"auth_type"`
	Secret   *string `json:"secret"`
}

// OAuthApp is a registered OAuth2 client.
type OAuthApp struct {
	// Name is what users see on the consent page.
	Name         string   `json:"name,omitempty"`
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret"`
	RedirectURIs []string `json:"redirect_uris"`
	// Scopes are those that the application may ask for, such as [ScopeProfile]; a new one
	// without any may ask for all.
	Scopes []string `json:"scopes"`
}

// BankAccount is a bank account of the company. Balance and Accumulated are VND.
type BankAccount struct {
	ID                int64  `json:"id"`
	XID               string `json:"xid"`
	Bank              string `json:"bank"`
	AccountNumber     string `json:"account_number"`
	AccountHolderName string `json:"account_holder_name"`
	AccountType       string `json:"account_type"`
	Label             string `json:"label"`
	Active            bool   `json:"active"`
	Balance           int64  `json:"balance"`
	Accumulated       int64  `json:"accumulated"`
	// ReportsBalance says that the bank tells SePay the balance with each transfer.
	ReportsBalance  bool             `json:"reports_balance"`
	VirtualAccounts []VirtualAccount `json:"virtual_accounts"`
}

// VirtualAccount is a virtual account: an account number of its own (Official), or a
// code in the memo ("TKP").
type VirtualAccount struct {
	ID       int64  `json:"id"`
	XID      string `json:"xid"`
	Number   string `json:"number"`
	Label    string `json:"label"`
	Official bool   `json:"official"`
	Static   bool   `json:"static"`
	Active   bool   `json:"active"`
}

// PaymentCodeFormat is a form of payment codes: a prefix and a suffix of SuffixFrom to
// SuffixTo characters.
type PaymentCodeFormat struct {
	Prefix        string `json:"prefix"`
	SuffixFrom    int    `json:"suffix_from" bound:"suffix"`
	SuffixTo      int    `json:"suffix_to" bound:"suffix"`
	CharacterType string `json:"character_type" enum:"NumberOnly,NumberAndLetter"`
	IsActive      bool   `json:"is_active"`
}

// UnmarshalJSON implements [json.Unmarshaler]. CharacterType is
// [CharactersNumberOnly] and IsActive true unless the JSON says otherwise.
func (f *PaymentCodeFormat) UnmarshalJSON(b []byte) error {
	type plain PaymentCodeFormat
	p := plain{CharacterType: "NumberOnly", IsActive: true}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	err := dec.Decode(&p)
	*f = PaymentCodeFormat(p)
	return err
}

// User is a person of a company who can grant applications access.
type User struct {
	ID        int64  `json:"id"`
	Email     string `json:"email"`
	Password  string `json:"password"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Phone     string `json:"phone"`
	// Role is [RoleSuperAdmin], [RoleAdmin] or [RoleUser]. Only a User is bound by
	// Permissions.
	Role        string   `json:"role"`
	Permissions []string `json:"permissions"`
}
