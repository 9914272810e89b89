package control

import (
	"encoding/json"
)

// FaultPhase says when the fault of a request happens.
type FaultPhase string

// The phases of a fault on requests.
const (
	// PhaseBefore: nothing is done for the request.
	PhaseBefore FaultPhase = "before"
	// PhaseAfter: the work is done and kept, and the client sees the fault.
	PhaseAfter FaultPhase = "after"
	// PhaseBetween: the work is done and answered, and its webhooks and IPNs are lost.
	PhaseBetween FaultPhase = "between"
)

// Fault is a rule by which requests or deliveries go wrong.
type Fault struct {
	// ID is given when the fault is set.
	ID   int64     `json:"id"`
	Name string    `json:"name,omitempty"`
	When FaultWhen `json:"when"`
	// Phase is for requests; empty for deliveries.
	Phase FaultPhase `json:"phase,omitempty"`
	Do    FaultDo    `json:"do"`
	// Matched counts what When selected before Nth, First, Every or Chance; Fired counts
	// what went wrong.
	Matched int64 `json:"matched"`
	Fired   int64 `json:"fired"`
}

// FaultWhen selects requests or deliveries. A member that is left out selects all. At
// most one of Nth, First, Every and Chance chooses among them.
type FaultWhen struct {
	// Surface is a name such as [SurfaceUserAPIV2]; [SurfaceWebhook] and [SurfaceIPN] select
	// deliveries.
	Surface   string       `json:"surface,omitempty"`
	Operation string       `json:"operation,omitempty"`
	Method    string       `json:"method,omitempty"`
	Path      string       `json:"path,omitempty"`
	Company   string       `json:"company,omitempty"`
	Header    *FaultHeader `json:"header,omitempty"`
	// Subject is the id of the transaction or order of a delivery, Attempt the number of its
	// attempt from 1.
	Subject string `json:"subject,omitempty"`
	Attempt int    `json:"attempt,omitempty" bound:"nth"`

	// Nth selects the n-th from 1, First the first n, Every each n-th, and Chance each with a
	// probability up to 1.
	Nth    int64   `json:"nth,omitempty" bound:"nth"`
	First  int64   `json:"first,omitempty" bound:"nth"`
	Every  int64   `json:"every,omitempty" bound:"nth"`
	Chance float64 `json:"chance,omitempty" bound:"chance"`
}

// FaultHeader is a header that a request has, with this value unless it is empty.
type FaultHeader struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
}

// FaultDo is what goes wrong: exactly one member, or Status with Headers and Body.
type FaultDo struct {
	Status  int               `json:"status,omitempty" bound:"status"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"`

	RateLimited *FaultRateLimited `json:"rate_limited,omitempty"`
	// Delay is a Go duration: real time for a request, the emulator's for a delivery.
	Delay string `json:"delay,omitempty"`
	Drop  bool   `json:"drop,omitempty"`
	// Truncate is how many bytes of the body come before the connection is reset.
	Truncate *int `json:"truncate,omitempty" bound:"bytes"`
	// Slow is the speed of the body in bytes per second.
	Slow             int    `json:"slow,omitempty" bound:"speed"`
	MalformedJSON    bool   `json:"malformed_json,omitempty"`
	WrongContentType string `json:"wrong_content_type,omitempty"`
	HTMLError        bool   `json:"html_error,omitempty"`
	Hang             bool   `json:"hang,omitempty"`

	// Duplicate is how many more copies of the attempt are sent.
	Duplicate int          `json:"duplicate,omitempty" bound:"copies"`
	Reorder   bool         `json:"reorder,omitempty"`
	Tamper    *FaultTamper `json:"tamper,omitempty"`
	// StaleTimestamp is the age of the signature's timestamp as a Go duration; a negative
	// one is in the future.
	StaleTimestamp string         `json:"stale_timestamp,omitempty"`
	WrongAuth      FaultWrongAuth `json:"wrong_auth,omitempty"`
}

// FaultRateLimited answers 429 as a rate limiter does.
type FaultRateLimited struct {
	// RetryAfter is in whole seconds, 1 when left out.
	RetryAfter int `json:"retry_after,omitempty" bound:"seconds"`
}

// FaultTamper changes what is sent, in the order of its members. The delivery in the log
// stays as it is.
type FaultTamper struct {
	Body *string `json:"body,omitempty"`
	// Set and Remove name members of the body by dotted paths.
	Set    map[string]json.RawMessage `json:"set,omitempty"`
	Remove []string                   `json:"remove,omitempty"`
	// Amount replaces the amounts, in VND.
	Amount *int64 `json:"amount,omitempty" bound:"balance"`
	// FlipByte is the index of a byte whose lowest bit is flipped; the last byte when the
	// body is shorter.
	FlipByte *int `json:"flip_byte,omitempty" bound:"bytes"`
	// Signature is [SignatureKeep], the default, or [SignatureFresh].
	Signature string `json:"signature,omitempty"`
}

// FaultWrongAuth sends a wrong credential or none. On the wire, true means wrong.
type FaultWrongAuth string

// The values of [FaultWrongAuth].
const (
	AuthWrong   FaultWrongAuth = "wrong"
	AuthMissing FaultWrongAuth = "missing"
)

// MarshalJSON implements [json.Marshaler].
func (a FaultWrongAuth) MarshalJSON() ([]byte, error) {
	if a == AuthWrong {
		return []byte("true"), nil
	}
	return json.Marshal(string(a))
}

// UnmarshalJSON implements [json.Unmarshaler].
func (a *FaultWrongAuth) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "true", `"wrong"`:
		*a = AuthWrong
	case `"missing"`:
		*a = AuthMissing
	case "false", "null":
		*a = ""
	default:
		return &FaultError{Detail: `wrong_auth: want true or "missing", not ` + string(b)}
	}
	return nil
}

// FaultMark names a fault that touched a request, and says what it did.
type FaultMark struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Did  string `json:"did"`
}

// FaultFired is the event of a fault that fired at a Request or a Delivery; the other
// one is 0.
type FaultFired struct {
	FaultMark
	Request   int64  `json:"request"`
	Delivery  int64  `json:"delivery"`
	Surface   string `json:"surface"`
	Operation string `json:"operation"`
}

// FaultError says why a fault is refused.
type FaultError struct {
	Detail, Hint string
}

// Error implements error.
func (e *FaultError) Error() string { return e.Detail }
