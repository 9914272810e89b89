package seedfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/localsepay/localsepay/emulator/control"
)

// maxSize bounds a seed file in bytes.
const maxSize = 4 << 20

// File is a seed file.
type File struct {
	Companies []Company `yaml:"companies"`
}

// Company is a tenant; what is absent is derived.
type Company struct {
	ID          string `yaml:"id"`
	Name        string `yaml:"name"`
	Environment string `yaml:"environment"`
	// RateLimit is the company's own limit in requests per second.
	RateLimit          int                 `yaml:"rate_limit"`
	PayCode            *bool               `yaml:"paycode"`
	PaymentCodeFormats []PaymentCodeFormat `yaml:"payment_code_formats"`
	Settings           map[string]string   `yaml:"settings"`
	Merchant           Merchant            `yaml:"merchant"`
	APITokens          []string            `yaml:"api_tokens"`
	OAuthApps          []OAuthApp          `yaml:"oauth_apps"`
	Users              []User              `yaml:"users"`
	BankAccounts       []BankAccount       `yaml:"bank_accounts"`
	Webhooks           []Webhook           `yaml:"webhooks"`
}

// Merchant is the payment-gateway account; what is absent is derived.
type Merchant struct {
	MerchantID     string   `yaml:"merchant_id"`
	SecretKey      string   `yaml:"secret_key"`
	PaymentMethods []string `yaml:"payment_methods"`
	IPN            IPN      `yaml:"ipn"`
}

// IPN is where paid orders are told to the merchant.
type IPN struct {
	URL string `yaml:"url"`
	// AuthType is NONE, the default, or SECRET_KEY.
	AuthType string `yaml:"auth_type"`
	Secret   string `yaml:"secret"`
}

// PaymentCodeFormat is one structure of payment codes. It is active unless the
// file says otherwise.
type PaymentCodeFormat struct {
	Prefix        string `yaml:"prefix"`
	SuffixFrom    int    `yaml:"suffix_from"`
	SuffixTo      int    `yaml:"suffix_to"`
	CharacterType string `yaml:"character_type"`
	IsActive      *bool  `yaml:"is_active"`
}

// OAuthApp is a registered OAuth2 client.
type OAuthApp struct {
	Name         string   `yaml:"name"`
	ClientID     string   `yaml:"client_id"`
	ClientSecret string   `yaml:"client_secret"`
	RedirectURIs []string `yaml:"redirect_uris"`
	Scopes       []string `yaml:"scopes"`
}

// User is a person who can let applications in; what is absent is derived.
type User struct {
	Email     string `yaml:"email"`
	Password  string `yaml:"password"`
	FirstName string `yaml:"first_name"`
	LastName  string `yaml:"last_name"`
	Phone     string `yaml:"phone"`
	// Role is SuperAdmin, the default, Admin or User.
	Role        string    `yaml:"role"`
	Permissions *[]string `yaml:"permissions"`
}

// BankAccount is an account. The balance is VND.
type BankAccount struct {
	Bank              string           `yaml:"bank"`
	AccountNumber     string           `yaml:"account_number"`
	AccountHolderName string           `yaml:"account_holder_name"`
	AccountType       string           `yaml:"account_type"`
	Label             string           `yaml:"label"`
	Balance           int64            `yaml:"balance"`
	VirtualAccounts   []VirtualAccount `yaml:"virtual_accounts"`
}

// VirtualAccount is an official virtual account or a memo ("TKP") one.
type VirtualAccount struct {
	Number   string `yaml:"number"`
	Label    string `yaml:"label"`
	Official bool   `yaml:"official"`
}

// Webhook is a webhook; what is absent takes SePay's default.
type Webhook struct {
	Name                 *string  `yaml:"name" json:"name,omitempty"`
	WebhookURL           *string  `yaml:"webhook_url" json:"webhook_url,omitempty"`
	EventType            *string  `yaml:"event_type" json:"event_type,omitempty"`
	BankMode             *string  `yaml:"bank_mode" json:"bank_mode,omitempty"`
	BankAccountIDs       []int64  `yaml:"bank_account_ids" json:"bank_account_ids,omitempty"`
	VAMode               *string  `yaml:"va_mode" json:"va_mode,omitempty"`
	OnlyVA               *bool    `yaml:"only_va" json:"only_va,omitempty"`
	BankSubAccountIDs    []int64  `yaml:"bank_sub_account_ids" json:"bank_sub_account_ids,omitempty"`
	IsVerifyPayment      *bool    `yaml:"is_verify_payment" json:"is_verify_payment,omitempty"`
	SkipIfNoCode         *bool    `yaml:"skip_if_no_code" json:"skip_if_no_code,omitempty"`
	PrefixFilters        []string `yaml:"prefix_filters" json:"prefix_filters,omitempty"`
	AuthenType           *string  `yaml:"authen_type" json:"authen_type,omitempty"`
	APIKey               *string  `yaml:"api_key" json:"api_key,omitempty"`
	SecretKey            *string  `yaml:"secret_key" json:"secret_key,omitempty"`
	OAuth2AccessTokenURL *string  `yaml:"oauth2_access_token_url" json:"oauth2_access_token_url,omitempty"`
	OAuth2ClientID       *string  `yaml:"oauth2_client_id" json:"oauth2_client_id,omitempty"`
	OAuth2ClientSecret   *string  `yaml:"oauth2_client_secret" json:"oauth2_client_secret,omitempty"`
	RequestContentType   *string  `yaml:"request_content_type" json:"request_content_type,omitempty"`
	RetryConditions      []string `yaml:"retry_conditions" json:"retry_conditions,omitempty"`
	Active               *bool    `yaml:"active" json:"active,omitempty"`
}

