package seedfile

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
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
	Environment string `yaml:"environment" enum:"sandbox,production"`
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
	PaymentMethods []string `yaml:"payment_methods" enum:"CARD,BANK_TRANSFER,NAPAS_BANK_TRANSFER"`
	IPN            IPN      `yaml:"ipn"`
}

// IPN is where paid orders are told to the merchant.
type IPN struct {
	URL string `yaml:"url"`
	// AuthType is NONE, the default, or SECRET_KEY.
	AuthType string `yaml:"auth_type" enum:"NONE,SECRET_KEY"`
	Secret   string `yaml:"secret"`
}

// PaymentCodeFormat is one structure of payment codes. It is active unless the
// file says otherwise.
type PaymentCodeFormat struct {
	Prefix        string `yaml:"prefix"`
	SuffixFrom    int    `yaml:"suffix_from"`
	SuffixTo      int    `yaml:"suffix_to"`
	CharacterType string `yaml:"character_type" enum:"NumberOnly,NumberAndLetter"`
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
	Role        string    `yaml:"role" enum:"SuperAdmin,Admin,User"`
	Permissions *[]string `yaml:"permissions"`
}

// BankAccount is an account. The balance is VND.
type BankAccount struct {
	Bank              string `yaml:"bank"`
	AccountNumber     string `yaml:"account_number"`
	AccountHolderName string `yaml:"account_holder_name"`
	AccountType       string `yaml:"account_type" enum:"personal,enterprise,household"`
	Label             string `yaml:"label"`
	Balance           int64  `yaml:"balance"`
	// ReportsBalance says whether notices carry the balance; the bank decides
	// when it is absent.
	ReportsBalance  *bool            `yaml:"reports_balance"`
	VirtualAccounts []VirtualAccount `yaml:"virtual_accounts"`
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
	EventType            *string  `yaml:"event_type" enum:"All,In_only,Out_only" json:"event_type,omitempty"`
	BankMode             *string  `yaml:"bank_mode" enum:"single,multi,all" json:"bank_mode,omitempty"`
	BankAccountIDs       []int64  `yaml:"bank_account_ids" json:"bank_account_ids,omitempty"`
	VAMode               *string  `yaml:"va_mode" enum:"all,list,none" json:"va_mode,omitempty"`
	OnlyVA               *flag    `yaml:"only_va" json:"only_va,omitempty"`
	BankSubAccountIDs    []int64  `yaml:"bank_sub_account_ids" json:"bank_sub_account_ids,omitempty"`
	IsVerifyPayment      *flag    `yaml:"is_verify_payment" json:"is_verify_payment,omitempty"`
	SkipIfNoCode         *flag    `yaml:"skip_if_no_code" json:"skip_if_no_code,omitempty"`
	PrefixFilters        []string `yaml:"prefix_filters" json:"prefix_filters,omitempty"`
	AuthenType           *string  `yaml:"authen_type" enum:"No_Authen,Api_Key,HMAC_SHA256,Secret_Key,OAuth2.0" json:"authen_type,omitempty"`
	APIKey               *string  `yaml:"api_key" json:"api_key,omitempty"`
	SecretKey            *string  `yaml:"secret_key" json:"secret_key,omitempty"`
	OAuth2AccessTokenURL *string  `yaml:"oauth2_access_token_url" json:"oauth2_access_token_url,omitempty"`
	OAuth2ClientID       *string  `yaml:"oauth2_client_id" json:"oauth2_client_id,omitempty"`
	OAuth2ClientSecret   *string  `yaml:"oauth2_client_secret" json:"oauth2_client_secret,omitempty"`
	RequestContentType   *string  `yaml:"request_content_type" enum:"Json,multipart_form-data,application_x-www-form-urlencoded" json:"request_content_type,omitempty"`
	RetryConditions      []string `yaml:"retry_conditions" enum:"non_2xx_status_code" json:"retry_conditions,omitempty"`
	Active               *flag    `yaml:"active" json:"active,omitempty"`
}

// Seed is a seed file that was read.
type Seed struct {
	// Companies are made in this order.
	Companies []control.NewCompany

	root *yaml.Node
}

// Parse reads a seed file. What is wrong with it is [input.Problems]: unknown keys, keys that stand twice and values
// of a wrong kind, all of them at once, each with its place.
func Parse(text []byte) (Seed, error) {
	root, err := input.ReadNode(text, maxSize, "begin with companies:")
	if err != nil {
		return Seed{}, err
	}
	var f File
	c := input.Checker{Special: map[reflect.Type]func(*input.Checker, *yaml.Node, input.Field){flagType: checkFlag}}
	c.Value(root, reflect.TypeFor[File](), input.Field{Name: "a seed file"})
	if len(c.Problems) == 0 {
		if err := input.Decode(root, &f); err != nil {
			return Seed{}, err
		}
		if len(f.Companies) == 0 {
			c.Report(root, "begin with companies:", "there is no company")
		}
	}
	if len(c.Problems) > 0 {
		return Seed{}, c.Problems
	}
	seed := Seed{root: root}
	for i, company := range f.Companies {
		n, err := company.request()
		if err != nil {
			return Seed{}, seed.Locate(input.At(err, "companies[%d]", i))
		}
		seed.Companies = append(seed.Companies, n)
	}
	return seed, nil
}

// Locate puts the place in the file before an error about one of its companies
// that names its member, as [input.At] does.
func (s Seed) Locate(err error) error {
	member, bare := input.Member(err)
	if member == "" {
		return err
	}
	at, text := input.Find(s.root, member), bare.Error()
	if errors.Is(bare, input.ErrBounds) {
		text = member[strings.LastIndex(member, ".")+1:] + ": " + text
	}
	return input.Problem{Line: at.Line, Column: at.Column, Text: text, Hint: hintOf(bare)}
}

func hintOf(err error) string {
	var hinted interface{ Advice() string }
	if errors.As(err, &hinted) {
		return hinted.Advice()
	}
	return ""
}

var flagType = reflect.TypeFor[flag]()

// flag is true, false, 1 or 0, as SePay's API takes both.
type flag bool

func checkFlag(c *input.Checker, n *yaml.Node, f input.Field) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" && n.Value != "1" && n.Value != "0" {
		c.Report(n, "want true or false", "%s cannot be %s", f.Name, input.Quote(n))
	}
}

// UnmarshalYAML reads what checkFlag took.
func (f *flag) UnmarshalYAML(n *yaml.Node) error {
	if n.ShortTag() == "!!bool" {
		return n.Decode((*bool)(f))
	}
	*f = n.Value == "1"
	return nil
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
			Label: a.Label, Balance: a.Balance, ReportsBalance: a.ReportsBalance,
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
			return n, input.At(err, "webhooks[%d]", i)
		}
		n.Webhooks = append(n.Webhooks, body)
	}
	return n, nil
}
