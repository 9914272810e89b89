package fault

import "github.com/localsepay/localsepay/openapi/control"

// The words of a rule are those of the control API.
type (
	// Rule is one fault.
	Rule = control.Fault
	// When selects requests or deliveries.
	When = control.FaultWhen
	// Header is one that a request has; with a value, that value.
	Header = control.FaultHeader
	// Do is what happens.
	Do = control.FaultDo
	// RateLimited answers as a rate limiter does.
	RateLimited = control.FaultRateLimited
	// Tamper changes what is sent.
	Tamper = control.FaultTamper
	// Phase says when, in the life of a request, its fault strikes.
	Phase = control.FaultPhase
	// WrongAuth says which credential a delivery carries.
	WrongAuth = control.FaultWrongAuth
	// Mark is how a request names a fault that touched it.
	Mark = control.FaultMark
	// Fired tells of a rule that fired.
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
