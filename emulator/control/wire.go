package control

import (
	"bytes"
	"encoding/json"

	"github.com/localsepay/localsepay/emulator/finding"
	"github.com/localsepay/localsepay/emulator/notify"
	"github.com/localsepay/localsepay/openapi"
)

// State is the answer of GET /state: where everything is and with which
// credentials.
type State struct {
	Addresses Addresses      `json:"addresses"`
	Clock     ClockState     `json:"clock"`
	Settings  []SettingState `json:"settings"`
	Companies []Company      `json:"companies"`
	// Dropped counts what the bounded journals had to forget.
	Dropped Dropped `json:"dropped"`
}

// Addresses are base URLs without a trailing slash, by the keys of the table of
// surfaces.
type Addresses = openapi.Addresses

// Dropped counts the entries that fell out of each bounded journal. Of the
// deliveries in Answers only headers and bodies went; Streams were ended because
// nobody read them, and the events in Log came too fast for whoever logs them.
type Dropped struct {
	Requests   int64 `json:"requests"`
	Findings   int64 `json:"findings"`
	Deliveries int64 `json:"deliveries"`
	Events     int64 `json:"events"`
	Answers    int64 `json:"answers"`
	Streams    int64 `json:"streams"`
	Log        int64 `json:"log"`
}

// ClockState is the emulator's clock. Now is RFC 3339 with Vietnam's offset.
type ClockState struct {
	// Mode is real, frozen or scaled.
	Mode string `json:"mode"`
	Now  string `json:"now"`
	// Scale is how many emulator seconds pass in a real one; only when scaled.
	Scale float64 `json:"scale,omitempty"`
	// NextDue is when the next waiting delivery is due.
	NextDue *string `json:"next_due"`
	// Due counts the deliveries that wait.
	Due int `json:"due"`
}

// ClockChange is the body of PUT /clock. What is absent stays as it is.
type ClockChange struct {
	Mode  string  `json:"mode,omitempty"`
	Now   string  `json:"now,omitempty"`
	Scale float64 `json:"scale,omitempty" bound:"scale"`
}

// Advance is the body of POST /clock/advance: a Go duration such as "13m".
type Advance struct {
	By string `json:"by"`
}

// Advanced is its answer.
type Advanced struct {
	Clock ClockState `json:"clock"`
	// Attempts counts the delivery attempts that were made on the way.
	Attempts int64 `json:"attempts"`
}

// SettingState is one of the emulator's settings and its present value.
type SettingState struct {
	Name         string   `json:"name"`
	Value        string   `json:"value"`
	Default      string   `json:"default"`
	Alternatives []string `json:"alternatives"`
	Summary      string   `json:"summary"`
	Source       string   `json:"source"`
}

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
	CharacterType string `json:"character_type"`
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

// NewCompany is the body of POST /companies. Everything is optional: an empty
// object makes a sandbox company with one account and one API token.
type NewCompany struct {
	ID                 string              `json:"id,omitempty"`
	Name               string              `json:"name,omitempty"`
	Environment        string              `json:"environment,omitempty"`
	RateLimit          int                 `json:"rate_limit,omitempty" bound:"rate"`
	PayCode            *bool               `json:"paycode,omitempty"`
	PaymentCodeFormats []PaymentCodeFormat `json:"payment_code_formats,omitempty"`
	Settings           map[string]string   `json:"settings,omitempty"`
	Merchant           NewMerchant         `json:"merchant,omitzero"`
	APITokens          []string            `json:"api_tokens,omitempty"`
	OAuthApps          []OAuthApp          `json:"oauth_apps,omitempty"`
	Users              []NewUser           `json:"users,omitempty"`
	BankAccounts       []NewBankAccount    `json:"bank_accounts,omitempty"`
	Webhooks           []WebhookBody       `json:"webhooks,omitempty"`
}

// NewBankAccount describes an account to open.
type NewBankAccount struct {
	// Bank is a bank's short name or code, e.g. "MBBank" or "MB".
	Bank              string `json:"bank"`
	AccountNumber     string `json:"account_number,omitempty"`
	AccountHolderName string `json:"account_holder_name,omitempty"`
	AccountType       string `json:"account_type,omitempty"`
	Label             string `json:"label,omitempty"`
	Balance           int64  `json:"balance,omitempty" bound:"balance"`
	// ReportsBalance says whether notices carry the account's balance; absent
	// leaves it to the bank.
	ReportsBalance  *bool               `json:"reports_balance,omitempty"`
	VirtualAccounts []NewVirtualAccount `json:"virtual_accounts,omitempty"`
}

