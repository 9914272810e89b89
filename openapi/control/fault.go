package control

import (
	"encoding/json"
)

// FaultPhase says when, in the life of a request, its fault strikes.
type FaultPhase string

// The phases of a fault on requests.
const (
	// PhaseBefore: instead of the work.
	PhaseBefore FaultPhase = "before"
	// PhaseAfter: the work is committed, and the client sees the fault.
	PhaseAfter FaultPhase = "after"
	// PhaseBetween: the work is committed and answered, and the notices that it
	// causes are lost.
	PhaseBetween FaultPhase = "between"
)

// Fault is one fault.
type Fault struct {
	// ID is given when the rule is set.
	ID   int64     `json:"id"`
	Name string    `json:"name,omitempty"`
	When FaultWhen `json:"when"`
	// Phase is empty for deliveries.
	Phase FaultPhase `json:"phase,omitempty"`
	Do    FaultDo    `json:"do"`
	// Matched counts what When selected before its choice among them, Fired
	// what the rule touched.
	Matched int64 `json:"matched"`
	Fired   int64 `json:"fired"`
}

// FaultWhen selects requests or deliveries. An absent member selects all; at most
// one of nth, first, every and chance chooses among those selected.
type FaultWhen struct {
	// Surface is a name of the traffic log, or webhook or ipn for deliveries.
	Surface   string       `json:"surface,omitempty"`
	Operation string       `json:"operation,omitempty"`
	Method    string       `json:"method,omitempty"`
	Path      string       `json:"path,omitempty"`
	Company   string       `json:"company,omitempty"`
	Header    *FaultHeader `json:"header,omitempty"`
	// Subject is the transaction or order that a delivery tells of, Attempt
	// the number of its attempt, from 1.
	Subject string `json:"subject,omitempty"`
	Attempt int    `json:"attempt,omitempty" bound:"nth"`

	Nth    int64   `json:"nth,omitempty" bound:"nth"`
	First  int64   `json:"first,omitempty" bound:"nth"`
	Every  int64   `json:"every,omitempty" bound:"nth"`
	Chance float64 `json:"chance,omitempty" bound:"chance"`
}

// FaultHeader is one that a request has; with a value, that value.
type FaultHeader struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
}

// FaultDo is what happens: exactly one, where headers and body belong to status.
type FaultDo struct {
	Status  int               `json:"status,omitempty" bound:"status"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"`

	RateLimited *FaultRateLimited `json:"rate_limited,omitempty"`
	// Delay is real time for a request, the emulator's for a delivery.
	Delay string `json:"delay,omitempty"`
	Drop  bool   `json:"drop,omitempty"`
	// Truncate is how many bytes of the body come before the reset.
	Truncate *int `json:"truncate,omitempty" bound:"bytes"`
	// Slow is in bytes per second.
	Slow             int    `json:"slow,omitempty" bound:"speed"`
	MalformedJSON    bool   `json:"malformed_json,omitempty"`
	WrongContentType string `json:"wrong_content_type,omitempty"`
	HTMLError        bool   `json:"html_error,omitempty"`
	Hang             bool   `json:"hang,omitempty"`

	// Duplicate is how many copies of the attempt are sent besides it.
	Duplicate int          `json:"duplicate,omitempty" bound:"copies"`
	Reorder   bool         `json:"reorder,omitempty"`
	Tamper    *FaultTamper `json:"tamper,omitempty"`
	// StaleTimestamp is how old the timestamp of the signature is; a negative
	// one lies ahead.
	StaleTimestamp string         `json:"stale_timestamp,omitempty"`
	WrongAuth      FaultWrongAuth `json:"wrong_auth,omitempty"`
}

// FaultRateLimited answers as a rate limiter does.
type FaultRateLimited struct {
	// RetryAfter is in whole seconds, 1 when absent.
	RetryAfter int `json:"retry_after,omitempty" bound:"seconds"`
}

// FaultTamper changes what is sent; the delivery itself stays as it is. The steps
// are done in the order of the members.
type FaultTamper struct {
	Body *string `json:"body,omitempty"`
	// Set and Remove name members by dotted paths.
	Set    map[string]json.RawMessage `json:"set,omitempty"`
	Remove []string                   `json:"remove,omitempty"`
	// Amount replaces the amounts, in VND.
	Amount *int64 `json:"amount,omitempty" bound:"balance"`
	// FlipByte is the index of a byte whose lowest bit is flipped, the last
	// byte when the body is shorter.
	FlipByte *int `json:"flip_byte,omitempty" bound:"bytes"`
	// Signature is keep (default: that of the original body) or fresh.
	Signature string `json:"signature,omitempty"`
}

// FaultWrongAuth is "wrong" for a credential that is not the right one, "missing"
// for none. On the wire, true means wrong.
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

// FaultMark is how a request names a fault that touched it.
type FaultMark struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Did  string `json:"did"`
}

// FaultFired tells of a rule that fired; of Request and Delivery one is 0.
type FaultFired struct {
	FaultMark
	Request   int64  `json:"request"`
	Delivery  int64  `json:"delivery"`
	Surface   string `json:"surface"`
	Operation string `json:"operation"`
}

// FaultError says why a rule is refused.
type FaultError struct {
	Detail, Hint string
}

func (e *FaultError) Error() string { return e.Detail }