// Parse reads a seed file. Unknown keys, duplicate keys and values of the wrong
// kind are errors, all of them at once, each with line and column.
func Parse(text []byte) ([]control.NewCompany, error) {
	if len(text) > maxSize {
		return nil, fmt.Errorf("larger than %d bytes", maxSize)
	}
	var f File
	if err := yaml.Load(text, &f, yaml.WithKnownFields(true), yaml.WithUniqueKeys(true)); err != nil {
		return nil, explain(err)
	}
	if len(f.Companies) == 0 {
		return nil, errors.New("line 1, column 1: no company: begin with \"companies:\"")
	}
	out := make([]control.NewCompany, 0, len(f.Companies))
	for i, c := range f.Companies {
		n, err := c.request()
		if err != nil {
			return nil, fmt.Errorf("companies[%d]: %w", i, err)
		}
		out = append(out, n)
	}
	return out, nil
}

// explain lists the places of all errors.
func explain(err error) error {
	var (
		many *yaml.LoadErrors
		one  *yaml.LoadError
		all  []*yaml.LoadError
	)
	switch {
	case errors.As(err, &many):
		all = many.Errors
	case errors.As(err, &one):
		all = append(all, one)
	default:
		return err
	}
	var lines []string
	for _, e := range all {
		lines = append(lines, fmt.Sprintf("line %d, column %d: %s", e.Mark.Line, e.Mark.Column, e.Message))
	}
	return errors.New(strings.Join(lines, "\n"))
}

// request turns a company of the file into a call of the control API.
func (c Company) request() (control.NewCompany, error) {
	n := control.NewCompany{
		ID: c.ID, Name: c.Name, Environment: c.Environment, RateLimit: c.RateLimit, PayCode: c.PayCode,
		Settings: c.Settings, APITokens: c.APITokens,
		Merchant: control.NewMerchant{
			MerchantID: c.Merchant.MerchantID, SecretKey: c.Merchant.SecretKey, PaymentMethods: c.Merchant.PaymentMethods, IPN: control.NewIPN(c.Merchant.IPN),
		},
	}
	for _, f := range c.PaymentCodeFormats {
		if f.CharacterType == "" {
			f.CharacterType = "NumberOnly"
		}
		n.PaymentCodeFormats = append(n.PaymentCodeFormats, control.PaymentCodeFormat{
			Prefix: f.Prefix, SuffixFrom: f.SuffixFrom, SuffixTo: f.SuffixTo, CharacterType: f.CharacterType, IsActive: f.IsActive == nil || *f.IsActive,
		})
	}
	for _, a := range c.OAuthApps {
		n.OAuthApps = append(n.OAuthApps, control.OAuthApp(a))
	}
	for _, u := range c.Users {
		n.Users = append(n.Users, control.NewUser(u))
	}
	for _, a := range c.BankAccounts {
		account := control.NewBankAccount{
			Bank: a.Bank, AccountNumber: a.AccountNumber, AccountHolderName: a.AccountHolderName, AccountType: a.AccountType,
			Label: a.Label, Balance: a.Balance,
		}
		for _, v := range a.VirtualAccounts {
			account.VirtualAccounts = append(account.VirtualAccounts, control.NewVirtualAccount(v))
		}
		n.BankAccounts = append(n.BankAccounts, account)
	}
	for i, h := range c.Webhooks {
		var body control.WebhookBody
		text, err := json.Marshal(h)
		if err == nil {
			err = json.Unmarshal(text, &body)
		}
		if err != nil {
			return n, fmt.Errorf("webhooks[%d]: %w", i, err)
		}
		n.Webhooks = append(n.Webhooks, body)
	}
	return n, nil
}