// NewVirtualAccount describes a virtual account to open.
type NewVirtualAccount struct {
	Number string `json:"number,omitempty"`
	Label  string `json:"label,omitempty"`
	// Official is true for an account number of its own, false for a memo code.
	Official bool `json:"official"`
}

// Webhook is SePay's webhook configuration with its secrets.
type Webhook struct {
	ID                   int64          `json:"id"`
	Company              string         `json:"company"`
	Name                 string         `json:"name"`
	WebhookURL           string         `json:"webhook_url"`
	EventType            string         `json:"event_type"`
	BankMode             string         `json:"bank_mode"`
	BankAccountID        int64          `json:"bank_account_id"`
	BankAccountIDs       []int64        `json:"bank_account_ids"`
	VAMode               string         `json:"va_mode"`
	OnlyVA               bool           `json:"only_va"`
	BankSubAccountIDs    []int64        `json:"bank_sub_account_ids"`
	IsVerifyPayment      bool           `json:"is_verify_payment"`
	SkipIfNoCode         bool           `json:"skip_if_no_code"`
	PrefixFilters        []string       `json:"prefix_filters"`
	AuthenType           string         `json:"authen_type"`
	APIKey               string         `json:"api_key,omitempty"`
	SecretKey            string         `json:"secret_key,omitempty"`
	OAuth2AccessTokenURL string         `json:"oauth2_access_token_url,omitempty"`
	OAuth2ClientID       string         `json:"oauth2_client_id,omitempty"`
	OAuth2ClientSecret   string         `json:"oauth2_client_secret,omitempty"`
	RequestContentType   string         `json:"request_content_type"`
	RetryConditions      map[string]int `json:"retry_conditions"`
	Active               bool           `json:"active"`
	AlertThreshold       int            `json:"alert_threshold"`
	AlertEventTypes      []string       `json:"alert_event_types"`
	AlertChannelIDs      []int64        `json:"alert_channel_ids"`
	CreatedAt            string         `json:"created_at"`
}

// WebhookBody is the body of POST and PATCH /webhooks, the same object as
// SePay's webhook configuration.
type WebhookBody = notify.WebhookBody

// Flag reads true, false, 1 and 0, as SePay's API takes both.
type Flag = notify.Flag

// RetryConditions is the raw value of retry_conditions: a list or a map.
type RetryConditions = notify.RetryConditions

// Request is one entry of the traffic log. Secrets are masked.
type Request struct {
	ID         int64   `json:"id"`
	At         string  `json:"at"`
	Method     string  `json:"method"`
	Host       string  `json:"host"`
	Path       string  `json:"path"`
	Query      string  `json:"query"`
	Surface    string  `json:"surface"`
	Operation  string  `json:"operation"`
	Company    string  `json:"company"`
	Status     int     `json:"status"`
	DurationMS float64 `json:"duration_ms"`
	Client     string  `json:"client"`
	// Headers and bodies are filled in by GET /requests/{id} only.
	RequestHeaders  map[string]string `json:"request_headers,omitempty"`
	RequestBody     string            `json:"request_body,omitempty"`
	ResponseHeaders map[string]string `json:"response_headers,omitempty"`
	ResponseBody    string            `json:"response_body,omitempty"`
	// Faults are those that touched the request. Status is 0 when it got no
	// answer because of one.
	Faults   []FaultMark       `json:"faults"`
	Findings []finding.Finding `json:"findings"`
}

// Snapshot is the answer of POST /snapshots.
type Snapshot struct {
	ID string `json:"id"`
	At string `json:"at"`
}

// List is one page of a list. Next goes into ?after= for the next one.
type List[T any] struct {
	Data []T     `json:"data"`
	Next *string `json:"next"`
}

// Health is the answer of GET /health.
type Health struct {
	Status string `json:"status"`
}

// Problem is an RFC 9457 problem detail, the shape of every control error.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Hint says what to do about it.
	Hint string `json:"hint,omitempty"`
}
