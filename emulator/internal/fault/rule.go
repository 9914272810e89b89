package fault

import "github.com/localsepay/localsepay/openapi/control"

// The words of a rule are those of the control API.
type (
	// Rule is one fault.
	Rule = control.Fault
	// When selects requests or deliveries.
	When = control.FaultWhen
	// Header selects requests with a header; with a value, with that value.
	Header = control.FaultHeader
	// Do is what happens.
	Do = control.FaultDo
	// RateLimited answers as a rate limiter does.
	RateLimited = control.FaultRateLimited
	// Tamper changes what is sent.
	Tamper = control.FaultTamper
	// Phase says when, during a request, its fault applies.
	Phase = control.FaultPhase
	// WrongAuth says which credential a delivery carries.
	WrongAuth = control.FaultWrongAuth
	// Mark identifies a fault that applied to a request.
	Mark = control.FaultMark
	// Fired describes a rule that fired.
	Fired = control.FaultFired
	// Error says why a rule is refused.
	Error = control.FaultError
)

// The phases of a fault on requests.
const (
	Before  = control.PhaseBefore
	After   = control.PhaseAfter
	Between = control.PhaseBetween
)

// The values of [WrongAuth].
const (
	AuthWrong   = control.AuthWrong
	AuthMissing = control.AuthMissing
)
