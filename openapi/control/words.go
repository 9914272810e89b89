package control

// The values that members of the wire types have. The members are plain strings,
// as on the wire, and take these constants as they are; a pointer takes
// new(control.WebhookAuthHMAC).

// The environments: [Company].Environment, [NewCompany].Environment.
const (
	EnvironmentSandbox    = "sandbox"
	EnvironmentProduction = "production"
)

// The kinds of account holders: [BankAccount].AccountType.
const (
	AccountPersonal   = "personal"
	AccountEnterprise = "enterprise"
	AccountHousehold  = "household"
)

// The characters after the prefix of a payment code: [PaymentCodeFormat].CharacterType.
const (
	CharactersNumberOnly      = "NumberOnly"
	CharactersNumberAndLetter = "NumberAndLetter"
)

// The roles of a user: [User].Role.
const (
	RoleSuperAdmin = "SuperAdmin"
	RoleAdmin      = "Admin"
	RoleUser       = "User"
)

// What a user with [RoleUser] may do: [User].Permissions. SePay's OAuth2 API
// names the permissions, their spelling is localsepay's.
const (
	PermissionBankAccountsList    = "bank_accounts:view_list"
	PermissionBankAccountsDetails = "bank_accounts:view_details"
	PermissionTransactionsList    = "bank_transactions:view_list"
	PermissionWebhooksList        = "webhooks:view_list"
	PermissionWebhooksAdd         = "webhooks:add"
	PermissionWebhooksEdit        = "webhooks:edit"
	PermissionWebhooksDelete      = "webhooks:delete"
)

// The OAuth2 scopes: [OAuthApp].Scopes and [TokenRequest].Scopes.
const (
	ScopeBankAccountRead = "bank-account:read"
	ScopeTransactionRead = "transaction:read"
	ScopeWebhookRead     = "webhook:read"
	ScopeWebhookWrite    = "webhook:write"
	ScopeWebhookDelete   = "webhook:delete"
	ScopeProfile         = "profile"
	ScopeCompany         = "company"
)

// The directions of a transfer, seen from the company: [NewTransfer].Direction and
// [Transaction].Direction.
const (
	DirectionIn  = "in"
	DirectionOut = "out"
)

// Where the payer sends money from: [NewTransfer].SentFrom and [NewPay].SentFrom.
const (
	SentFromOtherBank   = "other_bank"
	SentFromSameBank    = "same_bank"
	SentFromWallet      = "wallet"
	SentFromVietcombank = "vietcombank"
)

// What a webhook does about a transfer: [TransferNotice].Result.
const (
	NoticeSent    = "sent"
	NoticeSkipped = "skipped"
)

// The operations of an order: [Order].Operation.
const (
	OperationPurchase = "PURCHASE"
	OperationVerify   = "VERIFY"
)

// The payment methods: [Order].PaymentMethod, [NewPay].Method and
// [Merchant].PaymentMethods.
const (
	MethodBankTransfer      = "BANK_TRANSFER"
	MethodNapasBankTransfer = "NAPAS_BANK_TRANSFER"
	MethodCard              = "CARD"
)

// SePay's statuses of an order, waiting, paid and cancelled: [Order].Status.
const (
	OrderAuthenticationNotNeeded = "AUTHENTICATION_NOT_NEEDED"
	OrderCaptured                = "CAPTURED"
	OrderCancelled               = "CANCELLED"
)

// Where the payer of an order stands: [Order].State. SePay shows less, see
// [Order].Status.
const (
	StateWaiting    = "waiting"
	StateProcessing = "processing"
	StatePaid       = "paid"
	StateFailed     = "failed"
	StateCancelled  = "cancelled"
	StateExpired    = "expired"
)

// The types of an [OrderTransaction].
const (
	TransactionPayment = "PAYMENT"
	TransactionVoid    = "VOID"
)

// The statuses of an [OrderTransaction].
const (
	TransactionPending  = "PENDING"
	TransactionApproved = "APPROVED"
	TransactionDeclined = "DECLINED"
)

// What a transfer did to its order: [ReceivedTransfer].Verdict and
// [MatchedOrder].Verdict, which is never unmatched.
const (
	VerdictPaid      = "paid"
	VerdictLess      = "less"
	VerdictMore      = "more"
	VerdictTwice     = "twice"
	VerdictLate      = "late"
	VerdictCancelled = "cancelled"
	VerdictUnmatched = "unmatched"
)

// What the payer does: [NewPay].Outcome. Pass, fail and abandon are for a card's
// challenge (3-D Secure), the others for a transfer.
const (
	OutcomePaid      = "paid"
	OutcomeLess      = "less"
	OutcomeMore      = "more"
	OutcomeWrongMemo = "wrong_memo"
	OutcomeTwice     = "twice"
	OutcomeLate      = "late"
	OutcomeFailed    = "failed"
	OutcomePass      = "pass"
	OutcomeFail      = "fail"
	OutcomeAbandon   = "abandon"
)

// The names of the test cards, which are localsepay's own: [NewPay].Card and
// [Card].Name.
const (
	CardVisa              = "visa"
	CardMastercard        = "mastercard"
	CardJCB               = "jcb"
	CardDeclined          = "declined"
	CardInsufficientFunds = "insufficient_funds"
	CardExpired           = "expired"
	CardChallenge         = "challenge"
	CardChallengeFails    = "challenge_fails"
	CardTimeout           = "timeout"
	CardUnknownBrand      = "unknown_brand"
)

// What comes of a payment with a test card: [Card].Outcome.
const (
	CardOutcomeApproved          = "approved"
	CardOutcomeDeclined          = "declined"
	CardOutcomeInsufficientFunds = "insufficient_funds"
	CardOutcomeExpired           = "expired_card"
	CardOutcomeChallenge         = "challenge"
	CardOutcomeChallengeFails    = "challenge_fails"
	CardOutcomeTimeout           = "timeout"
)

// The brands of the test cards: [Card].Brand.
const (
	BrandVisa       = "VISA"
	BrandMastercard = "MASTERCARD"
	BrandJCB        = "JCB"
	BrandUnknown    = "UNKNOWN"
)

// How an IPN proves that SePay sent it: [IPN].AuthType. SECRET_KEY sends the header
// X-Secret-Key.
const (
	IPNAuthNone      = "NONE"
	IPNAuthSecretKey = "SECRET_KEY"
)
