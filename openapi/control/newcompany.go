package control

// NewCompany is the body of POST /companies. All is optional: the zero value makes a
// sandbox company with one account and one API token.
type NewCompany struct {
	ID          string `json:"id,omitempty"`
	Name        string `json:"name,omitempty"`
	Environment string `json:"environment,omitempty" enum:"sandbox,production"`
	// RateLimit is in requests per second; 0 shares the limit of the caller's address.
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

// NewBankAccount is a bank account to open. Balance is VND.
type NewBankAccount struct {
	// Bank is a bank's short name or code, such as "MBBank" or "MB".
	Bank              string `json:"bank"`
	AccountNumber     string `json:"account_number,omitempty"`
	AccountHolderName string `json:"account_holder_name,omitempty"`
	AccountType       string `json:"account_type,omitempty" enum:"personal,enterprise,household"`
	Label             string `json:"label,omitempty"`
	Balance           int64  `json:"balance,omitempty" bound:"balance"`
	// ReportsBalance says that the bank tells SePay the balance with each transfer; nil
	// does as this bank does.
	ReportsBalance  *bool               `json:"reports_balance,omitempty"`
	VirtualAccounts []NewVirtualAccount `json:"virtual_accounts,omitempty"`
}

// NewVirtualAccount is a virtual account to open.
type NewVirtualAccount struct {
	Number string `json:"number,omitempty"`
	Label  string `json:"label,omitempty"`
	// Official is true for an account number of its own, false for a code in the memo.
	Official bool `json:"official"`
}

// IPNChange is the body of PUT /ipn. An empty URL switches IPNs off.
type IPNChange struct {
	Company string `json:"company,omitempty"`
	URL     string `json:"url"`
	// AuthType is [IPNAuthNone], the default, or [IPNAuthSecretKey].
	AuthType string `json:"auth_type,omitempty"`
	// Secret is the value of X-Secret-Key; the merchant's secret key when empty.
	Secret string `json:"secret,omitempty"`
}

// NewMerchant is the payment gateway account of a new company. What is left out is made
// up; no payment methods means all.
type NewMerchant struct {
	MerchantID     string   `json:"merchant_id,omitempty"`
	SecretKey      string   `json:"secret_key,omitempty"`
	PaymentMethods []string `json:"payment_methods,omitempty" enum:"CARD,BANK_TRANSFER,NAPAS_BANK_TRANSFER"`
	IPN            NewIPN   `json:"ipn,omitzero"`
}

// NewIPN is where the IPNs of a new company go; see [IPNChange].
type NewIPN struct {
	URL      string `json:"url,omitempty"`
	AuthType string `json:"auth_type,omitempty" enum:"NONE,SECRET_KEY"`
	Secret   string `json:"secret,omitempty"`
}

// NewUser is a user of a new company, and the body of PATCH /users/{id}. What is left
// out is made up, or stays as it is.
type NewUser struct {
	Email     string `json:"email,omitempty"`
	Password  string `json:"password,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Role      string `json:"role,omitempty" enum:"SuperAdmin,Admin,User"`
	// Permissions replace the user's own; an empty list takes all away.
	Permissions *[]string `json:"permissions,omitempty"`
}
