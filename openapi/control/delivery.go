package control

// Delivery is one notice with all of its attempts.
type Delivery struct {
	ID int64 `json:"id"`
	// Kind is webhook or ipn.
	Kind string `json:"kind"`
	// Origin is original, replay or test.
	Origin  string `json:"origin"`
	Company string `json:"company"`
	// WebhookID is 0 for an IPN.
	WebhookID int64 `json:"webhook_id"`
	// Subject is the id of the transaction or order.
	Subject  string `json:"subject"`
	ReplayOf *int64 `json:"replay_of"`
	// Label is the log's own text for a replay.
	Label string `json:"label"`
	// Status is queued, sending, waiting (for NextAttemptAt), succeeded, failed or
	// skipped, which has a Reason.
	Status        string    `json:"status"`
	Reason        string    `json:"reason"`
	CreatedAt     string    `json:"created_at"`
	NextAttemptAt *string   `json:"next_attempt_at"`
	Attempts      []Attempt `json:"attempts"`
	Faults        []string  `json:"faults"`
	Findings      []Finding `json:"findings"`
}

// Attempt is one request of a delivery and what came back.
type Attempt struct {
	// Number counts from 1. At is on the emulator's clock, DurationMS in real
	// milliseconds.
	Number     int              `json:"number"`
	At         string           `json:"at"`
	DurationMS float64          `json:"duration_ms"`
	Request    AttemptRequest   `json:"request"`
	Response   *AttemptResponse `json:"response"`
	// ErrorCode is a cURL error number, 0 when an answer came.
	ErrorCode int    `json:"error_code"`
	Error     string `json:"error"`
	Label     string `json:"label"`
}

// AttemptRequest is what was sent. The body is text as sent.
type AttemptRequest struct {
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// AttemptResponse is what the merchant's handler answered.
type AttemptResponse struct {
	Status    int               `json:"status"`
	Headers   map[string]string `json:"headers"`
	Body      string            `json:"body"`
	Truncated bool              `json:"truncated"`
}

// ReplayBatch is the body of POST /deliveries/replay: 20 ids at most.
type ReplayBatch struct {
	IDs []int64 `json:"ids" bound:"id"`
}
