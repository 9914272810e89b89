package control

import (
	"bytes"
	"encoding/json"
)

// Company is a tenant with its credentials.
type Company struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Environment string `json:"environment"`
	// RateLimit is the company's own limit in requests per second; null when
	// it shares the limit of the caller's address.
	RateLimit          *int                `json:"rate_limit"`
	PayCode            bool                `json:"paycode"`
	PaymentCodeFormats []PaymentCodeFormat `json:"payment_code_formats"`
	Settings           map[string]string   `json:"settings"`
	Merchant           Merchant            `json:"merchant"`
	APITokens          []string            `json:"api_tokens"`
	OAuthApps          []OAuthApp          `json:"oauth_apps"`
	Users              []User              `json:"users"`
	BankAccounts       []BankAccount       `json:"bank_accounts"`
	Webhooks           []Webhook           `json:"webhooks"`
	// Live is the live side of a company of the sandbox, Test the test side of
	// one of production: the credentials that SePay's hosts for it take.
	Live *Company `json:"live,omitempty"`
	Test *Company `json:"test,omitempty"`
}

// Merchant is the company's payment-gateway account.
type Merchant struct {
	MerchantID string `json:"merchant_id"`
	SecretKey  string `json:"secret_key"`
	// PaymentMethods are those that the hosted page offers.
	PaymentMethods []string `json:"payment_methods"`
	IPN            IPN      `json:"ipn"`
}

// IPN is where the gateway notifies the merchant.
type IPN struct {
	URL      *string `json:"url"`
	AuthType string  `json:"auth_type"`
	Secret   *string `json:"secret"`
}

// OAuthApp is a registered OAuth2 client.
type OAuthApp struct {
	// Name is what users are told it is called.
	Name         string   `json:"name,omitempty"`
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret"`
	RedirectURIs []string `json:"redirect_uris"`
	// Scopes are those that the application may ask for; all of them when a new
	// one names none.
	Scopes []string `json:"scopes"`
}

// BankAccount is an account of the company. Amounts are VND.
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
	// ReportsBalance says that notices carry the account's balance.
	ReportsBalance  bool             `json:"reports_balance"`
	VirtualAccounts []VirtualAccount `json:"virtual_accounts"`
}

// VirtualAccount is an official virtual account or a memo ("TKP") one.
type VirtualAccount struct {
	ID       int64  `json:"id"`
	XID      string `json:"xid"`
	Number   string `json:"number"`
	Label    string `json:"label"`
	Official bool   `json:"official"`
	Static   bool   `json:"static"`
	Active   bool   `json:"active"`
}

// PaymentCodeFormat is one structure of payment codes.
type PaymentCodeFormat struct {
	Prefix        string `json:"prefix"`
	SuffixFrom    int    `json:"suffix_from" bound:"suffix"`
	SuffixTo      int    `json:"suffix_to" bound:"suffix"`
	CharacterType string `json:"character_type" enum:"NumberOnly,NumberAndLetter"`
	IsActive      bool   `json:"is_active"`
}

// UnmarshalJSON implements [json.Unmarshaler]: a structure is active, and its
// suffix made of digits, unless it says otherwise.
func (f *PaymentCodeFormat) UnmarshalJSON(b []byte) error {
	type plain PaymentCodeFormat
	p := plain{CharacterType: "NumberOnly", IsActive: true}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	err := dec.Decode(&p)
	*f = PaymentCodeFormat(p)
	return err
}

// User is a person of a company who can let applications in.
type User struct {
	ID        int64  `json:"id"`
	Email     string `json:"email"`
	Password  string `json:"password"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Phone     string `json:"phone"`
	// Role is SuperAdmin, Admin or User. A User may do what Permissions say, the
	// others everything.
	Role        string   `json:"role"`
	Permissions []string `json:"permissions"`
}
