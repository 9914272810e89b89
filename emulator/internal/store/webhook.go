package store

import (
	"strconv"
	"time"
)

// EventType says for which direction of money a webhook is sent.
type EventType string

// The event types of a webhook.
const (
	EventAll EventType = "All"
	EventIn  EventType = "In_only"
	EventOut EventType = "Out_only"
)

// AuthenType is how a webhook request authenticates itself to the merchant.
type AuthenType string

// The authentication types of a webhook.
const (
	AuthNone   AuthenType = "No_Authen"
	AuthAPIKey AuthenType = "Api_Key"
	AuthOAuth2 AuthenType = "OAuth2.0"
	AuthHMAC   AuthenType = "HMAC_SHA256"
	AuthSecret AuthenType = "Secret_Key"
)

// ContentType is the encoding of a webhook's body, in SePay's spelling.
type ContentType string

// The encodings of a webhook's body.
const (
	ContentJSON      ContentType = "Json"
	ContentMultipart ContentType = "multipart_form-data"
	ContentForm      ContentType = "application_x-www-form-urlencoded"
)

// BankMode says which accounts a webhook applies to.
type BankMode string

// The bank modes of a webhook.
const (
	BankSingle BankMode = "single"
	BankMulti  BankMode = "multi"
	BankAll    BankMode = "all"
)

// VAMode says which virtual accounts a webhook applies to.
type VAMode string

// The virtual-account modes of a webhook.
const (
	VAAll  VAMode = "all"
	VAList VAMode = "list"
	VANone VAMode = "none"
)

// Webhook is SePay's webhook configuration
// (https://developer.sepay.vn/en/sepay-oauth2/api-webhook).
type Webhook struct {
	ID        int64
	Company   string
	Name      string
	URL       string
	EventType EventType
	BankMode  BankMode
	// BankAccountIDs are the accounts of modes single (one) and multi.
	BankAccountIDs []int64
	VAMode         VAMode
	// OnlyVA delivers only transfers that came through a virtual account.
	OnlyVA bool
	// BankSubAccountIDs are the virtual accounts of VA mode list.
	BankSubAccountIDs []int64
	IsVerifyPayment   bool
	SkipIfNoCode      bool
	// PrefixFilters are case-sensitive beginnings of the payment code.
	PrefixFilters []string

	AuthenType           AuthenType
	APIKey               string
	SecretKey            string
	OAuth2AccessTokenURL string
	OAuth2ClientID       string
	OAuth2ClientSecret   string

	RequestContentType ContentType
	// RetryNon2xx retries after a connection failure or a status outside 2xx.
	RetryNon2xx     bool
	Active          bool
	AlertThreshold  int
	AlertEventTypes []string
	AlertChannelIDs []int64
	CreatedAt       time.Time
}

// DeliveryKind is the kind of notice in a delivery.
type DeliveryKind string

// The kinds of deliveries.
const (
	KindWebhook DeliveryKind = "webhook"
	KindIPN     DeliveryKind = "ipn"
)

// DeliveryStatus is the state of a delivery.
type DeliveryStatus string

// The states of a delivery: queued → sending → succeeded, failed or waiting
// (for its next attempt); skipped when a filter of the webhook excluded it.
const (
	Queued    DeliveryStatus = "queued"
	Sending   DeliveryStatus = "sending"
	Waiting   DeliveryStatus = "waiting"
	Succeeded DeliveryStatus = "succeeded"
	Failed    DeliveryStatus = "failed"
	Skipped   DeliveryStatus = "skipped"
)

// DeliveryStatuses lists the states of a delivery.
func DeliveryStatuses() []string {
	return []string{string(Queued), string(Sending), string(Waiting), string(Succeeded), string(Failed), string(Skipped)}
}

// Final returns whether the delivery is finished.
func (s DeliveryStatus) Final() bool { return s == Succeeded || s == Failed || s == Skipped }

// DeliveryOrigin says why a delivery exists.
type DeliveryOrigin string

// The origins of a delivery.
const (
	OriginTransaction DeliveryOrigin = "original"
	OriginReplay      DeliveryOrigin = "replay"
	OriginTest        DeliveryOrigin = "test"
)

// Delivery is one notice to one endpoint, with all of its attempts.
type Delivery struct {
	ID      int64
	Kind    DeliveryKind
	Origin  DeliveryOrigin
	Company string
	// WebhookID is the webhook's id; 0 for an IPN.
	WebhookID int64
	// Subject is the id of the transaction or order that it is about.
	Subject string
	// TransactionID is the numeric id behind Subject, 0 when there is none.
	TransactionID int64
	// ReplayOf is the delivery that this one repeats, or 0.
	ReplayOf int64
	Status   DeliveryStatus
	// Reason says why the delivery was skipped or lost, or why its last attempt
	// failed; empty when it succeeded.
	Reason string
	// ContentType and Body are sent unchanged at each attempt.
	ContentType string
	Body        []byte
	// SignedBody is what a signature covers when that is not Body: the
	// form-encoded text of a multipart body.
	SignedBody []byte
	CreatedAt  time.Time
	// NextAttemptAt is when the delivery is due; zero when it is not waiting.
	NextAttemptAt time.Time
	Attempts      []Attempt
	// Faults names the faults that applied to the delivery.
	Faults []string
	// Decided is the number of the attempt whose fault was decided when the
	// delivery was delayed; otherwise 0.
	Decided int
	// Behind says that the delivery waits until another one to the same endpoint
	// was sent.
	Behind bool
}

