package control

// Delivery is a webhook or IPN with all its attempts.
type Delivery struct {
	ID int64 `json:"id"`
	// Kind is [KindWebhook] or [KindIPN].
	Kind string `json:"kind"`
	// Origin is [OriginOriginal], [OriginReplay] or [OriginTest].
	Origin  string `json:"origin"`
	Company string `json:"company"`
	// WebhookID is 0 for an IPN.
	WebhookID int64 `json:"webhook_id"`
	// Subject is the id of the transaction or order that it tells of, ReplayOf the delivery
	// that it repeats.
	Subject  string `json:"subject"`
	ReplayOf *int64 `json:"replay_of"`
	// Label is the text that SePay's log shows for a replay.
	Label string `json:"label"`
	// Status is one of the values that begin with [DeliveryQueued]. Reason says why it was
	// skipped or failed.
	Status        string    `json:"status"`
	Reason        string    `json:"reason"`
	CreatedAt     string    `json:"created_at"`
	NextAttemptAt *string   `json:"next_attempt_at"`
	Attempts      []Attempt `json:"attempts"`
	Faults        []string  `json:"faults"`
	Findings      []Finding `json:"findings"`
}

// Attempt is one request of a delivery and its answer.
type Attempt struct {
	// Number counts from 1. DurationMS is real time in milliseconds.
	Number     int              `json:"number"`
	At         string           `json:"at"`
	DurationMS float64          `json:"duration_ms"`
	Request    AttemptRequest   `json:"request"`
	Response   *AttemptResponse `json:"response"`
	// ErrorCode is an error number of cURL, 0 when an answer came; Error says it in words.
	ErrorCode int    `json:"error_code"`
	Error     string `json:"error"`
	Label     string `json:"label"`
}

// AttemptRequest is the request as it was sent. Secrets are masked.
type AttemptRequest struct {
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// AttemptResponse is the answer of the merchant's handler. Truncated says that Body is
// only its beginning.
type AttemptResponse struct {
	Status    int               `json:"status"`
	Headers   map[string]string `json:"headers"`
	Body      string            `json:"body"`
	Truncated bool              `json:"truncated"`
}

// ReplayBatch is the body of POST /deliveries/replay.
type ReplayBatch struct {
	// IDs are at most 20 ids of deliveries.
	IDs []int64 `json:"ids" bound:"id"`
}
