package control

import (
	"time"

	"github.com/localsepay/localsepay/openapi/mask"
)

// Severity says how bad a finding is.
type Severity string

// The severities.
const (
	// SeverityError breaks the integration with the real SePay.
	SeverityError Severity = "error"
	// SeverityWarning may break it.
	SeverityWarning Severity = "warning"
	// SeverityNote is worth knowing.
	SeverityNote Severity = "note"
)

// Finding is something that was noticed about the integration.
type Finding struct {
	ID int64 `json:"id"`
	// Code is a stable name such as "webhook.wrong_body".
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`
	Detail   string   `json:"detail"`
	Hint     string   `json:"hint"`
	// Source is the public page that says so.
	Source string `json:"source"`
	// Request or Delivery is the id of what the finding is about; the other one is 0.
	Request  int64 `json:"request,omitempty"`
	Delivery int64 `json:"delivery,omitempty"`
	// Company is empty when no company is known.
	Company string    `json:"company"`
	At      time.Time `json:"at"`
}

// Shown is [Finding.Masked] for the emulator's log.
func (f Finding) Shown(m *mask.Masker) any { return f.Masked(m) }

// Masked returns the finding with credentials masked in its texts.
func (f Finding) Masked(m *mask.Masker) Finding {
	f.Title, f.Detail, f.Hint = m.Prose(f.Title), m.Prose(f.Detail), m.Prose(f.Hint)
	return f
}

// Size estimates the memory that the finding takes, in bytes.
func (f Finding) Size() int {
	return 192 + len(f.Code) + len(f.Title) + len(f.Detail) + len(f.Hint) + len(f.Source) + len(f.Company)
}
