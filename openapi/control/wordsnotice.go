package control

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
