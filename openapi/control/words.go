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

// How a webhook proves that SePay sent it: [Webhook].AuthenType.
const (
	WebhookAuthNone      = "No_Authen"
	WebhookAuthAPIKey    = "Api_Key"
	WebhookAuthHMAC      = "HMAC_SHA256"
	WebhookAuthSecretKey = "Secret_Key"
	WebhookAuthOAuth2    = "OAuth2.0"
)

// The forms of a webhook's body: [Webhook].RequestContentType.
const (
	WebhookContentJSON      = "Json"
	WebhookContentMultipart = "multipart_form-data"
	WebhookContentForm      = "application_x-www-form-urlencoded"
)

// The transfers that a webhook is told of: [Webhook].EventType.
const (
	WebhookEventsAll = "All"
	WebhookEventsIn  = "In_only"
	WebhookEventsOut = "Out_only"
)

// The bank accounts that a webhook is for: [Webhook].BankMode.
const (
	WebhookBankSingle = "single"
	WebhookBankMulti  = "multi"
	WebhookBankAll    = "all"
)

// The virtual accounts that a webhook is for: [Webhook].VAMode.
const (
	WebhookVAAll  = "all"
	WebhookVAList = "list"
	WebhookVANone = "none"
)

// RetryNon2xx is the condition of [RetryConditions]: an answer other than 2xx, or
// none, is tried again.
const RetryNon2xx = "non_2xx_status_code"

// The kinds of deliveries: [Delivery].Kind.
const (
	KindWebhook = "webhook"
	KindIPN     = "ipn"
)

// Where a delivery comes from: [Delivery].Origin.
const (
	OriginOriginal = "original"
	OriginReplay   = "replay"
	OriginTest     = "test"
)

// The statuses of a delivery: [Delivery].Status. Waiting has a NextAttemptAt,
// skipped a Reason; succeeded, failed and skipped do not change any more.
const (
	DeliveryQueued    = "queued"
	DeliverySending   = "sending"
	DeliveryWaiting   = "waiting"
	DeliverySucceeded = "succeeded"
	DeliveryFailed    = "failed"
	DeliverySkipped   = "skipped"
)

// The surfaces, as [FaultWhen].Surface, [Request].Surface and [RequestFilter].Surface
// name them. Faults of deliveries are at [SurfaceWebhook] and [SurfaceIPN].
const (
	SurfaceCheckout  = "checkout"
	SurfacePGAPI     = "pgapi"
	SurfaceIPN       = "ipn"
	SurfaceUserAPIV1 = "userapi v1"
	SurfaceUserAPIV2 = "userapi v2"
	SurfaceWebhook   = "webhook"
	SurfaceOAuth     = "oauth"
	SurfaceWoo       = "woo"
	SurfaceOAuthAPI  = "oauth api"
	SurfaceQR        = "qr"
	SurfaceDashboard = "dashboard"
)

// Which signature a tampered delivery has, that of the original body or a new one
// of the changed body: [FaultTamper].Signature.
const (
	SignatureKeep  = "keep"
	SignatureFresh = "fresh"
)

// The modes of the clock: [ClockState].Mode.
const (
	ClockReal   = "real"
	ClockFrozen = "frozen"
	ClockScaled = "scaled"
)

// The types of a [Moment] of the timeline, and of an [Event] of the stream.
const (
	MomentRequest     = "request"
	MomentTransaction = "transaction"
	MomentOrder       = "order"
	MomentDelivery    = "delivery"
	MomentFinding     = "finding"
	MomentFault       = "fault"
	MomentClock       = "clock"
	MomentReset       = "reset"
	MomentRestore     = "restore"
	MomentCompany     = "company"
	MomentWebhook     = "webhook"
	MomentIPN         = "ipn"
	MomentUser        = "user"
	MomentOAuth       = "oauth"
)