// Lane names the endpoint of a delivery: a webhook, or a merchant's IPN.
func (d *Delivery) Lane() string {
	return Scope(d.Company, string(d.Kind)+" "+strconv.FormatInt(d.WebhookID, 10))
}

// Tries counts the attempts without the copies that a fault sent.
func (d *Delivery) Tries() int {
	n := 0
	for _, a := range d.Attempts {
		if !a.Copy {
			n++
		}
	}
	return n
}

// Attempt is one request of a delivery and what came back.
type Attempt struct {
	// Number counts from 1.
	Number int
	At     time.Time
	// Duration is real time, whatever the emulator's clock does.
	Duration time.Duration
	URL      string
	// RequestHeaders are as sent.
	RequestHeaders map[string]string
	// Body is what was sent when a fault changed it; nil means the delivery's.
	Body []byte
	// Fault names the fault that changed what was sent, empty for none; Copy
	// says that it is a copy of the attempt with the same number.
	Fault string
	Copy  bool
	// Response is nil when no answer came.
	Response *Answer
	// ErrorCode is a cURL error number, 0 when an answer came.
	ErrorCode int
	// Error says why the attempt failed, empty on success.
	Error string
	// Label is what SePay's delivery log shows.
	Label string
}

// Size estimates how much memory the delivery holds, in bytes.
func (d *Delivery) Size() int {
	n := 512 + len(d.Body) + len(d.SignedBody) + len(d.Reason)
	for i := range d.Attempts {
		n += d.Attempts[i].Size()
	}
	return n
}

// Size estimates how much memory the attempt holds, in bytes.
func (a *Attempt) Size() int {
	n := 256 + len(a.URL) + len(a.Body) + len(a.Error) + len(a.Label) + sizeOf(a.RequestHeaders)
	if a.Response != nil {
		n += len(a.Response.Body) + sizeOf(a.Response.Headers)
	}
	return n
}

// sizeOf estimates how much memory flat headers hold, in bytes.
func sizeOf(headers map[string]string) int {
	n := 0
	for name, value := range headers {
		n += 64 + len(name) + len(value)
	}
	return n
}

// Answer is the merchant's response to an attempt.
type Answer struct {
	Status  int
	Headers map[string]string
	// Body is truncated at the journal's limit.
	Body []byte
	// Truncated says that Body was truncated.
	Truncated bool
}

// scopeDue holds the deliveries with an attempt ahead, scopeFinished the
// finished ones.
const (
	scopeDue      = "due"
	scopeFinished = "finished"
)

// The kinds of notices.
var (
	Webhooks         = newKind("webhooks", 1, func(w *Webhook) int64 { return w.ID })
	WebhookByCompany = order(Webhooks, "by_company", func(w *Webhook) (string, int64) { return w.Company, 0 })

	Deliveries    = newKind("deliveries", 1, func(d *Delivery) int64 { return d.ID })
	deliveriesAll = order(Deliveries, "all", func(d *Delivery) (string, int64) { return "all", 0 })
	deliveriesOf  = order(Deliveries, "by_company", func(d *Delivery) (string, int64) { return d.Company, 0 })
	deliveriesDue = order(Deliveries, "due", func(d *Delivery) (string, int64) {
		if d.Status == Queued || d.Status == Waiting {
			return scopeDue, d.NextAttemptAt.UnixMicro()
		}
		return "", 0
	})
	deliveriesFinished = order(Deliveries, "finished", func(d *Delivery) (string, int64) {
		if d.Status.Final() {
			return scopeFinished, 0
		}
		return "", 0
	})
	deliveriesSending = order(Deliveries, "sending", func(d *Delivery) (string, int64) {
		if d.Status == Sending {
			return string(Sending), 0
		}
		return "", 0
	})
	deliveriesBehind = order(Deliveries, "behind", func(d *Delivery) (string, int64) {
		if d.Behind {
			return d.Lane(), 0
		}
		return "", 0
	})
	deliveriesBySubject = order(Deliveries, "by_subject", func(d *Delivery) (string, int64) {
		return Scope(d.Company, d.Subject), 0
	})
)

// DueDeliveriesOrder is the index that changes with the instant at which a
// delivery is due.
func DueDeliveriesOrder() *Ordering { return &deliveriesDue.Ordering }
