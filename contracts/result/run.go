package result

import (
	"slices"
	"time"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/openapi"
)

// Kind is the kind of a run's target.
type Kind string

// The kinds of target.
const (
	Emulator Kind = "emulator"
	Sandbox  Kind = "sandbox"
	// Production is only read.
	Production Kind = "production"
	// Recorded is the traffic of an application.
	Recorded Kind = "recorded"
)

// State is the result of a spec.
type State string

// The states.
const (
	Passed  State = "passed"
	Failed  State = "failed"
	Skipped State = "skipped"
)

// Run is one contract run, redacted.
type Run struct {
	Tool    string `json:"tool"`
	Version string `json:"version"`
	// Target is the address, without credentials.
	Target  string    `json:"target"`
	Kind    Kind      `json:"kind"`
	Started time.Time `json:"started"`
	// DurationMS is how long the run took, in milliseconds.
	DurationMS int64            `json:"duration_ms"`
	Seed       int64            `json:"seed"`
	Specs      []Spec           `json:"specs"`
	Drift      drift.Report     `json:"drift"`
	Coverage   []Coverage       `json:"coverage"`
	Skipped    []SkippedSurface `json:"skipped,omitempty"`
}

// Spec is one claim and its result.
type Spec struct {
	Surface    string           `json:"surface"`
	Name       string           `json:"name"`
	Operations []string         `json:"operations,omitempty"`
	Evidence   openapi.Evidence `json:"evidence,omitempty"`
	Labels     []string         `json:"labels,omitempty"`
	State      State            `json:"state"`
	// Reason is why the spec was skipped.
	Reason string `json:"reason,omitempty"`
	// Failure is the whole failure text. Expected and Seen are its two sides where
	// known.
	Failure  string `json:"failure,omitempty"`
	Expected string `json:"expected,omitempty"`
	Seen     string `json:"seen,omitempty"`
	// Source is the public page that makes the claim.
	Source string `json:"source,omitempty"`
	// Exchanges are the last few, one line each, redacted.
	Exchanges  []string `json:"exchanges,omitempty"`
	DurationMS int64    `json:"duration_ms"`
}

// Coverage is the exercised part of one document.
type Coverage struct {
	Document string `json:"document"`
	// Exercised and Described count operations; the same for statuses.
	Exercised int `json:"exercised"`
	Described int `json:"described"`
	// Missing lists what was not exercised, e.g. "v2.transactions.list 429".
	Missing []string `json:"missing,omitempty"`
}

// SkippedSurface is a surface that was not verified, with the reason.
type SkippedSurface struct {
	Surface string `json:"surface"`
	Reason  string `json:"reason"`
}

// Outcome is the result of the run in one word.
type Outcome string

// The outcomes.
const (
	// Clean: everything that was checked holds.
	Clean Outcome = "clean"
	// Different: a claim failed, or there is drift.
	Different Outcome = "drift"
	// Unverified: nothing was checked.
	Unverified Outcome = "unverified"
)

// Outcome returns the result of the run. A run in which no spec passed or
// failed has verified nothing, unless it only checked traffic and has no specs.
func (r Run) Outcome() Outcome {
	failed := slices.ContainsFunc(r.Specs, func(s Spec) bool { return s.State == Failed })
	switch {
	case failed || r.Drift.Failed():
		return Different
	case r.count(Passed) == 0 && (len(r.Specs) > 0 || r.Drift.Exchanges == 0):
		return Unverified
	}
	return Clean
}

// ExitCode returns a command's exit code: 0 clean, 1 drift, 2 could not verify.
func (r Run) ExitCode() int {
	return slices.Index([]Outcome{Clean, Different, Unverified}, r.Outcome())
}

func (r Run) count(s State) int {
	n := 0
	for _, spec := range r.Specs {
		if spec.State == s {
			n++
		}
	}
	return n
}
